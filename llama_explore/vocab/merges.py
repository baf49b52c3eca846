"""Byte-pair merging by hand: from single bytes to tokens, one merge after the other."""

from __future__ import annotations

from dataclasses import dataclass

from llama_explore.vocab.entries import read_ranks

NO_RANK = 1 << 30


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
        piece: The bytes of one piece of the split pattern.
    """
    ranks = read_ranks()
    parts = [piece[i : i + 1] for i in range(len(piece))]
    pairs = [ranks.get(piece[i : i + 2], NO_RANK) for i in range(len(piece) - 1)]
    merges = []
    while pairs and (rank := min(pairs)) != NO_RANK:
        place = pairs.index(rank)
        merges.append(Merge(place, parts[place], parts[place + 1], rank))
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
        del pairs[place]
        # Only the two pairs that touch the new part have changed.
        for near in (place - 1, place):
            if 0 <= near < len(pairs):
                pairs[near] = ranks.get(parts[near] + parts[near + 1], NO_RANK)
    return tuple(merges)


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
