"""Attention of new tokens behind a long context, in two parts and without a mask.

Behind a cache, the library's SDPA gets a mask of (new x all) tokens and repeats keys and values for
each query head; both cost time and memory that grow with the context. But what new tokens see
falls into two parts: the context, which each sees whole, and one another. Each part is one call
without a large mask; the log-sum-exp of each gives the weight with which the two are added:

    out = (e^a * out_context + e^b * out_new) / (e^a + e^b)

This is how flash attention itself adds its blocks (arXiv 2205.14135, section 3.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import repeat_kv, sdpa_attention_forward

NAME = "sdpa_behind_context"


def attend(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    **options: Any,
) -> tuple[Tensor, None]:
    """Return the attention of new tokens; the signature is transformers' own.

    Args:
        module: The attention layer.
        query: Of the new tokens, shape (1, n_query_heads, n_new, head_dim).
        key: Of all tokens, the new ones last, shape (1, n_kv_heads, n_all, head_dim).
        value: Of all tokens, like `key`.
        attention_mask: Which of the last tokens each new one sees, shape (1, 1, n_new, n_last);
            it sees all those before. None: the new tokens see one another causally.
        scaling: Factor of the products.
        options: What else transformers passes on.
    """
    n_new, n_all = query.shape[2], key.shape[2]
    n_before = n_all - (n_new if attention_mask is None else attention_mask.shape[-1])
    if n_before == 0 or (n_new == 1 and attention_mask is None):
        return sdpa_attention_forward(
            module, query, key, value, attention_mask, scaling=scaling, **options
        )
    kv_heads, head_dim = key.shape[1], query.shape[3]
    # The query heads of one KV head lie side by side: as rows, they need no copy of its keys.
    rows = query.reshape(1, kv_heads, -1, head_dim)
    seen, seen_lse = _flash(rows, key[:, :, :n_before], value[:, :, :n_before], False, scaling)
    seen, seen_lse = seen.reshape(query.shape), seen_lse.reshape(query.shape[:3])
    repeats = query.shape[1] // kv_heads
    own_key = repeat_kv(key[:, :, n_before:], repeats)
    own_value = repeat_kv(value[:, :, n_before:], repeats)
    if attention_mask is None:
        own, own_lse = _flash(query, own_key, own_value, True, scaling)
    else:  # a few hundred tokens at most: written out
        scores = (query @ own_key.transpose(2, 3)).float() * (scaling or head_dim**-0.5)
        scores = scores.masked_fill(~attention_mask, float("-inf"))
        own_lse = scores.logsumexp(-1)
        own = (scores - own_lse[..., None]).exp().to(query.dtype) @ own_value
    weight = torch.sigmoid(seen_lse.float() - own_lse.float())[..., None]
    out = torch.lerp(own.float(), seen.float(), weight)
    return out.to(query.dtype).transpose(1, 2).contiguous(), None


def _flash(
    query: Tensor, key: Tensor, value: Tensor, causal: bool, scaling: float | None
) -> tuple[Tensor, Tensor]:
    """Return attention and its log-sum-exp, by PyTorch's own kernel for the CPU."""
    flash = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    out, lse = flash(query, key, value, 0.0, causal, scale=scaling)
    return out, lse


def _no_mask(*_: Any, **__: Any) -> None:
    """No mask is made: `attend` knows what is causal."""


AttentionInterface.register(NAME, attend)  # type: ignore[no-untyped-call, unused-ignore]
AttentionMaskInterface.register(NAME, _no_mask)  # type: ignore[no-untyped-call, unused-ignore]


@contextmanager
def attending_behind(model: Any) -> Iterator[bool]:
    """Let a model attend in two parts, and say whether it does.

    Only in place of plain SDPA on the CPU, where it was tried: 2,048 tokens behind 4,096 take a
    quarter less time. Anything else is left as it is; answers do not depend on it.
    """
    before = model.config._attn_implementation
    places = getattr(model, "hf_device_map", None) or {"": model.device}
    if before != "sdpa" or any(str(place) != "cpu" for place in places.values()):
        yield False
        return
    model.set_attn_implementation(NAME)
    try:
        yield True
    finally:
        model.set_attn_implementation(before)
