"""The same model with more or fewer KV heads: multi-head, grouped-query, multi-query."""

from __future__ import annotations

from typing import Any


def repeat_kv_heads(model: Any) -> Any:
    """Return a new multi-head model: each KV head repeated for each query head that reads it.

    Same logits, a cache ``queries_per_kv_head`` times as large. The weights are copies.
    """
    raise NotImplementedError


def pool_kv_heads(model: Any, n_kv_heads: int = 1) -> Any:
    """Return a new model with fewer KV heads, each the mean of the ones it replaces.

    One KV head is multi-query attention. The weights are copies, ready to be trained further.

    Source: Ainslie et al. 2023 (GQA), section 2.1: mean pooling, then a short re-training.
    """
    raise NotImplementedError
