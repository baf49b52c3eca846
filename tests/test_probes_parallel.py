"""Several processes share a grid: every cell once, in one file, whatever happened before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import accelerate
import pytest
import torch

from llama_explore import load_tokenizer, open_session, probes
from llama_explore.probes import parallel
from llama_explore.probes.parallel import gather_parts, list_share

GRID = probes.Grid(lengths=(200, 256), depths=3)


@pytest.mark.parametrize("n_shares", [1, 2, 3, 8])
def test_shares_are_whole_and_about_as_large(n_shares: int) -> None:
    plan = probes.plan_grid(None, probes.Grid(lengths=(256, 512)), tokenizer=load_tokenizer())
    shares = [list_share(plan.items, i, n_shares) for i in range(n_shares)]
    assert [item for share in shares for item in share] == list(plan.items)
    sizes = [sum(len(item.questions[0].ids) for item in share) for share in shares]
    assert max(sizes) - min(sizes) <= 2 * 512


def test_each_process_runs_its_share_and_the_first_gathers(tmp_path: Path, monkeypatch) -> None:
    path, asked = tmp_path / "r.jsonl", {0: [], 1: []}
    plan = probes.plan_grid(None, GRID, tokenizer=load_tokenizer())
    monkeypatch.setattr(parallel, "describe_model", lambda _: {"label": "x", "revision": "y"})

    def run(index: int) -> probes.Results:
        def answer(session, items, *, way):
            for item in items:
                asked[index].append(item.cell.id)
                yield item.record(["It is 1."])

        monkeypatch.setattr(parallel, "answer_items", answer)
        monkeypatch.setattr(
            accelerate,
            "PartialState",
            lambda: SimpleNamespace(
                is_main_process=index == 0,
                process_index=index,
                num_processes=2,
                wait_for_everyone=lambda: None,
            ),
        )
        return probes.run_grid_in_parallel(None, plan, path=path)  # type: ignore[arg-type]

    gather_parts(path, plan.header({"label": "x", "revision": "y"}))
    cells = [item.cell.id for item in plan.items]
    run(1)  # the first process was killed, say: the part of the second waits for it
    assert len(list(tmp_path.glob("*.part1"))) == 1 and asked[1] == cells[3:]
    for _ in range(3):  # one after another here: each first run finds less to do
        results = run(0)
        run(1)
    assert [p.name for p in tmp_path.glob("*") if p.suffix == ".part0"] == []
    results = run(0)
    assert sorted(record["cell"] for record in results.records) == sorted(cells)
    assert sorted(asked[0] + asked[1]) == sorted(cells), "a cell was asked twice"
    assert [p.name for p in tmp_path.iterdir()] == ["r.jsonl"]


LAUNCHED = """
import torch
torch.set_num_threads(1)
from test_probes_parallel import GRID
from llama_explore import open_session, probes
results = probes.run_grid_in_parallel(open_session("pocket:chat", device_map="cpu"), GRID, path={path!r})
assert len(results.records) == 6
"""  # noqa: E501


@pytest.mark.slow
def test_accelerate_launches_two_processes_and_the_results_are_those_of_one(
    tmp_path: Path, monkeypatch
) -> None:
    path, script = tmp_path / "r.jsonl", tmp_path / "script.py"
    script.write_text(LAUNCHED.format(path=str(path)))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    launch = [sys.executable, "-m", "accelerate.commands.launch", "--cpu", "--num_processes", "2"]
    ended = subprocess.run([*launch, str(script)], capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr[-2000:]
    torch.set_num_threads(1)
    alone = probes.run_grid(open_session("pocket:chat"), GRID, progress=False)
    together = probes.load_results(path)
    compared = probes.compare_results(alone, together)
    assert compared.n == 6 and compared.same_answers == 1
