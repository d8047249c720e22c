"""Experiments: single runs, comparisons and sweeps, and what they leave behind."""

from __future__ import annotations

from village_abm.experiments.sweep.results import sweep_results

__all__ = ["sweep_results"]
