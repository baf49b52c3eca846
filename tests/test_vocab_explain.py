"""Explanations against the tokenizer itself: every piece, every merge, every id."""

from __future__ import annotations

import json
import random
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from tokenizers import Regex, Tokenizer
from tokenizers.pre_tokenizers import Split
from transformers import PreTrainedTokenizerFast

from llama_explore import LlamaExploreError, load_tokenizer, vocab
from llama_explore.vocab.entries import encoding, read_entries, read_ranks
from llama_explore.vocab.explanation import RULES, split_text
from llama_explore.vocab.merges import list_merges, list_states
from llama_explore.vocab.token_html import show_token, show_tokens

TEXTS = [
    "",
    " ",
    "The llama that ate 1234567 needles isn't amused.",
    "It's 12345 unbelievably naïve 🦙",
    "def f(x):\n    return x ** 2\n\n\n# done\t\t ok  \n",
    "नमस्ते दुनिया, สวัสดีชาวโลก, Γειά σου, مرحبا",
    "Đại học Việt ngoài nhiều",
    "I'LL we'Re 'sam 's' ''' don''t",
    "'ſ 'ſa",
    "\x00\x1f\x7f\u200b\ufeff\u2028\u0085 x",
    "a\r\nb\r\r\n\n c\u3000\u3000d\xa0e",
    "٣٤٥٦ ²³ ½ Ⅷ 12 345,678.90",
    "<script>alert('x')</script> & <|eot_id|> <|nothing|> <|eot_id|",
    "e\u0301 👨‍👩‍👧 \U000e0067\U0010ffff",
]


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return load_tokenizer()


def random_texts(n: int) -> list[str]:
    dice = random.Random(4)
    alphabet = [*"abcdefgXYZ 0123456789 .,!'\n\t<|>_({;", "é", "ß", "я", "ा", "म", "ก", "中", "🦙"]
    words = [token.decode("utf-8", "ignore") for token in dice.sample(read_entries(), 3_000)]
    return [
        "".join(dice.choices(alphabet if i % 2 else words, k=dice.randint(1, 20))) for i in range(n)
    ]


@pytest.mark.parametrize("allow_special", [True, False])
def test_the_ids_are_the_tokenizers(
    tokenizer: PreTrainedTokenizerFast, allow_special: bool
) -> None:
    for text in TEXTS + random_texts(2_000):
        found = vocab.explain(text, allow_special=allow_special)
        expected = tokenizer.encode(
            text, add_special_tokens=False, split_special_tokens=not allow_special
        )
        assert found.token_ids == expected, text
        assert b"".join(found.tokens) == text.encode()
        assert "".join(piece.text for piece in found.pieces) == text


def test_what_merges_alone_arrive_at_is_the_librarys_result_without_the_short_cut() -> None:
    file = json.loads((vocab.tokenizer_folder() / "tokenizer.json").read_bytes())
    file["model"]["ignore_merges"] = False
    merging = Tokenizer.from_str(json.dumps(file))
    merging.encode_special_tokens = True
    for text in [*TEXTS, *random_texts(500), " ngoài nhiều việc", " değişiklik"]:
        pieces = vocab.explain(text, allow_special=False).pieces
        ids = [token_id for piece in pieces for token_id in piece.merged_ids]
        assert ids == merging.encode(text, add_special_tokens=False).ids


def test_each_merge_is_the_lowest_rank_there_is_and_the_leftmost_of_these() -> None:
    ranks = read_ranks()
    for text in [
        " unbelievably",
        " antidisestablishmentarianism",
        " aaaaaaaaaaaaa",
        "🦙🦙",
        "ा" * 9,
    ]:
        piece = text.encode()
        merges = list_merges(piece)
        for merge, row in zip(merges, list_states(piece, merges), strict=False):
            pairs = [ranks.get(a + b, 10**9) for a, b in pairwise(row)]
            assert merge.rank == min(pairs) == ranks[merge.left + merge.right]
            assert merge.place == pairs.index(merge.rank)
        last = list_states(piece, merges)[-1]
        assert not any(a + b in ranks for a, b in pairwise(last))


def test_the_rules_are_the_alternatives_of_the_pattern() -> None:
    """Each alternative alone is asked how much it takes; the first that takes anything wins."""
    alternatives = re.split(r"(?<!\()\|(?=\[\^\\r|\\p\{N\}\{| \?\[|\\s)", vocab.SPLIT_PATTERN)
    assert "|".join(alternatives) == vocab.SPLIT_PATTERN
    assert len(alternatives) == 7
    alone = [Split(Regex(rf"\A(?:{alternative})"), "removed") for alternative in alternatives]
    rules = ["contraction", "letters", "digits", "signs", "line break", "space", "space"]
    assert {*rules, "special"} == set(RULES)

    def find_first(rest: str) -> tuple[str, str]:
        for rule, split in zip(rules, alone, strict=True):
            remaining = split.pre_tokenize_str(rest)
            taken = remaining[0][1][0] if remaining else len(rest)
            if taken:
                return rest[:taken], rule
        raise AssertionError(f"no alternative takes {rest!r}")

    for text in TEXTS + random_texts(300):
        place, expected = 0, []
        while place < len(text):
            expected.append(find_first(text[place:]))
            place += len(expected[-1][0])
        assert split_text(text) == expected, text


