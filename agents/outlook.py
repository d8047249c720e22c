"""What households can know this year: the sensing side of every land decision."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

HOUSEHOLD_TYPES = ("elders", "migrants", "others")


@dataclass(frozen=True)
class Outlook:
    """What a household sees when it thinks about its land; money in yuan of 2020.

    Nothing here comes from the future or from another household's mind: prices are expectations, yields are
    those of the plot as it lies, norms are what ties were seen to do last year.
    """

    year: int
    price: np.ndarray
    """Farm-gate price expected of each use's product [CNY/kg]; (households, uses)."""
    usual_price: np.ndarray
    """Price remembered as usual [CNY/kg]; (uses,)."""
    yields: np.ndarray
    """Yield expected in full bearing in a usual year [kg/ha/yr]; (plots, uses)."""
    offer: np.ndarray
    """Payment that a scheme adds to a use of the plot [CNY/ha/yr]; (plots, uses)."""
    shadow_wage: np.ndarray
    """What a day of family labour is worth at home [CNY/day]; (households,)."""
    input_ratio: float
    """Bought inputs of crops against those of 2020 [1]."""
    labour_intensity: np.ndarray | float
    """Days of crop work against those of 2020 [1]; (households,), or the same for all."""
    norm: np.ndarray
    """Share of the household's ties that hold each use [1]; (households, uses)."""
    knowledge: np.ndarray
    """Knowledge of each use, 0 to 1; (households, uses)."""
    belief: np.ndarray
    """Environmental belief, 0 to 1; (households,)."""
    household_type: np.ndarray
    """Nobody of working age at home, else somebody away, else neither; index into HOUSEHOLD_TYPES; (households,)."""
    example: np.ndarray
    """Share of the comparable land of the best-off tie under each use, nothing where none does better [1];
    (plots, uses)."""
    risk: np.ndarray
    """Curvature of value, sigma; (households,)."""
    loss_aversion: np.ndarray
    """Weight of losses, lambda; (households,)."""
    discount: np.ndarray
    """Discount rate [1/yr]; (households,)."""
    shortfall: np.ndarray
    """Income missing to the best of the last three years, per area held [CNY/ha/yr]; (households,)."""
    food_gap: np.ndarray
    """Share of the grain need neither grown nor affordable last year [1]; (households,)."""
    grain_need: np.ndarray
    """Grain wanted for food and feed [kg/yr]; (households,)."""
    own_food: np.ndarray
    """Share of the grain need that the household must grow, as it cannot buy it [1]; (households,)."""
    purse: np.ndarray
    """Cash and credit free for planting [CNY]; (households,)."""
    idle_days: np.ndarray
    """Working days without use last year [day/yr]; (households,)."""
    way: np.ndarray | float = 0.0
    """Days that going to the plot takes beyond those of a usual one, for tilled uses [day/ha/yr]; (plots,)."""

    def of(self, uses: np.ndarray) -> Outlook:
        """The same outlook on some of the uses, by their places."""
        by_use = ("price", "usual_price", "yields", "offer", "norm", "knowledge", "example")
        return replace(self, **{name: getattr(self, name).take(uses, axis=-1) for name in by_use})
