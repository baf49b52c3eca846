"""Code and notebooks keep the house style, and the package's types hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["ruff", "check", "--no-cache", "."], id="ruff check"),
        pytest.param(["ruff", "format", "--no-cache", "--check", "."], id="ruff format"),
        pytest.param(["mypy"], id="mypy strict"),
    ],
)
def test_the_checker_finds_nothing(arguments: list[str]) -> None:
    found = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_ruff_also_reads_the_notebooks() -> None:
    """A setting that left notebooks out would turn the tests above into nothing."""
    listed = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--show-files", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    for path in [*(ROOT / "notebooks").rglob("*.ipynb"), *(ROOT / "llama_explore").rglob("*.py")]:
        if ".ipynb_checkpoints" not in path.parts:
            assert str(path) in listed
