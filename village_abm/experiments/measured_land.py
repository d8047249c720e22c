"""Measures of what a scheme did to land that would not have come anyway, whether it lasts, and what a unit costs."""

from __future__ import annotations

import numpy as np

from village_abm.accounting import scheme_measures
from village_abm.experiments.measured_policy import NO_CONTRACT
from village_abm.experiments.measures import Case, Measure, Record, Words, add, counted
from village_abm.experiments.trial import PERMANENCE

NO_LAND = Words("not defined: no land came under the scheme", "不适用：没有土地纳入该项目")


def _no_land(case: Case) -> Words:
    return NO_LAND if case.terms.land else NO_CONTRACT


# Additionality ----------------------------------------------------------------------------------------------


def _additional(case: Case) -> scheme_measures.Additionality:
    year = case.terms.dates.close(case.terms.scheme)
    return scheme_measures.additionality(
        case.run["ever"], case.run[f"uncropped.{year}"], case.twin[f"uncropped.{year}"], float(case.run["hectares"])
    )


def _leaked(case: Case) -> scheme_measures.Leakage:
    year = case.terms.dates.close(case.terms.scheme)

    def clearer(run: Record) -> np.ndarray:
        who = np.full(len(case.run["ever"]), -1, np.int64)
        who[run[f"cleared.{year}"]] = run[f"clearer.{year}"]
        return who

    return scheme_measures.leakage(
        case.run["ever"], case.run[f"cleared.{year}"], case.twin[f"cleared.{year}"], clearer(case.run),
        clearer(case.twin), case.participants, float(case.run["hectares"]),
    )  # fmt: skip


@counted("1", "additionality", "additionality", "额外性", "more", 0.05, "scheme only", "all years", _no_land)
def additionality(case: Case) -> float:
    """Share of the enrolled area that would not have gone out of annual crops anyway.

    1 - area out of annual crops in the twin / area enrolled, in the last year in which the scheme can pay.
    """
    return _additional(case).share


@counted("1", "additionality", "leakage", "泄漏", "less", 0.05, "scheme only", "all years", _no_land)
def leakage(case: Case) -> float:
    """Land cleared for crops elsewhere since the opening beyond that of the twin, over the area enrolled.

    In the last year in which the scheme can pay; below 0 where less is cleared.
    """
    return _leaked(case).share


@counted(
    "1",
    "additionality",
    "leakage by participants",
    "参与户自身泄漏",
    "less",
    0.05,
    "scheme only",
    "all years",
    _no_land,
)
def own_leakage(case: Case) -> float:
    """The part of the leakage that participating families clear themselves."""
    return _leaked(case).same_household


def _register_permanence() -> None:
    for years in PERMANENCE:

        def still(case: Case, years: int = years) -> float:
            return float(case.run[f"still.{years}"])

        def why(case: Case, years: int = years) -> Words:
            return _not_lasting(case, years)

        still.__name__ = f"permanence_{years}"
        still.__doc__ = (
            f"Share of the enrolled land without annual crops in the last year in which the scheme can pay that had "
            f"none in any of the {years} years after it."
        )
        counted(
            "1", "additionality", f"still standing {years} years after the last payment", f"停补{years}年后保存率",
            "more", 0.05, "scheme only", "all years", why,
        )(still)  # fmt: skip


def _not_lasting(case: Case, years: int) -> Words:
    if not case.terms.land:
        return NO_CONTRACT
    last, end = case.terms.dates.last_paid[case.terms.scheme], case.terms.dates.end
    if last is None:
        return Words("not defined: it pays without end", "不适用：付款没有终止年份")
    wanted = last + years
    if wanted > end:
        return Words(
            f"not defined: the horizon ends in {end}, {years} years after the last payment would be {wanted}",
            f"不适用：模拟止于{end}年，停补{years}年后为{wanted}年",
        )
    return NO_LAND


_register_permanence()


def _no_net(case: Case) -> Words:
    return _not_lasting(case, PERMANENCE[0])


@counted("ha", "additionality", "net gain on land", "净增保护面积", "more", 1, "scheme only", "all years", _no_net)
def net_effect(case: Case) -> float:
    """Land the scheme really took out of annual crops: (gain - leakage x area enrolled) x permanence.

    Permanence ten years after the last payment, or five where the horizon holds no more.
    """
    still = [float(case.run[f"still.{years}"]) for years in PERMANENCE]
    lasting = still[-1] if np.isfinite(still[-1]) else still[0]
    return scheme_measures.net_gain(_additional(case), _leaked(case), lasting)


# Cost-effectiveness -----------------------------------------------------------------------------------------

GAINS = (
    ("cost_per_kd", "CNY/ha", "kd_area", "ha of rocky desertification less", "每减少1公顷石漠化的财政成本", 1_000),
    ("cost_per_soil", "CNY/t", "soil_loss", "t of soil kept", "每保持1吨土壤的财政成本", 10),
    ("cost_per_carbon", "CNY/t", "carbon_stock", "t of carbon gained", "每增加1吨碳的财政成本", 50),
)


def _register_ratios() -> None:
    for name, unit, gain, what, zh, matters in GAINS:
        meaning = f"Mean public cost over the mean gain in {gain}; refused where there is no cost or the gain is open."
        en = f"public cost per {what}"
        add(
            Measure(
                name, unit, "cost", en, zh, "less", matters, "ratio", meaning,
                cost="public_cost", gain=gain, over="all years",
            )
        )  # fmt: skip


_register_ratios()
