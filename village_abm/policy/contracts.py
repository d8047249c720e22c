"""The life of a land contract: what is planted, which year is paid, what is due, when it is over."""

from __future__ import annotations

import numpy as np

from village_abm.policy.parts import Contract
from village_abm.policy.schemes import LandScheme
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY

Years = int | np.integer | np.ndarray


def planted(contract: Contract, streams: Streams, ids: np.ndarray) -> np.ndarray:
    """What would be planted on each plot, as index into `contract.plants`; shape (plots,).

    Drawn once for good from the plot's permanent id, so that it is known of a plot since gone back to crops.
    """
    draws = streams.uniform("contract.planting", 0, ids)
    steps = np.cumsum(contract.shares)
    steps[-1] = 1.0  # shares add up to one but for the last digit
    return np.searchsorted(steps, draws, side="right")


def _renewal_starts(contract: Contract, kinds: np.ndarray, starts: Years) -> np.ndarray:
    years = np.asarray(contract.years)[kinds]
    return np.maximum(np.asarray(starts) + years, contract.renewal_from)


def _renewal_years(scheme: LandScheme) -> np.ndarray:
    """Paid years of the renewed term by plant; (plants,), nothing where no contract is renewed."""
    rates = np.asarray(scheme.payment.renewal_rate, dtype=float)
    paid = np.flatnonzero(rates > 0)
    last = paid[-1] + 1 if paid.size and scheme.contract.renewal != "none" else 0
    return np.minimum(np.asarray(scheme.contract.renewal_years), last)


def _renewal_rate(scheme: LandScheme, kinds: np.ndarray, starts: Years, year: Years) -> np.ndarray:
    """Rate of the renewed term [CNY/ha]; NaN outside it or where nothing is paid any more."""
    rates = np.asarray(scheme.payment.renewal_rate, dtype=float)
    turn = np.asarray(year) - _renewal_starts(scheme.contract, kinds, starts)
    within = (turn >= 0) & (turn < _renewal_years(scheme)[kinds])
    table = rates if rates.size else np.zeros(1)
    return np.where(within, table[np.clip(turn, 0, len(table) - 1).astype(np.int64)], np.nan)


def in_force(scheme: LandScheme, kinds: np.ndarray, starts: Years, year: Years) -> np.ndarray:
    """Whether the contract binds and pays in its first or its renewed term; shapes broadcast.

    Between the end of the first term and `renewal_from` it does not: the subsidy has expired.
    """
    turn = np.asarray(year) - np.asarray(starts)
    first = (turn >= 0) & (turn < np.asarray(scheme.contract.years)[kinds])
    return first | ~np.isnan(_renewal_rate(scheme, kinds, starts, year))


def is_over(scheme: LandScheme, kinds: np.ndarray, starts: Years, year: Years) -> np.ndarray:
    """Whether no payment can come any more, so that the plot leaves the scheme; shapes broadcast."""
    renewed = _renewal_years(scheme)[kinds]
    first_end = np.asarray(starts) + np.asarray(scheme.contract.years)[kinds]
    end = np.where(renewed > 0, _renewal_starts(scheme.contract, kinds, starts) + renewed, first_end)
    return np.asarray(year) >= end


def comes_up(scheme: LandScheme, kinds: np.ndarray, starts: Years, year: Years) -> np.ndarray:
    """Whether the contract enters its renewed term this year; shapes broadcast."""
    begins = np.asarray(year) == _renewal_starts(scheme.contract, kinds, starts)
    return begins & (_renewal_years(scheme)[kinds] > 0)


def renewed_term(scheme: LandScheme, kind: int) -> tuple[float, float]:
    """Paid years of the renewed term of a plant and the mean rate in them [yr, CNY/ha nominal]."""
    years = float(_renewal_years(scheme)[kind])
    return years, float(np.mean(scheme.payment.renewal_rate[: int(years)])) if years else 0.0


def years_left(scheme: LandScheme, kinds: np.ndarray, starts: Years, year: Years) -> np.ndarray:
    """Paid years of the present term still to come after this one; shapes broadcast."""
    first = np.asarray(starts) + np.asarray(scheme.contract.years)[kinds]
    again = _renewal_starts(scheme.contract, kinds, starts) + _renewal_years(scheme)[kinds]
    end = np.where(np.asarray(year) < first, first, again)
    return np.maximum(end - np.asarray(year) - 1, 0)


