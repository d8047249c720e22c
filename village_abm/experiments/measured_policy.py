"""Measures of a scheme itself: what it costs and whom, and who takes part."""

from __future__ import annotations

import numpy as np

from village_abm.accounting import scheme_measures
from village_abm.accounting.inequality import FIFTHS
from village_abm.experiments.measures import Case, Words, counted

PUBLIC = {"central": "中央财政", "province": "省级财政", "county": "县级财政", "downstream": "下游地区"}
PRIVATE = {"buyers": "购买方", "members": "成员"}
ORDINAL = ("poorest fifth", "second fifth", "middle fifth", "fourth fifth", "richest fifth")
ORDINAL_ZH = ("最低收入组", "中低收入组", "中等收入组", "中高收入组", "最高收入组")

NOBODY = Words("not defined: nobody took part", "不适用：无人参与")
NO_CONTRACT = Words("not defined: it takes no land under contract", "不适用：该项目不以合同方式纳入土地")
NO_PARTY = Words("not defined: nobody in the village is a party to it", "不适用：村民不是该项目的合同方")


def _no_budget(case: Case) -> Words:
    return Words("not defined: the scheme has no budget", "不适用：该项目没有预算")


def _nobody(case: Case) -> Words:
    return NOBODY if case.terms.people else NO_PARTY


def _no_contract(case: Case) -> Words:
    return NO_CONTRACT


# Cost: yuan of 2020, summed over all years of the horizon, not discounted -----------------------------------


def _paid_by(case: Case, funders: tuple[str, ...]) -> float:
    """What these spend on the scheme, less what they get from it.

    Audits come from the county's own allotment, fines and what a transfer leaves with it flow into its purse; what
    the county pays back, it pays to those downstream.
    """
    spent = case.total("drawn") if case.terms.funded_by in funders else 0.0
    if "county" in funders:
        spent += case.total("audits") - case.total("fines") - case.total("kept") + case.total("sent")
    return spent - (case.total("sent") if "downstream" in funders else 0.0)


@counted("CNY", "cost", "public cost", "财政成本", "less", 10_000, "scheme only", "all years")
def public_cost(case: Case) -> float:
    """What central, province, county and downstream governments spend on the scheme, audits included, fines deducted.

    What one of them sends and another keeps is not spent. Yuan of 2020 over all years, not discounted.
    """
    return _paid_by(case, tuple(PUBLIC))


@counted("CNY", "cost", "private cost", "社会资金成本", "less", 10_000, "scheme only", "all years")
def private_cost(case: Case) -> float:
    """What buyers and members pay for the scheme; yuan of 2020 over all years, not discounted."""
    return _paid_by(case, tuple(PRIVATE))


def _register_funders() -> None:
    for funder, chinese in (PUBLIC | PRIVATE).items():

        def count(case: Case, funder: str = funder) -> float:
            return _paid_by(case, (funder,))

        count.__name__ = f"cost_{funder}"
        count.__doc__ = (
            f"The part of the cost that is paid by: {funder}, less what it gets; below 0 where it gains. Yuan of 2020 "
            f"over all years."
        )
        counted(
            "CNY", "cost", f"cost paid by: {funder}", f"{chinese}承担成本", "less", 10_000, "scheme only", "all years"
        )(count)


_register_funders()


@counted("CNY", "cost", "transaction cost", "交易成本", "less", 5_000, "scheme only", "all years")
def transaction_cost(case: Case) -> float:
    """Administration and audits, part of the cost; yuan of 2020 over all years."""
    return case.total("admin") + case.total("audits")


@counted("CNY", "cost", "paid into the village fund", "归村集体", "neither", 10_000, "scheme only", "all years")
def to_village_fund(case: Case) -> float:
    """The part of the cost that the village's collective fund received; yuan of 2020 over all years."""
    return case.total("shared")


@counted("CNY", "cost", "paid to contractors", "付给施工方", "neither", 10_000, "scheme only", "all years")
def to_contractors(case: Case) -> float:
    """The part of the cost that contractors and others from outside received; yuan of 2020 over all years."""
    return case.total("works")


@counted("CNY", "cost", "left in the county's purse", "留存县级财政", "neither", 10_000, "scheme only", "all years")
def to_county(case: Case) -> float:
    """The part of the cost that the county kept, less what it paid back; yuan of 2020 over all years."""
    return case.total("kept") - case.total("sent")


