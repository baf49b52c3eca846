"""The table of all entries, against Meta's tokenizer, the Hub's file and Unicode's own scripts."""

from __future__ import annotations

import json
import subprocess
import sys

import pandas as pd
import pytest
from llama_models.llama3.tokenizer import Tokenizer as MetaTokenizer
from tokenizers import Regex, Tokenizer
from tokenizers.pre_tokenizers import Split

from llama_explore import LlamaExploreError, vocab
from llama_explore.vocab import entries, kinds
from llama_explore.vocab.scripts import NAMES, find_script
from llama_explore.vocab.spelling import spell


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return vocab.table()


@pytest.fixture(scope="module")
def hub_model() -> dict[str, object]:
    path = vocab.tokenizer_folder() / "tokenizer.json"
    model: dict[str, object] = json.loads(path.read_bytes())["model"]
    return model


def test_it_has_a_row_for_each_id_and_the_columns_that_were_asked_for(table: pd.DataFrame) -> None:
    assert list(table.columns) == [
        "id", "bytes", "text", "hex", "length", "script", "kind", "merge_rank", "n_merges",
    ]  # fmt: skip
    assert list(table.index) == list(table.id) == list(range(128_256))


def test_the_bytes_are_metas(table: pd.DataFrame) -> None:
    meta = MetaTokenizer.get_instance()
    theirs = [meta.model.decode_single_token_bytes(i) for i in range(128_000)]
    assert list(table.bytes[:128_000]) == theirs


def test_text_hex_and_length_say_the_same_as_the_bytes(table: pd.DataFrame) -> None:
    assert [bytes.fromhex(each) for each in table.hex] == list(table.bytes)
    assert [len(each) for each in table.bytes] == list(table.length)
    whole = table[table.text.notna()]
    assert [text.encode() for text in whole.text] == list(whole.bytes)
    for token in table[table.text.isna()].bytes:
        with pytest.raises(UnicodeDecodeError):
            token.decode()
    assert table.text.isna().sum() == 1_352


def test_special_tokens_have_their_names(table: pd.DataFrame) -> None:
    special = table[table.kind == "special"]
    assert list(special.id) == list(range(128_000, 128_256))
    assert tuple(special.text) == vocab.SPECIAL_TOKENS
    assert special.merge_rank.isna().all()


def test_merge_ranks_are_missing_just_where_merging_does_not_arrive(table: pd.DataFrame) -> None:
    """The reference is the library itself, with its short cut for whole words turned off."""
    path = vocab.tokenizer_folder() / "tokenizer.json"
    file = json.loads(path.read_bytes())
    file["model"]["ignore_merges"] = False
    file["pre_tokenizer"] = None
    letters = Tokenizer.from_str(json.dumps(file))
    spelled = [spell(token) for token in table.bytes[:128_000]]
    merged = letters.encode_batch(spelled, add_special_tokens=False)
    arrives = [each.ids == [i] and len(table.bytes[i]) > 1 for i, each in enumerate(merged)]
    assert list(table.merge_rank[:128_000].notna()) == arrives
    assert sum(arrives) == 128_000 - 256 - 588
    learned = table[table.merge_rank.notna()]
    assert (learned.merge_rank == learned.id).all()


def test_the_ways_to_make_an_entry_are_those_of_the_hubs_file(
    table: pd.DataFrame, hub_model: dict[str, list[list[str]]]
) -> None:
    made = pd.Series(["".join(pair) for pair in hub_model["merges"]]).value_counts()
    spelled = table.bytes[:128_000].map(spell)
    assert list(table.n_merges[:128_000]) == [int(made.get(each, 0)) for each in spelled]
    assert table.n_merges.sum() == 280_147


def test_the_order_begins_anew_with_the_added_entries(table: pd.DataFrame) -> None:
    """A merge makes an entry of two older ones; only among the added is that not always so."""
    unmerged = table[table.merge_rank.isna() & (table.length > 1) & (table.kind != "special")]
    assert unmerged.id.min() > entries.N_OLDER
    assert table.bytes[entries.N_OLDER] == b" \xd9"
    before, after = table.id < entries.N_OLDER, table.id >= entries.N_OLDER
    ordinary = table.kind != "special"
    assert (before.sum(), (after & ordinary).sum()) == (100_256, 27_744)


# --- scripts and kinds --------------------------------------------------------------------


