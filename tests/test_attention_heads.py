"""Head scores and ablation, against full matrices, hand-made heads and edited weights."""

from __future__ import annotations

import copy
import threading

import pytest
import torch
from test_attention_capture import eager_attention, make_model, make_prompt, one_thread, run

from llama_explore import open_session
from llama_explore.attention import (
    AttentionRows,
    Head,
    ablate,
    capture,
    compare_heads,
    record,
    score_heads,
    score_retrieval,
)
from llama_explore.errors import LlamaExploreError

__all__ = ["one_thread"]  # a fixture for every test here


def test_scores_are_means_over_the_second_half() -> None:
    model = make_model()
    found = score_heads(model, n_tokens=12, n_sequences=3, seed=5)
    generator = torch.Generator().manual_seed(5)
    once = torch.stack([torch.randperm(40, generator=generator)[:12] for _ in range(3)])
    ids = torch.cat([torch.ones(3, 1, dtype=torch.long), once, once], 1)
    weights = eager_attention(model, {"input_ids": ids, "attention_mask": torch.ones_like(ids)})
    late = range(13, 25)
    expected = {
        "previous_token": torch.stack([weights[..., t, t - 1] for t in late]).mean((0, 2)),
        "induction": torch.stack([weights[..., t, t - 11] for t in late]).mean((0, 2)),
        "first_token": weights[..., 13:, 0].mean((1, 3)),
    }
    for name, values in expected.items():
        assert torch.allclose(found.scores[name], values, atol=1e-5), name


def test_the_best_heads_come_first_with_their_kv_head() -> None:
    found = score_heads(make_model(), n_tokens=12)
    best = found.top("induction", 24)
    values = [each.score for each in best]
    assert values == sorted(values, reverse=True) and len(best) == 24
    assert all(each.kv_head == each.head // 4 for each in best)
    assert best[0].score == pytest.approx(float(found.scores["induction"].max()))
    assert "induction" in repr(found) and "<table>" in found._repr_html_()
    with pytest.raises(LlamaExploreError, match="no score called 'copying'"):
        found.top("copying")


def test_the_pocket_model_has_previous_token_and_induction_heads() -> None:
    found = score_heads(open_session("pocket").model)
    previous, induction = found.top("previous_token", 1)[0], found.top("induction", 1)[0]
    assert previous.score > 0.5 and induction.score > 0.5
    assert previous.layer < induction.layer  # an induction head reads what the other wrote


def test_retrieval_counts_strongest_weights_on_the_right_token() -> None:
    model = make_model()
    prompt = torch.tensor([1, 5, 9, 30, 31, 32, 7, 8, 9, 6])
    answer = torch.tensor([30, 31, 32])
    found = score_retrieval(model, [prompt, prompt], [answer, answer], [(3, 6), (3, 6)])
    ids = torch.cat([prompt, answer])[None, :-1]
    weights = eager_attention(model, {"input_ids": ids, "attention_mask": torch.ones_like(ids)})
    hits = torch.zeros(3, 8)
    for layer in range(3):
        for head in range(8):
            for step in range(3):
                place = int(weights[layer, 0, head, 9 + step].argmax())
                hits[layer, head] += 3 <= place < 6 and ids[0, place] == answer[step]
    assert torch.allclose(found.scores["retrieval"], hits / 3)
    mass = weights[:, 0, :, 9:12, 3:6].sum(-1).mean(-1)
    assert torch.allclose(found.scores["needle_mass"], mass, atol=1e-5)
    with pytest.raises(LlamaExploreError, match="1 prompts, 1 answers and 0 needles"):
        score_retrieval(model, [prompt], [answer], [])
    with pytest.raises(LlamaExploreError, match="does not lie"):
        score_retrieval(model, [prompt], [answer], [(3, 11)])


def test_alike_heads_are_near_1_and_heads_without_a_common_token_0() -> None:
    weights = torch.zeros(1, 1, 4, 2, 6)
    weights[0, 0, 0, :, 0] = 1
    weights[0, 0, 1, :, 0] = 1
    weights[0, 0, 2, :, 3] = 1
    weights[0, 0, 3, :, [0, 3]] = 0.5
    alike = compare_heads(AttentionRows(weights, (4,), (4, 5), 2), 4)
    # Between one token and an even choice of two: the divergence is 1 - 0.75 * log2(3) + 0.5.
    half = 1 - (1.5 - 0.75 * torch.log2(torch.tensor(3.0))).sqrt()
    expected = torch.tensor([[1, 1, 0, half], [1, 1, 0, half], [0, 0, 1, half], [half] * 3 + [1]])
    assert torch.allclose(alike, expected, atol=1e-6)
    seen = record(make_model(), **make_prompt(), rows=range(60))
    full = compare_heads(seen.rows, 1)
    assert torch.allclose(full, full.T) and full.min() >= 0 and full.max() <= 1


@pytest.mark.parametrize(
    ("asked", "silent"),
    [
        ({"heads": [(1, 5)]}, {1: [5]}),
        ({"heads": [(0, 0), (-1, -1)]}, {0: [0], 2: [7]}),
        ({"kv_heads": [(1, 1)]}, {1: [4, 5, 6, 7]}),
        ({"layers": [2]}, {2: list(range(8))}),
        ({"heads": [(1, 0)], "kv_heads": [(1, 1)], "layers": [0]},
         {0: list(range(8)), 1: [0, 4, 5, 6, 7]}),
    ],
)  # fmt: skip
def test_ablation_equals_output_weights_set_to_zero(
    asked: dict[str, list[object]], silent: dict[int, list[int]]
) -> None:
    model, inputs = make_model(), make_prompt()
    edited = copy.deepcopy(model)
    for layer, heads in silent.items():
        for head in heads:
            edited.model.layers[layer].self_attn.o_proj.weight.data[
                :, head * 16 : head * 16 + 16
            ] = 0
    plain = run(model, inputs)
    weights = copy.deepcopy(model.state_dict())
    with ablate(model, **asked):
        without = run(model, inputs)
    assert torch.equal(without, run(edited, inputs))
    assert not torch.allclose(without, plain, atol=1e-3)
    assert torch.equal(run(model, inputs), plain)
    assert all(torch.equal(value, weights[name]) for name, value in model.state_dict().items())


def test_ablations_nest_with_each_other_and_with_a_capture() -> None:
    model, inputs = make_model(), make_prompt()
    with ablate(model, heads=[(0, 1), (1, 2)]):
        both = run(model, inputs)
    with ablate(model, heads=[(0, 1)]):
        with ablate(model, heads=[(1, 2)]), capture(model, rows=[-1]) as seen:
            nested = run(model, inputs)
        one = run(model, inputs)
    with ablate(model, heads=[(0, 1)]):
        assert torch.equal(run(model, inputs), one)
    assert torch.equal(both, nested) and not torch.equal(both, one)
    plain = record(model, **inputs, rows=[-1])
    assert torch.equal(seen.rows.row(0), plain.rows.row(0))
    assert not torch.equal(seen.rows.row(1), plain.rows.row(1))


def test_ablation_holds_for_its_own_thread_only() -> None:
    model, inputs = make_model(), make_prompt()
    plain = run(model, inputs)
    found: list[torch.Tensor] = []
    with ablate(model, layers=[0]):
        other = threading.Thread(target=lambda: found.append(run(model, inputs)))
        other.start()
        other.join()
    assert torch.equal(found[0], plain)


def test_a_head_prints_what_it_is() -> None:
    assert repr(Head(3, 5, 1, 0.5)) == "Head(layer=3, head=5, kv_head=1, score=0.5)"
