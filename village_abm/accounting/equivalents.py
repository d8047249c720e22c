"""Equivalent-factor value: what a hectare of each class of land yields, in equivalents of a hectare of grain.

One equivalent is what a hectare of cropland of the country's mean yield gives in food without further labour; its
money value is the standard unit value. Xie Gaodi et al. (2008), Expert knowledge based valuation method of ecosystem
services in China, J. Natural Resources 23(5); Xie Gaodi et al. (2015), Improvement of the evaluation method for
ecosystem service value based on per unit area, J. Natural Resources 30(8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from village_abm.params import ParameterError, needs

CLASSES = (
    "dry_crop", "paddy", "orchard", "conifer", "mixed", "broadleaf", "shrub", "shrub_grass", "grassland", "bare",
    "built",
)  # fmt: skip
SERVICES = (
    "food", "raw", "water", "gas", "climate", "purification", "hydrology", "soil", "nutrients", "biodiversity",
    "aesthetics",
)  # fmt: skip
GROUPS = ("provisioning", "regulating", "cultural")
TABLES = ("xie_2008", "xie_2015")
STAGES = 5
"""Stages of succession that wild land passes through: bare, grass, shrub, secondary, mature."""

_GROUP = np.array([0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2])
_IN_2008 = np.array([0, 1, 3, 4, 6, 5, 7, 9, 10])  # its order: hydrology before waste, no water, no nutrients
# Cropland, bare rock and built land have the cover that their class has: it tells nothing of how well they do.
_COVERED = np.array([name not in ("dry_crop", "paddy", "bare", "built") for name in CLASSES])


@dataclass(frozen=True)
class Standards:
    """Money value of one equivalent, by whoever worked it out."""

    grain: float = needs("CNY/ha/yr", "a seventh of what a hectare of grain brings", price="2020")
    xie_2015: float = needs("CNY/ha/yr", "net profit of grain production of the country in 2010", price="2020")
    xie_2003: float = needs("CNY/ha/yr", "the first such value, of the turn of the century", price="2020")
    own: float = needs("CNY/ha/yr", "one's own value, taken where the standard is own", price="2020")


@dataclass(frozen=True)
class Xie2015:
    """Equivalents a hectare of Xie et al. (2015), in the order of SERVICES."""

    dry_crop: tuple[float, ...] = needs("1", "dry cropland")
    paddy: tuple[float, ...] = needs("1", "paddy field; it takes water from the land: less than nothing")
    conifer: tuple[float, ...] = needs("1", "coniferous forest")
    mixed: tuple[float, ...] = needs("1", "forest of conifers and broad-leaved trees")
    broadleaf: tuple[float, ...] = needs("1", "broad-leaved forest")
    shrub: tuple[float, ...] = needs("1", "shrubs")
    shrub_grass: tuple[float, ...] = needs("1", "shrubs and tussock grass")
    grassland: tuple[float, ...] = needs("1", "grassland of the steppe kind")
    bare: tuple[float, ...] = needs("1", "bare rock")

    def __post_init__(self) -> None:
        _check_rows(self, len(SERVICES))


@dataclass(frozen=True)
class Xie2008:
    """Equivalents a hectare of Xie et al. (2008): food, raw, gas, climate, hydrology, waste, soil, life, beauty."""

    farmland: tuple[float, ...] = needs("1", "cropland, wet or dry")
    forest: tuple[float, ...] = needs("1", "forest of any kind")
    grassland: tuple[float, ...] = needs("1", "grassland")
    bare: tuple[float, ...] = needs("1", "desert and bare rock")
    shrub_forest: float = needs("1", "share of forest in what shrubs count for; the rest grassland")
    shrub_grass_forest: float = needs("1", "share of forest in what shrubs and tussock grass count for")

    def __post_init__(self) -> None:
        _check_rows(self, len(_IN_2008))


def _check_rows(book: Xie2015 | Xie2008, services: int) -> None:
    """Refuse a row of other services than the table has; raises ParameterError."""
    for field in fields(book):
        row = getattr(book, field.name)
        if isinstance(row, tuple) and len(row) != services:
            raise ParameterError(f"{field.name}: {len(row)} equivalents where the table has {services} services.")


@dataclass(frozen=True)
class Equivalents:
    """Which table and which standard value count, what the land counts as, and what desertification takes off."""

    standards: Standards
    xie_2008: Xie2008
    xie_2015: Xie2015
    table: Literal["xie_2008", "xie_2015"] = needs(None, "table of equivalents that counts")
    standard: Literal["grain", "xie_2015", "xie_2003", "own"] = needs(None, "standard unit value that counts")
    class_of_use: tuple[tuple[str, str], ...] = needs(
        None, "class of the land under each use; wild and planted: by its stage", any_length=True
    )
    wild: tuple[str, str, str, str, str] = needs(None, "class of wild land at each stage, bare to mature")
    planted: tuple[str, str, str, str, str] = needs(None, "class of planted trees at each stage, bare to mature")
    orchard_shrub: float = needs("1", "share of shrubs in what an orchard counts for; the rest dry cropland")
    by_cover: bool = needs(None, "equivalents of plants go with their cover")
    reference_cover: float = needs("1", "cover at which they hold in full")
    by_rock: bool = needs(None, "bare rock takes off")
    rock_weight: float = needs("1", "share taken off where all is rock")
    by_grade: bool = needs(None, "the grade of rocky desertification takes off")
    grade_factor: tuple[float, float, float, float, float, float] = needs(
        "1", "what is left at each grade, none and potential first"
    )

    def __post_init__(self) -> None:
        """Refuse classes that there are not; raises ParameterError."""
        by_stage = ("wild", "planted")
        said = {name: kind for name, kind in self.class_of_use if kind not in by_stage}
        said |= {f"{field}[{k}]": kind for field in by_stage for k, kind in enumerate(getattr(self, field))}
        for where, kind in said.items():
            if kind not in CLASSES:
                raise ParameterError(f"{where}: '{kind}' is no class of land. Write one of {', '.join(CLASSES)}.")

    @property
    def unit_value(self) -> float:
        """Money value of one equivalent that counts, yuan of 2020 [CNY/ha/yr]."""
        return float(getattr(self.standards, self.standard))


def table(rules: Equivalents, name: str = "") -> np.ndarray:
    """Equivalents a hectare of every class, by the table that counts or the one named; (classes, services)."""
    return _of_2008(rules) if (name or rules.table) == "xie_2008" else _of_2015(rules)


def _of_2015(rules: Equivalents) -> np.ndarray:
    rows = {field.name: np.array(getattr(rules.xie_2015, field.name)) for field in fields(rules.xie_2015)}
    return _stacked(rules, rows)


def _of_2008(rules: Equivalents) -> np.ndarray:
    book = rules.xie_2008
    named: dict[str, np.ndarray] = {}
    for name in ("farmland", "forest", "grassland", "bare"):
        named[name] = np.zeros(len(SERVICES))
        named[name][_IN_2008] = getattr(book, name)
    forest, grass = named["forest"], named["grassland"]

    def between(share: float) -> np.ndarray:
        return share * forest + (1 - share) * grass

    return _stacked(rules, {
        "dry_crop": named["farmland"], "paddy": named["farmland"], "conifer": forest, "mixed": forest,
        "broadleaf": forest, "shrub": between(book.shrub_forest), "shrub_grass": between(book.shrub_grass_forest),
        "grassland": grass, "bare": named["bare"],
    })  # fmt: skip


def _stacked(rules: Equivalents, rows: dict[str, np.ndarray]) -> np.ndarray:
    orchard = rules.orchard_shrub * rows["shrub"] + (1 - rules.orchard_shrub) * rows["dry_crop"]
    rows = rows | {"orchard": orchard, "built": np.zeros(len(SERVICES))}
    return np.array([rows[name] for name in CLASSES])


def by_group(services: np.ndarray) -> np.ndarray:
    """Sums of provisioning, regulating with supporting, and cultural services; (..., services) to (..., groups)."""
    return services @ (_GROUP[:, None] == np.arange(len(GROUPS)))


def classes_of_uses(rules: Equivalents, uses: Sequence[str]) -> np.ndarray:
    """Class of the land under each use at each stage of succession, index into CLASSES; (uses, stages).

    Raises ParameterError for a use that has no class.
    """
    said = dict(rules.class_of_use)
    missing = [name for name in uses if name not in said]
    if missing:
        raise ParameterError(
            f"accounting.equivalents.class_of_use: use '{missing[0]}' has no class of land. Add "
            f'["{missing[0]}", CLASS] with wild, planted or one of {", ".join(CLASSES)}.'
        )
    by_stage = {"wild": rules.wild, "planted": rules.planted}
    named = [by_stage.get(said[name], (said[name],) * STAGES) for name in uses]
    return np.array([[CLASSES.index(kind) for kind in row] for row in named], dtype=np.int8)


def adjustment(
    rules: Equivalents, land: np.ndarray, cover: np.ndarray, exposure: np.ndarray, grade: np.ndarray
) -> np.ndarray:
    """What is left of the equivalents, V / V0 x (1 - w B) x factor of the grade, each switchable; (patches,) [1].

    `land` (patches,) is the class. Cover counts for plants alone, not for crops, bare rock and built land; more
    than the reference counts for more.
    """
    left = np.ones(len(land))
    if rules.by_cover:
        left = np.where(_COVERED.take(land), cover / rules.reference_cover, left)
    if rules.by_rock:
        left = left * (1 - rules.rock_weight * exposure)
    if rules.by_grade:
        left = left * np.array(rules.grade_factor).take(grade)
    return left


def by_class(land: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Sum of what is left over the patches of each class; with ones in place of `left` their number; (classes,)."""
    return np.bincount(land, weights=left, minlength=len(CLASSES))


def value(rules: Equivalents, land: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Equivalent-factor value of each patch, equivalents x left x unit value; (patches,) [CNY/ha/yr]."""
    return (table(rules).sum(axis=1) * rules.unit_value).take(land) * left


def worth(rules: Equivalents, sound: np.ndarray, name: str = "") -> np.ndarray:
    """Value of areas by class that count in full, sum of area x equivalents x unit value; (groups,) [CNY/yr].

    `sound` (classes,) is area x what is left of its equivalents [ha]. What `value` sums to, worked out by class.
    """
    return sound @ by_group(table(rules, name)) * rules.unit_value
