"""Real rasters: two systems, different headers, one grid; known cells, and refusals in one line."""

import os
from pathlib import Path

import numpy as np
import pytest
from land_rules import TERRAIN, capacity

from village_abm.land.classes import CLASSES, RasterError, read_classes
from village_abm.land.rasters import read_terrain
from village_abm.streams import Streams

REPOSITORY = Path(__file__).parents[1]
TABLES = REPOSITORY / "params" / "classes"
REAL = Path(os.environ.get("KARST_TEST_DATA", REPOSITORY.parent / "shared" / "data" / "fanjingshan"))

# On the middle meridian of UTM zone 49 (111 E) at the equator, positions can be worked on paper:
# x = 500000 + .9996 a (lon - 111) and y = .9996 a (1 - e^2) lat, in radians, with a = 6378137 m and
# e^2 = .00669438.
X_PER_DEGREE = 0.9996 * 6378137 * np.pi / 180  # 111274.8 m
Y_PER_DEGREE = X_PER_DEGREE * (1 - 0.00669438)  # 110529.8 m
NODATA = -9999


def height(lon, lat):
    """A tilted plane, which bilinear interpolation returns as it is [m]."""
    return 200 + 20_000 * (lon - 111) + 10_000 * lat


def write_grid(path, values, left, bottom, size):
    lines, columns = values.shape
    header = f"ncols {columns}\nnrows {lines}\nxllcorner {left}\nyllcorner {bottom}\n"
    rows = "\n".join(" ".join(f"{v:.10g}" for v in row) for row in values)
    path.write_text(f"{header}cellsize {size}\nNODATA_value {NODATA}\n{rows}\n")
    return path


def dem(folder, gaps=None):
    """40 x 30 cells of .001 degree: 111 to 111.03 E, 0 to .04 N."""
    lon = 111 + (np.arange(30) + 0.5) * 0.001
    lat = 0.04 - (np.arange(40) + 0.5) * 0.001
    values = height(lon[None, :], lat[:, None])
    if gaps is not None:
        values[gaps] = NODATA
    return write_grid(folder / "dem.asc", values, 111, 0, 0.001)


def landcover(folder, codes=(4, 9), left=499_900.0):
    """36 x 30 cells of 130 m: codes[1] from x 501200 to 502500 and y 600 to 1900, codes[0] elsewhere."""
    values = np.full((36, 30), codes[0])
    values[16:26, 10:20] = codes[1]
    return write_grid(folder / "cover.asc", values, left, -700, 130.0)


def read(folder, side=40, **options):
    """A landscape of side x side patches of 25 m from the two rasters of a folder."""
    options = {"crs": "EPSG:4326", **options}
    path = options.pop("dem", folder / "dem.asc")
    return read_terrain(TERRAIN, path, side, side, 25.0, Streams(1), 0, 40, capacity, TABLES, **options)


@pytest.fixture
def folder(tmp_path):
    dem(tmp_path)
    landcover(tmp_path)
    return tmp_path


def both(folder, **options):
    return read(folder, landcover=folder / "cover.asc", landcover_crs="EPSG:32649", **options)


def test_heights_lie_where_the_paper_says(folder):
    land = read(folder, window=(111.005, 0.005, 111.02, 0.02))
    line, column = land.cell(np.array([500_612.5]), np.array([1_012.5]))
    # On paper: lon 111 + 612.5/111274.8 = 111.005504, lat 1012.5/110529.8 = .009160;
    # 200 + 20000 x .005504 + 10000 x .009160 = 200 + 110.09 + 91.60 = 401.69 m.
    assert land.elevation[line, column][0] == pytest.approx(401.69, abs=0.02)
    x, y = land.centre(*np.indices(land.shape))
    assert land.elevation == pytest.approx(height(111 + (x - 5e5) / X_PER_DEGREE, y / Y_PER_DEGREE), abs=0.05)
    assert land.slope[10, 10] == pytest.approx(
        np.degrees(np.arctan(np.hypot(20_000 / X_PER_DEGREE, 10_000 / Y_PER_DEGREE))), abs=0.02
    )


def test_classes_lie_where_the_paper_says(folder):
    land = both(folder, window=(111.005, 0.005, 111.028, 0.028))
    x, y = land.centre(*np.indices(land.shape))
    farm = (x > 501_200) & (x < 502_500) & (y > 600) & (y < 1900)
    assert farm.any()
    assert not farm.all()
    assert np.array_equal(land.farmland, farm & ~land.settlement & ~land.sealed)


