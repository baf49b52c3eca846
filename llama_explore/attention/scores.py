"""Heads with a name: previous-token, induction, sink and retrieval heads, found by score."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from llama_explore.attention.capturing import record
from llama_explore.attention.rows import AttentionRows, find_layer
from llama_explore.errors import LlamaExploreError


@dataclass(frozen=True)
class Head:
    """One query head.

    Attributes:
        layer: Counted from 0.
        head: Query head, counted from 0 within its layer.
        kv_head: The KV head it reads.
        score: What it was found by.
    """

    layer: int
    head: int
    kv_head: int
    score: float


@dataclass(frozen=True, eq=False, repr=False)
class HeadScores:
    """A score between 0 and 1 for every head, by what it is a score of.

    Attributes:
        scores: (n_layers, n_query_heads) under each name.
        layers: Which layers, ascending.
        n_kv_heads: KV heads of a layer.
    """

    scores: Mapping[str, torch.Tensor]
    layers: tuple[int, ...]
    n_kv_heads: int

    def top(self, name: str, n_heads: int = 5) -> list[Head]:
        """Return the heads with the highest scores, the best first.

        Example: ``score_heads(model).top("induction", 1)[0].layer``
        """
        if name not in self.scores:
            raise LlamaExploreError(
                f"There is no score called {name!r}.", f"Choose from {', '.join(self.scores)}."
            )
        values = self.scores[name]
        per_layer = values.shape[1]
        order = values.flatten().argsort(descending=True, stable=True)[:n_heads].tolist()
        return [
            Head(
                layer=self.layers[place // per_layer],
                head=place % per_layer,
                kv_head=place % per_layer * self.n_kv_heads // per_layer,
                score=float(values.flatten()[place]),
            )
            for place in order
        ]

    def __repr__(self) -> str:
        lines = [f"HeadScores: {len(self.layers)} layers, {self.n_kv_heads} KV heads each"]
        for name in self.scores:
            best = self.top(name, 1)[0]
            lines.append(
                f"  {name:<16} best {best.score:.3f}: layer {best.layer}, head {best.head} "
                f"(KV head {best.kv_head})"
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{name}</th><td>{best.score:.3f}</td>"
            f"<td>{best.layer}</td><td>{best.head}</td><td>{best.kv_head}</td></tr>"
            for name in self.scores
            for best in self.top(name, 1)
        )
        head = "<tr><th></th><th>best score</th><th>layer</th><th>head</th><th>KV head</th></tr>"
        return f"<table>{head}{rows}</table>"


def score_heads(
    model: Any, *, n_tokens: int = 64, n_sequences: int = 4, seed: int = 0
) -> HeadScores:
    """Score every head on random tokens that are repeated once: nothing but copying helps there.

    "previous_token", "first_token" (the sink) and "induction" are the mean mass that the
    queries of the second half put on the token just before, on the first token, and on the
    token that followed the same token in the first half.

    Example: with 4 sequences of 1 + 2 * 64 tokens, a perfect induction head scores 1.0; one
    that looks evenly over the about 97 tokens it can see, 0.01.

    Args:
        model: A Llama, as ``session.model``.
        n_tokens: Random tokens before the repeat; the sequence is 1 + 2 * n_tokens long.
        n_sequences: Sequences to average over.
        seed: Of the random tokens.

    Source: Olsson et al. 2022, "In-context Learning and Induction Heads", arXiv 2209.11895.
    """
    config = model.config
    n_random = min(config.vocab_size, 128_000)  # Llama 3's special tokens come after these
    generator = torch.Generator().manual_seed(seed)
    once = torch.stack(
        [torch.randperm(n_random, generator=generator)[:n_tokens] for _ in range(n_sequences)]
    )
    bos = torch.full((n_sequences, 1), config.bos_token_id or 0)
    ids = torch.cat([bos, once, once], 1)
    seen = record(model, ids, statistics=True, per_position=True)
    found = seen.statistics
    names = ("previous_token", "induction", "first_token")
    scores = {name: found.per_position[name][..., n_tokens + 1 :].nanmean((1, 3)) for name in names}
    return HeadScores(scores, found.layers, found.n_kv_heads)


def score_retrieval(
    model: Any,
    prompts: Sequence[torch.Tensor],
    answers: Sequence[torch.Tensor],
    needles: Sequence[tuple[int, int]],
) -> HeadScores:
    """Score how often each head looks at the very token of the needle that is to come next.

    For each token of the right answer, read teacher-forced: does the head's strongest weight
    lie inside the needle, on a token equal to the one that comes next? "retrieval" is the share
    of answer tokens for which it does; "needle_mass" the mean mass on the whole needle.

    Args:
        model: A Llama, as ``session.model``.
        prompts: Token ids of each prompt, (n_tokens,).
        answers: Token ids of each right answer, (n_answer_tokens,).
        needles: Where the needle lies in each prompt: (start, end), end excluded.

    Raises:
        LlamaExploreError: The lists differ in length, or a needle lies outside its prompt.

    Source: Wu et al. 2024, "Retrieval Head Mechanistically Explains Long-Context Factuality",
    arXiv 2404.15574, section 2; there the model writes by itself.
    """
    if not len(prompts) == len(answers) == len(needles) or not len(prompts):
        raise LlamaExploreError(
            f"{len(prompts)} prompts, {len(answers)} answers and {len(needles)} needles.",
            "Give one of each for every case, and at least one case.",
        )
    hits: Any = 0
    mass: Any = 0
    n_answer_tokens = 0
    for prompt, answer, (start, end) in zip(prompts, answers, needles, strict=True):
        if not 0 <= start < end <= len(prompt) or not len(answer):
            raise LlamaExploreError(
                f"A needle from {start} to {end} does not lie in a prompt of {len(prompt)} tokens "
                f"with an answer of {len(answer)}.",
                "Give (start, end) in tokens of the prompt, and an answer.",
            )
        ids = torch.cat([torch.as_tensor(prompt).cpu(), torch.as_tensor(answer).cpu()])
        writing = range(len(prompt) - 1, len(ids) - 1)  # each of these writes the next token
        seen = record(model, ids[:-1], rows=writing)
        weights = seen.rows.weights[:, 0]
        strongest = weights.argmax(-1)
        inside = (strongest >= start) & (strongest < end)
        right = ids[strongest] == ids[len(prompt) :]
        hits = hits + (inside & right).sum(-1)
        mass = mass + weights[..., start:end].sum((-2, -1))
        n_answer_tokens += len(answer)
    scores = {"retrieval": hits / n_answer_tokens, "needle_mass": mass / n_answer_tokens}
    return HeadScores(scores, seen.rows.layers, seen.rows.n_kv_heads)


def compare_heads(rows: AttentionRows, layer: int) -> torch.Tensor:
    """Return how alike the heads of a layer look, as a matrix ordered by KV head.

    The measure is 1 minus the Jensen-Shannon distance (to base 2) between the rows of two
    heads, averaged over positions and sequences: 1 for the same row, 0 for rows that share no
    token. The heads of one group are neighbours, so groups are blocks on the diagonal.

    Example: ``compare_heads(record(model, ids, rows=range(8, 64)).rows, layer=3)``

    Args:
        rows: Captured rows, the more positions the better.
        layer: A captured layer.

    Returns:
        (n_query_heads, n_query_heads), symmetric, 1 on the diagonal.
    """
    weights = rows.weights[find_layer(rows.layers, layer)].transpose(1, 2).flatten(0, 1).double()
    weights = weights[weights.sum((1, 2)) > 0]  # rows of padding are empty
    n_heads = weights.shape[1]
    entropies = -torch.xlogy(weights, weights).sum(-1) / math.log(2)
    alike = torch.zeros(n_heads, n_heads, dtype=torch.float64)
    for head in range(n_heads):
        middle = (weights + weights[:, head : head + 1]) / 2
        entropy = -torch.xlogy(middle, middle).sum(-1) / math.log(2)
        divergence = entropy - (entropies + entropies[:, head : head + 1]) / 2
        alike[head] = 1 - divergence.clamp(0, 1).sqrt().mean(0)
    return alike.float().fill_diagonal_(1)
