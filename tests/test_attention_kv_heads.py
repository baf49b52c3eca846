"""Models with other numbers of KV heads, their caches, and what decoding costs."""

from __future__ import annotations

import copy

import pytest
import torch
from test_attention_capture import make_model, make_prompt, one_thread, run
from transformers import DynamicCache

from llama_explore import open_session
from llama_explore.attention import (
    count_cache_bytes,
    estimate_decode,
    measure_decode,
    pool_kv_heads,
    repeat_kv_heads,
)
from llama_explore.errors import LlamaExploreError
from llama_explore.proportions import config_70b

__all__ = ["one_thread"]  # a fixture for every test here


def cache_bytes(model: object, n_tokens: int) -> int:
    """What a cache of so many tokens really holds."""
    cache = DynamicCache(config=model.config)
    with torch.inference_mode():
        model(torch.ones(1, n_tokens, dtype=torch.long), past_key_values=cache)
    return sum(layer.keys.nbytes + layer.values.nbytes for layer in cache.layers)


def test_repeated_kv_heads_compute_the_same_with_a_larger_cache() -> None:
    model, inputs = make_model(), make_prompt()
    before = copy.deepcopy(model.state_dict())
    other = repeat_kv_heads(model)
    assert other.config.num_key_value_heads == 8 and model.config.num_key_value_heads == 2
    assert torch.allclose(run(other, inputs), run(model, inputs), atol=1e-5)
    assert cache_bytes(other, 10) == 4 * cache_bytes(model, 10)
    options = {"max_new_tokens": 8, "do_sample": False, "pad_token_id": 0}
    assert torch.equal(other.generate(**inputs, **options), model.generate(**inputs, **options))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_the_pocket_model_as_multi_head_has_eight_times_the_cache() -> None:
    model = open_session("pocket").model
    other = repeat_kv_heads(model)
    ids = {"input_ids": torch.arange(100)[None]}
    exact, repeated = (run(copy.deepcopy(each).float(), ids) for each in (model, other))
    assert exact.abs().max() > 10
    assert (repeated - exact).abs().max() < 0.001  # chapter 05 prints 0.00
    assert cache_bytes(other, 10) == 8 * cache_bytes(model, 10)
    assert other.lm_head.weight is other.model.embed_tokens.weight  # still tied
    assert other.num_parameters() > model.num_parameters()


def test_pooled_kv_heads_are_means() -> None:
    model = make_model()
    other = pool_kv_heads(model)
    for layer, pooled in zip(model.model.layers, other.model.layers, strict=True):
        for name in ("k_proj", "v_proj"):
            whole = layer.self_attn.get_parameter(f"{name}.weight")
            mean = (whole[:16] + whole[16:]) / 2
            assert torch.allclose(pooled.self_attn.get_parameter(f"{name}.weight"), mean)
    assert other.config.num_key_value_heads == 1
    assert 2 * cache_bytes(other, 10) == cache_bytes(model, 10)
    assert not torch.allclose(run(other, make_prompt()), run(model, make_prompt()), atol=1e-2)


def test_pooling_undoes_repeating() -> None:
    model, inputs = make_model(), make_prompt()
    same = pool_kv_heads(repeat_kv_heads(model), 2)
    assert torch.allclose(run(same, inputs), run(model, inputs), atol=1e-5)


def test_a_new_model_can_be_saved_and_trained(tmp_path: object) -> None:
    model, inputs = make_model(), make_prompt()
    other = pool_kv_heads(model)
    other.save_pretrained(tmp_path)
    again = type(other).from_pretrained(tmp_path)
    assert torch.equal(run(again, inputs), run(other, inputs))
    other.train()
    loss = other(**inputs, labels=inputs["input_ids"]).loss
    loss.backward()
    assert other.model.layers[0].self_attn.k_proj.weight.grad.abs().sum() > 0
    assert model.model.layers[0].self_attn.k_proj.weight.grad is None


@pytest.mark.parametrize("n_kv_heads", [0, 3, 4, -1, 1.5])
def test_kv_heads_that_do_not_divide(n_kv_heads: int) -> None:
    with pytest.raises(LlamaExploreError, match=r"pooled evenly|whole number"):
        pool_kv_heads(make_model(), n_kv_heads)


def test_the_70bs_cache_and_roofline_are_those_of_the_config() -> None:
    config = config_70b()
    assert count_cache_bytes(config, 1) == 327_680
    assert count_cache_bytes(config, 1, n_kv_heads=64) == 2_621_440
    assert count_cache_bytes(config, 131_072, n_kv_heads=1) == 5 * 2**30
    grouped = estimate_decode(config, 131_072, bandwidth_gb_per_second=8000)
    assert grouped.weights_bytes == 141_107_412_992 and grouped.cache_bytes == 40 * 2**30
    assert grouped.seconds_per_step == pytest.approx((141_107_412_992 + 40 * 2**30) / 8e12)
    many = estimate_decode(config, 131_072, bandwidth_gb_per_second=8000, n_kv_heads=64)
    assert many.weights_bytes == 2 * 79_948_947_456 and many.cache_bytes == 320 * 2**30
    batch = estimate_decode(config, 8192, bandwidth_gb_per_second=3350, batch=16)
    assert batch.bytes_per_token == pytest.approx(141_107_412_992 / 16 + 8192 * 327_680)
    assert batch.tokens_per_second == pytest.approx(3350e9 / batch.bytes_per_token)
    assert "tokens/s" in repr(batch)
    assert config.num_key_value_heads == 8
    with pytest.raises(LlamaExploreError, match="bandwidth"):
        estimate_decode(config, 10, bandwidth_gb_per_second=0)


def test_decoding_is_measured_at_each_length_with_the_cache_it_holds() -> None:
    model = make_model()
    found = measure_decode(model, [16, 64], n_new_tokens=3)
    assert [each.n_context_tokens for each in found] == [16, 64]
    assert all(each.seconds_per_token > 0 for each in found)
    assert [each.cache_bytes for each in found] == [cache_bytes(model, 16), cache_bytes(model, 64)]
    with pytest.raises(LlamaExploreError, match="context is 1,024"):
        measure_decode(model, [1024])
