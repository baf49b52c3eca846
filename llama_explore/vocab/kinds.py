"""What an entry is for, by the classes of its characters: a rule of thumb, and a clear one."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

KINDS = {
    "word": "a space, or a sign of print such as “, and letters: begins a word",
    "suffix": "letters alone: goes on with a word, or begins one without a space",
    "code": "an ASCII sign or tab before letters (.get, _id), or signs as programs use them ();)",
    "punctuation": "signs of any other sort, with the line break that follows",
    "digits": "one to three digits",
    "white space": "spaces, tabs, line breaks",
    "partial UTF-8": "bytes that are no whole characters",
    "special": "the 256 entries that no text, only a program writes",
}
"""Every kind, and what it means."""

CONTRACTIONS = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}
PROGRAM_SIGNS = set("(){}[]<>=;/\\_$#@&|*+^~%`")

# One letter a character: A letter or mark, 9 number, s space of any sort, ! sign in ASCII,
# and ? any other sign.
_RULES = (
    ("white space", re.compile("s+")),
    ("digits", re.compile("9+")),
    ("suffix", re.compile("A+")),
    ("word", re.compile(r"[s?]A+")),
    ("code", re.compile(r"!A+")),
)


def find_kind(text: str | None) -> str:
    """Return the kind of an ordinary entry.

    Examples: " the" is a "word", "ing" a "suffix", ".get" and " ();" are "code", " ..." is
    "punctuation", and None, for bytes that are no text, is "partial UTF-8".
    """
    if text is None:
        return "partial UTF-8"
    if text.lower() in CONTRACTIONS:
        return "suffix"
    if text[0] == "\t" and len(text) > 1 and text[1:].isalpha():
        return "code"
    rule = _find_rule(text.translate(_CLASSES))
    if rule is not None:
        return rule
    signs = text.strip()
    return "code" if len(signs) > 1 and PROGRAM_SIGNS.intersection(signs) else "punctuation"


@cache
def _find_rule(classes: str) -> str | None:
    """Return the kind of a row of classes; 128,000 entries have some hundreds of such rows."""
    return next((kind for kind, rule in _RULES if rule.fullmatch(classes)), None)


class _Classes(dict[int, str]):
    """The class of each letter, for `str.translate`; found when a letter is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _find_class(chr(code))
        return self[code]


def _find_class(letter: str) -> str:
    category = unicodedata.category(letter)
    if category[0] in "LM":
        return "A"
    if category[0] == "N":
        return "9"
    if letter.isspace() and letter not in "\x1c\x1d\x1e\x1f":  # separators are no white space
        return "s"
    return "!" if letter.isascii() else "?"


_CLASSES = _Classes()
