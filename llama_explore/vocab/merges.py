"""Byte-pair merging by hand: from single bytes to tokens, one merge after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from llama_explore.errors import LlamaExploreError
from llama_explore.vocab.entries import read_ranks

NO_RANK = 1 << 30
MOST_BYTES = 8_000
"""What `explanation.explain` takes, 2,000 characters, has no more."""


@dataclass(frozen=True)
class Merge:
    """Two neighbours that become one.

    Attributes:
        place: Which part of the row is the left one, counted from 0, before the merge.
        left: Its bytes.
        right: Those of its neighbour.
        rank: The id of the entry that they make: the lowest that any two neighbours make.
    """

    place: int
    left: bytes
    right: bytes
    rank: int


def list_merges(piece: bytes) -> tuple[Merge, ...]:
    """Return the merges that a piece of text goes through, in their order.

    Example: for ``b" llama"`` they make "am" (rank 309), " l" (326), "ama" (3,105),
    " ll" (9,507) and " llama" (94,776): each step takes the pair of the lowest rank, and
    of equal ones the leftmost.

    Args:
        piece: The bytes of one piece of the split pattern, 8,000 at most.

    Raises:
        LlamaExploreError: The piece is longer: each step looks at all pairs, so that the time
            grows with the square of the length.
    """
    if len(piece) > MOST_BYTES:
        raise LlamaExploreError(
            f"The piece has {len(piece):,} bytes; merging it step by step, for reading, takes "
            f"{MOST_BYTES:,} at most.",
            "Follow the merges of a part of it; to count tokens, use the tokenizer.",
        )
    return tuple(Merge(*step) for step in _take_steps(piece))


def count_steps(piece: bytes) -> int:
    """Return how many merges a short piece goes through.

    Example: ``count_steps(b" llama")`` is 5, which makes one token of its six bytes.
    """
    return sum(1 for _ in _take_steps(piece))


def _take_steps(piece: bytes) -> Iterator[tuple[int, bytes, bytes, int]]:
    """Yield place, left part, right part and rank of each merge."""
    ranks = read_ranks()
    parts = [piece[i : i + 1] for i in range(len(piece))]
    pairs = [ranks.get(piece[i : i + 2], NO_RANK) for i in range(len(piece) - 1)]
    while pairs and (rank := min(pairs)) != NO_RANK:
        place = pairs.index(rank)
        left, right = parts[place], parts.pop(place + 1)
        yield place, left, right, rank
        made = parts[place] = left + right
        del pairs[place]
        # Only the two pairs that touch the new part have changed.
        if place:
            pairs[place - 1] = ranks.get(parts[place - 1] + made, NO_RANK)
        if place < len(pairs):
            pairs[place] = ranks.get(made + parts[place + 1], NO_RANK)


def list_states(piece: bytes, merges: tuple[Merge, ...]) -> list[tuple[bytes, ...]]:
    """Return the row of parts before the first merge and after each one.

    Example: for ``b"the"`` they are t h e, th e, the.
    """
    parts = [piece[i : i + 1] for i in range(len(piece))]
    states = [tuple(parts)]
    for merge in merges:
        parts[merge.place : merge.place + 2] = [merge.left + merge.right]
        states.append(tuple(parts))
    return states
