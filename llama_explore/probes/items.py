"""One cell of a probe grid as work to do: prompts, what counts as right, and how it is scored.

Nothing here needs a model. The runner in this process and the one for a server take the same
items, and both score with `Item.record`.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import mean
from typing import Any


@dataclass(frozen=True)
class Cell:
    """One place of a grid.

    Attributes:
        task: Name of the task, for example ``"number"``.
        length: Tokens of prompt and room for the answer together.
        depth_percent: Where the needle was asked to stand, 0 (start) to 100 (end); None for
            tasks without a depth.
        repeat: Number of the repetition, from 0.
    """

    task: str
    length: int
    depth_percent: float | None
    repeat: int

    @property
    def id(self) -> str:
        """The cell's name in a result file: ``"number/2048/50/0"``."""
        depth = "-" if self.depth_percent is None else f"{self.depth_percent:g}"
        return f"{self.task}/{self.length}/{depth}/{self.repeat}"


@dataclass(frozen=True)
class Question:
    """One prompt and what its answer must hold.

    Attributes:
        text: The question itself, the last thing in the prompt that a person would read.
        wanted: The values that a right answer holds.
        scoring: A key of `SCORINGS`.
        depth_percent: Where the needle came out, to the token; None without a depth.
        messages: The prompt as a conversation for a chat endpoint; None if it is plain text.
        prompt: The prompt as one text, template and begin-of-text marker included.
        ids: The prompt's token ids, by the model's own rules.
        n_answer_tokens: Tokens that the answer may take.
    """

    text: str
    wanted: tuple[str, ...]
    scoring: str
    depth_percent: float | None
    messages: tuple[dict[str, str], ...] | None
    prompt: str = field(repr=False)
    ids: array[int] = field(repr=False)
    n_answer_tokens: int

    def score(self, answer: str) -> float:
        """Return how right an answer is, from 0 to 1.

        Example: for ``wanted=("48213",)`` and the scoring "contains", both "It is 48213." and
        "The secret number is 48213." score 1.0 and "It is 4821." scores 0.0.
        """
        if self.messages is None:  # plain text has no end of turn; only its first line is meant
            answer = answer.strip().partition("\n")[0]
        return SCORINGS[self.scoring](answer, self.wanted)


@dataclass(frozen=True)
class Item:
    """One cell with its prompts.

    Attributes:
        cell: Which one.
        questions: Most tasks have one; several queries have more.
        kind: "answer", or "loss" for loss by position, which only a model in this process gives.
    """

    cell: Cell
    questions: tuple[Question, ...]
    kind: str = "answer"

    def record(self, answers: Sequence[str], *, seconds: float | None = None) -> dict[str, Any]:
        """Return the line of a result file for this cell.

        Args:
            answers: What the model answered, one text for each question, in order.
            seconds: How long the cell took, where that can be said.
        """
        if len(answers) != len(self.questions):
            raise ValueError(f"{len(self.questions)} questions, but {len(answers)} answers")
        if self.kind != "answer":
            raise ValueError("loss by position has no answers")
        scores = [
            question.score(answer) for question, answer in zip(self.questions, answers, strict=True)
        ]
        marked = [
            {
                "question": question.text,
                "wanted": list(question.wanted),
                "answer": answer,
                "score": score,
                "depth_percent": question.depth_percent,
                "n_prompt_tokens": len(question.ids),
            }
            for question, answer, score in zip(self.questions, answers, scores, strict=True)
        ]
        return {**self._place(), "score": mean(scores), "seconds": seconds, "answers": marked}

    def record_losses(
        self, edges: Sequence[int], losses: Sequence[float], *, seconds: float | None = None
    ) -> dict[str, Any]:
        """Return the line of a result file for a cell of loss by position.

        Args:
            edges: Positions between which each loss is a mean, one more than losses.
            losses: Mean loss of a token, in nats.
            seconds: How long the cell took.
        """
        losses, edges = list(losses), list(edges)
        return {**self._place(), "score": None, "seconds": seconds, "edges": edges,
                "losses": losses, "answers": []}  # fmt: skip

    def _place(self) -> dict[str, Any]:
        cell = self.cell
        return {
            "cell": cell.id,
            "task": cell.task,
            "length": cell.length,
            "depth_percent": cell.depth_percent,
            "repeat": cell.repeat,
        }


def contains(answer: str, wanted: Sequence[str]) -> float:
    """Return the share of the wanted values that stand in the answer as whole words.

    Example: ``contains("It is 48213.", ["48213"])`` is 1.0, and so is "IT IS 48213";
    ``contains("It is 482130.", ["48213"])`` is 0.0.
    """
    return mean(_stands_in(value, answer) for value in wanted)


def equals(answer: str, wanted: Sequence[str]) -> float:
    """Return 1.0 if the whole answer is the wanted text, but for case, space and a full stop.

    The pocket model's own frame "It is ... ." counts as no part of the answer.
    Example: ``equals("It is Paris.", ["paris"])`` is 1.0; ``equals("Paris, I think", ["paris"])``
    is 0.0.
    """
    stripped = normalise(answer)
    bare = stripped.removeprefix("it is ")
    return float(any(normalise(value) in (stripped, bare) for value in wanted))


def begins(answer: str, wanted: Sequence[str]) -> float:
    """Return 1.0 if the answer goes on exactly with the wanted text, but for space around it."""
    return float(any(answer.strip().startswith(value.strip()) for value in wanted))


SCORINGS: dict[str, Callable[[str, Sequence[str]], float]] = {
    "contains": contains,
    "equals": equals,
    "begins": begins,
}
"""The exact ways to score; no judge model."""


def normalise(text: str) -> str:
    """Return a text in lower case, with single spaces and without a full stop at the end.

    Example: ``normalise("  It is   Paris. ")`` is ``"it is paris"``.
    """
    return " ".join(text.casefold().split()).rstrip(".").rstrip()


def _stands_in(value: str, answer: str) -> bool:
    """Return whether a value stands in an answer and no letter or digit goes on beside it."""
    sought, text = normalise(value), " ".join(answer.casefold().split())
    before = r"(?<!\w)" if sought[:1].isalnum() else ""
    after = r"(?!\w)" if sought[-1:].isalnum() else ""
    return bool(sought) and re.search(before + re.escape(sought) + after, text) is not None
