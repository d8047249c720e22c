"""Norms, knowledge, belief and trust: what households take from others and from what they live through."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from society_rules import rules

from village_abm.society import learning

RULES = rules().learning
# Household 0 looks to 1, 2, 3 and 4; 1 to 0; the others to nobody.
KNOWN = csr_matrix(np.array([[0, 1, 1, 1, 1], [1, 0, 0, 0, 0], *([0] * 5 for _ in range(3))], dtype=float))
EVERYBODY = np.ones(5, bool)


def test_a_norm_is_the_share_of_ties_that_hold_a_use():
    holds = np.array([[0, 1], [1, 0], [1, 0], [0, 0], [0, 1]], dtype=bool)
    share = learning.norms(KNOWN, holds, EVERYBODY, 0.3)
    assert share[0].tolist() == [0.5, 0.25]
    assert share[1].tolist() == [0.0, 1.0]
    assert share[2].tolist() == [0.3] * 2, "without ties the norm pulls neither way"


def test_in_a_wave_only_those_who_have_decided_count():
    holds = np.array([False, True, False, False, False])
    share = learning.norms(KNOWN, holds, np.array([False, True, True, False, False]), 0.3)
    assert share[0] == 0.5
    assert share[1] == 0.3


def test_knowledge_comes_from_those_who_have_done_it():
    """Two of four ties have grown it: .1 + spread x .5 x .9. Who has merely heard of it teaches nobody."""
    known = np.full((5, 1), 0.1)
    experienced = np.array([[0], [1], [1], [0], [0]], dtype=bool)
    after = learning.knowledge(RULES, KNOWN, known, experienced, EVERYBODY)
    assert after[0, 0] == pytest.approx(0.1 + RULES.knowledge_spread * 0.5 * 0.9)
    assert after[1, 0] == after[2, 0] == 1.0
    assert after[3, 0] == pytest.approx(0.1)
    heard = np.array([[0.1], [1.0], [1.0], [1.0], [1.0]])
    nobody = np.zeros((5, 1), bool)
    assert learning.knowledge(RULES, KNOWN, heard, nobody, EVERYBODY)[0, 0] == pytest.approx(0.1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=5, max_size=5), st.lists(st.booleans(), min_size=5, max_size=5))
def test_knowledge_never_falls_and_never_passes_one(levels, experienced):
    known, done = np.array(levels)[:, None], np.array(experienced)[:, None]
    after = learning.knowledge(RULES, KNOWN, known, done, EVERYBODY)
    assert (after >= known - 1e-12).all()
    assert (after <= 1).all()


def test_belief_by_hand():
    """.9 x .3 + .1 x min(1, .075 / .15 + .2) = .27 + .07; with cover lost, only the campaign is seen."""
    gain = np.array([0.075, -0.2, 5.0])
    after = learning.environmental_belief(RULES, np.full(3, 0.3), gain, 0.2)
    assert after.tolist() == pytest.approx([0.34, 0.29, 0.37])


def test_people_come_to_believe_in_a_landscape_that_keeps_greening():
    belief = np.array([RULES.belief_start])
    for _ in range(20):
        belief = learning.environmental_belief(RULES, belief, np.array([RULES.greening_full]), 0.0)
    assert 0.85 < belief[0] < 1
    for _ in range(20):
        belief = learning.environmental_belief(RULES, belief, np.array([0.0]), 0.0)
    assert belief[0] < 0.15


def judge(delivered, promised, fined=0, held=0.6, rules=RULES):
    return learning.trust(
        rules, np.array([held]), np.array([float(delivered)]), np.array([float(promised)]), np.array([fined])
    )[0]


def test_trust_by_hand():
    """.6 + .1 x .4 on full delivery; .6 x .7 on none; half: .6 x .85 = .51, + .1 x .5 x .49."""
    assert judge(100, 100) == pytest.approx(0.64)
    assert judge(0, 100) == pytest.approx(0.42)
    assert judge(50, 100) == pytest.approx(0.5345)
    assert judge(0, 0) == pytest.approx(0.6), "without a promise nothing is learnt"
    assert judge(0, 0, fined=1) == pytest.approx(0.51)
    assert judge(150, 100) == judge(100, 100), "more than promised is full delivery"


@settings(max_examples=60, deadline=None)
@given(
    held=st.floats(0, 1), promised=st.floats(1, 1e4), less=st.floats(0, 1), more=st.floats(0, 1),
    rise=st.floats(0, 0.4), fall=st.floats(0, 0.8),
)  # fmt: skip
def test_delivery_raises_trust_and_a_fine_lowers_it(held, promised, less, more, rise, fall):
    rules = dataclasses.replace(RULES, trust_rise=rise, trust_fall=fall)
    low, high = sorted((less * promised, more * promised))
    poor = judge(low, promised, held=held, rules=rules)
    good = judge(high, promised, held=held, rules=rules)
    assert 0 <= poor <= good + 1e-12 <= 1 + 1e-12
    assert judge(high, promised, fined=1, held=held, rules=rules) <= good + 1e-12


def test_a_shortfall_is_remembered_and_fades_with_kept_promises():
    remembered = np.zeros(2)
    promised = np.array([100.0, 0.0])
    remembered = learning.remembered_shortfall(RULES, remembered, np.array([50.0, 0.0]), promised)
    assert remembered.tolist() == pytest.approx([(1 - RULES.shortfall_memory) * 0.5, 0.0])
    later = learning.remembered_shortfall(RULES, remembered, promised, promised)
    assert later[0] == pytest.approx(RULES.shortfall_memory * remembered[0])
    still = learning.remembered_shortfall(RULES, remembered, np.zeros(2), np.zeros(2))
    assert still.tolist() == remembered.tolist()
