"""Bytes and the letters that stand for them in tokenizer.json."""

from __future__ import annotations


def spell(token: bytes) -> str:
    """Return an entry as tokenizer.json writes it, one letter for each byte.

    Example: ``spell(b" the")`` is ``"Ġthe"``.
    """
    return token.decode("latin-1").translate(BYTE_LETTERS)


def _byte_letters() -> dict[int, str]:
    """Return the letter that stands for each of the 256 bytes: "Ġ" for the space, for one.

    A byte that prints is its own Latin-1 letter; the 68 others take the letters from
    U+0100 on, in order. GPT-2's tokenizer began this, and tokenizer.json keeps to it.
    """
    prints = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    hidden = [byte for byte in range(256) if byte not in prints]
    return {byte: chr(0x100 + i) for i, byte in enumerate(hidden)}


BYTE_LETTERS = _byte_letters()
"""For `str.translate`: a byte's number and its letter."""
