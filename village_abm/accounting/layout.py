"""Layout in four steps: what land is for, judged from function, resources, industry and policy, against what it is.

The steps are those of the review of ecological industry in rocky-desertification areas by Zheng Peng, Xiong Kangning
and Yan Jiawang: identify the ecological function; weigh natural and human resources; weigh the potential of industry
(market, technology, organisation); weigh what policy supports (finance, tax, land). Uses follow the scheme of Wang
Kelin et al. (2020): restoration, conservation by closure, moderate development. Scores and limits are this model's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.patch import GRADES
from village_abm.params import ParameterError, needs

STEPS = ("ecological", "resources", "industry", "policy")
SUITED = ("built", "protect", "restore", "industry", "farm")
NOW = ("built", "protected", "restored", "industry", "farmed", "left alone")
VERDICTS = ("built", "agrees", "overused", "unused", "unguarded", "otherwise")
BUILT, PROTECT, RESTORE, INDUSTRY, FARM = range(len(SUITED))
LEFT_ALONE = NOW.index("left alone")


@dataclass(frozen=True)
class Layout:
    """Limits and weights of the four steps, and from where on land is suited to what."""

    slopes: tuple[float, float] = needs("degree", "gentle, and too steep for the plough", order="rising")
    depths: tuple[float, float] = needs("cm", "thin and deep soil", order="rising")
    ages: tuple[float, float] = needs("yr", "age of wild land poor and rich in species", order="rising")
    covers: tuple[float, float] = needs("1", "cover poor and rich in species", order="rising")
    water_landform: tuple[float, float, float, float] = needs(
        "1", "how much the cover of depressions, feet, slopes and peaks matters to water"
    )
    natural_weights: tuple[float, float, float, float] = needs(
        "1", "weights of soil depth, gentleness, ground without rock and water in natural resources"
    )
    natural_share: float = needs("1", "weight of natural against human resources")
    full_labour: float = needs("day/ha/yr", "working days at home a hectare of cropland at which labour is full")
    reach: float = needs("m", "distance at which nearness has fallen to 37%")
    full_margin: float = needs("CNY/ha/yr", "net return of the best use at which the market is full", price="2020")
    industry_weights: tuple[float, float, float] = needs("1", "weights of market, technology and organisation")
    policy_weights: tuple[float, float, float] = needs("1", "weights of finance, tax and land")
    tax_free_from: int = needs(None, "first year without agricultural tax")
    collective_land: float = needs("1", "what land without a contract counts for in the support by land policy")
    farm_from: float = needs("1", "natural resources from which land is farmland")
    woods_from: float = needs("1", "cover from which land counts as woods: not to be cleared, to be closed")
    protect_from: float = needs("1", "ecological score from which woods are to be protected")
    restore_grade: float = needs("1", "grade from which land is to be restored, index into GRADES")
    industry_from: float = needs("1", "mean score of resources, industry and policy from which industry is suited")

    def __post_init__(self) -> None:
        """Refuse weights that make no whole; raises ParameterError."""
        for name in ("natural_weights", "industry_weights", "policy_weights"):
            if abs(sum(getattr(self, name)) - 1) > 1e-9:
                raise ParameterError(f"{name} = {list(getattr(self, name))}: write shares that add up to 1.")


@dataclass(frozen=True)
class Ground:
    """What the model's layers say of each patch; all (patches,)."""

    slope: np.ndarray  # [degree]
    depth: np.ndarray  # [cm]
    exposure: np.ndarray
    grade: np.ndarray
    cover: np.ndarray
    age: np.ndarray  # [yr]
    landform: np.ndarray
    distance: np.ndarray  # [m]
    red_line: np.ndarray
    terraced: np.ndarray
    watered: np.ndarray  # paddy, wet terrace or cistern
    contract: np.ndarray  # held by a household
    built: np.ndarray


@dataclass(frozen=True)
class Chances:
    """What people, markets and governments bring to each patch; all (patches,)."""

    labour: np.ndarray  # [day/ha/yr] working days at home a hectare of cropland of the village
    margin: np.ndarray  # [CNY/ha/yr] net return of the best use that may stand there, in full bearing
    knowledge: np.ndarray  # share of the village that knows how to grow that use
    organised: np.ndarray  # a cooperative of the village deals in it
    financed: np.ndarray  # a scheme on offer takes such land, or it is under contract


