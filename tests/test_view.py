"""The live page without a browser: villages in step, years looked back to, and what is shown of them."""

from __future__ import annotations

import dataclasses
import gc
import re
import weakref
from functools import cache
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from village_of_test import small

from village_abm import VillageModel
from village_abm.indicators import REGISTRY
from village_abm.report.words import Text
from village_abm.view import asked, folk, seats, shown, told, words
from village_abm.view.layers import NONE, STEPS, Layer
from village_abm.view.session import Session

NO_SCHEME: dict[str, object] = {"scenario.schemes": []}
HAN = re.compile("[\u4e00-\u9fff]")


def begun(beside: dict[str, object] | None = None) -> Session:
    """A small village in its first year, and perhaps another beside it."""
    with mock.patch("village_abm.view.session.load_params", small):
        return Session("village", 3, {}, beside)


def to_the_end(session: Session) -> Session:
    while not session.over:
        session.step()
    return session


@cache
def lived(beside: str = "") -> Session:
    """A small village, and perhaps its twin or the same village without schemes, to the end; only look at it."""
    return to_the_end(begun({"": None, "twin": {}, "none": NO_SCHEME}[beside]))


def differing(session: Session, year: int) -> list[str]:
    """Layers and indicators in which the two villages of a session are not the same in a year."""
    one, other = session.frame(year, 0), session.frame(year, 1)
    layers = [name for name in one.layers if (one.layers[name] != other.layers[name]).any()]
    counted = [
        name
        for name, value in one.indicators.items()
        if not np.array_equal(value, other.indicators[name], equal_nan=True)
    ]
    return layers + counted


def test_two_villages_with_equal_parameters_are_the_same_in_every_layer_for_thirty_years() -> None:
    session = lived("twin")
    assert len(session.years) >= 31
    assert {year: differing(session, year) for year in session.years if differing(session, year)} == {}


@pytest.mark.slow
def test_the_default_village_and_its_twin_are_the_same_and_part_with_the_first_scheme() -> None:
    twins = to_the_end(Session("village", 1, {}, {}))
    assert [year for year in twins.years if differing(twins, year)] == []
    parted = to_the_end(Session("village", 1, {}, NO_SCHEME))
    first = min(year["year"] for year in shown.policy_years(parted.runs[0], "en"))
    assert next(year for year in parted.years if differing(parted, year)) >= first
    assert "use" in differing(parted, first + 1)


def test_a_scheme_is_seen_from_its_first_year_on_and_not_before() -> None:
    session = lived("none")
    first = min(year["year"] for year in shown.policy_years(session.runs[0], "en"))
    before = [year for year in session.years if year < first]
    assert len(before) == 10
    assert [differing(session, year) for year in before] == [[]] * 10
    assert differing(session, first + 1)
    assert "enrolment" in differing(session, session.year)


def test_numbers_are_those_of_the_model_alone() -> None:
    session = lived()
    model = VillageModel(small("village"), rng=3, keep_maps=False).run()
    assert list(model.indicators.index) == session.years
    for name in model.indicators:
        np.testing.assert_array_equal(session.path(name), model.indicators[name], err_msg=name)
    path = shown.path_of(session, "cover", "en")
    assert path["lines"][0]["values"][-1] == pytest.approx(100 * model.indicators["cover"].iloc[-1], abs=1e-5)


def test_a_year_looked_back_to_is_the_year_that_was_seen() -> None:
    session = begun()
    seen = [session.frame(session.year)]
    for _ in range(7):
        session.step()
        seen.append(session.frame(session.year))
    for frame in seen:
        again = session.frame(frame.year)
        assert all((again.layers[name] == frame.layers[name]).all() for name in frame.layers)
        assert all((again.houses[name] == frame.houses[name]).all() for name in frame.houses)
        np.testing.assert_equal(dict(again.indicators), dict(frame.indicators))  # a group that is empty has no number
        assert again.events == frame.events
    assert session.frame(seen[0].year) is not seen[0]  # it was read again, not held
    use = session.runs[0].history.cells("use", 20, 20)
    assert use.tolist() == [int(frame.layers["use"][20, 20]) for frame in seen]


