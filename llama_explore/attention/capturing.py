"""Watch attention while a model runs exactly as it would run anyway.

with capture(model, rows=[-1]) as seen:
    model(**inputs)
seen.rows.row(layer=3)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from llama_explore.attention.maps import AttentionMap
from llama_explore.attention.rows import AttentionRows
from llama_explore.attention.statistics import HeadStatistics


class Capture:
    """What a capture has seen; ask when the ``with`` block is done.

    Each of the three raises LlamaExploreError when it was not asked for or nothing was read.
    """

    @property
    def rows(self) -> AttentionRows:
        """The rows asked for."""
        raise NotImplementedError

    @property
    def map(self) -> AttentionMap:
        """The down-sampled map."""
        raise NotImplementedError

    @property
    def statistics(self) -> HeadStatistics:
        """The statistics of every head."""
        raise NotImplementedError

    @property
    def n_tokens(self) -> int:
        """Tokens read so far, padding and what the cache held before included."""
        raise NotImplementedError


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
        map_size: Bins of the down-sampled matrix, for example 64; None for no map.
        spans: Names and (start, end) key positions, end excluded, whose mass to add to the
            statistics.
        per_position: Keep the statistics of each query position too.
        every_pass: Keep the negative rows of every pass, not only of the last: with
            ``generate`` the row of each new token.

    Yields:
        What was seen: ``.rows``, ``.map`` and ``.statistics``.

    Raises:
        LlamaExploreError: The model cannot be watched or the question does not fit the prompt;
            the message says which. Nothing is left patched.
    """
    raise NotImplementedError
    yield Capture()


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
    raise NotImplementedError
