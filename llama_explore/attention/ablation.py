"""Cause, not only looks: switch heads off and see what the model can no longer do.

The output projection of a layer adds up what its heads have to say: head h owns the columns
``h * head_dim`` and following of its input. Zeros there, and the head says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

import torch

from llama_explore.attention.refusals import check_whole, find_base
from llama_explore.errors import LlamaExploreError

_switched_off: ContextVar[tuple[object, ...]] = ContextVar("llama_explore_ablations", default=())


@contextmanager
def ablate(
    model: Any,
    *,
    heads: Sequence[tuple[int, int]] = (),
    kv_heads: Sequence[tuple[int, int]] = (),
    layers: Sequence[int] = (),
) -> Iterator[None]:
    """Switch off query heads, KV heads or whole layers of attention inside the ``with`` block.

    What a head adds to the residual stream is set to 0; no weight is touched, and afterwards
    the model is as it was, to the bit. It may be nested, also with `capture`, and holds only
    for the thread that opened it.

    Example: ``with ablate(model, heads=[(3, 5)]): model(**inputs)``

    Args:
        model: A Llama, as ``session.model``.
        heads: (layer, query head) pairs.
        kv_heads: (layer, KV head) pairs: all query heads that read this KV head, eight in the
            70B and in the pocket model.
        layers: Layers whose attention adds nothing; their MLP still works.

    Raises:
        LlamaExploreError: There is no such layer or head, or the model is not a Llama.
    """
    base = find_base(model)
    off = _heads_by_layer(base.config, heads, kv_heads, layers)
    if not off:
        raise LlamaExploreError(
            "Nothing was named to switch off.",
            "Name something, as heads=[(0, 3)], kv_heads=[(0, 1)] or layers=[2].",
        )
    mine = object()
    with ExitStack() as stack:
        for layer, numbers in off.items():
            hook = _Silence(mine, sorted(numbers), base.config)
            projection: Any = base.layers[layer].self_attn.o_proj
            stack.callback(projection.register_forward_pre_hook(hook).remove)
        token = _switched_off.set((*_switched_off.get(), mine))
        stack.callback(_switched_off.reset, token)
        yield


class _Silence:
    """Set some heads' part of the input of an output projection to 0."""

    def __init__(self, ablation: object, heads: list[int], config: Any) -> None:
        self.ablation = ablation
        self.heads = heads
        self.n_heads = int(config.num_attention_heads)

    def __call__(self, _: Any, args: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...] | None:
        if self.ablation not in _switched_off.get():
            return None
        said = args[0].unflatten(-1, (self.n_heads, -1)).clone()
        said[..., self.heads, :] = 0
        return (said.flatten(-2), *args[1:])


def _heads_by_layer(
    config: Any,
    heads: Sequence[tuple[int, int]],
    kv_heads: Sequence[tuple[int, int]],
    layers: Sequence[int],
) -> dict[int, set[int]]:
    """Return the query heads to silence, by layer."""
    n_layers, n_heads = config.num_hidden_layers, config.num_attention_heads
    n_kv_heads = config.num_key_value_heads
    queries_per_kv_head = n_heads // n_kv_heads
    off: dict[int, set[int]] = {}
    for layer, head in heads:
        at = _check(layer, n_layers, "layer")
        off.setdefault(at, set()).add(_check(head, n_heads, "query head"))
    for layer, kv_head in kv_heads:
        at = _check(layer, n_layers, "layer")
        first = _check(kv_head, n_kv_heads, "KV head") * queries_per_kv_head
        off.setdefault(at, set()).update(range(first, first + queries_per_kv_head))
    for layer in layers:
        off[_check(layer, n_layers, "layer")] = set(range(n_heads))
    return off


def _check(value: Any, count: int, what: str) -> int:
    number = check_whole(value, f"A {what}")
    if not -count <= number < count:
        raise LlamaExploreError(
            f"There is no {what} {number}: this model has {count}.",
            f"Name one from 0 to {count - 1}.",
        )
    return number % count
