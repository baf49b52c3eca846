"""Pictures of heads: scores, likeness by group, decode speed, and bertviz's two views at rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch

from llama_explore.attention_view.palette import colour_of
from llama_explore.attention_view.still import Picture, drawable, tint

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from llama_explore.attention import AttentionMap, DecodeSpeed, Head, HeadScores
    from llama_explore.attention_view.scene import Scene

STILL_FROM = 0.5
"""Weights below are left out of a still picture of lines: it would be a tangle."""


def draw_scores(scores: HeadScores, names: Sequence[str] | None = None) -> Figure:
    """Draw each score as a map of layers by query heads, the KV heads told apart below.

    Args:
        scores: What `attention.score_heads` or `attention.score_retrieval` returns.
        names: Which of its scores; all by default.
    """
    shown = list(names or scores.scores)
    figure = Picture(figsize=(3.4 * len(shown), 2.6), layout="constrained", dpi=80)
    for number, name in enumerate(shown):
        panel = figure.add_subplot(1, len(shown), number + 1)
        table = scores.scores[name]
        picture = panel.imshow(table.numpy(), cmap="viridis", vmin=0, vmax=1, aspect="auto")
        panel.set_title(name.replace("_", " "), fontsize=9)
        panel.set_yticks(range(len(scores.layers)), [f"L{n}" for n in scores.layers], fontsize=7)
        _mark_groups(panel, table.shape[1], scores.n_kv_heads)
    figure.colorbar(picture, ax=figure.axes, shrink=0.8)
    return figure


def draw_maps(found: AttentionMap, heads: Mapping[str, Head]) -> Figure:
    """Draw the down-sampled matrix of some heads: tokens that look go down, those looked at across.

    Args:
        found: What `attention.record(..., map_size=64).map` returns.
        heads: By title, which heads: what `HeadScores.top` returns.
    """
    figure = Picture(figsize=(2.6 * len(heads), 3.1), layout="constrained", dpi=80)
    per_kv = found.weights.shape[2] // found.n_kv_heads
    sides = (found.edges[0], found.edges[-1], found.edges[-1], found.edges[0])
    for number, (title, head) in enumerate(heads.items()):
        panel = figure.add_subplot(1, len(heads), number + 1)
        weights = found.of(head.layer, head.head).nan_to_num()
        colour = colour_of(head.head // per_kv)
        panel.imshow(tint(weights, colour), extent=sides, interpolation="nearest")
        where = f"layer {head.layer}, query head {head.head}"
        panel.set_title(f"{title.replace('_', ' ')}\n{where}", fontsize=9)
        panel.tick_params(labelsize=7)
        panel.set_xlabel("token looked at", fontsize=8)
        if number:
            panel.set_yticks([])
    figure.axes[0].set_ylabel("token that looks", fontsize=8)
    return figure


def draw_likeness(matrices: Mapping[str, torch.Tensor], n_kv_heads: int) -> Figure:
    """Draw how alike heads look, ordered by KV head; frames mark the groups.

    Args:
        matrices: By title, what `attention.compare_heads` returns.
        n_kv_heads: KV heads of a layer.
    """
    from matplotlib.patches import Rectangle

    figure = Picture(figsize=(3.1 * len(matrices), 3.1), layout="constrained", dpi=80)
    for number, (title, matrix) in enumerate(matrices.items()):
        panel = figure.add_subplot(1, len(matrices), number + 1)
        picture = panel.imshow(matrix.numpy(), cmap="viridis", vmin=0, vmax=1)
        n_heads = len(matrix)
        per_kv = n_heads // n_kv_heads
        for kv_head in range(n_kv_heads):
            corner = (kv_head * per_kv - 0.5, kv_head * per_kv - 0.5)
            panel.add_patch(
                Rectangle(
                    corner, per_kv, per_kv, fill=False, edgecolor=colour_of(kv_head), linewidth=3
                )
            )
        panel.set_title(title, fontsize=9)
        panel.set_yticks([])
        _mark_groups(panel, n_heads, n_kv_heads)
    figure.colorbar(picture, ax=figure.axes, shrink=0.7, label="1 = look alike")
    return figure


def draw_decode(speeds: Mapping[str, Sequence[DecodeSpeed]]) -> Figure:
    """Draw the time of a decode step, and the cache it reads, at growing context.

    Args:
        speeds: By name of the model, what `attention.measure_decode` returns.
    """
    figure = Picture(figsize=(8.5, 2.9), layout="constrained", dpi=80)
    left, right = figure.subplots(1, 2)
    for number, (name, found) in enumerate(speeds.items()):
        lengths = [each.n_context_tokens for each in found]
        style: dict[str, Any] = {"color": colour_of(number), "marker": "osD^"[number % 4]}
        left.plot(lengths, [1000 * each.seconds_per_token for each in found], label=name, **style)
        right.plot(lengths, [each.cache_bytes / 2**20 for each in found], label=name, **style)
    left.set_title("milliseconds for one more token", fontsize=9)
    right.set_title("KV cache, MiB", fontsize=9)
    for panel in (left, right):
        panel.set_xlabel("tokens in the cache", fontsize=9)
        panel.set_ylim(bottom=0)
        panel.spines[["top", "right"]].set_visible(False)
    right.legend(frameon=False, fontsize=9)
    return figure


def draw_lines(scene: Scene, layer: int, heads: Sequence[int]) -> Figure:
    """Draw bertviz's head view at rest: lines from tokens on the left to those they look at.

    Heads that share a KV head share a line, as strong as the strongest of them.
    """
    weights = scene.of(layer)
    n_tokens = scene.n_tokens
    per_kv = scene.rows.queries_per_kv_head
    figure = Picture(figsize=(5, max(2.5, 0.17 * n_tokens)), layout="constrained", dpi=80)
    panel = figure.add_subplot()
    for kv_head in sorted({head // per_kv for head in heads}):
        strongest = weights[[head for head in heads if head // per_kv == kv_head]].amax(0)
        for query, key in (strongest > STILL_FROM).nonzero().tolist():
            strength = min(1.0, float(strongest[query, key]))
            panel.plot(
                [0, 1], [-query, -key], color=colour_of(kv_head), alpha=strength, linewidth=1
            )
    for place, token in enumerate(scene.tokens):
        words = drawable(token)
        panel.text(-0.02, -place, words, ha="right", va="center", fontsize=7, parse_math=False)
        panel.text(1.02, -place, words, ha="left", va="center", fontsize=7, parse_math=False)
    panel.set_xlim(-0.6, 1.6)
    panel.set_ylim(-n_tokens + 0.5, 0.5)
    panel.axis("off")
    panel.set_title(f"layer {layer}, weights over {STILL_FROM}, by KV head", fontsize=9)
    return figure


def draw_thumbnails(scene: Scene, layers: Sequence[int], heads: Sequence[int]) -> Figure:
    """Draw bertviz's model view at rest: a small map of each head instead of its lines."""
    figure = Picture(
        figsize=(0.55 * len(heads) + 0.5, 0.58 * len(layers) + 0.3), layout="constrained", dpi=80
    )
    per_kv = scene.rows.queries_per_kv_head
    panels = figure.subplots(len(layers), len(heads), squeeze=False)
    for row, layer in zip(panels, layers, strict=True):
        for panel, head in zip(row, heads, strict=True):
            pixels = tint(scene.of(layer)[head], colour_of(head // per_kv))
            panel.imshow(pixels, interpolation="nearest")
            panel.set_xticks([])
            panel.set_yticks([])
        row[0].set_ylabel(f"L{layer}", fontsize=8)
    for panel, head in zip(panels[0], heads, strict=True):
        panel.set_title(str(head), fontsize=8)
    return figure


def _mark_groups(panel: Any, n_heads: int, n_kv_heads: int) -> None:
    """Label the query heads by the KV head they read, in its colour."""
    per_kv = n_heads // n_kv_heads
    middles = [(kv + 0.5) * per_kv - 0.5 for kv in range(n_kv_heads)]
    names = [f"KV {kv}" for kv in range(n_kv_heads)]
    panel.set_xticks(middles, names, fontsize=8)
    panel.tick_params(axis="x", length=0)
    for kv_head, label in enumerate(panel.get_xticklabels()):
        label.set_color(colour_of(kv_head))
        label.set_fontweight("bold")
        if kv_head:
            panel.axvline(kv_head * per_kv - 0.5, color="white", linewidth=1)