def test_a_session_let_go_leaves_nothing() -> None:
    session = begun()
    model, folder = weakref.ref(session.runs[0].model), session.runs[0].history._folder.name
    session.close()
    del session
    gc.collect()
    assert model() is None
    assert not Path(folder).exists()


def test_a_village_that_breaks_off_in_a_year_is_over_and_years_seen_stay() -> None:
    session = begun({})
    year = session.year
    session.runs[1].step = lambda: 1 / 0  # type: ignore[method-assign,assignment,return-value]
    with pytest.raises(ZeroDivisionError):
        session.step()
    assert session.over
    assert (session.year, session.years) == (year, [year])
    assert differing(session, year) == []


LAYER = Layer("x", Text("x", "x"), Text("x", "x"), "1", lambda village: np.zeros(1))


def test_the_difference_of_ramps_is_the_gap_around_the_middle_and_ends_where_changes_do() -> None:
    one, other = np.array([0, 250, 100, 0, NONE], np.uint8), np.array([250, 0, 90, 62, 10], np.uint8)
    assert shown.difference(LAYER, one, other).tolist() == [0, STEPS, 125 + 10, 125 - 62, NONE]
    nearer = dataclasses.replace(LAYER, reach=0.125)  # four times as near
    assert shown.difference(nearer, one, other).tolist() == [0, STEPS, 125 + 40, 0, NONE]
    half = shown.map_of(lived("twin"), 0, lived("twin").year, "cover", "to_other", "en")
    assert (half["low"], half["high"], half["beyond"]) == (-50, 50, ["≤ ", "≥ "])


def test_the_difference_of_classes_in_an_order_is_less_the_same_or_more() -> None:
    grade = lived().runs[0].layers["grade"]
    one, other = np.array([0, 3, 5], np.uint8), np.array([2, 3, 1], np.uint8)
    assert shown.difference(grade, one, other).tolist() == [0, 1, 2]


@pytest.mark.parametrize(("name", "better"), [("grade", "less"), ("exposure", "less"), ("cover", "more")])
def test_what_is_better_is_green_on_every_map_of_change(name: str, better: str) -> None:
    colours = shown.map_of(lived(), 0, lived().year, name, "to_start", "en")["colours"]
    assert colours[0 if better == "less" else -1] == shown.CHANGE[-1]
    assert colours[-1 if better == "less" else 0] == shown.CHANGE[0]


def test_land_with_no_value_is_named_in_the_legend() -> None:
    keys = [shown.legend(lived(), 0, lived().year, name, "as_is", "en")["none"] for name in ("net_return", "cover")]
    assert keys == ["no value", ""]


def test_schemes_of_either_village_are_marked_in_the_year_they_begin() -> None:
    years = [{"years": [2000, 2003], "en": "trees", "zh": "树"}, {"years": [1980, 1985], "en": "past", "zh": "往"}]
    assert shown.marks_of(years, 1990, 2020, "en") == [{"year": 2000, "text": "trees 2000"}]


def test_the_difference_of_classes_is_the_same_or_not() -> None:
    classed = dataclasses.replace(LAYER, classes=lived().runs[0].layers["use"].classes)
    assert shown.difference(classed, np.array([0, 3]), np.array([0, 4])).tolist() == [0, 1]


def test_hectares_of_a_legend_add_up_to_the_village() -> None:
    session = lived()
    village = session.runs[0].model.village
    for name, layer in session.runs[0].layers.items():
        key = shown.legend(session, 0, session.year, name, "as_is", "en")
        if layer.classes and name != "owner":
            areas = [float(entry["area"].split()[0].replace(",", "")) for entry in key["entries"]]
            assert sum(areas) == pytest.approx(len(village.patches) * village.hectares, rel=0.02), name
        elif layer.ramp:
            assert key["low"]
            assert key["high"]


def test_people_of_the_pyramid_are_those_of_the_village() -> None:
    session = lived()
    assert session.frame(session.year).ages.sum() == session.path("population")[-1]
    bands = folk.pyramid(session.frame(session.year), "zh")["bands"]
    assert max(band["men_home"] + band["men_away"] for band in bands) <= 100


