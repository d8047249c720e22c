"""What a scheme cost in a year, by who got it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spent:
    """Money of a scheme's year in whole fen, and the visits made; drawn = paid + shared + works + kept + admin."""

    paid: int = 0
    """To households."""
    admin: int = 0
    """For running it."""
    visits: int = 0
    fines: int = 0
    """Back from households."""
    shared: int = 0
    """Into the village's collective fund."""
    works: int = 0
    """To contractors and others from outside the village."""
    kept: int = 0
    """Left in the county's purse."""
    sent: int = 0
    """From the county's purse to others outside."""
    earned: int = 0
    """To households from what the scheme earned itself: no funder sends it and no purse of the county sees it."""

    @property
    def drawn(self) -> int:
        """What whoever funds the scheme sends for it [fen]."""
        return self.paid + self.shared + self.works + self.kept + self.admin
