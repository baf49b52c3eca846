"""The same model with more or fewer KV heads: multi-head, grouped-query, multi-query."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch

from llama_explore.attention.refusals import check_whole, find_base
from llama_explore.errors import LlamaExploreError


def repeat_kv_heads(model: Any) -> Any:
    """Return a new multi-head model: each KV head repeated for each query head that reads it.

    It computes the same, with a cache ``queries_per_kv_head`` times as large.

    Example: the pocket model's 2 KV heads become 16 and its cache 8 times as large; Llama 3.3
    70B would grow from 70.6 to 79.9 billion parameters, and its cache at 131,072 tokens from
    40 to 320 GiB.

    Args:
        model: A Llama, as ``session.model``; it stays as it is.

    Returns:
        A new model with copies of all weights, on the same devices and in the same dtype.
    """
    times = model.config.num_attention_heads // find_base(model).config.num_key_value_heads

    def repeat(weight: torch.Tensor) -> torch.Tensor:
        return weight.repeat_interleave(times, dim=0)

    return _rebuild(model, model.config.num_attention_heads, repeat)


def pool_kv_heads(model: Any, n_kv_heads: int = 1) -> Any:
    """Return a new model with fewer KV heads, each the mean of the ones it replaces.

    One KV head is multi-query attention. Unlike `repeat_kv_heads` this loses something: the
    means are a place to start a short re-training from.

    Example: the pocket model's 2 KV heads become 1, and its cache half as large.

    Args:
        model: A Llama, as ``session.model``; it stays as it is.
        n_kv_heads: How many remain; must divide the number the model has.

    Returns:
        A new model with copies of all weights, on the same devices and in the same dtype.

    Raises:
        LlamaExploreError: So many heads cannot be pooled from those there are.

    Source: Ainslie et al. 2023 (GQA, arXiv 2305.13245), section 2.1.
    """
    present = find_base(model).config.num_key_value_heads
    remaining = check_whole(n_kv_heads, "The number of KV heads")
    if remaining < 1 or present % remaining:
        raise LlamaExploreError(
            f"{present} KV heads cannot be pooled evenly into {remaining}.",
            f"Choose a number that divides {present}: "
            f"{', '.join(str(n) for n in range(1, present + 1) if present % n == 0)}.",
        )

    def pool(weight: torch.Tensor) -> torch.Tensor:
        pooled: torch.Tensor = weight.float().unflatten(0, (remaining, -1)).mean(1)
        return pooled.to(weight.dtype)

    return _rebuild(model, remaining, pool)


def _rebuild(model: Any, n_kv_heads: int, change: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    """Copy a model and change its key and value projections, head by head."""
    if any(parameter.is_meta for parameter in model.parameters()):
        raise LlamaExploreError(
            "Some weights of this model are on disk or were never loaded.",
            "Open a model that fits into memory, such as the pocket model.",
        )
    other = copy.deepcopy(model)
    other.config.num_key_value_heads = n_kv_heads
    for layer in find_base(other).layers:
        attention: Any = layer.self_attn
        attention.config = other.config
        attention.num_key_value_groups = other.config.num_attention_heads // n_kv_heads
        for projection in (attention.k_proj, attention.v_proj):
            for name, parameter in list(projection.named_parameters()):
                by_head = parameter.data.unflatten(0, (-1, attention.head_dim))
                setattr(
                    projection,
                    name,
                    torch.nn.Parameter(change(by_head).flatten(0, 1).contiguous()),
                )
            projection.out_features = projection.weight.shape[0]
    return other
