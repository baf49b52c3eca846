"""Train the pocket model from nothing: one command, one GPU, under 25 minutes.

    python -m llama_explore.pocket.recipe --out runs/pocket

The phases stand in `phases`, their documents in `documents` and `batches`, the model in `trainee`.
Each phase leaves its stage's weights and curve in the folder; at the end `card` draws the curves
and writes a model card. `--smoke` runs the same code with a few tiny steps on the CPU.

Matrices are trained with Muon (AdamW alone never learned to copy arbitrary tokens in the same
time), norms and embedding rows with AdamW. The last phase keeps a share of the weights before it:
averaged, they read unknown sentences as well and forget less (Wortsman et al., "Robust fine-tuning
of zero-shot models", 2022).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from torch.utils.data import DataLoader

from llama_explore.errors import LlamaExploreError
from llama_explore.pocket.batches import Steps, trained_ids, write_row
from llama_explore.pocket.card import TRAINING_NOTE, write_card
from llama_explore.pocket.documents import Writer
from llama_explore.pocket.muon import BatchedMuon
from llama_explore.pocket.phases import (
    FULL_VOCABULARY_FROM,
    PHASES,
    Phase,
    learning_rate,
    smoke_phases,
)
from llama_explore.pocket.trainee import Trainee
from llama_explore.vocab import load_tokenizer

__all__ = [
    "PHASES",
    "BatchedMuon",
    "Phase",
    "Steps",
    "Trainee",
    "main",
    "smoke_phases",
    "train",
    "train_phase",
    "trained_ids",
    "write_row",
]


def fuse(model: Trainee) -> None:
    """Compile the layers: they share one graph for each shape of batch, not hundreds of kernels."""
    torch.compiler.reset()  # the shapes of the phase before are of no use any more
    for layer in model.body.layers:
        layer.compile(dynamic=False)


def train_phase(
    model: Trainee, phase: Phase, writer: Writer, *, device: str, seed: int, workers: int
) -> list[dict[str, Any]]:
    """Train one phase in place and return its curve.

    Returns:
        An entry at every 50th step and the last: `phase`, `step`, the `loss` of each batch in
        nats, and the `seconds` since the phase began.
    """
    matrices = [p for p in model.body.layers.parameters() if p.ndim == 2]
    norms = [p for p in model.body.parameters() if p.ndim == 1]
    adam = torch.optim.AdamW(
        [*norms, model.rows],
        lr=phase.rows_lr,
        betas=(0.9, 0.98),
        weight_decay=0.0,
        fused=device == "cuda",
    )
    optimizers: list[torch.optim.Optimizer] = [BatchedMuon(matrices, phase.matrix_lr), adam]
    peaks = [phase.matrix_lr, phase.rows_lr]
    steps = DataLoader(
        Steps(phase, seed, model.trained, writer),
        batch_size=None,
        num_workers=workers,
        pin_memory=device == "cuda",
        prefetch_factor=4 if workers else None,
        multiprocessing_context="fork" if workers else None,
    )
    if device == "cuda":
        fuse(model)
    before = [p.detach().clone() for p in model.parameters()]
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
            # A processor without bfloat16 instructions would take minutes for what takes seconds.
            with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
                loss = model.loss(on_device, whole_vocabulary=done > FULL_VOCABULARY_FROM)
            loss.backward()
            losses.append(loss.detach())
        torch.nn.utils.clip_grad_norm_(matrices, 1.0)
        torch.nn.utils.clip_grad_norm_([*norms, model.rows], 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        if step % 50 == 0 or done >= 1:
            entry = {
                "phase": phase.name,
                "step": step,
                "loss": [round(float(loss), 4) for loss in losses],
                "seconds": round(seconds, 1),
            }
            curve.append(entry)
            loss_now = entry["loss"]
            print(f"{phase.name} {step}/{phase.steps} loss {loss_now} {seconds:.0f} s", flush=True)
        if done >= 1:
            break
    with torch.no_grad():
        for parameter, earlier in zip(model.parameters(), before, strict=True):
            parameter.lerp_(earlier, phase.kept)
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
    began = time.time()
    torch.manual_seed(seed)
    writer = Writer(load_tokenizer(), seed, pool_size)
    plain, every = trained_ids(writer, *((6000, 6) if pool_size > 2000 else (30, 1)))
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
            model.save(earlier)  # after each phase: what is learned is not lost with the next one
            (out / f"curve-{stage}.json").write_text(json.dumps(curve, indent=0))
    machine = torch.cuda.get_device_name() if device == "cuda" else "a CPU"
    names = ", ".join(phase.name for phase in phases)
    minutes = f"{(time.time() - began) / 60:.1f} minutes"
    (out / TRAINING_NOTE).write_text(
        f"Trained on {machine} (torch {torch.__version__}, {date.today()}) in {minutes}, "
        f"phases {names}{f', from {resume.name} on' if resume else ''}.\n"
    )
    write_card(out)


def check_start(start: str, resume: Path | None) -> None:
    """Refuse a start in the middle without weights to go on from, or with a file that is none."""
    if resume is None:
        if start != PHASES[0].name:
            raise LlamaExploreError(
                f"Phase {start!r} goes on from what the phases before it learned.",
                f"Add --resume WEIGHTS.safetensors, or leave out --start {start}.",
            )
        return
    try:
        with safe_open(resume, "pt") as file:
            sound = {"rows", "row_ids"} <= set(file.keys())
    except (OSError, SafetensorError):
        sound = False
    if not sound:
        raise LlamaExploreError(
            f"{resume} does not hold a stage of the pocket model.",
            "Give --resume one of the .safetensors files that this recipe wrote.",
        )


def run(options: argparse.Namespace) -> None:
    """Do what the command line asks for."""
    check_start(options.start, options.resume)
    first = [phase.name for phase in PHASES].index(options.start)
    if options.smoke:
        phases, device, workers, pool_size = smoke_phases(), "cpu", 0, 200
    else:
        phases, device, workers, pool_size = PHASES, "cuda", options.workers, 20_000
        if not torch.cuda.is_available():
            raise LlamaExploreError(
                "The full recipe needs one CUDA GPU, and torch finds none here.",
                "Run it on a machine with a GPU, or try --smoke for a few steps on the CPU.",
            )
        torch.set_float32_matmul_precision("high")
    train(
        options.out,
        phases[first:],
        device=device,
        seed=options.seed,
        workers=workers,
        pool_size=pool_size,
        resume=options.resume,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the recipe and return the exit status: 0 if all is well, else 1.

    Example: ``main(["--smoke", "--out", "runs/smoke"])`` takes seconds on a CPU.

    Args:
        arguments: What follows the command's name; `sys.argv` when None.
    """
    parser = argparse.ArgumentParser(
        prog="python -m llama_explore.pocket.recipe",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
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
        "--start", choices=[p.name for p in PHASES], default="copy", help="first phase to train"
    )
    parser.add_argument("--resume", type=Path, help="weights to go on from, with --start")
    try:
        run(parser.parse_args(arguments))
    except LlamaExploreError as error:
        print(f"recipe: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
