"""The budget's controls change its answer, and without them it is a picture."""

from __future__ import annotations

import pytest

from llama_explore.budget import estimate_budget
from llama_explore.budget_view import BudgetView, draw_budgets, show_bar
from llama_explore.pocket import shape
from llama_explore.proportions import config_70b


@pytest.fixture
def view() -> BudgetView:
    return BudgetView(shape.config())


def test_it_opens_on_the_70b(view: BudgetView) -> None:
    assert "It fits: it needs 68.8 GiB of 78.0 GiB each." in view.answer.value
    assert repr(view).startswith("Llama 3.3 70B\nBudget of 70,553,706,496 parameters")


@pytest.mark.parametrize(
    ("control", "value", "answer"),
    [
        ("machine", "one 24 GB card", "It does not fit: it needs 135.7 GiB of 23.0 GiB."),
        ("dtype", "4-bit", "in 4-bit"),
        ("n_tokens", 131_072, "1 x 131,072 tokens"),
        ("n_sequences", 4, "4 x 8,192 tokens"),
        ("model", "Llama 3.2 1B", "Longest context with 1 at once: 131,072"),
    ],
)
def test_each_control_changes_the_answer(
    view: BudgetView, control: str, value: object, answer: str
) -> None:
    assert answer not in view.answer.value
    getattr(view, control).value = value
    assert answer in view.answer.value


def test_a_context_that_the_model_lacks_is_cut_to_its_own(view: BudgetView) -> None:
    view.n_tokens.value = 131_072
    view.model.value = "the open model"
    assert "1 x 8,192 tokens" in view.answer.value


def test_it_is_also_a_picture_and_a_text_without_addresses(view: BudgetView) -> None:
    bundle = view._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert len(bundle["image/png"]) < 30_000
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "0x" not in bundle["text/plain"]


def test_the_bar_shows_the_parts_in_proportion() -> None:
    bar = show_bar(estimate_budget(config_70b(), n_tokens=131_072))
    widths = [float(part.split("%")[0]) for part in bar.split("width:")[2:]]
    assert widths == [65.57, 19.96, 14.47]


def test_the_picture_names_what_it_shows() -> None:
    figure = draw_budgets(config_70b(), n_tokens=8192)
    words = {text.get_text().strip() for text in figure.axes[0].texts}
    assert {"271.5 GiB", "135.7 GiB", "72.0 GiB", "44.1 GiB", "one 80 GB\ncard"} <= words
