"""The budget's arithmetic agrees with published figures, with transformers, and with GPUs."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from transformers import DynamicCache, GPT2Config, LlamaConfig, LlamaForCausalLM

from llama_explore import checkpoint
from llama_explore.budget import (
    BITS,
    attention_bytes,
    estimate_budget,
    kv_cache_bytes,
    logits_bytes,
    show_bytes,
    weights_bytes,
    working_bytes,
)
from llama_explore.errors import LlamaExploreError
from llama_explore.machines import (
    GIB,
    MACHINES,
    Machine,
    device_need,
    find_fit,
    this_machine,
)
from llama_explore.parameters import build_on_meta, count_on_meta, count_parameters, download_bytes
from llama_explore.pocket import assemble, shape
from llama_explore.proportions import config_70b
from llama_explore.relatives import RELATIVES

CONTEXT = 131_072


def tiny(**changes: Any) -> LlamaConfig:
    sizes = {
        "hidden_size": 64,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "intermediate_size": 96,
        "vocab_size": 500,
        "max_position_embeddings": 512,
    }
    return LlamaConfig(**(sizes | changes))


# --- published figures of Llama 3.3 70B ---------------------------------------------------


def test_the_parameters_of_the_70b_are_the_published_ones() -> None:
    parts = count_parameters(config_70b())
    assert parts.total == 70_553_706_496
    assert parts.layer == 855_654_400
    assert parts.embedding == parts.lm_head == 1_050_673_152
    assert len(build_on_meta(config_70b()).state_dict()) == 723


def test_the_weights_and_files_of_the_70b_are_exact_to_the_byte() -> None:
    size = weights_bytes(config_70b())
    assert size == 141_107_412_992
    assert f"{size / 1e9:.2f} {size / GIB:.2f}" == "141.11 131.42"
    assert download_bytes(config_70b()) == 141_107_497_872


@pytest.mark.parametrize(
    ("n_kv_heads", "a_token", "gib"), [(8, 327_680, 40), (64, 2_621_440, 320), (1, 40_960, 5)]
)
def test_the_cache_shrinks_with_the_kv_heads(n_kv_heads: int, a_token: int, gib: int) -> None:
    config = LlamaConfig(**(config_70b().to_dict() | {"num_key_value_heads": n_kv_heads}))
    assert kv_cache_bytes(1, config) == a_token
    assert kv_cache_bytes(CONTEXT, config) == gib * GIB


def test_with_a_kv_head_for_every_query_head_the_70b_would_be_larger() -> None:
    config = LlamaConfig(**(config_70b().to_dict() | {"num_key_value_heads": 64}))
    assert count_parameters(config).total == 79_948_947_456


def test_attention_and_logits_have_the_published_sizes() -> None:
    layer = attention_bytes(8192, config_70b())
    assert f"{layer / 1e9:.1f} {80 * layer / 1e9:.0f}" == "8.6 687"
    halves, floats = (logits_bytes(CONTEXT, config_70b(), dtype=d) for d in ("bfloat16", "float32"))
    assert f"{halves / 1e9:.1f} {floats / 1e9:.1f}" == "33.6 67.2"


@pytest.mark.parametrize(
    ("name", "n_parameters"),
    [
        ("Llama 3.2 1B", 1_235_814_400),
        ("Llama 3.2 3B", 3_212_749_824),
        ("Llama 3.1 8B", 8_030_261_248),
    ],
)
def test_the_relatives_have_their_published_sizes(name: str, n_parameters: int) -> None:
    assert count_parameters(RELATIVES[name]).total == n_parameters


@pytest.mark.parametrize(("n_tokens", "gib"), [(8192, 68.8), (32_768, 78.0), (CONTEXT, 114.8)])
def test_two_large_gpus_were_as_full_as_predicted(n_tokens: int, gib: float) -> None:
    """From a trial of the design before this kit: 2026-11-23, two 139 GiB GPUs, torch 2.11."""
    assert device_need(config_70b(), 2, n_tokens, 1, "bfloat16") / GIB == pytest.approx(
        gib, rel=0.03
    )


# --- against transformers ------------------------------------------------------------------


@pytest.mark.parametrize(
    "config",
    [
        config_70b(),
        shape.config(),
        *RELATIVES.values(),
        tiny(),
        tiny(tie_word_embeddings=True, head_dim=16),
        tiny(attention_bias=True, num_key_value_heads=4),
        tiny(mlp_bias=True, num_hidden_layers=1),
    ],
    ids=lambda config: f"{config.hidden_size}x{config.num_hidden_layers}",
)
def test_the_closed_form_counts_what_transformers_builds(config: LlamaConfig) -> None:
    assert count_parameters(config).total == count_on_meta(config)


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
def test_weights_and_cache_are_as_large_as_real_ones(dtype: str) -> None:
    config = tiny()
    model = LlamaForCausalLM(config).to(getattr(torch, dtype))
    real = sum(p.numel() * p.element_size() for p in model.parameters())
    assert weights_bytes(config, dtype=dtype) == real
    cache = DynamicCache(config=config)
    with torch.inference_mode():
        found = model(torch.ones(3, 7, dtype=torch.long), past_key_values=cache)
    real = sum(x.keys.nbytes + x.values.nbytes for x in cache.layers)  # type: ignore[attr-defined]
    assert kv_cache_bytes(7, config, n_sequences=3, dtype=getattr(torch, dtype)) == real
    assert logits_bytes(7, config, n_sequences=3, dtype=dtype) == found.logits.nbytes


def test_attention_is_as_large_as_what_output_attentions_returns() -> None:
    config = tiny(attn_implementation="eager")
    with torch.inference_mode():
        kept = LlamaForCausalLM(config).bfloat16()(
            torch.ones(2, 9, dtype=torch.long), output_attentions=True
        )
    layer = attention_bytes(9, config, n_sequences=2)
    assert [each.nbytes for each in kept.attentions] == [layer] * 3
    assert estimate_budget(config, n_tokens=9, n_sequences=2).attention_bytes == 3 * layer


def test_a_saved_checkpoint_is_as_large_as_predicted() -> None:
    assert download_bytes(shape.config()) == (assemble() / "model.safetensors").stat().st_size


def test_the_session_expects_the_same_weights() -> None:
    assert checkpoint.weights_bytes(shape.config(), torch.bfloat16, "pocket") == weights_bytes(
        shape.config()
    )


def test_quantizing_leaves_the_vocabulary_alone() -> None:
    parts = count_parameters(config_70b())
    matrices = 80 * parts.layer_matrices
    rest = 2 * (parts.total - matrices)
    assert weights_bytes(config_70b(), dtype="8-bit") == matrices + rest
    # Half a byte for each weight, and a float32 for each 64 of them.
    assert weights_bytes(config_70b(), dtype="4-bit") == matrices // 2 + matrices // 64 * 4 + rest


# --- one use, one machine -------------------------------------------------------------------


def test_a_budget_adds_up_and_shows_its_figures() -> None:
    budget = estimate_budget(config_70b(), n_tokens=CONTEXT, dtype=torch.bfloat16)
    assert budget.peak_bytes == 141_107_412_992 + 40 * GIB + 237_568 * CONTEXT
    for text in (repr(budget), budget._repr_html_()):
        for figure in ("131.4 GiB", "40.0 GiB", "29.0 GiB", "200.4 GiB", "70,553,706,496"):
            assert figure in text


def test_what_is_not_part_of_the_peak_is_shown_beside_it() -> None:
    budget = estimate_budget(config_70b(), n_tokens=8192, dtype="4-bit")
    assert budget.logits_bytes == 8192 * 128_256 * 2
    assert f"{budget.attention_bytes / 1e9:.0f}" == "687"
    assert download_bytes(config_70b()) - budget.files_bytes == 84_880, "headers of 30 files"
    for text in (repr(budget), budget._repr_html_()):
        assert "* not part of the peak" in text
        rows = "".join(text.split())
        for row in ("logits,allpositions*2.0GiB", "attentionweights,ifkept*640.0GiB"):
            assert row in rows.replace("</th><tdstyle='text-align:right'>", "")
        assert "131.4 GiB" in text, "the files are in bfloat16, whatever they are loaded in"
    assert budget.peak_bytes == sum(
        (budget.weights_bytes, budget.kv_cache_bytes, budget.working_bytes)
    )


def test_cache_and_working_memory_grow_with_each_sequence() -> None:
    one, four = (estimate_budget(config_70b(), n_tokens=1000, n_sequences=n) for n in (1, 4))
    assert four.kv_cache_bytes == 4 * one.kv_cache_bytes
    assert four.working_bytes == 4 * one.working_bytes
    assert four.logits_bytes == 4 * one.logits_bytes
    assert four.attention_bytes == 4 * one.attention_bytes
    assert (four.weights_bytes, four.files_bytes) == (one.weights_bytes, one.files_bytes)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("laptop, 16 GiB", False),
        ("one 24 GB card", False),
        ("one 80 GB card", False),
        ("two 80 GB cards", True),
        ("eight 80 GB cards", True),
        ("one 139 GiB card", True),
        ("two 139 GiB cards", True),
    ],
)
def test_each_machine_of_the_list_gets_its_answer(name: str, fits: bool) -> None:
    fit = find_fit(config_70b(), name)
    assert fit.fits is fits
    assert fit.verdict.startswith("It fits: " if fits else "It does not fit: ")
    assert bool(fit.ways_out) is not fits
    assert set(MACHINES) >= {name}


def test_the_longest_context_fits_and_one_token_more_does_not() -> None:
    fit = find_fit(config_70b(), "two 80 GB cards")
    assert 8192 < fit.most_tokens < CONTEXT
    assert find_fit(config_70b(), fit.machine, n_tokens=fit.most_tokens).fits
    assert not find_fit(config_70b(), fit.machine, n_tokens=fit.most_tokens + 1).fits
    assert find_fit(config_70b(), fit.machine, n_sequences=fit.most_sequences).fits
    assert not find_fit(config_70b(), fit.machine, n_sequences=fit.most_sequences + 1).fits


def test_a_model_that_fits_nowhere_near_fits_no_context() -> None:
    fit = find_fit(config_70b(), "one 24 GB card")
    assert fit.most_tokens == fit.most_sequences == 0


def test_what_would_make_it_fit_is_named_with_figures() -> None:
    ways = "\n".join(find_fit(config_70b(), "one 80 GB card").ways_out)
    for way in ("8-bit: 72.0 GiB", "4-bit", "2 such cards: 68.8", "3.1 8B", "disk", "server"):
        assert way in ways
    ways = "\n".join(find_fit(config_70b(), "laptop, 16 GiB").ways_out)
    assert "such cards" not in ways
    assert "Llama 3.2 3B" in ways


def test_every_way_out_holds_when_it_is_taken() -> None:
    machine = MACHINES["one 80 GB card"]
    assert find_fit(config_70b(), machine, dtype="8-bit").fits
    assert find_fit(config_70b(), Machine("more", machine.device_bytes, 2)).fits
    assert find_fit(RELATIVES["Llama 3.1 8B"], machine).fits


def test_the_pocket_model_fits_this_machine() -> None:
    assert find_fit(shape.config(), this_machine(), n_tokens=512).fits


def test_this_machine_can_be_picked_by_name_and_its_disk_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(checkpoint, "available_bytes", lambda: 200 * GIB)
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=100 * GIB))
    fit = find_fit(config_70b(), "this machine")
    assert fit.fits, "it has the memory"
    for text in (repr(fit), fit._repr_html_()):
        assert "135.7 GiB of 200.0 GiB" in text
        assert "The 131.4 GiB of files do not fit on the disk, 100.0 GiB of it free." in text
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1000 * GIB))
    assert "files fit on the disk, 1,000.0 GiB" in repr(find_fit(config_70b(), "this machine"))
    assert "disk" not in repr(find_fit(config_70b(), "two 80 GB cards"))


def test_a_fit_shows_the_same_in_text_and_html() -> None:
    fit = find_fit(config_70b(), "two 80 GB cards")
    for text in (repr(fit), fit._repr_html_()):
        assert "Longest context with 1 at once: 32,879" in text
        assert "68.8 GiB of 78.0 GiB each" in text


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (1023, "1,023 B"),
        (1536, "1.5 KiB"),
        (131.42 * GIB, "131.4 GiB"),
        (2**50, "1,024.0 TiB"),
    ],
)
def test_sizes_are_shown_for_people(size: float, shown: str) -> None:
    assert show_bytes(size) == shown


# --- wrong input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "cause"),
    [
        (GPT2Config(), "'gpt2'"),
        (None, "NoneType"),
        ({"hidden_size": 8192}, "dict"),
        ("meta-llama/Llama-3.3-70B-Instruct", "str"),
    ],
    ids=["gpt2", "None", "dict", "str"],
)
def test_what_is_no_llama_configuration_is_refused(config: Any, cause: str) -> None:
    for function in (count_parameters, build_on_meta, weights_bytes, estimate_budget):
        with pytest.raises(LlamaExploreError) as caught:
            function(config)
        assert cause in caught.value.cause
        assert "LlamaConfig" in caught.value.next_step


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"hidden_size": -64}, "hidden_size = -64"),
        ({"num_hidden_layers": 0}, "num_hidden_layers = 0"),
        ({"vocab_size": 1.5}, "vocab_size = 1.5"),
        ({"num_key_value_heads": 3}, "evenly over 3 KV heads"),
        ({"hidden_size": 2**24, "intermediate_size": 2**26}, "10,000 billion"),
        ({"vocab_size": 10**13}, "10,000 billion"),
    ],
    ids=json.dumps,
)
def test_impossible_configurations_are_refused(changes: dict[str, Any], cause: str) -> None:
    config = tiny()
    for name, value in changes.items():
        object.__setattr__(config, name, value)  # past transformers' own check
    with pytest.raises(LlamaExploreError) as caught:
        count_parameters(config)
    assert cause in caught.value.cause


@pytest.mark.parametrize("n_tokens", [0, -1, CONTEXT + 1, 10**30, 1.5, "8192", None, True])
def test_impossible_contexts_are_refused(n_tokens: Any) -> None:
    for function in (kv_cache_bytes, working_bytes, logits_bytes, attention_bytes):
        with pytest.raises(LlamaExploreError) as caught:
            function(n_tokens, config_70b())
        assert "from 1 to 131,072" in caught.value.cause
        assert repr(n_tokens) in caught.value.cause


@pytest.mark.parametrize("n_sequences", [0, -4, 10**9, 2.0, None])
def test_impossible_batches_are_refused(n_sequences: Any) -> None:
    with pytest.raises(LlamaExploreError, match="n_sequences"):
        find_fit(config_70b(), "one 80 GB card", n_sequences=n_sequences)


@pytest.mark.parametrize("dtype", ["bf16", "int7", "", None, torch.int64])
def test_unknown_dtypes_are_refused_with_the_known_ones(dtype: Any) -> None:
    with pytest.raises(LlamaExploreError) as caught:
        estimate_budget(config_70b(), dtype=dtype)
    assert all(known in caught.value.next_step for known in BITS)


@pytest.mark.parametrize(
    ("machine", "cause"),
    [
        ("my laptop", "no machine 'my laptop'"),
        (Machine("none", 0), "0 bytes"),
        (Machine("none", -GIB), "bytes does not exist"),
        (Machine("none", GIB, 0), "0 devices"),
        (Machine("none", 1.5, 1), "1.5 bytes"),  # type: ignore[arg-type]
    ],
)
def test_machines_that_do_not_exist_are_refused(machine: Machine | str, cause: str) -> None:
    with pytest.raises(LlamaExploreError) as caught:
        find_fit(config_70b(), machine)
    assert cause in caught.value.cause
