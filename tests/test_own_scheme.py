"""The tutorial of a scheme of one's own: its file, its commands and its error are as the page prints them."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from village_abm import cli
from village_abm.load import load_params

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "own-scheme.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, flags=re.S)
(FILE,) = [text for kind, text in BLOCKS if kind == "toml"]
(ERROR,) = [text.strip() for kind, text in BLOCKS if kind == "text"]
COMMANDS = [shlex.split(text)[3:] for kind, text in BLOCKS if kind == "sh"]
SHORTER = ("--pairs", "2", "--years", "26", "--set", "land.lines=40", "--set", "land.columns=40")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the file of the page, in which its commands are typed."""
    (tmp_path / "my_schemes.toml").write_text(FILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(words: list[str]):
    return CliRunner().invoke(cli.app, words)


def test_the_file_says_what_the_page_says_of_it(here: Path) -> None:
    """A tenth more of every sum: of the five yearly rates and of the seedlings."""
    schemes = load_params(scheme_files=[here / "my_schemes.toml"]).schemes
    base, steep, more = (schemes[name] for name in ("grain_for_green_2", "steepest_first", "a_tenth_more"))
    assert (steep.targeting, steep.payment) == ("steepest_first", base.payment)
    assert more.payment.first_term() == pytest.approx(1.1 * base.payment.first_term())
    assert more.targeting == base.targeting


def test_the_file_is_checked_and_shown(here: Path) -> None:
    (words,) = [words for words in COMMANDS if words[0] == "schemes"]
    answer = typed(words)
    assert answer.exit_code == 0, answer.output
    for said in ("Steepest first", "A tenth more", "steepest_first", "550"):
        assert said in answer.output


def test_a_slip_is_refused_as_the_page_prints_it(here: Path) -> None:
    (here / "my_schemes.toml").write_text(FILE.replace("targeting =", "targetting ="), encoding="utf-8")
    answer = typed(["schemes", "my_schemes.toml"])
    assert answer.exit_code == 2
    assert answer.stderr.strip() == ERROR


@pytest.mark.slow
@pytest.mark.parametrize("words", [words for words in COMMANDS if words[0] == "compare"], ids=" ".join)
def test_the_schemes_are_compared_and_reported(here: Path, words: list[str]) -> None:
    """As typed, but with two pairs, fewer years and less land."""
    kept = [word for k, word in enumerate(words) if "--pairs" not in words[max(0, k - 1) : k + 1]]
    kept = [word for k, word in enumerate(kept) if "--years" not in kept[max(0, k - 1) : k + 1]]
    answer = typed([*kept, *SHORTER])
    assert answer.exit_code == 0, answer.output
    (folder,) = (here / "runs").iterdir()
    assert answer.output.rstrip().splitlines()[-1] == f"Report: {(folder / 'report.html').relative_to(here)}"
    told = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in told["schemes"]] == ["steepest_first", "a_tenth_more", "grain_for_green_2"]
    assert "Steepest first" in (folder / "report.html").read_text(encoding="utf-8")
