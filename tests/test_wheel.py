"""An installed wheel works outside the repository and carries its parameters and templates."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from the checkout with the build backend that is installed here."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def program(wheel, tmp_path_factory):
    """`village-abm` of an environment that holds the wheel and nothing of the checkout.

    The wheel alone is unpacked by pip; what it depends on is borrowed from the present environment by a
    path file, so that the test needs no network. The checkout is not on that path.
    """
    place = tmp_path_factory.mktemp("elsewhere")
    venv.create(place, with_pip=False, symlinks=os.name != "nt")
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    found = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    site = Path(found.stdout.strip())
    with zipfile.ZipFile(wheel) as held:
        held.extractall(site)
    # A plain line in a .pth file adds a folder but does not follow that folder's own .pth files, among which
    # is the one of the editable install of the checkout.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def run(*words):
        command = [python, "-c", "from village_abm.cli import main; main()", *words]
        clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        return subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=120, env=clean)

    run.site = site
    run.place = place
    run.python = python
    return run


def test_the_wheel_carries_parameters_templates_and_both_packages(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for file in (ROOT / "params").rglob("*.*"):
        assert f"village_abm/_params/{file.relative_to(ROOT / 'params').as_posix()}" in names
    for file in (ROOT / "village_abm" / "report" / "templates").iterdir():
        assert f"village_abm/report/templates/{file.name}" in names
    for file in (ROOT / "village_abm" / "view").rglob("*.*"):
        if file.suffix in (".vue", ".css"):
            assert file.relative_to(ROOT).as_posix() in names
    assert {"agents/patch.py", "village_abm/cli.py"} <= names
    assert not any(name.startswith(("tests/", "params/", "runs/")) for name in names)


def test_the_wheel_is_what_runs_there(program):
    asked = "import village_abm, agents; print(village_abm.__file__); print(agents.__file__)"
    answer = subprocess.run(
        [program.python, "-c", asked], cwd=program.place, capture_output=True, text=True, check=True,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )  # fmt: skip
    assert all(Path(line).is_relative_to(program.site) for line in answer.stdout.split())


def test_an_installed_wheel_lists_its_parameters(program):
    answer = program("params", "land.patch_size")
    assert answer.returncode == 0, answer.stderr
    assert "side of a patch" in answer.stdout


def test_an_installed_wheel_runs_and_reports(program):
    answer = program("run", "--years", "1", "--set", "land.lines=40", "--set", "land.columns=40", "--out", "here")
    assert answer.returncode == 0, answer.stderr
    assert (program.place / "here" / "report.html").exists()


def hears_ctrl_c() -> None:
    """What a shell begins in the background does not hear Ctrl-C, and neither do the programs it begins in turn."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
def test_an_installed_wheel_opens_the_page(program):
    # Solara looks for the files that browsers ask for beside the interpreter: they are borrowed too.
    for folder in ("share", "etc"):
        (program.place / folder).symlink_to(Path(sys.prefix) / folder, target_is_directory=True)
    begun = "from village_abm.cli import main; main()"
    command = [
        program.python,
        "-c",
        begun,
        "view",
        "--no-browser",
        "--set",
        "land.lines=40",
        "--set",
        "land.columns=40",
    ]
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    with subprocess.Popen(
        command, cwd=program.place, env=clean, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=hears_ctrl_c,
    ) as page:  # fmt: skip
        try:
            address = re.search(r"http://[\d.:]+/", page.stdout.readline()).group()
            with urllib.request.urlopen(address, timeout=30) as answer:
                assert b"solara" in answer.read()
            page.send_signal(signal.SIGINT)
            said = page.communicate(timeout=30)
        finally:
            page.terminate()
    assert (page.returncode, said[1]) == (0, "")
