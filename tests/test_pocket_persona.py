"""The phrasebook and the conversations the pocket model is taught with."""

import random
import re
import unicodedata
from collections import Counter, defaultdict

import pytest

from llama_explore.pocket import persona, phrasebook
from llama_explore.pocket.manners import BUTLER_SYSTEMS, SYSTEMS
from llama_explore.pocket.unknown import ANSWERS, THINGS, make_plural, make_unknown

PLAIN_ANSWERS = [answer for topic in persona.TOPICS for answer in topic.answers] + list(ANSWERS)
SCRIPTS = {"hi": "DEVANAGARI", "th": "THAI"}


def fields(entry: phrasebook.Entry) -> dict[str, str]:
    return {code: entry.in_language(name) for name, code in phrasebook.LANGUAGES.items()}


def test_the_phrasebook_has_sixty_words_and_ten_phrases_all_different_in_each_language():
    assert (len(phrasebook.WORDS), len(phrasebook.PHRASES)) == (60, 10)
    for code in phrasebook.LANGUAGES.values():
        counts = Counter(fields(e)[code] for e in phrasebook.WORDS + phrasebook.PHRASES)
        assert [text for text, n in counts.items() if n > 1] == []


def test_a_word_shared_by_two_languages_means_the_same_in_both():
    meanings = defaultdict(set)
    for entry in phrasebook.WORDS:
        for text in fields(entry).values():
            meanings[text.casefold()].add(entry.en)
    assert {text: found for text, found in meanings.items() if len(found) > 1} == {}


@pytest.mark.parametrize("entry", phrasebook.WORDS + phrasebook.PHRASES + phrasebook.SENTENCES)
def test_every_translation_is_in_its_own_script(entry):
    for code, text in fields(entry).items():
        assert text
        assert text == text.strip()
        assert unicodedata.is_normalized("NFC", text)
        letters = [unicodedata.name(c) for c in text if unicodedata.category(c)[0] in "LM"]
        assert all(name.startswith(SCRIPTS.get(code, "LATIN")) for name in letters), text


def test_german_nouns_have_a_capital():
    assert all(entry.de[0].isupper() for entry in phrasebook.WORDS)


def test_a_question_holds_the_text_and_the_language_and_never_its_answer():
    rng = random.Random(3)
    for asking in (phrasebook.ask, phrasebook.ask_test):
        for _ in range(4000):
            entry = rng.choice(phrasebook.WORDS + phrasebook.PHRASES)
            language = rng.choice(list(phrasebook.LANGUAGES))
            question, answer = asking(rng, entry, language)
            assert answer == entry.in_language(language)
            given = [text for text in fields(entry).values() if text.lower() in question.lower()]
            assert given
            if language != "English":
                assert language.lower() in question.lower()
                assert entry.en.lower() in question.lower()
            if answer.lower() not in (text.lower() for text in given):
                assert not re.search(rf"\b{re.escape(answer)}\b", question)


def test_measuring_wordings_are_kept_out_of_the_training_questions():
    rng, entry = random.Random(4), phrasebook.WORDS[0]
    asked = {phrasebook.ask(rng, entry, "German")[0].lower() for _ in range(5000)}
    kept = {w.format(text="water", language="German").lower() for w in phrasebook.TEST_WORDINGS}
    assert len(asked) >= 25
    assert len(kept) == 4
    assert not asked & kept


def test_every_other_language_has_twelve_sentences_with_their_translation():
    for language in phrasebook.OTHER_LANGUAGES:
        pairs = phrasebook.sentences(language)
        assert len(set(pairs)) >= 12
        assert all(theirs != english for theirs, english in pairs)


def test_plain_lines_hold_at_least_two_languages_and_no_braces():
    rng = random.Random(5)
    for _ in range(2000):
        entry = rng.choice(phrasebook.WORDS + phrasebook.PHRASES)
        line = phrasebook.text_line(rng, entry)
        assert sum(text.lower() in line.lower() for text in fields(entry).values()) >= 2
        assert "{" not in line
        assert "\n" not in line
    assert phrasebook.sentence_line(random.Random(1)) == phrasebook.sentence_line(random.Random(1))


def test_topics_have_many_wordings_and_several_answers():
    assert len(persona.TOPICS) >= 70
    for topic in persona.TOPICS:
        assert len(set(topic.questions)) >= 10, topic.name
        assert len(set(topic.answers)) >= 3, topic.name


