"""The written statements: each holds its value once, and is varied without harm."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from random import Random

from llama_explore.pocket import said


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def test_every_line_holds_one_value_which_its_question_does_not_tell() -> None:
    assert len(said.lines()) > 1500
    for statement, question, value in said.lines():
        assert statement.count("{v}") == 1 and not set("{}") & set(question + value)
        pattern = rf"\b{re.escape(value.lower())}\b"
        assert not re.search(pattern, question.lower()), (question, value)
        assert not re.search(pattern, statement.lower()), (statement, value)


def test_no_line_is_written_twice() -> None:
    statements = [statement.lower() for statement, _, _ in said.lines()]
    assert len(set(statements)) == len(statements)


def test_exchanged_words_are_the_same_in_statement_and_question() -> None:
    rng, different = Random(5), set()
    for _ in range(1000):
        statement, question, _ = said.say(rng, ["violet", "ledger", "carbon"])
        assert statement.count("{v}") == 1
        different.add((statement, question))
    assert len(different) > 800


def test_the_two_halves_share_no_statement() -> None:
    halves = [{said.say(Random(i), ["ledger"], half)[1] for i in range(3000)} for half in (0, 1)]
    plain = [{q for _, q, _ in said.lines(half)} for half in (0, 1)]
    for half in (0, 1):
        assert len(halves[half] & plain[half]) > 100
        assert not (halves[half] & plain[1 - half]) - plain[half]


def test_the_held_out_needles_are_not_among_them() -> None:
    heldout = json.loads((files("llama_explore.pocket") / "heldout/own_words.json").read_text())
    for needle in heldout["needles"]:
        asked = words(needle["needle"].replace("{value}", ""))
        for statement, _, _ in said.lines():
            told = words(statement.replace("{v}", ""))
            assert len(asked & told) / len(asked | told) < 0.6, statement
