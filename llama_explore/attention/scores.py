"""Heads with a name: previous-token, induction, sink and retrieval heads, found by score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from llama_explore.attention.rows import AttentionRows


@dataclass(frozen=True)
class Head:
    """One query head, with the KV head it reads and its score."""

    layer: int
    head: int
    kv_head: int
    score: float


@dataclass(frozen=True, eq=False, repr=False)
class HeadScores:
    """A score between 0 and 1 for every head, by what it is a score of.

    Attributes:
        scores: (n_layers, n_query_heads) under "previous_token", "induction", "first_token",
            or "retrieval".
        layers: Which layers, ascending.
        n_kv_heads: KV heads of a layer.
    """

    scores: Mapping[str, torch.Tensor]
    layers: tuple[int, ...]
    n_kv_heads: int

    def top(self, name: str, n_heads: int = 5) -> list[Head]:
        """Return the heads with the highest scores, the best first."""
        raise NotImplementedError


def score_heads(
    model: Any, *, n_tokens: int = 64, n_sequences: int = 4, seed: int = 0
) -> HeadScores:
    """Score every head on random tokens that are repeated once: nothing but copying helps there.

    "previous_token", "first_token" (sink) and "induction" are the mean mass that the queries of
    the second half put on the token before, on the first token, and on the token that followed
    the same token in the first half.

    Args:
        model: A Llama.
        n_tokens: Random tokens before the repeat; the sequence is 1 + 2 * n_tokens long.
        n_sequences: Sequences to average over.
        seed: Of the random tokens.

    Source: Olsson et al. 2022, "In-context Learning and Induction Heads".
    """
    raise NotImplementedError


def score_retrieval(
    model: Any,
    prompts: Sequence[torch.Tensor],
    answers: Sequence[torch.Tensor],
    needles: Sequence[tuple[int, int]],
) -> HeadScores:
    """Score how often each head looks at the very token of the needle that is to be written next.

    For each answer token: does the head's strongest weight lie inside the needle, on a token
    equal to the one that comes next? The score ("retrieval") is the share of answer tokens for
    which it does. "needle_mass" is the mean mass on the needle.

    Args:
        model: A Llama.
        prompts: Token ids of each prompt, (n_tokens,).
        answers: Token ids of each right answer, (n_answer_tokens,), read teacher-forced.
        needles: Where the needle lies in each prompt: (start, end), end excluded.

    Source: Wu et al. 2024, "Retrieval Head Mechanistically Explains Long-Context Factuality".
    """
    raise NotImplementedError


def compare_heads(rows: AttentionRows, layer: int) -> torch.Tensor:
    """Return how alike the heads of a layer look, (n_query_heads, n_query_heads) from 0 to 1.

    1 minus the Jensen-Shannon distance (base 2) between the rows of two heads, averaged over
    rows and sequences. Heads are in their natural order, so groups lie in blocks on the diagonal.
    """
    raise NotImplementedError
