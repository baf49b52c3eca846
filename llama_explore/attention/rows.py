"""Rows of the attention matrix: where chosen query positions look.

A row of a T x T matrix costs T numbers; the whole matrix, T times as many. A question such
as "where does the last token look?" needs one row, so one row is computed.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch


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
        """Return one position's row of every head of a layer, (n_query_heads, n_tokens)."""
        raise NotImplementedError

    def by_kv_head(self) -> torch.Tensor:
        """Return the weights as (n_layers, batch, n_kv_heads, queries_per_kv_head, rows, tokens)."""
        raise NotImplementedError
