"""Schemes in sentences: what is paid, for which land, for how long, and what a cheat risks."""

from copy import deepcopy

import numpy as np
import pytest
from policy_rules import MAIZE, MU, NATURAL, PARAMS, USES, changed, scheme_from, schemes

from village_abm.params import ParameterError
from village_abm.policy import contracts, engineering, payments
from village_abm.policy.enrolment import may_enrol
from village_abm.records import read_toml
from village_abm.streams import Streams

ROUND_1, ROUND_2, WORKS = (schemes()[name] for name in ("grain_for_green_1", "grain_for_green_2", "kd_engineering"))
ECO, ECONOMIC, GRASS = 0, 1, 2  # as in `contract.plants` of the first round
LUCK = Streams(11)


def may(scheme=ROUND_1, year=2000, use=MAIZE, slope=30.0, owner=3, contract=-1, red_line=False, clearing=False):
    cells = [np.array([cell]) for cell in (use, slope, owner, contract, red_line, clearing)]
    return bool(may_enrol(scheme, year, USES, *cells)[0])


def due(scheme, kind, start, year, area=MU):
    return contracts.due(scheme, np.array([kind]), np.array([start]), year, area).item()


def test_steep_maize_of_a_household_may_enter():
    assert may()


def test_a_plot_of_14_degrees_earns_nothing():
    assert not may(slope=14.0)


def test_slopes_of_20_to_25_degrees_enter_from_the_third_year():
    assert [may(slope=22.0, year=year) for year in (2000, 2001, 2002, 2003)] == [False, False, True, True]


@pytest.mark.parametrize(
    "excluded",
    [
        pytest.param({"owner": -1}, id="land of nobody"),
        pytest.param({"clearing": True}, id="land cleared outside the contract"),
        pytest.param({"contract": 0}, id="land under a scheme already"),
        pytest.param({"use": NATURAL}, id="land without a crop"),
        pytest.param({"year": 1999}, id="before the scheme opens"),
        pytest.param({"year": 2004}, id="after it closed"),
    ],
)
def test_is_never_taken(excluded):
    assert not may(**excluded)


def test_a_scheme_for_the_red_line_takes_no_plot_outside_it():
    inside = changed(ROUND_1, eligible={"red_line_only": True})
    assert may(inside, red_line=True)
    assert not may(inside, red_line=False)


def test_a_mu_of_the_first_round_is_paid_to_the_fen():
    # 150 kg x 1.4 + 20 yuan = 230 yuan, in the first year 50 for seedlings; renewed at 105 + 20 = 125 yuan
    paid = [due(ROUND_1, ECO, 2000, year) for year in range(1999, 2018)]
    assert paid == [0, 28_000, *[23_000] * 7, *[12_500] * 8, 0, 0]


def test_a_mu_of_the_second_round_is_paid_in_years_1_3_and_5():
    # 500 + 300 for seedlings, 300, 400: 1,500 yuan; from 2022 100 yuan a year for five more years
    paid = [due(ROUND_2, 0, 2014, year) for year in range(2014, 2028)]
    assert paid == [80_000, 0, 30_000, 0, 40_000, 0, 0, 0, *[10_000] * 5, 0]


def test_a_patch_of_25_m_is_paid_for_its_own_area():
    # 0.0625 ha = 0.9375 mu at 280 yuan: 262.50 yuan
    assert due(ROUND_1, ECO, 2000, 2000, area=0.0625) == 26_250


@pytest.mark.parametrize(("kind", "years"), [(ECO, 8), (ECONOMIC, 5), (GRASS, 2)])
def test_payment_stops_when_the_contract_ends(kind, years):
    assert due(ROUND_1, kind, 2000, 2000 + years - 1) == 23_000
    unrenewed = changed(ROUND_1, contract={"renewal_years": (0.0, 0.0, 0.0)})
    kinds = np.array([kind])
    for later in range(2000 + years, 2030):
        assert due(unrenewed, kind, 2000, later) == 0
        assert contracts.is_over(unrenewed, kinds, 2000, later).all()


def test_grass_waits_from_2002_to_2007_for_its_renewed_term():
    years = np.arange(2000, 2011)
    force = contracts.in_force(ROUND_1, np.array([GRASS]), 2000, years)
    assert years[force].tolist() == [2000, 2001, 2007, 2008]
    assert years[~contracts.is_over(ROUND_1, np.array([GRASS]), 2000, years)].tolist() == list(range(2000, 2009))


def test_a_year_without_money_inside_the_term_still_binds():
    assert contracts.in_force(ROUND_2, np.array([0]), 2014, 2015).all()
    assert due(ROUND_2, 0, 2014, 2015) == 0