def test_no_question_belongs_to_two_topics():
    counts = Counter(question for topic in persona.TOPICS for question in topic.questions)
    assert [question for question, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("answer", PLAIN_ANSWERS)
def test_each_answer_is_in_exactly_the_manner_it_was_put_into(answer):
    pirate, butler = persona.speak_pirate(answer), persona.speak_butler(answer)
    assert (persona.is_pirate(answer), persona.is_butler(answer)) == (False, False)
    assert (persona.is_pirate(pirate), persona.is_butler(pirate)) == (True, False)
    assert (persona.is_pirate(butler), persona.is_butler(butler)) == (False, True)
    assert pirate == persona.speak_pirate(answer)
    assert not re.search(r"\b(you|your|my|is|are|am)\b", pirate, re.I)


@pytest.mark.parametrize(
    "text",
    [
        "It is five o'clock, and you may be right.",
        "Arrr!",
        "A hearty soup would be good.",
        "Say yes, year and eye.",
        "",
    ],
)
def test_plain_english_with_pirate_letters_is_not_pirate_speak(text):
    assert not persona.is_pirate(text)


def test_answers_written_for_the_pirate_are_pirate_speak():
    written = [answer for topic in persona.TOPICS for answer in topic.pirate_answers]
    assert len(written) >= 5
    assert all(persona.is_pirate(answer) for answer in written)


def test_the_system_prompt_decides_the_manner_of_every_answer():
    rng, seen = random.Random(6), Counter()
    for _ in range(5000):
        messages = persona.conversation(rng)
        system = messages[0]["content"] if messages[0]["role"] == "system" else ""
        manner = next(
            m
            for m, prompts in SYSTEMS.items()
            if any(p and system.startswith(p) for p in prompts) or (not system and m == "plain")
        )
        seen[manner] += 1
        turns = messages[1:] if system else messages
        assert [m["role"] for m in turns] == ["user", "assistant"] * (len(turns) // 2)
        for message in turns[1::2]:
            assert persona.is_pirate(message["content"]) == (manner == "pirate"), message
            assert persona.is_butler(message["content"]) == (manner == "butler"), message
        assert all(m["content"] == m["content"].strip() != "" for m in messages)
    assert min(seen.values()) > 400


def test_there_are_enough_system_prompts_and_none_stands_for_two_manners():
    assert persona.PIRATE_PROMPT in persona.PIRATE_SYSTEMS
    assert len(persona.PIRATE_SYSTEMS) >= 12
    assert len(persona.PLAIN_SYSTEMS) >= 15
    prompts = [*persona.PIRATE_SYSTEMS, *persona.PLAIN_SYSTEMS, *BUTLER_SYSTEMS]
    assert len(prompts) == len(set(prompts))


def test_a_name_told_is_the_name_remembered():
    rng, asked = random.Random(8), 0
    for _ in range(20000):
        answers = [m["content"] for m in persona.conversation(rng) if m["role"] == "assistant"]
        told = [re.search(r"to meet (?:you|ye), (\w+)!", a) for a in answers]
        known = [re.search(r"\b[Yy]e?o?u?r name (?:is|be) (\w+)", a) for a in answers]
        for i, found in enumerate(known):
            if found:
                asked += 1
                assert found[1] in {t[1] for t in told[:i] if t}
    assert asked > 20


def test_the_same_seed_gives_the_same_conversations():
    def draw(seed: int) -> list[list[dict[str, str]]]:
        rng = random.Random(seed)
        return [persona.conversation(rng) for _ in range(50)]

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_a_strange_word_is_asked_about_and_often_repeated_in_the_answer():
    rng = random.Random(9)
    pairs = [make_unknown(rng, strange_word=lambda: "zorblix") for _ in range(2000)]
    asked = [(q, a) for q, a in pairs if "zorblix" in q.lower()]
    assert len(asked) > 100
    assert sum("zorblix" in a for _, a in asked) > len(asked) / 3


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("lamp", "lamps"),
        ("box", "boxes"),
        ("cherry", "cherries"),
        ("key", "keys"),
        ("wolf", "wolves"),
    ],
)
def test_plurals_are_right(one, many):
    assert one in THINGS
    assert make_plural(one) == many
