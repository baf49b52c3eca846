"""Each part of attention switched off in turn, and what the model can no longer do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from llama_explore import attention
from llama_explore.attention_view.needle_cases import Found, NeedleCase, find_needles
from llama_explore.attention_view.palette import colour_of
from llama_explore.attention_view.still import Picture
from llama_explore.attention_view.threads import one_thread

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOUR_MAP = "cividis"
"""Its order of light is the same for colour-blind eyes."""


@dataclass(frozen=True, eq=False, repr=False)
class AblationMap:
    """What each part was needed for.

    Attributes:
        whole: The model with nothing switched off.
        heads: Without each query head, ``heads[layer][head]``.
        kv_heads: Without each KV head and all query heads that read it.
        layers: Without all attention of a layer.
    """

    whole: Found
    heads: tuple[tuple[Found, ...], ...]
    kv_heads: tuple[tuple[Found, ...], ...]
    layers: tuple[Found, ...]

    def worst(self, n: int = 5) -> list[tuple[int, int, Found]]:
        """Return (layer, query head, what was left) of the heads that cost most, worst first.

        Ordered by needles lost, then by the loss on the answers.
        """
        listed = [
            (layer, head, found)
            for layer, row in enumerate(self.heads)
            for head, found in enumerate(row)
        ]
        listed.sort(key=lambda each: (each[2].n_found, -each[2].answer_loss))
        return listed[:n]

    def __repr__(self) -> str:
        n = self.whole.n_cases
        lines = [f"needles found of {n}; with everything on: {self.whole.n_found}"]
        lines.append("layer       " + " ".join(f"{n:>3}" for n in range(len(self.layers))))
        lines.append("layer off   " + " ".join(f"{each.n_found:>3}" for each in self.layers))
        for kv_head in range(len(self.kv_heads[0])):
            counts = " ".join(f"{row[kv_head].n_found:>3}" for row in self.kv_heads)
            lines.append(f"KV head {kv_head:<4}{counts}")
        least = " ".join(f"{min(each.n_found for each in row):>3}" for row in self.heads)
        lines.append(f"worst head  {least}   (one query head off)")
        return "\n".join(lines)

    def draw(self) -> Figure:
        """Draw needles found and the loss on the text, by layer and part."""
        figure = Picture(figsize=(9.5, 4.2), layout="constrained", dpi=80)
        n_layers, n_heads = len(self.heads), len(self.heads[0])
        n_kv_heads = len(self.kv_heads[0])
        above = "loss on the text, above the whole model's (nats)"
        for number, title in enumerate((f"needles found, of {self.whole.n_cases}", above)):
            table = torch.tensor(
                [
                    [self._value(found, number) for found in (*heads, *kv_heads, layer)]
                    for heads, kv_heads, layer in zip(
                        self.heads, self.kv_heads, self.layers, strict=True
                    )
                ]
            )
            panel = figure.add_subplot(2, 1, number + 1)
            high = self.whole.n_cases if number == 0 else 0
            _draw_table(panel, table.numpy(), n_heads, n_kv_heads, high=high, decimals=number)
            panel.set_title(title, fontsize=9, loc="left")
            panel.set_yticks(range(n_layers), [f"L{each}" for each in range(n_layers)], fontsize=8)
        panel.set_xlabel("switched off: one query head | one KV head | the layer", fontsize=9)
        return figure

    def _value(self, found: Found, number: int) -> float:
        if number == 0:
            return float(found.n_found)
        return max(0.0, found.text_loss - self.whole.text_loss)


def measure_ablations(model: Any, cases: Sequence[NeedleCase]) -> AblationMap:
    """Switch off each query head, each KV head and each layer in turn, and look for the needles.

    Example: the pocket model has 6 x (16 + 2 + 1) = 114 parts; with 6 cases each takes a
    sixth of a second.

    Args:
        model: A Llama with not too many heads: Llama 3.3 70B has 5,840 such parts.
        cases: What `hide_needles` returns.
    """
    config = model.config
    n_layers = range(config.num_hidden_layers)

    def without(**parts: Any) -> Found:
        with attention.ablate(model, **parts):
            return find_needles(model, cases)

    with one_thread():
        return AblationMap(
            whole=find_needles(model, cases),
            heads=tuple(
                tuple(without(heads=[(layer, head)]) for head in range(config.num_attention_heads))
                for layer in n_layers
            ),
            kv_heads=tuple(
                tuple(without(kv_heads=[(layer, kv)]) for kv in range(config.num_key_value_heads))
                for layer in n_layers
            ),
            layers=tuple(without(layers=[layer]) for layer in n_layers),
        )


def _draw_table(
    panel: Any, table: Any, n_heads: int, n_kv_heads: int, *, high: float = 0, decimals: int = 0
) -> None:
    """Draw a heat map with its numbers written into the cells; without `high`, up to 2 nats."""
    high = high or min(2.0, max(0.1, float(table.max())))
    panel.imshow(table, cmap=COLOUR_MAP, vmin=0, vmax=high, aspect="auto")
    for y, row in enumerate(table):
        for x, value in enumerate(row):
            words = f"{value:.0f}" if decimals == 0 or value >= 9.95 else f"{value:.1f}"
            shade = "white" if value < 0.55 * high else "black"
            panel.text(x, y, words, ha="center", va="center", fontsize=7, color=shade)
    for place in (n_heads - 0.5, n_heads + n_kv_heads - 0.5):
        panel.axvline(place, color="white", linewidth=3)
    names = [
        *(str(head) for head in range(n_heads)),
        *(f"KV {each}" for each in range(n_kv_heads)),
        "layer",
    ]
    panel.set_xticks(range(len(names)), names, fontsize=7)
    for number, label in enumerate(panel.get_xticklabels()[: n_heads + n_kv_heads]):
        kv_head = number * n_kv_heads // n_heads if number < n_heads else number - n_heads
        label.set_color(colour_of(kv_head))
        label.set_fontweight("bold")
