"""Which movement of money is nature's value turned into money, through which mechanism, and which is something else.

The border is that of the village: its households, cooperatives and collective fund. Money is counted once, in cash,
where it crosses that border; what moves between purses inside is passed on and counted nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

MECHANISMS = ("rights_trading", "governance_premium", "industrial_operation", "compensation")
RIGHTS, GOVERNANCE, OPERATION, COMPENSATION = MECHANISMS
LATE = "arrears paid"

Role = Literal["realised", "by product", "income", "cost", "within", "finance", "use", "beyond", "owed"]
"""What an entry is to the village.

realised: money from outside for what nature yields. by product: sales, of which the ecological part is realised and
the rest is income. income: other money from outside (wages, remittances, support of the needy). cost: paid to others
for earning it. within: from purse to purse. finance: investment, stock, loans, grants of capital, estates. use:
living. beyond: purses outside, the county's and the forest bank's. owed: promises, no money yet.
"""


@dataclass(frozen=True)
class Attribution:
    """What an entry is, through which mechanism ("" none), and the name under which the value is shown."""

    role: Role
    mechanism: str = ""
    source: str = ""


WITHIN, FINANCE, COST, USE = (Attribution(role) for role in ("within", "finance", "cost", "use"))
INCOME, OWED, BEYOND = (Attribution(role) for role in ("income", "owed", "beyond"))


def _by_product(source: str) -> Attribution:
    return Attribution("by product", OPERATION, source)


_MEMBERS = dict.fromkeys(
    (
        "shares paid in", "shares paid out", "paid for deliveries", "wages of cooperatives", "patronage", "dividends",
        "seedlings given", "taken by the founder", "shared out at the end",
    ),
    WITHIN,
)  # fmt: skip

ENTRIES: dict[str, dict[str, Attribution]] = {
    "cash": {
        "sales": _by_product("sold to traders"),
        "gathered": _by_product("gathered"),
        "young stock sold": _by_product("herds"),
        "guests": Attribution("realised", OPERATION, "guests"),
        "brand premium": Attribution("realised", GOVERNANCE, "brand premium"),
        # What the county pays late is counted when it is paid; of which schemes the caller knows.
        LATE: Attribution("realised", "", LATE),
        **dict.fromkeys(("animals sold", "local wages", "sent home"), INCOME),
        **dict.fromkeys(
            ("inputs", "feed of herds", "running homestays", "share of the operator", "saved on inputs", "fines"), COST
        ),
        **dict.fromkeys(("grain bought", "living", "sickness"), USE),
        **dict.fromkeys(("rent paid", "rent received", "share of the village", "dividends of the village"), WITHIN),
        **_MEMBERS,
        **dict.fromkeys(
            (
                "planting", "digesters built", "homestays built", "breeding stock bought", "breeding stock sold",
                "savings brought home", "interest", "debts written off", "debts forgiven at death", "estates",
                "estates without heirs", "shared out at a split", "taken along to town",
            ),
            FINANCE,
        ),
    },
    "village fund": dict.fromkeys(("from homestays", "left to the village", "dividends of the village"), WITHIN),
    "cooperatives": {
        "sold fresh": _by_product("sold by cooperatives, fresh"),
        "sold processed": _by_product("sold by cooperatives, processed"),
        "contract work": INCOME,
        **dict.fromkeys(("running costs", "processing", "handling and quality", "wages to others", "interest"), COST),
        **_MEMBERS,
        "left to the village": WITHIN,
        **dict.fromkeys(
            (
                "line built", "line sold", "left to creditors", "founding subsidy", "put in by a firm",
                "grant for a line", "shares given",
            ),
            FINANCE,
        ),
    },
    # The bank is a platform outside: the village realises what it is paid for its rights, not the wood sold later.
    "forest bank": dict.fromkeys(
        (
            "stands improved", "pooled wood sold", "tending of the pool", "interest of the bank", "interest subsidy",
            "administration of the bank", "rents and shares paid",
        ),
        Attribution("beyond", RIGHTS),
    ),
    "county purse": dict.fromkeys(
        ("allotment", "audits", "fines", "gains", "revenue", "interest on debt", "arrears paid"), BEYOND
    ),
    "arrears": dict.fromkeys(
        ("not paid in time", "arrears paid", "estates", "estates without heirs", "lapsed at leaving"), OWED
    ),
}  # fmt: skip

SENT = ("transfer", "paid", "administration", "shared", "works", "paid back")
"""Entries of schemes in the county's purse."""

PACKAGES = {"relocation": "", "biogas": GOVERNANCE}
"""Mechanism of the packages that a scenario gives from outside ("" support); that of a scheme stands in the scheme."""


def attributed(book: str, entry: str, schemes: Mapping[str, str]) -> Attribution:
    """What an entry of a book of money is; `schemes` has the mechanism of every scheme and package, "" for support.

    Raises LookupError for an entry that nobody has attributed.
    """
    known = ENTRIES.get(book, {}).get(entry)
    if known is not None:
        return known
    verb, colon, name = entry.partition(": ")
    if colon and name in schemes:
        mechanism = schemes[name]
        if book == "county purse" and verb in SENT:
            return Attribution("beyond", mechanism, name)
        if (book, verb) in (("cash", "paid"), ("village fund", "shared")):
            return Attribution("realised" if mechanism else "income", mechanism, name)
    raise LookupError(
        f"{book}: '{entry}' is not attributed: is it nature's value in money, and through which mechanism? "
        f"Name it in village_abm/accounting/attribution.py."
    )
