"""The budget's controls change its answer, and without them it is a picture."""

from __future__ import annotations

import pytest

from llama_explore import machines
from llama_explore.budget import estimate_budget
from llama_explore.budget_view import BudgetView, draw_budgets, show_bar
from llama_explore.machines import GIB, Machine
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


def test_this_machine_can_be_picked_and_the_still_picture_does_not_depend_on_it(
    view: BudgetView, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = []
    for gib in (64, 512):
        here = Machine("this machine", gib * GIB, is_card=False, disk_bytes=2 * GIB)
        monkeypatch.setattr(machines, "this_machine", lambda here=here: here)
        pictures.append(BudgetView(shape.config())._repr_mimebundle_())
        view.machine.value = "two 80 GB cards"
        assert "on the disk" not in view.answer.value
        view.machine.value = "this machine"
        assert f"135.7 GiB of {gib}.0 GiB" in view.answer.value
        assert "2.0 GiB of it free" in view.answer.value
    for kind in ("image/png", "text/plain"):
        assert pictures[0][kind] == pictures[1][kind]


def test_what_is_not_part_of_the_peak_is_told_below_the_bar(view: BudgetView) -> None:
    view.n_sequences.value = 4
    line = (
        "Not part of the peak: logits, all positions 7.8 GiB, "
        "attention weights, if kept 2.5 TiB, download, bfloat16 131.4 GiB"
    )
    assert line in view.answer.value


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
