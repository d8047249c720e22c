"""Rangers: who is chosen, what a ranger earns and works, what is watched."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from village_of_test import differing, model

from village_abm import load_params
from village_abm.params import ParameterError
from village_abm.policy import job
from village_abm.streams import Streams
from village_abm.year import exogenous
from village_abm.year.paying import job as paying
from village_abm.year.paying import need

SCHEME = load_params().schemes["rangers"]
ONE = np.zeros(6, np.int64)  # six households, or patches, of one village


def choose(scheme=SCHEME, year=2018, may=(True,) * 6, jobs=2):
    return job.chosen(scheme, Streams(1), year, np.arange(6), ONE, np.array(may), np.array([jobs]))


def test_every_750_mu_of_forest_need_a_ranger():
    assert job.places(SCHEME, 2018, np.array([49.9, 50.0, 120.0])).tolist() == [0, 1, 2]  # 750 mu = 50 ha


def test_there_are_no_jobs_before_2016_nor_without_pay():
    assert job.places(SCHEME, 2015, np.array([500.0])).sum() == 0
    unpaid = replace(SCHEME, payment=replace(SCHEME.payment, rate=0.0))
    assert job.places(unpaid, 2018, np.array([500.0])).sum() == 0


def test_rangers_are_drawn_by_lot_among_those_who_may_and_anew_every_year():
    assert choose().sum() == 2
    assert not (choose(may=(True, False) * 3) & ~np.array((True, False) * 3)).any()
    assert len({choose(year=year).tobytes() for year in range(2016, 2030)}) > 3


def test_the_budget_pays_whole_jobs():
    """21,000 yuan pay two wages of 9,600 and their administration (20,736), but not three."""
    assert choose(replace(SCHEME, budget=21_000.0), jobs=6).sum() == 2


def test_the_seasons_of_a_job_add_up_to_its_days():
    with pytest.raises(ParameterError, match="do not add up to 1"):
        replace(SCHEME.payment, seasons=(0.5, 0.5, 0.5, 0.0))


def test_half_the_days_earn_half_the_wage():
    owed = job.due(SCHEME, np.array([True, True, False]), np.array([1.0, 0.5, 1.0]))
    assert owed.tolist() == [960_000, 480_000, 0]


def test_a_ranger_watches_the_nearest_forest():
    watch = replace(SCHEME.watch, area=2.0)
    far = np.array([30.0, 10.0, 20.0, 5.0, 40.0, 50.0])
    forest = np.array([True, True, True, False, True, True])
    seen = job.watched(watch, np.array([1]), 1.0, forest, ONE, far, np.arange(6))
    assert seen.tolist() == [False, True, True, False, False, False]


# A village --------------------------------------------------------------------------------------------------

SOON = {"scenario.schemes": "rangers", "schemes.rangers.years": [1985, 2050], "schemes.rangers.watch.area": 20}


@cache
def lived(until=1989, **changes):
    changes = {name.replace("__", "."): value for name, value in changes.items()}
    now = model(changes=SOON | changes, burn_in=1983)
    while now.year < until:
        now.step()
    return now


@cache
def alone(until=1989):
    now = model(changes={"scenario.schemes": ""}, burn_in=1983)
    while now.year < until:
        now.step()
    return now


def test_poor_families_earn_as_rangers_what_they_work_and_have_less_time_for_other_work():
    """Each job goes to a family that would be poor without it; the purse pays what the families receive; whoever
    has the job has fewer days without work than in the village without rangers."""
    now = lived(until=1985)
    works = now.households.job >= 0
    assert works.sum() > 3
    lines, purse = now.ledger.years[1985]["cash"], now.ledger.years[1985]["county purse"]
    paid = lines["paid: rangers"]
    assert 0 < paid <= works.sum() * 960_000
    assert purse["paid: rangers"] == -paid == -now.households.payments[works].sum()
    assert purse["transfer: rangers"] == paid - purse["administration: rangers"]
    other = alone(until=1985).households
    spare = other.idle_days + other.local_labour
    assert (now.households.idle_days + now.households.local_labour)[works].sum() < spare[works].sum() - 60 * works.sum()
    assert (now.households.other_days[works].sum(axis=1) >= SCHEME.payment.days - 1e-9).all()


def test_days_of_a_job_are_taken_once_and_given_back_when_it_ends():
    """Who is new gives 120 days to the job; who keeps it gave them last year; whoever is no longer drawn has them
    back. Nobody is chosen who would not be poor without the job."""
    now = model(changes=SOON, burn_in=1983)
    while now.year < 1984:
        now.step()
    village, households = now.village, now.households
    number, scheme = list(village.params.schemes).index("rangers"), replace(SCHEME, years=(1985, 2050), budget=1e5)
    held = np.zeros(len(households), bool)
    for year in (1985, 1986, 1987):
        luck = replace(exogenous.read(village), year=year)
        households.taken_days[:], households.other_days[:] = 0.0, 0.0
        paying.prepare(village, now.government, luck, number, "rangers", scheme)
        works = households.job == number
        assert 0 < works.sum() <= 9
        assert not (works & ~need.poor(village, luck, "rangers")).any()
        assert households.taken_days[works & ~held] == pytest.approx(120)
        assert households.taken_days[works & held] == pytest.approx(0)
        assert households.taken_days[held & ~works] == pytest.approx(-120)
        assert households.other_days[works] == pytest.approx(30)
        held = works


def test_without_pay_there_is_no_scheme_bit_for_bit():
    assert differing(lived(schemes__rangers__payment__rate=0), alone()) == []


@pytest.mark.slow
def test_where_rangers_turn_everybody_back_less_is_cleared():
    """All forest is watched and nobody who sets out to clear gets past: less land is cleared than without rangers."""
    sure = lived(schemes__rangers__watch__clearing=1.0)
    cleared = [int((now.patches.cleared >= 1985).sum()) for now in (sure, alone())]
    assert cleared[0] < cleared[1]


def test_withdrawing_rangers_never_leaves_fewer_poor_the_same_year():
    now = lived(until=1985)
    with_them, without = (int(one.households.poor.sum()) for one in (now, alone(until=1985)))
    assert with_them < without


@pytest.mark.parametrize("year", [1986, 1989])
def test_the_books_close_while_rangers_come_and_go(year):
    now = lived()
    assert "paid: rangers" in now.ledger.years[year]["cash"]
