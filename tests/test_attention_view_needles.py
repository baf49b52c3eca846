"""Needle cases, ablation maps and a short re-training, on the pocket model."""

from __future__ import annotations

import copy

import pytest
import torch

from llama_explore import open_session
from llama_explore.attention import ablate, pool_kv_heads
from llama_explore.attention_view import (
    AblationMap,
    Found,
    NeedleCase,
    find_needles,
    hide_needles,
    measure_ablations,
    retrain,
)
from llama_explore.attention_view.retraining import _Muon
from llama_explore.errors import LlamaExploreError
from llama_explore.pocket.answers import generate
from llama_explore.session import Session


@pytest.fixture(scope="module")
def session() -> Session:
    return open_session("pocket")


@pytest.fixture(scope="module")
def cases(session: Session) -> list[NeedleCase]:
    return hide_needles(session.tokenizer, n_cases=6, n_tokens=100)


def test_the_needle_is_where_the_case_says(session: Session, cases: list[NeedleCase]) -> None:
    for case in cases:
        assert len(case.prompt) + len(case.answer) <= 100
        start, end = case.needle
        assert case.text[0] <= start < end <= case.text[1]
        needle = list(case.prompt[start:end])
        n = len(case.answer)
        places = [i for i in range(len(needle)) if tuple(needle[i : i + n]) == case.answer]
        assert places, session.tokenizer.decode(needle)
        assert session.tokenizer.decode(case.prompt).endswith("It is")
    assert cases[0].needle[0] == cases[0].text[0]  # the first stands at the beginning
    assert cases[-1].needle[1] == cases[-1].text[1]


def test_cases_are_the_same_again_and_others_with_another_seed(
    session: Session, cases: list[NeedleCase]
) -> None:
    again = hide_needles(session.tokenizer, n_cases=6, n_tokens=100)
    assert again == cases
    assert hide_needles(session.tokenizer, n_cases=6, n_tokens=100, seed=1) != cases
    with pytest.raises(LlamaExploreError, match="leave nothing"):
        hide_needles(session.tokenizer, n_tokens=40)


def test_found_agrees_with_what_the_model_writes(session: Session, cases: list[NeedleCase]) -> None:
    with ablate(session.model, heads=[(0, 6), (2, 8)]):
        written = 0
        for case in cases:
            answer = generate(session.model, list(case.prompt), len(case.answer))
            written += tuple(answer.ids) == case.answer
        found = find_needles(session.model, cases)
    assert found.n_found == written and found.n_cases == 6


def test_losses_are_those_of_the_whole_logits(session: Session, cases: list[NeedleCase]) -> None:
    model = copy.deepcopy(session.model).float()
    found = find_needles(model, cases[:2])
    answer_losses, text_losses = [], []
    for case in cases[:2]:
        ids = torch.tensor([[*case.prompt, *case.answer]])
        with torch.inference_mode():
            logp = model(ids).logits[0].log_softmax(-1)
        loss = -logp[:-1].gather(1, ids[0, 1:, None])[:, 0]
        answer_losses.append(loss[len(case.prompt) - 1 :])
        text_losses.append(loss[case.text[0] : case.text[1] - 1 : 16])
    assert found.answer_loss == pytest.approx(float(torch.cat(answer_losses).mean()), abs=1e-3)
    assert found.text_loss == pytest.approx(float(torch.cat(text_losses).mean()), abs=1e-3)


def test_the_map_measures_each_part_and_leaves_the_model_as_it_was(
    session: Session, cases: list[NeedleCase]
) -> None:
    model = copy.deepcopy(session.model)
    del model.model.layers[1:]
    model.config.num_hidden_layers = 1
    before = find_needles(model, cases[:2])
    found = measure_ablations(model, cases[:2])
    assert (len(found.heads), len(found.heads[0]), len(found.kv_heads[0])) == (1, 16, 2)
    with ablate(model, kv_heads=[(0, 1)]):
        assert found.kv_heads[0][1] == find_needles(model, cases[:2])
    assert found.whole == before == find_needles(model, cases[:2])
    assert found.draw().axes[0].get_title(loc="left").startswith("needles found, of 2")


def test_the_worst_heads_come_first() -> None:
    def left(n: int, loss: float) -> Found:
        return Found(n, 10, loss, 1.0)

    found = AblationMap(
        whole=left(10, 0.1),
        heads=((left(10, 0.1), left(4, 1.0)), (left(4, 2.0), left(9, 0.5))),
        kv_heads=((left(3, 3.0),), (left(2, 3.0),)),
        layers=(left(3, 3.0), left(2, 3.0)),
    )
    assert [(layer, head) for layer, head, _ in found.worst(3)] == [(1, 0), (0, 1), (1, 1)]
    assert "worst head    4   4" in repr(found)


def test_a_step_of_the_re_training_is_muon_s() -> None:
    generator = torch.Generator().manual_seed(0)
    for shape in ((24, 40), (40, 24)):
        start = torch.randn(shape, generator=generator)
        ours, theirs = (torch.nn.Parameter(start.clone()) for _ in range(2))
        muon = _Muon([ours])
        options = {"weight_decay": 0.0, "adjust_lr_fn": "match_rms_adamw"}
        reference = torch.optim.Muon([theirs], lr=0.02, **options)
        for _ in range(3):
            ours.grad = torch.randn(shape, generator=generator)
            theirs.grad = ours.grad.clone()
            muon.step(0.02)
            reference.step()
        moved = (theirs - start).detach()
        # The reference rounds to bfloat16, which is right to 1 part in 256.
        assert (ours - theirs).norm() < 0.02 * moved.norm()
        assert ours.grad is None and moved.norm() > 0.1


@pytest.mark.slow
def test_a_short_re_training_brings_a_pooled_model_nearer(
    session: Session, cases: list[NeedleCase]
) -> None:
    pooled = pool_kv_heads(session.model, 1)
    weights = {name: each.clone() for name, each in pooled.named_parameters()}
    missed: list[float] = []
    taught = retrain(
        pooled, session.model, session.tokenizer, n_steps=8, report=lambda _, m: missed.append(m)
    )
    assert missed[-1] < missed[0]
    assert find_needles(taught, cases).text_loss < find_needles(pooled, cases).text_loss
    assert all(torch.equal(each, weights[name]) for name, each in pooled.named_parameters())
    assert taught.config.num_key_value_heads == 1 and taught.dtype == pooled.dtype
    assert all(not layer.self_attn._forward_hooks for layer in session.model.model.layers)
