"""Line 4 of the year: what households expect, see others do, come to know and believe."""

from __future__ import annotations

import numpy as np

from village_abm.economy import market
from village_abm.order import totals
from village_abm.policy.schemes import LandScheme
from village_abm.society import learning
from village_abm.village import Village
from village_abm.year import market_day, networks, roles
from village_abm.year.exogenous import Now

YEARS_REMEMBERED = 10


def learn(village: Village, now: Now) -> None:
    """Take in last year's prices, old and new ties and their uses, the greening of the land, promises kept or not."""
    _expect_prices(village, now)
    networks.renew(village)
    _learn_from_others(village)
    roles.assist(village)
    _look_at_the_land(village)
    _judge_promises(village)


def _expect_prices(village: Village, now: Now) -> None:
    rules, households, memory = village.params.market, village.households, village.memory
    informed, shares = market_day.look_ahead(village, now)
    way = market.way_of_expecting(shares, village.streams, households.id)
    households.price_belief[:] = market.expected_price(
        rules, way, households.price_belief, memory["price"], memory["previous price"], informed
    )
    memory["usual price"] = market.usual_price(rules, memory["usual price"], memory["price"])


def holdings(village: Village) -> np.ndarray:
    """Which uses each household has on the plots it works; shape (households, uses)."""
    workers, count = village.workers, len(village.uses)
    held = workers >= 0
    cells = workers[held].astype(np.int64) * count + village.patches.use[held]
    return np.bincount(cells, minlength=len(village.households) * count).reshape(-1, count) > 0


def _learn_from_others(village: Village) -> None:
    rules, households, uses = village.params.people.learning, village.households, village.uses
    choice, enrolment = village.params.farm.choice, village.params.government.enrolment
    known = village.known()
    holds = holdings(village)
    households.norm[:] = learning.norms(known, holds, households.alive, choice.norm_threshold)
    grown = holds & (uses.is_kind("crop") | uses.is_kind("perennial"))
    ready = learning.thresholds(rules, households.id, households.backbone | households.returnee, village.streams)
    households.knowledge[:] = learning.knowledge(rules, known, households.knowledge, grown, households.alive, ready)
    enrolled = np.zeros(len(households), bool)
    payees = village.patches.scheme_payee[village.under(LandScheme)]
    enrolled[payees[payees >= 0]] = True
    households.ties_enrolled[:] = learning.norms(known, enrolled, households.alive, enrolment.norm_threshold)


def _look_at_the_land(village: Village) -> None:
    households, patches = village.households, village.patches
    count = len(village.names)
    cover = totals(patches.village, patches.cover, count) / totals(patches.village, np.ones(len(patches)), count)
    seen = village.memory.setdefault("cover seen", [])
    seen.append(cover)
    del seen[:-YEARS_REMEMBERED]
    gain = (seen[-1] - seen[0])[households.village.astype(np.int64)]
    households.belief[:] = learning.environmental_belief(village.params.people.learning, households.belief, gain, 0.0)


def _judge_promises(village: Village) -> None:
    rules, households = village.params.people.learning, village.households
    promised = households.promised.astype(float)
    households.trust[:] = learning.trust(
        rules, households.trust, households.payments.astype(float), promised, (households.fined > 0).astype(float)
    )
    households.shortfall_memory[:] = learning.remembered_shortfall(
        rules, households.shortfall_memory, households.payments.astype(float), promised
    )
