"""The tour: executes every chapter, tells how it went, leaves pages that fetch nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from llama_explore import tour
from llama_explore.errors import LlamaExploreError

REMOTE = re.compile(
    r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)\s*=\s*["']?(?:https?:)?//[^>]*"""
    r"""|\bimport\b[^;]*["']https?://[^"']*|@import[^;]*//[^;]*|url\(\s*["']?(?:https?:)?//[^)]*""",
    re.IGNORECASE,
)
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1h7"/></svg>'

PROSE_WITH_HTML = """
<details><summary>Hint 1</summary>

Count by hand.

</details>

| id | token |
|---|---|
| 128009 | <code>&lt;&#124;eot_id&#124;&gt;</code> |

<img src="figures/still.svg" align="right" alt="still"> Text beside it.

![secret](../secret.png) ![none](figures/none.png)
"""

WIDGET_WITH_A_PICTURE = """
import matplotlib.pyplot as plt
from IPython.display import display
from ipywidgets import IntSlider

display({"text/plain": "a slider", "application/vnd.jupyter.widget-view+json":
         {"model_id": IntSlider().model_id, "version_major": 2, "version_minor": 0}}, raw=True)
plt.plot([1, 2])
plt.show()
"""

CHILD_WITH_300_MIB = """
import subprocess, sys
subprocess.run([sys.executable, "-c",
    "import time; block = bytearray(b'x') * (300 * 2**20); time.sleep(1.5)"], check=True)
"""


def write_chapter(folder: Path, name: str, *sources: str) -> None:
    cells = [new_markdown_cell(f"# {name}\n\n![figure](figures/still.svg)\n\n$x^2$")]
    cells += [new_code_cell(source) for source in sources]
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    (folder / "figures/still.svg").write_text(PICTURE)
    nbformat.write(new_notebook(cells=cells), folder / f"{name}.ipynb")


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kit") / "notebooks"
    write_chapter(folder, "00_good", "print(6 * 7)", WIDGET_WITH_A_PICTURE)
    write_chapter(
        folder, "01_bad", "1 + 1", "raise ValueError('<b>two</b>\\nlines')", "print('no')"
    )
    write_chapter(folder, "02_hungry", CHILD_WITH_300_MIB)
    write_chapter(folder / "solutions", "00_good", "raise RuntimeError('a solution is no chapter')")
    return folder


