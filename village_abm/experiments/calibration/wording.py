"""A calibration in words: what could be found, what was ruled out, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from village_abm.experiments.calibration.calibrating import Outcome, doubtful
from village_abm.experiments.calibration.matching import correlations, interval, range_kept
from village_abm.experiments.calibration.perfect import LOST, PARTLY, RECOVERED, Perfect
from village_abm.experiments.calibration.planned import Calibration
from village_abm.experiments.calibration.search import Searched
from village_abm.experiments.calibration.spec import ADVISED


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def of_test(test: Perfect) -> list[str]:
    """The perfect-model test: one line a parameter, and which can be told from the targets."""
    rows = [
        [row.path, _percent(row.kept), _percent(row.left), _percent(row.covered), f"{row.correlation:.2f}", row.verdict]
        for row in test.parameters
    ]
    head = ["parameter", "range not ruled out", "range of 95% of what is likely", "truths inside it",
            "correlation with the truth", "verdict"]  # fmt: skip
    by = {verdict: [row.path for row in test.parameters if row.verdict == verdict]
          for verdict in (RECOVERED, PARTLY, LOST)}  # fmt: skip
    words = {
        RECOVERED: "The targets can tell {}.",
        PARTLY: "They tell a part of {}.",
        LOST: "They cannot tell {}: leave what is known of it as it is in every later experiment, as a prior.",
    }
    return [
        f"Perfect-model test, {test.truths} truths made up by the model: each was looked for by its figures alone. "
        f"{_percent(test.not_ruled_out)} of the truths are not ruled out; {_percent(test.share)} of the space between "
        f"the bounds is kept.",
        "", *_table(head, rows), "",
        *(words[verdict].format(", ".join(paths)) for verdict, paths in by.items() if paths),
    ]  # fmt: skip


def of_warnings(asked: Calibration) -> list[str]:
    """What a specification asks for that it cannot get."""
    count, lines = len(asked.paths), []
    if count > ADVISED:
        lines.append(f"{count} free parameters: a handful of figures tells of {ADVISED} at most. Leave the others as "
                     f"they are, or see the perfect-model test for what becomes of them.")  # fmt: skip
    if asked.targets and asked.spec.replicates.n == 1:
        lines.append("one replicate: luck cannot be told from the error of the emulators, and what all points share "
                     "of it cannot be seen, so too much may be ruled out. Write replicates.n = 4, say.")  # fmt: skip
    return lines


def of_outcome(asked: Calibration, found: Outcome) -> list[str]:
    """Waves, emulators, and what is not ruled out."""
    lines = [*_of_targets(asked, found), ""]
    lines += [f"Wave {number}: {_percent(share)} of the space between the bounds is not ruled out."
              for number, share in enumerate(found.shares, start=1)]  # fmt: skip
    if found.runs.lost:
        lines.append(f"{found.runs.lost} points were left out: a run of theirs failed or gave no figure.")
    lines += _of_emulators(asked, found)
    if found.rejected:
        return [*lines, "", _of_rejection(asked, doubtful(asked.targets, found.checks))]
    if not found.settled:
        lines.append("It had not settled when the waves were over: more waves may rule out more.")
    return lines + _of_kept(asked, found)


def _of_targets(asked: Calibration, found: Outcome) -> list[str]:
    mean = found.runs.mean
    rows = [
        [target.name, f"{target.value:.4g}", f"{target.sd:.2g}", f"{mean[:, at].min():.4g} to {mean[:, at].max():.4g}",
         target.role, target.what]
        for at, target in enumerate(asked.targets)
    ]  # fmt: skip
    return _table(["target", "figure", "standard deviation", "in the runs", "role", "what it is"], rows)


def _of_emulators(asked: Calibration, found: Outcome) -> list[str]:
    lines = []
    unsure = doubtful(asked.targets, found.checks)
    for target, check in zip(asked.targets, found.checks, strict=True):
        said = (f"{target.name}: of points left out one by one the emulator explains {_percent(check.explained)}, and "
                f"{_percent(check.covered)} lie within two standard deviations")  # fmt: skip
        lines.append(said + (". This emulator is bad: run more points before you believe what it rules out."
                             if target.name in unsure else "."))  # fmt: skip
    return ["", *lines]


def _of_rejection(asked: Calibration, unsure: Sequence[str]) -> str:
    if unsure:
        return (
            f"Nothing is kept, but the emulators of {', '.join(unsure)} are bad: the structure of the model is not "
            "rejected by them. Run more points in the first wave."
        )
    return (
        "Nothing is kept: no point between these bounds gives all figures at once, even with the errors allowed for. "
        "The structure of the model is rejected for these targets, or a bound excludes the truth. The table shows "
        f"which figures the runs did not reach. Wider errors (matching.discrepancy is "
        f"{asked.spec.matching.discrepancy:g} now) are an answer only if you can say what the model leaves out."
    )


def _of_kept(asked: Calibration, found: Outcome) -> list[str]:
    assert found.kept is not None
    lines = ["", f"Not ruled out: {_percent(found.kept.share)} of the space between the bounds. All of it is "
             "consistent with the targets, given the bounds; no point of it stands above another for that.",
             ""]  # fmt: skip
    lines += _intervals(asked, found.kept.at, None, "95% of what is not ruled out")
    lines += [f"Read as {name}: {_percent(share)} of what is kept." for name, share in found.readings.items()]
    if asked.spec.posterior.points and found.draws is None:
        lines += ["", "No draws: too few points are left to draw from. Run more points, or ask what rules out so much."]
    if found.draws is not None:
        likely = found.draws
        lines += ["", f"{len(likely.at)} weighted draws (posterior.parquet; posterior.toml is a sweep over them): "
                  f"{_percent(likely.accepted)} of the {likely.tried} points run for them; they tell as much as "
                  f"{likely.effective:.0f} of one weight.", ""]  # fmt: skip
        lines += _intervals(asked, likely.at, likely.weights, "95% of the draws")
        for figure, names in likely.readings.items():
            shares = [f"{name} {_percent(float(likely.weights[names == name].sum()))}" for name in np.unique(names)]
            lines.append(f"Readings of {figure} among the draws, by weight: {', '.join(shares)}.")
    return lines


def _intervals(asked: Calibration, at: np.ndarray, weights: np.ndarray | None, name: str) -> list[str]:
    from village_abm.experiments.calibration.calibrating import points_at

    low, high = (points_at(asked, end[None])[0] for end in interval(at, weights))
    widths = range_kept(at, weights)
    rows = [
        [path, f"{_told(low[path])} to {_told(high[path])}", _percent(width)]
        for path, width in zip(asked.paths, widths, strict=True)
    ]
    said = [f"{pair} {value:.2f}" for pair, value in correlations(at, asked.paths, weights).items()]
    return [
        *_table(["parameter", name, "of the range between the bounds"], rows), "",
        *(["Correlations: " + ", ".join(said) + "."] if said else []),
    ]  # fmt: skip


def _told(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def of_search(asked: Calibration, found: Searched) -> list[str]:
    """The best trials with the luck of the search and with other luck."""
    goal = asked.spec.objective
    assert goal is not None
    what = f"{goal.measure}, {goal.scheme} less none" if goal.scheme else goal.measure
    rows = [
        [", ".join(f"{path} = {_told(value)}" for path, value in one.point.items()), f"{one.found:.4g}",
         f"{one.again.mean():.4g}", f"{one.error:.2g}"]
        for one in found.best
    ]  # fmt: skip
    passed = sum(not one.within for one in found.best)
    return [
        f"{found.trials} trials, {found.within} within the constraint. Objective: {goal.direction} {what}.", "",
        *_table(["point", "in the search", "with other luck", "standard error"], rows), "",
        f"The trial that led in the search did better there than with other luck by {found.curse + 0.0:.3g}: the "
        f"winner's curse. {found.level()} of these {len(found.best)} cannot be told from the first of the table.",
        *([f"{passed} of them pass the limit with other luck; they stand last."] if passed else []),
    ]  # fmt: skip
