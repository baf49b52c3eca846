"""One grid over several GPUs of this machine, each with the whole model: accelerate's processes.

A script of four lines is started with ``accelerate launch --num_processes 4 script.py``:

    state = accelerate.PartialState()
    session = open_session(device_map={"": state.device})
    grid = probes.Grid(lengths=(4096, 8192), depths=11)
    results = probes.run_grid_in_parallel(session, grid, path="results.jsonl")
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_explore.probes.grid import Grid
from llama_explore.probes.items import Item
from llama_explore.probes.plan import Plan, plan_grid
from llama_explore.probes.provenance import describe_model
from llama_explore.probes.results import Results, load_results
from llama_explore.probes.results_file import ResultFile
from llama_explore.probes.run import answer_items

if TYPE_CHECKING:
    from llama_explore.session import Session


def run_grid_in_parallel(session: Session, grid: Grid | Plan, *, path: str | Path) -> Results:
    """Run a grid's share in each process that accelerate has started, into one result file.

    Each process writes a file of its own beside `path`, cell by cell; at the end, and at the
    beginning of a run that goes on, the first process gathers them. Started alone it does all.

    Example: with 4 processes, each of 44 cells is asked by one of them, 11 by each.

    Args:
        session: This process's model.
        grid: The same in each process.
        path: The same in each process.

    Returns:
        All results, in each process.

    Raises:
        LlamaExploreError: The grid is impossible or does not fit, or a file cannot be used.
    """
    accelerate: Any = import_module("accelerate")  # it has no type hints
    state = accelerate.PartialState()
    path = Path(path).expanduser()
    plan = grid if isinstance(grid, Plan) else plan_grid(session, grid)
    header = plan.header(describe_model(session))
    if state.is_main_process:
        gather_parts(path, header)
    state.wait_for_everyone()
    done = {record["cell"] for record in load_results(path).records}
    pending = list_share(plan.pending_items(done), state.process_index, state.num_processes)
    with ResultFile(path.with_name(f"{path.name}.part{state.process_index}"), header) as file:
        for record in answer_items(session, pending, way=plan.grid.way):
            file.append(record)
    state.wait_for_everyone()
    if state.is_main_process:
        gather_parts(path, header)
    state.wait_for_everyone()
    return load_results(path)


def list_share(items: Sequence[Item], index: int, n_shares: int) -> list[Item]:
    """Return one process's items: side by side, so that they share their beginnings.

    The shares have about as many tokens each.
    """
    sizes = [sum(len(question.ids) for question in item.questions) for item in items]
    total, share, before = sum(sizes), [], 0
    for item, size in zip(items, sizes, strict=True):
        if int((before + size / 2) * n_shares / total) == index:
            share.append(item)
        before += size
    return share


def gather_parts(path: Path, header: dict[str, Any]) -> None:
    """Put the cells of all parts beside a result file into it, and remove the parts."""
    with ResultFile(path, header) as whole:
        for part in sorted(path.parent.glob(f"{path.name}.part*")):
            if part.suffix == ".lock":
                continue
            with ResultFile(part, header) as file:
                for record in file.done.values():
                    whole.append(record)
            part.unlink()
