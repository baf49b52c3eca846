"""The widgets without a browser: what they hold, what they show when nothing runs."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from llama_explore import LlamaExploreError, vocab
from llama_explore.vocab.entries import read_entries
from llama_explore.vocab.explanation import explain
from llama_explore.vocab.token_view import MergeView, TokenView, describe_piece
from llama_explore.vocab.vocabulary_view import VocabularyView, pack_entries, search_entries

SCRIPTS = Path(vocab.__file__).parent
HTML = "text/html"


def tags_of(page: str) -> set[str]:
    found: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.add(tag)
            assert {name for name, _ in attrs} <= {"style"}

    Reader().feed(page)
    return found


# --- text and tokens ----------------------------------------------------------------------


def test_a_typed_text_is_answered() -> None:
    view = TokenView("The llama")
    view.text = "It's 12345"
    assert [piece["rule"] for piece in view.pieces] == [
        "letters", "contraction", "space", "digits", "digits",
    ]  # fmt: skip
    assert [i for piece in view.pieces for i in piece["ids"]] == explain("It's 12345").token_ids
    assert view.fault == ""


def test_special_names_can_be_taken_as_text() -> None:
    view = TokenView("<|eot_id|>")
    assert view.pieces[0]["ids"] == [128_009]
    view.allow_special = False
    assert len(view.pieces) > 1
    assert 128_009 not in [i for piece in view.pieces for i in piece["ids"]]


def test_a_text_that_cannot_be_explained_is_answered_in_the_view() -> None:
    view = TokenView("fine")
    before = view.pieces
    view.text = "llama " * 10_000
    assert "60,000 characters" in view.fault
    assert view.pieces == before
    view.text = "half \ud83e"
    assert "surrogate" in view.fault
    view.text = ""
    assert (view.fault, view.pieces) == ("", [])


@pytest.mark.parametrize("wrong", [None, 5, b"the", "x" * 10_001, "\udc00"])
def test_a_view_does_not_begin_with_what_is_no_text(wrong: object) -> None:
    with pytest.raises(LlamaExploreError):
        TokenView(wrong)  # type: ignore[arg-type]


def test_the_still_forms_are_plain_html_and_text() -> None:
    views = [
        TokenView("<img src=x onerror=alert(1)> & नमस्ते"),
        MergeView("<<<"),
        VocabularyView("<script"),
    ]
    for view in views:
        data, _ = view._repr_mimebundle_()
        assert tags_of(data[HTML]) <= {"b", "table", "tr", "th", "td", "span", "code", "br"}
        assert "application/vnd.jupyter.widget-view+json" in data
        assert data["text/plain"] == repr(view)
        assert " at 0x" not in repr(view)


# --- merges -------------------------------------------------------------------------------


def test_the_steps_of_a_word_are_told() -> None:
    assert repr(MergeView("the")).splitlines() == [
        "bytes       t h e",
        "rank 339    th e",
        "rank 1,820  the",
    ]
    data, _ = MergeView("the")._repr_mimebundle_()
    assert "rank 1,820" in data[HTML]


def test_what_the_page_gets_tells_each_choice() -> None:
    (piece,) = explain(" unbelievably").pieces
    told = describe_piece(piece)
    assert told["leaves"] == list("·unbelievably")
    assert len(told["merges"]) == len(told["gaps"]) - 1 == 11
    for merge, gaps in zip(told["merges"], told["gaps"], strict=False):
        assert gaps[merge["place"]] == merge["rank"] == min(gap for gap in gaps if gap is not None)
    assert set(told["gaps"][-1]) == {None}


def test_a_piece_too_long_for_a_tree_has_tokens_but_no_leaves() -> None:
    (piece,) = explain("a" * 49).pieces
    told = describe_piece(piece)
    assert told["leaves"] == told["merges"] == told["gaps"] == []
    assert told["ids"] == list(piece.token_ids)


@pytest.mark.parametrize("wrong", ["two words", "", "a" * 49, "🦙" * 13])
def test_only_one_piece_can_be_stepped_through(wrong: str) -> None:
    with pytest.raises(LlamaExploreError, match="one piece"):
        MergeView(wrong)


# --- the browser of entries ---------------------------------------------------------------


def test_what_is_sent_to_the_page_holds_every_entry_and_is_small() -> None:
    header, (joined, lengths, kinds, scripts) = pack_entries()
    table = vocab.table()
    assert sum(map(len, (joined, lengths, kinds, scripts))) < 1_300_000
    assert joined == b"".join(read_entries())
    assert list(lengths) == list(table.length)
    assert [header["kinds"][code] for code in kinds] == list(table.kind)
    assert [header["scripts"][code] for code in scripts] == list(table.script)


def test_a_text_is_found_wherever_it_stands() -> None:
    found = search_entries("llama")
    expected = [i for i, token in enumerate(read_entries()) if b"llama" in token.lower()]
    assert list(found.id) == expected
    assert 94_776 in expected
    exact = search_entries("Need", match_case=True)
    assert list(exact.id) == [i for i, token in enumerate(read_entries()) if b"Need" in token]
    assert 0 < len(exact) < len(search_entries("Need"))


def test_ids_bytes_kinds_and_scripts_are_found() -> None:
    assert list(search_entries("#279").text) == [" the"]
    assert len(search_entries("#128256")) == 0
    cut = search_entries("hex:E0A4", kind="partial UTF-8")
    assert len(cut) > 3
    assert all(b"\xe0\xa4" in token for token in cut.bytes)
    assert set(search_entries("", script="Thai").script) == {"Thai"}
    assert len(search_entries()) == 128_256
    # A dot and a bracket are letters like others here, not a pattern.
    assert all(".*" in text for text in search_entries(".*").text)


@pytest.mark.parametrize("text", ["#", "#x", "hex:", "hex:zz", "\x00", "\ud800", "(", "x" * 9_999])
def test_odd_queries_find_something_or_nothing(text: str) -> None:
    assert len(search_entries(text)) <= 128_256


@pytest.mark.parametrize(
    "wrong", [{"query": None}, {"query": 279}, {"kind": "verb"}, {"script": "Klingon"}]
)
def test_a_wrong_question_is_a_clear_error(wrong: dict[str, str]) -> None:
    with pytest.raises(LlamaExploreError):
        VocabularyView(**wrong)
    with pytest.raises(LlamaExploreError):
        search_entries(**wrong)


def test_the_first_hits_are_the_still_form() -> None:
    for query in ("llama", "needle", "the"):
        lines = repr(VocabularyView(query)).splitlines()
        n = len(search_entries(query))
        assert lines[0].startswith(f"“{query}”: {n:,} of 128,256 entries")
        assert len(lines) == 1 + min(12, n)
    assert repr(VocabularyView(script="Thai")).startswith("everything, Thai: ")


# --- the scripts --------------------------------------------------------------------------


def test_no_script_writes_html_or_fetches() -> None:
    files = sorted(SCRIPTS.glob("*.js"))
    assert len(files) == 4
    for file in files:
        text = file.read_text()
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
                     "fetch(", "XMLHttpRequest", "import(", "https:"):  # fmt: skip
            assert word not in text, (file.name, word)


# --- what the docstrings say --------------------------------------------------------------


def test_the_worked_examples_hold() -> None:
    from llama_explore.vocab import compare, entries, explanation, kinds, merges, reach, streaming

    assert entries.read_entries()[279] == b" the"
    assert entries.encoding().encode_ordinary(" the llama") == [279, 94_776]
    row = vocab.table().loc[279]
    assert (row.text, row.length, row.script, row.kind, row.merge_rank) == (
        " the", 4, "Latin", "word", 279,
    )  # fmt: skip
    pieces = explanation.explain("It's 12345 unbelievably").pieces
    assert [piece.text for piece in pieces] == ["It", "'s", " ", "123", "45", " unbelievably"]
    assert (len(pieces[-1].merges), len(pieces[-1].tokens)) == (11, 2)
    assert [piece for piece, _ in explanation.split_text("I'll pay $1234.")] == [
        "I", "'ll", " pay", " $", "123", "4", ".",
    ]  # fmt: skip
    assert [merge.rank for merge in merges.list_merges(b" llama")] == [
        309, 326, 3_105, 9_507, 94_776,
    ]  # fmt: skip
    assert merges.list_states(b"the", merges.list_merges(b"the"))[1:] == [(b"th", b"e"), (b"the",)]
    assert [kinds.find_kind(text) for text in (" the", "ing", ".get", " ();", " ...")] == [
        "word", "suffix", "code", "code", "punctuation",
    ]  # fmt: skip
    llama = list(streaming.stream(entries.encoding().encode_ordinary("🦙")))
    assert [arrival.shown for arrival in llama] == ["", "", "🦙"]
    assert [reach.find_text(i) for i in (279, 124)] == [" the", None]
    assert (
        compare.count_tokens("The llama", "bytes"),
        compare.count_tokens("The llama", "Llama 3"),
    ) == (9, 2)
    first = compare.count_languages(["English"]).iloc[0]
    assert (first.n_words, first.n_bytes, first.n_tokens) == (22, 102, 25)
    sizes = [tokenizer.n_vocab for tokenizer in compare.read_tokenizers().values()]
    assert sizes == [128_256, 200_000, 50_000]
    assert list(search_entries("llama").text) == [" llama"]
    assert len(search_entries("needle")) == 6
