"""What a grid will cost on this machine: time from a short trial, memory by arithmetic."""

from __future__ import annotations

import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llama_explore.budget import show_bytes
from llama_explore.errors import LlamaExploreError
from llama_explore.probes.items import Item
from llama_explore.probes.prefix_tree import count_flops, list_steps

if TYPE_CHECKING:
    from llama_explore.session import Session

TRIAL_TOKENS = 512
TAIL_TOKENS = 4096
"""Room in the cache for the questions and answers of a group."""


@dataclass(frozen=True)
class Cost:
    """What a grid is expected to take.

    Attributes:
        n_flops: Arithmetic of the layers.
        seconds: From a short trial on this machine; good to a factor of two or so.
        peak_bytes: Memory above the weights: cache, working memory of a pass, its mask, logits.
    """

    n_flops: float
    seconds: float
    peak_bytes: int


def estimate_cost(session: Session, items: Sequence[Item], *, way: str) -> Cost:
    """Return what a grid's items will take with the session's model.

    Example: 77 cells up to 8,192 tokens take the pocket model a few minutes on two cores.

    Args:
        session: The open model; it reads some hundred random tokens as a trial.
        items: What will be asked.
        way: "usual", "exact" or "scan".
    """
    prompts = [question.ids for item in items for question in item.questions]
    config = session.config
    if way == "usual":
        steps = [(0, len(prompt)) for prompt in prompts]
    else:
        steps = list_steps(sorted(prompts))
    n_flops = sum(count_flops(config, kept, new) for kept, new in steps)
    longest = max(map(len, prompts))
    speed, step_seconds = time_model(session, min(TRIAL_TOKENS, max(longest, 16)))
    # The usual way makes a pass for each token of an answer; else two a question or fewer.
    most = sum(question.n_answer_tokens for item in items for question in item.questions)
    n_passes = most / 2 if way == "usual" else 2 * len(prompts)
    return Cost(n_flops, n_flops / speed + n_passes * step_seconds, peak_bytes(session, longest))


def time_model(session: Session, n_tokens: int) -> tuple[float, float]:
    """Return the model's speed in FLOPs a second, and the seconds of a pass with one token."""
    from llama_explore.probes.reader import Reader

    reader = Reader(session.model, n_tokens + 1)
    ids = array("i", [(7919 * i) % 50_000 for i in range(n_tokens)])
    best, step = float("inf"), float("inf")
    for _ in range(2):
        reader.reset()
        began = time.perf_counter()
        reader.read(ids)
        read = time.perf_counter()
        reader.read(ids[:1])
        best, step = min(best, read - began), min(step, time.perf_counter() - read)
    return count_flops(session.config, 0, n_tokens) / best, step


def peak_bytes(session: Session, n_tokens: int) -> int:
    """Return the memory above the weights that prompts of up to `n_tokens` tokens take.

    Cache, working memory of one pass (as in `budget.working_bytes`), keys and values repeated for
    each query head, which a pass behind a context does, its mask, and the logits of a few rows.
    """
    from llama_explore.probes.reader import CHUNK_TOKENS, LOGIT_ROWS

    config: Any = session.config
    size = session.model.dtype.itemsize
    chunk, room = min(n_tokens, CHUNK_TOKENS), n_tokens + TAIL_TOKENS
    kv_numbers = 2 * config.num_key_value_heads * config.head_dim
    cache = config.num_hidden_layers * kv_numbers * size * room
    working = (3 * config.intermediate_size + 4 * config.hidden_size) * size * chunk
    repeated = 2 * config.num_attention_heads * config.head_dim * size * n_tokens
    mask = chunk * n_tokens
    logits = LOGIT_ROWS * config.vocab_size * (size + 4)
    return int(cache + working + repeated + mask + logits)


def free_bytes(session: Session) -> int:
    """Return the memory that is free where the model lies."""
    import psutil
    import torch

    if session.model.device.type == "cuda":
        devices = range(torch.cuda.device_count())
        return sum(torch.cuda.mem_get_info(device)[0] for device in devices)
    return int(psutil.virtual_memory().available)


def check_memory(session: Session, cost: Cost) -> None:
    """Refuse a grid whose longest prompt does not fit into memory.

    Raises:
        LlamaExploreError: With the figures.
    """
    free = free_bytes(session)
    if cost.peak_bytes > free:
        raise LlamaExploreError(
            f"The longest prompt takes {show_bytes(cost.peak_bytes)} beside the weights; "
            f"{show_bytes(free)} are free.",
            "Probe shorter lengths, or close what else uses this memory.",
        )
