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
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset
from transformers import LlamaModel

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
class Batch:
    """One part of every training step: `rows` x `length` tokens, kinds drawn by their shares."""

    rows: int
    length: int
    kinds: dict[str, float]
    weight: float = 1.0


@dataclass(frozen=True)
class Phase:
    """A stretch of training with one mixture of data and one learning-rate curve."""

    name: str
    stage: str
    steps: int
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
        (Batch(512, 96, {"copy": 0.6, "story": 0.2, "needles": 0.2}),),
        matrix_lr=3e-3,
        rows_lr=2e-3,
        final_lr=1.0,
    ),
    Phase(
        "pretrain",
        "base-512",
        4600,
        (Batch(80, 512, {"needles": 1.0}), Batch(48, 512, {"story": 0.7, "copy": 0.3})),
        matrix_lr=3e-3,
        rows_lr=2e-3,
        final_lr=0.05,
    ),
    Phase(
        "extend",
        "base",
        1300,
        (
            Batch(8, CONTEXT, {"needles": 0.96, "copy": 0.04}),
            Batch(32, 512, {"needles": 1.0}),
            Batch(24, 512, {"story": 0.8, "copy": 0.2}, weight=0.5),
        ),
        matrix_lr=1.5e-3,
        rows_lr=1e-3,
        final_lr=0.05,
    ),
    Phase(
        "chat",
        "chat",
        2500,
        (
            Batch(256, 160, {"chat": 1.0}),
            Batch(48, 512, {"chat_needles": 1.0}),
            Batch(6, CONTEXT, {"chat_needles": 1.0}),
            Batch(24, 512, {"story": 0.8, "copy": 0.2}, weight=0.4),
        ),
        matrix_lr=2e-3,
        rows_lr=1.5e-3,
        final_lr=0.02,
    ),
)
FULL_VOCABULARY_FROM = 0.92
"""Share of a phase after which the loss runs over all 128,256 entries, not a sample of them."""


