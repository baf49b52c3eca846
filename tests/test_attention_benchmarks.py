"""The benchmarks of attention: what they print, without measuring anything."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import nbformat
import psutil
import pytest

from llama_explore.attention_view import Found

FOLDER = Path(__file__).parents[1] / "benchmarks"
LAST_ROW = "capture, last row"
STATISTICS = "capture, statistics of all positions"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def capture() -> Iterator[ModuleType]:
    sys.path.insert(0, str(FOLDER))  # as when the script is run
    yield load("attention_capture")
    sys.path.remove(str(FOLDER))


def test_limits_are_the_stricter_of_what_was_asked_and_what_was_known(capture: ModuleType) -> None:
    assert capture.find_limits(STATISTICS, 4096) == (1.6, 0.92)  # time as asked, memory as known
    assert capture.find_limits(STATISTICS, 8192) == (1.6, 1.3)  # both as asked
    assert capture.find_limits(STATISTICS, 2048) == (1.8, 1.21)  # nothing asked so early
    assert capture.find_limits(LAST_ROW, 8192) == (0.97, 1.0)
    assert capture.find_limits(STATISTICS, 512) is None
    assert capture.find_limits("no capture (floor)", 4096) is None


def test_each_figure_is_held_to_its_limit(capture: ModuleType) -> None:
    def row(way: str, time: float, memory: float) -> object:
        return capture.Row(way, 4096, 2.0, time, 2**27, memory, 3)

    rows = [
        row("no capture (floor)", 1.0, 1.0),
        row(LAST_ROW, 1.05, 1.04),
        row(STATISTICS, 1.604, 0.99),
        capture.Row(STATISTICS, 8192, note="failed"),
    ]
    lines = capture.to_markdown(rows, {}).splitlines()
    assert f"| {LAST_ROW} | 4,096 | 1.05 | 0.97 | MISSED | 1.04 | 1.04 | reached |" in lines
    assert f"| {STATISTICS} | 4,096 | 1.60 | 1.60 | reached | 0.99 | 0.92 | MISSED |" in lines
    assert not any(line.startswith(f"| {STATISTICS} | 8,192 |") for line in lines)
    assert f"| {STATISTICS} | 1.60x, 128 MiB | failed |" in lines


def test_a_refusal_says_how_much_of_the_free_memory_may_be_taken(
    capture: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = "nnsight, eager, a layer at a time"
    for free_gib, refused in ((19, True), (20, False)):
        memory = SimpleNamespace(available=free_gib * 2**30)
        monkeypatch.setattr(psutil, "virtual_memory", lambda memory=memory: memory)
        said = capture.refuse(way, 8192)
        assert bool(said) == refused
        if refused:
            assert said == "not run: needs 15.6 GiB, 15.2 allowed"


def test_lengths_from_512_on_are_measured(capture: ModuleType) -> None:
    assert capture.LENGTHS == (512, 1024, 2048, 4096, 8192)


def test_the_chapter_quotes_the_table_of_the_re_training() -> None:
    table = (FOLDER / "results/multi_query_retraining.md").read_text(encoding="utf-8")
    found = dict(re.findall(r"\| 1 KV head, (\d+) steps \| (\d+ of 48) \|", table))
    chapter = FOLDER.parent / "notebooks/05_grouped_query_attention.ipynb"
    cells = {cell.id: cell.source for cell in nbformat.read(chapter, as_version=4).cells}
    quoted = cells["retrain-notice"]
    assert f"after 150 steps, a minute or two, {found['150']} are found" in quoted
    assert f"after 600, some five minutes, {found['600']}," in quoted


def test_the_table_of_the_re_training_names_what_was_measured() -> None:
    multi_query = load("multi_query")
    found = Found(n_found=14, n_cases=48, answer_loss=3.118, text_loss=2.706)
    kind = Found(n_found=8, n_cases=16, answer_loss=1.0, text_loss=1.0)
    row = multi_query.Row("1 KV head, 150 steps", found, (kind,) * 3, 80.4)
    text = multi_query.to_markdown([row])
    eights = " | ".join(["8 of 16"] * 3)
    assert f"| 1 KV head, 150 steps | 14 of 48 | {eights} | 3.12 | 2.71 | 80 |" in text
    assert "- date: 20" in text and "- hardware: " in text and "- versions: torch " in text
