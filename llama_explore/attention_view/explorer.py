"""The explorer: all heads at a glance, one head on the tokens, one token seen by every group."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import torch
import traitlets

from llama_explore.attention_view.packing import Packed, pack_layer
from llama_explore.attention_view.palette import colours_of_heads
from llama_explore.attention_view.scene import Scene, check_place, summarise_heads
from llama_explore.attention_view.still import draw_scene, save_still
from llama_explore.attention_view.still_svg import write_svg
from llama_explore.small_picture import make_png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER = Path(__file__).parent


class HeadExplorer(anywidget.AnyWidget):
    """Layers by heads, coloured by KV head; the tokens of one head; one token in every group.

    Outside a running notebook the same object shows as a picture; `save` writes it to a file.

    Args:
        scene: What `read_scene` returns.
        layer: Layer to begin with; the first by default.
        head: Query head to begin with.
        token: Position of the token that looks; the last by default.
        hide_first: Whether the first token is left out and the rest made to sum to 1.

    Raises:
        LlamaExploreError: There is no such layer, head or token.
    """

    _esm = (FOLDER / "explorer.js").read_text(encoding="utf-8")
    _css = (FOLDER / "explorer.css").read_text(encoding="utf-8")
    tokens: traitlets.List[str] = traitlets.List().tag(sync=True)
    layers: traitlets.List[int] = traitlets.List().tag(sync=True)
    n_query_heads = traitlets.Int().tag(sync=True)
    n_kv_heads = traitlets.Int().tag(sync=True)
    colours: traitlets.List[str] = traitlets.List().tag(sync=True)
    overview_names: traitlets.List[str] = traitlets.List().tag(sync=True)
    overview = traitlets.Bytes().tag(sync=True)
    packed: traitlets.Dict[str, int] = traitlets.Dict().tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)
    layer = traitlets.Int().tag(sync=True)
    head = traitlets.Int().tag(sync=True)
    token = traitlets.Int().tag(sync=True)
    hide_first = traitlets.Bool().tag(sync=True)

    def __init__(
        self,
        scene: Scene,
        *,
        layer: int | None = None,
        head: int = 0,
        token: int = -1,
        hide_first: bool = False,
    ) -> None:
        self.scene = scene
        rows = scene.rows
        check_place(scene, layer, head, token)
        summary = summarise_heads(scene)
        first: Packed = pack_layer(scene.of(rows.layers[0] if layer is None else layer))
        super().__init__(
            tokens=list(scene.tokens),
            layers=list(rows.layers),
            n_query_heads=rows.n_query_heads,
            n_kv_heads=rows.n_kv_heads,
            colours=colours_of_heads(rows.n_query_heads, rows.n_kv_heads),
            overview_names=list(summary),
            overview=(torch.stack(list(summary.values())).clamp(0, 1) * 255)
            .round()
            .to(torch.uint8)
            .numpy()
            .tobytes(),
            layer=rows.layers[0] if layer is None else layer,
            head=head,
            token=token % scene.n_tokens,
            hide_first=hide_first,
            packed={"layer": rows.layers[0] if layer is None else layer, "bits": first.bits},
            data=first.data,
        )
        self.observe(self._send_layer, "layer")

    def _send_layer(self, _: object = None) -> None:
        if self.layer in self.scene.rows.layers:
            packed = pack_layer(self.scene.of(self.layer))
            with self.hold_sync():  # one message: bits and data belong together
                self.packed = {"layer": self.layer, "bits": packed.bits}
                self.data = packed.data

    def draw(self) -> Figure:
        """Return a still picture of what is chosen now."""
        return draw_scene(
            self.scene,
            layer=self.layer,
            head=self.head,
            token=self.token,
            hide_first=self.hide_first,
        )

    def save(self, path: str | Path) -> Path:
        """Write the still picture to a file, for print or for a page: .svg, .png or .pdf."""
        file = Path(path)
        if file.suffix.lower() != ".svg":
            return save_still(self.draw(), file)
        shown = {name: getattr(self, name) for name in ("layer", "head", "token", "hide_first")}
        file.write_text(write_svg(self.scene, **shown), encoding="utf-8")
        return file

    def __repr__(self) -> str:
        return (
            f"HeadExplorer: {len(self.tokens)} tokens, {len(self.layers)} layers x "
            f"{self.n_query_heads} query heads over {self.n_kv_heads} KV heads"
        )

    def _repr_mimebundle_(self, **options: Any) -> Any:
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        picture = make_png(self.draw(), dpi=80)
        return data | {"text/plain": repr(self), "image/png": picture}, metadata
