"""The information service within the year: who can know what is planted, and what it costs."""

from __future__ import annotations

from dataclasses import replace

from agents.government import Government
from village_abm.economy.market import Market
from village_abm.policy import information
from village_abm.policy.information import InformationScheme
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year.contracts import running
from village_abm.year.exogenous import Now


def told(village: Village) -> Market:
    """The market with the share of growers who can know raised by the services that run this year, never lowered."""
    rules = village.params.market
    for _, _, scheme in running(village):
        if isinstance(scheme, InformationScheme):
            known = information.reach(scheme, village.year, len(village.households.rows))
            rules = replace(rules, informed=max(rules.informed, known))
    return rules


def settle(
    village: Village, _government: Government, now: Now, _number: int, _name: str, scheme: InformationScheme, _room: int
) -> Spent:
    """Pay the service for every household; it works outside the village."""
    service, admin = information.cost(scheme, now.year, len(village.households.rows))
    return Spent(works=service, admin=admin)
