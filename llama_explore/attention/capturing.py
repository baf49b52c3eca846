"""Watch attention while a model runs exactly as it would run anyway.

with capture(model, rows=[-1]) as seen:
    model(**inputs)
seen.rows.row(layer=3)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch

from llama_explore.attention import refusals, wiring
from llama_explore.attention.maps import MapStore
from llama_explore.attention.rows import RowStore, check_positions
from llama_explore.attention.statistics import StatisticsStore
from llama_explore.attention.watching import Capture
from llama_explore.errors import LlamaExploreError


@contextmanager
def capture(
    model: Any,
    *,
    rows: Sequence[int] | None = None,
    layers: Sequence[int] | None = None,
    statistics: bool = False,
    map_size: int | None = None,
    spans: Mapping[str, tuple[int, int]] | None = None,
    per_position: bool = False,
    every_pass: bool = False,
) -> Iterator[Capture]:
    """Record attention of the forward passes inside the ``with`` block, and only what is asked.

    The model runs SDPA as it would without: its logits are the same to the bit.

    Example: the last row of the pocket model at 8,192 tokens is 6 * 16 * 8192 * 4 bytes =
    3 MiB; the matrices of ``output_attentions=True`` are 8,192 times that, 24 GiB.

    Args:
        model: A Llama, as ``session.model``.
        rows: Query positions: from 0 over all that is read (cache and left padding count), or
            negative from the end of what has been read so far. A later pass moves the end.
        layers: Layers to watch, negative ones from the end; all by default.
        statistics: Whether to record statistics of each head over all query positions.
        map_size: Most bins of the down-sampled matrix, for example 64; None for no map.
        spans: Names and (start, end) key positions, end excluded, whose mass to add to the
            statistics.
        per_position: Keep the statistics of each query position too.
        every_pass: Keep the negative rows of every pass, not only of the last: with
            ``generate`` the row of each new token.

    Yields:
        What was seen: ``.rows``, ``.map`` and ``.statistics``, once the block is done.

    Raises:
        LlamaExploreError: The model cannot be watched or the question does not fit the prompt;
            the message says which. Nothing is left patched.
    """
    base = refusals.find_base(model)
    refusals.check_attention(model)
    watched = refusals.choose_layers(model, layers)
    named_spans = refusals.check_spans(spans or {})
    if rows is None and not statistics and map_size is None:
        raise LlamaExploreError(
            "Nothing was asked for.", "Ask for rows=[-1], statistics=True or map_size=64."
        )
    if (named_spans or per_position) and not statistics:
        raise LlamaExploreError(
            "spans and per_position belong to the statistics.", "Add statistics=True."
        )
    if map_size is not None and refusals.check_whole(map_size, "The map's size") < 2:
        raise LlamaExploreError(f"A map of {map_size} bins shows nothing.", "Take map_size=64.")
    seen = Capture(
        model,
        watched,
        None if rows is None else RowStore(check_positions(rows), every_pass=every_pass),
        StatisticsStore(tuple(named_spans), per_position=per_position) if statistics else None,
        None if map_size is None else MapStore(map_size),
        named_spans,
    )
    with ExitStack() as stack:
        before = base.register_forward_pre_hook(seen.begin_pass, with_kwargs=True)
        stack.callback(before.remove)
        after = base.register_forward_hook(seen.end_pass, with_kwargs=True)
        stack.callback(after.remove)
        stack.enter_context(wiring.listen(model, seen))
        yield seen
    seen.close()


def record(
    model: Any,
    input_ids: torch.Tensor,
    *,
    attention_mask: torch.Tensor | None = None,
    chunk_tokens: int | None = None,
    **asked: Any,
) -> Capture:
    """Run a prompt once and return what was seen: `capture` in one line.

    Example: ``record(model, ids, rows=[-1]).rows.row(layer=3)`` is (n_query_heads, n_tokens).

    Args:
        model: A Llama, as ``session.model``.
        input_ids: (batch, n_tokens), or (n_tokens,) for one prompt.
        attention_mask: (batch, n_tokens), 0 where there is padding.
        chunk_tokens: Read the prompt in pieces of so many tokens, with a KV cache: the memory
            for activations shrinks with them.
        **asked: As in `capture`.
    """
    base = refusals.find_base(model)
    ids = torch.atleast_2d(torch.as_tensor(input_ids)).to(base.device)
    mask = None if attention_mask is None else torch.atleast_2d(attention_mask).to(ids.device)
    n_tokens = ids.shape[1]
    step = n_tokens if chunk_tokens is None else chunk_tokens
    if not n_tokens or step < 1:
        raise LlamaExploreError(
            f"{n_tokens} tokens in pieces of {step}: there is nothing to read.",
            "Give at least one token, and chunk_tokens of at least 1.",
        )
    from transformers import DynamicCache

    cache: Any = DynamicCache(config=base.config) if step < n_tokens else None
    with torch.inference_mode(), capture(model, **asked) as seen:
        for low in range(0, n_tokens, step):
            high = min(low + step, n_tokens)
            base(
                ids[:, low:high],
                attention_mask=None if mask is None else mask[:, :high],
                past_key_values=cache,
                use_cache=cache is not None,
            )
    return seen
