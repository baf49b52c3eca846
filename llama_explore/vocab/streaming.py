"""A stream of tokens as text: characters that arrive in parts are held back until whole."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from llama_explore.vocab.entries import check_id, read_entries
from llama_explore.vocab.token_html import show_token


@dataclass(frozen=True)
class Arrival:
    """One token of a stream.

    Attributes:
        token_id: Its id.
        token: Its bytes.
        shown: The text that can be shown now.
        waiting: The bytes of a character that is not whole yet.
    """

    token_id: int
    token: bytes
    shown: str
    waiting: bytes

    def __repr__(self) -> str:
        held = f", waits with {self.waiting.hex(' ')}" if self.waiting else ""
        return f"{self.token_id:>6}  {show_token(self.token):<12} shows {self.shown!r}{held}"


def stream(token_ids: Iterable[int]) -> Iterator[Arrival]:
    """Yield for each token what a reader may be shown when it arrives.

    Example: 🦙 is three tokens. The first two show nothing, and the third the whole llama;
    decoded one by one, each would be the sign for something unreadable, U+FFFD.

    Bytes that can never become a character are shown as that sign, as soon as it is clear.

    Args:
        token_ids: Ids, in the order in which a model writes them.

    Raises:
        LlamaExploreError: Something among them is no id.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    entries = read_entries()
    for token_id in token_ids:
        token = entries[check_id(token_id)]
        shown = decoder.decode(token)
        waiting, _ = decoder.getstate()
        yield Arrival(token_id, token, shown, waiting)
