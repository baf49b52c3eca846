"""Chapter 04's three views are operated: merges are stepped, text is typed, entries searched."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from pathlib import Path

import nbformat
from lab import Chapter
from playwright.sync_api import Locator, expect

from llama_explore import vocab
from llama_explore.vocab.token_html import show_token
from llama_explore.vocab.vocabulary_view import search_entries

CHAPTER = Path(__file__).parents[2] / "notebooks/04_tokenizer_vocabulary.ipynb"
Open = Callable[[Path], Chapter]
HOSTILE = "<img src=x onerror='document.title=\"run\"'><script>document.title='run'</script>"


JUMPS = """async (list, jumps) => {
    // From the moment the page hears of a jump until it is painted with the rows that are there.
    const jump = row => new Promise(done => {
        list.addEventListener('scroll', () => {
            const began = performance.now();
            requestAnimationFrame(() => {  // comes after the view's own, which draws
                window.addEventListener(
                    'message', () => done(performance.now() - began), { once: true });
                window.postMessage('painted', '*');
            });
        }, { once: true });
        list.scrollTop = row * 24;
    });
    const frames = [];
    for (const row of jumps) frames.push(await jump(row));
    return frames;
}"""
LATE = """
from llama_explore.vocab.vocabulary_view import VocabularyView, pack_entries

class Late(VocabularyView):
    def _send_data(self, *_):
        "Let the page wait for its data."

