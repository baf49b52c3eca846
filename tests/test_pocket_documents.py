"""The training documents: their length, their form, and which of their tokens are learned."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from transformers import PreTrainedTokenizerFast

from llama_explore.pocket import needles, persona
from llama_explore.pocket.batches import write_row
from llama_explore.pocket.documents import Document, Writer, pack
from llama_explore.pocket.phases import PHASES
from llama_explore.pocket.shape import BEGIN_OF_TEXT, END_OF_TEXT, END_OF_TURN, VOCAB_SIZE
from llama_explore.vocab import load_tokenizer

CHAT_MARKERS = {128_006, 128_007, 128_008, 128_009}
KINDS_OF_ROWS = {part.kind for phase in PHASES for batch in phase.batches for part in batch.parts}


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return load_tokenizer()


@pytest.fixture(scope="module")
def writer(tokenizer: PreTrainedTokenizerFast) -> Writer:
    return Writer(tokenizer, 11, 300)


@pytest.fixture(autouse=True)
def same_seed_for_every_test(request: pytest.FixtureRequest) -> None:
    if "writer" in request.fixturenames:
        request.getfixturevalue("writer").rng.seed(12)


@pytest.mark.parametrize("kind", sorted(KINDS_OF_ROWS))
@pytest.mark.parametrize("length", [96, 160, 512, 2048])
def test_a_row_has_exactly_its_length(kind: str, length: int, writer: Writer) -> None:
    for _ in range(10):
        row = write_row(writer, kind, length)
        assert len(row.ids) == len(row.learn) == length
        assert row.ids[0] == BEGIN_OF_TEXT and not row.learn[0]
        assert all(0 <= i < VOCAB_SIZE for i in row.ids)


@pytest.mark.parametrize("kind", ["copy", "story", "needles"])
def test_rows_of_the_base_stages_hold_no_chat_marker(kind: str, writer: Writer) -> None:
    for _ in range(60):
        assert not CHAT_MARKERS & set(write_row(writer, kind, 512).ids)


@pytest.mark.parametrize("kind", sorted(KINDS_OF_ROWS))
def test_the_same_seed_writes_the_same_rows(kind: str, tokenizer: PreTrainedTokenizerFast) -> None:
    def write(seed: int) -> list[Document]:
        one = Writer(tokenizer, seed, 100)
        return [write_row(one, kind, 256) for _ in range(5)]

    assert write(3) == write(3)
    assert write(3) != write(4)


def spans(document: Document) -> Iterator[tuple[int, list[int]]]:
    """Yield every unbroken run of learned tokens with where it begins."""
    start = None
    for at, learned in enumerate([*document.learn, False]):
        if learned and start is None:
            start = at
        elif not learned and start is not None:
            yield start, document.ids[start:at]
            start = None


@pytest.mark.parametrize("as_chat", [False, True])
def test_each_answer_is_learned_and_its_value_stands_in_the_haystack(
    as_chat: bool, writer: Writer
) -> None:
    opening = writer.encode(needles.ANSWER if as_chat else " " + needles.ANSWER)
    ending = [*writer.encode("."), END_OF_TURN] if as_chat else writer.encode(".")
    asked = writer.encode(
        "<|start_header_id|>assistant<|end_header_id|>\n\n" if as_chat else "Answer:"
    )
    n_answers = 0
    for length in [200, 400, 800] * 10:
        document = (writer.chat_needles if as_chat else writer.plain_needles)(length)
        ids = document.ids
        first_question = next(at for at in range(len(ids)) if ids[at : at + len(asked)] == asked)
        answers = [
            (start, run[:-1] if run[-1] == END_OF_TEXT else run)
            for start, run in spans(document)
            if ids[start - len(asked) : start] == asked
        ]
        assert answers
        for _, run in answers:
            assert run[: len(opening)] == opening and run[-len(ending) :] == ending
            value = run[len(opening) : -len(ending)]
            haystack = ids[:first_question]
            assert any(haystack[at : at + len(value)] == value for at in range(len(haystack)))
        n_answers += len(answers)
    assert n_answers > 60


def test_questions_of_needles_are_never_learned(writer: Writer) -> None:
    for _ in range(30):
        document = writer.chat_needles(400)
        assert not any(
            learned for i, learned in zip(document.ids, document.learn, strict=True) if i == 128_006
        )
        after_answers = sum(document.learn[-20:])
        assert after_answers, "the last thing in it is an answer"
        assert document.ids[-1] == END_OF_TURN and document.learn[-1]


def test_of_a_conversation_exactly_the_assistants_words_are_learned(
    writer: Writer, tokenizer: PreTrainedTokenizerFast
) -> None:
    for seed in range(40):
        messages = persona.conversation(Random(seed))
        document = writer.conversation(messages)
        said = [str(tokenizer.decode(run)) for _, run in spans(document)]
        assistant = [m["content"] for m in messages if m["role"] == "assistant"]
        assert said == [content.strip() + "<|eot_id|>" for content in assistant]


def test_a_conversation_has_the_form_of_the_chat_template(
    writer: Writer, tokenizer: PreTrainedTokenizerFast
) -> None:
    compared = 0
    for seed in range(40):
        messages = persona.conversation(Random(seed))
        ids = [BEGIN_OF_TEXT, *writer.conversation(messages).ids]
        template: Any = tokenizer.apply_chat_template(messages)
        text = str(tokenizer.decode(ids))
        if "26 Jul 2024" in text:  # the template's own date; other dates are for variety
            assert ids == template["input_ids"]
            compared += 1
    assert compared > 20


def test_padding_behind_a_conversation_is_not_learned(writer: Writer) -> None:
    row = write_row(writer, "chat", 2048)
    assert row.ids[-1] == END_OF_TEXT
    assert not any(learn for i, learn in zip(row.ids, row.learn, strict=True) if i == END_OF_TEXT)


def test_in_repeated_tokens_only_what_can_be_copied_is_learned(writer: Writer) -> None:
    for _ in range(20):
        document = writer.repeated(400)
        for start, run in spans(document):
            pair = document.ids[start - 1 : start + 1]
            earlier = range(start - 1)
            assert any(document.ids[at : at + 2] == pair for at in earlier), "seen before"
            assert len(run) >= 1


def test_documents_in_a_row_each_begin_with_begin_of_text() -> None:
    row = pack(lambda: Document([5, 6], [True, True]), 7)
    assert row.ids == [BEGIN_OF_TEXT, 5, 6, BEGIN_OF_TEXT, 5, 6, BEGIN_OF_TEXT]
    assert row.learn == [False, True, True, False, True, True, False]
