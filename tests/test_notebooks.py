"""Every notebook in the repository, found by rule, keeps to every rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from chapter_rules import CHAPTER_RULES
from notebook_rules import RULES, Page

FOLDER = Path(__file__).parents[1] / "notebooks"
CHAPTERS = sorted(FOLDER.glob("*.ipynb"))
SOLUTIONS = sorted((FOLDER / "solutions").glob("*.ipynb"))


def name(path: Path) -> str:
    return str(path.relative_to(FOLDER))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("path", [*CHAPTERS, *SOLUTIONS], ids=name)
def test_the_notebook_keeps_to_the_rule(path: Path, rule: str) -> None:
    assert list(RULES[rule](Page(path))) == []


@pytest.mark.parametrize("rule", CHAPTER_RULES)
@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_the_chapter_has_the_form(path: Path, rule: str) -> None:
    assert list(CHAPTER_RULES[rule](Page(path))) == []


def test_the_notebooks_are_found() -> None:
    assert CHAPTERS[0].name == "00_start_here.ipynb"
    assert [int(path.name[:2]) for path in CHAPTERS] == list(range(len(CHAPTERS)))
    assert {path.name for path in SOLUTIONS} <= {path.name for path in CHAPTERS}


def test_no_notebook_lies_elsewhere() -> None:
    """What lies in another folder would be run by nbval but held to no rule."""
    found = {path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts}
    assert found == {*CHAPTERS, *SOLUTIONS}
