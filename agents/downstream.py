"""Those downstream: users of a river's water, who remember whether it was good."""

from __future__ import annotations


class Downstream:
    """The beneficiary of one payment along a river: content with the water, or less and less so."""

    def __init__(self) -> None:
        self.content: float = 1.0
        self.paid: int = 0

    def taste(self, good: bool, memory: float) -> float:
        """Remember a year of good or bad water: c + memory (good - c); 0 to 1."""
        self.content += memory * (good - self.content)
        return self.content
