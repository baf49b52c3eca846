"""Which ids a text can produce, and which none can.

The 126,648 ordinary entries that are whole text are what that text encodes to. Of the
1,352 that hold a part of a character one has to look for a text around them: the missing
bytes before and after can be filled in in many ways, and one of them may leave the entry
as it is. For all but fourteen one does; that no text has those fourteen is proved in the
tests.
"""

from __future__ import annotations

import random
from collections import defaultdict
from functools import cache
from string import ascii_lowercase

from llama_explore.vocab import N_ORDINARY
from llama_explore.vocab.entries import check_id, decode, encoding, read_entries

N_TRIES = 4096


def find_text(token_id: int) -> str | None:
    """Return a text whose tokens include an id, or None if no text is known to.

    Examples: of 279 it is " the"; of 11,410, which is a space and half of an emoji, a text
    with such an emoji; of 124, the byte C0, which UTF-8 never uses, None. A special token is
    written by its name.

    Args:
        token_id: 0 to 128,255.

    Raises:
        LlamaExploreError: There is no such id.
    """
    token = read_entries()[check_id(token_id)]
    whole: str | None = decode(token)
    if whole is not None:
        return whole
    # What follows can matter, too: in U+0081 and "n" the second byte of the first goes with
    # the "n", so that its first byte is left alone.
    for following in ("", *ascii_lowercase):
        for text in _complete(token):
            if token_id in encoding().encode_ordinary(text + following):
                found: str = text + following
                return found
    return None


def find_unreachable() -> dict[int, str]:
    """Return the ids that no text can produce, each with the reason.

    Example: 14 of them: 13 bytes that UTF-8 never uses, and entry 100,617.
    """
    reasons = {}
    for token_id, token in enumerate(read_entries()[:N_ORDINARY]):
        if decode(token) is None and find_text(token_id) is None:
            reasons[token_id] = _find_reason(token)
    return reasons


def _find_reason(token: bytes) -> str:
    if len(token) == 1:
        return "UTF-8 never uses this byte"
    return "every text that has these bytes merges them otherwise"


def _complete(token: bytes) -> list[str]:
    """Return texts that hold an entry's bytes, its first and last character filled in."""
    head = next((i for i, byte in enumerate(token) if byte & 0xC0 != 0x80), len(token))
    starting, ending = _characters()
    for n_tail in range(4):
        middle = decode(token[head : len(token) - n_tail])
        tail = token[max(head, len(token) - n_tail) :]
        if middle is None:
            continue
        before = ending.get(token[:head], []) if head else [""]
        after = starting.get(tail, []) if tail else [""]
        if not before or not after:
            return []
        if len(before) * len(after) <= N_TRIES:
            return [first + middle + last for first in before for last in after]
        dice = random.Random(0)
        return [dice.choice(before) + middle + dice.choice(after) for _ in range(N_TRIES)]
    return []


@cache
def _characters() -> tuple[dict[bytes, list[str]], dict[bytes, list[str]]]:
    """Return the characters that start with given bytes, and those that end with them.

    Of the characters beyond the first 65,536, whose bytes are merged alike, a part will do.
    """
    starting, ending = defaultdict(list), defaultdict(list)
    for code in (*range(0x80, 0xD800), *range(0xE000, 0x20000), *range(0x20000, 0x110000, 61)):
        character = chr(code)
        written = character.encode()
        for n in range(1, len(written)):
            starting[written[:n]].append(character)
            ending[written[-n:]].append(character)
    return dict(starting), dict(ending)
