"""Patterns of abandonment and of backbone farmers over twenty seeds of the full village; run with -m slow, -s to read.

Windows: abandonment of 10 to 30% of the cropland by 2020, slopes before dry terraces before wet terraces before
paddy; backbone farmers of 20 to 80 mu beside a median below 5 mu.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from agents.patch import LAND_KINDS
from village_abm import VillageModel, load_params

pytestmark = pytest.mark.slow

SEEDS = tuple(range(1, 21))
ORDER = ("dry_slope", "dry_terrace", "wet_terrace", "paddy")


def life(changes, seed):
    """Indicators, and the share of each kind of cropland that lies abandoned in 2020."""
    now = VillageModel(load_params(overrides=changes), rng=seed).run()
    patches, fallow = now.patches, now.use_names.index("fallow")
    contract = patches.scheme < 0
    kinds = [contract & (patches.land_kind == LAND_KINDS.index(kind)) for kind in ORDER]
    return now.indicators, [float((patches.use[kind] == fallow).mean()) for kind in kinds]


@pytest.fixture(scope="module")
def lives():
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = {
            name: [pool.submit(life, changes, seed) for seed in SEEDS]
            for name, changes in (("all", {}), ("no market", {"farm.rental.on": False}))
        }
        return {name: [job.result() for job in found] for name, found in jobs.items()}


def show(what, values):
    print(f"\n{what}: mean {np.mean(values):.3f} ({', '.join(f'{value:.3f}' for value in values)})")
    return np.asarray(values)


def test_a_tenth_to_three_tenths_of_the_cropland_lies_abandoned_in_2020(lives):
    share = show("P12 abandoned in 2020", [frame.loc[2020, "abandoned_share"] for frame, _ in lives["all"]])
    assert 0.10 <= share.mean() <= 0.30
    assert share.min() > 0.08


def test_slopes_are_given_up_first_and_paddy_last(lives):
    shares = np.array([kinds for _, kinds in lives["all"]])
    for number, kind in enumerate(ORDER):
        show(f"P12 abandoned, {kind}", shares[:, number])
    assert (np.diff(shares.mean(axis=0)) < 0).all()


def test_backbone_farmers_work_twenty_to_eighty_mu_while_the_median_falls_below_five(lives):
    frames = [frame for frame, _ in lives["all"]]
    largest = show(
        "P20 largest holding, mean of 2005 to 2020 [mu]", [f.loc[2005:, "largest_holding"].mean() for f in frames]
    )
    show("P20 largest holding ever [mu]", [f["largest_holding"].max() for f in frames])
    median = show("P20 median holding in 2020 [mu]", [f.loc[2020, "median_holding"] for f in frames])
    count = show("P20 backbone farmers in 2010", [f.loc[2010, "backbone_farmers"] for f in frames])
    assert ((largest > 20) & (largest < 80)).all()
    assert (median < 5).all()
    assert (count > 0).all()


def test_the_rental_market_keeps_land_from_being_abandoned(lives):
    """Against the fixed chance of a tenant that stands for a market where there is none."""
    gap = [without.loc[2020, "abandoned_share"] - with_it.loc[2020, "abandoned_share"]
           for (with_it, _), (without, _) in zip(lives["all"], lives["no market"], strict=True)]  # fmt: skip
    show("P20 abandoned without the market, against with it", gap)
    assert np.mean(gap) > 0.03


def test_about_as_much_land_is_rented_as_was_expected_of_mountain_villages(lives):
    frames = [frame for frame, _ in lives["all"]]
    for year, low, high in ((2000, 0.0, 0.11), (2010, 0.04, 0.20), (2020, 0.17, 0.33)):
        share = show(f"rented in {year}", [f.loc[year, "rented_share"] for f in frames])
        assert low <= share.mean() <= high
        free = show(f"free of rent in {year}", [f.loc[year, "rent_free_share"] for f in frames])
        assert 0.5 <= free.mean() <= 0.85
