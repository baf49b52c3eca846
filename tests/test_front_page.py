"""What README and chapter 00 show first is true: the answer, the sizes, the chapters' status."""

from __future__ import annotations

import ast
import re
from html import unescape
from pathlib import Path

import nbformat
import pytest

from llama_explore.pocket import shape
from llama_explore.proportions import config_70b, count_parameters

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "notebooks/figures"
START = ROOT / "notebooks/00_start_here.ipynb"


def read_svg(name: str) -> str:
    return (FIGURES / f"{name}.svg").read_text(encoding="utf-8")


def read_tspans(svg: str) -> str:
    """Return a text that was broken into lines, as one line."""
    return unescape(" ".join(re.findall(r"<tspan[^>]*>([^<]*)</tspan>", svg)))


def test_the_picture_shows_the_answer_that_the_chapter_stores() -> None:
    cells = nbformat.read(START, as_version=4).cells
    (pirate,) = [cell for cell in cells if cell.source.startswith("pipe = transformers.pipeline")]
    answer = ast.literal_eval(pirate.outputs[0].text)["content"]
    svg = read_svg("pirate")
    assert read_tspans(svg) == answer, "write the new answer into figures/pirate.svg, twice"
    assert f"answers: {answer}</title>" in unescape(svg)


def test_the_squares_are_to_scale() -> None:
    svg = read_svg("to_scale")
    big, small = (
        float(re.search(rf'<rect [^>]*width="([\d.]+)"[^>]*var\(--{name}\)', svg)[1])  # type: ignore[index]
        for name in ("big", "small")
    )
    there, here = count_parameters(config_70b()), count_parameters(shape.config())
    assert big**2 / small**2 == pytest.approx(there / here, rel=0.01)
    assert f">{there:,} parameters<" in svg
    assert f">{here:,} parameters<" in svg
    assert f">{2 * there / 1e9:.1f} GB in bfloat16<" in svg
    assert f">{2 * here / 1e6:.1f} MB in bfloat16<" in svg


def read_status(text: str) -> dict[str, str]:
    """Return the last column of a page's table of chapters by the chapter's number."""
    rows = re.findall(r"^\| (\d\d) \|.*\| ([^|]+) \|$", text, re.MULTILINE)
    return {number: status.strip("*") for number, status in rows}


def test_the_tables_say_which_chapters_are_here() -> None:
    here = {path.name[:2] for path in ROOT.glob("notebooks/[0-9][0-9]_*.ipynb")}
    prose = "\n".join(cell.source for cell in nbformat.read(START, as_version=4).cells)
    for text in ((ROOT / "README.md").read_text(encoding="utf-8"), prose):
        status = read_status(text)
        assert sorted(status) == [f"{n:02}" for n in range(9)]
        assert {n for n, each in status.items() if each == "here"} == here
        assert {each for n, each in status.items() if n not in here} <= {"being written"}


@pytest.mark.parametrize("path", sorted(FIGURES.glob("*.svg")), ids=lambda path: path.stem)
def test_a_figure_fetches_nothing_and_says_what_it_shows(path: Path) -> None:
    svg = path.read_text(encoding="utf-8")
    assert re.search(r"<title[^>]*>\S[^<]+</title>", svg)
    assert "<script" not in svg
    assert not re.search(r"href|url\((?!#)|@import", svg)
    assert re.findall(r"\bhttps?://[^\s\"]+", svg) == ["http://www.w3.org/2000/svg"]


def test_readme_shows_the_last_table_of_attention() -> None:
    result = (ROOT / "benchmarks/results/attention_capture.md").read_text(encoding="utf-8")
    table = result[result.index("| way | 512") :].split("\n\n")[0]
    assert table.count("\n") > 8
    assert table in (ROOT / "README.md").read_text(encoding="utf-8")
