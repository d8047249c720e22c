"""Bids: for which part of the posted rate a household would enter a plot, and what winners are paid."""

from __future__ import annotations

import numpy as np

from village_abm.policy.contracts import mean_due
from village_abm.policy.enrolment import Enrolment, taste
from village_abm.policy.schemes import LandScheme
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY


def bids(
    rules: Enrolment, scheme: LandScheme, streams: Streams, household_ids: np.ndarray, value: np.ndarray
) -> np.ndarray:
    """Bid for each plot, as a share of the posted rate; shape (plots,), `household_ids` and `value` by plot.

    bid = exp(-(V + error)/weight of the payment)(1 + shading u): the payment at which the household is just willing,
    which is what the land would bring to whom nothing else matters, and a margin with u uniform by household,
    drawn once for good. A bid above one loses, as the posted rate is the most that is paid.
    """
    assert scheme.bidding is not None
    willing = np.exp(-(value + taste(scheme, streams, household_ids)) / rules.payment)
    margin = streams.uniform("auction.shading", 0, household_ids, scheme.years[0])
    return willing * (1 + scheme.bidding.shading * margin)


def price(scheme: LandScheme, won: np.ndarray) -> np.ndarray:
    """What each winning plot is paid, as a share of the posted rate, given the winning bids; shape of `won`.

    All the highest winning bid in a uniform auction, each its own bid in the others, the posted rate without bids.
    """
    if not scheme.takes_bids:
        return np.ones(len(won))
    if scheme.targeting == "auction_uniform" and len(won):
        return np.full(len(won), won.max())
    return won


def agreed_rate(scheme: LandScheme, kinds: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The share of the posted payment as a mean yearly rate [CNY/ha/yr, nominal]; 0 without bids; (plots,)."""
    return share * mean_due(scheme, kinds, 1.0) / FEN_PER_CNY if scheme.takes_bids else np.zeros(len(share))


def agreed_share(scheme: LandScheme, kinds: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """The agreed rate [CNY/ha/yr, nominal] as a share of the posted payment; 1 where none was agreed on; (plots,)."""
    posted = mean_due(scheme, kinds, 1.0) / FEN_PER_CNY
    agreed = (rate > 0) & (posted > 0)
    return np.where(agreed, rate / np.where(agreed, posted, 1.0), 1.0)
