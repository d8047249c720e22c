"""What a scheme cost in a year."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spent:
    """Money of a scheme's year in whole fen, and the visits made."""

    paid: int = 0
    admin: int = 0
    visits: int = 0
    fines: int = 0
