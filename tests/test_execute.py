"""Executing in place: clean, repeatable outputs, or the file as it was."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_rules import RULES, WIDGET_VIEW, Page

from llama_explore import execute
from llama_explore.errors import LlamaExploreError
from llama_explore.execute import execute_in_place

WIDGETS = """
from ipywidgets import IntSlider, Output, interact
out = Output()
with out:
    print("inside")
interact(lambda n: print(n), n=IntSlider(2))
display({"text/plain": "a slider with a picture", "image/png": "aGE=",
         "application/vnd.jupyter.widget-view+json": {"model_id": IntSlider().model_id}}, raw=True)
"""


def write(path: Path, *sources: str) -> Path:
    cells = [new_markdown_cell("# Title"), *(new_code_cell(source) for source in sources)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells), path)
    return path


def test_what_is_stored_keeps_to_every_rule(tmp_path: Path) -> None:
    path = write(tmp_path / "01_a.ipynb", "print(6 * 7, flush=True)\nprint(43)", "40 + 2")
    book = nbformat.read(path, as_version=4)
    book.metadata.update(authors=[{"name": "Zaphod"}], widgets={}, kernelspec={"name": "mine"})
    book.cells[1].metadata.update(ExecuteTime={"start": 1}, tags=["kept"])
    ids = [cell.id for cell in book.cells]
    nbformat.write(book, path)

    assert execute_in_place(path)
    assert {rule: list(RULES[rule](Page(path))) for rule in RULES} == {rule: [] for rule in RULES}
    book = nbformat.read(path, as_version=4)
    assert [cell.id for cell in book.cells] == ids
    assert book.cells[1].metadata == {"tags": ["kept"]}
    assert [output.text for output in book.cells[1].outputs] == ["42\n43\n"]
    assert book.cells[2].outputs[0].data == {"text/plain": "42"}


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", "print(1)", WIDGETS)
    assert execute_in_place(path)
    first = path.read_bytes()
    assert not execute_in_place(path)
    assert path.read_bytes() == first
    assert [each.name for each in tmp_path.iterdir()] == ["a.ipynb"]


def test_widgets_leave_their_picture_and_text_only(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ipynb", WIDGETS)
    execute_in_place(path)
    book = nbformat.read(path, as_version=4)
    assert set(book.metadata) == {"kernelspec", "language_info"}
    shown = [output.data for output in book.cells[1].outputs if "data" in output]
    assert not any(WIDGET_VIEW in data for data in shown)
    assert {"text/plain": "a slider with a picture", "image/png": "aGE="} in shown


def test_what_is_printed_into_an_output_widget_is_kept(tmp_path: Path) -> None:
    """Ten times, for nbclient's own way of doing it stops about one run in ten."""
    path = write(tmp_path / "a.ipynb", *[WIDGETS] * 10)
    execute_in_place(path)
    for cell in nbformat.read(path, as_version=4).cells[1:]:
        assert "2\n" in [output.get("text") for output in cell.outputs]


def test_chapters_run_on_the_pocket_model_and_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMA_EXPLORE_MODEL", "someone/else")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    ask = "import os\nprint(os.environ['LLAMA_EXPLORE_MODEL'], os.environ['HF_HUB_OFFLINE'])"
    path = write(tmp_path / "a.ipynb", ask)
    execute_in_place(path)
    assert nbformat.read(path, as_version=4).cells[1].outputs[0].text == "pocket 1\n"


def test_a_failing_cell_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fails = "print(3)\nraise ValueError('too bad')"
    bad = write(tmp_path / "notebooks/00_bad.ipynb", "print(1)", fails)
    write(tmp_path / "notebooks/solutions/00_bad.ipynb", "print(2)")
    before = bad.read_bytes()
    with pytest.raises(LlamaExploreError, match=r"00_bad\.ipynb stopped: ValueError: too bad"):
        execute_in_place(bad)
    assert bad.read_bytes() == before

    monkeypatch.chdir(tmp_path)
    assert execute.main([]) == 1, "one failed"
    printed = capsys.readouterr()
    assert "too bad" in printed.err
    assert "solutions/00_bad.ipynb: new outputs" in printed.out, "the others are run nevertheless"


def test_a_dead_kernel_and_a_file_that_is_no_notebook_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(LlamaExploreError, match="There is no notebook"):
        execute_in_place(tmp_path / "none.ipynb")
    with pytest.raises(LlamaExploreError, match=r"a\.ipynb stopped: Kernel died"):
        execute_in_place(write(tmp_path / "a.ipynb", "import os; os.kill(os.getpid(), 9)"))
    (tmp_path / "b.ipynb").write_text("{")
    with pytest.raises(LlamaExploreError, match="no valid notebook"):
        execute_in_place(tmp_path / "b.ipynb")


def test_without_notebooks_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert execute.main([]) == 1
    assert "no notebook here" in capsys.readouterr().err
