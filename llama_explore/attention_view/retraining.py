"""A short re-training after KV heads were pooled: the small model learns to imitate the old one."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from llama_explore.attention_view.threads import one_thread
from llama_explore.pocket.muon import NEWTON_SCHULZ

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

N_ROWS, ROW_TOKENS = 6, 112
LEARNING_RATE = 2.5e-2


def retrain(
    model: Any,
    teacher: Any,
    tokenizer: PreTrainedTokenizerFast,
    *,
    n_steps: int = 24,
    seed: int = 1,
    report: Callable[[int, float], None] | None = None,
) -> Any:
    """Return a copy of a model whose attention was taught for some steps to do as another's does.

    Each layer gets the teacher's input of that layer and learns the output of its attention;
    nothing else of the model changes. That teaches more in a few steps than the next token
    does, which is what Ainslie et al. (2023) train on, for 5 % of the whole pre-training.

    Example: ``retrain(pool_kv_heads(model), model, tokenizer, n_steps=24)`` takes the pocket
    model some 9 seconds of a processor: 24 x 6 x 112 = 16,128 tokens.

    Args:
        model: The model with pooled KV heads; it stays as it is.
        teacher: The model it was made from; it stays as it is.
        tokenizer: Of both.
        n_steps: Steps of 6 rows of 112 tokens, three of four rows with needles.
        seed: Of the rows.
        report: Called with the number of steps done and the share of the teacher's attention
            output that is missed.

    Returns:
        A new model in the dtype of `model`.
    """
    from llama_explore.pocket.batches import write_row
    from llama_explore.pocket.documents import Writer

    student = copy.deepcopy(model).float().requires_grad_(False)
    guide = copy.deepcopy(teacher).float()
    writer = Writer(tokenizer, seed=seed, pool_size=400)
    matrices = [
        parameter.requires_grad_(True)
        for layer in student.model.layers
        for parameter in layer.self_attn.parameters()
        if parameter.dim() == 2
    ]
    muon = _Muon(matrices)
    with one_thread(), _Overheard(guide) as overheard:
        for step in range(n_steps):
            rows = [
                write_row(writer, "copy" if i % 4 == 0 else "chat_needles", ROW_TOKENS)
                for i in range(N_ROWS)
            ]
            with torch.no_grad():
                guide.model(torch.tensor([row.ids for row in rows], device=guide.device))
            missed = _imitate(student, overheard.heard)
            missed.backward()
            warm, cool = min(1.0, (step + 1) / 3), max(0.1, 1 - step / n_steps)
            muon.step(LEARNING_RATE * warm * cool)
            if report:
                report(step + 1, float(missed.detach()))
    return student.requires_grad_(False).to(model.dtype)


class _Overheard:
    """Keep what goes into each layer's attention and what comes out, while it is open."""

    def __init__(self, model: Any) -> None:
        self.heard: dict[int, tuple[dict[str, Any], torch.Tensor]] = {}
        self.hooks = [
            layer.self_attn.register_forward_hook(self._keep(number), with_kwargs=True)
            for number, layer in enumerate(model.model.layers)
        ]

    def _keep(self, number: int) -> Callable[..., None]:
        def keep(_: Any, args: Any, kwargs: dict[str, Any], output: Any) -> None:
            self.heard[number] = ({**kwargs, "past_key_values": None}, output[0])

        return keep

    def __enter__(self) -> _Overheard:
        return self

    def __exit__(self, *_: object) -> None:
        for hook in self.hooks:
            hook.remove()


class _Muon:
    """Muon as `torch.optim.Muon` has it, without weight decay, and in float32.

    That one computes in bfloat16: on a processor without bfloat16 instructions a step took
    5 seconds, and takes a tenth of it here.
    """

    def __init__(self, matrices: list[torch.nn.Parameter]) -> None:
        self.matrices = matrices
        self.means = [torch.zeros_like(each) for each in matrices]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Move each matrix along its mean gradient made orthogonal, and forget the gradient."""
        a, b, c = NEWTON_SCHULZ
        for matrix, mean in zip(self.matrices, self.means, strict=True):
            assert matrix.grad is not None
            mean.lerp_(matrix.grad, 0.05)
            update = matrix.grad.lerp(mean, 0.95)
            tall = update.shape[0] > update.shape[1]
            update = update.T if tall else update
            update = update / update.norm().clamp(min=1e-7)
            for _ in range(5):
                gram = update @ update.T
                gram = torch.addmm(gram, gram, gram, beta=b, alpha=c)
                update = torch.addmm(update, gram, update, beta=a)
            update = update.T if tall else update
            matrix.add_(update, alpha=-0.2 * max(matrix.shape) ** 0.5 * rate)
            matrix.grad = None


def _imitate(student: Any, heard: dict[int, tuple[dict[str, Any], torch.Tensor]]) -> torch.Tensor:
    """Return the mean share of the wanted outputs' squares that the student misses."""
    shares = []
    for number, layer in enumerate(student.model.layers):
        inputs, wanted = heard[number]
        said = layer.self_attn(**inputs)[0]
        shares.append((said - wanted).square().mean() / wanted.square().mean())
    return torch.stack(shares).mean()
