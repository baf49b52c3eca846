"""Muon for many small matrices at once.

Muon moves a weight matrix along its mean gradient made orthogonal: every direction of the update
gets about the same length. The pocket model learned to copy arbitrary tokens with it, and not in
the same time with AdamW alone.

Source: Keller Jordan, "Muon: An optimizer for hidden layers in neural networks" (2024);
`torch.optim.Muon` is the plain form, to which the tests compare this one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
"""Coefficients of the polynomial that drives all singular values towards one."""


class BatchedMuon(torch.optim.Optimizer):
    """torch.optim.Muon (lr adjusted as for AdamW), with matrices of one shape stacked.

    For matrices this small the launches cost more than the arithmetic: stacking makes the step
    some ten times quicker and leaves the result the same.

    Args:
        matrices: Weight matrices; all of them must have a gradient at each step.
        lr: Learning rate, in AdamW's scale.
        weight_decay: Share of ``lr * weight`` taken off at each step.
    """

    def __init__(self, matrices: list[nn.Parameter], lr: float, weight_decay: float = 0.05) -> None:
        by_shape: dict[torch.Size, list[nn.Parameter]] = {}
        for matrix in matrices:
            by_shape.setdefault(matrix.shape, []).append(matrix)
        groups: list[dict[str, Any]] = [{"params": same} for same in by_shape.values()]
        super().__init__(groups, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Move every matrix along the orthogonalised mean of its gradients (Newton-Schulz)."""
        a, b, c = NEWTON_SCHULZ
        for group in self.param_groups:
            matrices = group["params"]
            grad = torch.stack([m.grad for m in matrices])
            mean = self.state[matrices[0]].setdefault("mean", torch.zeros_like(grad))
            mean.lerp_(grad, 0.05)
            update = grad.lerp(mean, 0.95)
            update = (
                update.bfloat16() if update.is_cuda else update
            )  # few processors are quick at it
            tall = update.shape[1] > update.shape[2]
            update = update.mT if tall else update
            update = update / update.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
            for _ in range(5):
                gram = update @ update.mT
                gram = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)
                update = torch.baddbmm(update, gram, update, beta=a)
            update = update.mT if tall else update
            torch._foreach_mul_(matrices, 1 - group["lr"] * group["weight_decay"])
            scale = 0.2 * max(grad.shape[1:]) ** 0.5 * group["lr"]
            torch._foreach_add_(matrices, list(update.float().unbind()), alpha=-scale)
