"""bfloat16 matrix products on processors that have no instructions for them.

Few laptops have any. PyTorch then multiplies bfloat16 matrices in a plain loop, several times
slower than float32. `quicken` lets a model's linear layers multiply in float32 instead and round
the result to bfloat16, which is what the instructions of other processors do as well: a product of
two bfloat16 numbers is exact in float32, and the sums are kept in float32.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

if TYPE_CHECKING:
    from transformers import PreTrainedModel

LEAST_ROWS = 8
"""With fewer rows, turning the weights into float32 takes longer than it saves."""

SLICE = 2**24
"""Weights that are held as float32 at once: 64 MiB, however large the layer."""


@cache
def has_instructions() -> bool:
    """Return whether this processor multiplies bfloat16 matrices by itself, as PyTorch sees it."""
    supported = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None)
    return supported is not None and bool(supported())


class QuickLinear(nn.Linear):
    """A linear layer in bfloat16 whose products are done in float32."""

    def forward(self, input: Tensor) -> Tensor:
        """Return ``input @ weight.T + bias`` in the input's own dtype.

        Args:
            input: Shape (..., in_features).
        """
        rows = input.numel() // max(1, input.shape[-1])
        if rows < LEAST_ROWS or input.dtype != torch.bfloat16 or input.device.type != "cpu":
            return super().forward(input)
        wide = input.float()
        step = max(1, SLICE // self.in_features)
        bias = self.bias
        parts = [
            linear(
                wide,
                self.weight[start : start + step].float(),
                None if bias is None else bias[start : start + step].float(),
            ).to(input.dtype)
            for start in range(0, self.out_features, step)
        ]
        return parts[0] if len(parts) == 1 else torch.cat(parts, -1)


def quicken(model: PreTrainedModel) -> int:
    """Let the linear layers of a bfloat16 model on a slow processor multiply in float32.

    Nothing is done where the processor has the instructions, or for layers elsewhere or of
    another kind. Weights and their dtype stay as they are.

    Example: for the pocket model on a processor without the instructions this is 43: seven
    layers in each of six blocks, and the output layer.

    Args:
        model: Any model.

    Returns:
        How many layers were changed.
    """
    if has_instructions():
        return 0
    layers = [
        module
        for module in model.modules()
        if type(module) is nn.Linear
        and module.weight.dtype == torch.bfloat16
        and module.weight.device.type == "cpu"
    ]
    for module in layers:
        module.__class__ = QuickLinear
    return len(layers)
