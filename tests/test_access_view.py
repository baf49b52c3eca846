"""The checklist shows how far one has come, live and as a still table."""

from __future__ import annotations

import pytest

from llama_explore.access import Diagnosis
from llama_explore.access_view import STEPS, AccessView, list_steps
from llama_explore.errors import LlamaExploreError
from llama_explore.refusals import STATES


def found(status: str) -> Diagnosis:
    return Diagnosis("acme/tiny", status, "One < two.", "Do it.")


def test_every_status_stops_at_one_step_and_only_the_last_at_none() -> None:
    stops = [status for each in STEPS.values() for status in each]
    assert len(stops) == len(set(stops))
    assert set(STATES) - set(stops) == {"downloaded"}


@pytest.mark.parametrize(
    ("status", "n_done", "n_later"),
    [("offline", 0, 10), ("pending", 8, 2), ("granted", 10, 0), ("downloaded", 11, 0)],
)
def test_steps_are_done_up_to_the_one_that_stops(status: str, n_done: int, n_later: int) -> None:
    states = [state for _, state in list_steps(status)]
    assert states.count("done") == n_done
    assert states.count("later") == n_later
    assert states.count("here") == (status != "downloaded")
    assert states == sorted(states, key=["done", "here", "later"].index)


def test_the_button_asks_again_and_can_be_pressed_again() -> None:
    answers = iter([found("pending"), found("granted")])
    view = AccessView(lambda: next(answers))
    assert "→ the request was granted" in repr(view)
    view.button.click()
    assert "✓ the request was granted" in repr(view)
    assert "granted" in view.table.value
    assert view.button.disabled is False
    assert view.button.description == "look again"


def test_an_error_is_shown_and_the_button_lives_on() -> None:
    def ask() -> Diagnosis:
        if asked:
            raise LlamaExploreError("No <good>.", "Try again.")
        asked.append(True)
        return found("pending")

    asked: list[bool] = []
    view = AccessView(ask)
    view.button.click()
    assert view.table.value.startswith("No &lt;good&gt;.")
    assert view.button.disabled is False


def test_the_still_form_is_plain_html_and_text_without_addresses() -> None:
    view = AccessView(lambda: found("pending"))
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"] == repr(view)
    assert " at 0x" not in repr(view)
    html = bundle["text/html"]
    assert "One &lt; two." in html
    assert "<script" not in html
    assert "class=" not in html
    assert html.count("<tr>") == len(STEPS)
