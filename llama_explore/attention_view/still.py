"""The explorer's view as a still picture: for GitHub, for print, for a page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from matplotlib.figure import Figure

from llama_explore.attention_view.palette import colour_of, colours_of_heads
from llama_explore.attention_view.scene import check_place, summarise_heads
from llama_explore.errors import LlamaExploreError
from llama_explore.small_picture import make_png

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from llama_explore.attention_view.scene import Scene

KINDS = (".svg", ".png", ".pdf")
LABELLED_TOKENS = 110
"""More labels than this would run into each other."""


def hide_first_token(weights: torch.Tensor) -> torch.Tensor:
    """Return attention without its first token, each row made to sum to 1 again.

    Example: a row of 0.8, 0.15, 0.05 becomes 0, 0.75, 0.25; a row with nothing but the first
    token becomes 0.

    Args:
        weights: (..., n_keys).
    """
    kept = weights.clone()
    kept[..., 0] = 0
    sums = kept.sum(-1, keepdim=True)
    return torch.where(sums > 0, kept / sums, 0.0)


def draw_scene(
    scene: Scene, *, layer: int, head: int, token: int = -1, hide_first: bool = False
) -> Figure:
    """Draw the explorer: all heads, one head, and one token as every head sees it.

    Args:
        scene: What `read_scene` returns.
        layer: The layer shown.
        head: The query head shown.
        token: Position of the token that looks.
        hide_first: Whether to leave the first token out and renormalise.
    """
    check_place(scene, layer, head, token)
    token %= scene.n_tokens
    weights = scene.of(layer)
    weights = hide_first_token(weights) if hide_first else weights
    rows = scene.rows
    figure = Picture(figsize=(10, 6.4), layout="constrained")
    grid = figure.add_gridspec(2, 2, height_ratios=(1, 1.15), width_ratios=(1.9, 1))
    name, shares = next(iter(summarise_heads(scene).items()))
    _draw_overview(figure.add_subplot(grid[0, 0]), scene, shares, name, (layer, head))

    panel = figure.add_subplot(grid[0, 1])
    colours = colours_of_heads(rows.n_query_heads, rows.n_kv_heads)
    panel.imshow(tint(weights[head], colours[head]), interpolation="nearest")
    panel.axhline(token, color="black", linewidth=0.6)
    kv_head = head * rows.n_kv_heads // rows.n_query_heads
    panel.set_title(f"layer {layer}, query head {head} (KV head {kv_head})", fontsize=9)
    panel.set_xlabel("token looked at", fontsize=8)
    panel.set_ylabel("token that looks", fontsize=8)
    panel.tick_params(labelsize=7)

    panel = figure.add_subplot(grid[1, :])
    row = weights[:, token]
    strips = np.concatenate([tint(row[i : i + 1], colours[i]) for i in range(len(colours))])
    panel.imshow(strips, interpolation="nearest", aspect="auto")
    per_kv = rows.queries_per_kv_head
    for group in range(rows.n_kv_heads):
        panel.axhline(group * per_kv - 0.5, color="black", linewidth=0.5)
        panel.text(
            -0.9, (group + 0.5) * per_kv - 0.5, f"KV head {group}", color=colour_of(group),
            ha="right", va="center", fontsize=8, fontweight="bold",
        )  # fmt: skip
    panel.set_yticks([])
    labels = [drawable(each) for each in scene.tokens]
    if len(labels) <= LABELLED_TOKENS:
        size = min(7, 600 / len(labels))
        panel.set_xticks(range(len(labels)), labels, rotation=90, fontsize=size, parse_math=False)
        panel.get_xticklabels()[token].set_fontweight("bold")
    without = ", the first token hidden" if hide_first else ""
    panel.set_title(
        f"layer {layer}: where each query head looks from “{labels[token]}” (position {token}"
        f"{without})",
        fontsize=9,
        parse_math=False,
    )
    return figure


class Picture(Figure):
    """A figure that shows itself in a notebook, also where pyplot was never imported."""

    def _repr_png_(self) -> bytes:
        return make_png(self, dpi=80)


def save_still(figure: Figure, path: str | Path) -> Path:
    """Write a figure to a file, the same bytes each time; return its path.

    Raises:
        LlamaExploreError: The file's name has no ending that says what to write.
    """
    import matplotlib

    file = Path(path)
    if file.suffix.lower() not in KINDS:
        raise LlamaExploreError(
            f"{file.name!r} does not say what kind of picture it should be.",
            f"End it in one of {', '.join(KINDS)}.",
        )
    dateless: dict[str, Any] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    with matplotlib.rc_context({"svg.hashsalt": "llama-explore"}):
        figure.savefig(file, dpi=120, metadata=dateless.get(file.suffix.lower()))
    return file


def _draw_overview(
    panel: Any, scene: Scene, shares: torch.Tensor, name: str, chosen: tuple[int, int]
) -> None:
    """Draw each head as a bar in the colour of its KV head."""
    rows = scene.rows
    n_layers, n_heads = shares.shape
    colours = colours_of_heads(n_heads, rows.n_kv_heads)
    places = np.arange(n_heads)
    for i in range(n_layers):
        panel.bar(places, np.full(n_heads, 0.9), bottom=-i, width=0.9, color=colours, alpha=0.13)
        panel.bar(places, 0.9 * shares[i].numpy(), bottom=-i, width=0.9, color=colours)
    layer, head = rows.layers.index(chosen[0]), chosen[1]
    panel.bar([head], [0.9], bottom=-layer, width=0.9, fill=False, edgecolor="black", linewidth=1.5)
    for group in range(rows.n_kv_heads):
        middle = (group + 0.5) * rows.queries_per_kv_head - 0.5
        panel.text(
            middle, 1.05, f"KV head {group}" if rows.n_kv_heads < 5 else str(group),
            color=colour_of(group), ha="center", fontsize=8, fontweight="bold",
        )  # fmt: skip
    step = max(1, n_layers // 12)
    panel.set_yticks(
        [0.45 - i for i in range(0, n_layers, step)], [f"L{each}" for each in rows.layers[::step]]
    )
    panel.set_xticks(places[:: max(1, n_heads // 16)])
    panel.set_xlim(-0.7, n_heads - 0.3)
    panel.set_ylim(-n_layers + 0.95, 1.5)
    panel.tick_params(labelsize=7)
    panel.set_xlabel("query head", fontsize=8)
    panel.set_title(f"bars: {name}, mean over the tokens", fontsize=9)
    panel.spines[["top", "right", "left"]].set_visible(False)


def tint(weights: torch.Tensor, colour: str) -> NDArray[np.float64]:
    """Return weights as pixels: white for 0, the colour for 1, by their square root."""
    from matplotlib.colors import to_rgb

    ink = np.sqrt(weights.numpy().clip(0, 1))[..., None]
    pixels: NDArray[np.float64] = 1 - ink * (1 - np.array(to_rgb(colour)))
    return pixels


@cache
def _known_signs() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())


def drawable(token: str) -> str:
    """Return a token with "□" for what the font lacks, and cut where it is long."""
    shown = "".join(sign if ord(sign) in _known_signs() else "□" for sign in token)
    return shown if len(shown) <= 12 else f"{shown[:11]}…"
