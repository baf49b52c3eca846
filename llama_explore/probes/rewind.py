"""A key/value cache that goes back to an earlier token by moving a mark, without copying."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from transformers.cache_utils import Cache, DynamicLayer

if TYPE_CHECKING:
    from transformers import LlamaConfig


class RewindLayer(DynamicLayer):
    """One layer's keys and values in a buffer of fixed size.

    A `DynamicLayer` concatenates at each step, so that every token of the answer copies the whole
    context, and a fork of it holds the context twice as soon as it is written to. Here new
    tokens are written behind a mark, and forgetting them is moving the mark back.

    Args:
        capacity: Tokens that the buffer holds at most.
    """

    def __init__(self, capacity: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.capacity, self.n_tokens = capacity, 0

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Make the buffer, on the device where the layer's first keys came from."""
        self.dtype, self.device = key_states.dtype, key_states.device
        batch, heads, _, width = key_states.shape
        self.keys = torch.empty(
            batch, heads, self.capacity, width, dtype=self.dtype, device=self.device
        )
        self.values = torch.empty_like(self.keys)
        self.is_initialized = True

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: object, **kwargs: object
    ) -> tuple[Tensor, Tensor]:
        """Write new keys and values behind the mark; return all up to there, without copying."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        assert self.keys is not None and self.values is not None
        end = self.n_tokens + key_states.shape[-2]
        self.keys[:, :, self.n_tokens : end] = key_states
        self.values[:, :, self.n_tokens : end] = value_states
        self.n_tokens = end
        return self.keys[:, :, :end], self.values[:, :, :end]

    def get_seq_length(self) -> int:
        """Return how many tokens are before the mark."""
        return self.n_tokens


class RewindCache(Cache):
    """A cache of `RewindLayer`.

    Example: read 1,000 tokens, `rewind(400)`, read others: the first 400 are not read again.

    Args:
        config: The model's configuration.
        capacity: Tokens that it holds at most.
    """

    def __init__(self, config: LlamaConfig, capacity: int) -> None:
        super().__init__(layers=[RewindLayer(capacity) for _ in range(config.num_hidden_layers)])

    def rewind(self, n_tokens: int) -> None:
        """Keep the first `n_tokens` tokens only."""
        for layer in self.layers:
            assert isinstance(layer, RewindLayer) and 0 <= n_tokens <= layer.n_tokens
            layer.n_tokens = n_tokens
