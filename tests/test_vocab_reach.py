"""Which ids a text can produce: texts as witnesses, and proofs for the fourteen that none can."""

from __future__ import annotations

import unicodedata

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from llama_explore import LlamaExploreError, vocab
from llama_explore.vocab.entries import decode, encoding, read_entries, read_ranks
from llama_explore.vocab.rows import count_uses, measure_rows

IMPOSSIBLE = {124, 125, *range(177, 188)}
"""The bytes C0, C1 and F5 to FF: UTF-8 has no use for them (RFC 3629)."""


@pytest.fixture(scope="module")
def unreachable() -> dict[int, str]:
    return vocab.find_unreachable()


def test_fourteen_ids_are_out_of_reach(unreachable: dict[int, str]) -> None:
    assert set(unreachable) == {*IMPOSSIBLE, 100_617}
    assert {unreachable[i] for i in IMPOSSIBLE} == {"UTF-8 never uses this byte"}
    assert len(set(unreachable.values())) == 2


def test_each_other_id_has_a_text_as_its_witness(unreachable: dict[int, str]) -> None:
    for token_id in range(128_000):
        text = vocab.find_text(token_id)
        assert (text is None) == (token_id in unreachable)
        if text is not None:
            assert token_id in encoding().encode_ordinary(text)


def test_the_thirteen_bytes_are_in_no_character() -> None:
    used = {byte for code in range(0x110000) if not 0xD800 <= code < 0xE000
            for byte in chr(code).encode()}  # fmt: skip
    entries = read_entries()
    assert {entries[i][0] for i in IMPOSSIBLE} == set(range(256)) - used


def test_the_byte_c2_is_left_alone_where_the_next_one_goes_with_the_letter_behind() -> None:
    text = vocab.find_text(126)
    assert text is not None
    assert text.isprintable() is False
    (lead, rest) = encoding().encode_ordinary(text)
    assert (lead, read_entries()[rest][1:]) == (126, text[-1].encode())


def test_100617_is_in_no_piece_of_digits() -> None:
    """It is the digit ۱ and the first half of a character from U+06C0 to U+06FF.

    A digit is in a piece with digits alone, at most three. So there are few enough such
    pieces to try them all, and for its length merging is the only way to make it.
    """
    token = read_entries()[100_617]
    assert token == "۱".encode() + b"\xdb"
    digits = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code))[0] == "N"]
    seconds = [digit for digit in digits if digit.encode()[:1] == b"\xdb"]
    assert seconds == list("۰۱۲۳۴۵۶۷۸۹")
    around = [("", ""), *((digit, "") for digit in digits), *(("", digit) for digit in digits)]
    pieces = [f"{first}۱{second}{third}" for second in seconds for first, third in around]
    assert len(pieces) > 30_000
    encoded = encoding().encode_ordinary_batch(pieces, num_threads=1)
    assert not any(100_617 in ids for ids in encoded)


def test_a_cut_entry_is_found_within_a_text() -> None:
    entries = read_entries()
    cut = next(i for i in range(256, 128_000) if decode(entries[i]) is None)
    text = vocab.find_text(cut)
    assert text is not None
    assert entries[cut] in text.encode()


def test_a_special_token_is_written_by_its_name() -> None:
    assert vocab.find_text(128_009) == "<|eot_id|>"


@pytest.mark.parametrize("wrong", [128_256, -1, None, "the", 1.0])
def test_an_id_out_of_range_is_a_clear_error(wrong: object) -> None:
    with pytest.raises(LlamaExploreError, match="id"):
        vocab.find_text(wrong)  # type: ignore[arg-type]


# --- streaming ----------------------------------------------------------------------------


def test_a_character_is_shown_when_it_is_whole() -> None:
    arrivals = list(vocab.stream(encoding().encode_ordinary(" 🦙!")))
    assert [each.shown for each in arrivals] == [" ", "", "🦙", "!"]
    assert [each.waiting.hex() for each in arrivals] == ["f09f", "f09fa6", "", ""]


def test_what_is_streamed_is_the_text() -> None:
    from llama_explore.vocab.phrasebook import PASSAGES

    for texts in PASSAGES.values():
        for text in texts:
            arrivals = list(vocab.stream(encoding().encode_ordinary(text)))
            assert "".join(each.shown for each in arrivals) == text
            assert arrivals[-1].waiting == b""
            assert all("\ufffd" not in each.shown for each in arrivals)


def test_bytes_that_become_no_character_are_shown_as_unreadable() -> None:
    lead, end = read_ranks()[b"\xe0\xb8"], read_ranks()[b"a"]
    assert [each.shown for each in vocab.stream([lead, end, 187])] == ["", "\ufffda", "\ufffd"]


def test_special_tokens_are_shown_by_name_and_repr_is_one_line() -> None:
    (arrival,) = vocab.stream([128_009])
    assert arrival.shown == "<|eot_id|>"
    assert "\n" not in repr(arrival)
    assert repr(next(vocab.stream([11_410]))).endswith("shows ' ', waits with f0 9f")


@pytest.mark.parametrize("wrong", [[128_256], [279, None], ["279"], [-1]])
def test_a_stream_of_something_else_is_a_clear_error(wrong: list[object]) -> None:
    with pytest.raises(LlamaExploreError):
        list(vocab.stream(wrong))  # type: ignore[arg-type]


# --- rows of a model ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def model() -> LlamaForCausalLM:
    """A tiny Llama whose rows have length 1, but for 100 that were "trained" to 1.5."""
    torch.manual_seed(0)
    config = LlamaConfig(
        hidden_size=8,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=1,
        num_key_value_heads=1,
        vocab_size=128_256,
    )
    model = LlamaForCausalLM(config)
    rows = model.get_input_embeddings().weight
    with torch.no_grad():
        rows /= rows.norm(dim=1, keepdim=True)
        rows[1000:1100] *= 1.5
    return model


def test_rows_as_long_as_those_nobody_trained_are_found(model: LlamaForCausalLM) -> None:
    rows = measure_rows(model, [124, 187, 100_617])
    assert rows.alike.sum() == 128_156
    assert not rows.alike[1000:1100].any()
    expected = model.get_input_embeddings().weight.norm(dim=1).detach().numpy()
    assert abs(rows.norms - expected).max() < 1e-6
    assert "128,156 are as long" in repr(rows)


def test_the_pocket_models_untrained_rows_are_found() -> None:
    """The reference are the rows' ids that the shipped file holds: all that was trained."""
    from safetensors.torch import load_file

    from llama_explore.pocket import assemble
    from llama_explore.pocket.assemble import WEIGHTS_FOLDER

    trained = load_file(WEIGHTS_FOLDER / "chat.safetensors")["row_ids"].tolist()
    model = LlamaForCausalLM.from_pretrained(assemble("chat"), dtype=torch.bfloat16)
    rows = measure_rows(model, vocab.find_unreachable())
    untrained = set(range(128_256)) - set(trained)
    assert untrained <= set(rows.alike.nonzero()[0].tolist())
    # A trained row may happen to be as long; few are.
    assert rows.alike[trained].mean() < 0.05


def test_a_reference_that_is_no_id_is_a_clear_error(model: LlamaForCausalLM) -> None:
    with pytest.raises(LlamaExploreError):
        measure_rows(model, [128_256])
    with pytest.raises(LlamaExploreError, match="no id"):
        measure_rows(model, [])


def test_uses_are_counted() -> None:
    assert count_uses([[5, 7], [5]], 8).tolist() == [0, 0, 0, 0, 0, 2, 0, 1]
    assert count_uses([], 3).tolist() == [0, 0, 0]
