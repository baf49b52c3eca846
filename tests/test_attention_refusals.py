"""Wrong input to the capture and to ablate: a clear error each, and nothing left patched."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import torch
from test_attention_capture import make_model, make_prompt, one_thread, run
from transformers import GPT2Config, GPT2LMHeadModel, LlamaForCausalLM, StaticCache
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from llama_explore.attention import ablate, capture, record
from llama_explore.errors import LlamaExploreError

__all__ = ["one_thread"]  # a fixture for every test here


def own_model() -> LlamaForCausalLM:
    """A copy that a test may spoil."""
    return copy.deepcopy(make_model())


@pytest.fixture(autouse=True)
def nothing_is_left_patched() -> Iterator[None]:
    plain = run(make_model(), make_prompt())
    yield
    model = make_model()
    assert model.config._attn_implementation == "sdpa"
    assert not model.model._forward_hooks and not model.model._forward_pre_hooks
    assert not any(layer.self_attn.o_proj._forward_pre_hooks for layer in model.model.layers)
    assert torch.equal(run(model, make_prompt()), plain)


def test_a_prompt_longer_than_the_context() -> None:
    ids = torch.ones(1, 1025, dtype=torch.long)
    with pytest.raises(LlamaExploreError, match=r"1,025 tokens.*context is 1,024"):
        record(make_model(), ids, rows=[-1])
    with pytest.raises(LlamaExploreError, match="context is 1,024"):
        record(make_model(), ids, rows=[-1], chunk_tokens=512)


@pytest.mark.parametrize("place", [60, 1000, -61])
def test_a_query_position_out_of_range(place: int) -> None:
    with (
        pytest.raises(LlamaExploreError, match=r"60 tokens.*were read|have been read"),
        capture(make_model(), rows=[place]),
    ):
        run(make_model(), make_prompt())


@pytest.mark.parametrize("layer", [3, -4, 99])
def test_a_layer_that_does_not_exist(layer: int) -> None:
    with pytest.raises(LlamaExploreError, match=f"no layer {layer}: this model has 3"):
        record(make_model(), torch.ones(1, 5, dtype=torch.long), rows=[-1], layers=[layer])


@pytest.mark.parametrize("wrong", [1.5, "last", None, True])
def test_positions_and_layers_are_whole_numbers(wrong: object) -> None:
    for asked in ({"rows": [wrong]}, {"rows": [0], "layers": [wrong]}):
        with pytest.raises(LlamaExploreError, match="whole number"):
            record(make_model(), torch.ones(1, 5, dtype=torch.long), **asked)


def test_a_model_that_is_no_llama() -> None:
    other = GPT2LMHeadModel(GPT2Config(n_layer=1, n_head=2, n_embd=8, vocab_size=10))
    with pytest.raises(LlamaExploreError, match="GPT2LMHeadModel is not a Llama"):
        record(other, torch.ones(1, 5, dtype=torch.long), rows=[-1])
    with pytest.raises(LlamaExploreError, match="not a Llama"), ablate(other, layers=[0]):
        pass
    with pytest.raises(LlamaExploreError, match=r"session\.model"):
        record(SimpleNamespace(model=make_model(), tokenizer=None), torch.ones(1, 5), rows=[-1])


def test_a_compiled_model() -> None:
    with pytest.raises(LlamaExploreError, match="compiled"):
        record(torch.compile(own_model()), torch.ones(1, 5, dtype=torch.long), rows=[-1])
    model = own_model()
    model.compile()
    with pytest.raises(LlamaExploreError, match="compiled"):
        record(model, torch.ones(1, 5, dtype=torch.long), rows=[-1])


def test_attention_that_someone_else_replaced() -> None:
    model = own_model()
    model.set_attn_implementation("eager")
    with pytest.raises(LlamaExploreError, match="'eager'"):
        record(model, torch.ones(1, 5, dtype=torch.long), rows=[-1])
    assert model.config._attn_implementation == "eager"

    model = own_model()
    attention = model.model.layers[1].self_attn
    attention.forward = attention.forward
    with pytest.raises(LlamaExploreError, match="layer 1 was replaced"):
        record(model, torch.ones(1, 5, dtype=torch.long), rows=[-1])

    original = ALL_ATTENTION_FUNCTIONS["sdpa"]
    ALL_ATTENTION_FUNCTIONS.register("sdpa", lambda *args, **kwargs: original(*args, **kwargs))
    try:
        with pytest.raises(LlamaExploreError, match="Another library"):
            record(make_model(), torch.ones(1, 5, dtype=torch.long), rows=[-1])
    finally:
        ALL_ATTENTION_FUNCTIONS.register("sdpa", original)


def test_attention_replaced_while_the_capture_is_open() -> None:
    model = own_model()
    with (
        pytest.raises(LlamaExploreError, match="while the capture was open"),
        capture(model, rows=[-1]),
    ):
        model.set_attn_implementation("eager")
        run(model, make_prompt())
    assert model.config._attn_implementation == "eager"  # the reader's last word


def test_output_attentions_at_the_same_time() -> None:
    model, inputs = make_model(), make_prompt()
    with pytest.raises(LlamaExploreError, match="output_attentions"), capture(model, rows=[-1]):
        model(**inputs, output_attentions=True)
    eager = own_model()
    eager.set_attn_implementation("eager")
    eager.config.output_attentions = True
    with pytest.raises(LlamaExploreError, match="output_attentions"), capture(eager, rows=[-1]):
        pass


@pytest.mark.parametrize("asked", [{"rows": [-1]}, {"statistics": True}, {"map_size": 8}])
@pytest.mark.parametrize(
    "name", ["model.layers.0.mlp.up_proj.weight", "model.layers.2.mlp.down_proj.weight"]
)
def test_nan_in_the_weights_is_named(asked: dict[str, object], name: str) -> None:
    model = own_model()
    model.get_parameter(name).data[3, 4] = torch.nan
    with pytest.raises(LlamaExploreError, match=f"{name} holds NaN"):
        record(model, **make_prompt(), **asked)
    assert model.config._attn_implementation == "sdpa"


def test_errors_and_interrupts_restore_the_model() -> None:
    for problem in (RuntimeError, KeyboardInterrupt):

        def stop(*_: object, problem: type[BaseException] = problem) -> None:
            raise problem

        model = make_model()
        handle = model.model.layers[1].mlp.register_forward_pre_hook(stop)
        try:
            with pytest.raises(problem), capture(model, rows=[-1], statistics=True):
                run(model, make_prompt())
            with pytest.raises(problem), ablate(model, layers=[0]):
                run(model, make_prompt())
        finally:
            handle.remove()
        assert model.config._attn_implementation == "sdpa"


def test_a_pass_that_failed_leaves_no_trace_in_the_capture() -> None:
    model, inputs = make_model(), make_prompt()
    with capture(model, rows=[-1], statistics=True, map_size=16) as seen:
        with pytest.raises(IndexError):
            model(torch.full((1, 30), 40))  # no such token
        run(model, inputs)
    expected = record(model, **inputs, rows=[-1], statistics=True, map_size=16)
    assert torch.equal(seen.rows.weights, expected.rows.weights)
    assert torch.equal(seen.statistics.entropy, expected.statistics.entropy)
    assert torch.equal(seen.map.weights.nan_to_num(), expected.map.weights.nan_to_num())


def test_questions_that_fit_nothing() -> None:
    model, ids = make_model(), torch.ones(1, 5, dtype=torch.long)
    for asked, message in (
        ({}, "Nothing was asked"),
        ({"rows": []}, "No query position"),
        ({"rows": [0], "layers": []}, "No layer"),
        ({"map_size": 1}, "map of 1 bins"),
        ({"rows": [0], "spans": {"a": (0, 1)}}, "belong to the statistics"),
        ({"statistics": True, "spans": {"a": (3, 3)}}, "holds no token"),
        ({"statistics": True, "spans": {"a": (3, 6)}}, "ends at 6, but only 5"),
        ({"rows": [0], "chunk_tokens": 0}, "nothing to read"),
    ):
        with pytest.raises(LlamaExploreError, match=message):
            record(model, ids, **asked)


def test_prompts_that_cannot_be_followed() -> None:
    model, inputs = make_model(), make_prompt()
    ids, mask = inputs["input_ids"], inputs["attention_mask"]
    holes = mask.clone()
    holes[0, 20:30] = 0
    packed = torch.arange(60).remainder(30).expand(2, -1)
    fixed = StaticCache(config=model.config, max_cache_len=64)
    cases = (
        ({"attention_mask": holes}, "holes"),
        ({"attention_mask": mask[:, 1:]}, r"shape \(2, 59\)"),
        ({"attention_mask": torch.ones(2, 1, 60, 60, dtype=torch.bool)}, "shape"),
        ({"position_ids": packed}, "packed"),
        ({"past_key_values": fixed, "attention_mask": mask}, "StaticCache"),
    )
    for given, message in cases:
        with pytest.raises(LlamaExploreError, match=message), capture(model, rows=[-1]):
            model(ids, **given)
    with pytest.raises(LlamaExploreError, match="another sequence"), capture(model, rows=[-1]):
        run(model, inputs)
        run(model, inputs)


def test_results_are_there_once_the_block_is_done_and_only_what_was_asked() -> None:
    model = make_model()
    with capture(model, rows=[-1]) as seen:
        run(model, make_prompt())
        with pytest.raises(LlamaExploreError, match="still running"):
            _ = seen.rows
    with pytest.raises(LlamaExploreError, match="not asked for statistics"):
        _ = seen.statistics
    with pytest.raises(LlamaExploreError, match="not asked for map"):
        _ = seen.map
    with pytest.raises(LlamaExploreError, match="position 3 was not captured"):
        seen.rows.row(0, 3)
    with pytest.raises(LlamaExploreError, match="Layer 7 was not captured"):
        seen.rows.row(7)
    with capture(model, rows=[-1]) as unused:
        pass
    with pytest.raises(LlamaExploreError, match="not run inside"):
        _ = unused.rows
    model(torch.ones(1, 4, dtype=torch.long))


def test_a_row_read_before_the_capture_began() -> None:
    from transformers import DynamicCache

    model, ids = make_model(), make_prompt()["input_ids"]
    past = DynamicCache(config=model.config)
    model(ids[:, :40], past_key_values=past)
    with pytest.raises(LlamaExploreError, match="before the capture"), capture(model, rows=[3]):
        model(ids[:, 40:], past_key_values=past)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "Nothing was named"),
        ({"heads": [(3, 0)]}, "no layer 3: this model has 3"),
        ({"heads": [(0, 8)]}, "no query head 8: this model has 8"),
        ({"kv_heads": [(0, 2)]}, "no KV head 2: this model has 2"),
        ({"layers": [7]}, "no layer 7"),
        ({"heads": [(0, 1.5)]}, "whole number"),
    ],
)
def test_ablating_what_is_not_there(asked: dict[str, object], message: str) -> None:
    with pytest.raises(LlamaExploreError, match=message), ablate(make_model(), **asked):
        pass
