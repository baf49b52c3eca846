"""The written statements: each holds its values once, and is varied without harm."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from random import Random

import pytest

from llama_explore.pocket import needles, said


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def positions(value: str, text: str) -> list[tuple[int, int]]:
    pattern = rf"(?<!\w){re.escape(value.lower())}(?!\w)"
    return [match.span() for match in re.finditer(pattern, text.lower())]


def test_every_question_has_one_answer_which_it_does_not_tell() -> None:
    assert len(said.lines()) > 20_000
    assert sum(bool(line.asked) for line in said.lines()) > 15_000
    for line in said.lines():
        assert len(line.asked) <= 4
        assert not set("{}|=") & set(line.statement)
        places = []
        for value, question in line.asked:
            assert value and not positions(value, question), (question, value)
            [place] = positions(value, line.statement)
            places.append(place)
        starts_and_ends = [edge for place in sorted(places) for edge in place]
        assert starts_and_ends == sorted(starts_and_ends), f"values overlap: {line}"


def test_no_statement_is_written_twice() -> None:
    statements = [line.statement.lower() for line in said.lines()]
    assert len(set(statements)) == len(statements)
    for line in said.lines():
        questions = [question.lower() for _, question in line.asked]
        assert len(set(questions)) == len(questions), line


def test_most_statements_are_asked_about_in_more_ways_than_one() -> None:
    asked = [len(line.asked) for line in said.lines() if line.asked]
    assert sum(asked) > 2 * len(asked)


def test_exchanged_words_are_the_same_in_statement_questions_and_values() -> None:
    rng, different = Random(5), set()
    for _ in range(1000):
        told = said.say(rng, ["violet", "ledger", "carbon"])
        whole = {statement.replace("{v}", value) for statement, _, value in told}
        assert len(whole) == 1, told
        assert all(statement.count("{v}") == 1 for statement, _, _ in told)
        different |= whole
    assert len(different) > 800


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("Bruno painted 31 chairs. | Bruno = Who will paint them?", ["31", "Bruno", "chairs"]),
        ("The baker's oven is warm. | warm = How is it?", ["oven", "warm"]),
        ("Nothing came from there. | Nothing = What came?", []),
    ],
)
def test_only_words_that_do_not_carry_the_build_are_exchanged(text: str, free: list[str]) -> None:
    statement, asked = text.split(" | ")
    value, question = asked.split(" = ")
    assert said.Line(statement, ((value, question),)).words == free


def test_a_statement_gives_a_needle_for_each_question() -> None:
    told = needles.written(Random(8), ["ledger"], 0)
    assert told and len({needle.state(value) for needle, value in told}) == 1
    assert len({needle.question for needle, _ in told}) == len(told)


def test_the_two_halves_share_no_statement() -> None:
    first, second = ({line.statement for line in said.lines(half)} for half in (0, 1))
    assert not first & second
    assert len(first | second) == len(said.lines())
    for half, statements in enumerate((first, second)):
        told = [said.say(Random(i), ["ledger"], half)[0] for i in range(1000)]
        whole = {statement.replace("{v}", value) for statement, _, value in told}
        assert len(whole & statements) > 100
        assert not whole & (second if half == 0 else first)


def test_prose_is_sentences_in_paragraphs() -> None:
    assert len(said.paragraphs()) > 50
    for paragraph in said.paragraphs():
        assert len(paragraph) > 1
        assert all(re.search(r"[.?!]['\")]?$", sentence) for sentence in paragraph), paragraph


@pytest.mark.parametrize("name", ["own_words", "richer_words"])
def test_the_held_out_needles_and_prose_are_not_among_them(name: str) -> None:
    heldout = json.loads((files("llama_explore.pocket") / f"heldout/{name}.json").read_text())
    for needle in heldout["needles"]:
        asked = words(needle["needle"].replace("{value}", ""))
        for line in said.lines():
            told = words(line.statement)
            assert len(asked & told) / len(asked | told) < 0.6, line.statement
    ours = {sentence for paragraph in said.paragraphs() for sentence in paragraph}
    theirs = {s for text in heldout["fillers"] for s in re.split(r"(?<=[.?!])\s+", text)}
    assert not ours & theirs
