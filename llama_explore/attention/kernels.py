"""The walk of `sweep` as one GPU kernel: each tile lives in registers and is never written.

Triton comes with PyTorch's CUDA builds. Where it is missing, `sweep` walks with matrix
products, which is right too but slower on a GPU.
"""

# Triton's language is no Python that mypy knows.
# mypy: ignore-errors

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import torch
import triton
import triton.language as tl

LOG2_E: tl.constexpr = tl.constexpr(1.4426950408889634)
HIDDEN: tl.constexpr = tl.constexpr(-1.0e30)
BLOCK_QUERIES = 128
BLOCK_KEYS = 64


@triton.jit
def _scores(
    query, key_head, key_stride, at, n_keys, places, head_dim: tl.constexpr, dims: tl.constexpr,
    block_keys: tl.constexpr, hide: tl.constexpr, precision: tl.constexpr,
):  # fmt: skip
    """Scores of a block of queries with a block of keys, to base 2; hidden ones very low."""
    keys = at + tl.arange(0, block_keys)
    d = tl.arange(0, dims)
    where = key_head + keys[None, :].to(tl.int64) * key_stride + d[:, None]
    inside = (keys[None, :] < n_keys) & (d[:, None] < head_dim)
    block = tl.load(where, mask=inside, other=0.0)
    scores = tl.dot(query, block, input_precision=precision)
    if hide:
        scores = tl.where(keys[None, :] <= places[:, None], scores, HIDDEN)
    return scores


