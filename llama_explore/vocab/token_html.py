"""Tokens on a page: each a coloured box with its id, whatever its bytes hold."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

COLOURS = ("#d6e9f5", "#fde6c4", "#d5efe3", "#f3dce9")
"""Four pale colours of the Okabe-Ito set in turn; a border shows the edges without them."""

SIGNS = str.maketrans({" ": "·", "\n": "↵", "\r": "␍", "\t": "→", "\u3000": "□", "\xa0": "⍽"})


def show_token(token: bytes) -> str:
    """Return a token for people: white space made visible, bytes that are no text in hex.

    Examples: a space and "the" are ``"·the"``, a line break is ``"↵"``; a space and the
    first two of the three bytes of a Hindi letter are ``"·⟨e0⟩⟨a4⟩"``.
    """
    shown = []
    for letter in token.decode("utf-8", "surrogateescape").translate(SIGNS):
        byte = ord(letter) - 0xDC00
        if 0x80 <= byte <= 0xFF:  # surrogateescape's way to hold a byte that is no text
            shown.append(f"⟨{byte:02x}⟩")
        elif letter.isprintable():
            shown.append(letter)
        else:
            shown += [f"⟨{each:02x}⟩" for each in letter.encode()]
    return "".join(shown)


def show_tokens(tokens: Sequence[bytes], token_ids: Sequence[int]) -> str:
    """Return tokens as HTML: boxes in a row, each with its id beneath.

    What the tokens hold is escaped: HTML in a text is shown, never run.
    """
    return "".join(
        f"<span style='display:inline-block; text-align:center; margin:1px; padding:0 3px; "
        f"border:1px solid #999; color:#111; background:{COLOURS[n % len(COLOURS)]}'>"
        f"<code style='color:#111; background:none'>{escape(show_token(token))}</code><br>"
        f"<span style='font-size:75%; color:#444'>{token_id}</span></span>"
        for n, (token, token_id) in enumerate(zip(tokens, token_ids, strict=True))
    )
