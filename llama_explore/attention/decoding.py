"""What KV heads cost while writing: cache bytes, decode speed, and the roofline's arithmetic.

To write one token, every weight and the whole KV cache of the sequence pass through the
processor once. With few sequences at a time the memory sets the pace, not the arithmetic.
"""

from __future__ import annotations

import copy
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from llama_explore.attention.refusals import check_whole, find_base
from llama_explore.budget import kv_cache_bytes, show_bytes, weights_bytes
from llama_explore.errors import LlamaExploreError

GB = 10**9


@dataclass(frozen=True)
class DecodeSpeed:
    """What one more token took.

    Attributes:
        n_context_tokens: Tokens in the cache before it.
        seconds_per_token: Median over the steps measured.
        cache_bytes: The keys and values that were held.
    """

    n_context_tokens: int
    seconds_per_token: float
    cache_bytes: int


@dataclass(frozen=True, repr=False)
class Roofline:
    """The least time a generated token can take when memory traffic is the limit.

    Attributes:
        n_context_tokens: Tokens in the cache of each sequence.
        n_kv_heads: KV heads of a layer.
        weights_bytes: The weights, read once a step whatever the batch.
        cache_bytes: The KV cache of one sequence.
        bandwidth_bytes_per_second: Of the memory that holds both.
        batch: Sequences that write a token in the same step.
    """

    n_context_tokens: int
    n_kv_heads: int
    weights_bytes: int
    cache_bytes: int
    bandwidth_bytes_per_second: float
    batch: int

    @property
    def bytes_per_token(self) -> float:
        """Bytes read for one generated token: its share of the weights, and its own cache."""
        return self.weights_bytes / self.batch + self.cache_bytes

    @property
    def seconds_per_step(self) -> float:
        """Least seconds for one step, which writes a token for each sequence of the batch."""
        return self.bytes_per_token * self.batch / self.bandwidth_bytes_per_second

    @property
    def tokens_per_second(self) -> float:
        """Most tokens a second, over all sequences of the batch."""
        return self.batch / self.seconds_per_step

    def __repr__(self) -> str:
        return (
            f"Roofline of {self.batch} x {self.n_context_tokens:,} tokens, {self.n_kv_heads} KV "
            f"heads: {show_bytes(int(self.bytes_per_token))} read for a token, at most "
            f"{self.tokens_per_second:,.1f} tokens/s"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>"


def count_cache_bytes(
    config: Any,
    n_tokens: int,
    *,
    n_kv_heads: int | None = None,
    dtype: str | torch.dtype = "bfloat16",
) -> int:
    """Return the bytes of one sequence's KV cache, also for another number of KV heads.

    Example: a token of Llama 3.3 70B takes 2 * 80 * 8 * 128 * 2 = 327,680 bytes with its 8
    KV heads, 2,621,440 with 64, and 40,960 with one.

    Args:
        config: A Llama's configuration.
        n_tokens: Tokens in the cache.
        n_kv_heads: KV heads of a layer; those of the configuration by default.
        dtype: Kind of number in the cache.
    """
    return kv_cache_bytes(n_tokens, _with_kv_heads(config, n_kv_heads), dtype=dtype)


def estimate_decode(
    config: Any,
    n_context_tokens: int,
    *,
    bandwidth_gb_per_second: float,
    n_kv_heads: int | None = None,
    batch: int = 1,
) -> Roofline:
    """Return the roofline of decoding in bfloat16: bytes for a token over memory bandwidth.

    The change of the projections with `n_kv_heads` is counted too: fewer KV heads also mean
    fewer weights to read.

    Example: Llama 3.3 70B, one sequence of 131,072 tokens, on GPUs that read 8,000 GB/s
    together: (141.1 GB + 42.9 GB) / 8,000 GB/s = 23 ms a token; with 64 KV heads
    (159.9 + 343.6) / 8,000 = 63 ms.

    Args:
        config: A Llama's configuration.
        n_context_tokens: Tokens in the cache of each sequence.
        bandwidth_gb_per_second: Of all devices together, in 10**9 bytes.
        n_kv_heads: KV heads of a layer; those of the configuration by default.
        batch: Sequences written at once.

    Source: Williams et al. 2009, "Roofline"; Ainslie et al. 2023 (GQA), section 1.
    """
    if bandwidth_gb_per_second <= 0 or batch < 1:
        raise LlamaExploreError(
            "A bandwidth above 0 and a batch of at least 1 are needed.",
            "For an H100 the data sheet says 3350 GB/s.",
        )
    changed = _with_kv_heads(config, n_kv_heads)
    return Roofline(
        n_context_tokens=n_context_tokens,
        n_kv_heads=changed.num_key_value_heads,
        weights_bytes=weights_bytes(changed),
        cache_bytes=kv_cache_bytes(n_context_tokens, changed),
        bandwidth_bytes_per_second=bandwidth_gb_per_second * GB,
        batch=batch,
    )


def _with_kv_heads(config: Any, n_kv_heads: int | None) -> Any:
    """Return a copy of a configuration with another number of KV heads."""
    changed = copy.deepcopy(config)
    if n_kv_heads is not None:
        changed.num_key_value_heads = check_whole(n_kv_heads, "The number of KV heads")
    return changed


def measure_decode(
    model: Any, n_context_tokens: Sequence[int], *, n_new_tokens: int = 8, batch: int = 1
) -> list[DecodeSpeed]:
    """Measure the median time of a decode step at growing context, and the cache it reads.

    The cache is filled with noise, for the time does not ask what is in it: so no long prompt
    has to be read first.

    Args:
        model: A Llama, as ``session.model``.
        n_context_tokens: Lengths to measure.
        n_new_tokens: Steps for each length; the first is not counted.
        batch: Sequences written at once.
    """
    from transformers import DynamicCache

    base = find_base(model)
    config = base.config
    longest = max(n_context_tokens) + n_new_tokens
    if longest > config.max_position_embeddings:
        raise LlamaExploreError(
            f"{longest:,} tokens are asked for; this model's context is "
            f"{config.max_position_embeddings:,}.",
            "Choose shorter lengths.",
        )
    found = []
    for length in n_context_tokens:
        cache: Any = DynamicCache(config=config)
        for number, layer in enumerate(base.layers):
            weight: Any = layer.self_attn.k_proj.weight
            shape = (batch, config.num_key_value_heads, length, config.head_dim)
            noise = torch.randn(shape, dtype=weight.dtype, device=weight.device)
            cache.update(noise, noise.clone(), number)
        ids = torch.zeros(batch, 1, dtype=torch.long, device=base.device)
        seconds = []
        with torch.inference_mode():
            for _ in range(n_new_tokens):
                begin = time.perf_counter()
                model(ids, past_key_values=cache, use_cache=True)
                if base.device.type == "cuda":
                    torch.cuda.synchronize()
                seconds.append(time.perf_counter() - begin)
        size = count_cache_bytes(config, length, dtype=base.dtype) * batch
        found.append(DecodeSpeed(length, statistics.median(seconds[1:]), size))
    return found
