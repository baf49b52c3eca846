"""The way to a gated repository as a checklist, with a button that looks again."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets  # type: ignore[import-untyped, unused-ignore]

from llama_explore.access import Diagnosis
from llama_explore.errors import LlamaExploreError

STEPS: dict[str, tuple[str, ...]] = {
    "offline mode is off": ("offline",),
    "the token, if there is one, looks like one": ("malformed-token",),
    "the Hub answers": (
        "unreachable", "timed-out", "tls-failure", "intercepted", "rate-limited", "server-error",
        "failed",
    ),
    "the token, if there is one, is valid": ("expired-token",),
    "the repository exists": ("not-found", "wrong-family-member"),
    "there is a token, where one is needed": ("no-token",),
    "the token may read gated repositories": ("token-without-permission",),
    "the licence was asked for": ("licence-not-requested",),
    "the request was granted": ("pending", "rejected"),
    "the disk has room": ("no-disk-space", "cache-not-writable"),
    "the download is whole": ("granted", "partly-downloaded"),
}  # fmt: skip
"""Each step with the statuses that stop there, in the order in which they are met."""

MARKS = {"done": "✓", "here": "→", "later": "·"}
COLOURS = {"done": "#0072b2", "here": "#d55e00", "later": "#888888"}
"""Told apart by colour-blind eyes too; the marks say it anyway."""


def list_steps(status: str) -> list[tuple[str, str]]:
    """Return each step with "done", "here" (it stops there) or "later" (not looked at yet).

    Example: for ``"pending"`` eight steps are done, the ninth is here, two come later.

    Args:
        status: A status of `access.diagnose`.
    """
    marked, state = [], "done"
    for step, stops in STEPS.items():
        state = "later" if state == "here" else state
        if status in stops:
            state = "here"
        marked.append((step, state))
    return marked


class AccessView(ipywidgets.VBox):  # type: ignore[misc]
    """A checklist that asks when it is made, and again at each press of its button.

    Outside a running notebook the same object shows as a table.

    Args:
        ask: What gives the diagnosis, for example ``lambda: diagnose(repo_id)``.
    """

    def __init__(self, ask: Callable[[], Diagnosis]) -> None:
        self.ask = ask
        self.found = ask()
        self.button = ipywidgets.Button(description="look again", icon="refresh")
        self.table = ipywidgets.HTML()
        super().__init__([self.table, self.button])
        self.button.on_click(self.refresh)
        self._show()

    def refresh(self, _: object = None) -> None:
        """Ask again; meanwhile the button rests and says so."""
        self.button.disabled, self.button.description = True, "asking ..."
        try:
            self.found = self.ask()
            self._show()
        except LlamaExploreError as error:
            self.table.value = escape(str(error))
        finally:
            self.button.disabled, self.button.description = False, "look again"

    def __repr__(self) -> str:
        rows = [f"{MARKS[state]} {step}" for step, state in list_steps(self.found.status)]
        return "\n".join([self.found.repo_id, *rows, repr(self.found)])

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**options)
        return bundle | {"text/plain": repr(self), "text/html": self.table.value}

    def _show(self) -> None:
        # Plain elements and styles only: a notebook that is not trusted yet keeps those.
        rows = "".join(
            f"<tr><td style='color:{COLOURS[state]}'><b>{MARKS[state]}</b></td>"
            f"<td style='text-align:left'>{escape(step)}</td></tr>"
            for step, state in list_steps(self.found.status)
        )
        self.table.value = (
            f"<b>{escape(self.found.repo_id)}</b><table>{rows}</table>{self.found._repr_html_()}"
        )
