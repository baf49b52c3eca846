"""What ``llama-explore probe`` does: plan, run here or on a server, and say what came out."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import TYPE_CHECKING

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.grid import Grid
from llama_explore.probes.haystacks import FromFile, Generated

if TYPE_CHECKING:
    from llama_explore.probes.results import Results


def run_probe(options: Namespace) -> int:
    """Run the sub-command and return its exit status.

    Args:
        options: As the parser in `llama_explore.cli` makes them.

    Raises:
        LlamaExploreError: The message says what is wrong; finished cells are in the file.
    """
    grid = Grid(
        tasks=options.tasks,
        lengths=options.lengths,
        depths=options.depths,
        repeats=options.repeats,
        seed=options.seed,
        way=options.way,
        haystack=FromFile(options.haystack) if options.haystack else Generated(),
        beyond_context=options.beyond_context,
    )
    results = _run_there(options, grid) if options.endpoint else _run_here(options, grid)
    if results is not None:
        print(results)
        _print_lengths(results)
        print(f"\nEvery answer is in {options.out}.")
    return 0


def _run_here(options: Namespace, grid: Grid) -> Results | None:
    from llama_explore.probes.plan import plan_grid
    from llama_explore.probes.run import run_grid
    from llama_explore.session import open_session

    session = open_session(options.model)
    plan = plan_grid(session, grid)
    print(plan)
    return None if options.plan else run_grid(session, plan, path=options.out)


def _run_there(options: Namespace, grid: Grid) -> Results | None:
    from llama_explore.chat.answering import Endpoint
    from llama_explore.probes.endpoint import plan_for_endpoint, run_grid_on_endpoint

    if not options.model:
        raise LlamaExploreError(
            "There is no name for the model on the server.",
            "Add --model with the name that the server uses; URL/models lists it.",
        )
    key = os.environ.get("LLAMA_EXPLORE_API_KEY") or "none"
    endpoint = Endpoint(options.endpoint, options.model, key)
    form = "plain" if options.plain else "chat"
    plan = plan_for_endpoint(endpoint, grid, context=options.context, form=form)
    print(plan)
    if options.plan:
        return None
    return run_grid_on_endpoint(
        endpoint,
        plan,
        path=options.out,
        revision=options.revision,
        context=options.context,
        concurrency=options.concurrency,
        timeout_seconds=options.timeout,
        patience_seconds=options.patience,
        check_tokens=not options.no_token_check,
    )


def _print_lengths(results: Results) -> None:
    """Print the share of right answers at each length."""
    for task in results.tasks:
        print(f"\n{task}")
        for score in results.by_length(task):
            interval = f"{score.low:.0%} to {score.high:.0%}"
            print(f"  {score.length:>9,} tokens  {score.mean:6.1%} of {score.n:,} ({interval})")
