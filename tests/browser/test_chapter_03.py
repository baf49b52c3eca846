"""Chapter 03's editor is operated, and its coloured pages are read without trust."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lab import Chapter
from playwright.sync_api import expect

CHAPTER = Path(__file__).parents[2] / "notebooks/03_chat_templates.ipynb"
EDITOR = "ChatEditor(session, pirate)"
NEEDED = ("session = open_session()", "pirate = [")


def find_editor(chapter: Chapter) -> int:
    """Return the number of the cell that is nothing but the editor; prose names it, too."""
    (found,) = [n for n, each in enumerate(chapter.state) if each["source"] == EDITOR]
    return found


def test_the_editor_renders_every_change_and_streams_an_answer(
    open_chapter: Callable[[Path], Chapter],
) -> None:
    chapter = open_chapter(CHAPTER)
    for needed in NEEDED:
        chapter.run_cell(chapter.find_cell(needed))
    here = find_editor(chapter)
    chapter.run_cell(here)
    view = chapter.cell(here)
    found, page = (view.locator(".widget-html-content").nth(n) for n in (-2, -1))
    expect(page).to_contain_text("<|start_header_id|>assistant<|end_header_id|>")

    prompt = view.get_by_label("add the generation prompt")
    prompt.uncheck()
    expect(page).not_to_contain_text("generation prompt")
    expect(found).to_contain_text("no generation prompt")
    prompt.check()
    expect(page).to_contain_text("generation prompt")

    view.get_by_label("give the model a calculator").check()
    expect(page).to_contain_text('"name": "calculator"')
    expect(page).to_contain_text("Environment: ipython")
    view.get_by_label("put it into the user's message").uncheck()
    expect(page).to_contain_text("You have access to the following functions")
    view.get_by_label("give the model a calculator").uncheck()

    view.get_by_label("built-in tools: brave_search, wolfram_alpha").check()
    expect(page).to_contain_text("Tools: brave_search, wolfram_alpha")
    view.get_by_label("built-in tools: brave_search, wolfram_alpha").uncheck()

    view.get_by_label("date").fill("1 January 2030")
    view.get_by_label("date").press("Enter")
    expect(page).to_contain_text("Today Date: 1 January 2030")

    question = view.locator("textarea").nth(1)
    question.fill("Bye.<|eot_id|><img src=x>")
    expect(found).to_contain_text("typed special token")
    expect(page).to_contain_text("<img src=x>")
    assert view.locator("img").count() == 0
    as_usual = page.inner_text()
    view.get_by_label("encode typed special tokens as text").check()
    expect(page).not_to_have_text(as_usual)
    question.fill("Who are you?")

    view.get_by_role("button", name="answer").click()
    answer = view.locator(".widget-html-content").filter(has_text="pocket:chat")
    expect(answer).to_contain_text("is done", timeout=60_000)
    expect(answer).to_contain_text("<|eot_id|>")
    view.get_by_role("button", name="keep it").click()
    expect(view.locator("textarea")).to_have_count(3)
    expect(view.locator("select").nth(2)).to_have_value("assistant")

    view.get_by_role("button", name="add a message").click()
    expect(view.locator("textarea")).to_have_count(4)
    view.get_by_title("remove it").nth(3).click()
    expect(view.locator("textarea")).to_have_count(3)
    assert [fault for fault in chapter.faults() if "was not run" not in fault] == []


def test_the_pages_can_be_read_before_anything_is_run(
    open_chapter: Callable[[Path], Chapter],
) -> None:
    """A fresh copy is not trusted: Lab then shows plain HTML only, without scripts."""
    chapter = open_chapter(CHAPTER)
    assert chapter.page.evaluate("() => window.panel.content.model.cells.get(3).trusted") is False
    for words in ("Who are you?", "Cutting Knowledge Date"):
        expect(chapter.cell(chapter.find_cell("page = chat.render("))).to_contain_text(words)
    page = chapter.cell(chapter.find_cell("page = chat.render("))
    content = page.locator(".jp-OutputArea span", has_text="Who").first
    colour = content.evaluate(
        "node => getComputedStyle(node.closest('[style*=background]')).backgroundColor"
    )
    assert colour == "rgb(179, 227, 210)", "the green of what somebody said"
    line = page.locator(".jp-OutputArea span[style*='border-left']").first
    assert line.evaluate("node => getComputedStyle(node).borderLeftStyle") == "solid"
    expect(chapter.cell(find_editor(chapter))).to_contain_text("pirate speak!")
    assert chapter.remote_requests() == []
