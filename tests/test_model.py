"""The model as Mesa sees it, and as time does: agents, ties, views, seeds, saving, and models side by side."""

import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import mesa
import networkx as nx
import numpy as np
import pytest
from village_of_test import differing, lived, model, small

from agents.government import Government
from agents.household import Household
from village_abm import VillageModel
from village_abm.experiments.tables import write_indicators
from village_abm.model import LAYERS
from village_abm.society import ties

ROOT = Path(__file__).parents[1]


def same(a, b):
    """Whether two models stand at the same bits: all columns, indicators, books, purse and events."""
    return (
        differing(a, b) == []
        and a.indicators.equals(b.indicators)
        and a.ledger.years == b.ledger.years
        and a.government.cash == b.government.cash
        and a.events == b.events
    )


def written(now, folder):
    """The bytes of the file of indicators."""
    folder.mkdir()
    write_indicators(folder, now.indicators)
    return (folder / "indicators.csv").read_bytes()


# Mesa -----------------------------------------------------------------------------------------------------


def test_the_model_is_a_mesa_model_and_a_step_is_a_year():
    now = model()
    assert isinstance(now, mesa.Model)
    start = now.year
    assert now.time == 0
    now.step()
    now.step()
    assert (now.time, now.year) == (2, start + 2)


def test_households_and_the_government_are_mesa_agents():
    now = model()
    assert set(now.agents_by_type) == {Household, Government}
    assert all(isinstance(agent, mesa.Agent) for agent in now.agents)
    assert len(now.agents_by_type[Government]) == 1
    assert now.government in now.agents


def test_every_year_there_is_one_agent_for_each_living_household_through_splits_and_ends():
    now = model("huanjiang")

    def compare(now):
        agents = [agent for agent in now.agents if isinstance(agent, Household)]
        assert sorted(agent.row for agent in agents) == now.households.rows.tolist()
        assert sorted(agent.id for agent in agents) == sorted(now.households.id[now.households.alive].tolist())
        assert len(now.agents) == len(agents) + 1 + now.cooperatives.alive.sum()

    compare(now)
    now.run(on_year=compare)
    happened = {event["kind"] for event in now.events}
    assert {"split", "dissolved"} <= happened
    assert (~now.households.alive).sum() > 0


def test_a_view_reads_and_writes_its_row_and_no_other():
    now = model()
    first, second = list(now.agents_by_type[Household])[:2]
    untouched = now.households.cash[second.row]
    first.cash = 123_456
    assert now.households.cash[first.row] == 123_456
    assert first.cash_yuan == 1234.56
    now.households.trust[first.row] = 0.25
    assert first.trust == 0.25
    assert first.knowledge.tolist() == now.households.knowledge[first.row].tolist()
    assert second.cash == untouched


def test_views_of_two_models_in_one_process_do_not_mix():
    one, other = model(seed=1), model(seed=1)
    mine, theirs = (next(iter(m.agents_by_type[Household])) for m in (one, other))
    mine.cash = -7
    assert theirs.cash != -7


def test_ties_are_a_graph_whose_edges_are_those_of_the_arrays():
    now = lived("huanjiang")
    graph, listed, alive = now.ties, now.village.ties, now.households.alive
    assert isinstance(graph, nx.MultiGraph)
    assert not graph.is_directed()
    assert set(graph.nodes) == set(now.households.id[alive].tolist())
    ids = now.households.id.tolist()
    both = alive[listed.source] & alive[listed.target]
    rows = zip(listed.source[both].tolist(), listed.target[both].tolist(), listed.kind[both].tolist(), strict=True)
    expected = {(frozenset((ids[a], ids[b])), ties.KINDS[kind]) for a, b, kind in rows}
    assert all(len(pair) == 2 for pair, _ in expected)
    found = [(frozenset((a, b)), kind) for a, b, kind in graph.edges(keys=True)]
    assert set(found) == expected
    assert len(found) == len(expected), "each kind of tie once"


def test_every_edge_bears_its_kind_and_two_households_may_share_several():
    now = lived("village")
    edges = list(now.ties.edges(keys=True, data="kind"))
    assert all(key == kind for _, _, key, kind in edges)
    assert {kind for *_, kind in edges} >= {"kin", "neighbour", "town"}
    assert any(now.ties.number_of_edges(a, b) > 1 for a, b, *_ in edges)


def test_a_run_raises_no_warning_of_any_sort():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        now = model("huanjiang", seed=3).run()
        assert now.ties.number_of_nodes() == len(now.households.rows)
        assert len(now.indicators) == 31


# Time -----------------------------------------------------------------------------------------------------


