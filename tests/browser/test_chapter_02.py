"""Chapter 02's budget is operated: every control changes the answer on the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lab import Chapter
from playwright.sync_api import Locator, expect

CHAPTER = Path(__file__).parents[2] / "notebooks/02_loading_bfloat16.ipynb"


def control(view: Locator, name: str) -> Locator:
    """Return the row of a control by the words before it."""
    return view.locator(".widget-inline-hbox").filter(has_text=name).first


def test_the_budget_answers_every_control(open_chapter: Callable[[Path], Chapter]) -> None:
    chapter = open_chapter(CHAPTER)
    for needed in ("import random", "config = config_70b()", "BudgetView("):
        chapter.run_cell(chapter.find_cell(needed))
    view = chapter.cell(chapter.find_cell("BudgetView(session.config)"))
    answer = view.locator(".widget-html-content")
    expect(answer).to_contain_text("It fits: it needs 68.8 GiB of 78.0 GiB each.")

    view.get_by_label("machine").select_option("one 24 GB card")
    expect(answer).to_contain_text("It does not fit: it needs 135.7 GiB of 23.0 GiB.")
    expect(answer).to_contain_text("8 such cards")

    view.get_by_label("machine").select_option("this machine")
    expect(answer).to_contain_text("this machine, 1 x 8,192 tokens")
    expect(answer).to_contain_text("of it free.")

    view.get_by_label("machine").select_option("two 80 GB cards")
    expect(answer).to_contain_text("two 80 GB cards, 1 x 8,192 tokens in bfloat16")
    view.get_by_label("dtype").select_option("4-bit")
    expect(answer).to_contain_text("1 x 8,192 tokens in 4-bit")

    tokens = control(view, "tokens").locator(".noUi-handle")
    tokens.press("ArrowRight")
    expect(answer).to_contain_text("1 x 16,384 tokens in 4-bit")

    at_once = control(view, "at once").locator(".noUi-handle")
    at_once.press("ArrowRight")
    expect(answer).to_contain_text("2 x 16,384 tokens in 4-bit")

    view.get_by_label("model").select_option("Llama 3.1 8B")
    expect(answer).to_contain_text("It fits")
    assert [fault for fault in chapter.faults() if "was not run" not in fault] == []
