"""The capture against transformers' eager attention, float64 and a run without capture."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from functools import cache

import pytest
import torch
from transformers import DynamicCache, LlamaConfig, LlamaForCausalLM

from llama_explore.attention import capture, record
from llama_explore.errors import LlamaExploreError

N_TOKENS = 60
PADDING = 13
SPANS = {"early": (14, 20), "long": (20, 59)}
STATISTICS = (
    "entropy",
    "mean_distance",
    "first_token",
    "previous_token",
    "current_token",
    "induction",
)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small products on a busy machine: threads would mostly wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@cache
def make_model(seed: int = 0) -> LlamaForCausalLM:
    """Four query heads share one KV head; weights large enough for attention to be uneven."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        hidden_size=64,
        num_hidden_layers=3,
        num_attention_heads=8,
        num_key_value_heads=2,
        head_dim=16,
        intermediate_size=96,
        vocab_size=40,
        max_position_embeddings=1024,
        initializer_range=0.2,
        bos_token_id=1,
        eos_token_id=2,
    )
    return LlamaForCausalLM(config).eval()


def make_prompt(n_tokens: int = N_TOKENS) -> dict[str, torch.Tensor]:
    """Two sequences, the second padded on the left."""
    ids = torch.randint(3, 40, (2, n_tokens), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    mask[1, :PADDING] = 0
    return {"input_ids": ids, "attention_mask": mask}


def eager_attention(model: LlamaForCausalLM, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """(layers, batch, heads, queries, keys), as transformers computes it; padding is 0."""
    model.set_attn_implementation("eager")
    try:
        with torch.inference_mode():
            found = torch.stack(model(**inputs, output_attentions=True).attentions).float()
    finally:
        model.set_attn_implementation("sdpa")
    real = inputs["attention_mask"].bool()
    return found * real[None, :, None, :, None]


def run(model: LlamaForCausalLM, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
    with torch.inference_mode():
        return model(**inputs).logits


def means(values: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """Mean over the real query positions that have a value."""
    values = values.masked_fill(~real[None, :, None, :], torch.nan)
    return values.nanmean(-1)


def test_logits_are_the_same_to_the_bit_and_the_model_is_as_before() -> None:
    for dtype in (torch.float32, torch.bfloat16):
        model, inputs = copy.deepcopy(make_model()).to(dtype), make_prompt()
        plain = run(model, inputs)
        with capture(model, rows=[-1], statistics=True, map_size=16):
            watched = run(model, inputs)
        assert torch.equal(plain, watched)
        assert torch.equal(plain, run(model, inputs))
        assert model.config._attn_implementation == "sdpa"
        assert not model.model._forward_hooks and not model.model._forward_pre_hooks


EVERYTHING = {"rows": [-1], "statistics": True, "map_size": 16}


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("ends", [(40, N_TOKENS), (1, 18, 35, 52, N_TOKENS)])
def test_logits_behind_a_cache_and_in_chunks_are_the_same_to_the_bit(
    ends: tuple[int, ...], dtype: torch.dtype
) -> None:
    model, inputs = copy.deepcopy(make_model()).to(dtype), make_prompt()

    def read_on(past: DynamicCache, low: int, high: int) -> torch.Tensor:
        ids, mask = inputs["input_ids"][:, low:high], inputs["attention_mask"][:, :high]
        return run(model, {"input_ids": ids, "attention_mask": mask, "past_key_values": past})

    pieces = list(zip((0, *ends), ends, strict=False))
    past = DynamicCache(config=model.config)
    plain = [read_on(past, *piece) for piece in pieces]
    past = DynamicCache(config=model.config)
    with capture(model, **EVERYTHING) as seen:  # chunked prefill, watched from the first token
        chunked = [read_on(past, *piece) for piece in pieces]
    past = DynamicCache(config=model.config)
    first = read_on(past, *pieces[0])
    with capture(model, **EVERYTHING):  # behind a cache that was filled before
        behind = [first, *(read_on(past, *piece) for piece in pieces[1:])]
    assert seen.n_tokens == N_TOKENS
    for expected, *found in zip(plain, chunked, behind, strict=True):
        assert all(torch.equal(each, expected) for each in found)


def test_rows_agree_with_eager_attention_in_a_padded_batch() -> None:
    model, inputs = make_model(), make_prompt()
    expected = eager_attention(model, inputs)
    with capture(model, rows=range(N_TOKENS)) as seen:
        run(model, inputs)
    assert seen.rows.weights.shape == (3, 2, 8, N_TOKENS, N_TOKENS)
    assert (seen.rows.weights - expected).abs().max() < 2e-5
    assert seen.rows.weights.std() > 0.01  # otherwise evenly spread rows would pass too


def test_chosen_rows_and_layers_are_those_of_the_whole_matrix() -> None:
    model, inputs = make_model(), make_prompt()
    expected = eager_attention(model, inputs)
    seen = record(model, **inputs, rows=[-1, 20, -3], layers=[-1, 0])
    assert seen.rows.layers == (0, 2)
    assert seen.rows.positions == (20, 57, 59)
    for layer in (0, 2):
        for place in (20, 57, 59, -1):
            row = seen.rows.row(layer, place, sequence=1)
            assert torch.allclose(row, expected[layer, 1, :, place], atol=2e-5)
    groups = seen.rows.by_kv_head()
    assert torch.equal(groups[0, 0, 1, 2], seen.rows.weights[0, 0, 4 + 2])


def test_bfloat16_rows_are_nearer_to_float64_than_eagers() -> None:
    torch.manual_seed(3)
    model, inputs = copy.deepcopy(make_model(3)).to(torch.bfloat16), make_prompt()
    seen_by_layer: dict[str, torch.Tensor] = {}

    def keep(name: str) -> object:
        def hook(_: object, __: object, output: torch.Tensor) -> None:
            seen_by_layer[name] = output

        return hook

    attention = model.model.layers[0].self_attn
    handles = [
        attention.q_proj.register_forward_hook(keep("q")),
        attention.k_proj.register_forward_hook(keep("k")),
    ]
    with capture(model, rows=range(N_TOKENS), layers=[0]) as seen:
        run(model, inputs)
    for handle in handles:
        handle.remove()
    eager = eager_attention(model, inputs)[0, 0]
    # From the bfloat16 queries and keys on, everything again in float64.
    from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

    q = seen_by_layer["q"].view(2, N_TOKENS, 8, 16).transpose(1, 2)
    k = seen_by_layer["k"].view(2, N_TOKENS, 2, 16).transpose(1, 2)
    cos, sin = model.model.rotary_emb(q, torch.arange(N_TOKENS)[None])
    q, k = (each[0].double() for each in apply_rotary_pos_emb(q, k, cos, sin))
    scores = q @ k.repeat_interleave(4, 0).mT / 16**0.5
    later = torch.ones(N_TOKENS, N_TOKENS).triu(1).bool()
    exact = scores.masked_fill(later, -torch.inf).softmax(-1)
    ours = (seen.rows.weights[0, 0] - exact).abs().max()
    assert ours < 1e-5
    assert ours * 100 < (eager - exact).abs().max()


def test_statistics_agree_with_the_full_matrices() -> None:
    model, inputs = make_model(), make_prompt()
    weights = eager_attention(model, inputs).double()
    real = inputs["attention_mask"].bool()
    ids = inputs["input_ids"]
    seen = record(model, **inputs, statistics=True, spans=SPANS, per_position=True)
    found = seen.statistics
    place = torch.arange(N_TOKENS)
    expected = {
        "entropy": -torch.xlogy(weights, weights).sum(-1),
        "mean_distance": (weights * (place[:, None] - place)).sum(-1),
        "current_token": weights.diagonal(0, -2, -1),
        "early": weights[..., slice(*SPANS["early"])].sum(-1),
        "long": weights[..., slice(*SPANS["long"])].sum(-1),
    }
    starts = [0, PADDING]
    firsts = [weights[:, b, :, :, start] for b, start in enumerate(starts)]
    expected["first_token"] = torch.stack(firsts, 1)
    before = torch.full(weights.shape[:-1], torch.nan).double()
    repeats = before.clone()
    for b, start in enumerate(starts):
        for t in range(start, N_TOKENS):
            if t > start:
                before[:, b, :, t] = weights[:, b, :, t, t - 1]
            earlier = [j for j in range(start, t) if ids[b, j] == ids[b, t]]
            if earlier:
                repeats[:, b, :, t] = weights[:, b, :, t, earlier[-1] + 1]
    expected["previous_token"], expected["induction"] = before, repeats
    for name, values in expected.items():
        got = found.spans[name] if name in SPANS else getattr(found, name)
        assert torch.allclose(got.double(), means(values, real), atol=1e-4), name
        positions = found.per_position[name][:, 1, :, PADDING:].double()
        assert torch.allclose(positions, values[:, 1, :, PADDING:], atol=1e-4, equal_nan=True)
        assert found.per_position[name][:, 1, :, :PADDING].isnan().all()
    assert found.n_queries == (60, 47)
    assert "early" in repr(found) and "<table>" in found._repr_html_()


def test_the_map_is_the_mean_of_the_matrix_over_bins() -> None:
    model, inputs = make_model(), make_prompt()
    weights = eager_attention(model, inputs)
    real = inputs["attention_mask"].bool()
    for size in (32, 7, N_TOKENS, 1000):
        found = record(model, **inputs, map_size=size).map
        assert len(found.edges) - 1 <= size
        assert found.edges[0] == 0 and found.edges[-1] == N_TOKENS
        for i, (low, high) in enumerate(zip(found.edges, found.edges[1:], strict=False)):
            for j, (a, b) in enumerate(zip(found.edges, found.edges[1:], strict=False)):
                mass = weights[:, :, :, low:high, a:b].sum(-1)
                expected = means(mass, real[:, low:high])
                got = found.weights[..., i, j]
                assert torch.allclose(got, expected, atol=1e-5, equal_nan=True)
    assert torch.equal(found.of(2, 5), found.weights[2, 0, 5])


@pytest.mark.parametrize("chunk", [1, 17, 59])
def test_a_prompt_in_chunks_gives_what_it_gives_whole(chunk: int) -> None:
    model, inputs = make_model(), make_prompt()
    asked = {
        "rows": [0, 30, -1],
        "statistics": True,
        "map_size": 16,
        "spans": SPANS,
        "per_position": True,
    }
    whole = record(model, **inputs, **asked)
    parts = record(model, **inputs, **asked, chunk_tokens=chunk)
    assert parts.n_tokens == whole.n_tokens == N_TOKENS
    assert parts.rows.positions == whole.rows.positions
    assert torch.allclose(parts.rows.weights, whole.rows.weights, atol=2e-5)
    assert torch.allclose(parts.map.weights, whole.map.weights, atol=2e-5, equal_nan=True)
    assert parts.map.edges == whole.map.edges
    for name in STATISTICS:
        a, b = getattr(parts.statistics, name), getattr(whole.statistics, name)
        assert torch.allclose(a, b, atol=2e-4), name
        a, b = (each.statistics.per_position[name] for each in (parts, whole))
        assert torch.allclose(a, b, atol=2e-4, equal_nan=True), name


def test_generate_hands_out_the_row_of_every_new_token() -> None:
    model, inputs = make_model(), make_prompt()
    plain = model.generate(**inputs, max_new_tokens=5, do_sample=False, pad_token_id=0)
    with capture(model, rows=[-1], every_pass=True, statistics=True) as seen:
        ids = model.generate(**inputs, max_new_tokens=5, do_sample=False, pad_token_id=0)
    with capture(model, rows=[-1]) as last:
        model.generate(**inputs, max_new_tokens=5, do_sample=False, pad_token_id=0)
    assert torch.equal(plain, ids)
    assert seen.rows.positions == (59, 60, 61, 62, 63)
    assert last.rows.positions == (63,)
    assert torch.equal(last.rows.weights[..., 0, :], seen.rows.weights[..., -1, :])
    mask = torch.cat([inputs["attention_mask"], torch.ones(2, 4, dtype=torch.long)], 1)
    expected = eager_attention(model, {"input_ids": ids[:, :64], "attention_mask": mask})
    assert (seen.rows.weights - expected[:, :, :, 59:64]).abs().max() < 2e-5
    assert seen.statistics.n_queries == (64, 51)


def test_padding_on_the_right_is_left_out_too() -> None:
    model = make_model()
    ids = make_prompt()["input_ids"][:1]
    mask = torch.ones_like(ids)
    mask[0, 50:] = 0
    padded = record(model, ids, attention_mask=mask, statistics=True, rows=[10, 49])
    alone = record(model, ids[:, :50], statistics=True, rows=[10, 49])
    assert torch.allclose(padded.rows.weights[..., :50], alone.rows.weights, atol=1e-5)
    for name in STATISTICS:
        a, b = getattr(padded.statistics, name), getattr(alone.statistics, name)
        assert torch.allclose(a, b, atol=1e-4), name


def test_long_sequences_cross_every_tile() -> None:
    model = make_model()
    ids = torch.randint(3, 40, (1, 1024), generator=torch.Generator().manual_seed(2))
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    weights = eager_attention(model, inputs)
    seen = record(model, ids, statistics=True, map_size=16, spans={"across": (500, 1000)})
    entropy = -torch.xlogy(weights, weights).sum(-1).mean(-1)
    assert torch.allclose(seen.statistics.entropy, entropy, atol=1e-4)
    across = weights[..., 500:1000].sum(-1).mean(-1)
    assert torch.allclose(seen.statistics.spans["across"], across, atol=1e-5)
    pooled = weights.unflatten(-1, (16, 64)).sum(-1).unflatten(-2, (16, 64)).mean(-2)
    assert torch.allclose(seen.map.weights, pooled, atol=1e-5)


def test_statistics_do_without_a_kernel_that_tells_the_log_sum_exp() -> None:
    from torch.nn.attention import SDPBackend, sdpa_kernel

    model, inputs = make_model(), make_prompt()
    fused = record(model, **inputs, statistics=True)
    with sdpa_kernel(SDPBackend.MATH):
        plain = record(model, **inputs, statistics=True)
    for name in STATISTICS:
        a, b = getattr(fused.statistics, name), getattr(plain.statistics, name)
        assert torch.allclose(a, b, atol=1e-4), name


def test_statistics_in_bfloat16_are_those_of_the_model_s_own_queries_and_keys() -> None:
    model, inputs = copy.deepcopy(make_model()).to(torch.bfloat16), make_prompt()
    seen = record(model, **inputs, rows=range(N_TOKENS), statistics=True, map_size=1000)
    weights = seen.rows.weights.double()  # compared with float64 above
    real = inputs["attention_mask"].bool()
    entropy = means(-torch.xlogy(weights, weights).sum(-1), real)
    assert torch.allclose(seen.statistics.entropy.double(), entropy, atol=1e-4)
    first = means(weights[:, :, :, :, 0], real)[:, 0].float()
    assert torch.allclose(seen.statistics.first_token[:, 0], first, atol=1e-5)
    finest = seen.map.weights[:, 0].double()
    assert torch.allclose(finest, weights[:, 0], atol=1e-5)


def test_walking_in_several_threads_gives_what_one_thread_gives() -> None:
    model = make_model()
    ids = torch.randint(3, 40, (1, 1000), generator=torch.Generator().manual_seed(4))
    asked = {"statistics": True, "map_size": 8, "spans": {"a": (3, 900)}}
    alone = record(model, ids, **asked)
    torch.set_num_threads(4)
    together = record(model, ids, **asked)
    assert torch.get_num_threads() == 4
    for name in STATISTICS:
        a, b = getattr(alone.statistics, name), getattr(together.statistics, name)
        assert torch.allclose(a, b, atol=1e-5), name
    assert torch.allclose(alone.map.weights, together.map.weights, atol=1e-6)


def test_captures_nest_without_mixing() -> None:
    model, inputs = make_model(), make_prompt()
    plain = run(model, inputs)
    with capture(model, rows=[5], layers=[1]) as outer:
        with capture(model, rows=[-1], statistics=True) as inner:
            assert torch.equal(run(model, inputs), plain)
        assert model.config._attn_implementation != "sdpa"
    assert model.config._attn_implementation == "sdpa"
    assert outer.rows.positions == (5,) and outer.rows.layers == (1,)
    assert inner.rows.positions == (59,) and inner.rows.layers == (0, 1, 2)


def test_threads_see_their_own_passes_only() -> None:
    model = make_model()
    prompts = [make_prompt(20 + 10 * n) for n in range(4)]
    alone = [record(model, **each, rows=[-1]).rows.weights for each in prompts]
    plain = [run(model, each) for each in prompts]
    found: dict[int, torch.Tensor] = {}
    logits: dict[int, torch.Tensor] = {}
    together = threading.Barrier(len(prompts))

    def work(number: int) -> None:
        torch.set_num_threads(1)  # a new thread begins with as many as there are cores
        with capture(model, **EVERYTHING) as seen:
            together.wait()
            logits[number] = run(model, prompts[number])
            together.wait()
        found[number] = seen.rows.weights

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(prompts))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert all(torch.equal(found[n], alone[n]) for n in range(len(prompts)))
    assert all(torch.equal(logits[n], plain[n]) for n in range(len(prompts)))
    assert model.config._attn_implementation == "sdpa"
    assert not model.model._forward_hooks and not model.model._forward_pre_hooks


def test_a_thread_without_capture_is_not_watched() -> None:
    model, inputs = make_model(), make_prompt()
    with capture(model, rows=[-1]) as seen:
        other = threading.Thread(target=run, args=(model, inputs))
        other.start()
        other.join()
    with pytest.raises(LlamaExploreError, match="not run inside"):
        _ = seen.rows


def test_a_model_split_over_devices_gives_the_same() -> None:
    from accelerate import dispatch_model

    split = LlamaForCausalLM(make_model().config).eval()
    split.load_state_dict(make_model().state_dict())
    inputs = make_prompt()
    expected = record(make_model(), **inputs, rows=[-1], statistics=True)
    parts = ["model.embed_tokens", "model.norm", "model.rotary_emb", "lm_head"]
    places = dict.fromkeys([*parts, *(f"model.layers.{n}" for n in range(3))], "cpu")
    # accelerate wraps the forward of every module, as device_map="auto" over GPUs does
    dispatch_model(split, places, main_device="cpu", force_hooks=True)
    assert hasattr(split.model.layers[0].self_attn, "_hf_hook")
    with capture(split, rows=[-1], statistics=True) as seen:
        logits = run(split, inputs)
    assert torch.equal(logits, run(make_model(), inputs))
    assert torch.equal(seen.rows.weights, expected.rows.weights)
    assert torch.equal(seen.statistics.entropy, expected.statistics.entropy)


def test_a_cache_filled_before_still_gives_the_last_row() -> None:
    model, inputs = make_model(), make_prompt()
    expected = eager_attention(model, inputs)
    ids, mask = inputs["input_ids"], inputs["attention_mask"]
    past = DynamicCache(config=model.config)
    with torch.inference_mode():
        model(ids[:, :40], attention_mask=mask[:, :40], past_key_values=past)
        with capture(model, rows=[-1, 45], statistics=True) as seen:
            model(ids[:, 40:], attention_mask=mask, past_key_values=past)
    assert (seen.rows.weights - expected[:, :, :, [45, 59]]).abs().max() < 2e-5
    assert seen.statistics.induction is None  # the earlier ids are unknown
    assert seen.statistics.n_queries == (20, 20)


def test_results_have_a_readable_repr() -> None:
    seen = record(make_model(), **make_prompt(), rows=[-1], map_size=16, statistics=True)
    assert repr(seen) == "Capture of rows and map and statistics, 3 layers, 60 tokens read"
    assert "8 query heads (2 KV heads)" in repr(seen.rows)
    assert "15 x 15 bins of 4 tokens" in repr(seen.map)
    for each in (seen.rows, seen.map, seen.statistics):
        assert each._repr_html_().startswith("<p>")
