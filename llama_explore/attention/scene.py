"""What a capture measures on: one layer's queries and keys of one sequence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

LARGE_TILE_ELEMENTS = 2**24
"""Weights of a tile that is met once: 64 MiB of float32."""


@dataclass(frozen=True)
class Scene:
    """One layer's queries and keys of one sequence, with what each query may see.

    Query i stands at position ``first + i``; it sees the keys from ``start`` to itself.

    Attributes:
        query: (n_query_heads, n_queries, head_dim), only queries that are no padding.
        key: (n_kv_heads, n_keys, head_dim), from position 0 on.
        scale: Factor of the dot product, 1 / sqrt(head_dim).
        first: Position of the first query.
        start: Position of the first key that is no padding.
        lse: Natural log of the sum of exponentiated scores, (n_query_heads, n_queries), or None.
    """

    query: torch.Tensor
    key: torch.Tensor
    scale: float
    first: int
    start: int
    lse: torch.Tensor | None

    @property
    def n_queries(self) -> int:
        """Queries of this pass that are no padding."""
        return self.query.shape[1]

    def with_lse(self, lse: torch.Tensor) -> Scene:
        """Return the same scene, its log-sum-exp known."""
        return replace(self, lse=lse)


@dataclass(frozen=True)
class Sums:
    """What one walk adds up.

    Attributes:
        lse: Natural log of the sum of exponentiated scores, (n_query_heads, n_queries).
        entropy: Nats, same shape.
        distance: Mean distance in tokens, same shape.
        spans: Mass on each span, (n_spans, n_query_heads, n_queries).
        bins: Mass by query bin and key bin, summed over queries, or None.
        chosen: Mass on each query's target keys, (n_targets, n_query_heads, n_queries).
    """

    lse: torch.Tensor
    entropy: torch.Tensor
    distance: torch.Tensor
    spans: torch.Tensor
    bins: torch.Tensor | None
    chosen: torch.Tensor


def log_sum_exp(scene: Scene) -> torch.Tensor:
    """Compute a scene's log-sum-exp, (n_query_heads, n_queries), where no kernel has told it."""
    n_heads, n_queries, head_dim = scene.query.shape
    n_kv_heads, n_keys, _ = scene.key.shape
    device = scene.query.device
    step = max(1, LARGE_TILE_ELEMENTS // (n_heads * n_keys))
    key = scene.key.float().transpose(1, 2)
    result = torch.empty(n_heads, n_queries, device=device)
    for low in range(0, n_queries, step):
        high = min(low + step, n_queries)
        here = scene.first + low
        query = scene.query[:, low:high].float().reshape(n_kv_heads, -1, head_dim) * scene.scale
        keys = slice(scene.start, here + high - low)
        scores = torch.bmm(query, key[..., keys]).view(n_heads, high - low, -1)
        later = torch.arange(keys.start, keys.stop, device=device) > torch.arange(
            here, keys.stop, device=device
        ).unsqueeze(1)
        result[:, low:high] = scores.masked_fill_(later, -torch.inf).logsumexp(-1)
    return result


def mass_on_keys(scene: Scene, targets: torch.Tensor | None) -> torch.Tensor:
    """Return the mass that each query puts on chosen keys, (n_targets, n_query_heads, n_queries).

    Args:
        scene: Queries and keys, with `lse`.
        targets: A position for each query, (n_targets, n_queries), or None for no targets; NaN
            comes back where a position is negative.
    """
    assert scene.lse is not None
    n_heads, n_queries, head_dim = scene.query.shape
    n_kv_heads, n_targets = scene.key.shape[0], 0 if targets is None else len(targets)
    result = torch.empty(n_targets, n_heads, n_queries, device=scene.query.device)
    if targets is None:
        return result
    at_once = 2**19 if scene.query.device.type == "cpu" else 2**26
    step = max(64, at_once // (n_targets * n_heads * head_dim))
    for low in range(0, n_queries, step):
        part = slice(low, low + step)
        chosen = scene.key[:, targets[:, part].clamp(min=0)].float().unsqueeze(2)
        query = scene.query[:, part].float().view(n_kv_heads, 1, -1, chosen.shape[3], head_dim)
        scores = torch.linalg.vecdot(query, chosen).transpose(0, 1).flatten(1, 2) * scene.scale
        result[:, :, part] = (scores - scene.lse[:, part]).exp_()
    return result.masked_fill_((targets < 0).unsqueeze(1), torch.nan)
