"""`make`: sets up once, says in one line what is missing, and fails if any part fails.

The recipes run in a folder of their own with a stand-in for Python that writes
down what it was asked, so nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(
    shutil.which("make") is None or os.name == "nt",
    reason="make is not here (on Windows the README's commands are used instead)",
)

STAND_IN = """#!/bin/sh
echo "$@" >>calls
[ -n "$REFUSED" ] && case "$*" in *"$REFUSED"*) echo 'words of the tool' >&2; exit 1;; esac
if [ "$2" = venv ]; then
  mkdir -p .venv/bin
  cp "$0" .venv/bin/python
  cp "$0" .venv/bin/llama-explore
fi
exit 0
"""

# A real Python that says it is 3.9; its own "-c" shifts the arguments by one.
OLD = (
    "#!/bin/sh\n"
    f"exec {sys.executable} -c "
    '\'import sys; sys.version_info = (3, 9, 2, "final", 0); exec(sys.argv[2])\' "$@"\n'
)


class Kit:
    """A folder with the Makefile, and what was asked of the stand-in for Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name in ("Makefile", "requirements.lock", "pyproject.toml"):
            shutil.copy(ROOT / name, folder)
        self.python = self.write_program("stand-in", STAND_IN)

    def write_program(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    def make(
        self, *arguments: str, refused: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        calls = self.folder / "calls"
        calls.unlink(missing_ok=True)
        # What an outer `make test` exports must not reach this inner make.
        outer = ("MAKE", "MFLAGS", "PYTHON", "PIP_ARGS", "LAB_ARGS")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(outer)}
        return subprocess.run(
            ["make", *arguments],
            cwd=self.folder,
            env={**kept, "REFUSED": refused, **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )

    @property
    def calls(self) -> list[str]:
        calls = self.folder / "calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def count(self, what: str) -> int:
        return sum(what in call for call in self.calls)


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path / "a clone")


def only_line(result: subprocess.CompletedProcess[str]) -> str:
    """Return what was printed about the failure besides make's own closing line."""
    assert result.returncode != 0
    lines = [line for line in result.stderr.splitlines() if not line.startswith("make")]
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_a_missing_python_is_said_in_one_line(kit: Kit) -> None:
    line = only_line(kit.make("lab", "PYTHON=no-such-python"))
    assert line.startswith("Python 3.11 or newer is missing (tried: no-such-python)")
    assert "PYTHON=" in line


def test_an_old_python_is_said_in_one_line(kit: Kit) -> None:
    kit.write_program("old-python", OLD)
    line = only_line(kit.make("test", "PYTHON=./old-python"))
    assert line.startswith("Python 3.11 or newer is missing")
    assert not (kit.folder / ".venv").exists()


def test_the_stand_in_for_an_old_python_is_refused_for_its_version_alone(kit: Kit) -> None:
    old = kit.write_program("old-python", OLD)
    said = subprocess.run(
        [old, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True
    )
    assert said.stdout == "(3, 9)\n"


def test_the_first_python_that_will_do_is_taken(kit: Kit) -> None:
    kit.write_program("bin/python3.13", "#!/bin/sh\nexit 127\n")
    kit.write_program("bin/python3.12", OLD)
    kit.write_program("bin/python3.11", STAND_IN)
    kit.write_program("bin/python3", "#!/bin/sh\nexit 1\n")
    result = kit.make("setup", PATH=f"{kit.folder / 'bin'}:{os.environ['PATH']}")
    assert result.returncode == 0, result.stderr
    assert kit.count("-m venv") == 1


def test_a_missing_venv_module_is_said_in_one_line(kit: Kit) -> None:
    line = only_line(kit.make("lab", "PYTHON=./stand-in", refused="import ensurepip"))
    assert "venv module is missing" in line
    assert "python3-venv" in line


def test_a_failed_install_is_said_in_one_line_and_goes_on_next_time(kit: Kit) -> None:
    line = only_line(kit.make("lab", "PYTHON=./stand-in", refused="-r requirements.lock"))
    assert "for want of network or disk space" in line
    assert "words of the tool" in (kit.folder / ".venv/install.log").read_text()
    assert kit.count("jupyterlab") == 0

    assert kit.make("setup", "PYTHON=./stand-in").returncode == 0
    assert kit.count("-m venv") == 0, "what is there already is used"
    assert kit.count("-r requirements.lock") == 1


def test_the_real_pip_without_network_is_said_in_one_line(kit: Kit) -> None:
    nowhere = "PIP_ARGS=--index-url http://127.0.0.1:9/ --retries 0 --timeout 2"
    line = only_line(
        kit.make("lab", f"PYTHON={sys.executable}", nowhere, PIP_CONFIG_FILE=os.devnull)
    )
    assert "for want of network or disk space" in line
    assert "No matching distribution" in (kit.folder / ".venv/install.log").read_text()


def test_lab_sets_up_assembles_and_opens_chapter_00(kit: Kit) -> None:
    result = kit.make(
        "lab", "PYTHON=./stand-in", "PIP_ARGS=--prefer-binary", "LAB_ARGS=--no-browser"
    )
    assert result.returncode == 0, result.stderr
    order = [
        "-m venv --clear .venv",
        "-m pip install --prefer-binary -r requirements.lock",
        "-m pip install --no-deps --no-build-isolation -e .",
        "assemble",
        "-m jupyterlab --ServerApp.root_dir=. --no-browser notebooks/00_start_here.ipynb",
    ]
    assert [call for call in kit.calls if not call.startswith("-c")] == order


def test_the_second_call_does_not_install_again(kit: Kit) -> None:
    kit.make("setup", "PYTHON=./stand-in")
    assert kit.count("pip install") == 2
    kit.make("setup", "PYTHON=./stand-in")
    assert kit.calls == ["assemble"]


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_is_installed_into_the_same_environment(kit: Kit, name: str) -> None:
    kit.make("setup", "PYTHON=./stand-in")
    stamp = kit.folder / ".venv/installed"
    later = stamp.stat().st_mtime + 10
    os.utime(kit.folder / name, (later, later))
    kit.make("setup", "PYTHON=./stand-in")
    assert kit.count("-r requirements.lock") == 1
    assert kit.count("-m venv") == 0


def test_a_moved_folder_is_set_up_again(kit: Kit) -> None:
    kit.make("setup", "PYTHON=./stand-in")
    kit.folder = kit.folder.rename(kit.folder.with_name("moved"))
    kit.make("setup", "PYTHON=./stand-in")
    assert kit.count("-e .") == 1


PARTS = ["tests --ignore=tests/browser", "--nbval-current-env", "tests/browser"]


def parts_run(calls: list[str]) -> list[str]:
    return [call for call in calls if "-m pytest" in call]


@pytest.mark.parametrize("failing", ["", "--ignore=tests/browser", "--nbval", "loadfile tests/bro"])
def test_make_test_runs_all_parts_and_fails_if_any_part_does(kit: Kit, failing: str) -> None:
    kit.make("setup", "PYTHON=./stand-in")
    result = kit.make("test", "PYTHON=./stand-in", refused=failing)
    parts = parts_run(kit.calls)
    assert len(parts) == 3
    assert all(part in call for part, call in zip(PARTS, parts, strict=True))
    assert (result.returncode != 0) == bool(failing)


def test_make_test_fast_leaves_out_the_browser_and_what_is_slow(kit: Kit) -> None:
    kit.make("setup", "PYTHON=./stand-in")
    assert kit.make("test-fast").returncode == 0
    (part,) = parts_run(kit.calls)
    assert "-m not slow tests --ignore=tests/browser" in part
    assert kit.make("test-fast", refused="not slow").returncode != 0


def test_make_alone_tells_what_there_is(kit: Kit) -> None:
    printed = kit.make().stdout
    for target in ("lab", "test", "test-fast", "tour"):
        assert f"make {target} " in printed
    assert kit.calls == []
