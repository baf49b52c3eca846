"""The whole attention matrix, down-sampled: T x T becomes at most map_size x map_size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from llama_explore.attention.rows import find_layer


@dataclass(frozen=True, eq=False, repr=False)
class AttentionMap:
    """Every query position and every key, in bins of neighbouring tokens.

    Attributes:
        weights: float32 on the CPU, (n_layers, batch, n_query_heads, n_bins, n_bins) with axes
            query bin, key bin: the mass that a query of the bin puts on all keys of the key
            bin, averaged over the bin's queries (padding left out). Each row sums to 1; a row
            that is all padding, or was read before the capture began, is NaN.
        layers: Which layers, ascending.
        edges: n_bins + 1 positions: bin i holds the tokens from edges[i] to edges[i + 1] - 1.
            All bins but the last are equally wide, a power of two.
        n_kv_heads: KV heads of a layer.
    """

    weights: torch.Tensor
    layers: tuple[int, ...]
    edges: tuple[int, ...]
    n_kv_heads: int

    @property
    def bin_width(self) -> int:
        """Tokens of a bin."""
        return self.edges[1] - self.edges[0]

    def of(self, layer: int, head: int, *, sequence: int = 0) -> torch.Tensor:
        """Return the picture of one head, (query bins, key bins).

        Example: ``plt.imshow(seen.map.of(layer=3, head=5))``
        """
        return self.weights[find_layer(self.layers, layer), sequence, head]

    def __repr__(self) -> str:
        n_bins = len(self.edges) - 1
        return (
            f"AttentionMap: {len(self.layers)} layers x {self.weights.shape[2]} query heads "
            f"({self.n_kv_heads} KV heads), {self.edges[-1]:,} tokens in {n_bins} x {n_bins} bins "
            f"of {self.bin_width} tokens"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>"


class MapStore:
    """The sums of a map while it grows; when it grows too large, two bins become one."""

    def __init__(self, map_size: int) -> None:
        self.map_size = map_size
        self.bin_width = 1
        self.n_tokens = 0
        self.sums: dict[int, torch.Tensor] = {}
        self.counts: torch.Tensor | None = None

    def grow(self, total: int) -> None:
        """Make room for so many tokens, before a pass is read."""
        while -(-total // self.bin_width) > self.map_size:
            self.bin_width *= 2
            self.sums = {layer: _pair(_pair(sums, -1), -2) for layer, sums in self.sums.items()}
            if self.counts is not None:
                self.counts = _pair(self.counts, -1)

    def add(self, found: Mapping[int, torch.Tensor], n_queries: torch.Tensor, total: int) -> None:
        """Add the sums of a pass and its queries in each bin, (batch, n_bins)."""
        self.n_tokens = total
        for layer, sums in found.items():
            self.sums[layer] = _overlay(self.sums.get(layer), sums.cpu())
        self.counts = _overlay(self.counts, n_queries)

    def finish(self, layers: tuple[int, ...], n_kv_heads: int) -> AttentionMap:
        """Turn sums into means."""
        assert self.counts is not None
        sums = torch.stack([self.sums[layer] for layer in layers])
        weights = sums / self.counts[:, None, :, None].where(
            self.counts[:, None, :, None] > 0, torch.nan
        )
        edges = (*range(0, self.n_tokens, self.bin_width), self.n_tokens)
        return AttentionMap(weights, layers, edges, n_kv_heads)


def count_queries(
    first: int, spans: Sequence[tuple[int, int]], total: int, bin_width: int
) -> torch.Tensor:
    """Return how many queries of a pass, padding left out, stand in each bin, (batch, n_bins)."""
    places = torch.arange(first, total)
    n_bins = -(-total // bin_width)
    rows = [
        torch.bincount(places[(places >= start) & (places < end)] // bin_width, minlength=n_bins)
        for start, end in spans
    ]
    return torch.stack(rows).float()


def _pair(sums: torch.Tensor, axis: int) -> torch.Tensor:
    """Add neighbouring bins along an axis."""
    if sums.shape[axis] % 2:
        shape = list(sums.shape)
        shape[axis] = 1
        sums = torch.cat([sums, sums.new_zeros(shape)], axis)
    pairs: torch.Tensor = sums.unflatten(axis, (-1, 2))
    return pairs.sum(axis)


def _overlay(old: torch.Tensor | None, new: torch.Tensor) -> torch.Tensor:
    """Add two sums whose last axes may differ in length, from bin 0 on."""
    if old is None:
        return new
    result = new.clone()
    result[tuple(slice(0, n) for n in old.shape)] += old
    return result
