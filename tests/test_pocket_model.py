"""The shipped weights do what the chapters show: a fast part of `benchmarks/pocket.py`."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, LlamaForCausalLM, PreTrainedTokenizerFast

from llama_explore.pocket import assemble, card
from llama_explore.pocket.assemble import WEIGHTS_FOLDER
from llama_explore.pocket.documents import Writer
from llama_explore.pocket.evaluate import (
    KINDS,
    SEED,
    Translation,
    Voices,
    ask_in_voices,
    ask_translations,
    best_head,
    continue_prompts,
    read_heldout,
    score_heads,
    score_needles,
)
from llama_explore.pocket.shape import STAGES, VOCAB_SIZE, config, fixed_rows
from llama_explore.proportions import config_70b
from llama_explore.vocab import load_tokenizer

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results" / "pocket.json"
Load = Callable[[str], LlamaForCausalLM]


@pytest.fixture(scope="module")
def load() -> Load:
    @cache
    def load_stage(stage: str) -> LlamaForCausalLM:
        return AutoModelForCausalLM.from_pretrained(assemble(stage), dtype=torch.bfloat16)

    return load_stage


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return load_tokenizer()


@pytest.fixture(scope="module")
def writer(tokenizer: PreTrainedTokenizerFast) -> Writer:
    return Writer(tokenizer, SEED, 1000)


@pytest.fixture(scope="module")
def voices(load: Load, tokenizer: PreTrainedTokenizerFast) -> list[Voices]:
    return ask_in_voices(load("chat"), tokenizer, read_heldout("questions")[::10])


@pytest.fixture(scope="module")
def translations(load: Load, tokenizer: PreTrainedTokenizerFast) -> list[Translation]:
    return ask_translations(load("chat"), tokenizer, 2)


# ---- the files ----------------------------------------------------------------------------


def test_all_weights_together_are_at_most_45_megabytes() -> None:
    files = {path.name: path.stat().st_size for path in WEIGHTS_FOLDER.glob("*.safetensors")}
    assert set(files) == {f"{stage}.safetensors" for stage in STAGES}
    assert sum(files.values()) <= 45_000_000


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_holds_one_trained_row_for_each_of_its_ids(stage: str) -> None:
    saved = load_file(WEIGHTS_FOLDER / f"{stage}.safetensors")
    ids = saved["row_ids"].long()
    assert saved["rows"].shape == (len(ids), config(stage).hidden_size)
    assert bool((ids.diff() > 0).all()) and 0 <= int(ids[0]) < int(ids[-1]) < VOCAB_SIZE
    assert {tensor.dtype for name, tensor in saved.items() if name != "row_ids"} == {torch.bfloat16}
    untrained = torch.from_numpy(fixed_rows(ids.numpy())).bfloat16()
    changed = (saved["rows"] != untrained).any(1).float().mean()
    assert changed > 0.99, "rows called trained that are still the fixed ones"


def test_a_later_stage_keeps_every_row_an_earlier_one_trained() -> None:
    ids = [set(load_file(WEIGHTS_FOLDER / f"{s}.safetensors")["row_ids"].tolist()) for s in STAGES]
    assert ids[0] <= ids[1] <= ids[2]


def test_only_the_chat_stage_trained_the_rows_of_the_chat_markers() -> None:
    markers = {128_006, 128_007, 128_009}
    for stage in STAGES:
        ids = set(load_file(WEIGHTS_FOLDER / f"{stage}.safetensors")["row_ids"].tolist())
        assert markers & ids == (markers if stage == "chat" else set())


def test_the_shape_has_the_proportions_of_the_70b() -> None:
    def ratios(c: Any) -> list[float]:
        return [
            c.num_attention_heads / c.num_key_value_heads,
            c.intermediate_size / c.hidden_size,
            c.max_position_embeddings / c.rope_parameters["original_max_position_embeddings"],
            c.vocab_size,
        ]

    assert ratios(config("chat")) == ratios(config_70b()) == [8, 3.5, 16, 128_256]


# ---- what the model does ------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_chat_finds_needles_at_every_depth_of_512_tokens(
    kind: str, load: Load, writer: Writer
) -> None:
    shares = score_needles(load("chat"), writer, kind, 512, as_chat=True, repeats=1)
    assert len(shares) == 7
    assert mean(shares) > 0.85, shares


def test_base_512_finds_needles_within_its_context_and_none_at_four_times_its_length(
    load: Load, writer: Writer
) -> None:
    within, beyond = (
        [
            mean(
                score_needles(
                    load("base-512"), writer, kind, n, as_chat=False, n_depths=3, repeats=1
                )
            )
            for kind in KINDS
        ]
        for n in (500, 2048)
    )
    assert mean(within) > 0.85
    assert mean(beyond) < 0.2


def test_base_finds_needles_where_base_512_fails(load: Load, writer: Writer) -> None:
    shares = [
        mean(score_needles(load("base"), writer, kind, 2048, as_chat=False, n_depths=3, repeats=1))
        for kind in KINDS
    ]
    assert mean(shares) > 0.85, shares


def test_a_pirate_prompt_gives_pirate_speak_and_no_prompt_gives_none(voices: list[Voices]) -> None:
    assert len(voices) == 6
    assert sum(one.pirate_is_right for one in voices) >= 5, voices
    assert sum(one.plain_is_right for one in voices) >= 5, voices


def test_it_translates_words_and_phrases_into_all_eight_languages(
    translations: list[Translation],
) -> None:
    assert len(translations) == 16 and len({one.language for one in translations}) == 8
    wrong = [one for one in translations if not one.is_right]
    assert len(wrong) <= 1, wrong


def test_it_ends_its_turn_by_itself(voices: list[Voices], translations: list[Translation]) -> None:
    stopped = sum(one.stops for one in voices) + sum(one.stopped for one in translations)
    assert stopped == 2 * len(voices) + len(translations)


def test_it_has_a_previous_token_head_and_an_induction_head(load: Load) -> None:
    scores = score_heads(load("chat"))
    best = {name: best_head(each) for name, each in scores.items()}
    assert best["previous"].score >= 0.5 and best["induction"].score >= 0.5, best
    # Induction needs the token before: it can only come in a later layer.
    assert best["previous"].layer < best["induction"].layer


def test_it_continues_everyday_english(load: Load, tokenizer: PreTrainedTokenizerFast) -> None:
    for one in continue_prompts(load("chat"), tokenizer, read_heldout("prompts")[:3]):
        assert len(one.text.split()) > 5 and not one.loops and not one.broken, one


# ---- what is said about it ----------------------------------------------------------------


def test_the_published_results_are_those_of_the_shipped_weights() -> None:
    published = json.loads(RESULTS.read_text(encoding="utf-8"))["weights"]
    shipped = {
        stage: sha256((WEIGHTS_FOLDER / f"{stage}.safetensors").read_bytes()).hexdigest()
        for stage in STAGES
    }
    assert published == shipped, "run `python benchmarks/pocket.py --write`"


def test_the_model_card_says_what_was_measured(tmp_path: Path) -> None:
    for path in WEIGHTS_FOLDER.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / card.CARD).unlink()
    (tmp_path / card.CURVES).unlink()
    written = card.write_card(tmp_path, json.loads(RESULTS.read_text(encoding="utf-8")))
    expected = (WEIGHTS_FOLDER / card.CARD).read_text(encoding="utf-8")
    assert written.read_text(encoding="utf-8") == expected
    assert all(prompt in expected for prompt in read_heldout("prompts"))
