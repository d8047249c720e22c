"""A scheme and its twin share everything before the scheme's first year, and no comparison moves another's numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from scheme_pair import lived, same
from test_compare import HERE, carry_out, tiny  # noqa: F401 (a fixture)

from village_abm import load_params
from village_abm.experiments import comparison

BRIEF = {"families": 12, "burn_in": 1998}
EARLY = ("grain_for_green_1", "declining_personal", "welfare_forest", "vertical_special")


def unlike_before_its_first_year(name: str) -> bool:
    last = load_params().schemes[name].years[0] - 1
    return not same(lived(name, last, **BRIEF), lived("", last, **BRIEF))


@pytest.mark.parametrize("name", EARLY)
def test_until_its_first_year_a_scheme_is_no_scheme_to_the_last_bit(name: str) -> None:
    assert not unlike_before_its_first_year(name)


@pytest.mark.slow
def test_so_it_is_with_every_scheme_there_is() -> None:
    assert [name for name in load_params().schemes if name not in EARLY and unlike_before_its_first_year(name)] == []


def test_a_scheme_of_the_county_leaves_the_visits_of_others_alone_until_it_runs() -> None:
    """The purse has ample money for visits to the plots of the first round; an auction comes only in 2005."""
    changes = {
        "schemes.slope_auction.years": [2005, 2010],
        "government.opening": 1e6,
        "government.allotment": 0,
        "schemes.grain_for_green_1.monitoring.audit": 0.5,
        **{path: value for path, value in HERE.items() if path.startswith("schemes")},
    }
    without = lived("grain_for_green_1", 2004, changes, **BRIEF)
    assert without.village.memory["treasury"]["visits"] > 0
    assert same(lived("grain_for_green_1,slope_auction", 2004, changes, **BRIEF), without)


def test_one_scheme_more_changes_no_number_of_another(tiny, tmp_path) -> None:  # noqa: F811
    values = {}
    for schemes in (("grain_for_green_1",), ("grain_for_green_1", "welfare_forest")):
        folder = tmp_path / str(len(schemes))
        carry_out(tiny(*schemes), folder)
        values[len(schemes)] = pd.read_csv(folder / "pairs.csv").set_index(["pair", "scheme", "measure"])["value"]
    both = values[2][[scheme != "welfare_forest" for _, scheme, _ in values[2].index]]
    pd.testing.assert_series_equal(values[1].sort_index(), both.sort_index(), check_exact=True)


def test_more_pairs_keep_those_that_are_there(tiny, tmp_path, monkeypatch) -> None:  # noqa: F811
    carry_out(tiny(pairs=2), tmp_path / "x")
    few = pd.read_csv(tmp_path / "x" / "pairs.csv")
    parts = {path.name for path in (tmp_path / "x" / "parts").iterdir()}
    jobs = []
    run = comparison.run_and_keep
    monkeypatch.setattr(comparison, "run_and_keep", lambda *job: (jobs.append(job), run(*job)))
    carry_out(tiny(pairs=4), tmp_path / "x")
    many = pd.read_csv(tmp_path / "x" / "pairs.csv")
    assert len(jobs) == 2 * 2
    assert parts < {path.name for path in (tmp_path / "x" / "parts").iterdir()}
    pd.testing.assert_frame_equal(many[many["pair"] < 2].reset_index(drop=True), few, check_exact=True)
