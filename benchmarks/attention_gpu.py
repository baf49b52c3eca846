"""The capture on a GPU: full-size layers of the 70B, random weights, bfloat16.

    python benchmarks/attention_capture.py --gpu --out results

No tokenizer, no download, no checkpoint: time and memory do not ask what is in the weights.
"""

from __future__ import annotations

import json
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

GIB = 2**30
DEVICE = "cuda"
LENGTHS = (8192, 32_768, 131_072)
LAYER_BYTES = 855_654_400 * 2
N_LAYERS = 80
WORKING_BYTES_PER_TOKEN = 300_000
"""What a pass needs beside weights: gate, up and down of the MLP, and a few hidden states."""
SPARE_BYTES = 3 * GIB
SECONDS_PER_LAYER = 0.9
WAYS: dict[str, dict[str, Any] | None] = {
    "no capture (floor)": None,
    "last row": {"rows": [-1]},
    "statistics, all positions": {"statistics": True},
    "map, 64 bins": {"map_size": 64},
}


@dataclass(frozen=True)
class GpuRow:
    """One way at one length; medians over the rounds."""

    way: str
    n_tokens: int
    seconds: float
    time_ratio: float
    extra_bytes: int
    memory_ratio: float
    rounds: int


def build_layers(longest: int, n_layers: int | None, budget: float) -> Any:
    """Return as many layers of the 70B as the GPU holds and the time allows."""
    import torch
    from transformers import LlamaConfig, LlamaModel

    if n_layers is None:
        free = torch.cuda.mem_get_info()[0] - SPARE_BYTES - longest * WORKING_BYTES_PER_TOKEN
        # The longest prompt is read four times: 0.9 s a layer at 131,072 tokens on an H200.
        seconds = 5 * SECONDS_PER_LAYER * (longest / 131_072) ** 2
        n_layers = max(1, min(N_LAYERS, int(free / LAYER_BYTES), int(0.65 * budget / seconds)))
    config = LlamaConfig(
        hidden_size=8192,
        intermediate_size=28_672,
        num_hidden_layers=n_layers,
        num_attention_heads=64,
        num_key_value_heads=8,
        head_dim=128,
        vocab_size=1024,  # the embedding is not what is measured
        max_position_embeddings=131_072,
        rms_norm_eps=1e-5,
        dtype="bfloat16",
        rope_parameters={
            "rope_type": "llama3",
            "rope_theta": 500_000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192,
        },
    )
    config._attn_implementation = "sdpa"
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(DEVICE):
            model = LlamaModel(config).eval()
    finally:
        torch.set_default_dtype(usual)
    return model


def check_exactness(model: Any) -> dict[str, str]:
    """Compare with a run without capture, with float64 and with the other walk, on 4,096 tokens."""
    import torch

    from llama_explore.attention import record, sweep
    from llama_explore.attention.scene import log_sum_exp

    ids = torch.randint(1024, (1, 4096), device=DEVICE)
    kept: dict[str, Any] = {}

    def keep(scene: Any, **options: Any) -> Any:
        kept.setdefault("scene", scene)
        return walk(scene, **options)

    with torch.inference_mode():
        plain = model(ids, use_cache=False).last_hidden_state
        from llama_explore.attention import capture, watching

        walk = watching.walk
        watching.walk = keep
        try:
            with capture(model, rows=[-1], statistics=True, map_size=64) as seen:
                watched = model(ids, use_cache=False).last_hidden_state
        finally:
            watching.walk = walk
        scene = kept["scene"]
        exact = scene.query[:, -1].double().view(8, 8, 128) @ scene.key.double().mT * scene.scale
        row = exact.softmax(-1).view(64, -1).cpu()
        off = (seen.rows.row(0).double() - row).abs().max()
        found = {
            "hidden states equal to the bit": str(torch.equal(plain, watched)),
            "layer 0's last row, off from float64 by at most": f"{off:.1e}",
            "walk": "one Triton kernel" if sweep.find_kernels() else "matrix products (no Triton)",
        }
        if sweep.find_kernels():
            known = scene.with_lse(log_sum_exp(scene))
            tiles = sweep.walk_with_tiles(known, spans=[(5, 700)], bin_width=128)
            kernel = sweep.walk_with_kernel(scene, spans=[(5, 700)], bin_width=128)
            for name in ("lse", "entropy", "distance", "spans"):
                gap = (getattr(tiles, name) - getattr(kernel, name)).abs().max()
                found[f"kernel and matrix products differ in {name} by at most"] = f"{gap:.1e}"
            gap = (tiles.bins - kernel.bins).abs().max() / 128
            found["kernel and matrix products differ in the map by at most"] = f"{gap:.1e}"
        again = record(model, ids, statistics=True, chunk_tokens=1024).statistics.entropy
        gap = (again - seen.statistics.entropy).abs().max()
        found["mean entropy, chunks of 1,024 against whole, nats"] = f"{gap:.1e}"
    return found


def run_once(model: Any, ids: Any, asked: Mapping[str, Any] | None) -> tuple[float, int]:
    """Read the prompt once; return seconds and the memory above the weights."""
    import torch

    from llama_explore.attention import capture

    torch.cuda.empty_cache()
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    begin = time.perf_counter()
    with torch.inference_mode():
        if asked is None:
            model(ids, use_cache=False)
        else:
            with capture(model, **asked):
                model(ids, use_cache=False)
    torch.cuda.synchronize()
    return time.perf_counter() - begin, torch.cuda.max_memory_allocated() - before


