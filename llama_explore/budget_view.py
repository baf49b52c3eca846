"""The budget to play with: sliders for machine, dtype, context and batch; and a still picture."""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets  # type: ignore[import-untyped, unused-ignore]

from llama_explore.budget import BITS, OUTSIDE, Budget, estimate_budget, show_bytes
from llama_explore.machines import MACHINES, THIS_MACHINE, Fit, find_fit
from llama_explore.proportions import config_70b
from llama_explore.relatives import RELATIVES

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from transformers import LlamaConfig

COLOURS = {"weights": "#0072b2", "KV cache": "#e69f00", "working memory": "#888888"}
"""Told apart by colour-blind eyes too."""

CONTEXTS = tuple(2**n for n in range(10, 18))
BATCHES = (1, 2, 4, 8, 16, 32, 64)


class BudgetView(ipywidgets.VBox):  # type: ignore[misc]
    """A budget with controls; it is recalculated whenever one is moved.

    Outside a running notebook the same object shows as a picture.

    Args:
        config: The open model's configuration; Llama 3.3 70B and its relatives can be
            chosen too, and the 70B comes first.
    """

    def __init__(self, config: LlamaConfig) -> None:
        self.models = {"Llama 3.3 70B": config_70b(), **RELATIVES, "the open model": config}
        self.model = _choose("model", list(self.models), "Llama 3.3 70B")
        self.machine = _choose("machine", [*MACHINES, THIS_MACHINE], "two 80 GB cards")
        self.dtype = _choose("dtype", list(BITS), "bfloat16")
        self.n_tokens = _slide("tokens", CONTEXTS, 8192)
        self.n_sequences = _slide("at once", BATCHES, 1)
        self.answer = ipywidgets.HTML()
        controls = (self.model, self.machine, self.dtype, self.n_tokens, self.n_sequences)
        super().__init__([*controls, self.answer])
        for control in controls:
            control.observe(self._show, "value")
        self._show()

    def find(self) -> tuple[Budget, Fit]:
        """Return the budget and the verdict for what the controls say now."""
        config = self.models[self.model.value]
        # A smaller context than the slider's is all that some models have.
        n_tokens = min(self.n_tokens.value, config.max_position_embeddings)
        options = {"n_sequences": self.n_sequences.value, "dtype": self.dtype.value}
        budget = estimate_budget(config, n_tokens=n_tokens, **options)
        return budget, find_fit(config, self.machine.value, n_tokens=n_tokens, **options)

    def __repr__(self) -> str:
        budget, fit = self.find()
        return f"{self.model.value}\n{budget}\n{fit}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**options)
        picture = io.BytesIO()
        draw_budgets(self.models[self.model.value], n_tokens=self.n_tokens.value).savefig(
            picture, format="png", dpi=80
        )
        return bundle | {"text/plain": repr(self), "image/png": picture.getvalue()}

    def _show(self, _: object = None) -> None:
        budget, fit = self.find()
        self.answer.value = show_bar(budget) + show_extra(budget) + fit._repr_html_()


def show_bar(budget: Budget) -> str:
    """Return a budget as a bar of HTML, its parts in proportion."""
    parts = _split(budget)
    bar = "".join(
        f"<div style='width:{100 * size / budget.peak_bytes:.2f}%; height:20px; "
        f"background:{COLOURS[name]}'></div>"
        for name, size in parts.items()
    )
    words = " &nbsp; ".join(
        f"<span style='color:{COLOURS[name]}'>&#9632;</span> {escape(name)} {show_bytes(size)}"
        for name, size in parts.items()
    )
    return f"<div style='display:flex; width:480px'>{bar}</div><p>{words}</p>"


def show_extra(budget: Budget) -> str:
    """Return what a budget has outside its peak as a line of HTML."""
    words = ", ".join(f"{name} {size}" for name, size in budget.extra_rows())
    return f"<p>{escape(OUTSIDE.lstrip('* ').capitalize())}: {escape(words)}</p>"


def draw_budgets(config: LlamaConfig, *, n_tokens: int = 8192) -> Figure:
    """Draw one model in each dtype beside what machines of the list can hold.

    Args:
        config: A Llama's configuration.
        n_tokens: Prompt and answer; at most the model's context is taken.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.2), layout="tight")
    panel = figure.add_subplot()
    n_tokens = min(n_tokens, config.max_position_embeddings)
    kinds = [kind for kind in BITS if kind != "float16"]  # as large as bfloat16
    for row, kind in enumerate(kinds):
        budget = estimate_budget(config, n_tokens=n_tokens, dtype=kind)
        start = 0.0
        for name, size in _split(budget).items():
            label = name if not row else None
            panel.barh(row, size / 2**30, left=start, color=COLOURS[name], label=label)
            start += size / 2**30
        panel.text(start * 1.01, row, f" {show_bytes(budget.peak_bytes)}", va="center", fontsize=9)
    widest = panel.get_xlim()[1] * 1.12
    panel.set_xlim(0, widest)
    panel.set_ylim(len(kinds) - 0.5, -1.1)
    shown: list[float] = []
    for name, machine in MACHINES.items():
        room = machine.device_bytes * machine.n_devices / 2**30
        # Marks that would run into each other, or out of the picture, are left out.
        if room < widest and all(abs(room - other) > widest / 14 for other in shown):
            shown.append(room)
            panel.axvline(room, color="black", linewidth=0.8, linestyle=":")
            words = name.replace(" card", "\ncard").replace(", ", "\n")
            panel.text(room, -1.05, f" {words}", va="top", fontsize=7.5)
    panel.set_yticks(range(len(kinds)), kinds)
    panel.set_xlabel(f"GiB, with {n_tokens:,} tokens")
    panel.legend(frameon=False, fontsize=8.5, loc="lower right")
    panel.spines[["top", "right"]].set_visible(False)
    return figure


def _split(budget: Budget) -> dict[str, int]:
    sizes = budget.weights_bytes, budget.kv_cache_bytes, budget.working_bytes
    return dict(zip(COLOURS, sizes, strict=True))


def _choose(name: str, options: list[str], value: str) -> Any:
    return ipywidgets.Dropdown(description=name, options=options, value=value)


def _slide(name: str, sizes: tuple[int, ...], value: int) -> Any:
    options = [(f"{size:,}", size) for size in sizes]
    return ipywidgets.SelectionSlider(description=name, options=options, value=value)
