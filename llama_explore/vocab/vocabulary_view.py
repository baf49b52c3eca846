"""All entries to search: a widget that holds 128,256 rows and draws the twenty in view."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from llama_explore.errors import LlamaExploreError
from llama_explore.vocab.entries import table
from llama_explore.vocab.token_html import show_token

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped, unused-ignore]

FOLDER = Path(__file__).parent
N_STILL = 12
"""So many rows show where no kernel runs."""

ANY = "any"


class VocabularyView(anywidget.AnyWidget):
    """Every entry, to search and to scroll through; all work is done by the page.

    The data (1.2 MB) go to the page once, when it asks for them, and are not saved with the
    notebook. Outside a running notebook the same object shows what was found first.

    Args:
        query: What to look for at first, as for `search_entries`.
        kind: One of `kinds.KINDS`, or "any".
        script: A script, or "any".

    Raises:
        LlamaExploreError: As for `search_entries`.
    """

    _esm = FOLDER / "vocabulary_view.js"
    _css = (FOLDER / "views.css").read_text()
    query = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Unicode(ANY).tag(sync=True)
    script = traitlets.Unicode(ANY).tag(sync=True)
    match_case = traitlets.Bool(False).tag(sync=True)

    def __init__(self, query: str = "", *, kind: str = ANY, script: str = ANY) -> None:
        search_entries(query, kind=kind, script=script)
        super().__init__(query=query, kind=kind, script=script)
        self.on_msg(self._send_data)

    def _send_data(self, _: object, content: Any, buffers: object) -> None:
        if content == "data":
            header, parts = pack_entries()
            self.send(header, parts)

    def find(self) -> pd.DataFrame:
        """Return the entries that the view shows now."""
        return search_entries(
            self.query, kind=self.kind, script=self.script, match_case=self.match_case
        )

    def __repr__(self) -> str:
        found = self.find()
        rows = [
            f"{each.id:>7}  {each.kind:<13}  {each.script:<10}  {show_token(each.bytes)}"
            for each in found.head(N_STILL).itertuples()
        ]
        return "\n".join([self._count(found), *rows])

    def _repr_mimebundle_(self, **options: Any) -> Any:
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        found = self.find()
        still = f"<b>{escape(self._count(found))}</b>{show_entries(found.head(N_STILL))}"
        return data | {"text/html": still}, metadata

    def _count(self, found: pd.DataFrame) -> str:
        chosen = [each for each in (self.kind, self.script) if each != ANY]
        asked = ", ".join([f"“{self.query}”" if self.query else "everything", *chosen])
        return f"{asked}: {len(found):,} of 128,256 entries"


def search_entries(
    query: str = "", *, kind: str = ANY, script: str = ANY, match_case: bool = False
) -> pd.DataFrame:
    """Return the entries that hold a text, with the columns of `table`.

    Examples: ``search_entries("llama")`` finds " llama" alone, ``search_entries("needle")``
    six entries, ``search_entries("#279")`` the one of that id, and
    ``search_entries("hex:e0 a4")`` those with these bytes.

    Args:
        query: A text, "#" and an id, or "hex:" and bytes.
        kind: One of `kinds.KINDS`, or "any".
        script: One of the table's scripts, or "any".
        match_case: Whether capitals differ from small letters.

    Raises:
        LlamaExploreError: The query is no text, or there is no such kind or script.
    """
    entries = table()
    if not isinstance(query, str):
        raise LlamaExploreError(
            f"The query is {query!r:.60}, not a text.", 'Write it in quotes; an id as "#279".'
        )
    for name, asked in (("kind", kind), ("script", script)):
        known = list(entries[name].cat.categories)
        if asked not in (*known, ANY):
            raise LlamaExploreError(
                f"There is no {name} {asked!r:.60}.",
                f"Choose {ANY!r} or one of {', '.join(known)}.",
            )
        if asked != ANY:
            entries = entries[entries[name] == asked]
    if number := re.fullmatch(r"#(\d{1,9})", query):
        return entries[entries.id == int(number[1])]
    if query.startswith("hex:"):
        wanted = re.sub(r"[^0-9a-f]", "", query[4:].lower())
        pairs = " ".join(re.findall("..?", wanted))
        return entries[entries.hex.str.contains(pairs, regex=False)]
    texts = entries.text.fillna("")
    if not match_case:
        texts, query = texts.str.lower(), query.lower()
    return entries[texts.str.contains(query, regex=False)] if query else entries


def show_entries(entries: pd.DataFrame) -> str:
    """Return rows of the table as HTML; what the tokens hold is escaped."""
    left = "style='text-align:left'"
    head = "".join(f"<th {left}>{name}</th>" for name in ("id", "entry", "bytes", "kind", "script"))
    rows = "".join(
        f"<tr><td>{each.id}</td><td {left}><code>{escape(show_token(each.bytes))}</code></td>"
        f"<td {left}>{each.hex}</td><td {left}>{each.kind}</td><td {left}>{each.script}</td></tr>"
        for each in entries.itertuples()
    )
    return f"<table><tr>{head}</tr>{rows}</table>"


def pack_entries() -> tuple[dict[str, Any], list[bytes]]:
    """Return all entries in the form that is sent to the page once.

    Returns:
        A header with the names of kinds and scripts, and four buffers: the bytes of all
        entries one after the other, and for each entry its length, the number of its kind
        and the number of its script, one byte each.
    """
    entries = table()
    kinds, scripts = entries.kind.cat, entries.script.cat
    header = {"kinds": list(kinds.categories), "scripts": list(scripts.categories)}
    return header, [
        b"".join(entries.bytes),
        bytes(entries.length),
        bytes(kinds.codes.tolist()),
        bytes(scripts.codes.tolist()),
    ]
