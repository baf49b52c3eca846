"""What KV heads cost while writing: cache bytes, decode speed, and the roofline's arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DecodeSpeed:
    """Seconds for one new token after a context of so many tokens, and its cache."""

    n_context_tokens: int
    seconds_per_token: float
    cache_bytes: int


@dataclass(frozen=True)
class Roofline:
    """The least time a generated token can take when memory traffic is the limit."""

    n_context_tokens: int
    weights_bytes: int
    cache_bytes: int
    bandwidth_bytes_per_second: float
    batch: int

    @property
    def bytes_per_token(self) -> float:
        """Bytes read for one generated token of one sequence: its share of weights, its cache."""
        return self.weights_bytes / self.batch + self.cache_bytes

    @property
    def seconds_per_step(self) -> float:
        """Least seconds for one step, which writes a token for each sequence of the batch."""
        return (
            self.weights_bytes + self.batch * self.cache_bytes
        ) / self.bandwidth_bytes_per_second

    @property
    def tokens_per_second(self) -> float:
        """Most tokens a second, over all sequences of the batch."""
        return self.batch / self.seconds_per_step


def count_cache_bytes(config: Any, n_tokens: int, *, n_kv_heads: int | None = None) -> int:
    """Return the bytes of one sequence's KV cache, also for another number of KV heads."""
    raise NotImplementedError


def estimate_decode(
    config: Any,
    n_context_tokens: int,
    *,
    bandwidth_gb_per_second: float,
    n_kv_heads: int | None = None,
    batch: int = 1,
) -> Roofline:
    """Return the roofline of decoding: bytes for a token over memory bandwidth."""
    raise NotImplementedError


def measure_decode(
    model: Any, n_context_tokens: Sequence[int], *, n_new_tokens: int = 8
) -> list[DecodeSpeed]:
    """Measure the median time of a decode step at growing context, and the cache it reads."""
    raise NotImplementedError
