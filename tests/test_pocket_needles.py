"""The needles: a statement holds its value once, and its question can be answered from it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from llama_explore.pocket import needles
from llama_explore.pocket.needles import Needle

WORDS = ["falcon", "ledger", "violin"]
FAMILIES: dict[str, Callable[[Random], Needle]] = {
    "keyed": lambda rng: needles.keyed(rng, 1)[0],
    "everyday": needles.everyday,
    "told": lambda rng: needles.told(rng, WORDS),
    "cloze": lambda rng: needles.cloze(rng, WORDS),
    "scrambled": lambda rng: needles.scrambled(rng, WORDS),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_statement_holds_its_value_and_its_question_does_not(family: str) -> None:
    rng = Random(1)
    for _ in range(500):
        needle = FAMILIES[family](rng)
        assert needle.state("48213").count("48213") == 1
        assert "48213" not in needle.question


@pytest.mark.parametrize("family", FAMILIES)
def test_no_slot_is_left_unfilled(family: str) -> None:
    rng = Random(2)
    for _ in range(500):
        needle = FAMILIES[family](rng)
        text = needle.state("48213") + needle.question
        assert not set("{}[]") & set(text), text
        assert "  " not in text


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_seed_gives_the_same_needles(family: str) -> None:
    first, second = ([FAMILIES[family](rng) for _ in range(20)] for rng in (Random(3), Random(3)))
    assert first == second
    assert len(set(first)) > 10


@pytest.mark.parametrize("family", FAMILIES)
def test_most_questions_share_a_content_word_with_their_statement(family: str) -> None:
    rng, shared = Random(4), 0
    small = needles.SMALL_WORDS | {"what", "who", "when", "where", "did", "how", "which", "does"}
    for _ in range(300):
        needle = FAMILIES[family](rng)
        said, asked = (
            {word.strip(".,?'\"").lower() for word in text.split()} - small
            for text in (needle.state(""), needle.question)
        )
        shared += bool(said & asked)
    assert shared > 0.9 * 300


def test_keyed_needles_of_one_text_never_share_both_key_and_attribute() -> None:
    rng = Random(5)
    for _ in range(100):
        group = needles.keyed(rng, 8)
        assert len(group) == 8


@pytest.mark.parametrize(
    ("before", "after", "value", "said"),
    [
        ("The code is", ".", "7", "The code is 7."),
        ("", " won the race.", "Ida", "Ida won the race."),
    ],
)
def test_the_statement_reads_with_the_value_at_either_end(
    before: str, after: str, value: str, said: str
) -> None:
    assert Needle(before, after, "?").state(value) == said
