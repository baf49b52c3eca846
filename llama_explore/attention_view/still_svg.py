"""The explorer's view as an SVG of a few dozen kilobytes: for print, and for a page at rest.

Text stays text, weights stay shapes, and nothing is fetched, so that it can lie beside a
notebook and be read by GitHub, by a browser and by a program.
"""

from __future__ import annotations

import math
from collections import defaultdict
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

import torch

from llama_explore.attention_view.palette import colour_of
from llama_explore.attention_view.scene import check_place, summarise_heads
from llama_explore.attention_view.still import drawable, hide_first_token

if TYPE_CHECKING:
    from llama_explore.attention_view.scene import Scene

LEVELS = 15
"""Steps of opacity: a weight w is drawn with the nearest of 15 to its square root."""
WIDTH, LEFT, TOP = 960, 76, 44
PANEL, GAP, LABELS, LABEL = 230, 64, 84, 8
STYLE = (
    'text{font:11px system-ui,"Segoe UI","Noto Sans","DejaVu Sans",sans-serif;fill:#222}'
    ".t{font-size:9px;text-anchor:end}.m{text-anchor:middle}.e{text-anchor:end}"
    ".c{shape-rendering:crispEdges}.f{fill:none;stroke:#222}"
)


def write_svg(
    scene: Scene, *, layer: int, head: int, token: int = -1, hide_first: bool = False
) -> str:
    """Return the explorer's view: all heads, one head, and one token as every head sees it.

    Example: the pocket model on 98 tokens takes some 40 kB.

    Args:
        scene: What `read_scene` returns.
        layer: The layer shown.
        head: The query head shown.
        token: Position of the token that looks.
        hide_first: Whether to leave the first token out and renormalise.
    """
    check_place(scene, layer, head, token)
    token %= scene.n_tokens
    weights = hide_first_token(scene.of(layer)) if hide_first else scene.of(layer)
    kv_head = head // scene.rows.queries_per_kv_head
    row = 9 if scene.rows.n_query_heads > 16 else 14
    strips = row * scene.rows.n_query_heads
    height = TOP + PANEL + GAP + strips + LABELS
    chosen = f"layer {layer}, query head {head} (KV head {kv_head})"
    words = f"{chosen}, on {scene.n_tokens} tokens" + ", the first hidden" * hide_first
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img" aria-labelledby="title">',
            f'<title id="title">Attention: {words}</title>',
            f'<style>{STYLE}</style><rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            *_draw_bars(scene, layer, head),
            *_draw_head(weights[head], colour_of(kv_head), chosen, token),
            *_draw_strips(scene, weights[:, token], layer, token, row),
            "</svg>\n",
        ]
    )


