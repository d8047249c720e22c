"""A real register: the example of docs/data.md is read, and every mistake gets one clear line."""

import re
from pathlib import Path

import numpy as np
import pytest
from land_rules import landscape

from agents.patch import LAND_KINDS
from agents.person import STATUSES
from village_abm.society.register import RegisterError, read_register

DOCS = Path(__file__).parents[1] / "docs" / "data.md"
SHAPE, USES = (10, 12), ("natural", "maize", "paddy", "potato")
FILES = ("households.csv", "people.csv", "plots.csv")


def cell(x, y):
    """Patches of 25 m whose north-west corner stands at x 1000, y 5000."""
    return np.floor((5000 - y) / 25).astype(int), np.floor((x - 1000) / 25).astype(int)


def example():
    """The files of the example in docs/data.md, by name."""
    found = re.findall(r"`(\w+\.csv)`\n\n```csv\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert tuple(name for name, _ in found) == FILES
    return dict(found)


@pytest.fixture
def folder(tmp_path):
    for name, text in example().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def change(folder, name, old, new):
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def read(folder):
    return read_register(folder, SHAPE, cell, USES)


def test_the_documented_example_is_read(folder):
    found = read(folder)
    assert found.size == 2
    assert found.home.tolist() == [4 * 12 + 5, 4 * 12 + 6]
    assert found.household.tolist() == [0, 0, 0, 1, 1]
    assert found.age.tolist() == [41, 39, 12, 67, 33]
    assert found.female.tolist() == [False, True, True, True, False]
    assert [STATUSES[s] for s in found.status] == ["farm", "farm", "pupil", "elder", "migrant"]
    assert found.spouse.tolist() == [1, 0, -1, -1, -1]
    assert found.mother.tolist() == [-1, -1, 1, -1, 3]
    assert found.plot.tolist() == [41, 93, 26, 66, 97]
    assert found.holder.tolist() == [0, 0, 0, 1, 1]
    assert [LAND_KINDS[k] if k >= 0 else "" for k in found.land_kind] == [
        "dry_flat", "dry_slope", "forest_land", "paddy", "",
    ]  # fmt: skip
    assert found.use == ("maize", "maize", "natural", "paddy", "")
    assert len({*found.household_id, *found.person_id}) == 7


def test_permanent_ids_come_from_names_not_from_order(folder):
    before = read(folder)
    lines = (folder / "people.csv").read_text(encoding="utf-8").splitlines()
    (folder / "people.csv").write_text("\n".join([lines[0], *lines[:0:-1]]), encoding="utf-8")
    after = read(folder)
    assert after.person_id.tolist() == before.person_id[::-1].tolist()
    assert after.mother.tolist() == [1, -1, 3, -1, -1]


def test_a_marriage_need_be_told_once(folder):
    change(folder, "people.csv", "wei2,wei,39,1,4,farm,wei1,", "wei2,wei,39,1,4,farm,,")
    assert read(folder).spouse.tolist() == [1, 0, -1, -1, -1]


def test_projected_coordinates_find_the_same_patch(folder):
    # The middle of line 4, column 5: x = 1000 + 5.5 * 25, y = 5000 - 4.5 * 25.
    (folder / "households.csv").write_text("id,x,y\nwei,1137.5,4887.5\nmeng,1162.5,4887.5\n")
    assert read(folder).home.tolist() == [53, 54]


def test_coordinates_of_a_generated_landscape_go_there_and_back():
    land = landscape()
    x, y = land.centre(np.array([3]), np.array([7]))
    assert [int(v[0]) for v in land.cell(x, y)] == [3, 7]


def test_an_empty_list_of_plots_leaves_the_land_to_be_shared(folder):
    (folder / "plots.csv").write_text("line,column,household\n")
    found = read(folder)
    assert len(found.plot) == len(found.holder) == len(found.use) == 0


def test_a_file_saved_by_a_spreadsheet_is_read(folder):
    text = (folder / "people.csv").read_text(encoding="utf-8").replace("\n", "\r\n")
    (folder / "people.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert len(read(folder).age) == 5


MISTAKES = {
    "negative age": (
        "people.csv",
        "wei3,wei,12",
        "wei3,wei,-12",
        r"row 4, column 'age': -12 lies outside 0 to 120",
    ),
    "not a number": (
        "people.csv",
        "wei,41",
        "wei,forty",
        r"row 2, column 'age': 'forty' is no number. Write a number",
    ),
    "not finite": ("people.csv", "wei,41", "wei,nan", r"column 'age': 'nan' is no number"),
    "half a year": ("people.csv", "wei,41", "wei,41.5", r"column 'age': 41.5 is no whole number"),
    "sex": ("people.csv", "41,0", "41,2", r"column 'female': '2' is neither yes nor no. Write 1 or 0"),
    "status": (
        "people.csv",
        "farm,wei2",
        "farmer,wei2",
        r"column 'status': 'farmer' is unknown. Nearest known: farm",
    ),
    "twice": (
        "people.csv",
        "wei2,wei,39",
        "wei1,wei,39",
        r"row 3, column 'id': 'wei1' stands twice, first in row 2",
    ),
    "no such household": (
        "people.csv",
        "wei3,wei,12",
        "wei3,wie,12",
        r"row 4, column 'household': 'wie' is not in households.csv. Nearest known: wei",
    ),
    "no such mother": (
        "people.csv",
        "pupil,,wei2",
        "pupil,,wei9",
        r"row 4, column 'mother': 'wei9' is not in people.csv",
    ),
    "a young mother": (
        "people.csv",
        "pupil,,wei2",
        "pupil,,meng2",
        r"row 4, column 'mother': 'meng2' is no older woman",
    ),
    "two wives": ("people.csv", "elder,,", "elder,wei1,", r"column 'spouse'.*married to somebody else"),
    "own spouse": (
        "people.csv",
        "farm,wei2,",
        "farm,wei1,",
        r"row 2, column 'spouse': names the person itself",
    ),
    "empty cell": ("people.csv", "wei,41", "wei,", r"row 2, column 'age': is empty. Fill it in"),
    "missing column": ("people.csv", "schooling,", "", r"people.csv: row 1: no column 'schooling'. Add it"),
    "unknown column": (
        "people.csv",
        "schooling",
        "school",
        r"row 1: unknown column 'school'. Nearest known: schooling",
    ),
    "no place": (
        "households.csv",
        "line,column",
        "line,x",
        r"households.csv: row 1: needs either columns line, column or columns x, y",
    ),
    "nobody home": (
        "households.csv",
        "meng,4,6",
        "meng,4,6\nluo,1,1",
        r"households.csv: row 4, column 'id': household 'luo' has no people",
    ),
    "on no patch": (
        "households.csv",
        "meng,4,6",
        "meng,4,16",
        r"row 3, column 'line': the house stands on no patch: line 4, column 16, the grid",
    ),
    "plot outside": (
        "plots.csv",
        "7,9,wei",
        "-7,9,wei",
        r"plots.csv: row 3, column 'line': the plot stands on no patch",
    ),
    "owned twice": (
        "plots.csv",
        "5,6,meng",
        "3,5,meng",
        r"row 5, column 'line': this patch is already held in row 2",
    ),
    "under a house": (
        "plots.csv",
        "5,6,meng",
        "4,6,meng",
        r"row 5, column 'line': a house stands on this patch",
    ),
    "plot of nobody": (
        "plots.csv",
        "5,6,meng",
        "5,6,mong",
        r"column 'household': 'mong' is not in households.csv. Nearest known: meng",
    ),
    "land kind": (
        "plots.csv",
        "dry_flat",
        "flat",
        r"column 'land_kind': 'flat' is unknown. Nearest known: dry_flat",
    ),
    "use": ("plots.csv", "maize", "mais", r"column 'use': 'mais' is unknown. Nearest known: maize"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_gets_one_clear_line(folder, name):
    file, old, new, says = MISTAKES[name]
    change(folder, file, old, new)
    if name == "missing column":
        text = (folder / file).read_text()
        (folder / file).write_text(re.sub(r",([01]),\d+,", r",\1,", text))
    with pytest.raises(RegisterError, match=says) as error:
        read(folder)
    assert "\n" not in str(error.value)
    assert str(folder / file) in str(error.value)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(RegisterError, match=rf"{name}: no such file"):
        read(folder)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(RegisterError, match="no such folder"):
        read(tmp_path / "nowhere")


def test_a_ragged_row_is_refused(folder):
    change(folder, "households.csv", "meng,4,6", "meng,4")
    with pytest.raises(RegisterError, match="row 3: 2 cells, the header has 3"):
        read(folder)


def test_a_file_that_is_no_text_is_refused(folder):
    (folder / "people.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(RegisterError, match="cannot be read as CSV"):
        read(folder)
