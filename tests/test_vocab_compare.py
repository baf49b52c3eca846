"""The comparison of tokenizers, against Meta's packages and counts done by hand."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from llama_models.llama4.tokenizer import Tokenizer as Llama4Tokenizer
from tokenizers import Regex
from tokenizers.pre_tokenizers import Split

from llama_explore import LlamaExploreError
from llama_explore.vocab import compare
from llama_explore.vocab.entries import encoding, read_entries
from llama_explore.vocab.phrasebook import PASSAGES, SUPPORTED, UNSPACED

ALL = [text for texts in PASSAGES.values() for text in texts]

SCRIPTS = {
    "Hindi": "Devanagari", "Thai": "Thai", "Russian": "Cyrillic", "Greek": "Greek",
    "Arabic": "Arabic", "Bengali": "Bengali", "Chinese": "Han", "Korean": "Hangul",
}  # fmt: skip


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    return compare.count_languages()


# --- the passages -------------------------------------------------------------------------


def test_the_eight_languages_of_the_model_card_and_six_others_have_five_passages_each() -> None:
    assert set(SUPPORTED) == {
        "English", "German", "French", "Italian", "Portuguese", "Hindi", "Spanish", "Thai",
    }  # fmt: skip
    assert set(SUPPORTED) < set(PASSAGES)
    assert len(PASSAGES) >= 8 + 6
    assert {len(texts) for texts in PASSAGES.values()} == {5}


def test_each_passage_is_written_in_its_script_and_in_one_form() -> None:
    for language, texts in PASSAGES.items():
        for text in texts:
            assert unicodedata.normalize("NFC", text) == text or language in ("Hindi", "Bengali")
            script = SCRIPTS.get(language, "Latin")
            letters = [letter for letter in text if letter.isalpha()]
            # Unicode's scripts, as the regular expressions of `tokenizers` know them.
            own = (
                r"\p{Han}\p{Hiragana}\p{Katakana}ー"
                if language == "Japanese"
                else rf"\p{{{script}}}"
            )
            kept = Split(Regex(f"[^{own}]"), "removed").pre_tokenize_str("".join(letters))
            assert "".join(part for part, _ in kept) == "".join(letters), text
            assert text == text.strip()
            assert "  " not in text


def test_the_same_text_has_about_the_same_number_of_sentences() -> None:
    for number, english in enumerate(PASSAGES["English"]):
        for language, texts in PASSAGES.items():
            if language != "Thai":  # which ends no sentence with a stop
                n = len(re.findall(r"[.。।]", texts[number]))
                assert abs(n - english.count(".")) <= 1, (language, number)


# --- the tokenizers -----------------------------------------------------------------------


def test_llama_4_is_counted_as_metas_own_package_does() -> None:
    meta = Llama4Tokenizer.get_instance()
    ours = compare.read_tokenizers()["Llama 4"]
    for text in [*ALL, "def f(x):\n    return x1234", "HelloWorld it's", "\x00 🦙 <|eot|>"]:
        assert ours.encode_ordinary(text) == meta.encode(text, bos=False, eos=False)


def test_the_shortened_list_is_a_tokenizer_of_its_own() -> None:
    """Merging with fewer entries by hand gives the same tokens."""
    ranks = {token: rank for rank, token in enumerate(read_entries()[:5_000])}
    short = compare.shorten(5_000)
    for word in (" unbelievably", " grandmother", "स्ते", " Straße"):
        parts = [word.encode()[i : i + 1] for i in range(len(word.encode()))]
        while True:
            pairs = [ranks.get(a + b, 10**9) for a, b in pairwise(parts)]
            if not pairs or min(pairs) == 10**9:
                break
            place = pairs.index(min(pairs))
            parts[place : place + 2] = [parts[place] + parts[place + 1]]
        if word != "स्ते":  # the pattern cuts it in two
            assert short.encode_ordinary(word) == [ranks[part] for part in parts]
        assert max(short.encode_ordinary(word)) < 5_000
        assert b"".join(short.decode_tokens_bytes(short.encode_ordinary(word))) == word.encode()


def test_the_whole_list_shortened_by_nothing_is_llama_3() -> None:
    for text in ALL:
        assert compare.shorten(128_000).encode_ordinary(text) == encoding().encode_ordinary(text)


def test_with_256_entries_each_byte_is_a_token() -> None:
    assert [len(compare.shorten(256).encode_ordinary(text)) for text in ALL] == [
        len(text.encode()) for text in ALL
    ]


def test_gpt2s_pattern_keeps_long_numbers_together() -> None:
    style = compare.read_tokenizers()["GPT-2 style"]
    assert style.n_vocab == 50_000
    cut = Split(Regex(compare.GPT2_PATTERN), "isolated").pre_tokenize_str("it's 1234567 मिन")
    assert [piece for piece, _ in cut] == ["it", "'s", " 1234567", " म", "ि", "न"]
    llama = compare.read_tokenizers()["Llama 3"]
    assert len(llama.encode_ordinary("2024" * 3)) == 4
    assert style.decode_tokens_bytes(style.encode_ordinary("a  b")) == [b"a", b" ", b" b"]


@pytest.mark.parametrize("wrong", [255, 128_001, 0, -1, None, "1000", 1000.0])
def test_a_size_out_of_range_is_a_clear_error(wrong: object) -> None:
    with pytest.raises(LlamaExploreError, match="entries") as caught:
        compare.shorten(wrong)  # type: ignore[arg-type]
    assert "128,000" in caught.value.next_step


# --- the counts ---------------------------------------------------------------------------


def test_the_counts_are_right_for_a_passage(counts: pd.DataFrame) -> None:
    row = counts[(counts.language == "German") & (counts.tokenizer == "Llama 3")].iloc[0]
    text = PASSAGES["German"][0]
    n_tokens = len(encoding().encode_ordinary(text))
    assert (row.n_words, row.n_bytes, row.n_tokens) == (
        len(text.split()), len(text.encode()), n_tokens,
    )  # fmt: skip
    assert row.tokens_per_word == n_tokens / len(text.split())
    assert row.bytes_per_token == len(text.encode()) / n_tokens
    english = len(encoding().encode_ordinary(PASSAGES["English"][0]))
    assert row.times_english == n_tokens / english


def test_bytes_are_one_a_token_and_english_is_once_english(counts: pd.DataFrame) -> None:
    assert set(counts[counts.tokenizer == "bytes"].bytes_per_token) == {1.0}
    assert set(counts[counts.language == "English"].times_english) == {1.0}
    assert len(counts) == len(PASSAGES) * 5 * 4


def test_words_are_counted_only_where_spaces_part_them(counts: pd.DataFrame) -> None:
    missing = set(counts[counts.tokens_per_word.isna()].language)
    assert missing == set(UNSPACED)


def test_mean_and_standard_error_are_those_of_the_passages(counts: pd.DataFrame) -> None:
    table = compare.summarize(counts, "times_english")
    chosen = counts[(counts.language == "Hindi") & (counts.tokenizer == "Llama 4")].times_english
    assert table.loc["Hindi", ("Llama 4", "mean")] == pytest.approx(np.mean(chosen))
    error = np.std(chosen, ddof=1) / len(chosen) ** 0.5
    assert table.loc["Hindi", ("Llama 4", "error")] == pytest.approx(error)
    assert list(table.index) == list(PASSAGES)


def test_a_summary_to_read_rounds_and_marks_what_is_missing(counts: pd.DataFrame) -> None:
    shown = compare.show_summary(counts, "tokens_per_word")
    assert list(shown.columns) == ["Llama 3", "Llama 4", "GPT-2 style", "bytes"]
    assert shown["Llama 3"]["Thai"] == "–"
    mean = compare.summarize(counts, "tokens_per_word").loc["German", ("Llama 3", "mean")]
    assert shown["Llama 3"]["German"].startswith(f"{mean:.2f} ± 0.")


def test_growth_goes_from_one_byte_to_all_that_llama_3_reaches() -> None:
    growth = compare.count_growth([256, 100_256, 128_000], ["English", "Hindi", "Spanish"])
    assert list(growth.loc[256]) == [1.0, 1.0, 1.0]
    hindi = PASSAGES["Hindi"]
    tokens = sum(len(encoding().encode_ordinary(text)) for text in hindi)
    assert growth.Hindi[128_000] == sum(len(text.encode()) for text in hindi) / tokens
    # What the chapter says: the added entries double Hindi's, and leave Spanish as it was.
    assert growth.Hindi[128_000] > 1.9 * growth.Hindi[100_256]
    assert growth.Spanish[128_000] == pytest.approx(growth.Spanish[100_256], rel=0.01)


# --- wrong input --------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [None, 5, b"the", "half \ud83e"])
def test_only_texts_are_counted(wrong: object) -> None:
    for name in ("Llama 3", "bytes"):
        with pytest.raises(LlamaExploreError):
            compare.count_tokens(wrong, name)  # type: ignore[arg-type]


def test_spaces_in_which_the_tokenizer_panics_are_an_error_that_says_so() -> None:
    with pytest.raises(LlamaExploreError, match="The tokenizer gave up") as caught:
        compare.count_tokens("a" + " " * 1_000_000 + "b", "Llama 3")
    assert "re.sub" in caught.value.next_step
    assert compare.count_tokens("a" + " " * 100_000 + "b", "Llama 3") == 784


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(LlamaExploreError, match="GPT-5") as caught:
        compare.count_tokens("the", "GPT-5")
    assert "Llama 4" in caught.value.next_step
    with pytest.raises(LlamaExploreError, match="Klingon") as caught:
        compare.count_languages(["English", "Klingon"])
    assert "Korean" in caught.value.next_step
    with pytest.raises(LlamaExploreError, match="Elvish"):
        compare.count_growth([256], ["Elvish"])


def test_one_language_may_be_named_alone() -> None:
    assert set(compare.count_languages("German").language) == {"German"}
