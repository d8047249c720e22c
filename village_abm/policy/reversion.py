"""Going back: the yearly hazard that planted land is ploughed again, while paid and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from village_abm.params import needs


@dataclass(frozen=True)
class Reversion:
    """Weights of the yearly reversion logit and the floors under its two returns."""

    intercept: float = needs("1", "log odds at the references")
    expired: float = needs("1", "weight of an expired or interrupted payment")
    gain: float = needs("1", "weight of ln(return of the crop / return of keeping)")
    slope: float = needs("1/degree", "weight of the slope above the reference; lowers reversion")
    reference_slope: float = needs("degree", "reference slope")
    off_farm: float = needs("1", "weight of the share of income earned off the farm; lowers reversion")
    shortfall: float = needs("1", "weight of remembered shortfalls")
    own_choice: float = needs("1", "weight of having chosen the species; lowers reversion")
    age: float = needs("1/yr", "weight of the age of the trees; lowers reversion")
    ties: float = needs("1", "weight of the share of ties that went back, above the reference")
    reference_ties: float = needs("1", "reference share of ties that went back")
    no_hands: float = needs("1", "weight of nobody below old age being at home to plough; lowers reversion")
    labour_worth: float = needs("1", "worth of a day of family labour on the plot, as a share of a hired day")
    least_crop: float = needs("CNY/ha/yr", "floor under the return of the crop", price="nominal")
    least_keep: float = needs("CNY/ha/yr", "floor under the return of keeping", price="nominal")


def crop_return(
    rules: Reversion,
    grain: np.ndarray,
    price: np.ndarray,
    cash: float,
    days: np.ndarray,
    day_wage: float,
) -> np.ndarray:
    """What a plot would bring under maize again, Rc = Y p - cash - kappa days w [CNY/ha/yr of 2020]; shape (plots,).

    `grain` Y [kg/ha/yr], `price` p [CNY/kg] (what grain costs to buy where the house grows less than it eats),
    `days` [day/ha/yr], w the hired day [CNY/day], kappa `labour_worth`. The day that a house gives up to plough is
    set against what it could earn, not against the little that it is worth to the old who stay behind: official
    accounts value family labour at half a hired day (W77).
    """
    return grain * price - cash - rules.labour_worth * day_wage * days


def hazard(
    rules: Reversion,
    price_level: float,
    crop_return: np.ndarray,
    keep_return: np.ndarray,
    expired: np.ndarray,
    slope: np.ndarray,
    off_farm: np.ndarray,
    shortfall: np.ndarray,
    own_choice: np.ndarray,
    age: np.ndarray,
    ties_reverted: np.ndarray,
    no_hands: np.ndarray,
) -> np.ndarray:
    """Yearly probability that each planted plot goes back to crops; shape (plots,).

    p = logistic(-3 + expired weight + ln(max(Rc, 5) / max(Rk, 20)) - .05 (slope - 15) - 1.2 off-farm
    + .8 shortfall - .5 own choice - .08 age + .8 (s_rev - .2) - weight of nobody young at home). Rc of
    `crop_return`, Rk = continuing payment + what the stand brings + what a cheat must expect to lose
    [CNY/ha/yr of 2020]; floors are nominal, 5 and 20 yuan/mu. The evidence for the signs is W103 and W104, the
    weights are estimates. A higher payment never raises p, nor does a stricter audit.
    """
    crop = np.maximum(np.asarray(crop_return) * price_level, rules.least_crop)
    keep = np.maximum(np.asarray(keep_return) * price_level, rules.least_keep)
    return expit(
        rules.intercept
        + rules.expired * np.asarray(expired, dtype=float)
        + rules.gain * np.log(crop / keep)
        - rules.slope * (slope - rules.reference_slope)
        - rules.off_farm * off_farm
        + rules.shortfall * shortfall
        - rules.own_choice * np.asarray(own_choice, dtype=float)
        - rules.age * age
        + rules.ties * (ties_reverted - rules.reference_ties)
        - rules.no_hands * np.asarray(no_hands, dtype=float)
    )


def goes_back(probability: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Which plots are ploughed again, given uniforms keyed by plot and year; shape (plots,)."""
    return draws < probability
