"""Payment day: visits, fines, what arrives and what the way costs, in whole fen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.policy import audit
from village_abm.policy.contracts import due, mean_due
from village_abm.policy.parts import Checks, Delivery, Monitoring
from village_abm.policy.schemes import LandScheme
from village_abm.streams import Streams


@dataclass(frozen=True)
class Settlement:
    """One scheme's year; money in whole fen. drawn = sum(paid) + admin; due = paid + lost + withheld."""

    due: np.ndarray  # (households,) what the contracts promise
    passed: np.ndarray  # (households,) what is due once the visits are over
    paid: np.ndarray  # (households,) what arrives
    fines: np.ndarray  # (households,) what those found out give back
    visited: np.ndarray  # (plots,) was looked at
    found: np.ndarray  # (plots,) found wanting
    punished: np.ndarray  # (plots,) found wanting and not let off: unpaid, and what else the scheme does
    admin: int
    withheld: int
    lost: int

    @property
    def drawn(self) -> int:
        """What the scheme takes from its budget this year [fen]."""
        return int(self.paid.sum()) + self.admin


def stands(rules: Monitoring, is_planted: np.ndarray, use_age: np.ndarray, cover: np.ndarray) -> np.ndarray:
    """Whether each plot keeps its contract: still planted and, past the years of grace, grown; (plots,)."""
    return is_planted & ((use_age < rules.grace) | (cover >= rules.least_cover))


def visits(
    rules: Checks,
    streams: Streams,
    year: int,
    ids: np.ndarray,
    most: int | None = None,
    pull: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Which plots are visited: a keyed draw below the audit rate, at most `most`, the likeliest to fail the more
    often (`pull`, (plots,)); shape (plots,)."""
    draws = streams.uniform("audit.visit", year, ids)
    return audit.visited(draws, rules.audit, np.broadcast_to(pull, draws.shape), ids, most)


def _by_household(amounts: np.ndarray, payees: np.ndarray, count: int) -> np.ndarray:
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, payees, amounts)
    return total


def delivered(
    delivery: Delivery, streams: Streams, year: int, household_ids: np.ndarray, owed: np.ndarray
) -> np.ndarray:
    """What of the amount owed arrives [fen]; shape (households,).

    arrives = floor(owed (1 - min(1, 2 shortfall u))), u uniform by household and year: a mean loss of
    `shortfall` while that is at most one half.
    """
    luck = streams.uniform("payment.shortfall", year, household_ids)
    share = 1.0 - np.minimum(1.0, 2.0 * delivery.shortfall * luck)
    return np.floor(owed * share).astype(np.int64)


def settle(
    scheme: LandScheme,
    streams: Streams,
    year: int,
    area: float,
    ids: np.ndarray,
    kinds: np.ndarray,
    starts: np.ndarray,
    payees: np.ndarray,
    compliant: np.ndarray,
    household_ids: np.ndarray,
    most_visits: int | None = None,
    looked_at: np.ndarray | bool = False,
    share: np.ndarray | float = 1.0,
    bonus: np.ndarray | int = 0,
    pull: np.ndarray | float = 1.0,
) -> Settlement:
    """Pay the contracts of a scheme after the audit; plots are those in force, `payees` household rows.

    A plot that does not stand is found with probability audit x detection; unless let off (forbearance) its
    payment of the year is withheld and, where the consequence says so, `penalty` mean yearly payments are given
    back. Plots that rangers have `looked_at` (plots,) count as visited, but for the cost. By plot, `share` is what
    an auction left of the posted payment, `bonus` what comes on top of it [fen], `pull` how much more often than
    the mean it is visited.
    Raises ValueError for a plot that nobody is paid for.
    """
    if (payees < 0).any():
        raise ValueError("a plot under contract has no payee: close its contract before payment day")
    rules, count = scheme.monitoring, len(household_ids)
    owed = np.floor(due(scheme, kinds, starts, year, area) * share).astype(np.int64) + bonus
    visited = visits(rules, streams, year, ids, most_visits, pull)
    found = (visited | looked_at) & ~compliant & (streams.uniform("audit.detection", year, ids) < rules.detection)
    punished = found & (streams.uniform("audit.forbearance", year, ids) >= rules.forbearance)
    fined = punished if rules.consequence in ("repay", "repay_and_replant") else np.zeros_like(punished)
    fines = np.rint(np.where(fined, rules.penalty * share * mean_due(scheme, kinds, area), 0)).astype(np.int64)
    passed = _by_household(np.where(punished, 0, owed), payees, count)
    paid = delivered(scheme.delivery, streams, year, household_ids, passed)
    return Settlement(
        due=_by_household(owed, payees, count),
        passed=passed,
        paid=paid,
        fines=_by_household(fines, payees, count),
        visited=visited,
        found=found,
        punished=punished,
        admin=int(np.floor(scheme.delivery.admin * int(paid.sum()))),
        withheld=int(owed[punished].sum()),
        lost=int((passed - paid).sum()),
    )
