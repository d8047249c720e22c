"""State of the land: a patch is a plot of `land.patch_size` on a side."""

from __future__ import annotations

import numpy as np

from agents.columns import Column, Row

LANDFORMS = ("depression", "foot", "slope", "peak")
LITHOLOGIES = ("pure", "interbedded", "alternating")
GRADES = ("none", "potential", "slight", "moderate", "severe", "extreme")
LAND_KINDS = ("collective", "forest_land", "dry_slope", "dry_terrace", "dry_flat", "wet_terrace", "paddy", "settlement")
VEGETATION_TYPES = ("none", "grass", "shrub", "tree", "crop")


class Patch(Row):
    """One patch: what lies there, what grows there, who holds it and what it is used for."""

    village = Column("1", "number of the village whose land it is", np.int16, 0)
    line = Column("1", "row in the grid, from north", np.int32, 0)
    column = Column("1", "column in the grid, from west", np.int32, 0)
    elevation = Column("m", "height above the sea")
    slope = Column("degree", "steepness")
    aspect = Column("degree", "direction the slope faces, from north, clockwise")
    landform = Column("1", "index into LANDFORMS", np.int8, 0)
    lithology = Column("1", "index into LITHOLOGIES", np.int8, 0)
    distance = Column("m", "distance to the nearest settlement")
    red_line = Column("1", "inside the ecological red line", np.bool_, False)

    soil_depth = Column("cm", "mean depth of the soil where there is soil")
    exposure = Column("1", "share of the surface that is bare rock")
    cover = Column("1", "woody and herb cover")
    age = Column("yr", "years since it was cropped or last stripped of cover")
    soil_carbon = Column("t/ha", "carbon held by the soil, per area of patch")
    score = Column("1", "rocky-desertification score of the national monitoring rule")
    grade = Column("1", "rocky-desertification grade, index into GRADES", np.int8, 0)
    runoff_loss = Column("t/ha/yr", "soil lost from the patch this year, surface and underground, per patch area")

    land_kind = Column("1", "kind of land in the contract, index into LAND_KINDS", np.int8, 0)
    terraced = Column("1", "held by terrace walls", np.bool_, False)
    cistern = Column("1", "watered from a cistern", np.bool_, False)
    owner = Column("1", "row of the household that holds the contract; -1 collective", np.int32, -1)
    user = Column("1", "row of the household that rents it and works it; -1 the holder works it", np.int32, -1)
    rent = Column("CNY/ha/yr", "rent agreed on, yuan of 2020; 0 where kin have it for nothing")
    lease_end = Column("yr", "last year of the agreement; 0 none", np.int16, 0)
    use = Column("1", "land use, index into the uses of uses.toml", np.int16, 0)
    use_age = Column("yr", "years the present use has stood", np.int16, 0)
    clearing = Column("1", "land cleared for crops outside the contract", np.bool_, False)
    cleared = Column("yr", "year in which it was cleared; 0 never", np.int16, 0)
    care = Column("1", "how well a perennial stand would be tended here, 0 to 1, drawn once for good")
    loss_years = Column("yr", "years running in which the best use promised a loss", np.int16, 0)
    closed = Column("1", "closed to cutting and grazing", np.bool_, False)
    treated = Column("yr", "year of engineering treatment; 0 never", np.int16, 0)
    scheme = Column("1", "scheme under contract, index into the schemes; -1 none", np.int16, -1)
    scheme_year = Column("yr", "year the contract began; 0 none", np.int16, 0)
    scheme_payee = Column("1", "row of the household the contract pays; -1 none", np.int32, -1)
    agreed_rate = Column(
        "CNY/ha/yr", "mean yearly rate its last contract was agreed at in an auction, nominal; 0 the posted rate"
    )
    ever_enrolled = Column("1", "was under a land conversion contract once", np.bool_, False)
    kept_cover = Column("1", "cover when it came under a contract to be kept")
    kept_mark = Column("1", "what its gains are measured from, in the unit of its contract: cover, t/ha, share of rain")
    closed_by_scheme = Column("1", "closed by the scheme it is under, which reopens it at the end", np.bool_, False)
    own_choice = Column("1", "its household chose to enrol it", np.bool_, False)
    yield_rate = Column("kg/ha/yr", "harvest of the year")
    esv = Column("CNY/ha/yr", "equivalent-factor value of the year, yuan of 2020")
    function = Column("1", "strongest function of the land, index into FUNCTIONS", np.int8, 0)
    suited = Column("1", "what it was suited to when last judged, index into SUITED", np.int8, 0)
    agreement = Column("1", "how its use agreed with that, index into VERDICTS", np.int8, 0)
    gep = Column("CNY/ha/yr", "gross ecosystem product of the year, yuan of 2020")
    net_return = Column("CNY/ha/yr", "what the present use was expected to be worth at the last choice, yuan of 2020")


CROPLAND = ("dry_slope", "dry_terrace", "dry_flat", "wet_terrace", "paddy")
_IS_CROPLAND = np.array([kind in CROPLAND for kind in LAND_KINDS])


def is_cropland(land_kind: np.ndarray) -> np.ndarray:
    """Whether land was shared out as cropland, whatever stands on it now; shape of `land_kind`."""
    return _IS_CROPLAND[land_kind]