@pytest.fixture(scope="module")
def whole(notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[tour.Tour, Path]:
    pages = tmp_path_factory.mktemp("pages") / "tour"
    return tour.run_tour(notebooks, pages), pages


def test_every_chapter_is_executed_in_order_though_one_fails(
    whole: tuple[tour.Tour, Path],
) -> None:
    result, _ = whole
    assert [run.chapter for run in result.runs] == ["00_good", "01_bad", "02_hungry"]
    assert [bool(run.failure) for run in result.runs] == [False, True, False]
    assert not result.passed
    assert all(run.seconds > 0 and run.peak_mib > 10 for run in result.runs)


def test_a_failure_names_the_cell_and_the_first_line_of_the_error(
    whole: tuple[tour.Tour, Path],
) -> None:
    result, _ = whole
    assert result.runs[1].failure == "at cell 2: ValueError: <b>two</b>"
    assert "FAILED at cell 2: ValueError" in repr(result)
    assert "&lt;b&gt;two" in result._repr_html_()


def test_memory_of_child_processes_is_counted(whole: tuple[tour.Tour, Path]) -> None:
    result, _ = whole
    good, _, hungry = result.runs
    assert hungry.peak_mib >= 300
    assert good.peak_mib < 300


def test_a_chapter_too_big_for_binder_fails(
    notebooks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tour.MEMORY_LIMIT_MIB == 2048
    monkeypatch.setattr(tour, "MEMORY_LIMIT_MIB", 200.0)
    result = tour.run_tour(notebooks, tmp_path, chapters=["02"])
    assert result.runs[0].failure == "took more than 200 MiB: too big for a free Binder"
    assert not result.passed


def test_pages_hold_the_outputs_and_fetch_nothing(whole: tuple[tour.Tour, Path]) -> None:
    _, pages = whole
    assert {page.name for page in pages.iterdir()} == {
        "00_good.html",
        "01_bad.html",
        "02_hungry.html",
        "index.html",
    }
    for page in pages.iterdir():
        html = page.read_text(encoding="utf-8")
        assert REMOTE.findall(html) == []
        assert '<script type="application/vnd.jupyter.widget' not in html
    good = (pages / "00_good.html").read_text(encoding="utf-8")
    assert "<pre>42\n" in good
    assert "<pre>a slider</pre>" in good
    assert "data:image/png;base64," in good
    assert "data:image/svg+xml;base64," in good, "the figure lies elsewhere: it must be embedded"
    assert "ValueError" in (pages / "01_bad.html").read_text(encoding="utf-8")
    assert "href='01_bad.html'" in (pages / "index.html").read_text(encoding="utf-8")


def test_hints_are_folded_and_html_in_prose_stays_whole(tmp_path: Path) -> None:
    write_chapter(tmp_path / "kit", "00_hints")
    (tmp_path / "secret.png").write_bytes(b"secret")
    file = tmp_path / "kit/00_hints.ipynb"
    notebook = nbformat.read(file, as_version=4)
    notebook.cells.append(new_markdown_cell(PROSE_WITH_HTML))
    html = tour.render_page(notebook, file)
    (folded,) = re.findall(r"<details>.*?</details>", html, re.DOTALL)
    assert "Count by hand." in folded
    assert re.search(r"<td>\s*<code>&lt;(?:&#124;|\|)eot_id", html)
    sources = re.findall(r'<img [^>]*src="([^",]*)', html)
    assert sources[:2] == ["data:image/svg+xml;base64"] * 2
    assert sources[2:] == ["../secret.png", "figures/none.png"], "outside of the folder, or no file"


def test_the_search_for_remote_parts_finds_what_plain_nbconvert_writes(notebooks: Path) -> None:
    from nbconvert import HTMLExporter

    html, _ = HTMLExporter().from_filename(str(notebooks / "00_good.ipynb"))
    found = " ".join(REMOTE.findall(html))
    assert "require" in found
    assert "mathjax" in found
    assert "mermaid" in found


def test_the_notebooks_are_not_changed(whole: tuple[tour.Tour, Path], notebooks: Path) -> None:
    cells = nbformat.read(notebooks / "00_good.ipynb", as_version=4).cells
    assert all(not cell.outputs for cell in cells if cell.cell_type == "code")


def test_a_dead_kernel_is_a_failure_of_its_chapter_only(tmp_path: Path) -> None:
    write_chapter(tmp_path / "nb", "00_dies", "import os; os.kill(os.getpid(), 9)")
    write_chapter(tmp_path / "nb", "01_lives", "print('still here')")
    result = tour.run_tour(tmp_path / "nb", tmp_path / "pages")
    assert result.runs[0].failure == "at cell 1: the kernel died (out of memory?)"
    assert result.runs[1].failure == ""


def test_a_file_that_is_no_notebook_is_a_failure_of_its_chapter_only(tmp_path: Path) -> None:
    write_chapter(tmp_path / "nb", "01_whole", "print('fine')")
    (tmp_path / "nb/00_cut.ipynb").write_text('{"cells": [')
    (tmp_path / "nb/02_strange.ipynb").write_text('{"cells": 3, "nbformat": 4}')
    result = tour.run_tour(tmp_path / "nb", tmp_path / "pages")
    assert [bool(run.failure) for run in result.runs] == [True, False, True]
    assert "00_cut.ipynb is no valid notebook" in result.runs[0].failure


def test_a_cell_that_never_ends_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tour, "CELL_SECONDS", 2)
    write_chapter(tmp_path / "nb", "00_hangs", "while True: pass")
    result = tour.run_tour(tmp_path / "nb", tmp_path / "pages")
    assert result.runs[0].failure == "at cell 1: still running after 2 s"


def test_chapters_can_be_chosen_by_the_start_of_their_names(
    notebooks: Path, tmp_path: Path
) -> None:
    result = tour.run_tour(notebooks, tmp_path, chapters=["00"])
    assert [run.chapter for run in result.runs] == ["00_good"]
    assert result.passed


def test_an_unknown_chapter_is_a_clear_error(notebooks: Path, tmp_path: Path) -> None:
    with pytest.raises(LlamaExploreError, match="no chapter '09'") as caught:
        tour.run_tour(notebooks, tmp_path, chapters=["09"])
    assert caught.value.next_step == "The chapters are: 00_good, 01_bad, 02_hungry."


def test_a_folder_without_notebooks_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(LlamaExploreError, match="no notebook in the folder"):
        tour.run_tour(tmp_path / "nowhere", tmp_path / "pages")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process alone")
def test_ctrl_c_keeps_what_is_done_and_ends_the_kernel(tmp_path: Path) -> None:
    write_chapter(tmp_path / "notebooks", "00_quick", "print('done')")
    running = "import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()))"
    write_chapter(tmp_path / "notebooks", "01_long", f"{running}\ntime.sleep(300)")
    command = [sys.executable, "-m", "llama_explore.cli", "tour"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # A shell lets what it runs in the background ignore Ctrl-C; Python would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    pid_file = tmp_path / "notebooks/pid"
    deadline = time.monotonic() + 120
    while not (pid_file.exists() and pid_file.read_text()):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    try:
        printed, _ = process.communicate(timeout=60)
    finally:
        process.kill()

    assert process.returncode == 130
    assert re.search(r"^00_quick .* ok$", printed, re.MULTILINE)
    assert "Interrupted" in printed
    assert {page.name for page in (tmp_path / "tour").iterdir()} == {"00_quick.html", "index.html"}
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)
