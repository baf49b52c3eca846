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
    name: home
    for home, names in {
        "bench": ("ProbeBench",),
        "grid": ("Grid",),
        "haystacks": ("FromFile", "Generated", "Repeated"),
        "items": ("SCORINGS", "Cell", "Item", "Question"),
        "parallel": ("run_grid_in_parallel",),
        "plan": ("Plan", "plan_grid"),
        "prompts": ("Prompter",),
        "compare": ("Comparison", "compare_results"),
        "endpoint": ("plan_for_endpoint", "run_grid_on_endpoint"),
        "measures": ("EffectiveContext", "Score", "wilson_interval"),
        "look": ("Look", "look_for"),
        "results": ("Results", "load_results"),
        "results_file": ("ResultFile", "read_results"),
        "run": ("Work", "answer_items", "check_for_server", "run_grid"),
        "tasks": ("TASKS", "OwnNeedle"),
        "views": (
            "draw_comparison",
            "draw_depth_curve",
            "draw_heat_map",
            "draw_length_curve",
            "draw_losses",
        ),
    }.items()
    for name in names
}

__all__ = [
    "SCORINGS",
    "TASKS",
    "Cell",
    "Comparison",
    "EffectiveContext",
    "FromFile",
    "Generated",
    "Grid",
    "Item",
    "Look",
    "OwnNeedle",
    "Plan",
    "ProbeBench",
    "Prompter",
    "Question",
    "Repeated",
    "ResultFile",
    "Results",
    "Score",
    "Work",
    "answer_items",
    "check_for_server",
    "compare_results",
    "draw_comparison",
    "draw_depth_curve",
    "draw_heat_map",
    "draw_length_curve",
    "draw_losses",
    "load_results",
    "look_for",
    "plan_for_endpoint",
    "plan_grid",
    "read_results",
    "run_grid",
    "run_grid_in_parallel",
    "run_grid_on_endpoint",
    "wilson_interval",
]

if TYPE_CHECKING:
    from llama_explore.probes.bench import ProbeBench
    from llama_explore.probes.compare import Comparison, compare_results
    from llama_explore.probes.grid import Grid
    from llama_explore.probes.haystacks import FromFile, Generated, Repeated
    from llama_explore.probes.items import SCORINGS, Cell, Item, Question
    from llama_explore.probes.look import Look, look_for
    from llama_explore.probes.measures import EffectiveContext, Score, wilson_interval
    from llama_explore.probes.parallel import run_grid_in_parallel
    from llama_explore.probes.plan import Plan, plan_grid
    from llama_explore.probes.prompts import Prompter
    from llama_explore.probes.results import Results, load_results
    from llama_explore.probes.results_file import ResultFile, read_results
    from llama_explore.probes.run import Work, answer_items, check_for_server, run_grid
    from llama_explore.probes.tasks import TASKS, OwnNeedle
    from llama_explore.probes.views import (
        draw_comparison,
        draw_depth_curve,
        draw_heat_map,
        draw_length_curve,
        draw_losses,
    )


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"llama_explore.probes.{_HOME[name]}"), name)
    raise AttributeError(f"module 'llama_explore.probes' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
