"""The shipped screening: what it varies is there, inside its range, and told in its page as it stands in the files."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pandas as pd
import pytest

from village_abm.experiments.sweep.plan import DUMMY, Plan
from village_abm.experiments.sweep.planning import plan
from village_abm.load import Params, load_params

pytest.importorskip("SALib")

DOCS = Path(__file__).resolve().parents[1] / "docs"
SPEC = DOCS / "screening.toml"
PAGE = (DOCS / "screening.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+) \| [^|]+ \| `([^`]+)` \| (\S+) to (\S+)[^|]* \| (\S+) \| ([^|]+) \| (\w+) \|$", flags=re.M)
ROWS = ROW.findall(PAGE)
PATHS = [row[1] for row in ROWS]


@pytest.fixture(scope="module")
def planned() -> Plan:
    """Made of the shipped file, so every path exists and both ends of its bounds load."""
    return plan(SPEC)


@pytest.fixture(scope="module")
def params() -> Params:
    return load_params("village")


def bounds(planned: Plan) -> dict[str, tuple[float, float]]:
    spans = planned.written["design"]["bounds"]
    return {path: (span["low"], span["high"]) for path, span in spans.items()}


def told(params: Params, path: str) -> tuple[object, tuple[float, float], str, str]:
    """Value by default, range, source and confidence of what a scalar path changes."""
    stem, scaled = path.removesuffix(".scale"), path.endswith(".scale")
    stem, _, index = stem.rstrip("]").partition("[")
    if stem.startswith("series."):
        series = params.series[stem.removeprefix("series.")]
        assert scaled, f"{path} is a series"
        return 1, series.scale_range, ", ".join(series.sources), series.confidence
    number = params.numbers[stem]
    low, high = number.range
    assert isinstance(number.value, list) == bool(scaled or index), f"{path} is not one number"
    value: object = number.value
    if scaled:
        value, some = 1, [element for element in number.value if element]
        low, high = max(low / element for element in some), min(high / element for element in some)
    elif index:
        value = number.value[int(index)]
    return value, (low, high), number.source, number.confidence


def test_all_24_numbers_have_a_path_and_all_paths_a_number(planned) -> None:
    assert {int(row[0]) for row in ROWS} == set(range(1, 25))
    assert sorted(PATHS) == sorted(set(bounds(planned)) - {DUMMY})
    written = SPEC.read_text(encoding="utf-8")
    assert [int(number) for number in re.findall(r"^# (\d+) ", written, flags=re.M)] == list(range(1, 25))


@pytest.mark.parametrize("path", PATHS)
def test_bounds_lie_in_the_range_and_about_the_default(path, planned, params) -> None:
    (low, high), (value, (least, most), _, _) = bounds(planned)[path], told(params, path)
    assert least <= low < high <= most
    assert low <= value <= high


@pytest.mark.parametrize("row", ROWS, ids=PATHS)
def test_the_page_says_what_the_files_say(row, planned, params) -> None:
    _, path, low, high, default, source, confidence = row
    value, _, from_whom, how_sure = told(params, path)
    assert (float(low), float(high)) == bounds(planned)[path]
    assert (float(default), source, confidence) == (value, from_whom, how_sure)


def test_it_is_as_large_as_the_page_says(planned) -> None:
    assert len(PATHS) == 43
    assert (planned.block, planned.replicates) == (45, 24)
    assert len(planned.rows()) == 24 * (45 + 1)
    assert len(planned.tasks()) == 1080  # the steps of the dummy are the same run once more
    assert "1,080 runs" in PAGE


def test_the_ranking_of_the_page_is_made_of_the_indices(tmp_path, monkeypatch) -> None:
    """Two indicators: a is first in both, b second in one and noise in the other; luck and sigma stay out."""
    lines = [
        ("kd_area@end", "b", "mu_star", 4, False, 2), ("kd_area@end", "a", "mu_star", 9, False, 1),
        ("kd_area@end", "a", "sigma", 5, False, 0), ("kd_area@end", "luck", "mu_star", 3, False, 0),
        ("cover@end", "a", "mu_star", 0.1, False, 1), ("cover@end", "b", "mu_star", 0.0, True, 2),
    ]  # fmt: skip
    frame = pd.DataFrame(lines, columns=["output", "path", "index", "value", "noise", "group"])
    (tmp_path / "results").mkdir()
    frame.to_csv(tmp_path / "results" / "sensitivity.csv", index=False)
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.S)
    with redirect_stdout(io.StringIO()) as shown:
        exec(code, {})
    words = [line.split() for line in shown.getvalue().splitlines()]
    assert words[-2:] == [["a", "1", "1"], ["b", "noise", "2"]]
