"""Needles that were written one by one: thousands of statements with questions, and some prose.

Statements stand in `said.txt`, one a line, most with one to four questions and their answers:
``Our cat sleeps on the radiator. | radiator = Where does our cat sleep? | cat = Who sleeps on the
radiator?``. Several questions about one statement teach that the question decides, not the look
of a word. The templates of `needles` and the grammar of `statements` know a few dozen ways to say
a thing; writers know more. Nobody asks about the statements without a question: they only stand
around. `prose.txt` holds paragraphs to hide statements in.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
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


WORD = re.compile(r"([A-Za-z]+(?:'\w+)?|[0-9]+)")


@dataclass(frozen=True)
class Line:
    """A statement, and what is asked about it: pairs of a value and a question.

    A value stands in the statement exactly once; no two of them overlap.
    """

    statement: str
    asked: tuple[tuple[str, str], ...]

    @cached_property
    def words(self) -> list[str]:
        """The words and numbers of statement and questions that may be exchanged."""
        texts = " ".join([self.statement, *(question for _, question in self.asked)])
        words = set(WORD.findall(texts))
        # "Painted" and "paint" are the link between the two: neither is exchanged.
        starts = Counter(word[:4].lower() for word in words)
        return sorted(
            word
            for word in words
            if word.isdecimal()
            or (
                (len(word) > 3 and "'" not in word and word.lower() not in KEPT)
                and starts[word[:4].lower()] == 1
            )
        )

    @cached_property
    def plain(self) -> list[str]:
        """The statement as words and what stands between them."""
        return WORD.split(self.statement)

    @cached_property
    def pieces(self) -> list[tuple[list[str], ...]]:
        """For each question: what stands before and after the value, the question, the value."""
        found = []
        for value, question in self.asked:
            place = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", self.statement)
            assert place, (self.statement, value)
            before, after = self.statement[: place.start()], self.statement[place.end() :]
            found.append(tuple(WORD.split(text) for text in (before, after, question, value)))
        return found


def _read(name: str) -> list[str]:
    return (files("llama_explore.pocket") / name).read_text(encoding="utf-8").splitlines()


@lru_cache(3)
def lines(half: int | None = None) -> list[Line]:
    """Return the statements of `said.txt`.

    Args:
        half: 0 or 1 for one half of them.
    """
    found = []
    for text in _read("said.txt"):
        statement, *asked = text.split(" | ")
        if half in (None, crc32(statement.encode()) % 2):
            pairs = (pair.partition(" = ") for pair in asked)
            found.append(Line(statement, tuple((v, question) for v, _, question in pairs)))
    return found


@cache
def _asked_about(half: int) -> list[Line]:
    return [line for line in lines(half) if line.asked]


@cache
def paragraphs() -> list[list[str]]:
    """Return the paragraphs of `prose.txt`, each a list of its sentences."""
    return [re.split(r"(?<=[.?!]) ", text) for text in _read("prose.txt")]


def _exchange(line: Line, rng: Random, vocabulary: list[str]) -> dict[str, str]:
    """Choose others for a share of a statement's words, none of them in a quarter of all cases."""
    share = rng.choice([0.0, 0.15, 0.3, 0.6])
    exchanged: dict[str, str] = {}
    for word in line.words:
        if word.isdecimal():
            if rng.random() < 0.5:
                exchanged[word] = str(rng.randrange(10 ** (len(word) - 1), 10 ** len(word)))
        elif rng.random() < share:
            exchanged[word] = rng.choice(NAMES if word[0].isupper() else vocabulary)
    return exchanged


def tell(rng: Random, vocabulary: list[str], half: int = 0) -> str:
    """Return a statement that nobody asks about, with some of its words exchanged, as in `say`."""
    line = rng.choice(lines(half))
    exchanged = _exchange(line, rng, vocabulary)
    return "".join(exchanged.get(piece, piece) for piece in line.plain)


def say(rng: Random, vocabulary: list[str], half: int = 0) -> list[tuple[str, str, str]]:
    """Return a statement with ``{v}`` for a value, a question for it, and the value, in each way.

    In most statements some words and numbers are exchanged, in all its questions and values alike,
    so that a statement is seldom met twice.

    Args:
        rng: Source of randomness.
        vocabulary: Words that stand in for others.
        half: Which half of the statements to choose from, 0 or 1: what is asked comes from one,
            what only stands around from the other, so that nothing is answered twice.
    """
    line = rng.choice(_asked_about(half))
    exchanged = _exchange(line, rng, vocabulary)
    told = []
    for parts in line.pieces:
        before, after, question, value = (
            "".join(exchanged.get(piece, piece) for piece in part) for part in parts
        )
        told.append((f"{before}{{v}}{after}", question, value))
    return told
