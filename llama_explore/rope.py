"""Rotary positions (RoPE): the wavelengths, and what llama3 scaling does to each of them.

RoPE turns each pair of numbers of a query and of a key by an angle that grows with the position,
every pair at its own speed, like the hands of a clock. What attention sees of two tokens is the
difference of their angles: how far apart they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import LlamaConfig

    from llama_explore.session import Session
    from llama_explore.small_picture import Picture

KINDS = ("untouched", "between", "slowed")
COLOURS = {"untouched": "#0072b2", "between": "#e69f00", "slowed": "#d55e00"}
MARKERS = {"untouched": "o", "between": "s", "slowed": "D"}


@dataclass(frozen=True, eq=False, repr=False)
class Wavelengths:
    """In how many tokens each pair of numbers turns once.

    Attributes:
        before: By RoPE's base alone, in tokens, (head_dim / 2,), ascending.
        after: With the configuration's scaling, (head_dim / 2,).
        factor: Of the scaling; 1 without one.
        original_context: Tokens that the model had learned to read before it was stretched.
        context: Tokens that it takes now.
    """

    before: Tensor = field(repr=False)
    after: Tensor = field(repr=False)
    factor: float
    original_context: int
    context: int

    @property
    def kinds(self) -> list[str]:
        """What scaling does to each: "untouched", "slowed" by the whole factor, or "between"."""
        ratios = (self.after / self.before).tolist()
        return [
            "untouched" if math.isclose(ratio, 1, rel_tol=1e-4)
            else "slowed" if math.isclose(ratio, self.factor, rel_tol=1e-4)
            else "between"
            for ratio in ratios
        ]  # fmt: skip

    def count(self, kind: str) -> int:
        """Return how many there are of a kind.

        Example: of Llama 3.3 70B's 64 wavelengths 29 are untouched, 6 between, 29 slowed.
        """
        return self.kinds.count(kind)

    def __repr__(self) -> str:
        shown = f"{len(self.before)} wavelengths, {self.before[0]:.1f} to {self.before[-1]:,.0f}"
        if self.factor == 1:
            return f"{shown} tokens, no scaling, context {self.context:,}"
        counts = ", ".join(f"{self.count(kind)} {kind}" for kind in KINDS)
        return (
            f"{shown} tokens; scaling by {self.factor:g} from {self.original_context:,} to "
            f"{self.context:,}: {counts}"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>"


def find_wavelengths(config: LlamaConfig) -> Wavelengths:
    """Return a model's wavelengths with and without its scaling, from the configuration alone.

    Example: with base 500,000 and 128 numbers a head (the 70B), pair i turns once in
    ``2 * pi * 500_000 ** (2 * i / 128)`` tokens: the first in 6.3, the last in 2.6 million.

    Args:
        config: A Llama's configuration.

    Source: RoFormer, arXiv 2104.09864, section 3.2; the frequencies are those that transformers'
    own ``LlamaRotaryEmbedding`` computes.
    """
    from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

    rope: dict[str, Any] = dict(config.rope_parameters or {})
    plain, _ = LlamaRotaryEmbedding.compute_default_rope_parameters(config)
    scaled = LlamaRotaryEmbedding(config).inv_freq
    context = int(config.max_position_embeddings)
    return Wavelengths(
        before=2 * math.pi / plain,
        after=2 * math.pi / scaled,
        factor=float(rope.get("factor", 1.0)),
        original_context=int(rope.get("original_max_position_embeddings", context)),
        context=context,
    )


def stretch_session(
    session: Session, *, factor: float = 8.0, times: int = 16, original_context: int | None = None
) -> Session:
    """Return the same model with llama3 scaling switched on and not one step of training.

    The weights are shared, so no memory is taken for a second model; the given session stays as
    it was.

    Example: ``stretch_session(open_session("pocket:base-512"))`` takes 8,192 tokens.

    Args:
        session: A model with plain RoPE.
        factor: By which the slow frequencies are divided; Llama 3.1's is 8.
        times: The new context as a multiple of the old one; Llama 3.1's is 16.
        original_context: Tokens that the model was trained on; by default its context.

    Raises:
        LlamaExploreError: The model is scaled already.
    """
    import copy

    from llama_explore.bfloat16 import quicken

    config: Any = copy.deepcopy(session.config)
    rope = dict(config.rope_parameters or {})
    if rope.get("rope_type", "default") != "default":
        raise LlamaExploreError(
            f"{session.label} has RoPE scaling already ({rope['rope_type']}).",
            'Take a model without it, such as open_session("pocket:base-512").',
        )
    original = original_context or int(config.max_position_embeddings)
    config.rope_parameters = rope | {
        "rope_type": "llama3",
        "factor": float(factor),
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": original,
    }
    config.max_position_embeddings = original * times
    model = type(session.model)._from_config(config, dtype=session.model.dtype).eval()
    model.load_state_dict(session.model.state_dict(), assign=True)
    model.tie_weights()
    model.generation_config = session.model.generation_config
    model.to(session.model.device)
    quicken(model)
    return replace(session, model=model, label=f"{session.label}, stretched")


def draw_wavelengths(*found: Wavelengths, labels: Sequence[str] | None = None) -> Picture:
    """Draw each model's wavelengths before and after scaling, and its two contexts.

    Args:
        found: What `find_wavelengths` returns, a panel each.
        labels: Names of the models.
    """
    from matplotlib.figure import Figure

    from llama_explore.small_picture import take_picture

    figure = Figure(figsize=(4.5 * len(found), 3.3), layout="constrained")
    panels = figure.subplots(1, len(found), squeeze=False)[0]
    for number, (panel, waves) in enumerate(zip(panels, found, strict=True)):
        pairs = range(len(waves.before))
        panel.plot(pairs, waves.before, color="#999999", linewidth=1.2, label="before scaling")
        for kind in KINDS if waves.factor != 1 else ("untouched",):
            chosen = [i for i, each in enumerate(waves.kinds) if each == kind]
            panel.plot(
                chosen, waves.after[chosen], MARKERS[kind], color=COLOURS[kind], markersize=4,
                label=f"{kind}: {len(chosen)}",
            )  # fmt: skip
        for context, words in ((waves.original_context, "trained first"), (waves.context, "now")):
            panel.axhline(context, color="#555555", linestyle=":", linewidth=1)
            panel.text(0, context * 1.12, f"{context:,} tokens: {words}", fontsize=7.5,
                       color="#444444")  # fmt: skip
        panel.set_yscale("log")
        panel.set_xlabel("pair of numbers in a head, from 0")
        panel.set_title(labels[number] if labels else f"model {number + 1}", fontsize=10)
        panel.spines[["top", "right"]].set_visible(False)
        panel.legend(frameon=False, fontsize=7.5, loc="lower right")
    panels[0].set_ylabel("tokens for one full turn")
    return take_picture(figure, "wavelengths before and after scaling")


def draw_turns(waves: Wavelengths, pairs: Sequence[int]) -> Picture:
    """Draw how far some pairs have turned at each position, before and after scaling.

    The shaded part holds the angles that the model met while it was first trained; a pair that
    went all the way round has met them all. A line that leaves the shade has come to angles the
    model has never seen.

    Args:
        waves: Of a model with scaling.
        pairs: Which pairs, from 0 (fast) to head_dim / 2 - 1 (slow).

    Raises:
        LlamaExploreError: There is no such pair.
    """
    from matplotlib.figure import Figure

    from llama_explore.small_picture import take_picture

    n_pairs = len(waves.before)
    wrong = [pair for pair in pairs if not 0 <= pair < n_pairs]
    if wrong or not pairs:
        raise LlamaExploreError(
            f"There is no pair {wrong[0] if wrong else 'named'}: a head has {n_pairs} of them.",
            f"Name some from 0 to {n_pairs - 1}.",
        )
    figure = Figure(figsize=(3.1 * len(pairs), 2.7), layout="constrained")
    panels = figure.subplots(1, len(pairs), squeeze=False)[0]
    for panel, pair in zip(panels, pairs, strict=True):
        before, after = float(waves.before[pair]), float(waves.after[pair])
        # Who has gone all the way round has met every angle.
        met = waves.original_context / before
        met = met if met < 1 else waves.context / before
        panel.axhspan(0, met, color="#56b4e9", alpha=0.25, label="met in training")
        ends = [0, waves.context]
        panel.plot(ends, [x / before for x in ends], "--", color="#555555", label="before")
        panel.plot(ends, [x / after for x in ends], color="#d55e00", label="after scaling")
        panel.axvline(waves.original_context, color="#555555", linestyle=":", linewidth=1)
        panel.set_title(f"pair {pair}: {waves.kinds[pair]}", fontsize=9)
        panel.set_xlabel("position in tokens", fontsize=8)
        panel.set_ylim(0, min(3 * met, waves.context / before))  # the shade must not be a sliver
        panel.set_xlim(0, waves.context)
        panel.tick_params(labelsize=7)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("full turns so far", fontsize=8)
    panels[-1].legend(frameon=False, fontsize=7.5, loc="upper left")
    return take_picture(figure, "turns of some pairs, before and after scaling")
