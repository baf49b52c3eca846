"""The generator of everyday English: same seed same text, and English that is well formed."""

from __future__ import annotations

import random
import re

import pytest

from llama_explore.pocket import english


@pytest.fixture(scope="module")
def stories() -> list[str]:
    rng = random.Random(7)
    return [english.story(rng) for _ in range(4000)]


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    rng = random.Random(7)
    return [english.sentence(rng) for _ in range(4000)]


def split(text: str) -> list[str]:
    return [s.strip() for s in re.findall(r'[^.!?]+[.!?]+"?', text)]


def test_the_same_seed_writes_the_same_text_and_another_seed_another() -> None:
    assert english.story(random.Random(3)) == english.story(random.Random(3))
    assert english.sentence(random.Random(3)) == english.sentence(random.Random(3))
    assert len({english.story(random.Random(seed)) for seed in range(50)}) == 50


def test_a_story_has_30_to_200_words_and_no_sentence_twice(stories: list[str]) -> None:
    assert all(30 <= len(s.split()) <= 200 for s in stories)
    repeated = [s for s in stories if len(set(split(s))) < len(split(s))]
    assert repeated == []


def test_every_text_begins_with_a_capital_and_ends_with_a_mark(
    stories: list[str], sentences: list[str]
) -> None:
    for text in stories + sentences:
        assert re.match(r'"?[A-Z]', text), text
        assert re.search(r'[.!?]"?$', text), text
        assert text.count('"') % 2 == 0, text


@pytest.mark.parametrize(
    "mistake",
    [
        r"\ba (?:apple|orange|old|empty|island|egg|idea|umbrella|hour|elephant)\b",
        r"\ban (?:[bcdfgjklmnpqrstvwxyz]|unicorn|use)",
        r"\b(?:they|we|you) was\b",
        r"\b(?:he|she|it) (?:were|have|do)\b",
        r"  | [.,!?]|\.\.|,,",
        r"[{}<>\[\]|\d]",
        r"\b(?!had|that)([a-z]+) \1\b",
        r"\bI (?:is|has|goes|likes)\b",
    ],
)
def test_no_text_holds(mistake: str, stories: list[str], sentences: list[str]) -> None:
    found = [t for t in stories + sentences if re.search(mistake, t)]
    assert found == []


def test_texts_are_broad(stories: list[str], sentences: list[str]) -> None:
    vocabulary = set(re.findall(r"[a-z']+", " ".join(stories).lower()))
    openings = {" ".join(s.split()[:4]) for s in stories}
    assert len(vocabulary) > 1500
    assert len(openings) > 2000
    assert len(set(sentences)) > 0.95 * len(sentences)


def test_a_sentence_has_no_paragraph_and_no_secret_code(sentences: list[str]) -> None:
    assert not any("\n" in s or "secret code" in s for s in sentences)


def test_words_are_distinct_lower_case_nouns() -> None:
    nouns = english.words()
    assert {"kitchen", "dog", "river"} <= set(nouns)
    assert len(set(nouns)) == len(nouns) > 400
    assert all(n.isalpha() and n.islower() for n in nouns)


def test_plurals_and_verb_forms_are_english() -> None:
    plurals = {
        "box": "boxes",
        "story": "stories",
        "boy": "boys",
        "knife": "knives",
        "sheep": "sheep",
    }
    assert {n: english._plural(n) for n in plurals} == plurals
    forms = {
        ("stop", "did"): "stopped",
        ("make", "doing"): "making",
        ("tidy", "does"): "tidies",
        ("play", "did"): "played",
        ("lie", "doing"): "lying",
        ("go", "did"): "went",
        ("wash", "does"): "washes",
    }
    assert {key: english._inflect(*key) for key in forms} == forms
