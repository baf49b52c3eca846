"""Plan a probe grid before it runs: its cells, the tokens it takes, time and memory."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from llama_explore.budget import show_bytes
from llama_explore.errors import LlamaExploreError
from llama_explore.probes.compose import Composer
from llama_explore.probes.grid import Grid
from llama_explore.probes.haystacks import FromFile
from llama_explore.probes.items import Cell, Item
from llama_explore.probes.prefix_tree import count_least
from llama_explore.probes.prompts import Prompter

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from llama_explore.probes.cost import Cost
    from llama_explore.session import Session


@dataclass(frozen=True, repr=False, eq=False)
class Plan:
    """A grid that has been written out and counted.

    Attributes:
        grid: What was asked for.
        form: "chat" or "plain".
        items: One for each cell; prompts with a shared beginning follow each other.
        n_usual_tokens: Tokens of all prompts, as one full generate a question reads them.
        n_least_tokens: Tokens left when no shared beginning is read twice.
        cost: Estimated time and memory; None without a model here.
    """

    grid: Grid
    form: str
    items: tuple[Item, ...] = field(repr=False)
    n_usual_tokens: int
    n_least_tokens: int
    cost: Cost | None

    @property
    def cells(self) -> list[Cell]:
        """The cells, in the order in which they are run."""
        return [item.cell for item in self.items]

    def pending_items(self, done: Container[str]) -> list[Item]:
        """Return the items whose cells are not in `done`, a result file's finished cells."""
        return [item for item in self.items if item.cell.id not in done]

    def header(self, model: dict[str, Any]) -> dict[str, Any]:
        """Return the first line of a result file.

        Args:
            model: At least "label" and "revision"; a server's address goes under "endpoint".
        """
        from llama_explore.probes.provenance import describe_versions

        return {
            "model": model,
            "grid": {**self.grid.describe(), "form": self.form},
            "n_cells": len(self.items),
            "versions": describe_versions(),
        }

    def rows(self) -> list[tuple[str, str]]:
        """Return what a table shows: names and figures."""
        grid = self.grid.describe()
        names = [task if isinstance(task, str) else task["name"] for task in grid["tasks"]]
        rows = [
            ("tasks", ", ".join(names)),
            ("lengths", ", ".join(f"{length:,}" for length in grid["lengths"])),
            ("depths", ", ".join(f"{depth:g} %" for depth in grid["depths"])),
            ("cells", f"{len(self.items):,}"),
            ("tokens, the usual way", f"{self.n_usual_tokens:,}"),
            (f"tokens, {self.grid.way}", f"{self.n_tokens:,}"),
        ]
        if self.cost:
            rows += [
                ("time, about", show_seconds(self.cost.seconds)),
                ("memory above the weights", show_bytes(self.cost.peak_bytes)),
            ]
        return rows

    @property
    def n_tokens(self) -> int:
        """Prompt tokens that the grid's own way reads."""
        return self.n_usual_tokens if self.grid.way == "usual" else self.n_least_tokens

    def __repr__(self) -> str:
        return "\n".join(["Plan of a probe grid", *(f"  {k:<26}{v}" for k, v in self.rows())])

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th>"
            f"<td style='text-align:left'>{escape(value)}</td></tr>"
            for name, value in self.rows()
        )
        return f"<b>Plan of a probe grid</b><table>{cells}</table>"


def plan_grid(
    session: Session | None,
    grid: Grid,
    *,
    tokenizer: PreTrainedTokenizerFast | None = None,
    context: int | None = None,
    form: str = "chat",
) -> Plan:
    """Write out a grid's prompts, count them, and refuse what cannot fit.

    Example: 7 lengths from 512 to 8,192 at 11 depths are 77 cells. A scan reads about a tenth
    of the tokens that one generate a cell reads.

    Args:
        session: The model that will run it; None to plan for a server.
        grid: What to probe.
        tokenizer: Without a session: the tokenizer of the server's model.
        context: Without a session: the server's longest context, if it is known.
        form: Without a session: "chat", or "plain" for a base model.

    Raises:
        LlamaExploreError: The grid is impossible, or too much for the model or the memory.
    """
    if session is not None:
        tokenizer, context = session.tokenizer, session.config.max_position_embeddings
        form = "chat" if session.stage == "chat" else "plain"
    elif tokenizer is None:
        raise LlamaExploreError(
            "There is neither a session nor a tokenizer to write the prompts with.",
            "Give plan_grid a session, or tokenizer=load_tokenizer() to plan for a server.",
        )
    grid.check(context)
    prompter = Prompter(tokenizer, form)
    if isinstance(grid.haystack, FromFile):
        prompter.check_plain(grid.haystack.read(), "The haystack file")
    composer = Composer(prompter, grid.haystack, grid.seed)
    items = [
        item
        for repeat in range(grid.repeats)
        for task in grid.list_tasks()
        for length in grid.list_lengths()
        for item in task.make(composer, length, grid.list_depths(), repeat, scan=grid.way == "scan")
    ]
    # A prompt and its like side by side: here for the cache, there for a server's.
    items.sort(key=lambda item: (item.kind, item.questions[0].ids))
    prompts = [question.ids for item in items for question in item.questions]
    cost = None
    if session is not None:
        from llama_explore.probes.cost import check_memory, estimate_cost

        cost = estimate_cost(session, items, way=grid.way)
        check_memory(session, cost)
    return Plan(
        grid=grid,
        form=form,
        items=tuple(items),
        n_usual_tokens=sum(map(len, prompts)),
        n_least_tokens=count_least(prompts),
        cost=cost,
    )


def show_seconds(seconds: float) -> str:
    """Return a time for people: ``"48 s"``, ``"12 min"``, ``"3.5 h"``."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
