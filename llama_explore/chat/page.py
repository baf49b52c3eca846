"""A rendered conversation as a coloured page: plain elements and styles only.

It reads without a kernel and in a notebook that is not trusted: no script, no style sheet, no
picture. Words stand beside the colours, so that nobody has to tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from llama_explore.chat.rules import FRAME, RULES
from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from llama_explore.chat.rendered import Rendered, Span

MOST_CHARACTERS = 1_500
"""Of a longer span the beginning and the end are shown."""

MOST_SPANS = 400
MOST_COUNTED = 1_000_000
"""Of a text with more characters the tokens are not counted just to show it: that takes seconds."""

LINE = "border-left:1px solid #555555"
SILENT = FRAME | {"role", "template"}
"""Rules that need no label on the page: their text says what they are."""


def list_spans(rendered: Rendered) -> str:
    """Return a rendered conversation as lines of text: rule, message and what was written.

    Example: the second line of any conversation says ``header`` and ``'<|start_header_id|>'``.
    """
    lines = [_describe(rendered)]
    for span in _shorten(rendered.spans):
        if span is None:
            lines.append("  ...")
            continue
        text = repr(rendered.text[span.start : span.end])
        shown = text if len(text) <= 68 else f"{text[:40]} ... {text[-19:]}"
        lines.append(f"  {span.rule:<18}{'' if span.message is None else span.message:<3}{shown}")
    return "\n".join(lines)


def show_page(rendered: Rendered) -> str:
    """Return a rendered conversation as HTML: colours for rules, thin lines between tokens."""
    try:
        starts = _find_token_starts(rendered)
        note = "A thin line stands before each token."
    except LlamaExploreError as error:
        starts, note = {}, error.cause
    parts = []
    for span in _shorten(rendered.spans):
        if span is None:
            parts.append("<div>...</div>")
            continue
        if rendered.text.startswith("<|start_header_id|>", span.start) and span.rule in FRAME:
            parts.append("<div style='height:10px'></div>")
        parts.append(_show_span(rendered, span, starts))
    used = dict.fromkeys(span.rule for span in rendered.spans)
    legend = "".join(
        f"<tr><td style='background-color:{RULES[rule].colour}; color:#000000; "
        f"text-align:left; white-space:nowrap'>{rule}</td>"
        f"<td style='text-align:left'>{RULES[rule].meaning}</td></tr>"
        for rule in used
    )
    return (
        f"<p><b>{escape(_describe(rendered))}</b> {escape(note)}</p>"
        f"<div style='font-family:monospace; font-size:13px; line-height:1.9; color:#000000; "
        f"background-color:#ffffff; border:1px solid #999999; padding:8px'>{''.join(parts)}</div>"
        f"<table>{legend}</table>"
    )


def _describe(rendered: Rendered) -> str:
    length = f"{len(rendered.text):,} characters"
    if len(rendered.text) > MOST_COUNTED:
        return f"{length}, tokens not counted"
    try:
        return f"{length}, {len(rendered.token_ids):,} tokens"
    except LlamaExploreError:
        return f"{length}, no tokens: it cannot be encoded"


def _show_span(rendered: Rendered, span: Span, starts: dict[int, int]) -> str:
    rule = RULES[span.rule]
    label = "" if span.rule in SILENT else f"{span.rule} "
    if span.message is not None and label:
        label = f"{span.rule}, message {span.message} "
    small = f"<span style='font-size:10px; color:#333333'>{label}</span>" if label else ""
    weight = "bold" if span.rule == "role" else "normal"
    text = "".join(_cut_at_tokens(rendered.text, span, starts))
    return (
        f"<span style='background-color:{rule.colour}; color:#000000; font-weight:{weight}'>"
        f"{small}{text}</span>"
    )


def _cut_at_tokens(text: str, span: Span, starts: dict[int, int]) -> Iterator[str]:
    """Yield a span's characters as HTML, each token in an element with a line at its left."""
    half = MOST_CHARACTERS // 2
    if span.end - span.start > MOST_CHARACTERS:
        ranges = [(span.start, span.start + half), (span.end - half, span.end)]
    else:
        ranges = [(span.start, span.end)]
    for number, (first, last) in enumerate(ranges):
        if number:
            yield f"<b> ... {span.end - span.start - 2 * half:,} more characters ... </b>"
        cuts = [first, *(n for n in range(first + 1, last) if n in starts), last]
        for start, end in pairwise(cuts):
            shown = _show_text(text[start:end])
            yield f"<span style='{LINE}'>{shown}</span>" if start in starts else shown


def _show_text(text: str) -> str:
    """Return text as HTML in which spaces, line breaks and what does not print can be seen."""
    shown = []
    for before, sign in pairwise(f"\n{text}"):
        if sign == "\n":
            shown.append("&crarr;<br>")
        elif sign == " " and (text.isspace() or (before == " ")):
            shown.append("&nbsp;")  # a browser would swallow it
        elif sign.isprintable():
            shown.append(escape(sign))
        else:
            shown.append(escape(sign.encode("unicode_escape").decode()))
    return "".join(shown)


def _find_token_starts(rendered: Rendered) -> dict[int, int]:
    """Return the characters at which tokens begin, with the number of tokens beginning there."""
    if len(rendered.text) > MOST_COUNTED:
        raise LlamaExploreError(
            "It is too long to show its tokens.", "Look at rendered.tokens, or at a part of it."
        )
    first_bytes = {token.start for token in rendered.tokens}
    starts: dict[int, int] = {}
    place = 0
    for number, sign in enumerate(rendered.text):
        size = len(sign.encode())
        inside = sum(place + n in first_bytes for n in range(size))
        if inside:
            starts[number] = inside
        place += size
    return starts


def _shorten(spans: tuple[Span, ...]) -> list[Span | None]:
    if len(spans) <= MOST_SPANS:
        return list(spans)
    return [*spans[: MOST_SPANS // 2], None, *spans[-MOST_SPANS // 2 :]]
