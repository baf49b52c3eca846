"""Rows of the attention matrix: where chosen query positions look.

A row of a T x T matrix costs T numbers; the whole matrix, T times as many. A question such
as "where does the last token look?" needs one row, so one row is computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from llama_explore.attention.refusals import check_whole
from llama_explore.attention.scene import LARGE_TILE_ELEMENTS
from llama_explore.errors import LlamaExploreError

SMALL_ELEMENTS = 2**23
"""32 MiB of float32: one row of a 70B layer at 131,072 tokens; 2.5 GiB for its 80 layers."""


@dataclass(frozen=True, eq=False, repr=False)
class AttentionRows:
    """Rows of attention: chosen layers, every query head, chosen query positions.

    Attributes:
        weights: float32 on the CPU, (n_layers, batch, n_query_heads, n_rows, n_tokens); each row
            sums to 1, is 0 on keys after its position and on padding; a row of padding is all 0.
        layers: Which layers, ascending.
        positions: Which query positions, ascending, counted from 0 over all columns of the batch
            (padding on the left counts).
        n_kv_heads: KV heads; query heads ``g * queries_per_kv_head`` and following share KV head g.
    """

    weights: torch.Tensor
    layers: tuple[int, ...]
    positions: tuple[int, ...]
    n_kv_heads: int

    @property
    def n_query_heads(self) -> int:
        """Query heads of a layer."""
        return self.weights.shape[2]

    @property
    def queries_per_kv_head(self) -> int:
        """Query heads that share one KV head."""
        return self.n_query_heads // self.n_kv_heads

    @property
    def n_tokens(self) -> int:
        """Keys of a row: tokens read when the capture ended."""
        return self.weights.shape[-1]

    def row(self, layer: int, position: int = -1, *, sequence: int = 0) -> torch.Tensor:
        """Return one position's row of every head of a layer, (n_query_heads, n_tokens).

        Example: ``rows.row(3).argmax(-1)`` is the token that each head of layer 3 looks at most.

        Args:
            layer: A captured layer, counted from 0.
            position: A captured position; negative ones count from the last token read.
            sequence: Which one of the batch.

        Raises:
            LlamaExploreError: This layer or position was not captured.
        """
        at = find_layer(self.layers, layer)
        place = position + self.n_tokens if position < 0 else position
        if place not in self.positions:
            raise LlamaExploreError(
                f"The row of position {position} was not captured; captured: "
                f"{_shorten(self.positions)}.",
                f"Ask for it: capture(model, rows=[{position}]).",
            )
        row: torch.Tensor = self.weights[at, sequence, :, self.positions.index(place)]
        return row

    def by_kv_head(self) -> torch.Tensor:
        """Return the weights with the heads in groups.

        Returns:
            (n_layers, batch, n_kv_heads, queries_per_kv_head, n_rows, n_tokens), the same memory.
        """
        groups: torch.Tensor = self.weights.unflatten(
            2, (self.n_kv_heads, self.queries_per_kv_head)
        )
        return groups

    def __repr__(self) -> str:
        return (
            f"AttentionRows: {len(self.layers)} layers x {self.n_query_heads} query heads "
            f"({self.n_kv_heads} KV heads) x positions {_shorten(self.positions)} "
            f"over {self.n_tokens:,} tokens"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>"


def find_layer(layers: Sequence[int], layer: int) -> int:
    """Return where a captured layer lies in a tensor's first axis."""
    if layer not in layers:
        raise LlamaExploreError(
            f"Layer {layer} was not captured; captured: {_shorten(layers)}.",
            "Name it in layers=, or leave layers= out for all.",
        )
    return list(layers).index(layer)


def _shorten(numbers: Sequence[int]) -> str:
    if len(numbers) > 6:
        return f"{numbers[0]}, {numbers[1]} ... {numbers[-1]} ({len(numbers)} of them)"
    return ", ".join(str(each) for each in numbers)


def check_positions(rows: Sequence[int]) -> frozenset[int]:
    """Return the asked positions, each a whole number."""
    asked = frozenset(check_whole(each, "A query position") for each in rows)
    if not asked:
        raise LlamaExploreError("No query position was asked for.", "Give some, as rows=[-1].")
    return asked


