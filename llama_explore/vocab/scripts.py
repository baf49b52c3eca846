"""The script of a text's letters, from their names in Python's own table of characters."""

from __future__ import annotations

import unicodedata
from functools import cache

NAMES = {
    "ARABIC": "Arabic",
    "ARMENIAN": "Armenian",
    "BENGALI": "Bengali",
    "CJK": "Han",
    "CYRILLIC": "Cyrillic",
    "DEVANAGARI": "Devanagari",
    "FEMININE": "Latin",  # the ordinal sign ª
    "GREEK": "Greek",
    "HANGUL": "Hangul",
    "HEBREW": "Hebrew",
    "HIRAGANA": "Hiragana",
    "IDEOGRAPHIC": "Han",
    "KATAKANA": "Katakana",
    "KHMER": "Khmer",
    "LATIN": "Latin",
    "MALAYALAM": "Malayalam",
    "MASCULINE": "Latin",  # the ordinal sign º
    "TAMIL": "Tamil",
    "THAI": "Thai",
}
"""How the name of a letter begins, and its script. Latin and Greek letters that serve as
signs, such as the micro sign, have none, and so have accents that stand alone."""

WIDTHS = {"FULLWIDTH", "HALFWIDTH"}


def find_script(token: bytes) -> str:
    """Return the script of the letters in an entry.

    Examples: ``find_script(" été".encode())`` is ``"Latin"``, digits and signs alone are
    ``"none"``, and Japanese that joins 食 with べ is ``"mixed"``. Of a character that is cut
    in two, nothing is known.
    """
    text = token.decode("utf-8", "ignore")
    if text.isascii():
        return "Latin" if any(map(str.isalpha, text)) else "none"
    found = {script for letter in text if (script := _find_one(letter))}
    return found.pop() if len(found) == 1 else "mixed" if found else "none"


@cache
def _find_one(letter: str) -> str:
    if unicodedata.category(letter)[0] not in "LM":
        return ""
    words = unicodedata.name(letter, "").replace("-", " ").split()
    if not words or words[:4] == ["KATAKANA", "HIRAGANA", "PROLONGED", "SOUND"]:
        return ""  # the long-vowel sign serves two scripts
    if words[0] in WIDTHS:
        words.pop(0)
    return NAMES.get(words[0], "")