def test_households_of_the_network_stand_apart_and_stay_where_they_are() -> None:
    session = lived()
    first, last = (folk.network(session, 0, year, "role", "en")["nodes"] for year in (session.year - 1, session.year))
    spots = np.array([node[1:3] for node in last])
    assert ((spots > 0) & (spots < (seats.WIDE, seats.HIGH))).all()
    gaps = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(spots))
    assert gaps.min() > 2
    before = {node[0]: node[1:3] for node in first}
    moved = [np.hypot(*(np.array(node[1:3]) - before[node[0]])) for node in last if node[0] in before]
    assert np.median(moved) < 4  # of a drawing 600 wide: a hamlet that took one more in is a little wider


@pytest.mark.parametrize("way", folk.WAYS)
def test_every_household_of_the_network_is_counted_in_the_key(way: str) -> None:
    network = folk.network(lived(), 0, lived().year, way, "en")
    assert sum(one["count"] for one in network["legend"]) == len(network["nodes"])
    assert max(max(a, b) for a, b, _ in network["edges"]) < len(network["nodes"])


def test_a_plot_tells_its_last_choice_with_the_chosen_use_first() -> None:
    session = lived()
    run = session.runs[0]
    row = int(np.flatnonzero((run.choices.year > 0) & (run.model.village.workers >= 0))[0])
    patches = run.model.village.patches
    line, column = int(patches.line[row]), int(patches.column[row])
    plot = told.plot(session, 0, line, column, session.year, "en")
    choice = session.ask(asked.plot, 0, line, column).choice
    assert plot["choice"][0]["label"] == told._label(run.layers["use"], choice[0][0], "en")
    utility = [sum(terms.values()) for _, _, terms in choice[1:]]
    assert utility == sorted(utility, reverse=True)
    assert len(plot["strip"]) == len(session.years)
    assert told.plot(session, 0, line, column, session.years[0], "en")["silent"]


def test_income_of_a_household_by_source_adds_up() -> None:
    session = lived()
    houses = session.frame(session.year).houses
    parts = sum(houses[name] for name in told.SOURCES)
    np.testing.assert_array_equal(parts, houses["income"])
    home = told.house(session, 0, int(houses["id"][0]), session.year, "zh")
    assert len(home["members"]) == houses["members"][0]


def test_a_household_that_is_not_there_is_said_to_have_ended() -> None:
    assert told.house(lived(), 0, 1, lived().year, "en")["facts"][0][0] == "This household has ended."


def pairs() -> dict[str, tuple[str, str]]:
    """Everything the page says, in both languages, by where it is written."""
    found = {f"words {name}": (text.en, text.zh) for name, text in words.WORDS.items()}
    for title, table in (("part", told.PARTS), ("source", told.SOURCES), ("status", told.STATUS),
                         ("event", told.EVENTS), ("tie", folk.TIE_WORDS)):  # fmt: skip
        found |= {f"{title} {name}": pair for name, pair in table.items()}
    found |= {f"plot {name}": (en, zh) for name, (en, zh, _) in told.PLOT.items()}
    for layer in lived().runs[0].layers.values():
        found |= {
            f"layer {layer.name}": (layer.words.en, layer.words.zh),
            f"note {layer.name}": (layer.note.en, layer.note.zh),
        }
        found |= {f"class {layer.name} {one.en}": (one.en, one.zh) for one in layer.classes}
    return found


def test_every_label_is_there_in_both_languages() -> None:
    assert [name for name, (en, zh) in pairs().items() if not en or HAN.search(en) or not HAN.search(zh)] == []


def test_every_event_part_and_unit_that_occurs_has_words() -> None:
    session = lived()
    village = session.runs[0].model.village
    assert {event["kind"] for event in village.events if "household" in event} - set(told.EVENTS) == set()
    assert set(session.runs[0].choices._terms) - set(told.PARTS) == set()
    units = {unit for *_, unit in told.PLOT.values()} | {layer.unit for layer in session.runs[0].layers.values()}
    spoken = {unit: words.measure(unit, "zh") for unit in units - {"", "1"}}
    assert [unit for unit, zh in spoken.items() if not HAN.search(zh)] == []


def test_every_indicator_can_be_drawn() -> None:
    session = lived()
    named = {item["name"] for group in shown.indicator_choices(session, "en") for item in group["items"]}
    assert named == set(REGISTRY) & set(session.runs[0].model.counted[-1])
    assert all(len(shown.path_of(session, name, "zh")["lines"][0]["values"]) == len(session.years) for name in named)
