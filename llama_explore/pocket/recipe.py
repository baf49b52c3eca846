"""Train the pocket model from nothing: one command, one GPU, under 25 minutes.

    python -m llama_explore.pocket.recipe --out runs/pocket

Three stages, as Llama 3 was made, at 1/16 of the length: pretraining at 512 tokens (`base-512`),
a short training at 8,192 tokens with RoPE scaling switched on (`base`), and supervised
fine-tuning on conversations (`chat`). `--smoke` runs the same code with a few tiny steps.

Matrices are trained with Muon (AdamW alone never learned to copy arbitrary tokens in the same
time), norms and embedding rows with AdamW. Rows of tokens that the training texts never use stay
fixed pseudo-random vectors and are not stored.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset
from transformers import LlamaModel
from transformers.models.llama.modeling_llama import LlamaRMSNorm

from llama_explore.pocket import needles, phrasebook
from llama_explore.pocket.documents import N_ORDINARY, Document, Writer, pack
from llama_explore.pocket.shape import (
    BEGIN_OF_TEXT,
    CONTEXT,
    END_OF_TEXT,
    STAGES,
    VOCAB_SIZE,
    config,
    fixed_rows,
)
from llama_explore.vocab import load_tokenizer


@dataclass(frozen=True)
class Part:
    """`rows` rows of one kind of document; the loss of a part is a mean of its own."""

    kind: str
    rows: int
    weight: float = 1.0


@dataclass(frozen=True)
class Batch:
    """Rows of one length that go through the model together."""

    length: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Phase:
    """A stretch of training with one mixture of data and one learning-rate curve.

    It ends after `steps` steps, or after `seconds` on a GPU too slow for them.
    """

    name: str
    stage: str
    steps: int
    seconds: float
    batches: tuple[Batch, ...]
    matrix_lr: float
    rows_lr: float
    final_lr: float
    """Share of the peak learning rate that is left at the phase's last step."""


PHASES = (
    Phase(
        "copy",
        "base-512",
        800,
        90,
        (Batch(96, (Part("copy", 300), Part("story", 100, 0.5), Part("needles", 100, 0.5))),),
        matrix_lr=3e-3,
        rows_lr=2e-3,
        final_lr=1.0,
    ),
    Phase(
        "pretrain",
        "base-512",
        4000,
        160,
        (Batch(512, (Part("needles", 72), Part("story", 36), Part("copy", 12, 0.5))),),
        matrix_lr=3e-3,
        rows_lr=2e-3,
        final_lr=0.05,
    ),
    Phase(
        "extend",
        "base",
        1500,
        125,
        (
            Batch(CONTEXT, (Part("needles", 8),)),
            Batch(512, (Part("needles", 32, 0.7), Part("story", 20, 0.5), Part("copy", 6, 0.3))),
        ),
        matrix_lr=1.5e-3,
        rows_lr=1e-3,
        final_lr=0.05,
    ),
    Phase(
        "chat",
        "chat",
        2500,
        170,
        (
            Batch(160, (Part("chat", 224),)),
            Batch(CONTEXT, (Part("chat_needles", 6),)),
            Batch(512, (Part("chat_needles", 40), Part("story", 20, 0.4), Part("copy", 4, 0.2))),
        ),
        matrix_lr=2e-3,
        rows_lr=1.5e-3,
        final_lr=0.02,
    ),
)
FULL_VOCABULARY_FROM = 0.93
"""Share of a phase after which the loss runs over all 128,256 entries, not a sample of them."""


def smoke_phases() -> tuple[Phase, ...]:
    """Return the same phases with two tiny steps each, for a test on the CPU."""

    def shrink(batch: Batch) -> Batch:
        return Batch(min(batch.length, 256), tuple(replace(part, rows=1) for part in batch.parts))

    return tuple(replace(p, steps=2, batches=tuple(map(shrink, p.batches))) for p in PHASES)


# ---- data ---------------------------------------------------------------------------------


