"""The mechanisms that can be switched off one by one, as `params/ablations.toml` lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from village_abm.params import ParameterError, refuse_unknown
from village_abm.records import params_folder, read_label, read_toml, typed
from village_abm.scenario import flat

FILE = "ablations.toml"
GROUPS = {
    "agents": {"en": "Agents", "zh": "主体"},
    "land": {"en": "Land", "zh": "土地"},
    "market": {"en": "Markets", "zh": "市场"},
    "enterprises": {"en": "Enterprises", "zh": "经营"},
    "decisions": {"en": "Decisions", "zh": "决策"},
    "society": {"en": "Society", "zh": "社会"},
    "ecology": {"en": "Ecology", "zh": "生态"},
    "policy": {"en": "Policy", "zh": "政策"},
}
KEYS = ("label", "group", "what", "switch", "of")


@dataclass(frozen=True)
class Mechanism:
    """What can be switched off: its names, group and meaning, and the one parameter that does it."""

    name: str
    label: Mapping[str, str]
    group: str
    what: Mapping[str, str]
    path: str
    off: object
    of: str
    """The scheme or package without which there is nothing to switch off; empty where there always is."""

    @property
    def switch(self) -> dict[str, object]:
        """The override that switches it off."""
        return {self.path: self.off}


def read_mechanisms(only: Iterable[str] = ()) -> list[Mechanism]:
    """All mechanisms, or those named in `only`, in the order of the file; raises ParameterError."""
    tables = read_toml(params_folder() / FILE)
    wanted = list(only)
    refuse_unknown(wanted, tables, "--only", "mechanism")
    return [_mechanism(name, table) for name, table in tables.items() if not wanted or name in wanted]


def _mechanism(name: str, table: Any) -> Mechanism:
    where = f"{FILE}: {name}"
    if not isinstance(table, Mapping):
        raise ParameterError(f"{where}: no mechanism. Write [{name}] and the lines {', '.join(KEYS[:-1])}.")
    refuse_unknown(table, KEYS, where, "key")
    for key in KEYS[:-1]:
        if key not in table:
            raise ParameterError(f"{where}: '{key}' is missing. Add it.")
    group = typed(table["group"], str, f"{where}, group")
    refuse_unknown([group], GROUPS, where, "group")
    switch = flat(table["switch"]) if isinstance(table["switch"], Mapping) else {}
    if len(switch) != 1:
        raise ParameterError(f'{where}: switch names {len(switch)} parameters. Write {{ "PATH" = VALUE }}, one only.')
    path, off = next(iter(switch.items()))
    label, what = (read_label(table[key], f"{where}, {key}") for key in ("label", "what"))
    return Mechanism(name, label, group, what, path, off, typed(table.get("of", ""), str, f"{where}, of"))
