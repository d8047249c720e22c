"""Indicators of revitalisation: the components, the five dimensions, the index."""

from __future__ import annotations

import numpy as np

from agents.patch import VEGETATION_TYPES
from village_abm.accounting.revitalisation import COMPONENTS, DIMENSIONS, Standing, stand
from village_abm.counted.cooperation import industries
from village_abm.scope import OWN, Scope, indicator, mean, share
from village_abm.units import FEN_PER_CNY

TREE = VEGETATION_TYPES.index("tree")
MONTHS = 12
INDEX = "Computational Intelligence and Neuroscience (2022), 7314446: weights of a rural revitalisation index"


# Components -----------------------------------------------------------------------------------------------


@indicator(
    "CNY/day", "index", "net output of a day worked at home, prices of 2020", "家庭经营每工日净产出(2020年价)",
    "(net income from land + from enterprises) / days worked on the own farm", OWN,
)  # fmt: skip
def output_per_day(scope: Scope) -> float:
    """Net income from land, herds, guests and cooperatives for a day that households worked at home."""
    earned = scope.household("farm_income").sum() + scope.household("enterprise_income").sum()
    return share(float(scope.village.real(earned)), float(scope.household("farm_labour").sum()))


@indicator(
    "1", "index", "ecological industries' share of industries' land", "生态产业用地比例",
    "area of uses sold that do nature some good / area of all uses whose product is sold", OWN,
)  # fmt: skip
def eco_industry_share(scope: Scope) -> float:
    """Land of uses whose product is sold and that do nature some good, as a share of the land of all that is sold."""
    found = scope.once(industries)
    return share(float(found.area[found.known.green > 0].sum()), float(found.area.sum()))


@indicator(
    "1", "index", "share of households in cooperatives that do something", "加入实体合作社农户比例",
    "members of cooperatives that are no shells / households", OWN,
)  # fmt: skip
def active_member_share(scope: Scope) -> float:
    """Members of cooperatives other than shells as a share of households; 0 where there is no cooperative."""
    joined = scope.household("cooperative")
    works = np.append(~scope.village.cooperatives.shell, False)  # -1 is the last: in none
    return mean(works[joined])


@indicator(
    "1", "index", "share of the land under trees", "乔木林地比例",
    "patches that the survey sees as trees / patches", OWN,
)  # fmt: skip
def forest_share(scope: Scope) -> float:
    """Land whose vegetation the survey of rocky desertification takes for trees, as a share of all land."""
    return mean(scope.village.memory["vegetation"][scope.land] == TREE)


@indicator(
    "1", "index", "share of the land that is rocky desertification", "石漠化面积比例",
    "area of rocky desertification / area", OWN,
)  # fmt: skip
def kd_share(scope: Scope) -> float:
    """Area of rocky desertification, all grades, as a share of all land."""
    return share(scope.value("kd_area"), scope.area)


@indicator(
    "1", "index", "soil washed off over the tolerable loss", "土壤侵蚀量与允许流失量之比",
    "soil washed off the surface / soil formed, the mean over lithologies", OWN,
)  # fmt: skip
def erosion_ratio(scope: Scope) -> float:
    """Soil that left on the surface over what the rock below forms and so tolerates; above one soil is lost for good.

    Soil lost underground is not in it.
    """
    tolerable = np.array(scope.village.params.ecology.soil.formation)  # t/ha/yr
    kinds = np.bincount(scope.patch("lithology"), minlength=len(tolerable))
    return share(scope.flow("surface soil loss"), float(kinds @ tolerable) * scope.hectares)


@indicator(
    "year", "index", "schooling of adults", "成人平均受教育年限", "mean of the years of schooling at 16 to 59", OWN
)
def schooling(scope: Scope) -> float:
    """Mean years of schooling of people on the register aged 16 to 59."""
    return mean(scope.person("schooling")[scope.adults])


@indicator("1", "index", "environmental belief", "生态环境信念", "mean over households, 0 to 1", OWN)
def belief(scope: Scope) -> float:
    """Mean environmental belief of households: how far they hold that the land is greening."""
    return mean(scope.household("belief"))


@indicator(
    "1", "index", "share of households that keep a green convention", "遵守绿色公约农户比例",
    "households that keep one / households", OWN,
)  # fmt: skip
def convention_share(scope: Scope) -> float:
    """Households that keep the green convention of a brand as a share of all; 0 where there is none."""
    return mean(scope.household("convention") > 0)