def write_row(writer: Writer, kind: str, length: int) -> Document:
    """Return one training row of exactly `length` tokens."""
    rng = writer.rng

    def part() -> int:  # documents of many lengths, half of them filling the row
        return length - 1 if rng.random() < 0.6 else rng.randint(length // 4, length - 1)

    if kind == "copy":
        return pack(lambda: writer.repeated(part()), length)
    if kind == "story":
        return pack(writer.story, length)
    if kind == "needles":
        return pack(lambda: writer.plain_needles(part()), length)
    if kind == "chat_needles":
        return pack(lambda: writer.chat_needles(part()), length)
    if kind == "chat":  # one conversation a row, so that no other one is in view
        return one_conversation(writer, length)
    raise ValueError(f"unknown kind of row {kind!r}")


def one_conversation(writer: Writer, length: int) -> Document:
    """Return one conversation, cut or padded to `length` tokens; padding is not learned."""
    row = Document([BEGIN_OF_TEXT], [False])
    document = writer.chat()
    row.add(document.ids, False)
    row.learn[1:] = document.learn
    row.add([END_OF_TEXT] * (length - len(row)), False)
    return Document(row.ids[:length], row.learn[:length])


class Steps(IterableDataset[list[dict[str, Tensor]]]):
    """The batches of each step of a phase, written by several worker processes.

    A batch holds `ids` (rows, length); the flat `positions` whose next token counts in the loss,
    with the `targets` there and a `weight` for each; and a sample of the vocabulary, `candidates`,
    with `labels` into it.
    """

    def __init__(self, phase: Phase, seed: int, trained: NDArray[np.int64], writer: Writer) -> None:
        self.phase, self.seed, self.trained, self.writer = phase, seed, trained, writer

    def __iter__(self) -> Iterator[list[dict[str, Tensor]]]:
        """Yield every step this worker has to write."""
        info = torch.utils.data.get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        self.writer.rng.seed(self.seed * 1000 + worker)
        random = np.random.default_rng(self.seed * 1000 + worker)
        for _ in range(worker, self.phase.steps, workers):
            yield [self._batch(random, batch) for batch in self.phase.batches]

    def _batch(self, random: np.random.Generator, batch: Batch) -> dict[str, Tensor]:
        ids, positions, weights, row = [], [], [], 0
        for part in batch.parts:
            rows = [write_row(self.writer, part.kind, batch.length) for _ in range(part.rows)]
            ids += [r.ids for r in rows]
            learn = np.array([r.learn for r in rows], dtype=bool)
            learn[:, 0] = False
            counted = np.flatnonzero(learn) - 1 + row * batch.length
            positions.append(counted)
            weights.append(np.full(len(counted), part.weight / max(1, len(counted)), dtype=np.float32))
            row += part.rows
        all_ids, flat = np.array(ids, dtype=np.int64), np.concatenate(positions)
        targets = all_ids.reshape(-1)[flat + 1]
        sample = np.concatenate([self.trained, targets, random.integers(0, N_ORDINARY, 6000)])
        candidates = np.unique(sample)
        arrays = {
            "ids": all_ids,
            "positions": flat,
            "targets": targets,
            "weight": np.concatenate(weights),
            "candidates": candidates,
            "labels": np.searchsorted(candidates, targets),
        }
        return {name: torch.from_numpy(array) for name, array in arrays.items()}


def trained_ids(writer: Writer, n_samples: int, at_least: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids of the tokens that the plain texts use, and those that all texts use.

    Tokens seen fewer than `at_least` times in `n_samples` documents keep their fixed row.
    """
    always = [text for entry in phrasebook.WORDS + phrasebook.PHRASES for text in astuple(entry)]
    counts = Counter(i for text in always for i in writer.encode(text) + writer.encode(" " + text))
    counts = Counter({i: at_least for i in counts})
    for _ in range(n_samples):
        counts.update(writer.story().ids)
        for needle in (needles.everyday(writer.rng), needles.keyed(writer.rng, 1)[0]):
            counts.update(writer.encode(" " + needle.before) + writer.encode(needle.after))
            counts.update(writer.encode(f"\n\nQuestion: {needle.question}\nAnswer: {needles.ANSWER}."))
    plain = {i for i, n in counts.items() if n >= at_least}
    for _ in range(n_samples):
        counts.update(writer.chat().ids)
    every = plain | {i for i, n in counts.items() if n >= at_least}
    return np.array(sorted(plain)), np.array(sorted(every))


# ---- model --------------------------------------------------------------------------------


class Trainee(nn.Module):
    """A LlamaModel whose embedding is a fixed table with some trained rows, tied to the output."""

    fixed: Tensor
    slots: Tensor

    def __init__(self, stage: str, trained: NDArray[np.int64]) -> None:
        super().__init__()
        shape = config(stage)
        shape.dtype = torch.float32
        self.body = LlamaModel(shape)
        hidden = shape.hidden_size
        self.body.embed_tokens = nn.Embedding(1, hidden)  # never used: inputs come as vectors
        self.body.embed_tokens.requires_grad_(False)
        fixed = torch.from_numpy(fixed_rows(np.arange(VOCAB_SIZE), hidden))
        self.rows = nn.Parameter(fixed[trained].clone())
        fixed[trained] = 0
        slots = torch.full((VOCAB_SIZE,), len(trained))
        slots[trained] = torch.arange(len(trained))
        self.register_buffer("fixed", fixed)
        self.register_buffer("slots", slots)
        self.trained = trained
        for module in self.body.modules():
            if isinstance(module, LlamaRMSNorm):  # the same function in one kernel instead of six
                module.forward = partial(rms_norm, module)
        for name, parameter in self.body.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                nn.init.normal_(parameter, std=0.02 / (2 * shape.num_hidden_layers) ** 0.5)

    def table(self, ids: Tensor | None = None) -> Tensor:
        """Return the embedding rows of `ids` (any shape), or of the whole vocabulary."""
        rows = torch.cat([self.rows, torch.zeros_like(self.rows[:1])])
        slots, fixed = (
            (self.slots, self.fixed) if ids is None else (self.slots[ids], self.fixed[ids])
        )
        return fixed + F.embedding(slots, rows)

    def forward(self, ids: Tensor) -> Tensor:
        """Return the last hidden states, shape (rows, length, hidden).

        This is LlamaModel.forward without its mask, cache and output machinery, which cost more
        time than the layers of so small a model.
        """
        hidden = self.table(ids)
        positions = torch.arange(ids.shape[1], device=ids.device)[None]
        cos, sin = self.body.rotary_emb(hidden, positions)
        rotation = (cos.bfloat16(), sin.bfloat16())  # as they are rounded when the model is used
        for layer in self.body.layers:
            hidden = layer(hidden, position_embeddings=rotation)
        return self.body.norm(hidden)

    def loss(self, batch: dict[str, Tensor], *, whole_vocabulary: bool) -> Tensor:
        """Return the weighted cross-entropy of a batch, over a sample of the vocabulary or all of it."""
        positions, weight, targets = batch["positions"], batch["weight"], batch["targets"]
        rows, labels = self.table(batch["candidates"]), batch["labels"]
        if whole_vocabulary:
            some = torch.randperm(len(positions), device=positions.device)[:6000]
            weight = weight[some] * (len(positions) / len(some))
            positions, rows, labels = positions[some], self.table(), targets[some]
        hidden = self(batch["ids"]).flatten(0, 1)[positions]
        losses = F.cross_entropy((hidden @ rows.T).float(), labels, reduction="none")
        return (losses * weight).sum()

    def save(self, path: Path) -> None:
        tensors = {
            f"model.{n}": p
            for n, p in self.body.named_parameters()
            if not n.startswith("embed_tokens")
        }
        tensors["rows"] = self.rows
        tensors = {
            name: t.detach().to("cpu", torch.bfloat16).contiguous() for name, t in tensors.items()
        }
        tensors["row_ids"] = torch.from_numpy(self.trained).to(torch.int32)
        save_file(tensors, path, {"format": "pt"})

    def load(self, path: Path) -> None:
        """Take over an earlier stage: its body, and the rows that it trained."""
        saved = load_file(path)
        body = {
            n.removeprefix("model."): t.float() for n, t in saved.items() if n.startswith("model.")
        }
        self.body.load_state_dict(body, strict=False)
        with torch.no_grad():
            self.rows[self.slots[saved["row_ids"].long()]] = (
                saved["rows"].float().to(self.rows.device)
            )


def rms_norm(module: LlamaRMSNorm, hidden: Tensor) -> Tensor:
    """Return LlamaRMSNorm's output from PyTorch's fused kernel."""
    return F.rms_norm(hidden, module.weight.shape, module.weight, module.variance_epsilon)


class BatchedMuon(torch.optim.Optimizer):
    """torch.optim.Muon (lr adjusted as for AdamW), with matrices of one shape stacked.

    For matrices this small the launches cost more than the arithmetic: stacking makes the step
    some ten times quicker and leaves the result the same.
    """

    def __init__(self, matrices: list[nn.Parameter], lr: float, weight_decay: float = 0.05) -> None:
        by_shape: dict[torch.Size, list[nn.Parameter]] = {}
        for matrix in matrices:
            by_shape.setdefault(matrix.shape, []).append(matrix)
        super().__init__([{"params": ps} for ps in by_shape.values()], {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        """Move every matrix along the orthogonalised mean of its gradients (Newton-Schulz)."""
        for group in self.param_groups:
            matrices = group["params"]
            grad = torch.stack([m.grad for m in matrices])
            mean = self.state[matrices[0]].setdefault("mean", torch.zeros_like(grad))
            mean.lerp_(grad, 0.05)
            update = grad.lerp(mean, 0.95).bfloat16()
            tall = update.shape[1] > update.shape[2]
            update = update.mT if tall else update
            update = update / update.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
            for _ in range(5):
                gram = update @ update.mT
                gram = torch.baddbmm(gram, gram, gram, beta=-4.7750, alpha=2.0315)
                update = torch.baddbmm(update, gram, update, beta=3.4445)
            update = update.mT if tall else update
            torch._foreach_mul_(matrices, 1 - group["lr"] * group["weight_decay"])
            scale = 0.2 * max(grad.shape[1:]) ** 0.5 * group["lr"]
            torch._foreach_add_(matrices, list(update.float().unbind()), alpha=-scale)


def learning_rate(done: float, step: int, final: float) -> float:
    """Return the share of the peak rate: 40 steps up, flat, then down over the last 60 %."""
    falling = 1.0 if done < 0.4 else 1 - (1 - final) * (done - 0.4) / 0.6
    return min(1.0, (step + 1) / 40) * falling


def train_phase(
    model: Trainee, phase: Phase, writer: Writer, *, device: str, seed: int, workers: int
) -> list[dict[str, Any]]:
    """Train one phase in place and return its curve: step, loss of each batch, seconds."""
    matrices = [p for p in model.body.layers.parameters() if p.ndim == 2]
    norms = [p for p in model.body.parameters() if p.ndim == 1]
    adam = torch.optim.AdamW(
        [*norms, model.rows], lr=phase.rows_lr, betas=(0.9, 0.98), weight_decay=0.0, fused=device == "cuda"
    )
    optimizers = [BatchedMuon(matrices, phase.matrix_lr), adam]
    peaks = [phase.matrix_lr, phase.rows_lr]
    steps = DataLoader(
        Steps(phase, seed, model.trained, writer),
        batch_size=None,
        num_workers=workers,
        pin_memory=device == "cuda",
        prefetch_factor=4 if workers else None,
        multiprocessing_context="fork" if workers else None,
    )
    curve: list[dict[str, Any]] = []
    began = time.time()
    for step, batches in enumerate(steps):
        seconds = time.time() - began
        done = max((step + 1) / phase.steps, seconds / phase.seconds)
        for optimizer, peak in zip(optimizers, peaks, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = peak * learning_rate(min(1.0, done), step, phase.final_lr)
        losses = []
        for batch in batches:
            on_device = {name: t.to(device, non_blocking=True) for name, t in batch.items()}
            with torch.autocast(device, torch.bfloat16):
                loss = model.loss(on_device, whole_vocabulary=done > FULL_VOCABULARY_FROM)
            loss.backward()
            losses.append(loss.detach())
        torch.nn.utils.clip_grad_norm_(matrices, 1.0)
        torch.nn.utils.clip_grad_norm_([*norms, model.rows], 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        if step % 50 == 0 or done >= 1:
            values = [round(float(loss), 4) for loss in losses]
            curve.append({"phase": phase.name, "step": step, "loss": values, "seconds": round(seconds, 1)})
            print(f"{phase.name} {step}/{phase.steps} loss {values} {seconds:.0f} s", flush=True)
        if done >= 1:
            break
    return curve


def train(
    out: Path,
    phases: tuple[Phase, ...],
    *,
    device: str,
    seed: int,
    workers: int,
    pool_size: int,
    resume: Path | None = None,
) -> None:
    """Train the stages of `phases` in their order; write the weights and curve of each into `out`.

    Args:
        out: Folder to write into.
        phases: What to train; all phases of a stage must follow each other.
        device: "cuda" or "cpu".
        seed: Everything random follows from it.
        workers: Processes that write documents; 0 writes them in this one.
        pool_size: Sentences prepared in advance.
        resume: Weights of an earlier stage to go on from.
    """
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    writer = Writer(load_tokenizer(), seed, pool_size)
    plain, every = trained_ids(writer, *((6000, 3) if pool_size > 2000 else (30, 1)))
    earlier = resume
    for stage in dict.fromkeys(phase.stage for phase in phases):
        trained = every if stage == "chat" else plain
        if earlier:
            trained = np.union1d(trained, load_file(earlier)["row_ids"].numpy())
        model = Trainee(stage, trained).to(device)
        if earlier:
            model.load(earlier)
        print(f"{stage}: {len(trained)} trained rows", flush=True)
        curve: list[dict[str, Any]] = []
        for phase in (p for p in phases if p.stage == stage):
            seed += 1
            curve += train_phase(model, phase, writer, device=device, seed=seed, workers=workers)
        earlier = out / f"{stage}.safetensors"
        model.save(earlier)
        (out / f"curve-{stage}.json").write_text(json.dumps(curve, indent=0))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m llama_explore.pocket.recipe", description=__doc__
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for weights, curves and model card"
    )
    parser.add_argument("--smoke", action="store_true", help="a few tiny steps on the CPU")
    parser.add_argument("--seed", type=int, default=3370)
    parser.add_argument(
        "--workers", type=int, default=14, help="processes that write training documents"
    )
    parser.add_argument("--start", choices=[p.name for p in PHASES], default="copy", help="first phase to train")
    parser.add_argument("--resume", type=Path, help="weights to go on from, with --start")
    options = parser.parse_args(arguments)
    names = [phase.name for phase in PHASES]
    phases = PHASES[names.index(options.start) :]
    if options.smoke:
        train(options.out, smoke_phases(), device="cpu", seed=options.seed, workers=0, pool_size=200)
        return 0
    if not torch.cuda.is_available():
        sys.exit("The full recipe needs one CUDA GPU (try --smoke for a few steps on the CPU).")
    torch.set_float32_matmul_precision("high")
    train(
        options.out,
        phases,
        device="cuda",
        seed=options.seed,
        workers=options.workers,
        pool_size=20_000,
        resume=options.resume,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
