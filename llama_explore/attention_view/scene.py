"""A short text with all attention of a model on it: what the views show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from llama_explore import attention
from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

MOST_TOKENS = 256
"""Beyond this the tokens do not fit on a page, and not into a packed layer."""


@dataclass(frozen=True, eq=False, repr=False)
class Scene:
    """A short text with all attention of a model on it.

    Attributes:
        rows: The whole matrices, every position of every layer.
        tokens: How each token is shown.
    """

    rows: attention.AttentionRows
    tokens: tuple[str, ...]

    @property
    def n_tokens(self) -> int:
        """Tokens of the text."""
        return len(self.tokens)

    def of(self, layer: int) -> torch.Tensor:
        """Return one layer's attention, (n_query_heads, n_tokens, n_tokens)."""
        if layer not in self.rows.layers:
            raise LlamaExploreError(
                f"Layer {layer} was not read; read were {_few(self.rows.layers)}.",
                "Choose one of these.",
            )
        return self.rows.weights[self.rows.layers.index(layer), 0]

    def __repr__(self) -> str:
        return (
            f"Scene: {self.n_tokens} tokens, {len(self.rows.layers)} layers x "
            f"{self.rows.n_query_heads} query heads over {self.rows.n_kv_heads} KV heads"
        )


def read_scene(
    model: Any,
    tokenizer: PreTrainedTokenizerFast,
    text: str | Sequence[int],
    *,
    layers: Sequence[int] | None = None,
) -> Scene:
    """Read a short text once and keep all its attention.

    Example: 60 tokens of the pocket model are 6 x 16 x 60 x 60 weights, 1.4 MB.

    Args:
        model: A Llama, as ``session.model``.
        tokenizer: Its own tokenizer.
        text: Text, or token ids.
        layers: Which layers; all by default.

    Raises:
        LlamaExploreError: The text is empty or too long to be looked at token by token.
    """
    ids = tokenizer.encode(text) if isinstance(text, str) else [int(each) for each in text]
    if not 1 < len(ids) <= MOST_TOKENS:
        raise LlamaExploreError(
            f"{len(ids)} tokens cannot be shown one by one.",
            f"Take a text of 2 to {MOST_TOKENS} tokens; for longer ones there are "
            "attention.capture(..., rows=[-1]) and map_size=64.",
        )
    seen = attention.record(model, torch.tensor([ids]), rows=range(len(ids)), layers=layers)
    return Scene(seen.rows, tuple(show_token(tokenizer, each) for each in ids))


def show_token(tokenizer: PreTrainedTokenizerFast, token_id: int) -> str:
    """Return a token so that each sign in it can be seen: "↵" for a line break, "·" for a space.

    Example: the token of ``" Rosa"`` is shown as ``"·Rosa"``.
    """
    text = str(tokenizer.decode([token_id]))
    return text.replace("\n", "↵").replace("\t", "⇥").replace(" ", "·") or "∅"


def summarise_heads(scene: Scene) -> dict[str, torch.Tensor]:
    """Return what the overview shows: for each head means over all tokens but the first.

    Returns:
        By name, each (n_layers, n_query_heads) with values from 0 to 1: the largest weight of a
        row, the mean distance as a share of the way back to the first token, the mass on the
        previous token, and that on the first.
    """
    weights = scene.rows.weights[:, 0, :, 1:]  # the first token sees nothing but itself
    places = torch.arange(scene.n_tokens)
    queries = places[1:, None].float()
    distance = (weights * (queries - places)).sum(-1) / queries[:, 0]
    return {
        "how sharply it looks": weights.amax(-1).mean(-1),
        "how far back it looks": distance.mean(-1),
        "attention on the previous token": weights.diagonal(0, -2, -1).mean(-1),
        "attention on the first token": weights[..., 0].mean(-1),
    }


def check_place(scene: Scene, layer: int | None, head: int, token: int) -> None:
    """Refuse a layer, head or token that is not there."""
    if layer is not None:
        scene.of(layer)
    if not 0 <= head < scene.rows.n_query_heads:
        raise LlamaExploreError(
            f"There is no query head {head}.",
            f"Choose one from 0 to {scene.rows.n_query_heads - 1}.",
        )
    if not -scene.n_tokens <= token < scene.n_tokens:
        raise LlamaExploreError(
            f"There is no token {token}: the text has {scene.n_tokens}.",
            f"Choose a position from 0 to {scene.n_tokens - 1}.",
        )


def _few(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) if len(numbers) < 9 else f"{numbers[0]} to {numbers[-1]}"
