"""The result file loses nothing and mixes nothing; figures drawn from it are right."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.text
import pytest

from llama_explore import LlamaExploreError, probes
from llama_explore.probes import Results, views, wilson_interval
from llama_explore.probes.compare import sign_test
from llama_explore.small_picture import Picture, take_picture

MODEL = {"label": "tiny", "revision": "abc", "context": 1024}
GRID = {"tasks": ["number", "queries"], "lengths": [512, 1024], "depths": [0, 50, 100], "seed": 0}
HEADER = {"model": MODEL, "grid": GRID, "n_cells": 12, "versions": {"torch": "1"}}


def record(
    length: int = 512, depth: float | None = 0.0, score: float = 1.0, repeat: int = 0,
    task: str = "number", came_out: float | None = None, answer: str = "It is 1.",
) -> dict[str, Any]:  # fmt: skip
    shown = "-" if depth is None else f"{depth:g}"
    return {
        "cell": f"{task}/{length}/{shown}/{repeat}",
        "task": task, "length": length, "depth_percent": depth, "repeat": repeat,
        "score": score, "seconds": 0.1,
        "answers": [{
            "question": "What?", "wanted": ["1"], "answer": answer, "score": score,
            "depth_percent": depth if came_out is None else came_out, "n_prompt_tokens": 480,
        }],
    }  # fmt: skip


# ---- the file -----------------------------------------------------------------------------


def test_every_cell_is_on_the_disk_before_the_next(tmp_path: Path, monkeypatch) -> None:
    path, synced = tmp_path / "new" / "r.jsonl", []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(path.read_bytes().count(b"\n")))
    with probes.ResultFile(path, HEADER) as file:
        file.append(record(512))
        file.append(record(1024))
    assert synced == [1, 2, 3]
    header, records = probes.read_results(path)
    assert header["model"] == MODEL and header["grid"] == GRID
    assert records == [record(512), record(1024)]
    assert [p.name for p in path.parent.iterdir()] == ["r.jsonl"], "the lock is gone"


def test_a_cell_is_never_doubled(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with probes.ResultFile(path, HEADER) as file:
        file.append(record(score=1.0))
        file.append(record(score=0.0))
    with probes.ResultFile(path, HEADER) as file:
        assert list(file.done) == ["number/512/0/0"]
        file.append(record(score=0.0))
    assert [r["score"] for r in probes.read_results(path)[1]] == [1.0]


@pytest.mark.parametrize("keep", range(1, 60, 7))
def test_a_last_line_that_was_cut_is_dropped(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "r.jsonl"
    with probes.ResultFile(path, HEADER) as file:
        file.append(record(512))
    whole = path.read_bytes()
    path.write_bytes(whole + json.dumps(record(1024)).encode()[:keep])
    assert len(probes.read_results(path)[1]) == 1
    with probes.ResultFile(path, HEADER) as file:
        assert list(file.done) == ["number/512/0/0"]
        file.append(record(1024))
    assert path.read_bytes() == whole + json.dumps(record(1024)).encode() + b"\n"


def test_a_file_cut_within_its_first_line_is_begun_again(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"format": 1, "mod')
    with probes.ResultFile(path, HEADER) as file:
        assert file.done == {}
    assert probes.read_results(path)[0]["model"] == MODEL


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda h: h["model"].update(label="other"), "another model: its label is 'tiny'"),
        (lambda h: h["model"].update(revision="xyz"), "another model: its revision is 'abc'"),
        (lambda h: h["grid"].update(seed=1), "another grid: its seed is 0, here it is 1"),
        (lambda h: h["grid"].update(lengths=[512]), "another grid: its lengths"),
    ],
)
def test_results_of_something_else_are_left_alone(
    tmp_path: Path, change: Callable[[Any], None], said: str
) -> None:
    path = tmp_path / "r.jsonl"
    probes.ResultFile(path, HEADER).close()
    before, header = path.read_bytes(), json.loads(json.dumps(HEADER))
    change(header)
    with pytest.raises(LlamaExploreError, match=said):
        probes.ResultFile(path, header)
    assert path.read_bytes() == before


def test_another_address_or_version_is_no_other_run(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    probes.ResultFile(path, {**HEADER, "model": {**MODEL, "endpoint": "a"}}).close()
    other = {**HEADER, "model": {**MODEL, "endpoint": "b"}, "versions": {"torch": "2"}}
    with probes.ResultFile(path, other) as file:
        assert file.header["versions"] == {"torch": "1"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Dear diary,\n", "line 1 is not JSON"),
        ("Dear diary", "first line is not JSON"),
        ("[1]\n", "line 1 lacks"),
        ('{"format": 9, "model": {}, "grid": {}}\n', "its format is 9"),
        ('{"format": 1, "model": {}, "grid": {}}\nnonsense\n{}\n', "line 2 is not JSON"),
        ('{"format": 1, "model": {}, "grid": {}}\n{"cell": 1}\n', "line 2 lacks"),
    ],
)
def test_what_is_no_result_file_is_refused_and_left_alone(tmp_path, content, said) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(content)
    with pytest.raises(LlamaExploreError, match=said):
        probes.ResultFile(path, HEADER)
    assert path.read_text() == content


def test_two_processes_cannot_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with (
        probes.ResultFile(path, HEADER),
        pytest.raises(LlamaExploreError, match="Another process is writing"),
    ):
        probes.ResultFile(path, HEADER)
    probes.ResultFile(path, HEADER).close()


def test_threads_may_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with probes.ResultFile(path, HEADER) as file:
        threads = [
            threading.Thread(target=lambda k=k: [file.append(record(repeat=i)) for i in range(k)])
            for k in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {r["repeat"] for r in probes.read_results(path)[1]} == set(range(7))
    assert len(probes.read_results(path)[1]) == 7


def test_a_full_disk_is_said_and_finished_cells_stay(tmp_path: Path, monkeypatch) -> None:
    path, write = tmp_path / "r.jsonl", os.write
    with probes.ResultFile(path, HEADER) as file:
        file.append(record(512))
        before = path.read_bytes()

        parts = iter([10])  # ten bytes still fit

        def full(descriptor: int, data: Any) -> int:
            for n in parts:
                return write(descriptor, bytes(data[:n]))
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "write", full)
        with pytest.raises(LlamaExploreError, match=r"is full\. The 1 finished cells are safe"):
            file.append(record(1024))
        assert path.read_bytes() == before
        monkeypatch.setattr(os, "write", write)
        file.append(record(1024))
    assert len(probes.read_results(path)[1]) == 2


def test_a_path_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LlamaExploreError, match="cannot be written"):
        probes.ResultFile(tmp_path / "file" / "r.jsonl", HEADER)
    with pytest.raises(LlamaExploreError, match="cannot be read"):
        probes.load_results(tmp_path / "none.jsonl")


# ---- the figures --------------------------------------------------------------------------


def results(shares: dict[tuple[int, float], tuple[int, int]], **model: Any) -> Results:
    """Return results with `right` of `n` at each (length, depth)."""
    records = tuple(
        record(length, depth, float(i < right), i)
        for (length, depth), (right, n) in shares.items()
        for i in range(n)
    )
    return Results({**HEADER, "model": {**MODEL, **model}}, records)


MIXED = {
    (512, 0.0): (4, 4), (512, 50.0): (4, 4), (512, 100.0): (4, 4),
    (1024, 0.0): (4, 4), (1024, 50.0): (3, 4), (1024, 100.0): (4, 4),
    (2048, 0.0): (1, 4), (2048, 50.0): (0, 4), (2048, 100.0): (4, 4),
}  # fmt: skip


def test_scores_are_counted_by_cell_length_and_depth() -> None:
    found = results(MIXED)
    assert {(s.length, s.depth_percent): (s.right, s.n) for s in found.by_cell()} == MIXED
    assert [(s.length, s.right, s.n) for s in found.by_length("number")] == [
        (512, 12, 12), (1024, 11, 12), (2048, 5, 12),
    ]  # fmt: skip
    assert [(s.depth_percent, s.right) for s in found.by_depth()] == [(0, 9), (50, 7), (100, 12)]
    assert found.by_length()[1].mean == pytest.approx(11 / 12)
    with pytest.raises(LlamaExploreError, match="no scores of a task 'word'"):
        found.by_cell("word")


def test_needles_at_random_depths_are_counted_in_bins() -> None:
    records = tuple(
        record(512, None, 1.0, i, "queries", came_out=depth)
        for i, depth in enumerate((0.0, 9.9, 10.0, 99.0, 100.0))
    )
    scores = Results(HEADER, records).by_depth("queries")
    assert [(s.depth_percent, s.n) for s in scores] == [(5, 2), (15, 1), (95, 2)]


@pytest.mark.parametrize(("right", "n"), [(0, 5), (1, 5), (3, 3), (7, 20), (19, 20)])
def test_the_interval_ends_where_wilson_says(right: int, n: int) -> None:
    low, high = wilson_interval(right, n)
    share = right / n
    assert 0 <= low <= share <= high <= 1
    for end in (low, high):  # the definition: shares that are just 1.96 standard errors away
        assert (share - end) ** 2 == pytest.approx(1.96**2 * end * (1 - end) / n, abs=1e-9)


def test_effective_context_by_both_definitions() -> None:
    (found,) = results(MIXED).effective_context()
    assert (found.ruler, found.relative, found.base, found.longest) == (1024, 1024, 1.0, 2048)
    assert "1,024 tokens score over 85.6%" in repr(found)
    # 85 % of a low base is less than RULER asks; a gap ends the relative one only.
    gap = {(512, 0.0): (8, 10), (1024, 0.0): (7, 10), (2048, 0.0): (2, 10), (4096, 0.0): (9, 10)}
    (found,) = results(gap).effective_context()
    assert (found.ruler, found.relative) == (4096, 1024) and "4,096 or more" in repr(found)
    (found,) = results({(512, 0.0): (0, 4)}).effective_context()
    assert (found.ruler, found.relative) == (None, None)


def test_two_runs_are_compared_cell_by_cell() -> None:
    first = results({(512, 0.0): (6, 6), (1024, 0.0): (6, 6)})
    second = results({(512, 0.0): (6, 6), (1024, 0.0): (1, 6), (2048, 0.0): (0, 6)})
    found = probes.compare_results(first, second)
    assert (found.n, found.first_better, found.second_better) == (12, 5, 0)
    assert found.same_score == pytest.approx(7 / 12) and found.same_answers == 1
    assert found.p_value == pytest.approx(2 / 32)
    assert (found.first, found.second) == (1, pytest.approx(7 / 12))
    with pytest.raises(LlamaExploreError, match="no cell in common"):
        probes.compare_results(first, results({(4096, 0.0): (1, 1)}))


@pytest.mark.parametrize(
    ("ups", "downs", "p"), [(5, 0, 2 / 32), (0, 8, 2 / 256), (3, 3, 1), (0, 0, 1)]
)
def test_the_sign_test_is_that_of_a_fair_coin(ups: int, downs: int, p: float) -> None:
    assert sign_test(ups, downs) == pytest.approx(p)


def test_results_become_a_table_and_a_csv_file(tmp_path: Path) -> None:
    import pandas as pd

    found = results(MIXED)
    table = found.table()
    assert len(table) == 36 and table.score.sum() == 28
    found.to_csv(tmp_path / "r.csv")
    assert pd.read_csv(tmp_path / "r.csv").score.sum() == 28
    assert "77.8% of 36" in repr(found) and "<table>" in found._repr_html_()
    assert repr(Results(HEADER, ())).count("\n") == 2


def test_everything_is_drawn_from_a_file_alone(tmp_path: Path, monkeypatch) -> None:
    path, texts = tmp_path / "r.jsonl", []

    def keep(figure, title: str):
        found = take_picture(figure, title)
        texts.append(" ".join(t.get_text() for t in figure.findobj(matplotlib.text.Text)))
        assert found.png.startswith(b"\x89PNG") and title in repr(found)
        return found

    monkeypatch.setattr(views, "take_picture", keep)
    with probes.ResultFile(path, HEADER) as file:
        for each in results(MIXED).records:
            file.append(each)
    found = probes.load_results(path)
    probes.draw_heat_map(found)
    two = probes.draw_heat_map(found, found, labels=["here", "there"])
    assert "here" in texts[-1] and "there" in texts[-1] and isinstance(two, Picture)
    texts.pop()
    probes.draw_depth_curve(found)
    probes.draw_length_curve(found, found, labels=["one", "two"])
    probes.draw_comparison(found, results({(512, 0.0): (2, 4), (2048, 0.0): (4, 4)}))
    heat, depth, length, comparison = texts
    assert "3/4" in heat and "30–95 %" in heat and "2,048" in heat and "context 1,024" in heat
    assert "depth of the needle" in depth and "all" in depth
    assert "one: number" in length and "-0.5" in comparison and "+0.75" in comparison
    losses = {**record(256, None, 0.0, task="loss"), "score": None, "answers": [],
              "edges": [1, 128, 256], "losses": [2.0, 1.0]}  # fmt: skip
    probes.draw_losses(Results(HEADER, (losses,)))
    assert "mean loss in nats" in texts[-1]
    for draw in (probes.draw_heat_map, probes.draw_depth_curve, probes.draw_losses):
        with pytest.raises(LlamaExploreError):
            draw(Results(HEADER, ()))
