"""Long-context probes: plan a grid, run it without paying twice, read what came out.

Example:
    >>> from llama_explore import open_session, probes
    >>> session = open_session()
    >>> grid = probes.Grid(tasks=("number",), lengths=(512, 2048), depths=5, way="scan")
    >>> results = probes.run_grid(session, grid, path="results.jsonl")
    >>> probes.draw_heat_map(results)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOME = {
    "Cell": "items",
    "Item": "items",
    "Question": "items",
    "SCORINGS": "items",
    "Generated": "haystacks",
    "FromFile": "haystacks",
    "Repeated": "haystacks",
    "TASKS": "tasks",
    "OwnNeedle": "tasks",
    "Grid": "grid",
    "Plan": "plan",
    "plan_grid": "plan",
    "ResultFile": "results_file",
    "read_results": "results_file",
}

__all__ = [
    "SCORINGS",
    "TASKS",
    "Cell",
    "FromFile",
    "Generated",
    "Grid",
    "Item",
    "OwnNeedle",
    "Plan",
    "Question",
    "Repeated",
    "ResultFile",
    "plan_grid",
    "read_results",
]  # fmt: skip

if TYPE_CHECKING:
    from llama_explore.probes.haystacks import FromFile, Generated, Repeated
    from llama_explore.probes.items import SCORINGS, Cell, Item, Question
    from llama_explore.probes.plan import Plan, plan_grid
    from llama_explore.probes.results_file import ResultFile, read_results
    from llama_explore.probes.tasks import TASKS, OwnNeedle


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"llama_explore.probes.{_HOME[name]}"), name)
    raise AttributeError(f"module 'llama_explore.probes' has no attribute {name!r}")