def rate(scheme: LandScheme, kinds: np.ndarray, starts: Years, year: Years) -> np.ndarray:
    """What the contract pays in the year [CNY/ha, nominal]; shapes broadcast."""
    path = scheme.payment.first_term()
    turn = np.asarray(year) - np.asarray(starts)
    years = np.minimum(np.asarray(scheme.contract.years)[kinds], len(path))
    first = (turn >= 0) & (turn < years)
    table = path if path.size else np.zeros(1)
    now = np.where(first, table[np.clip(turn, 0, len(table) - 1)], 0.0)
    return now + np.nan_to_num(_renewal_rate(scheme, kinds, starts, year))


def continuing(scheme: LandScheme, kinds: np.ndarray, starts: Years, year: Years) -> np.ndarray:
    """What a plot's keeper stands to lose by ploughing it, by year [CNY/ha/yr, nominal]; shapes broadcast.

    In the first term the mean of the payments still to come in it, so that a year without money between two
    payments does not look like the end; in the renewed term the year's rate; nothing out of force.
    """
    path = scheme.payment.first_term()
    turn = np.asarray(year) - np.asarray(starts)
    table = np.zeros((len(scheme.contract.years), max(len(path), 1)))
    for kind, term in enumerate(scheme.contract.years):
        within = path[: int(term)]
        table[kind, : len(within)] = np.cumsum(within[::-1])[::-1] / (int(term) - np.arange(len(within)))
    first = (turn >= 0) & (turn < table.shape[1])
    ahead = np.where(first, table[kinds, np.clip(turn, 0, table.shape[1] - 1)], 0.0)
    return ahead + np.nan_to_num(_renewal_rate(scheme, kinds, starts, year))


def stake(scheme: LandScheme, kinds: np.ndarray, starts: Years, year: Years) -> np.ndarray:
    """What who is found to have ploughed loses beyond the payment of the year [CNY/ha, nominal]; shapes broadcast.

    Nothing more where it is but withheld, the fine where it is repaid, all that was still to come where the
    contract ends.
    """
    rules = scheme.monitoring
    fined = rules.penalty * mean_rate(scheme)[kinds]
    ended = continuing(scheme, kinds, starts, year) * years_left(scheme, kinds, starts, year)
    return {"withhold": np.zeros(np.shape(ended)), "exclude": ended}.get(
        rules.consequence, fined + np.zeros_like(ended)
    )


def mean_rate(scheme: LandScheme) -> np.ndarray:
    """Mean yearly payment of the first term by plant [CNY/ha, nominal]; (plants,)."""
    path = scheme.payment.first_term()
    return np.array([path[: int(term)].sum() / term if term else 0.0 for term in scheme.contract.years])


def due(scheme: LandScheme, kinds: np.ndarray, starts: Years, year: Years, area: float) -> np.ndarray:
    """What the contract pays for a plot of `area` [ha] in the year, in whole fen; shapes broadcast."""
    return np.rint(rate(scheme, kinds, starts, year) * (area * FEN_PER_CNY)).astype(np.int64)


def mean_due(scheme: LandScheme, kinds: np.ndarray, area: float) -> np.ndarray:
    """Mean yearly payment of the first term for a plot of `area` [ha], in whole fen; shape (plots,)."""
    return np.rint(mean_rate(scheme)[kinds] * (area * FEN_PER_CNY)).astype(np.int64)


def offered(scheme: LandScheme) -> tuple[float, float]:
    """What the offer of a contract says: mean paid years of the first term, and mean rate in them [CNY/ha, nominal]."""
    shares, years = np.asarray(scheme.contract.shares), np.asarray(scheme.contract.years)
    path = scheme.payment.first_term()
    total = np.array([path[: int(term)].sum() for term in years])
    duration = float(shares @ years)
    return duration, float(shares @ total) / duration if duration > 0 else 0.0


def horizon(scheme: LandScheme, year: int) -> np.ndarray:
    """The years, this one first, in which a contract of today can be paid; shape (years,)."""
    kinds = np.arange(len(scheme.contract.plants))
    ends = _renewal_starts(scheme.contract, kinds, year) + _renewal_years(scheme)
    return np.arange(year, max(int(ends.max()), year + 1))


def commitments(scheme: LandScheme, kinds: np.ndarray, starts: Years, years: np.ndarray, area: float) -> np.ndarray:
    """What each contract draws from the budget in each year, administration included [fen].

    Every cent is rounded up, so that what is promised is never less than what is drawn; shape (plots, years).
    """
    begun = np.broadcast_to(np.asarray(starts), kinds.shape)[:, None]
    amounts = due(scheme, kinds[:, None], begun, years[None, :], area)
    return np.ceil(amounts * (1 + scheme.delivery.admin)).astype(np.int64)