def _ramp(values: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """0 below the first end, 1 above the second, straight between; shape of `values`."""
    low, high = ends
    return np.clip((values - low) / (high - low), 0.0, 1.0)


def ecological(rules: Layout, ground: Ground) -> np.ndarray:
    """Step 1, the largest of three functions: keeping soil, keeping water, keeping species; (patches,) [1].

    Soil: mean of steepness, thinness and grade/5, the need to keep it. Water: cover x weight of the landform. Species:
    all within the red line, else ramp(cover) x ramp(age).
    """
    grade = ground.grade / (len(GRADES) - 1)
    soil = (_ramp(ground.slope, rules.slopes) + 1 - _ramp(ground.depth, rules.depths) + grade) / 3
    water = np.array(rules.water_landform)[ground.landform] * ground.cover
    species = np.where(ground.red_line, 1.0, _ramp(ground.cover, rules.covers) * _ramp(ground.age, rules.ages))
    return np.where(ground.built, 0.0, np.maximum(np.maximum(soil, water), species))


def natural(rules: Layout, ground: Ground) -> np.ndarray:
    """Natural half of step 2: weighted mean of soil depth, gentleness (terraces are level), ground, water; [1]."""
    gentle = np.where(ground.terraced, 1.0, 1 - _ramp(ground.slope, rules.slopes))
    parts = np.array([_ramp(ground.depth, rules.depths), gentle, 1 - ground.exposure, ground.watered])
    return np.asarray(rules.natural_weights) @ parts


def resources(rules: Layout, ground: Ground, chances: Chances) -> np.ndarray:
    """Step 2: natural resources, and people: mean of labour at hand and nearness exp(-d / reach); (patches,) [1]."""
    labour = np.minimum(chances.labour / rules.full_labour, 1.0)
    human = (labour + np.exp(-ground.distance / rules.reach)) / 2
    return rules.natural_share * natural(rules, ground) + (1 - rules.natural_share) * human


def industry(rules: Layout, chances: Chances) -> np.ndarray:
    """Step 3: weighted mean of market (margin / full margin), technology (knowledge), organisation; (patches,) [1]."""
    market = np.clip(chances.margin / rules.full_margin, 0.0, 1.0)
    return np.asarray(rules.industry_weights) @ np.array([market, chances.knowledge, chances.organised])


def policy(rules: Layout, ground: Ground, chances: Chances, year: int) -> np.ndarray:
    """Step 4: weighted mean of finance (schemes on offer), tax (no agricultural tax) and land (a contract); [1]."""
    free = np.full(len(ground.slope), float(year >= rules.tax_free_from))
    land = np.where(ground.contract, 1.0, rules.collective_land)
    return np.asarray(rules.policy_weights) @ np.array([chances.financed, free, land])


def scores(rules: Layout, ground: Ground, chances: Chances, year: int) -> np.ndarray:
    """The four steps side by side, in the order of STEPS; (patches, 4), 0 to 1."""
    return np.column_stack([
        ecological(rules, ground), resources(rules, ground, chances), industry(rules, chances),
        policy(rules, ground, chances, year),
    ])  # fmt: skip


def suited(rules: Layout, ground: Ground, steps: np.ndarray) -> np.ndarray:
    """What each patch is suited to, index into SUITED; the first that holds of the following; (patches,) int8.

    Built land; inside the red line: protect; gentle or terraced, not desertified, no woods and with natural resources
    from `farm_from`: farm; woods of ecological score from `protect_from`: protect; grade from `restore_grade`, or too
    steep and no woods: restore; mean of steps 2 to 4 from `industry_from`: industry; woods: protect; else: restore.
    """
    woods = ground.cover >= rules.woods_from
    steep = (ground.slope > rules.slopes[1]) & ~ground.terraced
    sick = ground.grade >= rules.restore_grade
    fertile = natural(rules, ground) >= rules.farm_from
    thriving = steps[:, 1:].mean(axis=1) >= rules.industry_from
    cases = [
        (ground.built, BUILT),
        (ground.red_line, PROTECT),
        (fertile & ~woods & ~steep & ~sick, FARM),
        (woods & (steps[:, 0] >= rules.protect_from), PROTECT),
        (sick | (steep & ~woods), RESTORE),
        (thriving, INDUSTRY),
        (woods, PROTECT),
    ]
    found = np.select([where for where, _ in cases], [kind for _, kind in cases], RESTORE)
    return found.astype(np.int8)


def present(
    crop: np.ndarray, perennial: np.ndarray, planted: np.ndarray, closed: np.ndarray, built: np.ndarray
) -> np.ndarray:
    """What is made of each patch, index into NOW: crops farmed, perennials and forage industry; (patches,) int8.

    `planted` are stands and works of schemes, `closed` wild land closed, paid to be kept or inside the red line; what
    is none of these is left alone.
    """
    found = np.select([built, crop, perennial, planted, closed], [BUILT, FARM, INDUSTRY, RESTORE, PROTECT], LEFT_ALONE)
    return found.astype(np.int8)


def verdict(suits: np.ndarray, now: np.ndarray) -> np.ndarray:
    """How what is made of land agrees with what it is suited to, index into VERDICTS; (patches,) int8.

    Overused: crops or perennials on land to protect or restore. Unused: land to farm or for industry without either.
    Unguarded: land to protect or restore that is left alone. Otherwise: protected for restored, farm for industry.
    """
    kept, worked = (suits == PROTECT) | (suits == RESTORE), (now == INDUSTRY) | (now == FARM)
    tests = [
        (suits == BUILT) | (now == BUILT),
        suits == now,
        kept & worked,
        ~kept & ~worked,
        kept & (now == LEFT_ALONE),
    ]
    return np.select(tests, [0, 1, 2, 3, 4], 5).astype(np.int8)


def crossed(suits: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Patches by what they are suited to and what they are; (SUITED, NOW)."""
    cells = np.bincount(suits.astype(np.int64) * len(NOW) + now, minlength=len(SUITED) * len(NOW))
    return cells.reshape(len(SUITED), len(NOW))


@dataclass(frozen=True)
class Agreement:
    """How two maps agree: share alike, Cohen's kappa, and the two parts of the share that differs."""

    alike: float
    kappa: float
    quantity: float
    allocation: float


def agreement(table: np.ndarray) -> Agreement:
    """Agreement of a square table of counts; not a number where there is nothing; alike + quantity + allocation = 1.

    kappa = (p - e) / (1 - e) with p the share on the diagonal, e that of chance. Quantity: half the sum of
    |row - column| totals. Allocation: the rest. Pontius and Millones (2011), Death to Kappa, Int. J. Remote Sensing 32.
    """
    count = table.sum()
    if not count:
        return Agreement(*(float("nan"),) * 4)
    shares = table / count
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    alike, chance = float(np.trace(shares)), float(rows @ columns)
    quantity = float(np.abs(rows - columns).sum()) / 2
    kappa = (alike - chance) / (1 - chance) if chance < 1 else float("nan")
    return Agreement(alike, kappa, quantity, max(1 - alike - quantity, 0.0))