def measure(
    model: Any,
    lengths: tuple[int, ...],
    budget_seconds: float,
    report: Callable[[list[GpuRow]], None],
) -> list[GpuRow]:
    """Measure every way at every length, alternating, until the time is used up."""
    import torch

    began = time.perf_counter()
    rows: list[GpuRow] = []
    run_once(model, torch.randint(1024, (1, 2048), device=DEVICE), None)
    for name, asked in WAYS.items():  # compile kernels before the clock matters
        print(f"warming up: {name}", flush=True)
        run_once(model, torch.randint(1024, (1, 2048), device=DEVICE), asked)
    for n_tokens in lengths:
        ids = torch.randint(1024, (1, n_tokens), device=DEVICE)
        found: dict[str, list[tuple[float, int]]] = {name: [] for name in WAYS}
        for number in range(3):
            left = budget_seconds - (time.perf_counter() - began)
            last = sum(each[-1][0] for each in found.values() if each)
            if number and last * 1.1 > left * (1.0 if n_tokens == lengths[-1] else 0.15):
                break
            for name, asked in WAYS.items():
                found[name].append(run_once(model, ids, asked))
                report(rows + summarise(found, n_tokens))  # should the time end early
                seconds, extra = found[name][-1]
                print(
                    f"{n_tokens:>7,}  {name:<26}{seconds:8.2f} s{extra / GIB:8.1f} GiB", flush=True
                )
        rows += summarise(found, n_tokens)
        report(rows)
    return rows


def summarise(found: Mapping[str, list[tuple[float, int]]], n_tokens: int) -> list[GpuRow]:
    """Return the medians of each way that has run at this length."""
    floor, *_ = found.values()
    rows = []
    for name, runs in found.items():
        if runs:
            ratios = [a[0] / b[0] for a, b in zip(runs, floor, strict=False)]
            seconds = statistics.median(each[0] for each in runs)
            ratio, extra = statistics.median(ratios), runs[-1][1]
            memory = extra / floor[-1][1]
            rows.append(GpuRow(name, n_tokens, seconds, ratio, extra, memory, len(runs)))
    return rows


def to_markdown(rows: list[GpuRow], facts: Mapping[str, str], n_layers: int) -> str:
    """Return the table with hardware and date."""
    lines = [
        "# Attention capture on a GPU",
        "",
        "Written by `python benchmarks/attention_capture.py --gpu`.",
        "",
        *(f"- {name}: {value}" for name, value in facts.items()),
        "",
        "| tokens | way | seconds | times the floor | memory above the weights, GiB "
        "| times the floor | rounds |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        lines.append(
            f"| {row.n_tokens:,} | {row.way} | {row.seconds:.2f} | {row.time_ratio:.2f} "
            f"| {row.extra_bytes / GIB:.1f} | {row.memory_ratio:.2f} | {row.rounds} |"
        )
    for n_tokens in sorted({row.n_tokens for row in rows}):
        size = 64 * n_tokens**2 * 2 * n_layers
        lines.append(
            f"| {n_tokens:,} | `output_attentions=True` | not run | | {size / GIB:,.0f} (computed) "
            "| | |"
        )
    return "\n".join([*lines, ""])


def run_gpu(out: Path, lengths: tuple[int, ...], n_layers: int | None, budget: float) -> int:
    """Measure, print and write; return the exit status."""
    import torch

    if not torch.cuda.is_available():
        print("There is no CUDA GPU here. Leave out --gpu to measure the CPU.")
        return 2
    began = time.perf_counter()
    torch.manual_seed(0)
    model = build_layers(max(lengths), n_layers, budget)
    card = torch.cuda.get_device_properties(0)
    count = model.config.num_hidden_layers
    facts = {
        "date": date.today().isoformat(),
        "hardware": f"{card.name}, {card.total_memory / GIB:.1f} GiB",
        "versions": ", ".join(f"{n} {metadata.version(n)}" for n in ("torch", "transformers"))
        + f", Python {platform.python_version()}",
        "model": f"{count} full-size layers of Llama 3.3 70B "
        f"({torch.cuda.memory_allocated() / GIB:.1f} GiB), random weights, bfloat16, one prompt "
        "in one go, no KV cache kept",
    }
    print(*facts.items(), sep="\n", flush=True)
    try:
        facts |= check_exactness(model)
    except Exception as error:  # the times are worth having even so, and the report says it
        facts["check of exactness"] = f"FAILED: {type(error).__name__}: {error}"
    print(*facts.items(), sep="\n", flush=True)

    def report(rows: list[GpuRow]) -> None:
        out.mkdir(parents=True, exist_ok=True)
        text = to_markdown(rows, facts, count)
        (out / "attention_capture_gpu.md").write_text(text, encoding="utf-8")
        values = {"facts": facts, "rows": [asdict(row) for row in rows]}
        text = json.dumps(values, indent=1) + "\n"
        (out / "attention_capture_gpu.json").write_text(text, encoding="utf-8")

    rows = measure(model, lengths, budget - (time.perf_counter() - began), report)
    print(to_markdown(rows, facts, count))
    return 0