def test_how_a_piece_was_found_is_told() -> None:
    found = {piece.text: piece for piece in vocab.explain("It's unbelievably 🦙<|eot_id|>").pieces}
    assert [piece.how for piece in found.values()] == [
        "whole",
        "whole",
        "merges",
        "bytes",
        "special",
    ]
    assert [merge.rank for merge in found[" unbelievably"].merges][-2:] == [40_037, 89_234]
    assert found[" unbelievably"].states[-1] == (b" unbelie", b"vably")
    assert "byte fall-back" in found[" 🦙"].reason
    assert found["<|eot_id|>"].token_ids == (128_009,)


def test_a_whole_word_that_merges_do_not_find_says_so() -> None:
    (piece,) = vocab.explain(" ngoài").pieces
    assert (piece.how, piece.token_ids) == ("whole", (102_507,))
    assert len(piece.merged_ids) > 1
    assert piece.reason == "an entry as a whole; merges alone do not find it"


def test_a_single_merge_is_counted_in_the_singular() -> None:
    # "qx" is no entry, and neither are any two letters of it but one pair.
    piece = next(
        piece
        for first in "qxzj"
        for second in "qxzjk"
        for third in "qxzjvk"
        for piece in vocab.explain(first + second + third).pieces
        if piece.how == "merges" and len(piece.merges) == 1
    )
    assert re.fullmatch(r"1 merge, rank \d[\d,]*", piece.reason)


def test_an_explanation_prints_the_same_each_time() -> None:
    lines = repr(vocab.explain("It's 12")).splitlines()
    assert lines[0] == "7 characters, 4 pieces, 4 tokens"
    assert lines[1].split() == ["letters", "It:2181"]
    assert lines[-2].split() == ["digits", "12:717"]
    assert repr(vocab.explain("")) == "0 characters, 0 pieces, 0 tokens"


# --- on a page ----------------------------------------------------------------------------


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror='alert(1)'>",
        "</code></span></table><b>out</b>",
        "'\"><svg/onload=alert(1)>",
        "&lt;b&gt; &amp; &#60;i>",
    ],
)
def test_html_in_a_text_is_shown_and_never_run(text: str) -> None:
    page = Tags()
    page.feed(vocab.explain(text)._repr_html_())
    assert page.tags <= {"b", "table", "tr", "th", "td", "span", "code", "br"}
    assert page.attributes <= {"style"}
    shown = "".join(
        show_token(token) for token in encoding().decode_tokens_bytes(vocab.explain(text).token_ids)
    )
    assert shown == show_token(text.encode())
    for token in vocab.explain(text).tokens:
        assert show_token(token) in page.text


def test_every_entry_can_be_shown_on_a_page() -> None:
    entries = read_entries()
    for start in range(0, len(entries), 64):
        page, ids = Tags(), range(start, start + 64)
        page.feed(show_tokens(entries[start : start + 64], ids))
        assert page.tags == {"span", "code", "br"}
        assert page.text == "".join(f"{show_token(entries[i])}{i}" for i in ids)


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        (b" the", "·the"),
        (b"\n\t", "↵→"),
        (b"\x00", "⟨00⟩"),
        (b" \xe0\xa4", "·⟨e0⟩⟨a4⟩"),
        ("\u200b".encode(), "⟨e2⟩⟨80⟩⟨8b⟩"),
        (b"\xff", "⟨ff⟩"),
        (b"", ""),
    ],
)
def test_what_cannot_be_seen_is_made_visible(token: bytes, shown: str) -> None:
    assert show_token(token) == shown


def test_no_two_ids_that_look_alike_hide_an_invisible_letter() -> None:
    """What is shown is printable: no control characters, no overrides of the direction."""
    for token in read_entries():
        assert show_token(token).isprintable()


# --- wrong input --------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [None, 5, 1.5, b"the", ["the"], {"text": 1}])
def test_what_is_no_text_is_a_clear_error(wrong: object) -> None:
    with pytest.raises(LlamaExploreError, match="not a text"):
        vocab.explain(wrong)  # type: ignore[arg-type]


def test_a_cyclic_structure_is_a_clear_error() -> None:
    ring: list[object] = []
    ring.append(ring)
    with pytest.raises(LlamaExploreError, match="a list"):
        vocab.explain(ring)  # type: ignore[arg-type]


def test_half_a_surrogate_pair_is_a_clear_error() -> None:
    with pytest.raises(LlamaExploreError, match="surrogate"):
        vocab.explain("llama \ud83e")


def test_ten_megabytes_are_refused_with_the_figure_and_a_way_out() -> None:
    with pytest.raises(LlamaExploreError, match="10,485,760 characters") as caught:
        vocab.explain("llamas, " * (10 * 2**17))
    assert "tokenizer" in caught.value.next_step
    with pytest.raises(LlamaExploreError, match="8,000 at most"):
        list_merges(b" " * 8_001)


@pytest.mark.parametrize("text", ["a" * 2_000, "🦙" * 2_000, " " * 2_000, "ab" * 1_000])
def test_the_longest_text_is_explained(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    expected = tokenizer.encode(text, add_special_tokens=False)
    assert vocab.explain(text).token_ids == expected


def test_nul_bytes_are_characters_like_others(tokenizer: PreTrainedTokenizerFast) -> None:
    found = vocab.explain("a\x00\x00b")
    assert found.token_ids == tokenizer.encode("a\x00\x00b", add_special_tokens=False)
    assert "⟨00⟩" in repr(found)
