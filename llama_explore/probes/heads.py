"""Which heads find the needle: scores of a grid's own questions, at each length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

import torch

from llama_explore.attention.scores import Head, HeadScores, score_retrieval
from llama_explore.errors import LlamaExploreError
from llama_explore.probes.grid import Grid
from llama_explore.probes.items import Question
from llama_explore.probes.plan import plan_grid

if TYPE_CHECKING:
    from llama_explore.session import Session
    from llama_explore.small_picture import Picture

FRAME = "It is"
"""How the answers begin behind which the value is read; the pocket model's own wording."""


@dataclass(frozen=True, repr=False, eq=False)
class RetrievalByLength:
    """Retrieval scores of every head at some lengths.

    Attributes:
        scores: One for each length, from `attention.score_retrieval`.
        n_cases: Questions at each length.
    """

    scores: dict[int, HeadScores] = field(repr=False)
    n_cases: int

    def top(self, n_heads: int = 3) -> list[Head]:
        """Return the heads with the highest mean score over all lengths, the best first."""
        return self._mean().top("retrieval", n_heads)

    def bottom(self, n_heads: int = 3, *, seed: int = 0) -> list[Head]:
        """Return heads with the lowest mean score, the worst first; of equals, any.

        Most heads never look: which of them are named is drawn, so that it is not always the
        last layer's.

        Args:
            n_heads: How many.
            seed: Of the draw among equals.
        """
        mean = self._mean()
        ranked = mean.top("retrieval", mean.scores["retrieval"].numel())
        drawn = Random(seed).sample(ranked, len(ranked))
        return sorted(drawn, key=lambda head: head.score)[:n_heads]

    def _mean(self) -> HeadScores:
        first = next(iter(self.scores.values()))
        tables = torch.stack([each.scores["retrieval"] for each in self.scores.values()])
        return HeadScores({"retrieval": tables.mean(0)}, first.layers, first.n_kv_heads)

    def __repr__(self) -> str:
        lines = [f"Retrieval scores from {self.n_cases} questions at each length"]
        for length, scores in self.scores.items():
            best = scores.top("retrieval", 1)[0]
            lines.append(
                f"  {length:>7,} tokens: best {best.score:.2f}, layer {best.layer}, head "
                f"{best.head} (KV head {best.kv_head})"
            )
        return "\n".join(lines)


def score_by_length(
    session: Session,
    lengths: Sequence[int],
    *,
    task: str = "number",
    depths: int = 3,
    seed: int = 0,
) -> RetrievalByLength:
    """Score every head by how often it looks at the needle's next token, at each length.

    The questions are those that a grid asks; the right answer is read teacher-forced.

    Example: ``score_by_length(session, (512, 2048)).top(1)[0].layer``

    Args:
        session: The open model.
        lengths: Tokens of each prompt.
        task: A task with one keyed needle: "number", "word" or "tokens".
        depths: At how many depths a needle is hidden, at least 2.
        seed: Of the needles.

    Raises:
        LlamaExploreError: The grid is impossible.
    """
    plan = plan_grid(session, Grid(tasks=(task,), lengths=lengths, depths=depths, seed=seed))
    found: dict[int, HeadScores] = {}
    for length in sorted({item.cell.length for item in plan.items}):
        questions = [item.questions[0] for item in plan.items if item.cell.length == length]
        cases = [_spell_out(session, question) for question in questions]
        prompts, answers, needles = (list(part) for part in zip(*cases, strict=True))
        found[length] = score_retrieval(session.model, prompts, answers, needles)
    return RetrievalByLength(found, depths)


def _spell_out(
    session: Session, question: Question
) -> tuple[torch.Tensor, torch.Tensor, tuple[int, int]]:
    """Return a prompt that ends behind "It is", the value's tokens, and where they stand."""

    def encode(text: str) -> list[int]:
        ids: list[int] = session.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    ids = question.ids.tolist()
    value = encode(f" {question.wanted[0]}")
    size = len(value)
    at = next((i for i in range(len(ids)) if ids[i : i + size] == value), None)
    if at is None:
        raise LlamaExploreError(
            f"The tokens of {question.wanted[0]!r} do not stand in the prompt as they are written.",
            "Take another task or seed.",
        )
    prompt = [*ids, *encode(FRAME if question.messages else f" {FRAME}")]
    return torch.tensor(prompt), torch.tensor(value), (at, at + size)


def draw_by_length(found: RetrievalByLength) -> Picture:
    """Draw the retrieval score of each head at each length, a map of layers by query heads."""
    from matplotlib.figure import Figure

    from llama_explore.small_picture import take_picture

    figure = Figure(figsize=(2.9 * len(found.scores) + 0.6, 2.7), layout="constrained")
    panels = figure.subplots(1, len(found.scores), squeeze=False)[0]
    for panel, (length, scores) in zip(panels, found.scores.items(), strict=True):
        table = scores.scores["retrieval"]
        image = panel.imshow(table.numpy(), cmap="viridis", vmin=0, vmax=1, aspect="auto")
        per_kv = table.shape[1] // scores.n_kv_heads
        for kv_head in range(1, scores.n_kv_heads):
            panel.axvline(kv_head * per_kv - 0.5, color="white", linewidth=1)
        panel.set_title(f"{length:,} tokens", fontsize=10)
        panel.set_xlabel("query head", fontsize=9)
        panel.set_yticks(range(len(scores.layers)), [str(n) for n in scores.layers], fontsize=8)
    panels[0].set_ylabel("layer", fontsize=9)
    figure.colorbar(image, ax=list(panels), label="retrieval score", shrink=0.9)
    return take_picture(figure, "retrieval scores by length")
