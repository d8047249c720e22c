"""The README's own commands: what it tells a newcomer to type works as it stands."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from village_abm import VillageModel, cli, load_params

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.S)
SHELL = [line for kind, text in BLOCKS if kind == "sh" for line in text.strip().splitlines()]
INLINE = [text for text in re.findall(r"`([^`\n]+)`", README) if text.startswith("uv run ")]


def test_two_commands_do_everything():
    assert SHELL == ["pip install uv && uv run village-abm run", "uv run pytest"]


def test_the_command_that_runs_the_model_runs_it(tmp_path):
    words = shlex.split(SHELL[0].removeprefix("pip install uv && uv run "))
    program = Path(sys.executable).with_name(words[0])
    # Two years in the place of thirty-one: the same command, sooner done.
    answer = subprocess.run(
        [program, *words[1:], "--years", "2"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert answer.returncode == 0, answer.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    assert (folder / "report.html").stat().st_size > 100_000
    assert "report.html" in answer.stdout


def test_the_command_that_tests_finds_the_tests():
    words = shlex.split(SHELL[1].removeprefix("uv run "))
    assert words == ["pytest"]
    # Collected only: the suite does not run inside itself.
    answer = subprocess.run(
        [sys.executable, "-m", *words, "--collect-only", "-q", "-p", "no:cacheprovider"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, env=dict(os.environ, PYTEST_ADDOPTS=""),
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout[-2000:]
    assert f"tests/{Path(__file__).name}" in answer.stdout


def _mentioned():
    commands = [shlex.split(text.removeprefix("uv run ")) for text in INLINE]
    return [words for words in commands if words[0] == "village-abm"]


@pytest.mark.parametrize("words", _mentioned(), ids=" ".join)
def test_every_command_mentioned_exists_with_its_options(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command, *rest = words[1:]
    known = CliRunner().invoke(cli.app, [command, "--help"])
    assert known.exit_code == 0, f"no command '{command}'"
    for word in rest:
        if word.startswith("--"):
            assert word in known.stdout


def test_parameters_mentioned_exist():
    for words in _mentioned():
        if "--set" in words:
            path, value = words[words.index("--set") + 1].split("=", 1)
            assert path in load_params(overrides={path: value}).differences


def test_the_python_example_works():
    (text,) = [text for kind, text in BLOCKS if kind == "python"]
    names: dict[str, object] = {}
    exec(text.replace("model.run()", "model.run(1)"), names)
    assert isinstance(names["model"], VillageModel)
    assert names["model"].year == 1990


def test_every_page_linked_to_is_there():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert all((ROOT / link).exists() for link in links if "://" not in link)


def test_every_path_named_is_there():
    named = re.findall(r"`((?:agents|village_abm|params|docs|runs)/[\w./]*)`", README)
    assert len(named) > 5
    assert all((ROOT / name).exists() for name in named)


def test_the_top_level_is_what_the_card_promises():
    top = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert {"agents", "village_abm", "params", "runs", "tests", "docs", "pyproject.toml", "README.md"} <= top
    assert {"LICENSE", "CHANGELOG.md", "CITATION.cff"} <= top
    assert (ROOT / ".python-version").read_text().strip() == "3.12"
