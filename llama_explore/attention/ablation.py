"""Cause, not only looks: switch heads off and see what the model can no longer do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


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
    the model is as it was, to the bit.

    Example: ``with ablate(model, heads=[(3, 5)]): model(**inputs)``

    Args:
        model: A Llama, as ``session.model``.
        heads: (layer, query head) pairs.
        kv_heads: (layer, KV head) pairs: all query heads that read this KV head.
        layers: Layers whose attention adds nothing; their MLP still works.

    Raises:
        LlamaExploreError: There is no such layer or head, or the model is not a Llama.
    """
    raise NotImplementedError
    yield
