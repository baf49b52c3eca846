"""What 16 bits keep of a number: the formats, their gaps, and what they do to a model."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from transformers import LlamaForCausalLM

COLOURS = {"float32": "#555555", "float16": "#d55e00", "bfloat16": "#0072b2"}
EXPONENT_BITS = {"float32": 8, "float16": 5, "bfloat16": 8}


def show_bits(number: float, dtype: torch.dtype) -> str:
    """Return a number's bits in a format: sign, exponent and fraction.

    Example: ``show_bits(1.5, torch.bfloat16)`` is ``"0 01111111 1000000"``.
    """
    import torch

    whole = {2: torch.int16, 4: torch.int32}[dtype.itemsize]
    n_bits = 8 * dtype.itemsize
    pattern = torch.tensor(number, dtype=dtype).view(whole).item()
    bits = f"{int(pattern) % 2**n_bits:0{n_bits}b}"
    exponent = EXPONENT_BITS[str(dtype).removeprefix("torch.")]
    return f"{bits[0]} {bits[1 : 1 + exponent]} {bits[1 + exponent :]}"


def list_numbers(dtype: torch.dtype, least: float, most: float) -> torch.Tensor:
    """Return every number from `least` to `most` that a 16-bit format can hold.

    Example: from 1 to 2 (2 included) bfloat16 has 129 numbers and float16 has 1,025.

    Returns:
        Sorted numbers in float32, which holds all of them exactly; shape (n,).
    """
    import torch

    every = torch.arange(-(2**15), 2**15).to(torch.int16).view(dtype).float()
    kept: torch.Tensor = every[(every >= least) & (every <= most)].unique()
    return kept


@dataclass(frozen=True, eq=False)
class Run:
    """One reading of a text with all arithmetic in one format.

    Attributes:
        dtype: For example ``"float16"``.
        logits: For every position and token, in float32; shape (n_tokens, vocabulary).
        largest: The largest absolute value in the hidden state after each layer.
    """

    dtype: str
    logits: torch.Tensor
    largest: tuple[float, ...]


@dataclass(frozen=True)
class Difference:
    """How far one run is from another.

    Attributes:
        dtype: The run's format.
        largest: The largest difference of any logit.
        mean: The mean absolute difference of all logits.
        agreement: Share of positions at which both would choose the same next token.
    """

    dtype: str
    largest: float
    mean: float
    agreement: float


def run_in(model: LlamaForCausalLM, ids: torch.Tensor, dtype: torch.dtype) -> Run:
    """Read a text with the model's own weights, calculating in `dtype`.

    Example: ``run_in(session.model, ids, torch.float32).largest[-1]`` is some 364 for the
    pocket model: squared, that is more than float16 can hold.

    One layer at a time is copied to the format and dropped again, so that a 70B needs
    3.4 GB more for float32, not 282.

    Args:
        model: A Llama; it is left as it was.
        ids: Token ids, shape (1, n_tokens).
        dtype: The format to calculate in.
    """
    import torch

    inner: Any = model.model

    def cast(module: Any) -> Any:
        return copy.deepcopy(module).to(dtype)

    with torch.inference_mode():
        state = inner.embed_tokens(ids.to(inner.embed_tokens.weight.device)).to(dtype)
        positions = torch.arange(ids.shape[1])[None]
        largest = []
        for layer in inner.layers:
            device = layer.input_layernorm.weight.device
            state, places = state.to(device), positions.to(device)
            angles = inner.rotary_emb.to(device)(state, places)
            state = cast(layer)(state, position_embeddings=angles, position_ids=places)
            largest.append(state.abs().max().item())
        state = cast(inner.norm)(state.to(inner.norm.weight.device))
        head: Any = model.lm_head
        logits = cast(head)(state.to(head.weight.device))
    return Run(str(dtype).removeprefix("torch."), logits[0].float().cpu(), tuple(largest))


def compare_runs(run: Run, reference: Run) -> Difference:
    """Return how far `run` is from `reference`, both readings of the same text."""
    gaps = (run.logits - reference.logits).abs()
    same = run.logits.argmax(-1) == reference.logits.argmax(-1)
    return Difference(run.dtype, gaps.max().item(), gaps.mean().item(), same.float().mean().item())


def draw_number_lines() -> None:
    """Draw what three formats can hold: how far they reach, and how fine they are."""
    import matplotlib.pyplot as plt
    import torch

    figure, (far, near) = plt.subplots(2, 1, figsize=(7.5, 3.6))
    for row, (name, colour) in enumerate(COLOURS.items()):
        dtype = getattr(torch, name)
        limits = torch.finfo(dtype)
        far.barh(row, limits.max, left=limits.smallest_normal, color=colour, height=0.5)
        if name == "float32":
            near.barh(row, 0.0625, left=1, color=colour, height=0.5)
        else:
            near.vlines(list_numbers(dtype, 1, 1.0625), row - 0.25, row + 0.25, colour)
    far.set_xscale("log")
    far.set_xlim(1e-41, 1e41)
    far.set_title("Reach: from the smallest normal number to the largest", loc="left", fontsize=10)
    near.set_title("Grain: every number between 1 and 1.0625", loc="left", fontsize=10)
    near.set_xlim(0.999, 1.0635)
    for panel in (far, near):
        panel.set_yticks(range(len(COLOURS)), list(COLOURS))
        panel.invert_yaxis()
        panel.spines[["top", "right", "left"]].set_visible(False)
        panel.tick_params(left=False)
    figure.tight_layout()
    plt.show()


def draw_differences(runs: list[Run], reference: Run) -> None:
    """Draw how far the logits of each run are from the reference, position by position."""
    import matplotlib.pyplot as plt

    figure, (gaps, states) = plt.subplots(1, 2, figsize=(8.5, 2.8))
    for run in runs:
        colour = COLOURS[run.dtype]
        each = (run.logits - reference.logits).abs().amax(-1)
        gaps.semilogy(each, color=colour, label=run.dtype)
    gaps.set_xlabel("position in the text")
    gaps.set_title("Largest logit difference to float32", loc="left", fontsize=10)
    gaps.legend(frameon=False, fontsize=9)
    layers = range(1, len(reference.largest) + 1)
    states.semilogy(layers, reference.largest, "o-", color=COLOURS["float32"])
    states.axhline(65_504**0.5, color=COLOURS["float16"], linestyle="--")
    states.text(1, 270, "above: its square overflows float16", fontsize=8.5, va="bottom")
    states.set_xlabel("layer")
    states.set_title("Largest number in the hidden state", loc="left", fontsize=10)
    for panel in (gaps, states):
        panel.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    plt.show()
