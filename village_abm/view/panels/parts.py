"""The parts of the page that the browser draws itself: values in, what was done out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara

VUE = Path(__file__).parent.parent / "vue"
Done = Callable[[Any], None] | None


@solara.component_vue(str(VUE / "bar.vue"), vuetify=False)
def BarPart(
    w: dict[str, str] = {}, tabs: list[str] = [], tab: str = "", lang: str = "en", dark: bool = False,
    event_go: Done = None, event_speak: Done = None, event_shade: Done = None,
) -> None:  # fmt: skip
    """Title, tabs, language and shade."""


@solara.component_vue(str(VUE / "controls.vue"), vuetify=False)
def ControlsPart(
    w: dict[str, str] = {}, ready: bool = False, playing: bool = False, over: bool = False, year: int = 0,
    first: int = 0, last: int = 0, speed: int = 0, speeds: list[int] = [], layer: str = "",
    layers: list[dict[str, str]] = [], compared: str = "", comparisons: list[str] = [], event_toggle: Done = None,
    event_back: Done = None, event_step: Done = None, event_reset: Done = None, event_seek: Done = None,
    event_pace: Done = None, event_lay: Done = None, event_compare: Done = None, pair: bool = False,
    event_beside: Done = None,
) -> None:  # fmt: skip
    """Play, pause, step, look back; which map."""


@solara.component_vue(str(VUE / "village_map.vue"), vuetify=False)
def MapPart(
    codes: str = "", lines: int = 1, columns: int = 1, colours: list[str] = [], labels: list[str] = [],
    low: float = 0.0, high: float = 1.0, steps: int = 250, beyond: list[str] = [], unit: str = "",
    label: str = "", relief: str = "",
    patch: float = 25.0, marks: list[dict[str, Any]] = [], dark: bool = False, lang: str = "en",
    event_pick: Done = None,
) -> None:  # fmt: skip
    """One map: zoom, hover, pick."""


@solara.component_vue(str(VUE / "legend.vue"), vuetify=False)
def LegendPart(
    entries: list[dict[str, str]] = [], ramp: list[str] = [], low: str = "", high: str = "", note: str = "",
    none: str = "",
) -> None:  # fmt: skip
    """What the colours of a map mean."""


@solara.component_vue(str(VUE / "time_path.vue"), vuetify=False)
def PathPart(
    title: str = "", unit: str = "", lines: list[dict[str, Any]] = [], years: list[int] = [], first: int = 0,
    last: int = 1, shown: int = 0, marks: list[dict[str, Any]] = [], event_go: Done = None,
) -> None:  # fmt: skip
    """One time path, with the year shown marked."""


@solara.component_vue(str(VUE / "inspect.vue"), vuetify=False)
def InspectPart(
    w: dict[str, str] = {}, plot: dict[str, Any] | None = None, house: dict[str, Any] | None = None,
    hint: str = "", event_visit: Done = None,
) -> None:  # fmt: skip
    """One plot and one household, in words."""


@solara.component_vue(str(VUE / "choice.vue"), vuetify=False)
def ChoicePart(
    title: str = "", groups: list[dict[str, Any]] = [], chosen: list[str] = [], event_choose: Done = None
) -> None:
    """A list of names to tick."""


@solara.component_vue(str(VUE / "ties.vue"), vuetify=False)
def TiesPart(
    w: dict[str, str] = {}, nodes: list[list[Any]] = [], edges: list[list[int]] = [], kinds: list[dict[str, str]] = [],
    wide: int = 1, high: int = 1, legend: list[dict[str, Any]] = [], by: str = "", ways: list[str] = [],
    label: str = "", dark: bool = False, chosen: str = "", event_visit: Done = None, event_paint: Done = None,
) -> None:  # fmt: skip
    """Households and their ties."""


@solara.component_vue(str(VUE / "pyramid.vue"), vuetify=False)
def PyramidPart(w: dict[str, str] = {}, title: str = "", bands: list[dict[str, Any]] = []) -> None:
    """People by age and sex, at home and away."""


@solara.component_vue(str(VUE / "steps.vue"), vuetify=False)
def StepsPart(w: dict[str, str] = {}, about: str = "", event_close: Done = None) -> None:
    """What to do first."""


@solara.component_vue(str(VUE / "onward.vue"), vuetify=False)
def OnwardPart(label: str = "", event_onward: Done = None) -> None:
    """A button that leads on."""


@solara.component_vue(str(VUE / "marks.vue"), vuetify=False)
def MarksPart(marks: list[dict[str, Any]] = []) -> None:
    """What the upright lines of the paths mean."""


@solara.component_vue(str(VUE / "setup.vue"), vuetify=False)
def SetupPart(
    w: dict[str, str] = {}, scenarios: list[dict[str, str]] = [], scenario: str = "", seed: int | None = None,
    usual_seed: int = 0, end: int = 0, schemes: list[dict[str, Any]] = [], left: list[str] = [], own_left: bool = False,
    beside: bool = False, right: list[str] = [], query: str = "", section: str = "",
    sections: list[dict[str, Any]] = [], rows: list[dict[str, Any]] = [], count: int = 0,
    changed: list[dict[str, Any]] = [], file_name: str = "", file_text: str = "", address: str = "",
    ready: bool = True, event_choose: Done = None, event_move: Done = None, event_take_back: Done = None,
    event_find: Done = None, event_narrow: Done = None, event_begin: Done = None, event_take_in: Done = None,
) -> None:  # fmt: skip
    """What the village is founded from: scenario, schemes, numbers."""


@solara.component_vue(str(VUE / "results.vue"), vuetify=False)
def ResultsPart(
    w: dict[str, str] = {}, folder: str = "", found: list[dict[str, Any]] = [], opened: str = "",
    event_visit: Done = None, event_poll: Done = None,
) -> None:  # fmt: skip
    """The list of experiments."""


@solara.component_vue(str(VUE / "result.vue"), vuetify=False)
def ResultPart(
    w: dict[str, str] = {}, title: str = "", facts: list[list[str]] = [], words: list[str] = [],
    cards: list[dict[str, str]] = [], progress: list[dict[str, Any]] = [], has_report: bool = False,
    wrong: str = "", whole: bool = False, report: str = "", event_read: Done = None,
) -> None:  # fmt: skip
    """One experiment: key numbers, how far it is, its report."""


@solara.component_vue(str(VUE / "sheet.vue"), vuetify=False)
def SheetPart(w: dict[str, str] = {}, sheet: list[dict[str, Any]] = []) -> None:
    """The score sheet of a comparison."""
