"""The most probable next tokens, compared with the model's own generate."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib
import pytest
import torch

from llama_explore import open_session
from llama_explore.next_token import Candidate, draw_candidates, rank_next_tokens
from llama_explore.session import Session

MESSAGES = [
    {"role": "system", "content": "You are a pirate."},
    {"role": "user", "content": "Who are you?"},
]


@pytest.fixture(scope="module")
def session() -> Session:
    return open_session("pocket")


@pytest.fixture
def plt(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    matplotlib.use("agg")
    from matplotlib import pyplot

    monkeypatch.setattr(pyplot, "show", lambda: None)
    yield pyplot
    pyplot.close("all")


def test_the_best_token_is_the_one_that_greedy_decoding_takes(session: Session) -> None:
    ids = session.tokenizer.apply_chat_template(
        MESSAGES, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    with torch.inference_mode():
        written = session.model.generate(**ids, max_new_tokens=1, do_sample=False)[0, -1]
    assert rank_next_tokens(session, MESSAGES)[0].text == session.tokenizer.decode([written])


def test_the_probabilities_fall_and_do_not_exceed_one(session: Session) -> None:
    values = [each.probability for each in rank_next_tokens(session, MESSAGES, n_tokens=20)]
    assert len(values) == 20
    assert values == sorted(values, reverse=True)
    assert 0 < sum(values) <= 1 + 1e-5


def test_all_tokens_together_have_probability_one(session: Session) -> None:
    whole = rank_next_tokens(session, MESSAGES, n_tokens=session.config.vocab_size)
    assert sum(each.probability for each in whole) == pytest.approx(1, abs=1e-3)


def test_each_conversation_has_a_panel_with_its_tokens_from_the_top(plt: object) -> None:
    few = [Candidate("Arr", 0.9), Candidate(" ye", 0.0001)]
    draw_candidates({"pirate": few, "plain": few[::-1]})
    panels = plt.gcf().axes  # type: ignore[attr-defined]
    assert [panel.get_title(loc="left") for panel in panels] == ["pirate", "plain"]
    assert [label.get_text() for label in panels[0].get_yticklabels()] == ["'Arr'", "' ye'"]
    assert [text.get_text() for text in panels[0].texts] == ["90.0%", "under 0.1%"]
    assert panels[0].yaxis_inverted()
