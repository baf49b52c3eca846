"""All tasks by name, and those that are no needles.

These follow variables, count words, copy, and take the loss by position. A small model may well
fail at the first two; that is a result, not a fault.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.compose import Ask, Composer, make_question
from llama_explore.probes.items import Cell, Item
from llama_explore.probes.needle_tasks import (
    ManyKeys,
    ManyQueries,
    ManyValues,
    Needle,
    OwnNeedle,
    Task,
)

__all__ = ["TASKS", "CommonWords", "Copying", "LossByPosition", "OwnNeedle", "Task", "Variables"]


@dataclass(frozen=True)
class Variables:
    """Follow a value through a chain of variables (RULER's variable tracking).

    Attributes:
        n_hops: Assignments after the first, in order, at random depths; the score is the share
            of the variables that the answer names.
    """

    n_hops: int = 4
    name = "variables"
    has_depth = False
    can_scan = False

    def make(
        self, composer: Composer, length: int, depths: Sequence[float], repeat: int, *, scan: bool
    ) -> list[Item]:
        """Return one item."""
        rng = composer.rng(self.name, repeat)
        value = str(rng.randrange(10_000, 100_000))
        names = ["".join(rng.sample(string.ascii_uppercase, 5)) for _ in range(self.n_hops + 1)]
        lines = [f"VAR {names[0]} = {value}."]
        lines += [f"VAR {new} = VAR {old}." for old, new in pairwise(names)]
        places = sorted(rng.uniform(0, 100) for _ in lines)
        question = f"Which variables have the value {value}? Name all {len(names)} of them."
        questions = composer.hide(
            list(zip(lines, places, strict=True)),
            [Ask(question, tuple(names))],
            length=length,
            repeat=repeat,
            n_answer_tokens=64,
        )
        return [Item(Cell(self.name, length, None, repeat), tuple(questions))]


@dataclass(frozen=True)
class CommonWords:
    """Name the words that are most common in a list (RULER's common-words extraction).

    Attributes:
        n_common: Words that make up a third of the list together; every other word is rare.
            The score is the share of them that the answer names.
    """

    n_common: int = 5
    name = "common_words"
    has_depth = False
    can_scan = False

    def make(
        self, composer: Composer, length: int, depths: Sequence[float], repeat: int, *, scan: bool
    ) -> list[Item]:
        """Return one item."""
        rng = composer.rng(self.name, repeat)
        pool = rng.sample(composer.prompter.words, len(composer.prompter.words))
        common, rare = pool[: self.n_common], pool[self.n_common :]

        def write(n_words: int) -> str:
            n_rare = n_words - n_words // 3
            words = [rare[i % len(rare)] for i in range(n_rare)]
            words += [common[i % self.n_common] for i in range(n_words - n_rare)]
            composer.rng(self.name, repeat, n_words).shuffle(words)
            # With something before it, every word is one token, whichever comes first.
            return " ".join(["Words:", *words])

        n_answer_tokens = 48
        question = f"What are the {self.n_common} most common words in the list above?"
        _, prompt = composer.fit(write, question, length - n_answer_tokens, key=(self.name,))
        ask = Ask(question, tuple(common))
        return [
            Item(
                Cell(self.name, length, None, repeat),
                (make_question(prompt, ask, None, n_answer_tokens),),
            )
        ]


@dataclass(frozen=True)
class Copying:
    """Go on with a passage that stood earlier: random words, then eight of them once more.

    The prompt is plain text without a chat template: it asks what attention can do, not manners.

    Attributes:
        n_cue: Words repeated at the end.
        n_wanted: Words that should follow; all of them have to be right.
    """

    n_cue: int = 8
    n_wanted: int = 8
    name = "copying"
    has_depth = True
    can_scan = True

    def make(
        self, composer: Composer, length: int, depths: Sequence[float], repeat: int, *, scan: bool
    ) -> list[Item]:
        """Return one item for each depth; they share their words in any case."""
        words = composer.prompter.words
        span, items = self.n_cue + self.n_wanted, []

        def draw(n_words: int) -> list[str]:
            rng = composer.rng(self.name, repeat)
            return rng.choices(words, k=n_words)

        for depth in depths:
            starts = list[int]()

            def write(n_words: int, depth: float = depth, starts: list[int] = starts) -> str:
                n_text = n_words - self.n_cue
                if n_text < span:
                    raise LlamaExploreError(
                        f"{length:,} tokens are too few to copy {span} words.",
                        "Probe a greater length.",
                    )
                drawn = draw(n_text)
                starts[:] = [round((n_text - span) * depth / 100)]
                return " ".join([*drawn, *drawn[starts[0] : starts[0] + self.n_cue]])

            text, prompt = composer.fit(write, "", length - self.n_wanted, key=(self.name,))
            listed = text.split()
            at = starts[0] + self.n_cue
            wanted = " ".join(listed[at : at + self.n_wanted])
            came_out = 100 * starts[0] / max(1, len(listed) - self.n_cue - span)
            ask = Ask("", (wanted,), scoring="begins")
            question = make_question(prompt, ask, came_out, self.n_wanted)
            items.append(Item(Cell(self.name, length, depth, repeat), (question,)))
        return items


@dataclass(frozen=True)
class LossByPosition:
    """How well each token of the haystack itself is predicted, by its position.

    A model that uses its context predicts late tokens at least as well as early ones; one that
    is past its context does not.
    """

    name = "loss"
    has_depth = False
    can_scan = False

    def make(
        self, composer: Composer, length: int, depths: Sequence[float], repeat: int, *, scan: bool
    ) -> list[Item]:
        """Return one item: `length` tokens of haystack as plain text, with no room for answers."""
        stream = composer.stream(repeat)

        def write(n_tokens: int) -> str:
            return " ".join(stream.cut(0, n_tokens, exact=True)[0])

        _, prompt = composer.fit(write, "", length, key=(self.name,))
        question = make_question(prompt, Ask("", ()), None, 0)
        return [Item(Cell(self.name, length, None, repeat), (question,), "loss")]


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Needle("number"),
        Needle("word"),
        Needle("tokens"),
        ManyKeys(),
        ManyValues(),
        ManyQueries(),
        Variables(),
        CommonWords(),
        Copying(),
        LossByPosition(),
    )
}
"""Every task by its name; `OwnNeedle` is made by hand."""
