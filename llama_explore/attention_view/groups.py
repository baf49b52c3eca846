"""From the configuration to the picture: which query heads share which KV head."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from llama_explore.attention_view.palette import colour_of
from llama_explore.attention_view.still import Picture
from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False)
class HeadGroups:
    """How the heads of one layer belong together.

    Attributes:
        n_query_heads: Heads that ask.
        n_kv_heads: Heads that are asked: keys and values, which is what the cache keeps.
        head_dim: Numbers in each.
        n_layers: Layers built so.
    """

    n_query_heads: int
    n_kv_heads: int
    head_dim: int
    n_layers: int

    @property
    def queries_per_kv_head(self) -> int:
        """Query heads that share one KV head."""
        return self.n_query_heads // self.n_kv_heads

    @property
    def kind(self) -> str:
        """What the literature calls it."""
        if self.n_kv_heads == self.n_query_heads:
            return "multi-head attention"
        return "multi-query attention" if self.n_kv_heads == 1 else "grouped-query attention"

    def heads_of(self, kv_head: int) -> range:
        """Return the query heads that read a KV head.

        Example: in Llama 3.3 70B, ``heads_of(3)`` is ``range(24, 32)``.
        """
        if not 0 <= kv_head < self.n_kv_heads:
            raise LlamaExploreError(
                f"There is no KV head {kv_head}.", f"Choose one from 0 to {self.n_kv_heads - 1}."
            )
        first = kv_head * self.queries_per_kv_head
        return range(first, first + self.queries_per_kv_head)

    def __repr__(self) -> str:
        lines = [
            f"{self.kind}: {self.n_query_heads} query heads over {self.n_kv_heads} KV heads, "
            f"{self.queries_per_kv_head} each; {self.n_layers} layers, head_dim {self.head_dim}"
        ]
        for kv_head in range(self.n_kv_heads):
            heads = self.heads_of(kv_head)
            lines.append(f"  KV head {kv_head}: query heads {heads[0]} to {heads[-1]}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        first, *lines = repr(self).splitlines()
        rows = "".join(
            f"<div style='border-left:8px solid {colour_of(number)}; padding-left:6px; "
            f"margin:2px 0'>{escape(line.strip())}</div>"
            for number, line in enumerate(lines)
        )
        return f"<p>{escape(first)}</p>{rows}"


def group_heads(config: Any) -> HeadGroups:
    """Read from a configuration which query heads share which KV head.

    Example: ``group_heads(config_70b()).queries_per_kv_head`` is 8.

    Args:
        config: A Llama's configuration, as ``session.config``.

    Raises:
        LlamaExploreError: The query heads cannot be shared out evenly.

    Source: num_attention_heads, num_key_value_heads, head_dim and num_hidden_layers of the
    configuration; query head h reads KV head h // queries_per_kv_head.
    """
    n_query_heads, n_kv_heads = config.num_attention_heads, config.num_key_value_heads
    if n_kv_heads < 1 or n_query_heads % n_kv_heads:
        raise LlamaExploreError(
            f"{n_query_heads} query heads cannot be shared out over {n_kv_heads} KV heads.",
            "Look at num_attention_heads and num_key_value_heads in config.json.",
        )
    return HeadGroups(n_query_heads, n_kv_heads, config.head_dim, config.num_hidden_layers)


def draw_groups(groups: HeadGroups, other: HeadGroups | None = None) -> Figure:
    """Draw one layer: query heads above, the KV heads they read below.

    Args:
        groups: What `group_heads` returns.
        other: A second model to be drawn below.
    """
    both = [groups] if other is None else [groups, other]
    figure = Picture(figsize=(9, 1.9 * len(both)), layout="constrained", dpi=80)
    for number, each in enumerate(both):
        _draw_layer(figure.add_subplot(len(both), 1, number + 1), each)
    return figure


def _draw_layer(panel: Any, groups: HeadGroups) -> None:
    n = groups.n_query_heads
    for kv_head in range(groups.n_kv_heads):
        heads = groups.heads_of(kv_head)
        colour = colour_of(kv_head)
        middle = (heads[0] + heads[-1] + 1) / 2
        width = min(0.8 * len(heads), n / 10)
        panel.add_patch(_box(middle - width / 2, 0, width, 0.5, colour))
        panel.text(
            middle, 0.25, f"KV {kv_head}", color="white", ha="center", va="center", fontsize=9
        )
        for head in heads:
            panel.plot([head + 0.5, middle], [1.5, 0.5], color=colour, linewidth=0.8)
            panel.add_patch(_box(head + 0.06, 1.5, 0.88, 0.5, colour, alpha=0.35))
            if n <= 32 or head in (heads[0], heads[-1]):
                panel.text(
                    head + 0.5, 1.75, str(head), ha="center", va="center",
                    fontsize=8 if n <= 32 else 6,
                )  # fmt: skip
    panel.set_xlim(0, n)
    panel.set_ylim(-0.05, 2.05)
    panel.axis("off")
    panel.set_title(
        f"{n} query heads, {groups.n_kv_heads} KV heads, in each of {groups.n_layers} layers",
        fontsize=9,
        loc="left",
    )


def _box(x: float, y: float, width: float, height: float, colour: str, alpha: float = 1.0) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), width, height, facecolor=colour, alpha=alpha, edgecolor="none")
