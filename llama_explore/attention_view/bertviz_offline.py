"""bertviz's head view and model view without network, coloured by KV head.

bertviz (Jesse Vig, Apache 2.0) fetches require.js, d3 and jQuery from the network. Here its
own page and script go into one sandboxed frame, with d3 from the installed package mpld3 and
a few lines that stand in for what it uses of the other two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from llama_explore.attention_view.palette import colours_of_heads
from llama_explore.attention_view.pictures import draw_lines, draw_thumbnails
from llama_explore.attention_view.scene import Scene
from llama_explore.errors import LlamaExploreError
from llama_explore.small_picture import make_png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER = Path(__file__).parent
MOST_LINES = 60_000
"""bertviz draws one SVG line for each pair of tokens and head: 640,000 took a browser 14 s."""
MODEL_VIEW_COLOURS = (  # what is changed in model_view.js, which colours by layer
    ("renderDetailFrame(x, y, layerIndex)", "renderDetailFrame(x, y, layerIndex, headIndex)", 2),
    ("function renderDetailAttn(x, y, att, layerIndex)",
     "function renderDetailAttn(x, y, att, layerIndex, headIndex)", 1),
    ("getLayerColor(layerIndex)", "KV_COLOURS[config.heads[headIndex]]", 4),
)  # fmt: skip
HEAD_VIEW_COLOURS = (
    ("headColors = d3.scaleOrdinal(d3.schemeCategory10)", "headColors = i => KV_COLOURS[i]", 1),
)


class BertvizView(anywidget.AnyWidget):
    """One of bertviz's views; outside a running notebook, a picture in its place.

    Args:
        page: The whole page of the frame.
        height: Of the frame, in pixels.
        figure: The picture.
        title: What it is, in words.
    """

    _esm = (FOLDER / "frame.js").read_text(encoding="utf-8")
    page = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)

    def __init__(self, page: str, height: int, figure: Figure, title: str) -> None:
        self.figure = figure
        super().__init__(page=page, height=height, title=title)

    def __repr__(self) -> str:
        return self.title

    def _repr_mimebundle_(self, **options: Any) -> Any:
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        picture = make_png(self.figure, dpi=80, most_colours=64)
        return data | {"text/plain": repr(self), "image/png": picture}, metadata


def show_head_view(scene: Scene, *, layer: int, heads: Sequence[int] | None = None) -> BertvizView:
    """Return bertviz's head view of one layer: lines from the token that looks to what it sees.

    Example: 16 heads on 40 tokens are 25,600 lines.

    Args:
        scene: What `read_scene` returns.
        layer: The layer; the others are not drawn, for each would be a page of its own.
        heads: Query heads switched on at first; all by default.

    Raises:
        LlamaExploreError: So many lines would bring the page to a standstill.
    """
    weights = scene.of(layer)
    chosen = _check_heads(scene, heads)
    _check_size(len(weights), 1, scene.n_tokens, "head view")
    html = _ask_bertviz("head_view", scene, [layer], heads=None if heads is None else chosen)
    title = (
        f"bertviz head view: layer {layer}, {len(chosen)} of {len(weights)} heads on, "
        f"{scene.n_tokens} tokens"
    )
    page = make_page(html, scene, HEAD_VIEW_COLOURS)
    return BertvizView(page, 90 + 23 * scene.n_tokens, draw_lines(scene, layer, chosen), title)


def show_model_view(
    scene: Scene,
    *,
    layers: Sequence[int] | None = None,
    heads: Sequence[int] | None = None,
) -> BertvizView:
    """Return bertviz's model view: a thumbnail for each head; a click enlarges it.

    Example: 6 layers x 16 heads on 24 tokens are 55,296 lines.

    Args:
        scene: What `read_scene` returns.
        layers: Layers to show; all that were read by default.
        heads: Query heads to show; all by default.

    Raises:
        LlamaExploreError: So many lines would bring the page to a standstill.
    """
    shown = list(scene.rows.layers if layers is None else layers)
    for layer in shown:
        scene.of(layer)
    chosen = _check_heads(scene, heads)
    _check_size(len(chosen), len(shown), scene.n_tokens, "model view")
    html = _ask_bertviz("model_view", scene, shown, include_heads=chosen, display_mode="light")
    title = (
        f"bertviz model view: {len(shown)} layers x {len(chosen)} heads, {scene.n_tokens} tokens"
    )
    thumbnail = scene.n_tokens * 84 / len(chosen) + 10  # as model_view.js reckons
    height = max(len(shown) * thumbnail + 40, 18 * scene.n_tokens + 60)
    page = make_page(html, scene, MODEL_VIEW_COLOURS)
    return BertvizView(page, round(height) + 30, draw_thumbnails(scene, shown, chosen), title)


def make_page(html: str, scene: Scene, changes: Sequence[tuple[str, str, int]]) -> str:
    """Return a page that needs nothing from outside, made of what bertviz returns.

    Args:
        html: bertviz's HTML, with its script.
        scene: For the colours of its heads.
        changes: What to replace in the script, by what, and how often it must be there.

    Raises:
        LlamaExploreError: bertviz's script is not the one this was written for.
    """
    html = re.sub(r"<script src=[^>]*></script>", "", html, count=1)
    html, n_configurations = re.subn(r"require\.config\(\{.*?\}\s*\);", "", html, flags=re.DOTALL)
    wrong = n_configurations != 1
    for old, new, times in changes:
        wrong |= html.count(old) != times
        html = html.replace(old, new)
    # A token of the user's may hold any word; a whole address behind a quote is the script's.
    if wrong or re.search(r"""["'=]\s*https?://\w""", html):
        raise LlamaExploreError(
            "The installed bertviz draws in another way than the one this page was made for.",
            "Install the version that requirements.lock names.",
        )
    colours = colours_of_heads(scene.rows.n_query_heads, scene.rows.n_kv_heads)
    return (
        "<!doctype html><meta charset='utf-8'><style>body{margin:4px;background:#fff}</style>"
        f"<script>{_read_d3()}</script>"
        f"<script>const KV_COLOURS = {json.dumps(colours)};\n"
        f"{(FOLDER / 'shim.js').read_text(encoding='utf-8')}</script>{html}"
    )


