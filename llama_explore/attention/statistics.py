"""What every head does over all positions, in a few numbers each, without a T x T matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch


@dataclass(frozen=True, eq=False, repr=False)
class HeadStatistics:
    """Statistics of each head, as means over the query positions (padding left out).

    Attributes:
        entropy: Nats, (n_layers, batch, n_query_heads): 0 = all on one token, ln(T) = even.
        mean_distance: Tokens between query and key, weighted by attention; same shape.
        first_token: Mass on the first (unpadded) token; same shape.
        previous_token: Mass on the token just before the query; same shape.
        current_token: Mass on the query's own token; same shape.
        induction: Mass on the token that followed the latest earlier occurrence of the query's
            token, over the queries that have one; None without token ids, NaN without a repeat.
        spans: Mass on each asked span of keys, by name; same shape.
        layers: Which layers, ascending.
        n_queries: Query positions behind each mean, per sequence.
        n_kv_heads: KV heads of a layer.
        per_position: With ``per_position=True``, the same names with a last axis n_tokens
            (NaN for padding and where there is no such token); else empty.
    """

    entropy: torch.Tensor
    mean_distance: torch.Tensor
    first_token: torch.Tensor
    previous_token: torch.Tensor
    current_token: torch.Tensor
    induction: torch.Tensor | None
    spans: Mapping[str, torch.Tensor]
    layers: tuple[int, ...]
    n_queries: tuple[int, ...]
    n_kv_heads: int
    per_position: Mapping[str, torch.Tensor]
