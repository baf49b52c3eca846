"""What to probe: tasks, lengths, depths, repeats, and the way to read it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from typing import Any

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.haystacks import Generated, Haystack
from llama_explore.probes.tasks import TASKS, Task

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

    def list_tasks(self) -> list[Task]:
        """Return the tasks, by name or as they are.

        Raises:
            LlamaExploreError: There is no task of a name, or there are two.
        """
        tasks = []
        for task in [self.tasks] if isinstance(self.tasks, str) else self.tasks:
            if isinstance(task, str) and task not in TASKS:
                close = get_close_matches(task, TASKS, n=1)
                raise LlamaExploreError(
                    f"There is no task {task!r}.",
                    f"Did you mean {close[0]!r}?" if close else f"Choose of {', '.join(TASKS)}.",
                )
            tasks.append(TASKS[task] if isinstance(task, str) else task)
        names = [task.name for task in tasks]
        if not tasks or len(set(names)) < len(names):
            raise LlamaExploreError(
                f"The tasks are {names}; there has to be at least one, and none twice.",
                "Give every task of your own a name of its own.",
            )
        return tasks

    def list_lengths(self) -> list[int]:
        """Return the lengths, in order and each once.

        Raises:
            LlamaExploreError: One is no whole number of tokens.
        """
        lengths = [self.lengths] if isinstance(self.lengths, int) else list(self.lengths)
        wrong = [length for length in lengths if type(length) is not int or length < 1]
        if wrong or not lengths:
            raise LlamaExploreError(
                f"The lengths are {lengths}; they have to be whole numbers of tokens.",
                "Give for example lengths=(512, 1024, 2048).",
            )
        return sorted(set(lengths))

    def list_depths(self) -> list[float]:
        """Return the depths as percentages, in order and each once.

        Example: for ``depths=5`` these are 0, 25, 50, 75 and 100.

        Raises:
            LlamaExploreError: A depth is not from 0 to 100.
        """
        if isinstance(self.depths, int):
            if self.depths < 1:
                raise LlamaExploreError(
                    f"{self.depths} depths are none.", "Give a number from 1, or percentages."
                )
            if self.depths == 1:
                return [50.0]
            return [100 * i / (self.depths - 1) for i in range(self.depths)]
        wrong = [depth for depth in self.depths if not 0 <= depth <= 100]  # NaN is wrong as well
        if wrong or not self.depths:
            raise LlamaExploreError(
                f"The depths hold {wrong}; a depth is a percentage from 0 (start) to 100 (end)."
                if wrong
                else "There are no depths.",
                "Give for example depths=(0, 50, 100), or a number such as 11.",
            )
        return sorted({float(depth) for depth in self.depths})

    def check(self, context: int | None) -> None:
        """Refuse a grid that is impossible.

        Args:
            context: The model's longest context in tokens, if it is known.

        Raises:
            LlamaExploreError: The message says what is wrong and what to change.
        """
        tasks, longest = self.list_tasks(), self.list_lengths()[-1]
        self.list_depths()
        if self.way not in WAYS:
            raise LlamaExploreError(
                f"There is no way {self.way!r} to run a grid.", f"Choose of {', '.join(WAYS)}."
            )
        if type(self.repeats) is not int or self.repeats < 1:
            raise LlamaExploreError(
                f"repeats is {self.repeats!r}; it has to be a whole number from 1.",
                "Give repeats=1 to ask each cell once.",
            )
        if context is not None and longest > context and not self.beyond_context:
            raise LlamaExploreError(
                f"A length of {longest:,} tokens is over the model's context of {context:,}.",
                "Take shorter lengths, or say beyond_context=True to see what happens there.",
            )
        fixed = [task.name for task in tasks if task.has_depth and not task.can_scan]
        if self.way == "scan" and fixed:
            raise LlamaExploreError(
                f"The task {fixed[0]!r} cannot be scanned: its needles have no keys of their own.",
                'Run it with way="exact", or scan number, word, tokens or copying.',
            )

    def describe(self) -> dict[str, Any]:
        """Return what a result file keeps of the grid: enough to make the same items again."""
        return {
            "tasks": [
                task.name if task is TASKS.get(task.name) else {"name": task.name, **_fields(task)}
                for task in self.list_tasks()
            ],
            "lengths": self.list_lengths(),
            "depths": self.list_depths(),
            "repeats": self.repeats,
            "seed": self.seed,
            "way": self.way,
            "haystack": self.haystack.describe(),
            "beyond_context": self.beyond_context,
        }


def _fields(task: Any) -> dict[str, Any]:
    return {"class": type(task).__name__, **asdict(task)}
