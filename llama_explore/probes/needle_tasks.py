"""Needle tasks: statements hidden in a haystack, and questions about them.

Each task makes seeded items that are scored exactly. Tasks that are no needles are in
`tasks`; `TASKS` there has all of them by name.

A repeat hides the same needle at every length and depth: what differs between two of its cells
is length and depth alone, and their prompts share their beginnings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from llama_explore.errors import LlamaExploreError
from llama_explore.pocket.needle_words import CITIES
from llama_explore.probes.compose import Ask, Composer
from llama_explore.probes.items import Cell, Item, normalise
from llama_explore.probes.keyed import Keyed, draw_keyed

N_ANSWER_TOKENS = 32
"""Room for an answer to one question; the usual needle scripts leave as much or more."""


class Task(Protocol):
    """What every task has."""

    @property
    def name(self) -> str:
        """Short and unique within a grid."""

    @property
    def has_depth(self) -> bool:
        """Whether its cells differ in depth."""

    @property
    def can_scan(self) -> bool:
        """Whether the needles of all depths may stand in one context."""

    def make(
        self, composer: Composer, length: int, depths: Sequence[float], repeat: int, *, scan: bool
    ) -> list[Item]:
        """Return one item for each depth, or one in all if the task has no depth."""


@dataclass(frozen=True)
class Needle:
    """One needle with a key; in a scan one for each depth.

    Attributes:
        kind: "number", "word" or "tokens".
    """

    kind: str
    has_depth = True
    can_scan = True

    @property
    def name(self) -> str:
        """The kind of value."""
        return self.kind

    def make(
        self, composer: Composer, length: int, depths: Sequence[float], repeat: int, *, scan: bool
    ) -> list[Item]:
        """Return one item for each depth."""
        rng = composer.rng(self.name, repeat)
        needles = draw_keyed(rng, self.kind, len(depths) if scan else 1, composer)
        if not scan:
            return [self._items(composer, needles, [depth], length, repeat)[0] for depth in depths]
        rng.shuffle(needles)
        return self._items(composer, needles, depths, length, repeat)

    def _items(
        self,
        composer: Composer,
        needles: Sequence[Keyed],
        depths: Sequence[float],
        length: int,
        repeat: int,
    ) -> list[Item]:
        questions = composer.hide(
            [(needle.statement, depth) for needle, depth in zip(needles, depths, strict=True)],
            [needle.ask for needle in needles],
            length=length,
            repeat=repeat,
            n_answer_tokens=N_ANSWER_TOKENS,
        )
        return [
            Item(Cell(self.name, length, depth, repeat), (question,))
            for depth, question in zip(depths, questions, strict=True)
        ]


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
    can_scan = False

    def make(
        self, composer: Composer, length: int, depths: Sequence[float], repeat: int, *, scan: bool
    ) -> list[Item]:
        """Return one item for each depth.

        Raises:
            LlamaExploreError: A part is empty, holds a chat marker, or does not hold the value.
        """
        for what in ("statement", "question", "value"):
            text = getattr(self, what)
            if not text.strip():
                raise LlamaExploreError(
                    f"The {what} of the needle is empty.", "Give statement, question and value."
                )
            composer.prompter.check_plain(text, f"The needle's {what}")
        if normalise(self.value) not in normalise(self.statement):
            raise LlamaExploreError(
                f"The value {self.value!r} does not stand in the needle {self.statement!r}.",
                "Write the value as it stands in the statement; the answer is compared with it.",
            )
        statement = " ".join(self.statement.split())
        ask = Ask(self.question.strip(), (self.value.strip(),), statement)
        items = []
        for depth in depths:
            questions = composer.hide(
                [(statement, depth)],
                [ask],
                length=length,
                repeat=repeat,
                n_answer_tokens=N_ANSWER_TOKENS,
            )
            items.append(Item(Cell(self.name, length, depth, repeat), tuple(questions)))
        return items


@dataclass(frozen=True)
class ManyKeys:
    """One needle among others that differ only in their key (RULER's multi-key task).

    Attributes:
        n_keys: Needles in all; the others stand at random depths.
    """

    n_keys: int = 4
    name = "keys"
    has_depth = True
    can_scan = False

    def make(
        self, composer: Composer, length: int, depths: Sequence[float], repeat: int, *, scan: bool
    ) -> list[Item]:
        """Return one item for each depth of the needle that is asked for."""
        rng = composer.rng(self.name, repeat)
        asked, *others = draw_keyed(rng, "number", self.n_keys, composer)
        around = [(other.statement, rng.uniform(0, 100)) for other in others]
        return [
            Item(
                Cell(self.name, length, depth, repeat),
                tuple(
                    composer.hide(
                        [(asked.statement, depth), *around],
                        [asked.ask],
                        length=length,
                        repeat=repeat,
                        n_answer_tokens=N_ANSWER_TOKENS,
                    )
                ),
            )
            for depth in depths
        ]


@dataclass(frozen=True)
class ManyValues:
    """Several values of one key, all of them asked for at once (RULER's multi-value task).

    Attributes:
        n_values: How many, at random depths; the score is the share found.
    """

    n_values: int = 4
    name = "values"
    has_depth = False
    can_scan = False

    def make(
        self, composer: Composer, length: int, depths: Sequence[float], repeat: int, *, scan: bool
    ) -> list[Item]:
        """Return one item."""
        rng = composer.rng(self.name, repeat)
        key = rng.choice(CITIES)
        values = [str(rng.randrange(10_000, 100_000)) for _ in range(self.n_values)]
        statements = [
            (f"One of the secret numbers of {key} is {value}.", rng.uniform(0, 100))
            for value in values
        ]
        ask = Ask(f"What are all the secret numbers of {key}?", tuple(values))
        questions = composer.hide(
            statements, [ask], length=length, repeat=repeat,
            n_answer_tokens=N_ANSWER_TOKENS + 8 * self.n_values,
        )  # fmt: skip
        return [Item(Cell(self.name, length, None, repeat), tuple(questions))]


@dataclass(frozen=True)
class ManyQueries:
    """Several needles in one context and a question about each (RULER's multi-query task).

    Every question is a prompt of its own, so that each one's depth and score are known.

    Attributes:
        n_queries: How many, at random depths; the score is the share found.
    """

    n_queries: int = 4
    name = "queries"
    has_depth = False
    can_scan = False

    def make(
        self, composer: Composer, length: int, depths: Sequence[float], repeat: int, *, scan: bool
    ) -> list[Item]:
        """Return one item with a question for each needle."""
        rng = composer.rng(self.name, repeat)
        needles = draw_keyed(rng, "number", self.n_queries, composer)
        questions = composer.hide(
            [(needle.statement, rng.uniform(0, 100)) for needle in needles],
            [needle.ask for needle in needles],
            length=length,
            repeat=repeat,
            n_answer_tokens=N_ANSWER_TOKENS,
        )
        return [Item(Cell(self.name, length, None, repeat), tuple(questions))]
