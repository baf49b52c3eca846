"""Tokens to type and merges to step through: two widgets, each with a still form."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from llama_explore.errors import LlamaExploreError
from llama_explore.vocab.entries import read_ranks
from llama_explore.vocab.explanation import Explanation, Piece, explain
from llama_explore.vocab.token_html import COLOURS, show_token, show_tokens

FOLDER = Path(__file__).parent
MOST_LEAVES = 48
"""A tree of more bytes is too wide to be read, and is not drawn."""


class TokenView(anywidget.AnyWidget):
    """A text to type in, its tokens with ids and bytes, and the merge tree of each piece.

    Outside a running notebook the same object shows as a table.

    Args:
        text: What to begin with.

    Raises:
        LlamaExploreError: As for `explain`. A text typed later that cannot be explained is
            answered in the view.
    """

    _esm = (FOLDER / "merge_tree.js").read_text() + (FOLDER / "token_view.js").read_text()
    _css = (FOLDER / "views.css").read_text()
    text = traitlets.Unicode().tag(sync=True)
    allow_special = traitlets.Bool(True).tag(sync=True)
    pieces: traitlets.List[Any] = traitlets.List().tag(sync=True)
    fault = traitlets.Unicode().tag(sync=True)
    colours = traitlets.List(list(COLOURS)).tag(sync=True)

    def __init__(self, text: str) -> None:
        self.explanation = explain(text)
        super().__init__(text=text, pieces=_describe(self.explanation))
        self.observe(self._answer, ["text", "allow_special"])

    def _answer(self, _: object = None) -> None:
        try:
            self.explanation = explain(self.text, allow_special=self.allow_special)
        except LlamaExploreError as error:
            self.fault = str(error)
        else:
            with self.hold_sync():  # one message: the page never shows half of an answer
                self.pieces, self.fault = _describe(self.explanation), ""

    def __repr__(self) -> str:
        return repr(self.explanation)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return data | {"text/html": self.explanation._repr_html_()}, metadata


class MergeView(anywidget.AnyWidget):
    """One piece of text, and the merges that make its tokens, to step through.

    Outside a running notebook the same object shows every step, one a row.

    Args:
        text: A single piece of the split pattern, such as " unbelievably".

    Raises:
        LlamaExploreError: The text is none, is several pieces, or has over 48 bytes.
    """

    _esm = (FOLDER / "merge_tree.js").read_text() + (FOLDER / "merge_view.js").read_text()
    _css = (FOLDER / "views.css").read_text()
    piece = traitlets.Dict().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    colours = traitlets.List(list(COLOURS)).tag(sync=True)

    def __init__(self, text: str) -> None:
        pieces = explain(text, allow_special=False).pieces
        if len(pieces) != 1 or len(text.encode()) > MOST_LEAVES:
            raise LlamaExploreError(
                f"To step through, it takes one piece of at most {MOST_LEAVES} bytes; this text "
                f"has {len(pieces)} pieces and {len(text.encode()):,} bytes.",
                "Give one word, with the space before it if you like.",
            )
        self.source = pieces[0]
        super().__init__(piece=describe_piece(pieces[0]))

    def __repr__(self) -> str:
        states = self.source.states
        notes = ["bytes", *(f"rank {merge.rank:,}" for merge in self.source.merges)]
        width = max(map(len, notes))
        return "\n".join(
            f"{note:<{width}}  {' '.join(map(show_token, state))}"
            for note, state in zip(notes, states, strict=True)
        )

    def _repr_mimebundle_(self, **options: Any) -> Any:
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return data | {"text/html": show_steps(self.source)}, metadata


def show_steps(piece: Piece) -> str:
    """Return every step of a piece's merges as an HTML table, the first row its bytes.

    Example: for "the" the rows are t h e, then "th" (rank 339), then "the" (rank 1,820).
    """
    style = "style='text-align:left; white-space:nowrap'"
    ranks = read_ranks()
    rows = []
    for n, state in enumerate(piece.states):
        merge = piece.merges[n - 1] if n else None
        note = (
            f"{n}. {_quote(merge.left)} + {_quote(merge.right)}, rank {merge.rank:,}"
            if merge
            else "the bytes"
        )
        boxes = show_tokens(state, [ranks[part] for part in state])
        rows.append(f"<tr><td {style}>{note}</td><td {style}>{boxes}</td></tr>")
    head = f"<tr><th {style}>merge</th><th {style}>parts, with their ids</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def describe_piece(piece: Piece) -> dict[str, Any]:
    """Return a piece for the page: labels, ids, and the merges of its tree.

    Besides each merge come the ranks of all pairs at that moment ("gaps"; null for a pair
    that makes no entry), so that one sees why this one was next.
    """
    ranks = read_ranks()
    drawn = piece.how != "special" and len(piece.text.encode()) <= MOST_LEAVES
    states = piece.states if drawn else []
    gaps = [[ranks.get(a + b) for a, b in pairwise(state)] for state in states]
    return {
        "rule": piece.rule,
        "how": piece.how,
        "reason": piece.reason,
        "tokens": [show_token(token) for token in piece.tokens],
        "hex": [token.hex(" ") for token in piece.tokens],
        "ids": list(piece.token_ids),
        "leaves": [show_token(part) for part in states[0]] if drawn else [],
        "merges": [
            {
                "place": merge.place,
                "rank": merge.rank,
                "label": show_token(merge.left + merge.right),
            }
            for merge in piece.merges
            if drawn
        ],
        "gaps": gaps,
    }


def _describe(explanation: Explanation) -> list[dict[str, Any]]:
    return [describe_piece(piece) for piece in explanation.pieces]


def _quote(part: bytes) -> str:
    return f"<code>{escape(show_token(part))}</code>"
