"""Water: how much of the rain is put to use, and what a drought does to crops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.params import needs


@dataclass(frozen=True)
class Water:
    """What holds rain back, and how soil buffers a drought."""

    base_use: float = needs("1", "share of rain used on bare land without works")
    cover_use: float = needs("1", "share of rain gained by full cover")
    cistern_use: float = needs("1", "share of rain gained where every plot has a cistern")
    terrace_use: float = needs("1", "share of rain gained by terraces")
    buffer_depth: float = needs("cm", "soil depth that halves the harm of a drought")


def rainwater_use(rules: Water, cover: np.ndarray, cisterns: np.ndarray | float, terraced: np.ndarray) -> np.ndarray:
    """Share of the rain put to use, eta = base + cover V + cisterns + terraces; shape (patch,) [1].

    `cisterns` is the share of plots that a cistern serves. The sum stays below 1 within the ranges.
    """
    gained = rules.cistern_use * cisterns + rules.terrace_use * terraced
    return rules.base_use + rules.cover_use * cover + gained


def crop_water(rules: Water, use: np.ndarray, depth: np.ndarray, loss: np.ndarray | float) -> np.ndarray:
    """Yield factor of water, f = 1 - loss (1 - eta)(1 - D/(D + buffer)); shape (patch,) [1].

    `use` is the rainwater use eta, `loss` the share of harvest that this year's drought would take from dry
    thin soil without works.
    """
    return 1 - loss * (1 - use) * (1 - depth / (depth + rules.buffer_depth))
