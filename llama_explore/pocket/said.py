"""Needles that people wrote one by one: thousands of statements, each with its question.

They stand in `said.txt`, one a line, the value in braces: ``Our cat sleeps on the {radiator} all
day. | Where does our cat sleep?``. The templates of `needles` and the grammar of `statements` know
a few dozen ways to say a thing; people know more.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from random import Random
from zlib import crc32

from llama_explore.pocket.statements import IRREGULAR, NAMES

KEPT = set(
    """about after again against along also among another around away because been before behind
below beside between both came come could does done down each even ever every from gave give goes
going have having hers himself into itself just keep kept kind knew know last left less like made
make many more most much must myself near never next none nothing often once only onto other over
same said says should since some somebody someone something still such tell than that their them
then there these they this those through time told took toward towards under until upon used very
want wanted were what when where which while whom whose will with within without would your colour
year years days hours month week name named called much long large number""".split()
)
"""Words that carry the sentence's build: they are never exchanged."""
KEPT |= {form for pair in IRREGULAR for form in pair}


@lru_cache(3)
def lines(half: int | None = None) -> list[tuple[str, str, str]]:
    """Return every statement with ``{v}`` for its value, its question, and the value.

    Args:
        half: 0 or 1 for one half of them; lines that differ only in the word that is asked for
            are in the same half.
    """
    text = (files("llama_explore.pocket") / "said.txt").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        statement, question = line.split(" | ")
        value = re.search(r"\{(.*)\}", statement)
        assert value, line
        plain = statement.replace(value[0], value[1])
        if half in (None, crc32(plain.encode()) % 2):
            found.append((statement.replace(value[0], "{v}"), question, value[1]))
    return found


def say(rng: Random, vocabulary: list[str], half: int = 0) -> tuple[str, str, str]:
    """Return a statement with ``{v}`` where its value stands, its question, and a fitting value.

    In most statements some words are exchanged, for the same ones in the question, so that a
    statement is seldom met twice.

    Args:
        rng: Source of randomness.
        vocabulary: Words that stand in for others.
        half: Which half of the statements to choose from, 0 or 1: what is asked comes from one,
            what only stands around from the other, so that nothing is answered twice.
    """
    statement, question, value = rng.choice(lines(half))
    share = rng.choice([0.0, 0.15, 0.3, 0.6])
    exchanged: dict[str, str] = {}
    told, asked = (set(re.findall(r"[A-Za-z]+(?:'\w+)?", text)) for text in (statement, question))
    for word in sorted(told | asked):
        other = (told | asked) - {word}
        # "Painted" and "paint" are the link between the two: neither is exchanged.
        linked = any(word[:4].lower() == each[:4].lower() for each in other)
        if len(word) < 4 or word.lower() in KEPT or "'" in word or linked:
            continue
        if rng.random() < share:
            exchanged[word] = rng.choice(NAMES if word[0].isupper() else vocabulary)
    if exchanged:
        pattern = re.compile(r"(?<![\w'{])(" + "|".join(map(re.escape, exchanged)) + r")(?![\w}])")
        statement, question = (
            pattern.sub(lambda match: exchanged[match[0]], text) for text in (statement, question)
        )
    return statement, question, value