def compute_rows(
    query: torch.Tensor,
    key: torch.Tensor,
    positions: torch.Tensor,
    scale: float,
    spans: Sequence[tuple[int, int]],
) -> torch.Tensor:
    """Compute the softmax rows of chosen queries in float32.

    Args:
        query: The chosen queries, (batch, n_query_heads, n_rows, head_dim).
        key: (batch, n_kv_heads, n_tokens, head_dim).
        positions: Where the queries stand, (n_rows,).
        scale: Factor of the dot product.
        spans: For each sequence where its tokens begin and end; the rest is padding.

    Returns:
        (n_rows, batch, n_query_heads, n_tokens); on the model's device while it is small, for
        to fetch it at once would make a GPU wait for each layer, and on the CPU otherwise.
    """
    batch, n_heads, n_rows, head_dim = query.shape
    n_kv_heads, n_tokens = key.shape[1], key.shape[2]
    small = n_rows * batch * n_heads * n_tokens <= SMALL_ELEMENTS
    place = query.device if small else torch.device("cpu")
    result = torch.zeros(n_rows, batch, n_heads, n_tokens, device=place)
    step = max(1, LARGE_TILE_ELEMENTS // (n_heads * n_tokens))
    places = torch.arange(n_tokens, device=query.device)
    for number, (start, end) in enumerate(spans):
        for low in range(0, n_rows, step):
            part = slice(low, low + step)
            here = positions[part, None]
            chosen = query[number, :, part].float().reshape(n_kv_heads, -1, head_dim)
            scores = torch.empty(n_kv_heads, chosen.shape[1], n_tokens, device=query.device)
            # Blocks of keys, so that no float32 copy of a long cache is ever whole.
            for left in range(0, n_tokens, 8192):
                keys = slice(left, left + 8192)
                scores[..., keys] = torch.bmm(chosen, key[number, :, keys].float().mT)
            scores = scores.mul_(scale).view(n_heads, -1, n_tokens)
            scores.masked_fill_((places > here) | (places < start) | (places >= end), -torch.inf)
            weights = scores.softmax(-1)
            weights.masked_fill_((here < start) | (here >= end), 0)
            result[part, number] = weights.transpose(0, 1).to(place)
    return result


class RowStore:
    """The rows of a capture, piece by piece, until they are asked for."""

    def __init__(self, asked: frozenset[int], *, every_pass: bool) -> None:
        self.asked = asked
        self.every_pass = every_pass
        self.pieces: dict[int, dict[int, torch.Tensor]] = {}
        self.n_tokens = 0

    def wanted(self, past: int, total: int, begun_at: int) -> list[int]:
        """Return which positions this pass must compute, refusing those out of reach."""
        places = set()
        for each in self.asked:
            place = each + total if each < 0 else each
            if place < 0:
                raise LlamaExploreError(
                    f"There is no query position {each}: only {total} tokens have been read.",
                    f"Ask for positions from {-total} to {total - 1}.",
                )
            if place < begun_at and each >= 0:
                raise LlamaExploreError(
                    f"Position {each} was read before the capture began (the cache held "
                    f"{begun_at} tokens).",
                    "Begin the capture before the prompt is read.",
                )
            if past <= place < total:
                places.add(place)
        return sorted(places)

    def add(self, found: Mapping[int, tuple[list[int], torch.Tensor]], total: int) -> None:
        """Keep the rows of a pass that went well, and drop those that the end has left behind."""
        self.n_tokens = total
        from_end = {each + total for each in self.asked if each < 0}
        for layer, (positions, weights) in found.items():
            kept = self.pieces.setdefault(layer, {})
            kept.update(zip(positions, weights.cpu().unbind(0), strict=True))
            if not self.every_pass:
                for place in [p for p in kept if p not in self.asked and p not in from_end]:
                    del kept[place]

    def check_complete(self) -> None:
        """Refuse positions that were never reached."""
        late = sorted(each for each in self.asked if each >= self.n_tokens)
        if late and self.n_tokens:
            raise LlamaExploreError(
                f"Query position {late[0]} was asked for, but only {self.n_tokens} tokens "
                "were read.",
                f"Ask for positions from {-self.n_tokens} to {self.n_tokens - 1}.",
            )

    def finish(self, layers: tuple[int, ...], n_kv_heads: int) -> AttentionRows:
        """Put the pieces together; rows of earlier passes get zeros for keys that came later."""
        positions = tuple(sorted(self.pieces[layers[0]]))
        if not positions:
            raise LlamaExploreError(
                "None of the asked positions was read inside the capture.",
                "Begin the capture before the prompt is read.",
            )
        sample = self.pieces[layers[0]][positions[0]]
        shape = (len(layers), *sample.shape[:2], len(positions), self.n_tokens)
        weights = torch.zeros(shape)
        for i, layer in enumerate(layers):
            for j, place in enumerate(positions):
                piece = self.pieces[layer].pop(place)
                weights[i, :, :, j, : piece.shape[-1]] = piece
        return AttentionRows(weights, layers, positions, n_kv_heads)