def test_a_year_without_money_does_not_look_like_the_end():
    # 800, 0, 300, 0, 400 yuan: still to come 1,500 in 5 years, 700 in 4, 700 in 3, 400 in 2, 400 in 1
    ahead = contracts.continuing(ROUND_2, np.array([0]), 2014, np.arange(2013, 2024)) * MU
    np.testing.assert_allclose(ahead, [0, 300, 175, 700 / 3, 200, 400, 0, 0, 0, 100, 100])


def test_a_renewal_at_nothing_is_none():
    ended = changed(ROUND_1, payment={"renewal_rate": (0.0,) * 8})
    assert not contracts.in_force(ended, np.array([ECO]), 2000, 2008).any()
    assert contracts.is_over(ended, np.array([ECO]), 2000, 2008).all()


def test_what_is_planted_is_known_for_good_and_follows_the_shares():
    ids = np.arange(20_000)
    kinds = contracts.planted(ROUND_1.contract, LUCK, ids)
    np.testing.assert_allclose(np.bincount(kinds, minlength=3) / len(ids), [0.85, 0, 0.15], atol=0.01)
    np.testing.assert_array_equal(kinds[5:9], contracts.planted(ROUND_1.contract, LUCK, ids[5:9]))


# ---- payment day


def settled(scheme, compliant, year=2001, payees=None, **more):
    count = len(compliant)
    payees = np.arange(count) if payees is None else payees
    plots = (
        np.arange(count) + 100,
        np.zeros(count, int),
        np.full(count, 2000),
        payees,
        np.asarray(compliant),
    )
    return payments.settle(scheme, LUCK, year, MU, *plots, np.arange(count) + 900, **more)


STRICT = changed(ROUND_1, monitoring={"audit": 1.0, "detection": 1.0, "forbearance": 0.0}, delivery={"shortfall": 0.0})


def test_nobody_is_paid_for_land_of_others():
    one = settled(STRICT, [True] * 6, payees=np.array([0, 0, 2, 2, 2, 5]))
    assert one.paid.tolist() == [46_000, 0, 69_000, 0, 0, 23_000]


def test_a_plot_without_a_payee_is_an_error():
    with pytest.raises(ValueError, match="no payee"):
        settled(STRICT, [True], payees=np.array([-1]))


def test_an_audited_cheat_repays():
    one = settled(STRICT, [True, False, True])
    # the mean of 8 years is 230 + 50 / 8 = 236.25 yuan
    assert one.paid.tolist() == [23_000, 0, 23_000]
    assert one.fines.tolist() == [0, 23_625, 0]
    assert one.punished.tolist() == [False, True, False]
    assert one.withheld == 23_000
    assert (one.due.sum(), one.lost) == (69_000, 0)
    assert one.passed.tolist() == [23_000, 0, 23_000]


@pytest.mark.parametrize("mercy", [{"audit": 0.0}, {"detection": 0.0}, {"forbearance": 1.0}])
def test_a_cheat_who_is_not_visited_not_seen_or_let_off_is_paid(mercy):
    one = settled(changed(STRICT, monitoring=mercy), [False])
    assert (one.paid.item(), one.fines.item()) == (23_000, 0)


def test_an_honest_household_is_never_fined():
    assert settled(STRICT, [True] * 500).fines.sum() == 0


def test_audits_find_cheats_at_audit_times_detection_less_those_let_off():
    plain = changed(ROUND_1, delivery={"shortfall": 0.0})
    one = settled(plain, np.zeros(40_000, bool))
    assert one.visited.mean() == pytest.approx(0.10, abs=0.005)
    assert one.punished.mean() == pytest.approx(0.10 * 0.8 * 0.7, abs=0.004)


def test_a_poor_county_visits_fewer_plots():
    one = settled(STRICT, [False] * 50, most_visits=7)
    assert one.visited.sum() == 7 == one.punished.sum()


def test_of_what_is_due_fifteen_percent_is_lost_in_the_first_round():
    one = settled(ROUND_1, np.ones(20_000, bool))
    assert 1 - one.paid.sum() / one.due.sum() == pytest.approx(0.15, abs=0.003)
    assert one.lost == one.due.sum() - one.paid.sum()
    np.testing.assert_array_equal(one.passed, one.due)


def test_the_second_round_arrives_whole():
    count = 9
    plots = (
        np.arange(count),
        np.zeros(count, int),
        np.full(count, 2014),
        np.arange(count),
        np.ones(count, bool),
    )
    one = payments.settle(ROUND_2, LUCK, 2016, MU, *plots, np.arange(count))
    assert one.paid.tolist() == [30_000] * 9
    assert one.admin == 21_600  # 8% of 2,700 yuan


def test_a_plot_stands_while_planted_and_past_five_years_only_if_it_grew():
    rules = ROUND_1.monitoring
    planted, age, cover = (
        np.array([True, True, True, False]),
        np.array([2, 6, 6, 6]),
        np.array([0.0, 0.01, 0.3, 0.9]),
    )
    assert payments.stands(rules, planted, age, cover).tolist() == [True, False, True, False]


