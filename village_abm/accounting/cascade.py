"""The cascade from ecosystem service to product, industry and people, as flows of value that lose nothing on the way.

Service -> product -> mechanism of realisation -> who gets it. Nodes between the ends take in what they give out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from village_abm.accounting.attribution import COMPENSATION, GOVERNANCE, OPERATION, RIGHTS

Flow = tuple[str, str, float]
"""From, to, value [CNY/yr]."""

SOURCES = ("ecosystem", "stocks", "work and capital", "payers", "reserves")
"""Where value comes in: nature; stocks of earlier years; processing and trade; payers beyond what services are worth
or for what nature does not yield (a premium); reserves of cooperatives."""
RECIPIENTS = ("households", "cooperatives", "village fund", "outside")
ENDS = (*RECIPIENTS, "not paid for", "home", "ordinary products", "used up", "lost in trade")
"""Where it ends: with somebody, or unrealised."""


@dataclass(frozen=True)
class Chain:
    """A year's value along the chain, all [CNY/yr], yuan of 2020."""

    provisioning: Mapping[str, float]
    """Parts of the provisioning services; below 0 what is taken off, such as inputs."""
    regulating: Mapping[str, float]
    """Regulating services, below 0 where the land loses."""
    cultural: float
    products: float
    """Ecological products sold, at the farm gate, deliveries to cooperatives included."""
    ordinary: float
    """Other products sold, at the farm gate."""
    delivered: float
    """The part of `products` that went to cooperatives."""
    by_cooperatives: float
    """What cooperatives sold it for."""
    to_members: float
    """What of that they paid to members and workers."""
    to_others: float
    """What of that they paid outside for costs."""
    guests: float
    fund_share: float
    """What of the guests' money went to the village fund."""
    operator_share: float
    received: Mapping[tuple[str, str], float]
    """Premiums and payments of schemes by (mechanism, recipient)."""

    def paid(self, mechanism: str) -> float:
        """Premiums and payments through a mechanism [CNY/yr]."""
        return sum(value for (by, _), value in self.received.items() if by == mechanism)

    def realised(self, mechanism: str) -> float:
        """Value realised through a mechanism [CNY/yr]."""
        sold = self.products - self.delivered + self.by_cooperatives + self.guests
        return self.paid(mechanism) + sold * (mechanism == OPERATION)

    @property
    def product(self) -> float:
        """Gross ecosystem product, the worth of all services [CNY/yr]."""
        return sum(self.provisioning.values()) + sum(self.regulating.values()) + self.cultural

    @property
    def home(self) -> float:
        """Provisioning not sold: eaten, burnt, kept; below 0 where stocks of earlier years are sold [CNY/yr]."""
        return sum(self.provisioning.values()) - self.products - self.ordinary

    @property
    def retained(self) -> float:
        """What cooperatives keep of their sales, below 0 where they pay from reserves [CNY/yr]."""
        return self.by_cooperatives - self.to_members - self.to_others

    def of_trade(self, recipient: str) -> float:
        """What of sales and guests' money one of RECIPIENTS gets [CNY/yr]."""
        shares = self.fund_share + self.operator_share
        parts = {
            "households": self.products - self.delivered + self.to_members + self.guests - shares,
            "cooperatives": self.retained,
            "village fund": self.fund_share,
            "outside": self.to_others + self.operator_share,
        }
        return parts[recipient]

    def gets(self, recipient: str) -> float:
        """What of the value realised one of RECIPIENTS gets; theirs together is the value realised [CNY/yr]."""
        return self.of_trade(recipient) + sum(value for (_, to), value in self.received.items() if to == recipient)


def _gain(values: Mapping[str, float]) -> float:
    return sum(max(value, 0.0) for value in values.values())


def _loss(values: Mapping[str, float]) -> float:
    return sum(max(-value, 0.0) for value in values.values())


def flows(chain: Chain) -> list[Flow]:
    """All flows of the chain, none of nothing; every node that is neither source nor end takes in what it gives out."""
    found: dict[tuple[str, str], float] = {}
    for part in (_products, _regulating, _culture, _trade, _people):
        for start, end, value in part(chain):
            if value > 0:
                found[start, end] = found.get((start, end), 0.0) + value
    return [(start, end, value) for (start, end), value in found.items()]


def _products(chain: Chain) -> list[Flow]:
    return [
        *(("ecosystem", name, value) for name, value in chain.provisioning.items()),
        *((name, "provisioning", value) for name, value in chain.provisioning.items()),
        ("stocks", "provisioning", -chain.home),
        ("provisioning", "ecological products", chain.products),
        ("provisioning", "ordinary products", chain.ordinary),
        ("provisioning", "used up", _loss(chain.provisioning)),
        ("provisioning", "home", chain.home),
        ("ecological products", OPERATION, chain.products),
    ]


def _regulating(chain: Chain) -> list[Flow]:
    """Services that are paid for, as far as they are worth what is paid; the rest of the payment backs nothing."""
    gain, lost = _gain(chain.regulating), _loss(chain.regulating)
    paid = chain.paid(RIGHTS) + chain.paid(COMPENSATION)
    backed = min(paid, max(gain - lost, 0.0))
    part = backed / paid if paid > 0 else 0.0
    left = gain - lost - backed
    return [
        *(("ecosystem", name, value) for name, value in chain.regulating.items()),
        *((name, "regulating", value) for name, value in chain.regulating.items()),
        ("stocks", "regulating", -left),
        *(("regulating", by, chain.paid(by) * part) for by in (RIGHTS, COMPENSATION)),
        *(("payers", by, chain.paid(by) * (1 - part)) for by in (RIGHTS, COMPENSATION)),
        ("regulating", "used up", lost),
        ("regulating", "not paid for", left),
    ]


def _culture(chain: Chain) -> list[Flow]:
    """What guests pay for as far as the cultural services are worth it."""
    met = min(chain.guests, chain.cultural)
    return [
        ("ecosystem", "cultural", chain.cultural),
        ("cultural", OPERATION, met),
        ("cultural", "not paid for", chain.cultural - met),
        ("payers", OPERATION, chain.guests - met),
    ]


def _trade(chain: Chain) -> list[Flow]:
    added = chain.by_cooperatives - chain.delivered
    return [
        ("work and capital", OPERATION, added),
        (OPERATION, "lost in trade", -added),
        *(("payers", by, chain.paid(by)) for by in (GOVERNANCE, OPERATION)),
        ("reserves", OPERATION, -chain.retained),
    ]


def _people(chain: Chain) -> list[Flow]:
    paid = [(by, who, value) for (by, who), value in chain.received.items()]
    return paid + [(OPERATION, who, chain.of_trade(who)) for who in RECIPIENTS]


def unbalanced(drawn: list[Flow], tolerance: float = 1e-6) -> dict[str, float]:
    """Nodes that are neither source nor end and take in more (above 0) or less than they give out [CNY/yr]."""
    nodes: dict[str, float] = {}
    for start, end, value in drawn:
        nodes[start] = nodes.get(start, 0.0) - value
        nodes[end] = nodes.get(end, 0.0) + value
    most = max((value for _, _, value in drawn), default=1.0)
    return {
        node: gap for node, gap in nodes.items()
        if node not in SOURCES and node not in ENDS and abs(gap) > tolerance * max(most, 1.0)
    }  # fmt: skip
