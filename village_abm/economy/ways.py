"""Theories of how a household chooses a use: one rule for all, or one for each type of household."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from agents.choice import expected_utility, imitation, logit, risky_value, satisficing
from agents.outlook import HOUSEHOLD_TYPES, Outlook
from village_abm.economy.enterprises import UseArrays
from village_abm.economy.returns import Returns

if TYPE_CHECKING:
    from village_abm.economy.land_use import LandUse, Plots

Rule = Literal["expected_utility", "prospect", "satisficing", "imitation", "planned_behaviour"]
TERMS = ("value", "norm", "knowledge", "belief", "switching")


def by_rule(rules: LandUse, outlook: Outlook, owner: np.ndarray) -> dict[str, np.ndarray]:
    """Which of some plots, by their owners, are decided by which rule; positions in `owner`."""
    if rules.rule != "mixed":
        return {rules.rule: np.arange(len(owner))}
    kind = outlook.household_type[owner]
    follow = {rule: [k for k in range(len(HOUSEHOLD_TYPES)) if rules.mix[k] == rule] for rule in rules.mix}
    return {rule: np.flatnonzero(np.isin(kind, kinds)) for rule, kinds in follow.items()}


def utilities(
    rules: LandUse, uses: UseArrays, plots: Plots, outlook: Outlook, returns: Returns, rows: np.ndarray
) -> dict[str, np.ndarray]:
    """The parts of the utility of each use of the plots `rows`, in units of the logit scale; (rows, uses).

    Each row's by the rule of its owner; see `terms`.
    """
    parted = by_rule(rules, outlook, plots.owner[rows])
    if len(parted) == 1:
        return terms(next(iter(parted)), rules, uses, plots, outlook, returns, rows)
    whole = {name: np.zeros((len(rows), len(uses))) for name in TERMS}
    for rule, at in parted.items():
        for name, part in terms(rule, rules, uses, plots, outlook, returns, rows[at]).items():
            whole[name][at] = part
    return whole


def terms(
    rule: str, rules: LandUse, uses: UseArrays, plots: Plots, outlook: Outlook, returns: Returns, rows: np.ndarray
) -> dict[str, np.ndarray]:
    """The parts of the utility of each use of the plots `rows` under one rule; (rows, uses).

    value: prospect value of the net return, reference = return of the present use + missing income; under
    expected utility that of the net return as it stands. norm: beta_N max(share of ties - theta, 0).
    knowledge; belief x good for nature; switching: bonus for staying. Planned behaviour (Ajzen 1991) takes
    value and belief as attitude, its own weight x the share of ties as norm, and its own weight x knowledge x
    `means` as control.
    """
    owner, use = plots.owner[rows], plots.use[rows]
    switching = np.zeros((len(rows), len(uses)))
    switching[np.arange(len(rows)), use] = rules.switching_bonus / rules.logit_scale
    if rule == "expected_utility":
        value = expected_utility(returns.net[rows], returns.spread[rows], outlook.risk[owner, None], rules.value_unit)
    else:
        value = _prospects(rules, uses, plots, outlook, returns, rows)
    norm = rules.norm_weight * np.maximum(outlook.norm[owner] - rules.norm_threshold, 0.0)
    knowledge = rules.knowledge_weight * outlook.knowledge[owner]
    if rule == "planned_behaviour":
        norm = rules.planned_norm * outlook.norm[owner]
        knowledge = rules.planned_control * outlook.knowledge[owner] * means(uses, plots, outlook)[owner]
    return {
        "value": value / rules.logit_scale,
        "norm": norm,
        "knowledge": knowledge,
        "belief": rules.belief_weight * outlook.belief[owner, None] * uses.green,
        "switching": switching,
    }


def _prospects(
    rules: LandUse, uses: UseArrays, plots: Plots, outlook: Outlook, returns: Returns, rows: np.ndarray
) -> np.ndarray:
    owner, use = plots.owner[rows], plots.use[rows]
    cultivated = uses.is_kind("crop")[use]
    present = np.where(cultivated, returns.net[rows, use], 0.0) + outlook.shortfall[owner]
    return risky_value(
        returns.net[rows],
        returns.spread[rows],
        present[:, None],
        outlook.risk[owner, None],
        outlook.loss_aversion[owner, None],
        rules.value_unit,
    )


def means(uses: UseArrays, plots: Plots, outlook: Outlook) -> np.ndarray:
    """Share of the planting of one plot that purse and idle days reach for, 1 where nothing is planted.

    The lesser of min(1, purse / cost) and min(1, idle days / days); (households, uses) [1].
    """
    reach = np.ones((len(outlook.purse), len(uses)))
    for cost, limit in ((uses.establish_cash, outlook.purse), (uses.establish_days, outlook.idle_days)):
        need = np.broadcast_to(cost * plots.area, reach.shape)
        held = np.broadcast_to(np.maximum(limit, 0.0)[:, None], reach.shape)
        reach = np.minimum(reach, np.divide(held, need, out=np.ones(reach.shape), where=need > held))
    return reach


def choose(
    rules: LandUse,
    plots: Plots,
    outlook: Outlook,
    rows: np.ndarray,
    utility: np.ndarray,
    allowed: np.ndarray,
    gumbel: np.ndarray,
) -> np.ndarray:
    """The use chosen for each of the plots `rows`, each by the rule of its owner and on the same draws; (rows,)."""
    owner, present = plots.owner[rows], plots.use[rows]
    chosen = np.full(len(rows), -1)
    for rule, at in by_rule(rules, outlook, owner).items():
        worth, may, now, luck = utility[at], allowed[at], present[at], gumbel[at]
        if rule == "satisficing":
            content = outlook.shortfall[owner[at]] <= 0
            chosen[at] = satisficing(worth, may, now, content, rules.satisficing_margin, luck)
        elif rule == "imitation":
            chosen[at] = imitation(outlook.example[rows[at]], worth, may, now, luck)
        else:
            chosen[at] = logit(worth, may, luck)
    return chosen


def examples(
    owner: np.ndarray, land_kind: np.ndarray, use: np.ndarray, model: np.ndarray, kinds: int, uses: int
) -> np.ndarray:
    """Share of the land of the owner's model, of the kind of each plot, under each use; (plots, uses) [1].

    `model` (households,) is the row of the household looked up to, -1 none; nothing where it holds no such land.
    """
    cells = (owner * kinds + land_kind) * uses + use
    area = np.bincount(cells, minlength=len(model) * kinds * uses).reshape(-1, kinds, uses)
    seen = area[model[owner], land_kind] * (model[owner] >= 0)[:, None]
    return np.divide(seen, seen.sum(axis=1, keepdims=True), out=np.zeros(seen.shape), where=seen > 0)
