"""Plan a probe grid before it runs: its cells, the tokens it takes, time and memory."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from llama_explore.probes.haystacks import Generated, Haystack
from llama_explore.probes.items import Cell, Item
from llama_explore.probes.tasks import Task

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from llama_explore.session import Session

WAYS = ("usual", "exact", "scan")


@dataclass(frozen=True)
class Grid:
    """What to probe: every task at every length and depth, some times over.

    Attributes:
        tasks: Names of `TASKS`, or tasks of your own such as `OwnNeedle`.
        lengths: Tokens of prompt and room for the answer together.
        depths: How many, evenly from 0 to 100; or percentages.
        repeats: How often each cell is asked, with other needles and another haystack.
        seed: Everything generated follows from it.
        way: "exact" keeps the cache of shared beginnings; "scan" also puts the needles of all
            depths into one context; "usual" reads every prompt anew.
        haystack: `Generated`, `FromFile` or `Repeated`.
        beyond_context: Allow lengths over the model's context.
    """

    tasks: Sequence[str | Task] = ("number",)
    lengths: Sequence[int] = (512, 1024, 2048)
    depths: int | Sequence[float] = 11
    repeats: int = 1
    seed: int = 0
    way: str = "exact"
    haystack: Haystack = field(default_factory=Generated)
    beyond_context: bool = False


@dataclass(frozen=True, repr=False)
class Plan:
    """A grid that has been counted.

    Attributes:
        grid: What was asked for.
        items: One for each cell; prompts with a shared beginning follow each other.
        n_usual_tokens: Tokens that one full generate a cell would process, prompts only.
        n_least_tokens: Tokens left when no shared beginning is read twice.
        seconds: Estimated time; None without a model here.
        peak_bytes: Estimated memory above the weights; None without a model here.
    """

    grid: Grid
    items: tuple[Item, ...]
    n_usual_tokens: int
    n_least_tokens: int
    seconds: float | None
    peak_bytes: int | None

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
        raise NotImplementedError


def plan_grid(
    session: Session | None,
    grid: Grid,
    *,
    tokenizer: PreTrainedTokenizerFast | None = None,
    context: int | None = None,
    form: str = "chat",
) -> Plan:
    """Make the items of a grid, count them, and refuse what cannot fit.

    Args:
        session: The model that will run it; None to plan for a server.
        grid: What to probe.
        tokenizer: Without a session: the server's model's tokenizer.
        context: Without a session: the server's longest context, if it is known.
        form: Without a session: "chat", or "plain" for a base model.
    """
    raise NotImplementedError
