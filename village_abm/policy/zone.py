"""Zones to be protected: the ecological red line, and what a rule adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from agents.patch import GRADES
from village_abm.params import needs


@dataclass(frozen=True)
class Zone:
    """Land inside the ecological red line, steep land of a bad grade, and land close to sinkholes."""

    least_slope: float = needs("degree", "steepness from which land of a bad grade belongs to the zone")
    least_grade: Literal["slight", "moderate", "severe", "extreme"] = needs(None, "mildest grade that is bad")
    sinkhole: float = needs("m", "land nearer to a sinkhole than this belongs to the zone; 0 none")


def inside(
    zone: Zone, red_line: np.ndarray, slope: np.ndarray, grade: np.ndarray, to_sinkhole: np.ndarray
) -> np.ndarray:
    """Which patches lie in the zone: red line or (slope and grade at least so bad) or near a sinkhole; (patches,)."""
    bad = (slope >= zone.least_slope) & (grade >= GRADES.index(zone.least_grade))
    found: np.ndarray = red_line | bad | (to_sinkhole < zone.sinkhole)
    return found