def test_layers_with_different_headers_are_not_laid_over_by_index(folder):
    """Shifting the land cover on the ground shifts it on the map, although rows and columns stay the same."""
    window = (111.005, 0.005, 111.028, 0.028)
    before = both(folder, window=window)
    landcover(folder, left=499_900.0 + 260)
    after = both(folder, window=window)
    moved = np.roll(before.farmland | before.settlement, round(260 / 25), axis=1)
    differs = (after.farmland | after.settlement) ^ moved
    assert differs.mean() < 0.05, "ten patches east, up to houses and one patch of rounding"
    assert (before.farmland ^ after.farmland).mean() > 0.05


def test_the_grid_is_square_projected_and_of_the_patch_size(folder):
    land = both(folder)
    assert land.shape == (40, 40)
    assert land.patch_size == 25.0
    assert 'ID["EPSG",32649]' in land.crs or 'AUTHORITY["EPSG","32649"]' in land.crs
    assert np.mod(land.origin, 25).tolist() == [0, 0]
    for name in ("soil_depth", "exposure", "cover", "distance", "lithology"):
        assert np.isfinite(getattr(land, name)).all()


def test_the_default_window_is_where_the_farmland_is(folder):
    land = both(folder)
    assert (land.farmland | land.settlement).mean() > 0.75
    assert np.array_equal(both(folder).farmland, land.farmland), "the same every time"


def test_without_land_cover_the_notes_say_so(folder):
    notes = " ".join(read(folder).notes)
    assert "Land cover is not given: cover is generated" in notes
    assert "Elevation is real: dem.asc (EPSG:4326, cells of about 111 m)" in notes
    assert "coarser than the patches" in notes
    assert "Soil, rock exposure, lithology" in notes


def test_with_land_cover_the_notes_name_table_and_shares(folder):
    notes = " ".join(both(folder).notes)
    assert "Land cover is real: cover.asc (EPSG:32649, cells of about 130 m)" in notes
    assert "classes by fanjingshan.csv: farmland" in notes


def test_water_is_sealed_and_bare(folder):
    landcover(folder, codes=(40, 80))
    land = both(folder, window=(111.005, 0.005, 111.028, 0.028))
    assert land.sealed.any()
    assert not (land.sealed & (land.settlement | land.farmland | land.wet)).any()


def test_houses_go_where_houses_are(folder):
    landcover(folder, codes=(30, 50))
    land = both(folder, window=(111.005, 0.005, 111.028, 0.028))
    x, y = land.centre(*np.nonzero(land.settlement))
    assert ((x > 501_200) & (x < 502_500) & (y > 600) & (y < 1900)).all()


def test_the_cover_of_a_class_is_that_of_the_table(folder):
    (folder / "mine.csv").write_text("code,class,cover\n4,shrub,0.3\n9,forest,0.6\n")
    land = both(folder, window=(111.005, 0.005, 111.028, 0.028), classes=folder / "mine.csv")
    x, y = land.centre(*np.indices(land.shape))
    forest = (x > 501_200) & (x < 502_500) & (y > 600) & (y < 1900)
    assert land.cover[forest].mean() == pytest.approx(0.58, abs=0.05)
    assert land.cover[~forest].mean() == pytest.approx(0.3, abs=0.03)
    assert not land.farmland.any()


def test_small_gaps_are_filled_and_told(folder):
    dem(folder, gaps=(np.array([20]), np.array([10])))
    land = read(folder, window=(111.005, 0.005, 111.02, 0.03))
    assert np.isfinite(land.elevation).all()
    assert any("no data on" in note for note in land.notes)


def test_the_default_window_avoids_gaps(folder):
    dem(folder, gaps=np.s_[:, :14])
    land = read(folder, side=30)
    assert land.origin[0] > 5e5 + 0.013 * X_PER_DEGREE
    assert not any("no data" in note for note in land.notes)


def test_a_sidecar_names_the_system(folder):
    from rasterio.crs import CRS

    window = (111.005, 0.005, 111.02, 0.02)
    told = read(folder, crs="EPSG:4326", window=window)
    (folder / "dem.prj").write_text(CRS.from_epsg(4326).to_wkt())
    assert np.array_equal(read(folder, crs=None, window=window).elevation, told.elevation)


def test_a_geotiff_of_fine_cells_is_averaged(folder):
    import rasterio
    from rasterio.transform import from_origin

    rng = np.random.default_rng(1)
    heights = (600 + 20 * rng.random((300, 300))).astype("float32")
    with rasterio.open(
        folder / "dem.tif", "w", driver="GTiff", width=300, height=300, count=1, dtype="float32",
        crs="EPSG:32649", transform=from_origin(500_000, 3000, 5, 5), nodata=-1,
    ) as file:  # fmt: skip
        file.write(heights, 1)
    land = read(folder, side=20, dem=folder / "dem.tif", crs=None, window=(500_250, 1750, 500_750, 2250))
    block = heights[150:250, 50:150].reshape(20, 5, 20, 5).mean((1, 3))
    assert land.elevation == pytest.approx(block, abs=1e-3)
    assert land.shape == (20, 20)


