"""Every chapter, found by rule, runs in a real JupyterLab without network and without a fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lab import Chapter

FOLDER = Path(__file__).parents[2] / "notebooks"
CHAPTERS = sorted(FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_runs_in_lab(path: Path, open_chapter: Callable[[Path], Chapter]) -> None:
    chapter = open_chapter(path)
    chapter.run_all()
    assert chapter.faults() == []


def test_there_are_chapters() -> None:
    assert CHAPTERS, f"no notebook in {FOLDER}"
