""" "Blood-making" support in sentences: courses, work, seedlings, lines, shares, land."""

import numpy as np
import pytest
from policy_rules import changed, schemes
from scheme_pair import booked, drawn_is_used, lived, same

from village_abm.params import ParameterError
from village_abm.policy import support
from village_abm.streams import Streams
from village_abm.year import exogenous
from village_abm.year.paying import support as paying

SUPPORT, BACKBONE = schemes()["hematopoietic"], schemes()["technical_assistance"]
LUCK = Streams(5)
NAME = "hematopoietic"


def test_a_course_teaches_a_fifth_of_what_is_still_unknown():
    assert support.learned(SUPPORT.training, np.array([0.0, 0.5, 1.0])).tolist() == pytest.approx([0.2, 0.6, 1.0])


def test_only_those_meant_are_reached_and_a_wider_reach_takes_the_same_and_more():
    ids, poor = np.arange(1000), np.arange(1000) % 2 == 0
    few, many = (
        support.reached(changed(SUPPORT, reach=share), LUCK, ids, poor, ~poor) for share in (0.4, 0.8)
    )  # fmt: skip
    assert not (few & ~poor).any()
    assert (many >= few).all()
    assert few.sum() < many.sum()
    assert not (support.reached(BACKBONE, LUCK, ids, poor, ~poor) & poor).any()


def test_the_budget_says_how_many_are_trained():
    tight = changed(SUPPORT, budget=540.0 * 7)  # seven courses of 500 yuan with 8% on top
    chosen = support.trained(tight, LUCK, np.arange(40), np.arange(40) % 2 == 0)
    assert chosen.sum() == 7
    assert not chosen[1::2].any()


def test_a_cooperative_is_granted_what_it_lacks_of_the_money_of_its_own():
    given = support.grant(SUPPORT.help, np.full(3, 45_000), np.array([-10, 20_000, 90_000]))
    assert given.tolist() == [45_000, 25_000, 0]


def test_whom_it_is_for_must_be_known():
    with pytest.raises(ParameterError, match="poor, backbone, all"):
        changed(SUPPORT, for_whom="rich")


def test_the_poor_learn_find_work_and_are_paid_for_what_they_plant():
    now, other = lived(NAME, 2018, burn_in=2010), lived("", 2018, burn_in=2010)
    assert drawn_is_used(now, NAME)
    columns = [now.village.uses.index[use] for use in SUPPORT.uses]
    rows = other.households.rows
    assert now.households.knowledge[:, columns].sum() > other.households.knowledge[:, columns].sum()
    assert now.households.local_labour.sum() > other.households.local_labour[rows].sum()
    assert booked(now, "county purse", f"works: {NAME}") < 0


def test_half_of_what_was_planted_this_year_is_paid_back():
    now = lived("", 2015, burn_in=2013)
    village, patches = now.village, now.patches
    ash = village.uses.index["prickly_ash"]
    row = int(np.flatnonzero((patches.owner >= 0) & (patches.use != ash) & (patches.scheme < 0))[0])
    patches.use[row], patches.use_age[row], patches.user[row] = ash, 1, -1
    supported = np.zeros(len(now.households), bool)
    supported[patches.owner[row]] = True
    mine = (village.workers == patches.owner[row]) & (patches.use_age == 1) & (patches.use == ash)
    owed = paying._planted(village, SUPPORT, supported)
    cost = 0.5 * village.uses.establish_cash[ash] * village.hectares * mine.sum()
    assert owed[patches.owner[row]] == pytest.approx(village.fen(cost), abs=1)
    assert owed.sum() == owed[patches.owner[row]]


def test_backbone_farmers_take_on_fallow_land_of_the_collective_but_none_behind_the_red_line():
    now = lived("", 2012, burn_in=2010)
    village, patches = now.village, now.patches
    fallow = village.uses.index["fallow"]
    plots = np.flatnonzero((patches.land_kind >= 2) & (patches.land_kind <= 6) & (patches.scheme < 0))[:30]
    patches.owner[plots], patches.user[plots], patches.use[plots] = -1, -1, fallow
    patches.red_line[plots] = np.arange(len(plots)) < 10
    takers = now.households.rows[:2]
    paying._contract_land(village, BACKBONE, takers)  # 5 mu are five plots of 0.94 mu
    assert set(patches.owner[plots[:10]].tolist()) == {-1}
    given = patches.owner[plots[10:]]
    assert np.isin(given, [-1, *takers]).all()
    assert (np.bincount(given[given >= 0], minlength=len(now.households))[takers] == 5).all()


def test_poor_members_get_shares_that_the_cooperative_has_in_its_purse():
    now = lived("", 2014, burn_in=2012)
    village, households = now.village, now.households
    driver = int(np.argmax(now.params.cooperatives.drivers.column("sale")))
    coop = int(now.cooperatives.add(np.array([7]), use=village.uses.index["prickly_ash"], driver=driver)[0])
    rows = households.rows[:3]
    households.cooperative[rows], households.cooperative_share[rows] = coop, [0, 40_000, 250_000]
    now._open_books()
    supported = np.zeros(len(households), bool)
    supported[rows] = True
    cash, held = int(now.cooperatives.cash[coop]), int(now.cooperatives.shares[coop])
    assert paying._give_shares(village, SUPPORT, supported, 10**9) == 160_000
    assert households.cooperative_share[rows].tolist() == [100_000, 100_000, 250_000]
    assert now.cooperatives.cash[coop] - cash == now.cooperatives.shares[coop] - held == 160_000


def test_without_its_parts_it_is_no_scheme_bit_for_bit():
    parts = ("training.gain", "training.job_days", "help.seedlings", "help.lines", "help.shares", "help.land")
    nothing = {f"schemes.{NAME}.{part}": 0 for part in parts}
    assert same(lived(NAME, 2018, nothing, burn_in=2012), lived("", 2018, burn_in=2012))


def test_a_closed_scheme_pays_nobody():
    now = lived("", 2013, burn_in=2012)
    now._open_books()
    now.village.memory["paid by scheme"] = {}
    late = changed(SUPPORT, years=(1990, 1995))
    paying.prepare(now.village, now.government, exogenous.read(now.village), 0, NAME, late)
    assert paying.settle(now.village, now.government, exogenous.read(now.village), 0, NAME, late, 0).drawn == 0