def _ask_bertviz(view: str, scene: Scene, layers: Sequence[int], **options: Any) -> str:
    """Return bertviz's own HTML for some layers, its parameters made safe to stand in a page."""
    import bertviz

    # Three decimals of float64: float32 would be written with 17 digits.
    weights = [scene.of(layer)[None].double().round(decimals=3) for layer in scene.rows.layers]
    html = str(
        getattr(bertviz, view)(
            weights,
            list(scene.tokens),
            prettify_tokens=False,
            include_layers=[scene.rows.layers.index(each) for each in layers],
            html_action="return",
            **options,
        ).data
    )
    start = html.index("const params = ") + len("const params = ")
    parameters, length = json.JSONDecoder().raw_decode(html[start:])
    parameters["include_layers"] = list(layers)  # their numbers in the model
    safe = json.dumps(parameters, separators=(",", ":")).replace("<", "\\u003c")
    rest = html.index("\n", start + length)  # the remark behind them holds them once more
    return f"{html[:start]}{safe};{html[rest:]}"


def _check_heads(scene: Scene, heads: Sequence[int] | None) -> list[int]:
    n_heads = scene.rows.n_query_heads
    chosen = list(range(n_heads)) if heads is None else list(heads)
    if not chosen or any(not 0 <= head < n_heads for head in chosen):
        raise LlamaExploreError(
            f"{chosen} are not query heads of this model.",
            f"Name some from 0 to {n_heads - 1}.",
        )
    return chosen


def _check_size(n_heads: int, n_layers: int, n_tokens: int, view: str) -> None:
    n_lines = n_layers * n_heads * n_tokens**2
    if n_lines > MOST_LINES:
        raise LlamaExploreError(
            f"bertviz's {view} would draw {n_layers} x {n_heads} x {n_tokens}^2 = {n_lines:,} "
            f"lines; from {MOST_LINES:,} on the page stalls.",
            "Read fewer tokens, or name fewer layers or heads; HeadExplorer shows 64 heads on "
            "128 tokens at once.",
        )


@cache
def _read_d3() -> str:
    """Return d3 5, which bertviz needs: later versions hand listeners other arguments."""
    script = files("mpld3").joinpath("js", "d3.v5.min.js").read_text(encoding="utf-8")
    return script.replace("</", "<\\/")
