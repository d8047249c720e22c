"""Layout suitability at the close of a run: what the land is suited to by four steps, against what was made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.patch import GRADES, LAND_KINDS
from village_abm.accounting import layout
from village_abm.accounting.layout import Chances, Ground
from village_abm.economy import enterprises, production
from village_abm.policy import engineering, enrolment, kept
from village_abm.policy.kept import KeptScheme
from village_abm.policy.parts import Scheme
from village_abm.policy.schemes import LandScheme, WorksScheme
from village_abm.scope import Scope, indicator, share
from village_abm.statements import Column, Line, Statement, statement

WET = (LAND_KINDS.index("wet_terrace"), LAND_KINDS.index("paddy"))
SUITED = (("built land", "居民点"), ("to protect", "宜封育保护"), ("to restore", "宜生态修复"),
          ("for moderate ecological industry", "宜适度生态产业"), ("to farm", "宜耕作"))  # fmt: skip
NOW = (("built", "已建设"), ("protected", "封育保护"), ("restored", "修复"), ("industry", "生态产业"),
       ("farmed", "耕作"), ("left alone", "闲置或放任"))  # fmt: skip
STEPS = (("1 ecological function", "一、生态功能"), ("2 resources", "二、资源条件"),
         ("3 potential of industry", "三、产业潜力"), ("4 support by policy", "四、政策支持"))  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """Scores of the four steps (patches, 4), what land is suited to and what it is (patches,)."""

    steps: np.ndarray
    suits: np.ndarray
    now: np.ndarray


def judged(scope: Scope) -> Judged:
    """The land in scope as it stands, judged by the four steps."""
    rules, ground = scope.village.params.accounting.layout, ground_of(scope)
    steps = layout.scores(rules, ground, chances_of(scope), scope.village.year)
    return Judged(steps, layout.suited(rules, ground, steps), now_of(scope))


def ground_of(scope: Scope) -> Ground:
    """The model's layers as the steps read them."""
    same = ("slope", "exposure", "grade", "cover", "age", "landform", "distance", "red_line", "terraced")
    return Ground(
        **{name: scope.patch(name) for name in same},
        depth=scope.patch("soil_depth"),
        watered=scope.patch("cistern") | np.isin(scope.patch("land_kind"), WET),
        contract=scope.patch("owner") >= 0,
        built=scope.kind("built"),
    )


def now_of(scope: Scope) -> np.ndarray:
    """What is made of each patch, index into NOW."""
    forage = scope.patch("use") == scope.village.uses.index["forage"]
    wild = scope.kind("wild")
    works = wild & (scope.patch("treated") > 0)
    guarded = scope.patch("closed") | scope.patch("red_line") | scope.under(KeptScheme)
    guarded |= scope.patch("use") == scope.village.uses.index["closed_forest"]
    planted = (scope.kind("planted") & ~forage) | works
    return layout.present(
        scope.kind("crop"), scope.kind("perennial") | forage, planted, wild & guarded, scope.kind("built")
    )


def chances_of(scope: Scope) -> Chances:
    """What people, markets, cooperatives and schemes bring to each patch."""
    margin, best = _best_use(scope)
    knowledge = scope.household("knowledge")
    known = knowledge.mean(axis=0) if len(knowledge) else np.zeros(len(scope.village.uses))
    coops = scope.village.cooperatives
    here = coops.alive & ~coops.shell & (coops.use >= 0)
    if scope.number is not None:
        here &= coops.village == scope.number
    dealt = np.isin(np.arange(len(scope.village.uses)), coops.use[here])
    fields = max(float(scope.cropland.sum()) * scope.hectares, scope.hectares)
    return Chances(
        labour=np.full(len(best), float(scope.household("labour").sum()) / fields),
        margin=margin,
        knowledge=np.where(margin > 0, known[best], 0.0),
        organised=np.where(margin > 0, dealt[best], False),
        financed=_financed(scope),
    )


