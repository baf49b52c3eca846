"""What a probe asks. Each task makes seeded items that are scored exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Task(Protocol):
    """What every task has.

    Attributes:
        name: Short and unique within a grid.
        has_depth: Whether its cells differ in depth.
    """

    @property
    def name(self) -> str: ...

    @property
    def has_depth(self) -> bool: ...


@dataclass(frozen=True)
class OwnNeedle:
    """A sentence of the reader's own, and a question about it.

    Attributes:
        statement: What is hidden, for example "My grandmother hid the key in the piano."
        question: For example "Where did my grandmother hide the key?"
        value: What a right answer holds, for example "piano".
        name: What the cells are called.
    """

    statement: str
    question: str
    value: str
    name: str = "own"
    has_depth = True


TASKS: dict[str, Task] = {}
"""By name: number, word, tokens, keys, values, queries, variables, common_words, copying, loss."""
