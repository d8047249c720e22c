"""Yearly series: what lies between the points and beyond them, and how a bad file is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_abm.params import ParameterError
from village_abm.records import params_folder, read_toml
from village_abm.series import (
    FIRST_YEAR,
    SERIES_NEEDS,
    filled,
    read_points,
    read_series,
)
from village_abm.series_changes import overridden_series, scaled_series, struck_series

SOURCES = read_toml(params_folder() / "sources.toml").keys()
SERIES = read_series(params_folder(), SOURCES)
HEAD = "year,value,source,confidence,note\n"


def year(values: np.ndarray, wanted: int) -> float:
    return float(values[wanted - 1950])


def test_linear_years_lie_on_the_line_and_outer_years_are_held() -> None:
    values = filled({1990: 10.0, 2000: 30.0}, "linear", 0, 0, "here")
    assert [year(values, y) for y in (1950, 1990, 1995, 2000, 2100)] == [10, 10, 20, 30, 30]


def test_geometric_years_grow_by_one_rate() -> None:
    values = filled({1990: 10.0, 1992: 40.0}, "geometric", 0, 0, "here")
    assert year(values, 1991) == pytest.approx(20)  # the middle of 10 and 40 is 20, not 25


def test_step_years_keep_the_last_point() -> None:
    values = filled({1990: 0.04, 2009: 0.15, 2010: 0.04}, "step", 0, 0, "here")
    assert [year(values, y) for y in (1980, 2008, 2009, 2010)] == [0.04, 0.04, 0.15, 0.04]


def test_a_trend_compounds_beyond_the_last_point_only() -> None:
    values = filled({1990: 100.0, 2020: 200.0}, "linear", 0, 0.03, "here")
    assert year(values, 2020) == 200
    assert year(values, 2022) == pytest.approx(200 * 1.03**2)
    assert year(values, 1980) == 100


@given(
    st.dictionaries(st.integers(1950, 2100), st.floats(0.01, 1e4), min_size=1, max_size=8),
    st.sampled_from(["linear", "geometric", "step"]),
)
def test_held_series_meet_their_points_and_never_leave_their_span(points: dict[int, float], rule: str) -> None:
    values = filled(points, rule, 0, 0, "here")
    assert np.isfinite(values).all()
    assert all(year(values, y) == pytest.approx(value, rel=1e-12) for y, value in points.items())
    low, high = min(points.values()), max(points.values())
    assert values.min() >= low * (1 - 1e-12)
    assert values.max() <= high * (1 + 1e-12)


def test_every_series_is_there_with_sources_for_every_point() -> None:
    assert SERIES.keys() == SERIES_NEEDS.keys()
    for series in SERIES.values():
        assert set(series.sources) <= set(SOURCES)
        assert np.isfinite(series.values).all()
        assert (series.values >= 0).all()
        assert series.points[0].year <= 1996, f"{series.name} starts late"


def test_figures_of_the_sources_stand_in_the_series() -> None:
    assert SERIES["migrant_wage"].at(2006) == 966  # yuan a month
    assert SERIES["migrant_wage"].at(2021) == 4432
    assert SERIES["cpi"].at(1990) == 0.315  # printed as 31.5 of 2020 = 100
    assert SERIES["cpi"].at(2020) == 1
    assert SERIES["poverty_line"].at(2010) == 1274
    assert SERIES["job_loss"].at(2009) == 0.15
    assert SERIES["held_migration"].at(1980) == 0.03
    assert SERIES["held_migration"].at(1995) == 0.05
    assert [SERIES["held_migration_greening"].at(y) for y in (1980, 1990, 1992, 2012)] == [
        0.05,
        0.05,
        0.45,
        0.45,
    ]


def test_consumer_prices_rise_every_year_but_a_few() -> None:
    steps = np.diff([SERIES["cpi"].at(y) for y in range(1980, 2025)])
    assert (steps < 0).sum() <= 2  # prices fell a little around 2000 to 2002


def test_a_frozen_series_stands_still_and_keeps_its_past() -> None:
    wage = SERIES["migrant_wage"]
    frozen = wage.frozen_from(1990)
    assert frozen.at(2015) == wage.at(1990)
    assert frozen.at(1985) == wage.at(1985)


def test_scaling_keeps_the_shape() -> None:
    wage = SERIES["migrant_wage"]
    assert np.allclose(scaled_series(wage, "1.2", "override", False).values, wage.values * 1.2)
    with pytest.raises(ParameterError, match=r"override: series.migrant_wage.scale = 9 lies outside .* 0.5 to 2"):
        scaled_series(wage, 9, "override", False)
    assert scaled_series(wage, 9, "override", True).at(2006) == 966 * 9


def test_single_years_are_struck_and_the_others_stay() -> None:
    """Jobs lost at .15 in 2009 and .04 in 2010 become .30 and .02; a year that is not named keeps every bit."""
    loss = SERIES["job_loss"]
    struck = struck_series(loss, "[[2009, 2.0], [2010, 0.5]]", "override", False)
    assert (struck.at(2009), struck.at(2010)) == (0.30, 0.02)
    others = np.flatnonzero(struck.values != loss.values) + FIRST_YEAR
    assert others.tolist() == [2009, 2010]
    for bad in (0.5, "[]", "[[2009]]", "[[2009, 9]]", "[[2009, 1], [2009, 1]]", "[[1700, 1]]", "[[2009.5, 1]]"):
        with pytest.raises(ParameterError, match=r"override: series.job_loss.times"):
            struck_series(loss, bad, "override", False)


def test_a_series_is_overridden_whole() -> None:
    loss = SERIES["job_loss"]
    assert set(overridden_series(loss, 0.1, "override", False).values) == {0.1}
    pairs = overridden_series(loss, "[[1990, 0.0], [2000, 0.5]]", "override", False)
    assert pairs.at(1995) == 0.25
    for bad in (1.5, -0.1, "much", "[[1990, 0.1], [1990, 0.2]]", "[[1700, 0.1]]", "[]", [["1990", 0.1]]):
        with pytest.raises(ParameterError, match=r"override: series.job_loss"):
            overridden_series(loss, bad, "override", False)


def test_years_beyond_the_table_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"series.cpi: year 2101 asked for; series run from 1950 to 2100"):
        SERIES["cpi"].at(2101)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD + "1990,ten,W54,reported,\n", r"row 2, column value: 'ten' is not a number in CNY/month"),
        (HEAD + "1990,nan,W54,reported,\n", r"row 2, column value: 'nan' is not a number"),
        (
            HEAD + "1990,1,W54,reported,\n1990,2,W54,reported,\n",
            r"row 3, column year: 1990 stands there twice",
        ),
        (HEAD + "1990.5,1,W54,reported,\n", r"row 2, column year: '1990.5' is not a whole year"),
        (HEAD + "1492,1,W54,reported,\n", r"row 2, column year: 1492. Write one from 1950"),
        (HEAD + "1990,1,W999,reported,\n", r"row 2, column source: unknown source 'W999'. Nearest known: W"),
        (HEAD + "1990,1,,reported,\n", r"row 2, column source: no source"),
        (HEAD + "1990,1,W54,sure,\n", r"row 2, .*confidence 'sure'. Write one of reported"),
        (HEAD + "1990,5000,W54,reported,\n", r"row 2, column value: 5000 lies outside 0 to 1000 CNY/month"),
        (HEAD + "1990,1,W54\n", r"row 2: 3 cells where 5 are needed"),
        (HEAD, r"no rows"),
        ("year,wage\n1990,1\n", r"row 1: columns .*Write year,value,source"),
    ],
)
def test_a_bad_csv_is_refused_with_row_column_and_reason(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "wage.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=complaint) as refusal:
        read_points(file, "CNY/month", (0, 1000), SOURCES)
    assert "wage.csv" in str(refusal.value)


def test_a_missing_csv_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"none\.csv: cannot be read"):
        read_points(tmp_path / "none.csv", "1", (0, 1), SOURCES)
