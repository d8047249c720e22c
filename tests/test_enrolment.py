"""Who enters: directions under the same luck, norms, queues, budget."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from policy_rules import MAIZE, MU, USES, changed, government, schemes

from village_abm.policy import contracts
from village_abm.policy.enrolment import may_enrol, taste, thinks, utility, willing
from village_abm.policy.targeting import intake
from village_abm.streams import Streams

ROUND_1, ROUND_2 = schemes()["grain_for_green_1"], schemes()["grain_for_green_2"]
RULES = government().enrolment
LUCK = Streams(5)
NONE = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def scaled(scheme, by):
    return changed(
        scheme,
        payment={"rate": tuple(by * cny for cny in scheme.payment.rate), "grain": by * scheme.payment.grain,
                 "seedlings": by * scheme.payment.seedlings,
                 "renewal_rate": tuple(by * cny for cny in scheme.payment.renewal_rate)},
    )  # fmt: skip


def value(scheme=ROUND_2, cost=4_500.0, slope=15.0, ties=0.2, off_farm=0.0, gap=0.0, trust=0.0, short=0.0, level=1.0):
    cells = np.broadcast_arrays(
        *(np.atleast_1d(x).astype(float) for x in (cost, slope, ties, off_farm, gap, trust, short))
    )
    return utility(RULES, scheme, level, *cells)


def enrolled(scheme, households=400, plots_each=5, year=2014, ties=0.2, **more):
    """Ids of the plots taken in one year from steep maize plots that differ in what they bring."""
    luck = Streams(8)
    ids = np.arange(households * plots_each)
    owner = ids // plots_each
    slope = 25 + 20 * luck.uniform("test.slope", 0, ids)
    cost = 4_500 * np.exp(0.5 * luck.normal("test.cost", 0, ids))
    may = may_enrol(
        scheme, year, USES, np.full(len(ids), MAIZE), slope, owner, np.full(len(ids), -1),
        np.zeros(len(ids), bool), np.zeros(len(ids), bool),
    )  # fmt: skip
    worth = utility(
        RULES, scheme, 1.0, cost[may], slope[may], np.full(may.sum(), ties), *np.zeros((4, may.sum())), **more
    )
    wants = willing(RULES, scheme, luck, year, owner[may], worth)
    chosen, kinds = intake(scheme, luck, year, MU, ids[may], slope[may], owner[may] % 2, wants, NONE)
    assert len(chosen) == len(kinds)
    return ids[may][chosen]


RICH = changed(ROUND_2, budget=1e12, pace=1.0)


def test_at_payment_equal_to_cost_all_else_at_reference_half_would_enrol():
    # 1,500 yuan in five years are 4,500 yuan/ha and year; three years short of the reference takes .15 off
    assert value() == pytest.approx(-0.15)


def test_utility_worked_by_hand():
    got = value(cost=2_250.0, slope=25.0, ties=0.7, off_farm=0.5, gap=0.25, trust=0.6, short=0.1)
    assert got == pytest.approx(1.2 * np.log(2) - 0.15 + 0.5 + 0.3 + 0.3 - 0.1 + 0.3 - 0.1)


def test_payment_is_weighed_in_real_money():
    assert value(level=0.5) == pytest.approx(value(cost=2_250.0))


def test_a_crop_at_a_loss_costs_the_floor_and_no_more():
    np.testing.assert_array_equal(value(cost=-9_000.0), value(cost=RULES.least_cost))


def test_a_higher_payment_never_enrols_fewer():
    taken = [set(enrolled(scaled(RICH, by)).tolist()) for by in (0.02, 0.1, 0.5, 1, 2, 10)]
    for less, more in pairwise(taken):
        assert less <= more
    assert 0 < len(taken[2]) < len(taken[4])


def test_a_rate_of_zero_equals_no_scheme():
    assert len(enrolled(scaled(RICH, 0.0))) == 0


def test_a_rate_so_high_that_all_gain_takes_every_eligible_plot():
    assert len(enrolled(scaled(RICH, 1e4))) == 2_000


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ({"ties": 0.8}, {"ties": 0.1}),
        ({"slope": 35.0}, {"slope": 20.0}),
        ({"off_farm": 0.9}, {"off_farm": 0.1}),
        ({"trust": 0.9}, {"trust": 0.1}),
        ({"gap": 0.0}, {"gap": 0.5}),
        ({"short": 0.0}, {"short": 0.3}),
        ({"cost": 2_000.0}, {"cost": 5_000.0}),
    ],
)
def test_the_signs_of_the_evidence(more, less):
    assert value(**more) > value(**less)


def test_a_longer_contract_at_the_same_yearly_pay_is_worth_more():
    long = changed(ROUND_2, payment={"rate": (4_500.0,) * 8, "seedlings": 0.0}, contract={"years": (8.0,)})
    assert value(long) == pytest.approx(value() + 0.05 * 3)


def test_the_norm_gives_a_hump_over_the_payment():
    def gain(by):
        return len(enrolled(scaled(RICH, by), ties=0.7)) - len(enrolled(scaled(RICH, by), ties=0.2))

    assert gain(1.0) > gain(0.02)
    assert gain(1.0) > gain(50.0)


def test_a_taste_is_drawn_once_and_is_the_same_for_rivals_of_one_year():
    ids = np.arange(30_000)
    rival = changed(ROUND_2, name="rival")
    np.testing.assert_array_equal(taste(ROUND_2, LUCK, ids), taste(rival, LUCK, ids))
    assert taste(ROUND_2, LUCK, ids).mean() == pytest.approx(0, abs=0.04)
    assert taste(ROUND_2, LUCK, ids).std() == pytest.approx(np.pi / np.sqrt(3), abs=0.03)
    assert abs(np.corrcoef(taste(ROUND_2, LUCK, ids), taste(ROUND_1, LUCK, ids))[0, 1]) < 0.02


def test_all_think_when_the_scheme_opens_and_a_fifth_in_a_later_year():
    ids = np.arange(20_000)
    assert thinks(RULES, ROUND_2, LUCK, 2014, ids).all()
    assert thinks(RULES, ROUND_2, LUCK, 2015, ids).mean() == pytest.approx(0.20, abs=0.01)


def test_from_above_nobody_is_asked():
    assert willing(RULES, ROUND_1, LUCK, 2001, np.arange(9), np.full(9, -99.0)).all()
    assert not willing(RULES, ROUND_2, LUCK, 2014, np.arange(9), np.full(9, -99.0)).any()


def take(scheme, ids, slope, villages=None, wanted=None, running=NONE, year=2000):
    villages = np.zeros(len(ids), int) if villages is None else villages
    wanted = np.ones(len(ids), bool) if wanted is None else wanted
    return intake(scheme, LUCK, year, MU, ids, slope, villages, wanted, running)[0]


def test_steepest_first_takes_two_fifths_from_the_top_and_breaks_ties_by_id():
    ids = np.array([7, 3, 9, 1, 5])
    slope = np.array([26.0, 30.0, 30.0, 30.0, 40.0])
    assert take(ROUND_1, ids, slope).tolist() == [4, 3]  # 40 degrees, then the lowest id of those with 30


def test_first_come_does_not_depend_on_how_the_plots_are_listed():
    ids = np.arange(100) * 17
    slope = np.full(100, 30.0)
    forward = ids[take(ROUND_2, ids, slope, year=2014)]
    backward = ids[::-1][take(ROUND_2, ids[::-1], slope, year=2014)]
    assert forward.tolist() == backward.tolist()
    assert len(forward) == 40


def test_a_quota_by_village_gives_each_village_its_share():
    dealt = changed(ROUND_1, targeting="quota_by_village")
    villages = np.repeat([0, 1], [10, 40])
    taken = take(dealt, np.arange(50), np.full(50, 30.0), villages)
    assert np.bincount(villages[taken]).tolist() == [4, 16]


def test_who_does_not_want_leaves_the_place_to_the_next():
    wanted = np.array([False, True, True, True, False])
    assert take(ROUND_1, np.arange(5), np.linspace(45, 25, 5), wanted=wanted).tolist() == [1, 2]


def test_the_queue_stops_at_the_first_plot_the_budget_cannot_carry():
    # a mu of forest draws at most 280 yuan x 1.08 = 302.40 in a year: three fit into 1,000 yuan
    woods = changed(ROUND_1, contract={"shares": (1.0, 0.0, 0.0)}, pace=1.0, budget=1_000.0)
    assert take(woods, np.arange(5), np.linspace(45, 25, 5)).tolist() == [0, 1, 2]


def test_a_later_year_that_would_burst_the_budget_counts_too():
    # contracts of 2014 draw 300 x 1.08 in 2016, when nothing but new ones seem to be paid in 2015
    lean = changed(ROUND_2, pace=1.0, budget=864.0)  # 800 x 1.08: one plot a year
    running = (np.zeros(1, int), np.array([2014]))
    assert take(lean, np.arange(3), np.full(3, 30.0), running=NONE, year=2014).tolist() != []
    assert len(take(lean, np.arange(3), np.full(3, 30.0), running=running, year=2015)) == 1
    assert len(take(lean, np.arange(3), np.full(3, 30.0), running=running, year=2016)) == 0


@settings(max_examples=40, deadline=None)
@given(budget=some.floats(0, 30_000), pace=some.floats(0, 1), by=some.floats(0, 5), seed=some.integers(0, 10**6))
def test_the_budget_is_never_promised_twice(budget, pace, by, seed):
    luck, scheme = Streams(seed), changed(scaled(ROUND_1, by), budget=budget, pace=pace)
    ids, left = np.arange(60), np.ones(60, bool)
    kinds, starts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for year in range(2000, 2004):
        rows = np.flatnonzero(left)
        new, what = intake(
            scheme, luck, year, MU, ids[rows], np.full(len(rows), 30.0), np.zeros(len(rows), int),
            np.ones(len(rows), bool), (kinds, starts),
        )  # fmt: skip
        assert len(set(new.tolist())) == len(new)
        left[rows[new]] = False
        kinds, starts = np.append(kinds, what), np.append(starts, np.full(len(new), year))
    years = np.arange(2000, 2025)
    drawn = contracts.commitments(scheme, kinds, starts, years, MU).sum(axis=0)
    assert (drawn <= round(budget * 100)).all()