def smoke_phases() -> tuple[Phase, ...]:
    """Return the same phases with two tiny steps each, for a test on the CPU."""
    return tuple(
        replace(
            phase,
            steps=2,
            batches=tuple(replace(b, rows=2, length=min(b.length, 256)) for b in phase.batches),
        )
        for phase in PHASES
    )


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

    A batch holds `ids` (rows, length), flat `positions` whose next token counts in the loss, the
    `targets` there, and the sampled `candidates` of the vocabulary with `labels` into them.
    """

    def __init__(self, phase: Phase, seed: int, trained: np.ndarray, pool_size: int) -> None:
        self.phase, self.seed, self.trained, self.pool_size = phase, seed, trained, pool_size

    def __iter__(self) -> Iterator[list[dict[str, Tensor]]]:
        info = torch.utils.data.get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        torch.set_num_threads(1)
        writer = Writer(load_tokenizer(), self.seed * 1000 + worker, self.pool_size)
        random = np.random.default_rng(self.seed * 1000 + worker)
        for step in range(worker, self.phase.steps, workers):
            sampled = step < FULL_VOCABULARY_FROM * self.phase.steps
            yield [self._batch(writer, random, batch, sampled) for batch in self.phase.batches]

    def _batch(
        self, writer: Writer, random: np.random.Generator, batch: Batch, sampled: bool
    ) -> dict[str, Tensor]:
        kinds = writer.rng.choices(list(batch.kinds), list(batch.kinds.values()), k=batch.rows)
        rows = [write_row(writer, kind, batch.length) for kind in kinds]
        ids = np.array([row.ids for row in rows], dtype=np.int64)
        learn = np.array([row.learn for row in rows], dtype=bool)
        learn[:, 0] = False
        positions = np.flatnonzero(learn) - 1
        if not sampled and len(positions) > 6000:
            positions = np.sort(random.choice(positions, 6000, replace=False))
        targets = ids.reshape(-1)[positions + 1]
        result = {"ids": ids, "positions": positions, "targets": targets}
        if sampled:
            candidates = np.unique(
                np.concatenate([self.trained, targets, random.integers(0, N_ORDINARY, 6000)])
            )
            result |= {"candidates": candidates, "labels": np.searchsorted(candidates, targets)}
        return {name: torch.from_numpy(array) for name, array in result.items()}


def trained_ids(writer: Writer, stage: str, n_samples: int, at_least: int) -> np.ndarray:
    """Return the ids of the tokens that the training texts of a stage use, sorted.

    Tokens seen fewer than `at_least` times in `n_samples` documents keep their fixed row.
    """
    from llama_explore.pocket import needles, phrasebook

    counts: Counter[int] = Counter()
    for _ in range(n_samples):
        counts.update(writer.story().ids)
        needle = needles.everyday(writer.rng)
        counts.update(writer.encode(" " + needle.before) + writer.encode(needle.after))
        counts.update(writer.encode(f"\n\nQuestion: {needle.question}\nAnswer: It is."))
        for needle in needles.keyed(writer.rng, 2):
            counts.update(writer.encode(" " + needle.before) + writer.encode(needle.question))
        if stage == "chat":
            counts.update(writer.chat().ids)
    always = [text for entry in phrasebook.WORDS + phrasebook.PHRASES for text in astuple(entry)]
    always = [i for text in always for i in writer.encode(text) + writer.encode(" " + text)]
    kept = {i for i, n in counts.items() if n >= at_least} | set(always)
    return np.array(sorted(kept), dtype=np.int64)


# ---- model --------------------------------------------------------------------------------


class Trainee(nn.Module):
    """A LlamaModel whose embedding is a fixed table with some trained rows, tied to the output."""

    fixed: Tensor
    slots: Tensor

    def __init__(self, stage: str, trained: np.ndarray) -> None:
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
        hidden: Tensor = self.body(inputs_embeds=self.table(ids), use_cache=False).last_hidden_state
        return hidden

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        hidden = self(batch["ids"]).flatten(0, 1)[batch["positions"]]
        if "candidates" in batch:
            return F.cross_entropy(
                (hidden @ self.table(batch["candidates"]).T).float(), batch["labels"]
            )
        return F.cross_entropy((hidden @ self.table().T).float(), batch["targets"])

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


def learning_rate(step: int, phase: Phase) -> float:
    """Return the share of the peak rate: 40 steps up, flat, then down over the last 60 %."""
    done = step / phase.steps
    falling = 1.0 if done < 0.4 else 1 - (1 - phase.final_lr) * (done - 0.4) / 0.6
    return min(1.0, (step + 1) / 40) * falling


def train_phase(
    model: Trainee, phase: Phase, *, device: str, seed: int, workers: int, pool_size: int
) -> list[dict[str, Any]]:
    """Train one phase in place and return its curve: step, loss of each batch, seconds."""
    matrices = [
        p
        for n, p in model.body.named_parameters()
        if p.ndim == 2 and p.requires_grad and "embed" not in n
    ]
    others = [p for p in model.body.parameters() if p.ndim == 1]
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.Muon(
            matrices, lr=phase.matrix_lr, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"
        ),
        torch.optim.AdamW(
            [*others, model.rows], lr=phase.rows_lr, betas=(0.9, 0.98), weight_decay=0.0
        ),
    ]
    peaks = [optimizer.param_groups[0]["lr"] for optimizer in optimizers]
    steps = DataLoader(
        Steps(phase, seed, model.trained, pool_size),
        batch_size=None,
        num_workers=workers,
        pin_memory=device == "cuda",
        prefetch_factor=4 if workers else None,
    )
    curve: list[dict[str, Any]] = []
    began = time.time()
    for step, batches in enumerate(steps):
        for optimizer, peak in zip(optimizers, peaks, strict=True):
            optimizer.param_groups[0]["lr"] = peak * learning_rate(step, phase)
        losses = []
        for batch, spec in zip(batches, phase.batches, strict=True):
            on_device = {name: t.to(device, non_blocking=True) for name, t in batch.items()}
            with torch.autocast(device, torch.bfloat16):
                loss = model.loss(on_device)
            (loss * spec.weight).backward()
            losses.append(loss.detach())
        for optimizer in optimizers:
            torch.nn.utils.clip_grad_norm_(
                [p for g in optimizer.param_groups for p in g["params"]], 1.0
            )
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        if step % 50 == 0 or step == phase.steps - 1:
            values = [round(float(loss), 4) for loss in losses]
            curve.append(
                {
                    "phase": phase.name,
                    "step": step,
                    "loss": values,
                    "seconds": round(time.time() - began, 1),
                }
            )
            print(
                f"{phase.name} {step}/{phase.steps} loss {values} {time.time() - began:.0f} s",
                flush=True,
            )
    return curve


def train(
    out: Path,
    phases: tuple[Phase, ...],
    *,
    device: str,
    seed: int,
    workers: int,
    pool_size: int,
    stages: tuple[str, ...] = STAGES,
) -> list[dict[str, Any]]:
    """Train the given stages, write their weights and curves into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    writer = Writer(load_tokenizer(), seed, min(pool_size, 2000))
    n_samples, at_least = (12_000, 5) if pool_size > 2000 else (50, 1)
    curves: list[dict[str, Any]] = []
    for stage in stages:
        i = STAGES.index(stage)
        trained, earlier = (
            trained_ids(writer, stage, n_samples, at_least),
            out / f"{STAGES[i - 1]}.safetensors",
        )
        if i:
            trained = np.union1d(trained, load_file(earlier)["row_ids"].numpy())
        model = Trainee(stage, trained).to(device)
        if i:
            model.load(earlier)
        print(f"{stage}: {len(model.trained)} trained rows", flush=True)
        curve: list[dict[str, Any]] = []
        for k, phase in enumerate(p for p in phases if p.stage == stage):
            curve += train_phase(
                model,
                phase,
                device=device,
                seed=seed + 10 * i + k,
                workers=workers,
                pool_size=pool_size,
            )
        model.save(out / f"{stage}.safetensors")
        (out / f"curves-{stage}.json").write_text(json.dumps(curve, indent=0))
        curves += curve
    return curves


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
    parser.add_argument(
        "--stages", nargs="+", choices=STAGES, default=STAGES, help="train only these"
    )
    options = parser.parse_args(arguments)
    if options.smoke:
        train(
            options.out, smoke_phases(), device="cpu", seed=options.seed, workers=0, pool_size=200
        )
        return 0
    if not torch.cuda.is_available():
        sys.exit("The full recipe needs one CUDA GPU (try --smoke for a few steps on the CPU).")
    torch.set_float32_matmul_precision("high")
    train(
        options.out,
        PHASES,
        device="cuda",
        seed=options.seed,
        workers=options.workers,
        pool_size=20_000,
        stages=tuple(options.stages),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
