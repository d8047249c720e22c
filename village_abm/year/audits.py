"""What the county has learned from its visits, and what a cheat must expect."""

from __future__ import annotations

import numpy as np

from village_abm.policy import audit, contracts
from village_abm.policy.schemes import LandScheme
from village_abm.village import Village
from village_abm.year.exogenous import Now


def _groups(village: Village, rows: np.ndarray) -> np.ndarray:
    """Group of each plot: its village, and whether its household was found wanting before; (plots,)."""
    patches = village.patches
    return 2 * patches.village[rows].astype(np.int64) + village.households.caught[patches.scheme_payee[rows]]


def _record(village: Village, name: str) -> np.ndarray:
    """Visits and plots found wanting so far, (2, groups)."""
    books: dict[str, np.ndarray] = village.memory.setdefault("audits", {})
    return books.setdefault(name, np.zeros((2, 2 * len(village.names))))


def pull(village: Village, name: str, scheme: LandScheme, rows: np.ndarray) -> np.ndarray:
    """How much more often than the mean plot each plot under contract is visited; (plots,)."""
    seen, found = _record(village, name)
    return audit.pull(scheme.monitoring.learning, seen, found, _groups(village, rows))


def remember(village: Village, name: str, rows: np.ndarray, visited: np.ndarray, found: np.ndarray) -> None:
    """Take in a round of visits: which plots were looked at, which were found wanting."""
    group, record = _groups(village, rows), _record(village, name)
    for line, here in zip(record, (visited, found), strict=True):
        line += np.bincount(group[here], minlength=len(line))
    village.households.caught[village.patches.scheme_payee[rows[found]]] = True


def expected_loss(
    village: Village, now: Now, name: str, scheme: LandScheme, rows: np.ndarray, kinds: np.ndarray
) -> np.ndarray:
    """What ploughing each plot under contract is expected to cost beyond its payment [CNY/ha of 2020]; (plots,)."""
    rules, starts = scheme.monitoring, village.patches.scheme_year[rows]
    at_stake = contracts.stake(scheme, kinds, starts, now.year) / now.price_level
    at_stake = np.where(contracts.in_force(scheme, kinds, starts, now.year), at_stake, 0.0)
    weight = pull(village, name, scheme, rows)
    return audit.expected_loss(rules.audit, rules.detection, rules.forbearance, weight, at_stake)
