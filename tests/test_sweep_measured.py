"""Measures of runs, written as one word and read off the results of a sweep."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from village_abm.experiments.sweep.measured import Measure, measured, read_measure
from village_abm.params import ParameterError

# Run b comes first, twice, as where a sampler visits a point twice; run a lacks its value of 2001.
FRAME = pd.DataFrame(
    {
        "run_id": ["b", "b", "b", "b", "a", "a"],
        "scheme": "none",
        "year": [2000, 2001, 2000, 2001, 2000, 2001],
        "kd_area": [10.0, 20.0, 10.0, 20.0, 3.0, np.nan],
        "share.poor": [0.1, 0.2, 0.1, 0.2, 0.3, 0.4],
    }
)


def test_a_year_a_span_of_years_and_the_end() -> None:
    assert measured(FRAME, read_measure("kd_area@2000")).to_dict() == {"b": 10.0, "a": 3.0}
    assert measured(FRAME, read_measure("share.poor@end")).to_dict() == {"b": 0.2, "a": 0.4}
    means = measured(FRAME, read_measure("share.poor@2000..2001"))
    assert means.index.tolist() == ["b", "a"]
    np.testing.assert_allclose(means, [0.15, 0.35])
    assert means.name == "share.poor@2000..2001"


def test_a_run_without_a_value_in_one_of_the_years_has_none() -> None:
    assert measured(FRAME, read_measure("kd_area@2000..2001")).isna().tolist() == [False, True]


@pytest.mark.parametrize("word", ["kd_area@2020", "kd_area@2010..2020", "share.poor@end"])
def test_a_measure_is_written_as_it_is_read(word) -> None:
    assert read_measure(word).name == word
    assert read_measure("kd_area@2020..2020") == Measure("kd_area", (2020, 2020)) == read_measure("kd_area@2020")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("kd_area", r"measure 'kd_area': no such form. Write kd_area@2020, kd_area@2010\.\.2020 or kd_area@end"),
        ("kd_area@last", "no such form"),
        ("kd_area@2010-2020", "no such form"),
        ("kd_area@2020..2010", "2020 comes after 2010. Write the earlier year first"),
        ("kd_aera@2000", "unknown indicator 'kd_aera'. Nearest known: kd_area"),
        ("kd_area@1999", "the runs record 2000 to 2001. Take years among these"),
        ("kd_area@2001..2002", "the runs record 2000 to 2001"),
    ],
)
def test_what_cannot_be_measured_is_refused(word, said) -> None:
    with pytest.raises(ParameterError, match=said):
        measured(FRAME, read_measure(word))


def test_a_sweep_without_a_finished_run_measures_nothing() -> None:
    with pytest.raises(ParameterError, match=r"no run is finished yet. Run the sweep first"):
        measured(pd.DataFrame({"run_id": [], "year": []}), Measure("kd_area"))
