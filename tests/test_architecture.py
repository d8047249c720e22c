"""The house: imports run one way, luck comes from one place, files stay short."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted([*(ROOT / "agents").rglob("*.py"), *(ROOT / "village_abm").rglob("*.py")])
LUCK = re.compile(
    r"\b(?:model|self)\.(?:random|rng)\b|shuffle_do|\bnp\.random\b|numpy\.random|default_rng|RandomState"
    r"|^\s*(?:import|from) random\b"
)
LONGEST = 350


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of Python in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=os.environ | environment
    )


def test_imports_run_one_way() -> None:
    run = python("import sys; from importlinter.cli import lint_imports_command as lint; sys.argv = ['lint']; lint()")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_fits_the_mind(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) < LONGEST


def test_all_luck_comes_from_keyed_streams() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in MODULES
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if LUCK.search(line) and "experiments" not in file.parts
    ]
    assert not found


def test_the_search_for_luck_finds_it() -> None:
    for line in ("model.random.choice(x)", "agents.shuffle_do('step')", "np.random.rand()", "import random"):
        assert LUCK.search(line)
    assert not LUCK.search("streams.uniform('village.random', 1990, ids)  # at random")


def swallowed(source: str) -> list[int]:
    """Lines of handlers that catch everything, raise nothing and hand the error to nobody."""
    handlers = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ExceptHandler)]
    broad = [node for node in handlers if node.type is None or ast.unparse(node.type).endswith("Exception")]
    return [node.lineno for node in broad if not any(told(part, node.name) for part in ast.walk(node))]


def told(part: ast.AST, error: str | None) -> bool:
    """Whether a piece of a handler raises, or uses the error."""
    return isinstance(part, ast.Raise) or (isinstance(part, ast.Name) and part.id == error)


def test_nothing_is_swallowed() -> None:
    assert swallowed("try:\n    x()\nexcept Exception:\n    y = 0\n") == [3]
    assert swallowed("try:\n    x()\nexcept Exception as error:\n    keep(error)\n") == []
    assert swallowed("try:\n    x()\nexcept BaseException:\n    undo()\n    raise\n") == []
    found = {str(file.relative_to(ROOT)): swallowed(file.read_text(encoding="utf-8")) for file in MODULES}
    assert not {file: lines for file, lines in found.items() if lines}


def test_packages_have_empty_doors() -> None:
    for door in (ROOT / "village_abm").rglob("__init__.py"):
        if door.parent.name != "village_abm":
            assert not door.read_text(encoding="utf-8").strip(), door


def test_the_top_level_is_the_card() -> None:
    for name in ("pyproject.toml", "README.md", "agents", "village_abm", "params", "runs", "tests"):
        assert (ROOT / name).exists()


def test_the_package_opens_without_loading_mesa_or_pandas() -> None:
    code = "import sys, village_abm; print([m for m in ('mesa', 'pandas', 'pint', 'numpy') if m in sys.modules])"
    run = python(code)
    assert run.stdout.strip() == "[]", run.stdout + run.stderr


def test_the_public_names_are_handed_out() -> None:
    run = python("from village_abm import VillageModel, load_params; print(VillageModel.__name__)")
    assert run.stdout.strip() == "VillageModel", run.stderr
    run = python("import village_abm; village_abm.Village")
    assert "has no attribute 'Village'" in run.stderr


def test_another_package_named_agents_is_refused_plainly(tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "__init__.py").write_text("", encoding="utf-8")
    run = python(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import village_abm")
    assert run.returncode == 1
    assert "'agents' is another package here" in run.stderr
    assert str(tmp_path) in run.stderr
