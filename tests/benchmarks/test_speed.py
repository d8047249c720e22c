"""Speed against a yardstick measured in the same process, so that a slow machine is slow at both.

Time is that of the processor: what else the machine does would stretch thirty years, but not a yardstick of
two milliseconds. The process is a fresh one: in one that has freed larger arrays before, memory comes back
without page faults, and the yardstick, which is little but memory, takes half as long.
"""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from statistics import median

import numpy as np
import pytest

from village_abm import VillageModel, load_params

PATCHES, USES = 14_400, 12
ROUNDS = 5
YARDSTICKS_A_ROUND = 15
MOST_YEARS, MOST_SET_UP = 30 * 20, 200  # yardsticks: limits of thirty years and of setting up


def yardstick(rng: np.random.Generator) -> float:
    """Seconds for random weights of every use on every patch, their sums and the best: a bare choice of land use."""
    start = time.process_time()
    weights = np.exp(rng.random((PATCHES, USES)))
    weights.sum(axis=1)
    weights.argmax(axis=1)
    return time.process_time() - start


def timed(work) -> float:
    """Seconds that a piece of work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure() -> tuple[float, float, float]:
    """Medians of rounds in which the yardstick, the set-up and thirty years take turns; seconds."""
    params, rng = load_params("village"), np.random.default_rng(1)
    VillageModel(params, rng=1).run(1)  # what is imported and compiled once is not counted
    sticks, set_ups, years = [], [], []
    for seed in range(ROUNDS):
        sticks += [yardstick(rng) for _ in range(YARDSTICKS_A_ROUND)]
        made: list[VillageModel] = []
        set_ups.append(timed(lambda seed=seed, made=made: made.append(VillageModel(params, rng=seed))))
        sticks += [yardstick(rng) for _ in range(YARDSTICKS_A_ROUND)]
        made[0].run(0)  # the burn-in
        years.append(timed(lambda made=made: made[0].run(30)))
    return median(sticks), median(set_ups), median(years)


@pytest.fixture(scope="module")
def measured():
    """Medians in a process of their own, with nothing of other tests in its memory; seconds.

    The size from which arrays get memory of their own is held at the GNU library's first value: left to itself it
    moves with what was freed before, and the yardstick takes now two milliseconds, now little more than one.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MALLOC_MMAP_THRESHOLD_", str(128 * 1024))
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            return pool.submit(measure).result()


def test_a_year_of_the_default_village_costs_no_more_than_20_yardsticks(measured):
    stick, set_up, years = measured
    print(
        f"\nyardstick {stick * 1e3:.2f} ms; set-up {set_up * 1e3:.0f} ms = {set_up / stick:.0f} yardsticks; "
        f"thirty years {years * 1e3:.0f} ms = {years / stick:.0f} yardsticks"
    )
    assert years / stick <= MOST_YEARS


def test_setting_up_the_default_village_costs_no_more_than_200_yardsticks(measured):
    stick, set_up, _ = measured
    assert set_up / stick <= MOST_SET_UP