@counted(
    "CNY",
    "cost",
    "farm income given up by participants",
    "农户机会成本",
    "less",
    10_000,
    "scheme only",
    "all years",
    _nobody,
)
def household_cost(case: Case) -> float:
    """Farm income of participating families in the twin less that with the scheme; below 0 where they earn more.

    Families are the households of the year before the opening with all that split from them; the scheme's payments
    are left out, wages earned with freed labour too. Yuan of 2020 over all years.
    """
    if not case.terms.people:
        return float("nan")
    return float(case.by_family(case.twin, "house.farm").sum() - case.by_family(case.run, "house.farm").sum())


@counted("CNY/person", "cost", "public cost per person", "人均财政成本", "less", 50, "scheme only", "all years")
def cost_per_person(case: Case) -> float:
    """Public cost over the people on the register in the year before the opening."""
    twin = case.twin
    people = float(twin["family.members"][twin["family.alive"]].sum())
    return public_cost(case) / people if people else float("nan")


@counted("CNY", "cost", "outlay of all schemes together", "全部项目财政支出", "less", 10_000, over="all years")
def all_outlays(case: Case) -> float:
    """What is spent on every scheme and package that runs, audits included, fines and what the county keeps deducted.

    The difference shows what the scheme saves or adds in others, such as the living allowance.
    """
    return case.total("all")


@counted("1", "cost", "share of the budget used", "预算使用率", "neither", 0.05, "scheme only", "all years", _no_budget)
def budget_used(case: Case) -> float:
    """What was drawn in all years over the budget of the years in which the scheme can pay; money of the year."""
    if not case.terms.budget:
        return float("nan")
    return case.total("nominal") / case.terms.budget


# Participation ----------------------------------------------------------------------------------------------


@counted("ha", "participation", "area enrolled", "参与面积", "neither", 1, "scheme only", "all years", _no_contract)
def area_enrolled(case: Case) -> float:
    """Land that was under the scheme in any year."""
    return float(case.run["ever"].sum() * case.run["hectares"]) if case.terms.land else float("nan")


@counted(
    "household", "participation", "households enrolled", "参与农户数", "neither", 3, "scheme only", "all years", _nobody
)
def households_enrolled(case: Case) -> float:
    """Households that were paid by the scheme or had land under it."""
    return float(case.takes_part.sum()) if case.terms.people else float("nan")


@counted(
    "CNY", "participation", "payments to households", "发放农户款项", "neither", 10_000, "scheme only", "all years"
)
def payments(case: Case) -> float:
    """What households received from the scheme; yuan of 2020 over all years."""
    return float(case.run["house.paid"].sum())


@counted(
    "1", "participation", "participants who lose", "净受损参与户比例", "less", 0.05, "scheme only", "all years", _nobody
)
def losing_share(case: Case) -> float:
    """Share of the participating families whose payments are less than the farm income they gave up."""
    if not len(case.participants):
        return float("nan")
    paid = case.by_family(case.run, "house.paid")
    given_up = case.by_family(case.twin, "house.farm") - case.by_family(case.run, "house.farm")
    everybody = np.ones(len(paid), bool)
    return scheme_measures.participation_rent(paid, given_up, everybody, np.zeros(len(paid), np.int64)).losing


def _register_fifths() -> None:
    for number, (en, zh) in enumerate(zip(ORDINAL, ORDINAL_ZH, strict=True)):

        def part(case: Case, number: int = number) -> float:
            members = {family for family, fifth in case.family_fifths.items() if fifth == number}
            joined = members.intersection(case.participants.tolist())
            return len(joined) / len(members) if members and case.terms.people else float("nan")

        def money(case: Case, number: int = number) -> float:
            known = case.fifth >= 0
            received = np.maximum(case.run["house.paid"][known], 0.0)
            return float(scheme_measures.shares_by_fifth(received, case.fifth[known])[number])

        part.__name__, money.__name__ = f"participation_fifth_{number + 1}", f"payments_fifth_{number + 1}"
        part.__doc__ = f"Share of the families of the {en} of income before the opening that take part."
        money.__doc__ = f"Share of the payments that goes to the {en} of income before the opening."
        counted(
            "1",
            "participation",
            f"families taking part, {en}",
            f"{zh}参与率",
            "neither",
            0.05,
            "scheme only",
            "all years",
            _nobody,
        )(part)
        counted(
            "1", "participation", f"share of payments, {en}", f"{zh}所得款项比例", "neither", 0.05, "scheme only",
            "all years", _nobody,
        )(money)  # fmt: skip


_register_fifths()
assert len(ORDINAL) == FIFTHS
