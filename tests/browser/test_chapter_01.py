"""The checklist of chapter 01 is operated: each press of its button shows the next morning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
from lab import Chapter

NOTEBOOK = Path(__file__).parents[2] / "notebooks/01_gated_access.ipynb"
MORNINGS = ("licence-not-requested", "pending", "expired-token", "granted", "downloaded")


def test_the_checklist_is_pressed_to_the_end(
    open_chapter: Callable[[Path], Chapter], tmp_path: Path
) -> None:
    # Only the cells it needs: the whole chapter is run by another test.
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.id in ("session", "checklist-view", "checklist-status")
    ]
    nbformat.write(notebook, tmp_path / NOTEBOOK.name)
    chapter = open_chapter(tmp_path / NOTEBOOK.name)
    chapter.run_all()
    assert chapter.faults() == []
    status = chapter.find_cell("checklist.found.status")
    assert chapter.text_of(status) == "The checklist stops at: no-token\n"

    view = chapter.cell(chapter.find_cell("AccessView(rosa)"))
    for morning in MORNINGS:
        view.get_by_role("button", name="look again").click()
        view.locator(".jp-OutputArea-output b", has_text=morning).wait_for()
        view.get_by_role("button", name="look again").wait_for()
    assert view.locator("td", has_text="✓").count() == 11
    assert chapter.run_cell(status) == "The checklist stops at: downloaded\n"
    assert chapter.faults() == []


def test_an_untrusted_notebook_shows_the_checklist_as_a_table(
    open_chapter: Callable[[Path], Chapter],
) -> None:
    chapter = open_chapter(NOTEBOOK)
    view = chapter.cell(chapter.find_cell("AccessView(rosa)"))
    view.locator("td", has_text="there is a token, where one is needed").wait_for()
    assert view.locator("td", has_text="→").count() == 1
    assert view.get_by_role("button", name="look again").count() == 0
