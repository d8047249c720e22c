"""Roles of households: backbone farmers and returning migrants, when they begin and what they bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.params import needs
from village_abm.streams import Streams


@dataclass(frozen=True)
class Roles:
    """When a household has a role, and what the role gives it."""

    backbone: bool = needs(None, "there are backbone farmers")
    enter: float = needs("ha", "land worked from which a household is a backbone farmer")
    leave: float = needs("ha", "land worked below which it is one no longer")
    hands_below: float = needs("yr", "age below which a worker at home counts for that")
    cost: float = needs("1", "part of the cost of renting land in that is left to a backbone farmer")
    assistance: float = needs("1/yr", "share of missing knowledge of every use that technical assistance brings")
    labour_saved: float = needs("1", "share of the days of crop work that small machines save a backbone farmer")
    returning: bool = needs(None, "those who come home bring savings and knowledge")
    window: float = needs("yr", "years for which a household with somebody come home counts as returning migrant")
    least_away: float = needs("yr", "years away that bring savings or skill worth the name")
    saved: float = needs("1", "share of a migrant's wage kept for the way home")
    saved_years: float = needs("yr", "most years of such savings")
    enterprise: float = needs("1", "share of those come home who bring knowledge of other uses")
    knowledge: float = needs("1", "knowledge of every use that they bring")


def brought_home(rules: Roles, wage: float, years: np.ndarray) -> np.ndarray:
    """Savings of people who come home after `years` away, 12 `wage` saved min(years, most) [CNY]; (people,).

    `wage` [CNY/month]. Nothing below the least years away.
    """
    counted = np.where(years >= rules.least_away, np.minimum(years, rules.saved_years), 0.0)
    return 12 * wage * rules.saved * counted


def enterprising(rules: Roles, streams: Streams, person_ids: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Who of those who come home brings knowledge of other uses, drawn once for good; (people,) bool."""
    return (years >= rules.least_away) & (streams.uniform("roles.enterprise", 0, person_ids) < rules.enterprise)


def assisted(rules: Roles, knowledge: np.ndarray) -> np.ndarray:
    """Knowledge after a year of technical assistance, k + a (1 - k); shape of `knowledge`."""
    return knowledge + rules.assistance * (1 - knowledge)
