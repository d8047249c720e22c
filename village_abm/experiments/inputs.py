"""Real input of a run: terrain, land cover and households from files."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from village_abm.params import ParameterError
from village_abm.streams import Streams

if TYPE_CHECKING:
    from village_abm.land.landscape import Landscape
    from village_abm.load import Params
    from village_abm.society.register import Register


@dataclass(frozen=True)
class Inputs:
    """Files that take the place of what is otherwise generated."""

    landscape: Path | None = None
    landscape_crs: str | None = None
    landcover: Path | None = None
    landcover_crs: str | None = None
    classes: Path | None = None
    window: tuple[float, float, float, float] | None = None
    households: Path | None = None

    def given(self) -> dict[str, Any]:
        """Those that were given, as the manifest writes them."""
        return {
            name: str(value) if isinstance(value, Path) else value
            for name, value in asdict(self).items()
            if value is not None
        }

    def check(self, params: Params) -> None:
        """Refuse options that lack the one they belong to; raises ParameterError."""
        needs = {
            "landscape": ("landscape_crs", "landcover", "landcover_crs", "classes", "window"),
            "landcover": ("landcover_crs", "classes"),
        }
        for main, others in needs.items():
            for other in others:
                if getattr(self, other) is not None and getattr(self, main) is None:
                    raise ParameterError(f"{_option(other)} without {_option(main)}. Give {_option(main)} FILE too.")
        villages = len(params.scenario.villages)
        if villages > 1 and self.given():
            name = next(iter(self.given()))
            raise ParameterError(
                f"{_option(name)}: the scenario {params.scenario.name} has {villages} villages. "
                f"Real input goes into a scenario with one, such as 'village'."
            )

    def notes(self) -> list[str]:
        """Whether the people are real; the land has notes of its own."""
        if self.households is None:
            return ["Households, people and who holds which plot are generated."]
        return [f"Households, people and plots are those of {self.households}."]

    def read(self, params: Params, seed: int, replicate: int) -> tuple[Landscape | None, Register | None]:
        """The landscape and the register; None for what the model is to generate.

        Raises ParameterError, RasterError and RegisterError.
        """
        self.check(params)
        if self.landscape is None and self.households is None:
            return None, None
        land = self._land(params, Streams(seed, replicate))
        return land, self._register(params, land)

    def _land(self, params: Params, streams: Streams) -> Landscape:
        from village_abm.ecology.vegetation import capacity
        from village_abm.initialise import generated_land
        from village_abm.land.rasters import read_terrain
        from village_abm.records import params_folder

        if self.landscape is None:
            return generated_land(params, streams, 0)
        grid, village = params.land, params.scenario.villages[0]
        room = partial(capacity, params.ecology.vegetation)
        return read_terrain(
            grid.terrain, self.landscape, grid.lines, grid.columns, grid.patch_size,
            streams, 0, village.households, room, params_folder() / "classes",
            crs=self.landscape_crs, landcover=self.landcover, landcover_crs=self.landcover_crs,
            classes=self.classes, window=self.window,
        )  # fmt: skip

    def _register(self, params: Params, land: Landscape) -> Register | None:
        from village_abm.society.register import read_register

        return None if self.households is None else read_register(self.households, land.shape, land.cell, params.uses)


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
