"""The browser suite itself: the network is cut, faults are found, controls can be operated."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import network
import pytest
from lab import Chapter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
Open = Callable[[Path], Chapter]

COUNTER = """
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
        const button = document.createElement("button");
        const show = () => { button.textContent = `count ${model.get("count")}`; };
        button.onclick = () => {
            model.set("count", model.get("count") + 1);
            model.save_changes();
        };
        model.on("change:count", show);
        show();
        el.append(button);
    } };'''
    count = traitlets.Int(5).tag(sync=True)

counter = Counter()
counter
"""

HINT = """Question?

<details><summary>Hint 1</summary>

The *secret*.

</details>"""


def write(path: Path, *cells: str | nbformat.NotebookNode) -> Path:
    made = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    nbformat.write(new_notebook(cells=made, metadata={"kernelspec": KERNEL}), path)
    return path


def test_the_network_is_cut(offline: str) -> None:
    if offline != network.BY_NAMESPACE:
        pytest.skip(f"the network is cut {offline}, which only stops the well-behaved")
    assert [name for _, name in socket.if_nameindex()] == ["lo"]
    with pytest.raises(OSError, match="unreachable"):
        socket.create_connection(("192.0.2.1", 443), timeout=5)


def test_the_kernel_has_no_network_either(open_chapter: Open, tmp_path: Path) -> None:
    ask = (
        "import urllib.request\ntry:\n    urllib.request.urlopen('http://192.0.2.1/', timeout=5)\n"
        "except OSError as error:\n    print('refused')"
    )
    chapter = open_chapter(write(tmp_path / "ask.ipynb", ask))
    chapter.run_all()
    assert chapter.text_of(0) == "refused\n"


def test_a_slider_and_an_anywidget_are_operated(open_chapter: Open, tmp_path: Path) -> None:
    slider = "from ipywidgets import IntSlider\nslider = IntSlider(value=3, max=9)\nslider"
    path = write(tmp_path / "controls.ipynb", slider, COUNTER, "print(slider.value, counter.count)")
    chapter = open_chapter(path)
    chapter.run_all()
    assert chapter.faults() == []
    assert chapter.text_of(2) == "3 5\n"

    chapter.cell(0).locator(".noUi-handle").press("ArrowRight")
    button = chapter.cell(1).get_by_role("button", name="count 5")
    button.click()
    chapter.cell(1).get_by_role("button", name="count 6").wait_for()
    assert chapter.run_cell(2) == "4 6\n"

    change = chapter.page.evaluate(
        "async () => (await window.panel.context.sessionContext.session.kernel"
        ".requestExecute({ code: 'counter.count = 40' }).done).content.status"
    )
    assert change == "ok"
    chapter.cell(1).get_by_role("button", name="count 40").wait_for()
    assert chapter.faults() == []


def test_hints_are_folded_and_verdicts_shown_before_the_notebook_is_trusted(
    open_chapter: Open, tmp_path: Path
) -> None:
    from llama_explore.checks import Verdict

    verdict = Verdict(True, "141.1 GB.")
    data = {"text/plain": repr(verdict), "text/html": verdict._repr_html_()}
    stored = new_output("execute_result", data=data, execution_count=1)
    cells = [new_markdown_cell(HINT), new_code_cell("1", outputs=[stored], execution_count=1)]
    chapter = open_chapter(write(tmp_path / "hint.ipynb", *cells))

    hint, secret = chapter.cell(0).locator("summary"), chapter.cell(0).locator("em")
    hint.wait_for()
    assert not secret.is_visible()
    hint.click()
    assert secret.is_visible()
    assert secret.inner_text() == "secret", "Markdown works in a hint"

    trusted = "() => window.panel.content.model.cells.get(1).trusted"
    assert chapter.page.evaluate(trusted) is False
    shown = chapter.cell(1).locator(".jp-OutputArea-output div[style]")
    assert shown.inner_text() == "Right. 141.1 GB."
    style = "element => getComputedStyle(element).borderLeftColor"
    assert shown.evaluate(style) == "rgb(0, 114, 178)"


def html(text: str) -> str:
    return f"display({{'text/html': {text!r}}}, raw=True)"


FAULTS = {
    "cell 0 failed: ValueError: no": "raise ValueError('no')",
    "cell 1 was not run": "raise ValueError('no')",
    "cell 0 wrote to stderr": "import sys\nprint('odd', file=sys.stderr)",
    "the console says: odd": html("<script>console.error('odd')</script>"),
    "the console says: require is not defined": html("<script>require([])</script>"),
    "the page says: is not defined": html("<p>require is not defined</p>"),
    "the page asked for https://cdn.example/d3.js": html(
        "<script src='https://cdn.example/d3.js'></script>"
    ),
    "the page asked for https://pictures.example/a.png": html(
        "<iframe srcdoc='<img src=https://pictures.example/a.png>'></iframe>"
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(fault: str, open_chapter: Open, tmp_path: Path) -> None:
    chapter = open_chapter(write(tmp_path / "bad.ipynb", FAULTS[fault], "print('next')"))
    chapter.run_all()
    assert any(fault in found for found in chapter.faults()), chapter.faults()


def test_stored_outputs_do_not_pass_for_a_run(open_chapter: Open, tmp_path: Path) -> None:
    stored = new_output("stream", name="stdout", text="old\n")
    cell = new_code_cell("print('new')", outputs=[stored], execution_count=1)
    chapter = open_chapter(write(tmp_path / "stored.ipynb", cell))
    assert chapter.text_of(0) == "old\n"
    chapter.run_all()
    assert chapter.text_of(0) == "new\n"


def test_a_picture_shows_the_whole_notebook(open_chapter: Open, tmp_path: Path) -> None:
    chapter = open_chapter(write(tmp_path / "long.ipynb", *["print('line\\n' * 50)"] * 3))
    chapter.run_all()
    picture = chapter.screenshot(tmp_path / "pictures/long.png").read_bytes()
    assert int.from_bytes(picture[20:24], "big") > 2000, "the height in a PNG's header"


@pytest.mark.parametrize(("ci", "word", "status"), [("true", "failed", 1), ("", "skipped", 0)])
def test_without_chromium_the_suite_fails_in_ci_and_is_skipped_elsewhere(
    ci: str, word: str, status: int
) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", __file__, "-k", "a_slider_and"],
        env={**os.environ, "CI": ci, "LLAMA_EXPLORE_CHROMIUM": "no-such-browser"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == status, result.stdout
    assert "no Chromium found: install it" in result.stdout
    assert f"1 {word}" in result.stdout.replace("1 error", "1 failed")