def _best_use(scope: Scope) -> tuple[np.ndarray, np.ndarray]:
    """Net return in full bearing of the best sold perennial that may stand there [CNY/ha/yr], and that use.

    Price x yield by soil and rock, less inputs and work at the mean shadow wage; what is felled once, by the year of
    its life. The contract is left aside: the question is what the ground is fit for.
    """
    village, uses = scope.village, scope.village.uses
    some = np.flatnonzero(uses.is_kind("perennial") & (uses.top_yield > 0))
    few = uses.only(some)
    kg = production.potential(
        village.params.farm.production, few, scope.patch("soil_depth"), scope.patch("grade"), village.year
    )
    kg = kg / np.where(few.felled, np.maximum(few.lag, 1.0), 1.0)
    wage = float(scope.household("shadow_wage").mean()) if len(scope.homes) else 0.0
    price = village.memory["price"][some]
    net = kg * (price - few.picking * wage) - few.cash_cost - few.labour * wage
    net = np.where(_stands(scope, some), net, 0.0)
    return np.maximum(net.max(axis=1), 0.0), some[net.argmax(axis=1)]


def _stands(scope: Scope, some: np.ndarray) -> np.ndarray:
    """Which of the uses `some` the ground lets stand, whatever the contract says of the land; (patches, some)."""
    few = scope.village.uses.only(some)
    open_land = np.full(len(scope.patch("use")), LAND_KINDS.index("dry_slope"), np.int8)
    return enterprises.feasible(
        few, scope.patch("slope"), scope.patch("soil_depth"), scope.patch("grade"), scope.patch("elevation"),
        open_land, np.zeros(len(open_land), bool), scope.patch("red_line"), scope.patch("lithology"),
        scope.patch("cover"),
    )  # fmt: skip


def _financed(scope: Scope) -> np.ndarray:
    """Land that a scheme open this year would take, or that is under one; (patches,) bool."""
    found = scope.patch("scheme") >= 0
    for name in scope.village.params.scenario.schemes:
        found |= _takes(scope, scope.village.params.schemes[name])
    return found


def _takes(scope: Scope, scheme: Scheme) -> np.ndarray:
    names, use, year = scope.village.uses.names, scope.patch("use"), scope.village.year
    grade, slope, owner = scope.patch("grade"), scope.patch("slope"), scope.patch("owner")
    none = np.zeros(len(use), bool)
    if isinstance(scheme, LandScheme | WorksScheme) and not scheme.payment.offers():
        return none
    if isinstance(scheme, LandScheme):
        free = np.full(len(use), -1)
        may = enrolment.may_enrol(scheme, year, names, use, slope, owner, free, scope.patch("red_line"), none)
        return may & scheme.eligible.within(grade, scope.patch("distance"))
    if isinstance(scheme, WorksScheme):
        may = engineering.may_treat(scheme, year, names, use, grade, np.zeros(len(use)))
        kind, cover = scope.patch("land_kind"), scope.patch("cover")
        return may & engineering.fits(scheme, slope, kind, cover, none, scope.patch("terraced"), scope.patch("cistern"))
    if isinstance(scheme, KeptScheme) and scheme.offers(year):
        poor = scope.village.households.poor
        cover, line = scope.patch("cover"), scope.patch("red_line")
        return kept.may_keep(scheme, names, GRADES, use, grade, slope, cover, line, owner, poor)
    return none


# Counted --------------------------------------------------------------------------------------------------


@indicator(
    "1", "land", "share of crops on land too steep for the plough", "陡坡耕种比例",
    "crops on slopes above the upper limit, not terraced / crops; 0 where there are none",
    "Law of the People's Republic of China on Water and Soil Conservation (2010), article 20",
)  # fmt: skip
def steep_crop_share(scope: Scope) -> float:
    """Crops on slopes above 25 degrees that are not terraced, as a share of all crops."""
    crops = scope.kind("crop")
    steep = (scope.patch("slope") > scope.village.params.accounting.layout.slopes[1]) & ~scope.patch("terraced")
    return float((crops & steep).sum()) / max(float(crops.sum()), 1.0)


@statement("land", "What the land is suited to, and what is made of it", "国土适宜性与现状对照")
def layout_table(scope: Scope) -> Statement:
    """Area by what it is suited to by four steps (lines) and what is made of it at the close (columns)."""
    found = scope.once(judged)
    cells = layout.crossed(found.suits, found.now) * scope.hectares
    columns = (Column("area", "area", "面积", "ha"), *(
        Column(name.replace(" ", "_"), en, zh, "ha") for name, (en, zh) in zip(layout.NOW, NOW, strict=True)
    ))  # fmt: skip
    rows = [(name, *words, row) for name, words, row in zip(layout.SUITED, SUITED, cells, strict=True)]
    lines = [Line(name, en, zh, (float(row.sum()), *map(float, row))) for name, en, zh, row in rows]
    whole = cells.sum(axis=0)
    lines.append(Line("all land", "all land", "合计", (float(whole.sum()), *map(float, whole)), total=True))
    return Statement(columns, tuple(lines), _NOTES)


