"""An open model beside Llama 3.3 70B: what is the same, and what is smaller.

The pocket model was given the 70B's *ratios*, because these decide what one can see in
it: how many query heads share a key/value head, how wide a layer opens up, how far the
context was stretched. The sizes themselves are far smaller.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import LlamaConfig

BYTES_PER_PARAMETER = 2
"""bfloat16 has 16 bits."""


@dataclass(frozen=True)
class Proportion:
    """One figure of two models.

    Attributes:
        name: For example ``"layers"``.
        here: The open model's.
        there: Llama 3.3 70B's.
        is_bytes: Whether the figure is a size in bytes.
    """

    name: str
    here: float
    there: float
    is_bytes: bool = False

    def texts(self) -> tuple[str, str, str]:
        """Return what a table shows: both figures, and how they compare."""
        times = self.there / self.here
        compared = f"{times:,.3g}" if times < 100 else f"{times:,.0f}"
        verdict = "the same" if self.here == self.there else f"{compared} times"
        return _show(self.here, self.is_bytes), _show(self.there, self.is_bytes), verdict


@dataclass(frozen=True, repr=False)
class Comparison:
    """The figures of two models: first the ratios, then the sizes."""

    ratios: tuple[Proportion, ...]
    sizes: tuple[Proportion, ...]

    def _blocks(self) -> tuple[tuple[str, tuple[Proportion, ...]], ...]:
        return ("How it is built", self.ratios), ("How much of it", self.sizes)

    def __repr__(self) -> str:
        lines = [f"{'':<36}{'this model':>14}{'Llama 3.3 70B':>18}"]
        for title, block in self._blocks():
            lines.append(title)
            for each in block:
                here, there, verdict = each.texts()
                lines.append(f"  {each.name:<34}{here:>14}{there:>18}   {verdict}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        # Plain elements and styles only: a notebook that is not trusted yet keeps those.
        left, right = "style='text-align:left'", "style='text-align:right'"
        rows = f"<tr><th></th><th {right}>this model</th><th {right}>Llama 3.3 70B</th><th></th>"
        for title, block in self._blocks():
            rows += f"</tr><tr><th {left} colspan='4'>{title}</th>"
            for each in block:
                here, there, verdict = each.texts()
                weight = "bold" if verdict == "the same" else "normal"
                rows += (
                    f"</tr><tr><td {left}>{escape(each.name)}</td><td {right}>{here}</td>"
                    f"<td {right}>{there}</td>"
                    f"<td style='text-align:left; font-weight:{weight}'>{verdict}</td>"
                )
        return f"<table>{rows}</tr></table>"


def compare_with_70b(config: LlamaConfig) -> Comparison:
    """Set a model's figures beside those of Llama 3.3 70B.

    Example: for the pocket model ``.ratios[0]`` is 8 query heads per key/value head here
    (16 over 2) and 8 there (64 over 8); for the 70B itself every line says "the same".

    Args:
        config: The open model's configuration, ``session.config``.

    Source: config.json of meta-llama/Llama-3.3-70B-Instruct.
    """
    here, there = _figures(config), _figures(config_70b())
    pairs = {name: Proportion(name, here[name], there[name], "bytes" in name) for name in here}
    return Comparison(
        ratios=tuple(pairs[name] for name in _RATIOS),
        sizes=tuple(each for name, each in pairs.items() if name not in _RATIOS),
    )


def count_parameters(config: LlamaConfig) -> int:
    """Return the number of parameters of a Llama, from its configuration alone.

    Example: 80 layers of 855,654,400, two embeddings of 1,050,673,152 and a norm of
    8,192 make the 70,553,706,496 of Llama 3.3 70B.
    """
    built: Any = config  # whose optional fields LlamaConfig itself has filled in
    hidden, n_embeddings = built.hidden_size, 1 if built.tie_word_embeddings else 2
    # q and o have a slice for each query head, k and v for each key/value head.
    n_slices = 2 * (built.num_attention_heads + built.num_key_value_heads)
    attention = n_slices * built.head_dim * hidden
    feed_forward = 3 * hidden * built.intermediate_size
    norms = 2 * hidden
    layers = built.num_hidden_layers * (attention + feed_forward + norms)
    return int(n_embeddings * built.vocab_size * hidden + layers + hidden)


def config_70b() -> LlamaConfig:
    """Return the configuration of Llama 3.3 70B Instruct, without its gate; a new one each time.

    Source: config.json of meta-llama/Llama-3.3-70B-Instruct.
    """
    from transformers import LlamaConfig

    return LlamaConfig(
        hidden_size=8192,
        num_hidden_layers=80,
        num_attention_heads=64,
        num_key_value_heads=8,
        head_dim=128,
        intermediate_size=28_672,
        vocab_size=128_256,
        max_position_embeddings=131_072,
        rms_norm_eps=1e-5,
        rope_parameters={
            "rope_type": "llama3",
            "rope_theta": 500_000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192,
        },
        tie_word_embeddings=False,
        bos_token_id=128_000,
        eos_token_id=[128_001, 128_008, 128_009],
        dtype="bfloat16",
    )


_RATIOS = (
    "query heads per key/value head",
    "feed-forward width / hidden size",
    "context / context before stretching",
    "vocabulary",
)


def _figures(config: LlamaConfig) -> dict[str, float]:
    """Return every figure by name; the ratios first."""
    built: Any = config
    context = built.max_position_embeddings
    first = built.rope_parameters.get("original_max_position_embeddings", context)
    n_parameters = count_parameters(config)
    ratios = (
        built.num_attention_heads / built.num_key_value_heads,
        built.intermediate_size / built.hidden_size,
        context / first,
        built.vocab_size,
    )
    return dict(zip(_RATIOS, ratios, strict=True)) | {
        "layers": built.num_hidden_layers,
        "hidden size": built.hidden_size,
        "query heads": built.num_attention_heads,
        "key/value heads": built.num_key_value_heads,
        "numbers per head": built.head_dim,
        "context before stretching, tokens": first,
        "context, tokens": context,
        "parameters": n_parameters,
        "bytes in bfloat16": BYTES_PER_PARAMETER * n_parameters,
    }


def _show(value: float, is_bytes: bool) -> str:
    if is_bytes:
        unit, size = ("GB", 10**9) if value >= 10**9 else ("MB", 10**6)
        return f"{value / size:,.1f} {unit}"
    return f"{value:,.1f}" if value % 1 else f"{value:,.0f}"
