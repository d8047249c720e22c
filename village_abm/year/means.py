"""What households can lay out within the year: money in hand and what they may still borrow."""

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