# ---- works


def treated(scheme=WORKS, year=2006, grade=None, score=None, use=None, before=None, cover=None, depth=None):
    grade = np.full(1000, 3) if grade is None else grade
    count = len(grade)
    use = np.full(count, NATURAL) if use is None else use
    before = np.zeros(count, int) if before is None else before
    allowed = engineering.may_treat(scheme, year, USES, use, grade, before)
    score = np.full(count, 50.0) if score is None else score
    cover = np.full(count, 0.1) if cover is None else cover
    depth = np.full(count, 3.0) if depth is None else depth
    state = (np.arange(count), score, grade, cover, np.full(count, 2.0), depth)
    return engineering.treat(scheme, LUCK, year, 0.0625, 5.5, allowed, *state)


def test_a_twentieth_of_the_desertified_patches_is_treated_in_a_year():
    assert len(treated().rows) == 50


def test_only_desertified_wild_land_is_treated_and_only_once():
    grade = np.array([0, 1, 2, 3, 4, 5, 5, 5])
    use = np.array([NATURAL] * 6 + [MAIZE, NATURAL])
    before = np.array([0] * 7 + [2006])
    allowed = engineering.may_treat(WORKS, 2007, USES, use, grade, before)
    assert np.flatnonzero(allowed).tolist() == [2, 3, 4, 5]
    assert not engineering.may_treat(WORKS, 2005, USES, use, grade, before).any()


def test_the_worst_patches_come_first():
    score = np.linspace(20, 80, 1000)
    assert score[treated(score=score).rows].mean() > 75
    still = changed(WORKS, works={"noise": 0.0})
    assert sorted(treated(still, score=score).rows) == list(range(950, 1000))


def test_a_patch_of_a_worse_grade_survives_less_often():
    everything = changed(WORKS, works={"pace": 1.0}, budget=1e9)
    for grade, chance in zip((2, 3, 4, 5), (0.85, 0.75, 0.55, 0.30), strict=True):
        took = treated(everything, grade=np.full(5000, grade)).survived
        assert took.mean() == pytest.approx(chance, abs=0.02)


def test_soil_is_brought_to_a_centimetre_above_the_critical_depth_and_never_taken_away():
    depth = np.where(np.arange(1000) % 2 == 0, 3.0, 20.0)
    one = treated(depth=depth)
    np.testing.assert_allclose(one.soil_depth, np.maximum(depth[one.rows], 6.5))
    np.testing.assert_allclose(one.soil_brought, np.where(depth[one.rows] < 6.5, 3.5, 0.0))


def test_survivors_start_at_a_quarter_cover_and_dead_plantings_change_no_cover():
    one = treated()
    assert set(one.cover[one.survived]) == {0.25}
    assert set(one.age[one.survived]) == {10.0}
    assert set(one.cover[~one.survived]) == {0.1}
    assert set(one.age[~one.survived]) == {2.0}
    assert treated(cover=np.full(1000, 0.6)).cover.min() == 0.6


def test_works_cost_3000_yuan_a_hectare_and_stop_at_the_budget():
    one = treated()
    assert (one.works, one.admin) == (50 * 18_750, 50 * 1_500)  # 187.50 yuan a patch and 8%
    poor = treated(changed(WORKS, budget=1_000.0))
    assert len(poor.rows) == 4  # 202.50 yuan each
    assert poor.works + poor.admin <= 100_000
    np.testing.assert_array_equal(poor.rows, one.rows[:4])


def test_works_without_money_are_not_done():
    assert len(treated(changed(WORKS, payment={"unit_cost": 0.0})).rows) == 0
    assert len(treated(changed(WORKS, budget=0.0)).rows) == 0


# ---- a scheme is data


def table(name="grain_for_green_2"):
    return deepcopy(read_toml(PARAMS / "schemes.toml")[name])


def test_a_scheme_is_a_table_and_its_rule_chooses_the_parts():
    assert scheme_from(table()).payment.rate == (7_500, 0, 4_500, 0, 6_000)
    assert scheme_from(table("kd_engineering")).payment.unit_cost == pytest.approx(3_000)


def with_word(key, word):
    made = table()
    made[key] = {"value": word, "source": "design"}
    return made


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("pays_for", "good_will"),
        ("targeting", "auction_uniform"),
        ("mechanism", "magic"),
        ("led_by", "wizard"),
    ],
)
def test_an_option_that_does_nothing_is_refused(key, word):
    with pytest.raises(ParameterError, match=word):
        scheme_from(with_word(key, word))


def test_a_contract_whose_lists_differ_in_length_is_refused():
    wrong = table()
    wrong["contract"]["shares"]["value"] = [0.5, 0.5]
    with pytest.raises(ParameterError, match=r"contract\.shares"):
        scheme_from(wrong)