def test_the_burn_in_is_lived_but_not_recorded():
    now = model()
    assert now.year == 1979
    assert now.years_ahead(0) == 10
    assert now.years_ahead() == 10 + 31
    now.run(0)
    assert (now.year, now.map_years, len(now.indicators)) == (1989, [], 0)
    assert sorted(now.ledger.years) == list(range(1980, 1990))
    now.run(2)
    assert now.map_years == now.indicators.index.tolist() == [1990, 1991]


def test_a_finished_scenario_has_no_years_ahead():
    now = lived("p1_1980")
    assert (now.year, now.years_ahead()) == (1995, 0)
    assert now.map_years == list(range(1980, 1996))


def test_whoever_looks_on_is_called_once_a_year():
    seen = []
    model().run(3, on_year=lambda now: seen.append(now.year))
    assert seen == list(range(1980, 1993))


def test_maps_hold_every_layer_of_every_recorded_year_with_villages_side_by_side():
    now = lived("huanjiang")
    assert set(now.maps) == set(LAYERS)
    for layer in now.maps.values():
        assert layer.shape == (31, 40, 80)
    last = now.maps["use"][-1]
    patches = now.patches
    assert (last[patches.line, patches.column] == patches.use).all()
    assert now.landscape.shape == (40, 80)


# Luck -----------------------------------------------------------------------------------------------------


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    one, other = model("huanjiang", seed=5).run(), model("huanjiang", seed=5).run()
    assert same(one, other)
    assert written(one, tmp_path / "a") == written(other, tmp_path / "b")


CHILD = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from village_of_test import model
from village_abm.experiments.tables import write_indicators
write_indicators(Path(sys.argv[1]), model("huanjiang", seed=5).run().indicators)
"""


@pytest.mark.slow
def test_another_process_with_another_hash_seed_writes_the_same_bytes(tmp_path):
    child = tmp_path / "child"
    child.mkdir()
    command = [sys.executable, "-c", CHILD, str(child), str(ROOT), str(ROOT / "tests")]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "4242"}, cwd=tmp_path, timeout=120)
    mine = written(model("huanjiang", seed=5).run(), tmp_path / "mine")
    assert (child / "indicators.csv").read_bytes() == mine


def test_another_seed_and_another_replicate_live_other_lives():
    now = model(seed=1).run(5)
    for other in (model(seed=2).run(5), VillageModel(small(), rng=1, replicate=1).run(5)):
        assert not now.indicators.equals(other.indicators)
        assert (now.indicators["population"] != other.indicators["population"]).any()
    again = VillageModel(small(), rng=1, replicate=0).run(5)
    assert same(now, again)


def test_no_decision_draws_from_a_generator_that_counts():
    """Luck is keyed: neither Mesa's generators nor numpy's global one move while a village lives."""
    now = model()
    python, numpys = now.random.getstate(), pickle.dumps(now.rng.bit_generator.state)
    world = pickle.dumps(np.random.get_state())  # noqa: NPY002
    now.run(15)
    assert now.random.getstate() == python
    assert pickle.dumps(now.rng.bit_generator.state) == numpys
    assert pickle.dumps(np.random.get_state()) == world  # noqa: NPY002


def test_two_models_lived_in_turn_are_as_if_each_had_lived_alone():
    alone = [model("huanjiang", seed=8), model("village", seed=8)]
    for now in alone:
        now.run(12)
    together = [model("huanjiang", seed=8), model("village", seed=8)]
    for _ in range(alone[0].map_years[-1] - together[0].year):
        for now in together:
            now.step()
    for mine, theirs in zip(alone, together, strict=True):
        assert same(mine, theirs)


# Saving ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["village", "huanjiang"])
def test_ten_years_a_save_and_ten_more_are_twenty(scenario, tmp_path):
    straight = model(scenario, seed=4).run(20)
    now = model(scenario, seed=4).run(10)
    now.save(tmp_path / "half.model")
    saved = (now.year, now.time)
    now.run(1)  # what the saved one does must not depend on what became of the first
    resumed = VillageModel.load(tmp_path / "half.model")
    assert (resumed.year, resumed.time) == saved
    resumed.run(10)
    assert same(straight, resumed)
    assert resumed.time == straight.time
    for name, layer in straight.maps.items():
        assert np.array_equal(layer, resumed.maps[name])
    assert nx.utils.graphs_equal(straight.ties, resumed.ties)


def test_agents_of_a_resumed_model_still_write_its_tables(tmp_path):
    now = model().run(1)
    now.save(tmp_path / "one.model")
    resumed = VillageModel.load(tmp_path / "one.model")
    agent = next(iter(resumed.agents_by_type[Household]))
    agent.cash = 99
    assert resumed.households.cash[agent.row] == 99
    assert agent.model is resumed


def test_a_file_that_holds_something_else_is_refused(tmp_path):
    other = tmp_path / "list.model"
    other.write_bytes(pickle.dumps([1, 2, 3]))
    with pytest.raises(TypeError, match=r"list\.model holds no VillageModel"):
        VillageModel.load(other)
