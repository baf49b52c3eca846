"""Chapters as `make tour` leaves them are read in a browser that runs no JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from llama_explore import tour
from llama_explore.chat import RULES
from llama_explore.vocab.token_html import COLOURS

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = ("03_chat_templates", "04_tokenizer_vocabulary")
LIVE = ("ChatEditor(", "MergeView(", "TokenView(", "VocabularyView(")

LOOK = """() => {
    const within = '.jp-OutputArea-output ';
    const see = node => {
        const { width, height } = node.getBoundingClientRect();
        const style = getComputedStyle(node);
        return {
            text: node.innerText, width, height, colour: style.backgroundColor,
            line: style.borderLeftStyle, wide: node.naturalWidth || 0,
        };
    };
    const find = selector => [...document.querySelectorAll(within + selector)].map(see);
    return {
        text: document.body.innerText,
        spans: find('span[style*=background]'), lines: find('span[style*=border-left]'),
        tables: find('table'), images: find('img'),
    };
}"""


def rgb(colour: str) -> str:
    """Return ``#b3e3d2`` as a browser tells it: ``rgb(179, 227, 210)``."""
    return f"rgb({', '.join(str(int(colour[n : n + 2], 16)) for n in (1, 3, 5))})"


@pytest.fixture(scope="module", params=NAMES)
def chapter(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(
        NOTEBOOKS / f"{request.param}.ipynb", as_version=4
    )
    notebook.metadata["name"] = request.param
    return notebook


@pytest.fixture(scope="module")
def file(chapter: nbformat.NotebookNode, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, made of the stored outputs: nothing is executed."""
    name = chapter.metadata["name"]
    file = tmp_path_factory.mktemp("pages") / f"{name}.html"
    file.write_text(tour.render_page(chapter, NOTEBOOKS / f"{name}.ipynb"), encoding="utf-8")
    return file


def open_page(browser: Browser, file: Path, *, scripts: bool) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=scripts, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    yield page
    context.close()


@pytest.fixture(scope="module")
def page(browser: Browser, file: Path) -> Iterator[Page]:
    yield from open_page(browser, file, scripts=False)


@pytest.fixture(scope="module")
def seen(page: Page) -> Any:
    return page.evaluate(LOOK)


def list_html(chapter: nbformat.NotebookNode) -> list[str]:
    """Return the stored HTML of all outputs."""
    return [
        "".join(output.data["text/html"])
        for cell in chapter.cells
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]


def test_the_browser_runs_no_script(browser: Browser, tmp_path: Path) -> None:
    """Otherwise the other tests would prove nothing."""
    file = tmp_path / "script.html"
    file.write_text("<title>still</title><script>document.title = 'run'</script>")
    for scripts, title in ((False, "still"), (True, "run")):
        for page in open_page(browser, file, scripts=scripts):
            assert page.title() == title


def test_what_is_seen_is_the_same_with_scripts(browser: Browser, file: Path, seen: Any) -> None:
    for page in open_page(browser, file, scripts=True):
        assert page.evaluate(LOOK) == seen


def test_colours_are_seen(chapter: nbformat.NotebookNode, seen: Any) -> None:
    html = "".join(list_html(chapter))
    used = {colour for colour in (*COLOURS, *(r.colour for r in RULES.values())) if colour in html}
    assert len(used) >= 4
    visible = {each["colour"] for each in seen["spans"] if each["width"] and each["height"]}
    assert visible >= {rgb(colour) for colour in used if re.search(f"<span[^>]*{colour}", html)}
    assert len(seen["spans"]) == len(re.findall(r"<span style='[^']*background", html)) >= 30
    assert len(seen["lines"]) == html.count("<span style='border-left")
    assert {each["line"] for each in seen["lines"]} <= {"solid"}


def test_tables_and_pictures_are_seen(chapter: nbformat.NotebookNode, seen: Any) -> None:
    assert len(seen["tables"]) == sum(html.count("<table") for html in list_html(chapter)) >= 5
    assert all(each["width"] > 50 and each["height"] > 20 for each in seen["tables"])
    outputs = [output for cell in chapter.cells for output in cell.get("outputs", [])]
    n_pictures = sum("image/png" in output.get("data", {}) for output in outputs)
    assert len(seen["images"]) == n_pictures
    assert all(each["wide"] > 300 and each["height"] > 100 for each in seen["images"])


def test_each_live_part_has_its_still_form(chapter: nbformat.NotebookNode, page: Page) -> None:
    live = [cell.source for cell in chapter.cells if cell.source.split("\n")[-1].startswith(LIVE)]
    assert len(live) == sum(name in cell for cell in live for name in LIVE) >= 1
    for source in live:
        cell = page.locator(".jp-CodeCell").filter(has_text=source.split("\n")[-1])
        expect(cell.locator(".jp-OutputArea-output table")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("model_id")


def test_hints_are_folded_and_open_at_a_click(page: Page) -> None:
    hint = page.locator("details").first
    expect(hint.locator("p").first).to_be_hidden()
    hint.locator("summary").click()
    expect(hint.locator("p").first).to_be_visible()


def test_no_formula_waits_for_a_script(chapter: nbformat.NotebookNode) -> None:
    """The page has no MathJax: what stands between dollar signs would be shown as TeX."""
    prose = [re.sub(r"`[^`]*`", "", c.source) for c in chapter.cells if c.cell_type == "markdown"]
    assert not any("$" in text or "\\(" in text for text in prose)
