"""One colour a KV head, told apart by colour-blind eyes too, and the number always beside it."""

from __future__ import annotations

COLOURS = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#5d3a9b", "#7f7f7f",
)  # fmt: skip
"""Okabe and Ito's, without its yellow and its black, which no text stands out on, and with a
violet and a grey instead: eight, as many as Llama 3.3 70B has KV heads in a layer."""


def colour_of(kv_head: int) -> str:
    """Return the colour of a KV head; from the ninth on they come again.

    Example: ``colour_of(0)`` is blue, ``"#0072b2"``.
    """
    return COLOURS[kv_head % len(COLOURS)]


def colours_of_heads(n_query_heads: int, n_kv_heads: int) -> list[str]:
    """Return each query head's colour: that of the KV head it reads.

    Example: ``colours_of_heads(16, 2)`` is eight times blue, then eight times orange.
    """
    return [colour_of(head * n_kv_heads // n_query_heads) for head in range(n_query_heads)]