def test_scripts_are_those_of_unicode(table: pd.DataFrame) -> None:
    """The regular expressions of `tokenizers` know Unicode's table; ours reads letters' names."""
    ordinary = table[table.kind.isin(["word", "suffix", "code"])]
    letters = sorted({letter for text in ordinary.text for letter in text if letter.isalpha()})
    assert len(letters) > 3_500
    every = "".join(letters)
    differing = []
    for name in sorted(set(NAMES.values())):
        # What is no letter of the script is taken out, so that the others remain.
        others = Split(Regex(rf"\P{{{name}}}"), "removed")
        theirs = {letter for part, _ in others.pre_tokenize_str(every) for letter in part}
        ours = {letter for letter in letters if find_script(letter.encode()) == name}
        differing += sorted(ours ^ theirs)
    # Unicode counts these four as common to several scripts; their names say one.
    assert differing == ["ـ", "ｰ", "ﾞ", "ﾟ"]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        (" the", "Latin"),
        (" été", "Latin"),
        (" 123", "none"),
        ("!?", "none"),
        ("食べ", "mixed"),
        (" мир", "Cyrillic"),
        ("हिन्दी", "Devanagari"),
        ("ไทย", "Thai"),
        ("漢字", "Han"),
        ("한국", "Hangul"),
        ("ー", "none"),
        ("Ｗ", "Latin"),
        ("µ", "none"),
        ("", "none"),
    ],
)
def test_a_script_is_named(text: str, script: str) -> None:
    assert find_script(text.encode()) == script


def test_of_a_character_cut_in_two_no_script_is_known() -> None:
    assert find_script(b" \xe0\xa4") == "none"
    assert find_script("ا".encode() + b"\xd9") == "Arabic"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (" the", "word"),
        ("“The", "word"),
        (" हिन्दी", "word"),
        ("ing", "suffix"),
        ("The", "suffix"),
        ("'s", "suffix"),
        ("'LL", "suffix"),
        ("ा", "suffix"),
        (".get", "code"),
        ("_id", "code"),
        ("\tpublic", "code"),
        (" ();", "code"),
        (");\n", "code"),
        (" !=", "code"),
        ("...", "punctuation"),
        (" ,", "punctuation"),
        ("{", "punctuation"),
        ("。\n", "punctuation"),
        ("\x00", "punctuation"),
        ("\x1f", "punctuation"),
        ("007", "digits"),
        ("²", "digits"),
        ("    ", "white space"),
        (" \n\n", "white space"),
        ("\u3000", "white space"),
        (None, "partial UTF-8"),
    ],
)
def test_a_kind_is_found(text: str | None, kind: str) -> None:
    assert kinds.find_kind(text) == kind


def test_every_kind_occurs_and_no_other(table: pd.DataFrame) -> None:
    assert set(table.kind) == set(kinds.KINDS)
    assert (table.kind == "partial UTF-8").sum() == table.text.isna().sum()


def test_digits_are_one_to_three_and_all_of_the_ascii_ones_are_there(table: pd.DataFrame) -> None:
    digits = table[table.kind == "digits"].text
    assert set(digits.str.len()) == {1, 2, 3}
    ascii_digits = digits[digits.str.fullmatch("[0-9]+")]
    assert len(ascii_digits) == 10 + 100 + 1000


# --- speed, copies, imports ---------------------------------------------------------------


def test_a_reader_may_change_the_table_without_changing_the_next_one() -> None:
    mine = vocab.table()
    mine.loc[279, "text"] = "changed"
    assert vocab.table().text[279] == " the"


def test_importing_vocab_brings_neither_pandas_nor_tokenizers() -> None:
    heavy = "'pandas', 'tokenizers', 'tiktoken', 'transformers', 'torch', 'numpy'"
    code = f"import sys, llama_explore.vocab; print([n for n in ({heavy}) if n in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_it_is_built_in_under_two_seconds() -> None:
    """Processor time, of a process that has nothing of it yet: what else runs does not count."""
    code = (
        "import time, pandas\n"
        "from llama_explore import vocab\n"
        "began = time.process_time()\n"
        "n = len(vocab.table())\n"
        "print(n, time.process_time() - began)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    n_rows, seconds = found.stdout.split()
    print(f"table(): {float(seconds):.2f} s of processor time")
    assert int(n_rows) == 128_256
    assert float(seconds) < 2


# --- wrong input --------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [-1, 128_256, 10**30, None, "279", 2.0, True, b"x"])
def test_an_id_that_is_none_is_named(wrong: object) -> None:
    with pytest.raises(LlamaExploreError) as caught:
        entries.check_id(wrong)
    assert "128,255" in caught.value.next_step


def test_numbers_of_other_libraries_are_ids() -> None:
    import numpy as np
    import torch

    assert entries.check_id(np.int64(279)) == entries.check_id(torch.tensor(279)) == 279


@pytest.mark.parametrize(
    ("wrong", "named"),
    [(None, "None"), (5, "an int"), (1.5, "a float"), (b"the", "a bytes"), (["the"], "a list")],
)
def test_what_is_no_text_is_named(wrong: object, named: str) -> None:
    with pytest.raises(LlamaExploreError, match=f"That is {named}, not a text"):
        entries.check_text(wrong)


@pytest.mark.parametrize("half", ["\ud800", "\udbff", "\udc00", "\udfff"])
def test_half_a_surrogate_pair_is_found_and_said_where(half: str) -> None:
    with pytest.raises(LlamaExploreError, match=rf"Character 5 .*U\+{ord(half):04X}") as caught:
        entries.check_text(f"llama{half}!")
    assert "surrogatepass" in caught.value.next_step


def test_the_advice_for_surrogates_works() -> None:
    halves = "\ud83e\udd99"
    joined = halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert entries.check_text(joined) == "🦙"
