"""The cascade: what services are worth ends with somebody or stays unpaid; no node keeps anything."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from village_of_test import lived

from village_abm.accounting.attribution import COMPENSATION, GOVERNANCE, MECHANISMS, OPERATION, RIGHTS
from village_abm.accounting.cascade import ENDS, RECIPIENTS, SOURCES, Chain, flows, unbalanced
from village_abm.counted.value_words import NODES

HAND = Chain(
    provisioning={"harvest": 900.0, "firewood": 60.0, "inputs": -40.0},
    regulating={"water": 500.0, "carbon": -20.0},
    cultural=100.0,
    products=300.0,
    ordinary=250.0,
    delivered=120.0,
    by_cooperatives=150.0,
    to_members=125.0,
    to_others=30.0,
    guests=100.0,
    fund_share=20.0,
    operator_share=10.0,
    received={(COMPENSATION, "households"): 40.0, (RIGHTS, "village fund"): 8.0, (GOVERNANCE, "households"): 5.0},
)


def test_a_year_by_hand():
    drawn = {(a, b): value for a, b, value in flows(HAND)}
    assert HAND.product == 900 + 60 - 40 + 500 - 20 + 100
    assert drawn["provisioning", "home"] == 920 - 300 - 250
    assert drawn["provisioning", "used up"] == 40
    assert drawn["regulating", "used up"] == 20
    assert drawn["regulating", COMPENSATION] == 40
    assert drawn["regulating", "not paid for"] == 480 - 48
    assert drawn["work and capital", OPERATION] == 30  # what cooperatives add
    assert drawn["reserves", OPERATION] == 5  # they pay 125 + 30 out of 150
    assert drawn[OPERATION, "households"] == 300 - 120 + 125 + 100 - 30
    assert drawn[OPERATION, "village fund"] == 20
    assert drawn[OPERATION, "outside"] == 40
    assert drawn["payers", GOVERNANCE] == 5  # a premium is for no service of the land
    assert [HAND.realised(one) for one in MECHANISMS] == [8, 5, 430, 40]
    assert HAND.gets("cooperatives") == -5
    assert sum(map(HAND.gets, RECIPIENTS)) == 483
    assert unbalanced(flows(HAND)) == {}


def test_a_payment_beyond_the_worth_of_services_is_shown_as_such():
    rich = Chain(**{**vars(HAND), "regulating": {"water": 30.0, "carbon": -18.0}})
    drawn = {(a, b): value for a, b, value in flows(rich)}
    assert drawn["regulating", COMPENSATION] + drawn["regulating", RIGHTS] == pytest.approx(12)
    assert drawn["payers", COMPENSATION] + drawn["payers", RIGHTS] == pytest.approx(36)
    assert ("regulating", "not paid for") not in drawn
    assert unbalanced(flows(rich)) == {}


def test_an_unbalanced_node_is_found():
    assert unbalanced([("ecosystem", "water", 3.0), ("water", "home", 2.0)]) == {"water": 1.0}


money = st.floats(0, 1e7)
parts = st.dictionaries(st.sampled_from(["harvest", "firewood", "animals"]), st.floats(-1e6, 1e7), min_size=1)
services = st.dictionaries(st.sampled_from(["water", "soil", "carbon"]), st.floats(-1e6, 1e7), min_size=1)


@st.composite
def chains(draw):
    products, guests = draw(money), draw(money)
    shares = draw(st.floats(0, 1)), draw(st.floats(0, 1))
    paid = st.dictionaries(
        st.tuples(st.sampled_from(MECHANISMS), st.sampled_from(["households", "village fund"])), money
    )
    return Chain(
        provisioning=draw(parts), regulating=draw(services), cultural=draw(money), products=products,
        ordinary=draw(money), delivered=products * draw(st.floats(0, 1)), by_cooperatives=draw(money),
        to_members=draw(money), to_others=draw(money), guests=guests, fund_share=guests * shares[0] / 2,
        operator_share=guests * shares[1] / 2, received=draw(paid),
    )  # fmt: skip


@given(chains())
def test_whatever_the_year_every_node_gives_out_what_it_takes_in(chain):
    drawn = flows(chain)
    assert unbalanced(drawn) == {}
    assert all(value > 0 for _, _, value in drawn)
    assert len({(a, b) for a, b, _ in drawn}) == len(drawn)
    into = math.fsum(value for a, _, value in drawn if a in SOURCES)
    out = math.fsum(value for _, b, value in drawn if b in ENDS)
    assert into == pytest.approx(out, rel=1e-9, abs=1e-6)
    realised = math.fsum(map(chain.realised, MECHANISMS))
    assert math.fsum(map(chain.gets, RECIPIENTS)) == pytest.approx(realised, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("scenario", ["village", "huanjiang", "combined"])
def test_the_table_closes_and_agrees_with_product_ledger_and_flows(scenario):
    now = lived(scenario)
    table = now.statements["cascade"]

    def value(name):
        return table.line(name).values[1]

    services = table.lines[: [line.name for line in table.lines].index("services")]
    product = now.village.memory["gep"].total.sum()
    assert sum(line.values[1] for line in services) == pytest.approx(product)
    assert value("services") == pytest.approx(product)
    lost = [value(name) for name in ("left in the land", "left as nights", "home", "ordinary products")]
    assert value("services") + sum(lost) == pytest.approx(value("products"), abs=1e-4)
    each = [line.values[1] for line in table.lines if line.name.startswith("of which ")]
    assert sum(each) == pytest.approx(value("products"), abs=len(now.households) * 0.05)  # whole fen, house by house
    more = [value(name) for name in ("added by cooperatives", "guests", *(f"paid: {one}" for one in MECHANISMS))]
    assert value("products") + sum(more) == pytest.approx(value("realised"))
    assert value("realised") == pytest.approx(now.indicators["realised_value"].iloc[-1])
    assert sum(value(who) for who in RECIPIENTS) == pytest.approx(value("people"))
    assert value("people") == pytest.approx(value("realised"))
    drawn = [(*line.name.split(">"), line.values[0]) for line in now.statements["cascade_flows"].lines]
    assert unbalanced(drawn) == {}
    assert sum(flow for _, end, flow in drawn if end in MECHANISMS) == pytest.approx(
        value("realised") + sum(flow for a, b, flow in drawn if a == "reserves" or b == "lost in trade")
    )


def test_every_node_has_words():
    named = {*SOURCES, *ENDS, *MECHANISMS}
    assert named <= set(NODES)
