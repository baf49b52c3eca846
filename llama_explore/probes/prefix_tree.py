"""Prompts as a prefix tree: which beginnings they share, and what reading them takes.

In sorted order, prompts that share a beginning stand side by side, and reading them one after
another is a walk through their prefix tree: before each prompt the walk goes back to where it
leaves the one before. No tree has to be built, and every node is read once.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from transformers import LlamaConfig


def count_shared(first: array[int], second: array[int]) -> int:
    """Return how many tokens two prompts share at their beginning.

    Example: ``count_shared(array("i", [5, 6, 7]), array("i", [5, 6, 9]))`` is 2.
    """
    n = min(len(first), len(second))
    differ = np.flatnonzero(np.asarray(first)[:n] != np.asarray(second)[:n])
    return int(differ[0]) if differ.size else n


def list_steps(prompts: Sequence[array[int]]) -> list[tuple[int, int]]:
    """Return for each of the sorted prompts what is kept and what is read anew.

    Example: for the prompts 5 6 7, 5 6 9 and 5 8 these are (0, 3), (2, 1) and (1, 1): five
    tokens instead of eight.

    Args:
        prompts: Token ids, sorted.
    """
    if not prompts:
        return []
    kept = [0, *(count_shared(a, b) for a, b in pairwise(prompts))]
    return [(n, len(prompt) - n) for n, prompt in zip(kept, prompts, strict=True)]


def count_least(prompts: Sequence[array[int]]) -> int:
    """Return the least tokens that have to be read for all prompts: the nodes of their tree."""
    return sum(new for _, new in list_steps(sorted(prompts)))


def count_flops(config: LlamaConfig, n_before: int, n_tokens: int) -> float:
    """Return the arithmetic of reading `n_tokens` tokens behind `n_before` others.

    Example: the first 8,192 tokens of Llama 3.3 70B take 1.2e15: 2 for each weight of the
    layers and each token, and 4 for each number of a query and each key that it may see.

    The output layer is left out: its logits are taken for answers only.
    """
    shape: Any = config
    layers: int = shape.num_hidden_layers
    width: int = shape.num_attention_heads * shape.head_dim
    kv_width: int = shape.num_key_value_heads * shape.head_dim
    weights = config.hidden_size * (2 * width + 2 * kv_width + 3 * config.intermediate_size)
    n_seen = n_tokens * n_before + n_tokens * (n_tokens + 1) / 2
    return float(layers * (2 * weights * n_tokens + 4 * width * n_seen))
