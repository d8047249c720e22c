"""The record of a run: everything that is written, and that nothing is left when something fails."""

from __future__ import annotations

import csv
import errno
import json

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import rasterio
import xarray as xr

from village_abm import load_params
from village_abm.experiments import provenance, record, tables


@pytest.fixture
def written(tmp_path, invented):
    record.write_all(tmp_path, invented, {"inputs": {}})
    return tmp_path


def test_a_folder_appears_whole_when_all_went_well(tmp_path):
    target = tmp_path / "runs" / "village-7"
    with record.RunFolder(target) as folder:
        (folder / "a.txt").write_text("a")
        assert not target.exists()
    assert [p.name for p in target.iterdir()] == ["a.txt"]
    assert [p.name for p in target.parent.iterdir()] == ["village-7"]


def _fail_half_way(target, error):
    with record.RunFolder(target) as folder:
        (folder / "half").mkdir()
        (folder / "half" / "b.txt").write_text("b")
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), OSError(errno.ENOSPC, "no room")])
def test_nothing_is_left_when_something_fails(tmp_path, error):
    with pytest.raises(type(error)):
        _fail_half_way(tmp_path / "runs" / "x", error)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_refused_and_left_as_it_was(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(record.FolderError, match="is not empty"), record.RunFolder(tmp_path / "mine"):
        pass
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "x"
    assert len(list(tmp_path.iterdir())) == 1


def test_an_empty_folder_is_used(tmp_path):
    (tmp_path / "mine").mkdir()
    with record.RunFolder(tmp_path / "mine") as folder:
        (folder / "a.txt").write_text("a")
    assert (tmp_path / "mine" / "a.txt").exists()


def test_runs_of_one_name_are_numbered(tmp_path):
    places = []
    for _ in range(3):
        opened = record.RunFolder(tmp_path / "village-1", numbered=True)
        with opened as folder:
            (folder / "a.txt").write_text("a")
        places.append(opened.path.name)
    assert places == ["village-1", "village-1-2", "village-1-3"]


def test_the_same_numbers_give_the_same_bytes(tmp_path, invented):
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        tables.write_indicators(folder, invented.indicators)
    assert (first / "indicators.csv").read_bytes() == (second / "indicators.csv").read_bytes()
    assert b"\r" not in (first / "indicators.csv").read_bytes()
    back = pd.read_csv(first / "indicators.csv", index_col="year")
    assert (back.to_numpy() == invented.indicators.to_numpy()).all()


def test_units_and_labels_travel_with_the_indicators(written):
    back = pd.read_parquet(written / "indicators.parquet")
    assert back.attrs["units"]["cover"] == "1"
    assert back.attrs["labels"]["cover"]["zh"] == "植被覆盖度"


def test_maps_can_be_read_by_name_year_and_place(written, invented):
    with xr.open_dataset(written / "patches.nc", engine="h5netcdf") as maps:
        assert maps["use"].dims == ("year", "y", "x")
        assert maps["soil_depth"].attrs["units"] == "cm"
        assert maps["grade"].attrs["flag_meanings"].split()[0] == "none"
        # The first cell is the north-west one: its centre is half a patch from the corner.
        assert float(maps["x"][0]) == 12.5
        assert float(maps["y"][0]) == 40 * 25 - 12.5
        assert int(maps["use"].sel(year=1993, x=512.5, y=487.5)) == invented.maps["use"][3, 20, 20] == 3


def test_first_and_last_year_are_geotiffs_on_the_same_ground(written, invented):
    names = sorted(path.name for path in (written / "maps").iterdir())
    assert len(names) == 2 * len(invented.maps)
    with rasterio.open(written / "maps" / "cover-1995.tif") as file:
        assert file.transform @ (0, 0) == (0.0, 1000.0)
        assert file.res == (25.0, 25.0)
        assert np.array_equal(file.read(1), invented.maps["cover"][-1])


def test_a_coordinate_system_reaches_the_maps(tmp_path, invented):
    invented.landscape.crs = "EPSG:32649"
    record.write_all(tmp_path, invented, {})
    with rasterio.open(tmp_path / "maps" / "use-1990.tif") as file:
        assert file.crs.to_epsg() == 32649
    with xr.open_dataset(tmp_path / "patches.nc", engine="h5netcdf") as maps:
        assert "UTM zone 49N" in maps["spatial_ref"].attrs["crs_wkt"]
        assert maps["use"].attrs["grid_mapping"] == "spatial_ref"


def test_households_are_written_year_by_year(tmp_path, invented):
    panel = tables.HouseholdPanel(tmp_path / "households.parquet")
    panel.add(1990, invented.households)
    invented.households.members[0] = 9
    panel.add(1991, invented.households)
    panel.close()
    table = pq.read_table(tmp_path / "households.parquet")
    frame = table.to_pandas()
    assert frame.loc[frame["row"] == 0, "members"].tolist() == [4, 9]
    assert table.schema.field("cash").metadata[b"unit"] == b"fen"
    assert b"knowledge" in table.schema.field("knowledge_0").metadata[b"meaning"]


def test_permanent_ids_of_events_stay_exact_where_some_are_missing(tmp_path):
    big = 2**62 + 1
    tables.write_events(
        tmp_path / "e.parquet", [{"year": 1990, "kind": "left", "person": big}, {"year": 1991, "kind": "x"}]
    )
    assert pq.read_table(tmp_path / "e.parquet")["person"].to_pylist() == [big, None]
    assert pd.read_parquet(tmp_path / "e.parquet")["person"][0] == big


def test_the_terms_of_a_decision_are_kept_as_json(tmp_path):
    why = {"wage": np.float64(2.5), "heir": np.bool_(True)}
    tables.write_events(tmp_path / "e.parquet", [{"year": 1990, "kind": "left", "why": why}])
    (text,) = pq.read_table(tmp_path / "e.parquet")["why"].to_pylist()
    assert json.loads(text) == {"wage": 2.5, "heir": True}


def test_a_run_without_events_still_has_their_columns(tmp_path):
    tables.write_events(tmp_path / "e.parquet", [])
    assert pq.read_table(tmp_path / "e.parquet").column_names == [
        "year",
        "kind",
        "household",
        "person",
        "patch",
        "why",
    ]


def test_ties_books_and_parameters_can_be_read_back(written):
    assert nx.read_graphml(written / "ties.graphml").number_of_edges() == 2
    books = pd.read_csv(written / "books.csv")
    assert books.loc[books["entry"] == "closing", "amount"].tolist() == [99.0, 98.0, 97.0, 96.0, 95.0, 94.0]
    with (written / "parameters.csv").open(encoding="utf-8") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    assert rows["land.patch_size"]["differs"] == "1"
    assert json.loads(rows["people.migration.ease"]["value"]) == [1.0, 2.0]


def test_every_column_is_explained(written):
    rows = pd.read_csv(written / "dictionary.csv", keep_default_na=False)
    assert (rows["unit"] != "").all()
    assert (rows["meaning"] != "").all()
    assert {"indicators.csv", "households.parquet", "people.parquet", "cooperatives.parquet", "patches.nc"} == set(
        rows["file"]
    )
    counted = rows[rows["file"] == "indicators.csv"]
    assert (counted["formula"] != "").all()
    assert (counted["source"] != "").all()


def test_the_manifest_says_what_was_run(written):
    manifest = json.loads((written / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["differences"] == {"land.patch_size": 25.0}
    assert manifest["seed"] == 7
    assert manifest["years"] == [1990, 1995]
    assert manifest["scenario"]["label"]["zh"] == "一个村庄"


def test_the_manifest_holds_the_poverty_line_and_the_notes_of_each_village(written):
    manifest = json.loads((written / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["poverty_line"]["1990"], manifest["poverty_line"]["1995"]) == (400.0, 900.0)
    assert manifest["notes_by_village"] == {"village": ["The terrain was generated: peak-cluster depression."]}


def test_the_calendar_holds_every_package_of_a_scenario():
    params = load_params("huanjiang")
    rows = {row["name"]: row for row in record.calendar(params)}
    assert set(params.scenario.packages) <= set(rows)
    assert rows["biogas"]["years"] == [1997, 2008]  # the share of houses with a digester grows from 1996 to 2008
    assert rows["biogas"]["zh"]


def test_exact_versions_are_those_of_the_packages_in_use():
    versions = provenance.packages()
    assert versions["numpy"] == np.__version__
    assert versions["networkx"] == nx.__version__
    assert "pytest" not in versions


def test_the_code_is_known_by_its_source():
    assert provenance.source_hash() == provenance.source_hash()
    assert len(provenance.code()["source_sha256"]) == 64
    assert provenance.peak_memory_mb() > 10
