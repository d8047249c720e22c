"""Replicates tied to the blocks of a design, with luck as a factor of its own, and a dummy that moves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_sweep import digest, sweep, toy

from village_abm.experiments.engines import Serial
from village_abm.experiments.sweep.folder import open_folder, read_written
from village_abm.experiments.sweep.plan import DUMMY, Plan, Setting
from village_abm.experiments.sweep.planning import plan
from village_abm.experiments.sweep.store import Store
from village_abm.params import ParameterError

pytest.importorskip("SALib")

WEIGHT, KIN = "people.migration.wage_weight", "people.ties.kin"
SETTING = Setting(7, {}, {"none": (), "trees": ("trees",)}, {"none": "a", "trees": "b"}, 0, (), "year", False, "m")
SPEC = f"""
[replicates]
n = 3
tied = true
[design]
kind = "morris"
trajectories = 4
[design.bounds]
{WEIGHT} = [0.5, 1.2]
{KIN} = [2, 5]
dummy = [0, 1]
"""
SALTELLI = SPEC.replace('"morris"\ntrajectories = 4', '"saltelli"\nn = 4')


def planned(folder: Path, text: str = SPEC) -> Plan:
    file = folder / "spec.toml"
    file.write_text(text, encoding="utf-8")
    return plan(file)


def test_every_block_has_its_replicate_and_its_first_point_the_next_one_too() -> None:
    points = [{"x": float(number)} for number in range(6)]
    rows = Plan("demo", SETTING, points, 2, {}, {}, block=2).rows()
    told = [(row.point, row.scheme, row.replication_id) for row in rows]
    first = [(0, "none", 0), (0, "trees", 0), (1, "none", 0), (1, "trees", 0), (0, "none", 1), (0, "trees", 1)]
    assert told[:6] == first
    assert [(point, luck) for point, scheme, luck in told if scheme == "none"][3:] == [
        (2, 1), (3, 1), (2, 0), (4, 0), (5, 0), (4, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "size"), [(SPEC, 4), (SALTELLI, 5), (SALTELLI.replace("n = 4", "n = 4\nsecond_order = true"), 8)]
)
def test_the_blocks_are_those_of_the_design(text, size, tmp_path) -> None:
    found = planned(tmp_path, text)
    assert found.block == size
    assert len(found.rows()) == 4 * (size + 1)


def test_the_dummy_is_in_the_design_and_changes_no_run(tmp_path) -> None:
    found = planned(tmp_path)
    assert all(DUMMY in row.changes for row in found.rows())
    assert DUMMY not in found.setting.overrides("scenario", found.points[0])
    by_run: dict[str, set[tuple]] = {}
    for row in found.rows():
        rest = (row.replication_id, *(value for path, value in row.changes.items() if path != DUMMY))
        by_run.setdefault(row.run_id, set()).add(rest)
    assert all(len(told) == 1 for told in by_run.values())
    assert len(found.tasks()) <= len(found.rows()) - 4  # in each trajectory the step of the dummy costs no run
    without = Plan("demo", SETTING, [{"x": 1.0}], 1, {}, {}).tasks()[0].run_id
    assert Plan("demo", SETTING, [{"x": 1.0, DUMMY: 0.3}], 1, {}, {}).tasks()[0].run_id == without


def test_more_trajectories_and_more_replicates_go_into_the_same_folder(tmp_path) -> None:
    few = planned(tmp_path)
    more = planned(tmp_path, SPEC.replace("trajectories = 4", "trajectories = 8"))
    assert more.points[: len(few.points)] == few.points
    assert {task.run_id for task in few.tasks()} <= {task.run_id for task in more.tasks()}
    lucky = planned(tmp_path, SPEC.replace("n = 3", "n = 6"))
    assert few.identity == more.identity == lucky.identity
    untied = planned(tmp_path, SPEC.replace("tied = true", "tied = false"))
    assert untied.identity != few.identity
    assert planned(tmp_path, SPEC.replace("= 4", "= 4\nlevels = 6")).identity != few.identity


def test_sweeps_as_they_were_keep_their_identity() -> None:
    demo = Plan("demo", SETTING, ({"x": 1.0}, {"x": 2.0}), 2, {}, {})
    assert demo.identity == "66299961e9f4442c23818fae549c221515e0b3e451602cc545d0df03f33cdc5e"
    assert [task.run_id for task in demo.tasks()][:2] == ["e3ddf41a55368865", "070f49332c1adc5e"]


def test_what_is_cut_short_is_whole_blocks_and_goes_on_to_the_same_digest(tmp_path) -> None:
    from dataclasses import replace

    tied = replace(toy(points=12, replicates=3), block=4)
    assert len(tied.tasks()) == 15
    sweep(tied, tmp_path / "cut", Serial(), limit=10)
    assert Store(tmp_path / "cut").done() == {row.run_id for row in tied.rows()[:10]}
    sweep(tied, tmp_path / "cut", Serial())
    sweep(tied, tmp_path / "whole", Serial())
    assert digest(tmp_path / "cut") == digest(tmp_path / "whole")


def test_the_specification_is_read_back_from_the_folder(tmp_path) -> None:
    found = planned(tmp_path, SALTELLI)
    spec = read_written(open_folder(found, tmp_path / "out"))
    assert spec.model_dump(mode="json") == found.written
    assert spec.replicates.tied
    assert list(spec.design.bounds) == [WEIGHT, KIN, DUMMY]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"morris"\ntrajectories = 4', '"lhs"\nn = 4', r"replicates\.tied: only the designs morris and saltelli"),
        ("n = 3", "n = 1", r"replicates\.n = 1: what luck changes shows only in a second one\. Write n = 2 or more"),
        ("dummy = [0, 1]", "dummy = [0, 2]", r"design\.bounds\.dummy: it moves nothing.*Write dummy = \[0, 1\]"),
        ("dummy = [0, 1]", "dummy.choices = [0, 1]", r"design\.bounds\.dummy: it moves nothing"),
        ("tied = true", "tied = 1", r"replicates\.tied = 1: neither true nor false"),
        (f"{WEIGHT} = [0.5, 1.2]\n{KIN} = [2, 5]\n", "", r"design\.bounds: dummy alone moves nothing\. Add a"),
    ],
)
def test_ties_and_dummies_that_make_no_sense_are_refused(old, new, said, tmp_path) -> None:
    assert old in SPEC
    with pytest.raises(ParameterError, match=said):
        planned(tmp_path, SPEC.replace(old, new, 1))


def test_a_dummy_among_levels_is_no_parameter(tmp_path) -> None:
    with pytest.raises(ParameterError, match=r"design\.kind = 'grid': dummy is for designs with bounds"):
        planned(tmp_path, '[design]\nkind = "grid"\nlevels = { dummy = [0, 1] }')
