"""What runs in the background of the other schemes, the living allowance and rangers, and its withdrawal."""

from functools import cache

import pytest
from village_of_test import differing, model

OPENS = {"living_allowance": 1985, "rangers": 1987}
BOTH = ("living_allowance", "rangers")


@cache
def lived(*schemes, until=1990, last=2050, seed=1):
    years = {f"schemes.{name}.years": [opens, last] for name, opens in OPENS.items()}
    changes = years | {"scenario.schemes": list(schemes), "schemes.rangers.watch.area": 100}
    now = model(changes=changes, burn_in=1983, seed=seed)
    poor = []
    while now.year < until:
        now.step()
        poor.append(int(now.households.poor.sum()))
    return now, poor


@pytest.mark.slow
def test_until_a_background_scheme_opens_nobody_notices_that_it_is_missing():
    assert differing(lived(*BOTH, until=1984)[0], lived(until=1984)[0]) == []
    assert differing(lived(*BOTH, until=1986)[0], lived("living_allowance", until=1986)[0]) == []


@pytest.mark.parametrize("withdrawn", BOTH)
def test_withdrawing_a_background_scheme_never_leaves_fewer_poor(withdrawn):
    """With the same births, weather and luck, a village without the allowance or without rangers has more poor
    households in the first year than one with them, and their money stands in no book.

    Years later it may be otherwise: whoever was a ranger last year is in no need of this year's allowance.
    """
    kept = [name for name in BOTH if name != withdrawn]
    until = OPENS[withdrawn]
    (both, poor), (rest, poorer) = (lived(*names, until=until) for names in (BOTH, kept))
    assert poorer[-1] >= poor[-1]
    lines = {line for books in rest.ledger.years.values() for book in books.values() for line in book}
    assert not any(withdrawn in line for line in lines)
    assert both.ledger.years[until]["cash"][f"paid: {withdrawn}"] > 0


@pytest.mark.slow
def test_when_both_end_payments_stop_and_more_are_poor_than_if_they_went_on():
    """Support is withdrawn after 1988: until then nothing differs, then nobody is paid and nobody has a job."""
    ended, fewer = lived(*BOTH, last=1988)
    _, poor = lived(*BOTH)
    assert fewer[:6] == poor[:6]
    assert sum(fewer[6:]) > sum(poor[6:])
    assert ended.households.payments.sum() == 0
    assert (ended.households.job < 0).all()
