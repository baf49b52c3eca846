"""The tokenizer against Meta's own, on very many strings, ids and characters."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import cycle, islice

import pytest
from llama_models.llama3.tokenizer import Tokenizer as MetaTokenizer
from tokenizers import Tokenizer

from llama_explore import load_tokenizer, vocab
from llama_explore.vocab.entries import decode, encoding, read_entries
from llama_explore.vocab.phrasebook import PASSAGES

N_STRINGS = 100_000
BATCH = 50_000


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """The library below transformers, which encodes many texts at once; names are plain text."""
    backend: Tokenizer = load_tokenizer().backend_tokenizer
    backend.encode_special_tokens = True
    return backend


@pytest.fixture(scope="module")
def meta() -> MetaTokenizer:
    return MetaTokenizer.get_instance()


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> Iterator[list[int]]:
    for start in range(0, len(texts), BATCH):
        part = tokenizer.encode_batch_fast(texts[start : start + BATCH], add_special_tokens=False)
        yield from (each.ids for each in part)


# --- generated strings --------------------------------------------------------------------


def generate_strings(n: int, seed: int) -> list[str]:
    """Return strings of eight sorts, from plain sentences to noise of all of Unicode."""
    dice = random.Random(seed)
    passages = [text for texts in PASSAGES.values() for text in texts]
    entries = [token.decode() for token in read_entries() if decode(token) is not None]
    dice.shuffle(entries)
    each_entry = cycle(entries)
    # fmt: off
    blocks = [
        (0x20, 0x7F), (0xA0, 0x250), (0x370, 0x600), (0x600, 0x900), (0x900, 0xE80),
        (0x1E00, 0x2100), (0x2100, 0x2C00), (0x3000, 0x3100), (0x4E00, 0x9FFF),
        (0xAC00, 0xD7A4), (0xFE00, 0x10000), (0x1F300, 0x1FA00), (0xE0000, 0xE01F0),
    ]
    # fmt: on
    spaces = [" ", "  ", "\n", "\t", "\r\n", "\u00a0", "\u3000", "\u2028", "\u0085", "\x1c", " \n "]

    def characters(low: int, high: int) -> str:
        return "".join(chr(dice.randrange(low, high)) for _ in range(dice.randint(1, 12)))

    def cut() -> str:
        text = dice.choice(passages)
        start = dice.randrange(len(text))
        return text[start : start + dice.randint(1, 60)]

    def noise() -> str:
        codes = (dice.randrange(0x110000) for _ in range(dice.randint(1, 10)))
        return "".join(chr(code) for code in codes if not 0xD800 <= code < 0xE000)

    sorts = [
        lambda: dice.choice(["", " "]).join(islice(each_entry, dice.randint(1, 20))),
        lambda: characters(*dice.choice(blocks)),
        lambda: "".join(characters(*dice.choice(blocks))[:2] for _ in range(dice.randint(2, 8))),
        cut,
        lambda: dice.choice(spaces).join(cut() for _ in range(dice.randint(2, 4))),
        lambda: "".join(dice.choices("0123456789.,-+/:eE ٣²Ⅷ१", k=dice.randint(1, 25))),
        lambda: "".join(dice.choices([*"'sStTdDmMlLreREvV", "'ll", "'Ve", " ", *spaces], k=12)),
        noise,
    ]
    return [sorts[i % len(sorts)]() for i in range(n)]


def test_generated_strings_get_metas_ids(tokenizer: Tokenizer, meta: MetaTokenizer) -> None:
    texts = generate_strings(N_STRINGS, seed=2024)
    assert len(set(texts)) > 90_000
    assert sum(not text.isascii() for text in texts) > 40_000
    for text, ids in zip(texts, encode(tokenizer, texts), strict=True):
        assert ids == meta.encode(text, bos=False, eos=False), ascii(text)


def test_the_encoding_that_vocab_uses_inside_is_the_same(tokenizer: Tokenizer) -> None:
    texts = generate_strings(20_000, seed=2025)
    for text, ids in zip(texts, encode(tokenizer, texts), strict=True):
        assert ids == encoding().encode_ordinary(text), ascii(text)


def test_explanations_agree_on_generated_strings(tokenizer: Tokenizer) -> None:
    texts = generate_strings(4_000, seed=2026)
    for text, ids in zip(texts, encode(tokenizer, texts), strict=True):
        assert vocab.explain(text, allow_special=False).token_ids == ids, ascii(text)


def test_a_changed_entry_would_be_noticed(tokenizer: Tokenizer) -> None:
    """The strings reach far into the vocabulary: over half of all ids occur in them."""
    ids = {i for each in encode(tokenizer, generate_strings(N_STRINGS, seed=2024)) for i in each}
    assert len(ids) > 64_000


# --- every id, every character ------------------------------------------------------------


def test_every_id_goes_to_bytes_and_back(tokenizer: Tokenizer, meta: MetaTokenizer) -> None:
    entries = read_entries()
    assert len(entries) == 128_256
    for token_id in range(128_000):
        assert meta.model.encode_single_token(entries[token_id]) == token_id
    texts = [token.decode("utf-8", "replace") for token in entries]
    assert [tokenizer.decode([i], skip_special_tokens=False) for i in range(128_256)] == texts
    whole = [i for i in range(128_000) if decode(entries[i]) is not None]
    encoded = encode(tokenizer, [texts[i] for i in whole])
    assert all(ids == [i] for i, ids in zip(whole, encoded, strict=True))
    assert len(whole) == 128_000 - 1_352


def test_every_special_token_goes_to_its_name_and_back() -> None:
    tokenizer = load_tokenizer().backend_tokenizer
    for token_id, name in enumerate(vocab.SPECIAL_TOKENS, 128_000):
        assert tokenizer.encode(name, add_special_tokens=False).ids == [token_id]
        assert tokenizer.decode([token_id], skip_special_tokens=False) == name


@pytest.mark.slow
def test_every_character_of_unicode_alone_gets_metas_ids(
    tokenizer: Tokenizer, meta: MetaTokenizer
) -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    assert len(characters) == 1_112_064
    entries = read_entries()
    for start in range(0, len(characters), BATCH):
        part = characters[start : start + BATCH]
        theirs = meta.model.encode_ordinary_batch(part, num_threads=1)
        for character, ids, expected in zip(part, encode(tokenizer, part), theirs, strict=True):
            assert ids == expected, ascii(character)
            assert b"".join(entries[i] for i in ids) == character.encode()


# --- large and odd ------------------------------------------------------------------------


def test_ten_megabytes_are_encoded_and_come_back(tokenizer: Tokenizer) -> None:
    passages = " ".join(text for texts in PASSAGES.values() for text in texts)
    text = passages * (10 * 2**20 // len(passages.encode()) + 1)
    assert len(text.encode()) > 10 * 2**20
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert b"".join(read_entries()[i] for i in ids) == text.encode()


def test_nul_bytes_survive(tokenizer: Tokenizer, meta: MetaTokenizer) -> None:
    for text in ("\x00", "\x00" * 100, "a\x00b", "\x00\x01\x02 \x00"):
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        assert ids == meta.encode(text, bos=False, eos=False)
        assert tokenizer.decode(ids, skip_special_tokens=False) == text
