"""Chapter 05's explorer and bertviz are operated in a real JupyterLab, without network."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from lab import Chapter
from playwright.sync_api import Locator, expect

CHAPTER = Path(__file__).parents[2] / "notebooks/05_grouped_query_attention.ipynb"
BLUE, ORANGE = "#0072b2", "#d55e00"

LARGE = """
import torch
from llama_explore import attention
from llama_explore.attention_view import HeadExplorer, Scene

scores = 3 * torch.randn(2, 1, 64, 128, 128, generator=torch.Generator().manual_seed(0))
weights = scores.masked_fill(torch.ones(128, 128).triu(1).bool(), -torch.inf).softmax(-1)
rows = attention.AttentionRows(weights, (0, 1), tuple(range(128)), 8)
tokens = ["<script>alert(1)</script>", *(f"·token{i}" for i in range(1, 128))]
HeadExplorer(Scene(rows, tuple(tokens)))
"""

FRAMES = """async (view) => {
    // From the moment a frame's work begins until the page is painted, for each token.
    const spans = [...view.querySelectorAll('.heads-tokens span')];
    const painted = () => new Promise(done => {
        window.addEventListener('message', done, { once: true });
        window.postMessage('painted', '*');
    });
    const frames = [];
    for (const span of spans) {
        span.dispatchEvent(new PointerEvent('pointermove', { bubbles: true }));
        await new Promise(requestAnimationFrame);  // its callback comes after the view's own
        const work = performance.getEntriesByName('head-explorer').at(-1);
        await painted();
        frames.push(performance.now() - work.startTime);
    }
    return frames;
}"""


def faults_of(chapter: Chapter) -> list[str]:
    return [fault for fault in chapter.faults() if "was not run" not in fault]


@pytest.fixture
def large(open_chapter: Callable[[Path], Chapter], tmp_path: Path) -> tuple[Chapter, Locator]:
    """An explorer of 64 heads on 128 tokens, in a notebook of its own."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(LARGE.strip())])
    # Without a kernel's name Lab would ask for one.
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    path = tmp_path / "large.ipynb"
    nbformat.write(notebook, path)
    chapter = open_chapter(path)
    chapter.run_cell(0)
    view = chapter.cell(0).locator(".heads-view")
    expect(view.locator(".heads-said")).to_contain_text("looks at")
    return chapter, view


def test_the_explorer_answers_mouse_and_keyboard(
    open_chapter: Callable[[Path], Chapter],
) -> None:
    chapter = open_chapter(CHAPTER)
    for needed in (
        "session = open_session()",
        "scores = attention.score_heads",
        "view.HeadExplorer(",
    ):
        chapter.run_cell(chapter.find_cell(needed))
    view = chapter.cell(chapter.find_cell("view.HeadExplorer(")).locator(".heads-view")
    said, tokens = view.locator(".heads-said"), view.locator(".heads-tokens")
    expect(said).to_contain_text("“·is”")

    tokens.get_by_title("position 7", exact=True).hover()
    expect(said).to_contain_text("at position 7 looks at")
    expect(tokens.locator("[aria-selected]")).to_have_attribute("title", "position 7")
    tokens.press("ArrowRight")
    expect(said).to_contain_text("at position 8 looks at")
    tokens.press("End")
    before = said.inner_text()

    heads = view.locator(".heads-map")
    heads.press("Home")
    expect(said).to_contain_text("query head 0, which reads KV head 0")
    heads.press("End")
    expect(said).to_contain_text("query head 15, which reads KV head 1")
    for _ in range(6):
        heads.press("ArrowDown")
    expect(said).to_contain_text("Layer 5, query head 15")  # came from the kernel
    for _ in range(6):
        heads.press("ArrowUp")
    expect(said).to_contain_text("Layer 0, query head 15")
    assert said.inner_text() != before

    tokens.get_by_title("position 1", exact=True).hover()
    view.get_by_label("hide the first token").check()
    expect(said).to_contain_text("100 %")  # the second token sees itself and nothing else
    assert "<|begin_of_text|>”" not in said.inner_text().split("looks at")[1]
    for kv_head in (0, 1):
        expect(view.locator(".heads-groups")).to_contain_text(f"KV head {kv_head}")
    # Lab's own keys did not get the arrows: the cell is still the one.
    assert faults_of(chapter) == []


def test_64_heads_on_128_tokens_fit_into_a_frame(large: tuple[Chapter, Locator]) -> None:
    chapter, view = large
    frames = view.evaluate(FRAMES)
    assert len(frames) == 128
    # The median, so that what else the machine does at a moment does not decide.
    assert statistics.median(frames) <= 16, statistics.quantiles(frames, n=10)
    expect(view.locator(".heads-said")).to_contain_text("“·token127” at position 127")
    assert faults_of(chapter) == []


def test_the_page_shows_what_the_kernel_knows(large: tuple[Chapter, Locator]) -> None:
    chapter, view = large
    assert "<script>alert(1)</script>" in view.locator(".heads-tokens span").first.inner_text()
    view.get_by_title("position 1", exact=True).hover()
    said = view.locator(".heads-said")
    expect(said).to_contain_text("at position 1 looks at")
    shares = [int(part.split()[-1]) for part in said.inner_text().split(" %")[:-1]]
    assert abs(sum(shares) - 100) <= 6  # five bits of noise
    canvases = view.locator(".heads-groups canvas")
    assert canvases.count() == 8
    drawn = canvases.evaluate_all(
        "all => all.map(c => c.getContext('2d').getImageData(0, 0, 128, 8).data.some(v => v))"
    )
    assert drawn == [True] * 8
    assert faults_of(chapter) == []


def test_bertviz_is_drawn_without_network(open_chapter: Callable[[Path], Chapter]) -> None:
    chapter = open_chapter(CHAPTER)
    for needed in (
        "session = open_session()",
        "scores = attention.score_heads",
        "view.HeadExplorer(",
        "view.show_head_view(short",
        "view.show_model_view(",
    ):
        chapter.run_cell(chapter.find_cell(needed))
    cell = chapter.cell(chapter.find_cell("view.show_head_view(short"))
    frame = cell.frame_locator("iframe")
    lines = frame.locator("#attention line")
    expect(lines.first).to_be_attached()
    n_tokens = frame.locator("#left text").count()
    assert lines.count() == 16 * n_tokens**2
    colours = lines.evaluate_all("all => all.map(line => line.getAttribute('stroke'))")
    half = len(colours) // 2
    assert set(colours[:half]) == {BLUE} and set(colours[half:]) == {ORANGE}
    expect(frame.locator("#layer")).to_have_value("2")

    frame.locator("#left text").nth(5).hover()
    assert frame.locator("#attention line[visibility=visible]").count() == 16 * n_tokens
    squares = frame.locator("svg > g").last.locator("rect")
    squares.first.click()
    assert set(
        lines.evaluate_all(
            f"all => all.slice(0, {n_tokens}).map(l => l.getAttribute('stroke-opacity'))"
        )
    ) == {"0"}

    cell = chapter.cell(chapter.find_cell("view.show_model_view("))
    frame = cell.frame_locator("iframe")
    thumbnails = frame.locator(".attn_background")
    expect(thumbnails).to_have_count(6 * 16)
    frame.locator("svg > g").nth(17).locator("rect").last.click()  # layer 1, head 1
    expect(frame.locator("text.detail")).to_have_text("Layer 1, Head 1")
    assert faults_of(chapter) == []
