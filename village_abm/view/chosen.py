"""What founds a village on the page, and the two ways to hand it on: a scenario file and a link."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from village_abm.load import load_params
from village_abm.overrides import parsed
from village_abm.params import ParameterError, refuse_unknown
from village_abm.records import params_folder
from village_abm.scenario import DEFAULT, KEYS, OVERRIDABLE, Scenario, flat, read_scenario, shipped_scenarios

SCHEMES = "scenario.schemes"
CHANGED = {"set", *OVERRIDABLE}
MOST_TEXT = 1_000_000  # characters of a file that a visitor hands in


@dataclass(frozen=True)
class Chosen:
    """Scenario (shipped name or file), seed, changes by path, schemes left (None: the scenario's) and right."""

    scenario: str = DEFAULT
    seed: int | None = None
    changes: Mapping[str, object] = field(default_factory=dict)
    left: tuple[str, ...] | None = None
    right: tuple[str, ...] | None = None
    """Schemes of a second village beside it; None without one."""

    def overrides(self) -> dict[str, object]:
        """All changes of the village left, as `load_params` takes them."""
        return {**self.changes} if self.left is None else {**self.changes, SCHEMES: list(self.left)}

    def others(self) -> dict[str, object] | None:
        """All changes of the village right; None without one."""
        return None if self.right is None else {**self.changes, SCHEMES: list(self.right)}


def shipped() -> list[str]:
    """Names of the scenarios that come with the model, the default one first."""
    return sorted(shipped_scenarios(params_folder()), key=lambda name: (name != DEFAULT, name))


def toml(value: Any) -> str:
    """A value as a TOML file writes it."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{toml(str(key))} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def scenario_file(chosen: Chosen) -> str:
    """The village left as a scenario file: built on its shipped scenario, or whole where it had a file of its own.

    Raises ParameterError where its changes are none that a village can have.
    """
    plan = load_params(chosen.scenario, chosen.overrides()).scenario
    own, _ = read_scenario(params_folder(), chosen.scenario)
    seed = plan.seed if chosen.seed is None else chosen.seed
    settings = {path: value for path, value in chosen.changes.items() if not path.startswith("scenario.")}
    lines = [f"label = {toml(label(own))}"]
    if chosen.scenario in shipped():
        moved = [name for name in OVERRIDABLE if name != "seed" and getattr(plan, name) != getattr(own, name)]
        lines = [f'base = "{chosen.scenario}"', *lines, f"seed = {seed}"]
        lines += [f"{name} = {toml(getattr(plan, name))}" for name in moved]
    else:
        told = {key: value for key, value in dataclasses.asdict(plan).items() if key not in ("name", "label", "set")}
        lines += [f"{key} = {toml(value)}" for key, value in (told | {"seed": seed}).items()]
        settings = {**own.set, **settings}
    if settings:
        lines += ["", "[set]", *(f"{toml(path)} = {toml(value)}" for path, value in settings.items())]
    return "\n".join(lines) + "\n"


def label(own: Scenario) -> dict[str, str]:
    """The label of a scenario from which something differs."""
    ends = {"en": ", changed", "zh": "（已修改）"}
    return {tongue: text if text.endswith(ends[tongue]) else text + ends[tongue] for tongue, text in own.label.items()}


def handed_in(name: str, text: str, desk: Path) -> Chosen:
    """The village of a scenario file that a visitor hands in; raises ParameterError.

    What a shipped scenario and changes can say is taken up as such; any other file is kept at the visitor's desk.
    """
    name = Path(name).name or "scenario.toml"
    if len(text) > MOST_TEXT:
        raise ParameterError(f"{name}: longer than any scenario file. Hand in a TOML file with a [set] of changes.")
    try:
        table = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(f"{name}: no valid TOML: {error}. Correct that line.") from None
    refuse_unknown(table, KEYS | {"base"}, name, "key")
    base = table.get("base")
    if base is not None and base not in shipped():
        raise ParameterError(f"{name}: base {base!r} is no shipped scenario. Write one of {', '.join(shipped())}.")
    settings = table.pop("set", {})
    if not isinstance(settings, Mapping):
        raise ParameterError(f"{name}: [set] is no table. Write [set] and lines PATH = VALUE.")
    changes = flat(settings)
    if base is not None and set(table) <= CHANGED | {"base", "label", "note"}:
        moved = {
            f"scenario.{key}": table[key] for key in OVERRIDABLE if key in table and key not in ("seed", "schemes")
        }
        found = Chosen(base, _seed(table.get("seed"), name), changes | moved, _names(table.get("schemes"), name))
    else:
        file = desk / f"{Path(name).stem or 'scenario'}.toml"
        kept = [f"{key} = {toml(value)}" for key, value in table.items()]
        file.write_text("\n".join(kept) + "\n", encoding="utf-8")
        found = Chosen(str(file), None, changes)
    try:
        load_params(found.scenario, found.overrides())
    except ParameterError as error:
        said = str(error).replace(f"{desk}/", "").removeprefix("override: ")
        raise ParameterError(said if said.startswith(name) else f"{name}: {said}") from None
    return found


def _seed(value: Any, where: str) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise ParameterError(f"{where}: seed {value!r} is no seed. Write a whole number from 0 up.")


def _names(value: Any, where: str) -> tuple[str, ...] | None:
    if value is None or (isinstance(value, list) and all(isinstance(name, str) for name in value)):
        return None if value is None else tuple(value)
    raise ParameterError(f'{where}: schemes {value!r} is no list of names. Write ["rangers"], say.')


def address(chosen: Chosen, language: str) -> str:
    """The part of a link behind the question mark that opens the same village."""
    pairs = [("scenario", chosen.scenario)]
    if chosen.seed is not None:
        pairs.append(("seed", str(chosen.seed)))
    for path, value in chosen.changes.items():
        pairs.append(("set", f"{path}={value if isinstance(value, str) else toml(value)}"))
    for name, schemes in (("schemes", chosen.left), ("beside", chosen.right)):
        if schemes is not None:
            pairs.append((name, ",".join(schemes)))
    return urlencode([*pairs, ("lang", language)], safe=",.")


def addressed(search: str, told: Chosen) -> tuple[Chosen, str, str]:
    """The village of a link, where it says nothing the one told; its language; what of it makes no sense, in words."""
    asked = parse_qs(search, keep_blank_values=True)
    wrong = []
    scenario = asked.get("scenario", [told.scenario])[0]
    if scenario not in (told.scenario, *shipped()):
        wrong.append(f"the link names no shipped scenario by {scenario!r}; opened is {told.scenario}.")
        scenario = told.scenario
    seed, written = told.seed, asked.get("seed", [""])[0].strip()
    if written.isdecimal() and written.isascii():
        seed = int(written)
    elif written:
        wrong.append(f"the link's seed {written!r} is left out: a seed is a whole number from 0 up.")
    changes = dict(told.changes) if scenario == told.scenario else {}
    for pair in asked.get("set", []):
        path, sign, value = pair.partition("=")
        if sign and path.strip() and value.strip():
            changes[path.strip()] = value.strip()
        else:
            wrong.append(f"the link's set={pair!r} is no PATH=VALUE; it is left out.")
    left = _listed(asked["schemes"][0]) if "schemes" in asked else told.left
    if SCHEMES in changes:  # shown as schemes ticked, not as a change
        held = parsed(changes.pop(SCHEMES))
        left = left if "schemes" in asked else tuple(held) if isinstance(held, list) else _listed(str(held))
    right = _listed(asked["beside"][0]) if "beside" in asked else told.right
    language = asked.get("lang", ["en"])[0]
    if language not in ("en", "zh"):
        wrong.append(f"the link's lang {language!r} is neither en nor zh.")
        language = "en"
    return Chosen(scenario, seed, changes, left, right), language, " ".join(wrong)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
