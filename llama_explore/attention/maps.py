"""The whole attention matrix, down-sampled: T x T becomes at most map_size x map_size."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True, eq=False, repr=False)
class AttentionMap:
    """Every query position and every key, in bins of neighbouring tokens.

    Attributes:
        weights: float32 on the CPU, (n_layers, batch, n_query_heads, n_bins, n_bins) with axes
            query bin, key bin: the mass that a query of the bin puts on all keys of the key
            bin, averaged over the bin's queries (padding left out). Each row sums to 1.
        layers: Which layers, ascending.
        edges: n_bins + 1 positions: bin i holds the tokens from edges[i] to edges[i + 1] - 1.
        n_kv_heads: KV heads of a layer.
    """

    weights: torch.Tensor
    layers: tuple[int, ...]
    edges: tuple[int, ...]
    n_kv_heads: int

    def of(self, layer: int, head: int, *, sequence: int = 0) -> torch.Tensor:
        """Return the picture of one head, (query bins, key bins)."""
        raise NotImplementedError
