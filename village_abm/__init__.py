"""Agent-based simulation of livelihoods, land and compensation in the karst villages of Southwest China."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from village_abm.experiments.sweep.results import sweep_results
    from village_abm.load import load_params
    from village_abm.model import VillageModel

__all__ = ["VillageModel", "load_params", "sweep_results"]

_HOMES = {
    "VillageModel": "village_abm.model",
    "load_params": "village_abm.load",
    "sweep_results": "village_abm.experiments.sweep.results",
}


def _check_agents() -> None:
    """Refuse another package named `agents` that stands before ours on the import path."""
    spec = find_spec("agents")
    folders = list(spec.submodule_search_locations or []) if spec else []
    ours = Path(__file__).resolve().parent.parent / "agents"
    if not any((Path(folder) / "columns.py").is_file() for folder in folders):
        found = (spec.origin or ", ".join(folders)) if spec else "nothing"
        raise ImportError(
            f"'agents' is another package here ({found}), where {ours} is needed. "
            f"Install this project into an environment of its own."
        )


def __getattr__(name: str) -> Any:
    """Hand out the public names when first asked for, so that --help and workers do not load Mesa."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'village_abm' has no attribute '{name}'")


_check_agents()
