"""The benchmarks of attention: what they print, without measuring anything."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import psutil
import pytest

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
            assert said == ("not run: needs about 15.6 GiB, and may take 15.2, 80% of what is free")


def test_lengths_from_512_on_are_measured(capture: ModuleType) -> None:
    assert capture.LENGTHS == (512, 1024, 2048, 4096, 8192)
