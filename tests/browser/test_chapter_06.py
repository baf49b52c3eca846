"""Chapter 06's bench is operated in a real JupyterLab: every control changes what is looked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lab import Chapter
from playwright.sync_api import Locator, expect

CHAPTER = Path(__file__).parents[2] / "notebooks/06_long_context_probing.ipynb"
BENCH = "probes.ProbeBench(session)"
LOOK_MILLISECONDS = 90_000


def press(view: Locator, name: str = "look for it") -> None:
    """Press a button and wait until the look is over; meanwhile both buttons must rest.

    A look may take less time than one question of the test: the page itself keeps what it saw.
    """
    view.evaluate(
        """cell => {
            cell.rested = []
            const look = () => {
                const buttons = [...cell.querySelectorAll(".jp-OutputArea-output button")]
                if (buttons.some(button => button.textContent === "looking ..."))
                    cell.rested.push(buttons.map(button => button.disabled))
            }
            const watched = {subtree: true, childList: true, attributes: true, characterData: true}
            new MutationObserver(look).observe(cell, watched)
        }"""
    )
    view.get_by_role("button", name=name).click()
    view.page.wait_for_function(
        "cell => cell.rested.length > 0", arg=view.element_handle(), timeout=LOOK_MILLISECONDS
    )
    done = view.get_by_role("button", name="look for it")
    expect(done).to_be_enabled(timeout=LOOK_MILLISECONDS)
    rested = view.evaluate("cell => cell.rested")
    assert [True, True] in rested, f"both buttons must rest during a look, seen: {rested}"


def handle(view: Locator, name: str) -> Locator:
    """Return the handle of a slider by the words before it."""
    row = view.locator(".widget-inline-hbox").filter(has_text=name)
    return row.first.locator(".noUi-handle")


def test_the_bench_hides_and_finds_what_its_controls_say(
    open_chapter: Callable[[Path], Chapter],
) -> None:
    chapter = open_chapter(CHAPTER)
    for needed in ("session = open_session()", BENCH):
        chapter.run_cell(chapter.find_cell(needed))
    view = chapter.cell(chapter.find_cell(BENCH))
    said, answer = (view.locator(".widget-html-content").nth(n) for n in (0, 1))
    picture = answer.locator("img")
    expect(answer).to_contain_text("480 tokens")
    expect(answer.locator("b", has_text="right")).to_have_css("color", "rgb(0, 114, 178)")
    assert picture.evaluate("img => img.complete && img.naturalWidth > 200")
    names = ("statement", "question", "value")
    fields = {name: view.get_by_label(name, exact=True) for name in names}
    for field in fields.values():
        expect(field).to_be_disabled()

    first, seen = answer.inner_text(), picture.get_attribute("src")
    press(view, "another needle")
    expect(view.get_by_label("seed")).to_have_value("1")
    expect(answer).not_to_have_text(first)
    assert picture.get_attribute("src") != seen

    handle(view, "length").press("ArrowLeft")
    handle(view, "depth").press("Home")
    press(view)
    expect(answer).to_contain_text("224 tokens")
    expect(answer.locator("tr", has_text="at depth")).to_contain_text("0.0 %")

    for task in ("word", "tokens"):
        hidden = answer.locator("tr").first.inner_text()
        view.get_by_label("hide", exact=True).select_option(task)
        press(view)
        expect(answer.locator("tr").first).not_to_have_text(hidden)

    view.get_by_label("hide", exact=True).select_option("a sentence of your own")
    expect(fields["value"]).to_be_enabled()
    fields["value"].fill("<b>organ</b>")
    kept = answer.inner_text()
    view.get_by_role("button", name="look for it").click()
    expect(said).to_contain_text("The value '<b>organ</b>' does not stand in the needle")
    assert said.locator("b").count() == 0 and answer.inner_text() == kept

    # A letter of these may be a command of Lab; typed into a field it is a letter.
    fields["statement"].fill("")
    fields["statement"].press_sequentially("Aunt Rosa keeps the red ladder behind the barn.")
    fields["question"].fill("Where does Aunt Rosa keep the red ladder?")
    fields["value"].fill("barn")
    press(view)
    expect(said).to_have_text("")
    expect(answer).to_contain_text("Aunt Rosa keeps the red ladder behind the barn.")
    expect(answer).to_contain_text("Where does Aunt Rosa keep the red ladder?")
    assert [fault for fault in chapter.faults() if "was not run" not in fault] == []


def test_the_bench_is_a_picture_before_anything_is_run(
    open_chapter: Callable[[Path], Chapter],
) -> None:
    """A fresh copy is not trusted: Lab then shows no widget, but the still picture."""
    chapter = open_chapter(CHAPTER)
    view = chapter.cell(chapter.find_cell(BENCH))
    picture = view.locator(".jp-OutputArea-output img")
    expect(picture).to_be_visible()
    assert picture.evaluate("img => img.naturalWidth > 300")
    assert view.get_by_role("button", name="look for it").count() == 0
    assert chapter.remote_requests() == []
