"""The forest bank in sentences: when it starts, what it earns and owes, and what reaches those who pool."""

from functools import cache

import numpy as np
import pytest
from policy_rules import MU, changed, schemes
from scheme_pair import booked, lived, same

from village_abm.policy import pooling
from village_abm.streams import Streams

BANK = schemes()["forest_bank"]
LUCK = Streams(5)
NAME = "forest_bank"
SMALL = {"schemes.forest_bank.pool.threshold": "10 mu", "schemes.forest_bank.pool.least_cover": 0.0}


def test_a_mu_of_full_cover_brings_150_yuan_and_a_quarter_more_after_ten_years():
    # 300 kg x 0.5 yuan
    brings = pooling.income(BANK, np.ones(3), np.array([0, 5, 20]), 0.5) * MU
    assert brings.tolist() == pytest.approx([150, 150 * 1.125, 187.5])


def test_a_share_is_expected_on_top_of_the_rent():
    # 187.5 - 15 for tending - 45 rent = 127.5 yuan, of which a fifth
    shares = changed(BANK, payment={"share": 0.2})
    assert pooling.expected(BANK, np.ones(1), 0.5, 1.0) * MU == pytest.approx(45)
    assert pooling.expected(shares, np.ones(1), 0.5, 1.0) * MU == pytest.approx(45 + 25.5)


def test_nothing_is_shared_before_a_year_of_rents_lies_in_reserve():
    shares = changed(BANK, payment={"share": 0.5})
    net, rents = np.array([100, 100, 100, 30]), np.array([40, 40, 40, 40])
    held = np.array([1000, 60, 30, 1000])  # once rents are paid
    assert pooling.shared(shares, net, rents, held).tolist() == [30, 10, 0, 0]


def test_a_bank_that_cannot_pay_all_pays_everybody_the_same_part():
    due, of = np.array([100, 300, 50]), np.array([0, 0, 1])
    assert pooling.paid_out(due, np.array([200, 60]), of).tolist() == [50, 150, 50]
    assert pooling.paid_out(due, np.array([-10, 50]), of).tolist() == [0, 0, 50]


def test_one_year_in_ten_finds_no_buyer():
    sold = [pooling.sells(BANK.platform, LUCK, year, np.arange(20)) for year in range(500)]
    assert 1 - np.mean(sold) == pytest.approx(0.1, abs=0.01)


@cache
def pooled():
    return lived(NAME, 2022, SMALL, burn_in=2012)


def test_households_pool_forest_and_are_paid_rent_for_it_every_year():
    now = pooled()
    patches, households = now.patches, now.households
    mine = np.flatnonzero(patches.scheme == list(now.params.schemes).index(NAME))
    assert len(mine)
    assert patches.closed[mine].all()
    payees = patches.scheme_payee[mine]
    assert households.alive[payees].all()
    plots = np.bincount(payees, minlength=len(households))
    assert (households.promised >= np.floor(45 * now.village.hectares * 15 * 100 * plots)).all()
    assert booked(now, "forest bank", "rents and shares paid") == -booked(now, "cash", f"paid: {NAME}") < 0
    assert booked(now, "forest bank", "pooled wood sold") > 0
    assert booked(now, "forest bank", "interest subsidy") == -booked(now, "county purse", f"works: {NAME}") > 0
    borrowed = -now.village.bank
    most = now.village.fen(BANK.platform.lending * len(mine) * now.village.hectares)
    assert (borrowed <= most * 1.2).all()  # interest may take it a little further, rents never


def test_rents_are_the_banks_own_money_and_the_public_pays_the_subsidy_alone():
    now = pooled()
    spent = now.village.memory["spent by scheme"][NAME]
    assert spent.earned > 0 == spent.paid
    assert booked(now, "county purse", f"transfer: {NAME}") == booked(now, "forest bank", "interest subsidy")
    assert booked(now, "county purse", f"paid: {NAME}") == 0


def test_below_the_threshold_the_bank_does_not_start():
    wide = SMALL | {"schemes.forest_bank.pool.threshold": "10000 mu"}
    assert same(lived(NAME, 2020, wide, burn_in=2014), lived("", 2020, wide, burn_in=2014))


def test_a_bank_that_never_sells_soon_stops_paying_and_trust_falls():
    poor = SMALL | {"schemes.forest_bank.platform.lapse": 1, "schemes.forest_bank.platform.lending": "0 CNY/mu"}
    broke, sound = lived(NAME, 2022, poor, burn_in=2014), lived(NAME, 2022, SMALL, burn_in=2014)
    assert booked(broke, "cash", f"paid: {NAME}") == 0 < booked(sound, "cash", f"paid: {NAME}")
    assert broke.households.promised.sum() > 0
    assert broke.households.trust[broke.households.rows].mean() < sound.households.trust[sound.households.rows].mean()


def test_after_the_contract_the_forest_is_open_again():
    brief = SMALL | {"schemes.forest_bank.pool.years": 2, "schemes.forest_bank.years": [2018, 2018]}
    now = lived(NAME, 2021, brief, burn_in=2014)
    assert not (now.patches.scheme >= 0).any()
    assert not now.patches.closed.any()
    assert booked(now, "cash", f"paid: {NAME}") > 0


def test_a_rent_of_nothing_is_no_scheme_bit_for_bit():
    nothing = SMALL | {"schemes.forest_bank.payment.rent": "0 CNY/mu/yr"}
    assert same(lived(NAME, 2021, nothing, burn_in=2014), lived("", 2021, SMALL, burn_in=2014))


def test_a_higher_rent_never_pools_less():
    areas = []
    for rent in (10, 30, 60):
        now = lived(NAME, 2019, SMALL | {"schemes.forest_bank.payment.rent": f"{rent} CNY/mu/yr"}, burn_in=2016)
        areas.append(np.count_nonzero(now.patches.scheme >= 0))
    assert areas == sorted(areas)
    assert areas[0] < areas[-1]