@triton.jit
def _walk(
    query_at, key_at, lse_at, entropy_at, distance_at, spans_at, mass_at, bins_at,
    q_head_stride, q_stride, k_head_stride, k_stride,
    n_queries, n_keys, first, start, scale,
    n_spans, n_bins, bin_width, n_heads,
    queries_per_kv_head: tl.constexpr, head_dim: tl.constexpr, dims: tl.constexpr,
    block_queries: tl.constexpr, block_keys: tl.constexpr, precision: tl.constexpr,
    known: tl.constexpr,
):  # fmt: skip
    """One block of queries of one head, over all keys it may see."""
    block = tl.program_id(0)
    head = tl.program_id(1)
    rows = block * block_queries + tl.arange(0, block_queries)
    places = first + rows
    real = rows < n_queries
    d = tl.arange(0, dims)
    where = query_at + head.to(tl.int64) * q_head_stride + rows[:, None].to(tl.int64) * q_stride
    query = tl.load(where + d[None, :], mask=real[:, None] & (d[None, :] < head_dim), other=0.0)
    # The scale goes onto the scores, not the queries, which would lose bits in bfloat16.
    factor = scale * LOG2_E
    key_head = key_at + (head // queries_per_kv_head).to(tl.int64) * k_head_stride
    begin = first + block * block_queries
    stop = tl.minimum(begin + block_queries, n_keys)
    whole = start + tl.maximum(begin + 1 - start, 0) // block_keys * block_keys

    out = head.to(tl.int64) * n_queries + rows
    if known:  # only the map is wanted, and SDPA has told the log-sum-exp
        lse = tl.load(lse_at + out, mask=real, other=0.0) * LOG2_E
    else:
        top = tl.full([block_queries], HIDDEN, tl.float32)
        total = tl.zeros([block_queries], tl.float32)
        score_sum = tl.zeros([block_queries], tl.float32)
        step_sum = tl.zeros([block_queries], tl.float32)
        for at in range(start, whole, block_keys):
            scores = _scores(query, key_head, k_stride, at, n_keys, places, head_dim, dims,
                             block_keys, False, precision) * factor  # fmt: skip
            higher = tl.maximum(top, tl.max(scores, 1))
            shrink = tl.exp2(top - higher)
            p = tl.exp2(scores - higher[:, None])
            steps = (begin - at) - tl.arange(0, block_keys)
            total = total * shrink + tl.sum(p, 1)
            score_sum = score_sum * shrink + tl.sum(p * scores, 1)
            step_sum = step_sum * shrink + tl.sum(p * steps[None, :].to(tl.float32), 1)
            top = higher
        for at in range(whole, stop, block_keys):
            scores = _scores(query, key_head, k_stride, at, n_keys, places, head_dim, dims,
                             block_keys, True, precision) * factor  # fmt: skip
            higher = tl.maximum(top, tl.max(scores, 1))
            shrink = tl.exp2(top - higher)
            p = tl.exp2(scores - higher[:, None])
            steps = (begin - at) - tl.arange(0, block_keys)
            total = total * shrink + tl.sum(p, 1)
            score_sum = score_sum * shrink + tl.sum(p * scores, 1)
            step_sum = step_sum * shrink + tl.sum(p * steps[None, :].to(tl.float32), 1)
            top = higher

        lse = top + tl.log2(total)
        tl.store(lse_at + out, lse / LOG2_E, mask=real)
        tl.store(entropy_at + out, (lse - score_sum / total) / LOG2_E, mask=real)
        distance = step_sum / total + tl.arange(0, block_queries)
        tl.store(distance_at + out, distance, mask=real)

    for span in range(0, n_spans):
        left = tl.maximum(tl.load(spans_at + 2 * span), start)
        right = tl.minimum(tl.load(spans_at + 2 * span + 1), stop)
        mass = tl.zeros([block_queries], tl.float32)
        for at in range(left, right, block_keys):
            scores = _scores(query, key_head, k_stride, at, n_keys, places, head_dim, dims,
                             block_keys, True, precision) * factor  # fmt: skip
            keys = at + tl.arange(0, block_keys)
            p = tl.exp2(scores - lse[:, None])
            mass += tl.sum(tl.where(keys[None, :] < right, p, 0.0), 1)
        tl.store(mass_at + out, mass, mask=real)
        mass_at += n_heads * n_queries

    for number in range(0, n_bins):
        left = number * bin_width
        right = tl.minimum(left + bin_width, stop)
        mass = tl.zeros([block_queries], tl.float32)
        for at in range(left, right, block_keys):
            scores = _scores(query, key_head, k_stride, at, n_keys, places, head_dim, dims,
                             block_keys, True, precision) * factor  # fmt: skip
            mass += tl.sum(tl.exp2(scores - lse[:, None]), 1)
        spot = (block.to(tl.int64) * n_heads + head) * n_bins + number
        tl.store(bins_at + spot, tl.sum(tl.where(real, mass, 0.0), 0))


def launch(
    query: torch.Tensor,
    key: torch.Tensor,
    *,
    scale: float,
    first: int,
    start: int,
    spans: torch.Tensor,
    bin_width: int,
    n_bins: int,
    known_lse: torch.Tensor | None = None,
) -> tuple[torch.Tensor, ...]:
    """Run the kernel on one sequence of one layer.

    Args:
        query: (n_query_heads, n_queries, head_dim), the last axis without gaps.
        key: (n_kv_heads, n_keys, head_dim), likewise.
        scale: Factor of the dot product.
        first: Position of the first query.
        start: Position of the first key that is no padding.
        spans: (n_spans, 2) int32: where spans of keys begin and end.
        bin_width: Keys of a bin; a multiple of 128, as is `first`, when there are bins.
        n_bins: Bins of the map, 0 for none.
        known_lse: The log-sum-exp where it is known and nothing but the map is wanted; entropy
            and distance are then left unset.

    Returns:
        Log-sum-exp, entropy and distance (n_query_heads, n_queries), mass on the spans
        (n_spans, n_query_heads, n_queries), and mass on the bins summed over blocks of 128
        queries, (n_blocks, n_query_heads, n_bins).
    """
    n_heads, n_queries, head_dim = query.shape
    n_blocks = -(-n_queries // BLOCK_QUERIES)
    options: dict[str, Any] = {"dtype": torch.float32, "device": query.device}
    lse, entropy, distance = torch.empty(3, n_heads, n_queries, **options).unbind(0)
    if known_lse is not None:
        lse = known_lse.float().contiguous()
    mass = torch.zeros(max(len(spans), 1), n_heads, n_queries, **options)
    bins = torch.zeros(n_blocks, n_heads, max(n_bins, 1), **options)
    exact = query.dtype == torch.float32
    if query.stride(2) != 1 or key.stride(2) != 1:
        query, key = query.contiguous(), key.contiguous()
    with torch.cuda.device(query.device) if query.is_cuda else nullcontext():
        _walk[(n_blocks, n_heads)](
        query, key, lse, entropy, distance, spans, mass, bins,
        query.stride(0), query.stride(1), key.stride(0), key.stride(1),
        n_queries, first + n_queries, first, start, scale,
        len(spans), n_bins, max(bin_width, 1), n_heads,
        queries_per_kv_head=n_heads // key.shape[0],
        head_dim=head_dim,
        dims=max(16, triton.next_power_of_2(head_dim)),
        block_queries=BLOCK_QUERIES,
        block_keys=BLOCK_KEYS,
        precision="ieee" if exact else "tf32",
            known=known_lse is not None,
        num_warps=8,
        num_stages=2 if exact else 3,
    )  # fmt: skip
    return lse, entropy, distance, mass[: len(spans)], bins