late = Late("needle")
late
"""
TEN_ROWS = [128_000, 7, 64_000, 100_256, 31_000, 90_000, 279, 120_000, 45_678, 77_777]


def start(open_chapter: Open, source: str) -> tuple[Chapter, Locator]:
    """Run what the views need, then the cell with one of them."""
    chapter = open_chapter(CHAPTER)
    for needed in ("from llama_explore import open_session", "entries = vocab.table()", source):
        chapter.run_cell(chapter.find_cell(needed))
    return chapter, chapter.cell(chapter.find_cell(source)).locator(".vocab-view")


def assert_no_fault(chapter: Chapter) -> None:
    assert [fault for fault in chapter.faults() if "was not run" not in fault] == []


def test_merges_are_stepped_through(open_chapter: Open) -> None:
    chapter, view = start(open_chapter, "MergeView(")
    boxes = view.locator(".vocab-box")
    expect(boxes).to_have_text(list("·unbelievably"))
    expect(view.locator(".vocab-gap.next")).to_have_text("301")

    view.get_by_role("button", name="next merge").click()
    expect(boxes).to_have_count(12)
    expect(view).to_contain_text("Merge 1 of 11 made “el”. Lowest rank now: 359, “un”.")
    expect(view.locator(".newest text")).to_have_text("el")

    view.get_by_role("button", name="last").click()
    expect(boxes).to_have_text(["·unbelie", "vably"])
    expect(view).to_contain_text("No pair left makes an entry.")

    view.get_by_role("slider", name="step").press("ArrowLeft")
    expect(boxes).to_have_text(["·unbelie", "v", "ably"])
    view.get_by_role("button", name="first").click()
    expect(boxes).to_have_count(13)
    view.get_by_role("button", name="play").click()
    expect(boxes).to_have_count(11)
    view.get_by_role("button", name="pause").click()
    expect(view.get_by_role("button", name="play")).to_be_visible()
    assert_no_fault(chapter)


def test_a_typed_text_shows_tokens_ids_bytes_and_tree(open_chapter: Open) -> None:
    chapter, view = start(open_chapter, "TokenView(")
    box, tokens = view.get_by_role("textbox", name="text"), view.locator(".vocab-token")
    box.fill("Ahoy unbelievably 🦙")
    expected = vocab.explain("Ahoy unbelievably 🦙")
    pairs = zip(expected.tokens, expected.token_ids, strict=True)
    shown = [f"{show_token(token)}{token_id}" for token, token_id in pairs]
    expect(tokens).to_have_text(shown)
    expect(view).to_contain_text(f"{len(shown)} tokens, 3 pieces, 22 bytes")

    tokens.filter(has_text="vably").click()
    detail = view.locator(".vocab-detail")
    expect(detail).to_contain_text("76 61 62 6c 79")
    expect(detail).to_contain_text("11 merges, ranks 301, 359")
    expect(detail.locator(".vocab-tree text").filter(has_text="vably")).to_be_visible()
    detail.get_by_role("button", name="first").click()
    expect(detail.locator(".vocab-box")).to_have_text(list("·unbelievably"))

    # Letters that are commands of Lab when no one types: they must arrive in the box.
    box.fill("")
    box.press_sequentially("add ")
    expect(tokens).to_have_text(["add723", "·220"])

    box.fill("<|eot_id|>")
    expect(tokens).to_have_text(["<|eot_id|>128009"])
    view.get_by_role("checkbox").uncheck()
    ids = vocab.explain("<|eot_id|>", allow_special=False).token_ids
    expect(tokens).to_have_count(len(ids))
    assert_no_fault(chapter)


def test_html_that_is_typed_is_shown_and_never_run(open_chapter: Open) -> None:
    chapter, view = start(open_chapter, "TokenView(")
    title = chapter.page.title()
    view.get_by_role("textbox", name="text").fill(HOSTILE)
    tokens = view.locator(".vocab-token")
    expect(tokens).to_have_count(len(vocab.explain(HOSTILE).token_ids))
    for n in range(tokens.count()):
        tokens.nth(n).click()
    assert view.locator("img, script, b").count() == 0
    chapter.page.wait_for_timeout(500)
    assert chapter.page.title() == title
    view.get_by_role("textbox", name="text").fill("llama " * 2_000)
    expect(view.get_by_role("alert")).to_contain_text("12,000 characters")
    assert_no_fault(chapter)


def test_all_entries_are_searched_and_scrolled(open_chapter: Open) -> None:
    chapter, view = start(open_chapter, "VocabularyView(")
    lines, count = view.locator(".vocab-line"), view.locator("p")
    expect(count).to_have_text(f"{len(search_entries('needle'))} of 128,256 entries")

    field = view.get_by_role("searchbox", name="search")
    for query in ("light", "LIGHT", " the", "ç", "#128009", "hex:e0 a4", "<script", "zzzzzz"):
        field.fill(query)
        expect(count).to_have_text(f"{len(search_entries(query)):,} of 128,256 entries")
    field.fill("#128009")
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("<|eot_id|>")
    expect(lines).to_contain_text("special")

    field.fill("")
    expect(count).to_have_text("128,256 of 128,256 entries")
    box = view.locator(".vocab-list")
    box.press("End")
    expect(lines.last).to_contain_text("128,255")
    # Only what is in view is drawn, wherever one looks, and that at once.
    table = vocab.table()
    for row in (0, 60_000, 127_990, 100_617, 5):
        box.evaluate("(list, top) => { list.scrollTop = top; }", row * 24)
        line = lines.filter(has=chapter.page.get_by_text(f"{row:,}", exact=True)).first
        expect(line).to_be_visible()
        expect(line.locator("code")).to_have_text(show_token(table.bytes[row]))
        expect(line).to_contain_text(table.hex[row])
        assert lines.count() < 60

    view.get_by_label("kind").select_option("digits")
    n_digits = len(search_entries(kind="digits"))
    expect(count).to_have_text(f"{n_digits:,} of 128,256 entries")
    view.get_by_label("script").select_option("Thai")
    expect(count).to_have_text("0 of 128,256 entries")
    view.get_by_label("kind").select_option("word")
    expect(count).to_have_text(
        f"{len(search_entries(kind='word', script='Thai')):,} of 128,256 entries"
    )
    view.get_by_label("longest first").check()
    longest = search_entries(kind="word", script="Thai").length.max()
    expect(lines.first.locator(".number").nth(1)).to_have_text(str(longest))
    assert_no_fault(chapter)


def test_a_jump_to_any_row_is_drawn_in_a_moment(open_chapter: Open) -> None:
    chapter, view = start(open_chapter, "VocabularyView(")
    view.get_by_role("searchbox", name="search").fill("")
    expect(view.locator("p")).to_have_text("128,256 of 128,256 entries", timeout=30_000)
    frames = view.locator(".vocab-list").evaluate(JUMPS, TEN_ROWS)
    print("milliseconds:", [round(each, 1) for each in frames])
    assert len(frames) == 10
    # On two busy cores without a GPU it is 25 to 60. A thousand rows would take far longer.
    assert statistics.median(frames) <= 150
    expect(view.locator(".vocab-line").filter(has_text="77,777")).to_be_visible()
    assert_no_fault(chapter)


def test_what_is_typed_before_the_entries_come_is_looked_for_then(
    open_chapter: Open, tmp_path: Path
) -> None:
    cells = [LATE.strip(), "late.send(*pack_entries())", "print(late.query, late.kind)"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    path = tmp_path / "late.ipynb"
    nbformat.write(notebook, path)
    chapter = open_chapter(path)
    chapter.run_cell(0)
    view = chapter.cell(0).locator(".vocab-view")
    field, count = view.get_by_role("searchbox", name="search"), view.locator("p")
    expect(count).to_have_text("The entries are on their way ...")
    expect(field).to_have_value("needle")
    field.fill("light")
    chapter.run_cell(1)
    expect(count).to_have_text(f"{len(search_entries('light')):,} of 128,256 entries")
    expect(field).to_have_value("light")
    chapter.page.wait_for_timeout(600)  # the page tells Python when the typing rests
    assert chapter.run_cell(2) == "light any\n"
    assert_no_fault(chapter)


def test_the_page_and_python_show_every_kind_of_entry_alike(open_chapter: Open) -> None:
    """Odd entries: control characters, cut letters, wide spaces, marks, right-to-left letters."""
    chapter, view = start(open_chapter, "VocabularyView(")
    field, lines = view.get_by_role("searchbox", name="search"), view.locator(".vocab-line")
    table = vocab.table()
    odd = [188, 11_410, 100_617, 124, 14_750, 22_172, 100_260, 3_001, 58_040]
    cut = table[table.kind == "partial UTF-8"].id.sample(6, random_state=4).tolist()
    other = table[table.script.isin(["Arabic", "Thai", "Devanagari"])].id
    for token_id in [*odd, *cut, *other.sample(6, random_state=4).tolist()]:
        field.fill(f"#{token_id}")
        expect(lines).to_have_count(1)
        shown = lines.locator("code").evaluate("code => code.textContent")
        assert shown == show_token(table.bytes[token_id]), token_id
    assert_no_fault(chapter)


def test_untrusted_or_without_a_kernel_each_view_has_its_still_form(open_chapter: Open) -> None:
    chapter = open_chapter(CHAPTER)
    for source, words in (
        ("MergeView(", "rank 40,037"),
        ("TokenView(", "128009"),
        ("VocabularyView(", "of 128,256 entries"),
    ):
        cell = chapter.cell(chapter.find_cell(source))
        expect(cell.locator(".jp-OutputArea-output table").first).to_contain_text(
            re.compile(r"id|merge")
        )
        expect(cell.locator(".jp-OutputArea")).to_contain_text(words)
    assert_no_fault(chapter)