@statement("land", "The four steps of layout", "空间布局四步评价")
def layout_steps(scope: Scope) -> Statement:
    """Mean score of each of the four steps, 0 to 1, on the land suited to each purpose."""
    found = scope.once(judged)
    columns = tuple(Column(name, en, zh, "1") for name, (en, zh) in zip(layout.STEPS, STEPS, strict=True))
    lines = []
    for kind, (name, (en, zh)) in enumerate(zip(layout.SUITED, SUITED, strict=True)):
        here = found.suits == kind
        if here.any():
            lines.append(Line(name, en, zh, tuple(map(float, found.steps[here].mean(axis=0)))))
    if len(found.suits):
        means = tuple(map(float, found.steps.mean(axis=0)))
        lines.append(Line("all land", "all land", "全部土地", means, total=True))
    return Statement(columns, tuple(lines))


@statement("land", "How use agrees with suitability", "利用与适宜性的一致程度")
def layout_agreement(scope: Scope) -> Statement:
    """Shares of the land that is not built on by how its use agrees with what it is suited to, and kappa."""
    found = scope.once(judged)
    open_land = (found.suits != layout.BUILT) & (found.now != layout.BUILT)
    suits, now = found.suits[open_land], found.now[open_land]
    verdicts = np.bincount(layout.verdict(suits, now), minlength=len(layout.VERDICTS))
    square = np.zeros((len(NOW), len(NOW)))
    square[: len(SUITED)] = layout.crossed(suits, now)  # nothing is suited to being left alone
    how = layout.agreement(square)
    farmed, kept_land = now == layout.FARM, np.isin(suits, (layout.PROTECT, layout.RESTORE))
    worked = np.isin(now, (layout.FARM, layout.INDUSTRY))
    numbers = {
        "agrees": share(verdicts[1], len(suits)), "overused": share(verdicts[2], len(suits)),
        "unused": share(verdicts[3], len(suits)), "unguarded": share(verdicts[4], len(suits)),
        "otherwise": share(verdicts[5], len(suits)),
        "farmed_on_kept": share(float((farmed & kept_land).sum()), float(farmed.sum())),
        "suited_idle": share(float((~kept_land & ~worked).sum()), float((~kept_land).sum())),
        "kappa": how.kappa, "quantity": how.quantity, "allocation": how.allocation,
    }  # fmt: skip
    lines = tuple(Line(name, *_AGREEMENT[name], (value,)) for name, value in numbers.items())
    return Statement((Column("share", "share", "占比", "1"),), lines)


_AGREEMENT = {
    "agrees": ("used as it is suited", "与适宜用途一致"),
    "overused": ("cropped or planted for sale though to protect or restore", "宜保护修复而被耕种经营"),
    "unused": ("neither farmed nor planted though suited to it", "宜耕宜产而未利用"),
    "unguarded": ("left alone though to protect or restore", "宜保护修复而未管护"),
    "otherwise": ("restored for protected, farmed for planted, or the other way round", "保护与修复、耕作与产业互换"),
    "farmed_on_kept": ("crops on land to protect or restore, of all crops", "耕地中位于宜保护修复地的比例"),
    "suited_idle": ("suited to farm or industry and not worked, of all so suited", "宜耕宜产地的闲置比例"),
    "kappa": ("kappa", "Kappa系数"),
    "quantity": ("disagreement in quantity", "数量不一致"),
    "allocation": ("disagreement in allocation", "空间配置不一致"),
}
_NOTES = (
    (
        "Suited: inside the red line to protect; fertile, gentle and healthy to farm; woods of high function to "
        "protect; desertified or steep and bare to restore; the rest by its chances for industry.",
        "适宜性判定：红线内宜保护；肥沃平缓且未石漠化宜耕作；生态功能高的林地宜保护；石漠化或陡坡裸地宜修复；其余视产业条件而定。",
    ),
)
