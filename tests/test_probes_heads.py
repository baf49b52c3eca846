"""Heads that find the needle are scored on a grid's own questions, at each length."""

from __future__ import annotations

import pytest
import torch

from llama_explore import LlamaExploreError, attention, open_session, probes
from llama_explore.probes.heads import _spell_out, draw_by_length, score_by_length
from llama_explore.session import Session


@pytest.fixture(scope="module")
def session() -> Session:
    return open_session("pocket:chat")


def test_the_value_is_where_the_case_says(session: Session) -> None:
    plan = probes.plan_grid(session, probes.Grid(tasks=("tokens",), lengths=(256,), depths=3))
    for item in plan.items:
        question = item.questions[0]
        prompt, answer, (start, end) = _spell_out(session, question)
        assert torch.equal(prompt[start:end], answer)
        assert session.tokenizer.decode(answer).strip() == question.wanted[0]
        assert session.tokenizer.decode(prompt).endswith("It is")


def test_the_best_heads_matter_and_the_worst_do_not(session: Session) -> None:
    found = score_by_length(session, (256, 384))
    assert list(found.scores) == [256, 384] and found.n_cases == 3
    best, worst = found.top(8), found.bottom(8)
    assert best[0].score > 0.9 and worst[0].score == 0
    assert len({head.layer for head in worst}) > 1, "of equals, not always the last layer's"
    grid = probes.Grid(lengths=(256, 384), depths=3, seed=7)

    def count() -> float:
        results = probes.run_grid(session, grid, progress=False)
        return sum(record["score"] for record in results.records)

    with attention.ablate(session.model, heads=[(h.layer, h.head) for h in best]):
        without_best = count()
    with attention.ablate(session.model, heads=[(h.layer, h.head) for h in worst]):
        without_worst = count()
    assert without_best < without_worst
    assert count() >= without_worst == 6
    picture = draw_by_length(found)
    assert picture.png.startswith(b"\x89PNG") and "384 tokens" in repr(found)


def test_lengths_beyond_the_context_are_refused(session: Session) -> None:
    with pytest.raises(LlamaExploreError, match="context"):
        score_by_length(session, (16_384,))