REFUSED = {
    "no system": ({"crs": None}, "dem.asc: no coordinate system in the file or beside it .*landscape-crs"),
    "no system of the cover": ({"landcover_crs": None}, "cover.asc: no coordinate system.*--landcover-crs"),
    "unknown system": ({"crs": "EPSG:99999"}, "unknown coordinate system 'EPSG:99999'. Write one like"),
    "degrees called metres": ({"crs": "EPSG:32649"}, "are degrees, so it is not in EPSG:32649"),
    "metres called degrees": ({"landcover_crs": "EPSG:4326"}, "cover.asc: .* are no degrees"),
    "apart": ({"landcover_crs": "EPSG:32650"}, "cover.asc and dem.asc do not overlap"),
    "apart in the window": (
        {"landcover_crs": "EPSG:32650", "window": (111.005, 0.005, 111.02, 0.02)},
        "cover.asc: does not reach the window on dem.asc",
    ),
    "outside": ({"window": (10, 10, 11, 11)}, "lies outside; dem.asc reaches from 111, 0 to 111.03, 0.04"),
    "backwards": ({"window": (111.02, 0.02, 111.01, 0.01)}, "write the low x and y first"),
    "too small": ({"window": (111.01, 0.01, 111.011, 0.011)}, "4 x 4 patches of 25 m. Give a window of 10"),
    "over the edge": ({"window": (111.02, 0.0, 111.04, 0.02)}, "of the window has no data, more than 5%"),
    "too large a grid": ({"side": 400}, "is smaller than the window of 400 x 400 patches"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_every_refusal_is_one_line_with_a_remedy(folder, name, capfd):
    options, says = REFUSED[name]
    options = {"landcover": folder / "cover.asc", "landcover_crs": "EPSG:32649", **options}
    with pytest.raises(RasterError, match=says) as error:
        read(folder, **options)
    assert "\n" not in str(error.value)
    assert capfd.readouterr().err == ""


def test_a_missing_file_and_one_that_is_no_raster_are_refused(folder):
    with pytest.raises(RasterError, match=r"nowhere.tif: no such file"):
        read(folder, dem=folder / "nowhere.tif")
    (folder / "words.tif").write_text("no raster")
    with pytest.raises(RasterError, match=r"words.tif: not a raster that can be read"):
        read(folder, dem=folder / "words.tif")


def test_a_picture_without_coordinates_is_refused(folder):
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    with (
        pytest.warns(NotGeoreferencedWarning),
        rasterio.open(folder / "a.tif", "w", driver="GTiff", width=20, height=20, count=1, dtype="uint8") as file,
    ):
        file.write(np.zeros((20, 20), "uint8"), 1)
    with pytest.raises(RasterError, match="not georeferenced"):
        read(folder, dem=folder / "a.tif")


def test_a_system_that_contradicts_the_file_is_refused(folder):
    from rasterio.crs import CRS

    (folder / "dem.prj").write_text(CRS.from_epsg(4326).to_wkt())
    with pytest.raises(RasterError, match=r"not EPSG:4490. Leave --landscape-crs out"):
        read(folder, crs="EPSG:4490")


def test_gaps_everywhere_are_refused(folder):
    dem(folder, gaps=np.s_[::2, ::2])
    with pytest.raises(RasterError, match="lacks data on at least"):
        read(folder)


def test_heights_without_a_declared_nodata_value_are_refused(folder):
    text = (folder / "dem.asc").read_text().replace("NODATA_value -9999", "NODATA_value -1")
    lines = text.splitlines()
    lines[6] = "-9999" + lines[6][lines[6].index(" ") :]
    (folder / "dem.asc").write_text("\n".join(lines))
    with pytest.raises(RasterError, match="Declare the value that means no data"):
        read(folder)


def write_tiff(path, values, crs):
    import rasterio
    from rasterio.transform import from_origin

    with rasterio.open(
        path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1, dtype=values.dtype,
        crs=crs, transform=from_origin(500_000, 3000, 25, 25),
    ) as file:  # fmt: skip
        file.write(values, 1)
    return path


def test_a_local_system_needs_the_option(folder):
    values = np.add.outer(np.arange(60.0), np.arange(60.0)) + 500
    local = write_tiff(folder / "local.tif", values, 'LOCAL_CS["x",UNIT["metre",1]]')
    with pytest.raises(RasterError, match=r"local.tif: its coordinate system .* local.* Give --landscape-crs"):
        read(folder, dem=local, crs=None)
    assert read(folder, dem=local, crs="EPSG:32649").elevation.min() > 500


def test_complex_numbers_are_refused(folder):
    waves = write_tiff(folder / "waves.tif", np.full((60, 60), 500 + 1j, np.complex64), "EPSG:32649")
    with pytest.raises(RasterError, match=r"waves.tif: holds complex numbers"):
        read(folder, dem=waves, crs=None)


def test_land_that_is_nearly_level_is_told(folder):
    level = write_tiff(folder / "level.tif", 500 + np.add.outer(np.arange(60.0), np.zeros(60)) / 10, "EPSG:32649")
    assert any("lies within" in note and "metres" in note for note in read(folder, dem=level, crs=None).notes)
    assert not any("lies within" in note for note in read(folder).notes)


def test_a_folder_in_the_place_of_a_file_is_refused(folder):
    with pytest.raises(RasterError, match="is a folder"):
        read(folder, dem=folder)
    with pytest.raises(RasterError, match="is a folder"):
        both(folder, classes=folder)


def test_a_grid_too_small_is_refused(folder):
    with pytest.raises(RasterError, match="5 x 5 patches is too small"):
        read(folder, side=5)


def test_the_layer_that_lacks_data_is_named(folder):
    values = np.full((36, 30), 4.0)
    values[:, ::2] = NODATA
    write_grid(folder / "cover.asc", values, 499_900.0, -700, 130.0)
    with pytest.raises(RasterError, match=r"cover.asc: every window .* lacks data .*although dem.asc has it"):
        both(folder, side=90)
    landcover(folder, codes=(NODATA, NODATA))
    with pytest.raises(RasterError, match=r"cover.asc: has no data in any cell"):
        both(folder)


def test_a_speck_of_a_raster_is_refused(folder):
    write_grid(folder / "dem.asc", np.array([[5.0, 6.0]]), 111, 0, 0.001)
    with pytest.raises(RasterError, match="1 x 2 cells hold no terrain"):
        read(folder)


def test_unknown_codes_are_listed(folder):
    landcover(folder, codes=(4, 77))
    with pytest.raises(RasterError, match=r"cover.asc: unknown class codes 77 .*Give --classes FILE"):
        both(folder)


def test_codes_of_two_tables_are_told_table_by_table(folder):
    landcover(folder, codes=(4, 30))
    with pytest.raises(
        RasterError, match=r"no single class table.*: fanjingshan.csv lacks 30; worldcover.csv lacks 4\."
    ):
        both(folder)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("code,kind\n1,forest\n", "no column 'class'"),
        ("code,class\n1,jungle\n", "row 2: class 'jungle' is none of farmland"),
        ("code,class\none,forest\n", "row 2: code must be a whole number"),
        ("code,class,cover\n1,forest,85\n", "row 2: cover 85 lies outside 0 to 1"),
        ("code,class\n1,forest\n1,shrub\n", "row 3: code 1 stands twice"),
        ("code,class\n", "no classes"),
    ],
)
def test_a_faulty_class_table_is_refused(tmp_path, text, says):
    (tmp_path / "classes.csv").write_text(text)
    with pytest.raises(RasterError, match=says):
        read_classes(tmp_path / "classes.csv")
    with pytest.raises(RasterError, match="no such class table"):
        read_classes(tmp_path / "nowhere.csv")


def test_shipped_tables_are_documented_and_share_no_code():
    tables = [read_classes(path) for path in sorted(TABLES.glob("*.csv"))]
    codes = [code for table in tables for code in table.classes]
    assert len(codes) == len(set(codes))
    text = (REPOSITORY / "docs" / "data.md").read_text(encoding="utf-8")
    for table in tables:
        assert table.file in text
    for name in CLASSES:
        assert f"`{name}`" in text


@pytest.mark.skipif(not (REAL / "DEM.txt").is_file(), reason="the real rasters are not beside the project")
def test_the_real_mountain():
    land = read_terrain(
        TERRAIN, REAL / "DEM.txt", 120, 120, 25.0, Streams(1), 0, 268, capacity, TABLES,
        crs="EPSG:4326", landcover=REAL / "vegetation.txt", landcover_crs="EPSG:32649",
    )  # fmt: skip
    assert land.shape == (120, 120)
    assert 494.7 <= land.elevation.min() < land.elevation.max() <= 2497.2
    assert land.farmland.mean() > 0.15
    assert land.slope.mean() > 10
    assert (land.landform == 3).any()
