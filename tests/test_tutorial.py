"""The tutorial of sweeps: its files are written, its commands and its Python run in order, and print what it says."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from village_abm import cli

PAGE = Path(__file__).resolve().parents[1] / "docs" / "tutorial-sweeps.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.M | re.S)
FILE = re.compile(r"# (\S+\.toml)\n")
DECIMAL = re.compile(r"(?:-?\d+\.\d+|NaN)")


def printed(kind: str, text: str, names: dict[str, object]) -> str:
    """Write a file, run commands or run Python; returns what is printed."""
    if kind == "toml":
        found = FILE.match(text)
        assert found, f"this file has no name in its first line: {text}"
        Path(found[1]).write_text(text, encoding="utf-8")
        return ""
    if kind == "sh":
        answers = [CliRunner().invoke(cli.app, command_of(line)) for line in text.splitlines()]
        assert [one.exit_code for one in answers] == [0] * len(answers), "".join(one.output for one in answers)
        return "".join(one.stdout for one in answers)
    assert kind == "python", f"a block of kind {kind!r} is run by nobody"
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(text, str(PAGE), "exec"), names)
    return out.getvalue()


def command_of(line: str) -> list[str]:
    """The words of a line behind the name of the command."""
    name, *words = shlex.split(line)
    assert name == "village-abm", line
    return words


def pattern_of(text: str) -> re.Pattern[str]:
    """What printed text must look like: a line of three dots is any lines, a decimal any decimal, a space any space."""
    lines = [
        r"[\s\S]*?" if line.strip() == "..." else r"\s+".join(map(_word, line.split())) for line in text.splitlines()
    ]
    return re.compile(r"\s*" + r"\s*".join(lines) + r"\s*")


def _word(word: str) -> str:
    return DECIMAL.pattern.join(map(re.escape, DECIMAL.sub("\0", word).split("\0")))


@pytest.mark.slow
def test_the_tutorial_does_what_it_says(tmp_path, monkeypatch) -> None:
    pytest.importorskip("duckdb")
    pytest.importorskip("SALib")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) > 25
    names: dict[str, object] = {}
    last = ""
    for kind, text in blocks:
        if kind == "text":
            assert pattern_of(text).fullmatch(last), f"the page says:\n{text}\nbut printed is:\n{last}"
        else:
            last = printed(kind, text, names)


def test_the_comparison_finds_what_differs() -> None:
    shown = pattern_of("12 runs\n...\nmean 3.25 ha\n")
    assert shown.fullmatch("12 runs\nand\nmore\n  mean   -0.5 ha\n")
    assert not shown.fullmatch("13 runs\nmean 3.25 ha\n")
    assert not shown.fullmatch("12 runs\nmean 3.25 t\n")
    assert not shown.fullmatch("12 runs\nmean 3.25 ha\nand more\n")
    assert pattern_of("[0.0, 1.5]").fullmatch("[7.25, -0.1]\n")
    assert not pattern_of("[0.0, 1.5]").fullmatch("[7, 0.1]\n")