def _draw_bars(scene: Scene, layer: int, head: int) -> list[str]:
    """Each head as a bar in the colour of its KV head; the chosen one has a frame."""
    rows = scene.rows
    name, shares = next(iter(summarise_heads(scene).items()))
    n_layers, n_heads = shares.shape
    per_kv, wide, high = rows.queries_per_kv_head, 560 / n_heads, PANEL / n_layers
    parts = [f'<text class="m" x="{LEFT + 280}" y="14">bars: {name}, mean over the tokens</text>']
    for kv_head in range(rows.n_kv_heads):
        x = LEFT + wide * (kv_head + 0.5) * per_kv
        word = f"KV head {kv_head}" if rows.n_kv_heads < 5 else str(kv_head)
        pale, full = "", ""
        for i in range(n_layers):
            for each in range(kv_head * per_kv, (kv_head + 1) * per_kv):
                corner = f"M{LEFT + each * wide:.1f} {TOP + (i + 0.95) * high:.1f}"
                bar = 0.9 * high * float(shares[i, each])
                pale += f"{corner}h{0.9 * wide:.1f}v-{0.9 * high:.1f}h-{0.9 * wide:.1f}z"
                full += f"{corner}h{0.9 * wide:.1f}v-{bar:.1f}h-{0.9 * wide:.1f}z"
        parts.append(
            f'<g fill="{colour_of(kv_head)}"><path opacity=".13" d="{pale}"/><path d="{full}"/>'
            f'<text class="m" x="{x:.1f}" y="{TOP - 8}" style="fill:inherit">{word}</text></g>'
        )
    for i in range(0, n_layers, max(1, n_layers // 12)):
        y = TOP + (i + 0.5) * high + 4
        parts.append(f'<text class="e" x="{LEFT - 8}" y="{y:.1f}">L{rows.layers[i]}</text>')
    for each in range(0, n_heads, max(1, n_heads // 16)):
        x = LEFT + (each + 0.45) * wide
        parts.append(f'<text class="m" x="{x:.1f}" y="{TOP + PANEL + 14}">{each}</text>')
    x, y = LEFT + head * wide, TOP + (rows.layers.index(layer) + 0.05) * high
    frame = f'x="{x:.1f}" y="{y:.1f}" width="{0.9 * wide:.1f}" height="{0.9 * high:.1f}"'
    return [*parts, f'<rect class="f" stroke-width="2" {frame}/>']


def _draw_head(weights: torch.Tensor, colour: str, chosen: str, token: int) -> list[str]:
    """One head's matrix: each row a token that looks; a line under the one below."""
    left, scale = WIDTH - PANEL - 12, PANEL / len(weights)
    y = TOP + (token + 0.5) * scale
    return [
        f'<text class="m" x="{left + PANEL // 2}" y="{TOP - 8}">{chosen}</text>',
        f'<g transform="translate({left} {TOP}) scale({scale:.4f})">',
        f"{_draw_cells(weights, colour)}</g>",
        f'<rect class="f" x="{left}" y="{TOP}" width="{PANEL}" height="{PANEL}"/>',
        f'<path class="f" stroke-width=".6" d="M{left} {y:.1f}h{PANEL}"/>',
        f'<text class="m" x="{left + PANEL // 2}" y="{TOP + PANEL + 14}">token looked at; '
        "down: the token that looks</text>",
    ]


def _draw_strips(
    scene: Scene, weights: torch.Tensor, layer: int, token: int, row: int
) -> list[str]:
    """One token as every query head sees it, the KV heads told apart."""
    rows, n_tokens = scene.rows, scene.n_tokens
    top, width = TOP + PANEL + GAP, WIDTH - LEFT - 12
    per_kv = rows.queries_per_kv_head
    wide, high = width / n_tokens, row * per_kv
    labels = [escape(drawable(each)) for each in scene.tokens]
    parts = [
        f'<text class="m" x="{LEFT + width // 2}" y="{top - 10}">layer {layer}: where each query '
        f"head looks from “{labels[token]}” (position {token})</text>"
    ]
    for kv_head in range(rows.n_kv_heads):
        y, colour = top + kv_head * high, colour_of(kv_head)
        mine = weights[kv_head * per_kv :][:per_kv]
        parts.append(
            f'<text class="e" x="{LEFT - 6}" y="{y + high / 2 + 4:.1f}" style="fill:{colour}">'
            f'KV head {kv_head}</text><g transform="translate({LEFT} {y}) scale({wide:.4f} {row})">'
            f"{_draw_cells(mine, colour)}</g>"
            f'<rect class="f" x="{LEFT}" y="{y}" width="{width}" height="{high}"/>'
        )
    every = math.ceil(LABEL / wide)
    for place, label in enumerate(labels):
        if place % every and place != token:
            continue
        x, y = LEFT + (place + 0.5) * wide + 3, top + row * rows.n_query_heads + 6
        strong = ' style="font-weight:bold"' if place == token else ""
        turned = f'transform="translate({x:.1f} {y}) rotate(-90)"'
        parts.append(f'<text class="t" {turned}{strong}>{label}</text>')
    return parts


def _draw_cells(weights: torch.Tensor, colour: str) -> str:
    """Return weights as unit squares, (rows, columns), one path for each step of opacity."""
    steps = (LEVELS * weights.clamp(0, 1).sqrt()).round().int().tolist()
    paths: dict[int, str] = defaultdict(str)
    for y, row in enumerate(steps):
        x = 0
        for level, run in groupby(row):
            n = len(list(run))
            if level:
                paths[level] += f"M{x} {y}h{n}v1h-{n}z"
            x += n
    shapes = "".join(
        f'<path opacity="{level / LEVELS:.2f}" d="{paths[level]}"/>' for level in sorted(paths)
    )
    return f'<g class="c" fill="{colour}">{shapes}</g>'
