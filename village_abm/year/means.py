"""What households can lay out within the year: money in hand, what they may still borrow, and days."""

from __future__ import annotations

import numpy as np

from village_abm.economy import livelihood
from village_abm.village import Village
from village_abm.year.coop_books import credit


def purse(village: Village) -> np.ndarray:
    """Cash as it stands now and the credit that last year's cash income gives, yuan of 2020; (households,).

    What has been laid out already this year has left the cash, so that nothing is spent twice.
    """
    households = village.households
    cash, income = village.real(households.cash), village.real_last_year(households.cash_income)
    return livelihood.purse(village.params.farm.livelihood, cash, income, credit(village))


def days(village: Village) -> np.ndarray:
    """Days of last year that can still be given to something new this year; (households,) [day/yr].

    Those without work and those worked for wages in the village, less what planting, rooms and herds have taken on
    this year (`take_days`), so that no day is given twice. Days of rooms and herds kept on were never free.
    """
    households = village.households
    free = households.idle_days + households.local_labour + households.cooperative_days - households.taken_days
    return np.where(households.alive, np.maximum(free, 0.0), 0.0)


def take_days(village: Village, amount: np.ndarray | float, rows: np.ndarray | slice = slice(None)) -> None:
    """Take days for something new (or, negative, free those of what is given up); no household twice in `rows`."""
    village.households.taken_days[rows] += amount