@indicator("1", "index", "trust in the government's word", "对政府的信任度", "mean over households, 0 to 1", OWN)
def trust(scope: Scope) -> float:
    """Mean trust of households that what the government promises comes."""
    return mean(scope.household("trust"))


@indicator(
    "1", "index", "share of visited plots found in order", "核查合格率",
    "1 - plots found wanting so far / plots visited so far", OWN,
)  # fmt: skip
def audit_success(scope: Scope) -> float:
    """Plots under land conversion contracts found in order, as a share of all visits so far; none before the first."""
    records = scope.village.memory.get("audits", {}).values()
    seen, wanting = np.zeros(2) if not records else np.sum([_of_scope(scope, one) for one in records], axis=0)
    return 1 - share(float(wanting), float(seen))


def _of_scope(scope: Scope, record: np.ndarray) -> np.ndarray:
    """Visits and plots found wanting, (2,), from a record by village and by whether a household was caught before."""
    here = record if scope.number is None else record[:, 2 * scope.number : 2 * scope.number + 2]
    total: np.ndarray = here.sum(axis=1)
    return total


@indicator(
    "1", "index", "share of cropland not enrolled against its household's choice", "未被强制退耕的耕地比例",
    "1 - cropland once enrolled without a choice / contract cropland", OWN,
)  # fmt: skip
def free_choice(scope: Scope) -> float:
    """Contract cropland that never came under a conversion contract its household had no say in, as a share of all."""
    assigned = scope.patch("ever_enrolled") & ~scope.patch("own_choice") & scope.cropland
    return 1 - share(float(assigned.sum()), float(scope.cropland.sum()))


@indicator(
    "1", "index", "income per head over a migrant's yearly wage", "人均纯收入与外出务工年工资之比",
    "income per head / (12 x monthly wage of migrants)", OWN,
)  # fmt: skip
def income_parity(scope: Scope) -> float:
    """Net income per registered person over what a migrant earns in a year in town: the gap to the town."""
    yearly = MONTHS * scope.village.params.series["migrant_wage"].at(scope.village.year)
    return share(float(scope.household("income").sum()) / FEN_PER_CNY, float(scope.household("members").sum()) * yearly)


# The index ------------------------------------------------------------------------------------------------


def standing(scope: Scope) -> Standing:
    """Components, dimensions and index of this year."""
    values = np.array([scope.value(name) for name in COMPONENTS])
    return stand(scope.village.params.accounting.revitalisation, values)


def _dimension(scope: Scope, name: str) -> float:
    return float(scope.once(standing).dimensions[DIMENSIONS.index(name)])


OF_DIMENSION = "sum of weight x (value - worst) / (best - worst) over components"


@indicator(
    "1", "index", "rural revitalisation index", "乡村振兴指数", "sum of weight x dimension over five dimensions", INDEX
)
def revitalisation_index(scope: Scope) -> float:
    """Thriving industry, liveable ecology, civilised custom, effective governance and prosperous life in one number.

    Between 0 and 1, by weights and bounds that do not change with the run; comparable only under the same ones.
    """
    return scope.once(standing).index


@indicator("1", "index", "thriving industry", "产业兴旺", OF_DIMENSION, INDEX)
def thriving_industry(scope: Scope) -> float:
    """Output a day of work, ecological industries, cooperatives and processing, each between its bounds."""
    return _dimension(scope, "thriving_industry")


@indicator("1", "index", "liveable ecology", "生态宜居", OF_DIMENSION, INDEX)
def liveable_ecology(scope: Scope) -> float:
    """Trees, rocky desertification, erosion and use of the rain, each between its bounds."""
    return _dimension(scope, "liveable_ecology")


@indicator("1", "index", "civilised custom", "乡风文明", OF_DIMENSION, INDEX)
def civilised_custom(scope: Scope) -> float:
    """Schooling, environmental belief and the keeping of a green convention, each between its bounds."""
    return _dimension(scope, "civilised_custom")


@indicator("1", "index", "effective governance", "治理有效", OF_DIMENSION, INDEX)
def effective_governance(scope: Scope) -> float:
    """Trust, plots found in order and enrolment by choice, each between its bounds, of what is known."""
    return _dimension(scope, "effective_governance")


@indicator("1", "index", "prosperous life", "生活富裕", OF_DIMENSION, INDEX)
def prosperous_life(scope: Scope) -> float:
    """Income against the town, inequality, poverty and who is left behind, each between its bounds."""
    return _dimension(scope, "prosperous_life")
