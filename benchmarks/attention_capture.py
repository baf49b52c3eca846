"""Time and memory of looking at attention, each way in its own process, against no looking.

    python benchmarks/attention_capture.py                 512 to 8,192 tokens on the CPU (Linux)
    python benchmarks/attention_capture.py --write         the same; benchmarks/results/ is written
    python benchmarks/attention_capture.py --gpu --out DIR full-size layers of the 70B on a GPU

The ways take turns, so that other work on the machine slows all of them alike; each ratio is
the median over the rounds of a way's time over the floor's in the same round. TransformerLens
and nnsight are measured when they are installed: pip install transformer_lens nnsight
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from attention_ways import FLOOR, MATRIX_WAYS, N_LAYERS, N_QUERY_HEADS, THREADS, WAYS, find_missing

RESULTS = Path(__file__).parent / "results"
LENGTHS = (512, 1024, 2048, 4096, 8192)
MIB, GIB = 2**20, 2**30
LAST_ROW, STATISTICS, MAP = list(WAYS)[1:4]
ASKED = {LAST_ROW: (1.05, 1.1), STATISTICS: (1.6, 1.3)}
"""What we set ourselves, times the floor's time and memory, at 4,096 tokens and beyond."""
BEST_KNOWN = {
    (LAST_ROW, 1024): (1.04, 27 / 30),
    (LAST_ROW, 2048): (1.02, 58 / 56),
    (LAST_ROW, 4096): (0.97, 118 / 114),
    (LAST_ROW, 8192): (0.97, 1.0),
    (STATISTICS, 1024): (1.5, 31 / 30),
    (STATISTICS, 2048): (1.8, 68 / 56),
    (STATISTICS, 4096): (1.7, 105 / 114),
    (STATISTICS, 8192): (1.7, 1.5),
    (MAP, 8192): (1.7, 1.6),
}
"""The best measured before, with any other tool or a trial of this one, on another machine."""
FREE_SHARE = 0.8
SHORT, OFTEN = 2048, 3
"""A pass over few tokens takes less than a second: it is measured three times as often."""


@dataclass(frozen=True)
class Row:
    """One way at one length: medians over the rounds, or why it was not run."""

    way: str
    n_tokens: int
    seconds: float | None = None
    time_ratio: float | None = None
    extra_bytes: int | None = None
    memory_ratio: float | None = None
    rounds: int = 0
    note: str = ""


class Process:
    """One way, loaded once, that measures one pass whenever it is asked."""

    def __init__(self, way: str) -> None:
        self.way = way
        self.problem = ""
        missing = find_missing(way)
        if missing:
            self.problem = f"not installed: pip install {missing}"
            return
        folder = Path(__file__).parent
        paths = [str(folder.parent), os.environ.get("PYTHONPATH", "")]
        self.child = subprocess.Popen(
            [sys.executable, str(folder / "attention_ways.py"), way],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if way in MATRIX_WAYS else None,
            text=True,
            env=os.environ
            | {
                "PYTHONPATH": os.pathsep.join(filter(None, paths)),
                "HF_HUB_OFFLINE": "1",
                "OMP_NUM_THREADS": str(THREADS),
                # Tensors go back to the system when freed: else what a process holds says
                # more about the C library's heap than about what a way needs.
                "MALLOC_MMAP_THRESHOLD_": str(128 * 1024),
            },
        )
        self._answer()

    def _answer(self) -> Any:
        line = self.child.stdout.readline() if self.child.stdout else ""
        if not line:
            self.problem = f"failed with exit status {self.child.wait()}"
            return None
        return json.loads(line)

    def measure(self, n_tokens: int) -> Any:
        """Run one pass, or return None where it cannot be run."""
        if self.problem or not self.child.stdin:
            return None
        self.child.stdin.write(f"{n_tokens}\n")
        self.child.stdin.flush()
        return self._answer()

    def close(self) -> None:
        if not find_missing(self.way) and self.child.stdin:
            self.child.stdin.close()
            self.child.wait()


def refuse(way: str, n_tokens: int) -> str:
    """Return why a way is not run at this length, if its matrices do not fit into memory."""
    import psutil

    matrices = 0
    if way in MATRIX_WAYS:
        matrices = N_LAYERS
    elif "eager, a layer" in way:
        matrices = 3
    needed = matrices * N_QUERY_HEADS * n_tokens**2 * 4 * 1.3
    allowed = FREE_SHARE * psutil.virtual_memory().available
    if needed < allowed:
        return ""
    return f"not run: needs {needed / GIB:.1f} GiB, {allowed / GIB:.1f} allowed"


def measure_all(lengths: Sequence[int], rounds: int, ways: Sequence[str]) -> list[Row]:
    """Measure the ways in turn, round after round."""
    processes = [Process(way) for way in ways]
    rows = []
    for n_tokens in lengths:
        found: dict[str, list[Any]] = {way: [] for way in ways}
        notes = dict.fromkeys(ways, "")
        for _ in range(rounds * OFTEN if n_tokens <= SHORT else rounds):
            for process in processes:
                way = process.way
                notes[way] = notes[way] or process.problem or refuse(way, n_tokens)
                result = None if notes[way] else process.measure(n_tokens)
                if result:
                    found[way].append(result)
                    seconds, size = result["seconds"], result["extra_bytes"] / MIB
                    print(f"{n_tokens:>6,} {way:<42}{seconds:8.2f} s {size:8.0f} MiB", flush=True)
        for way in ways:
            rows.append(summarise(way, n_tokens, found[way], found[FLOOR], notes[way]))
    for process in processes:
        process.close()
    return rows


def summarise(way: str, n_tokens: int, runs: list[Any], floor: list[Any], note: str) -> Row:
    """Return the medians of one way at one length."""
    if not runs:
        return Row(way, n_tokens, note=note or "failed")
    pairs = list(zip(runs, floor, strict=False))
    extra = statistics.median(each["extra_bytes"] for each in runs)
    return Row(
        way=way,
        n_tokens=n_tokens,
        seconds=statistics.median(each["seconds"] for each in runs),
        time_ratio=statistics.median(a["seconds"] / b["seconds"] for a, b in pairs),
        extra_bytes=int(extra),
        memory_ratio=extra / statistics.median(each["extra_bytes"] for each in floor),
        rounds=len(runs),
    )


def to_markdown(rows: Sequence[Row], facts: Mapping[str, str]) -> str:
    """Return the table: time as a multiple of the floor, memory above the loaded model."""
    lengths = sorted({row.n_tokens for row in rows})
    lines = [
        "# Ways to look at attention, compared",
        "",
        "Written by `python benchmarks/attention_capture.py --write`.",
        "",
        *(f"- {name}: {value}" for name, value in facts.items()),
        "",
        "Time as a multiple of the floor's, and memory above the loaded model, at so many tokens:",
        "",
        "| way | " + " | ".join(f"{n:,}" for n in lengths) + " |",
        "|---" * (len(lengths) + 1) + "|",
    ]
    for way in dict.fromkeys(row.way for row in rows):
        cells = [show(row) for row in rows if row.way == way]
        lines.append(f"| {way} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "What was to be reached, as multiples of the floor's: what we set ourselves (from 4,096 "
        "tokens on), or the best figure known before, with other tools or a trial of this one on "
        "another machine, where that is better. A capture does all that the floor does, and "
        "more: a limit below 1.00 says how far two runs of the same thing lie apart.",
        "",
        "| way | tokens | time | at most | | memory | at most | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        limits = find_limits(row.way, row.n_tokens)
        if limits and row.time_ratio and row.memory_ratio:
            cells = [
                f"{found:.2f} | {most:.2f} | {'reached' if round(found, 2) <= most else 'MISSED'}"
                for found, most in zip((row.time_ratio, row.memory_ratio), limits, strict=True)
            ]
            lines.append(f"| {row.way} | {row.n_tokens:,} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def find_limits(way: str, n_tokens: int) -> tuple[float, float] | None:
    """Return the most times the floor's time and memory that a way may take, if that was set.

    Example: statistics at 4,096 tokens may take 1.6 times the floor's time, as asked for, and
    0.92 times its memory, as once measured.
    """
    known = BEST_KNOWN.get((way, n_tokens))
    asked = ASKED.get(way) if n_tokens >= 4096 else None
    limits = [each for each in (known, asked) if each]
    if not limits:
        return None
    time, memory = (round(min(each), 2) for each in zip(*limits, strict=True))
    return time, memory


def show(row: Row) -> str:
    """Return one cell."""
    if row.time_ratio is None or row.extra_bytes is None or row.seconds is None:
        return row.note
    size = f"{row.extra_bytes / MIB:,.0f} MiB"
    if row.way == FLOOR:
        return f"{row.seconds:.2f} s, {size}"
    return f"{row.time_ratio:.2f}x, {size}"


def describe_run(rounds: int) -> dict[str, str]:
    """Return when, where and with what it was measured."""
    import psutil

    packages = []
    for name in ("torch", "transformers", "transformer_lens", "nnsight"):
        try:
            packages.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            packages.append(f"{name} not installed")
    load = os.getloadavg()[1]
    return {
        "date": date.today().isoformat(),
        "hardware": f"{THREADS} threads on {os.cpu_count()} {platform.machine()} cores, "
        f"{psutil.virtual_memory().total / GIB:.0f} GiB; load before the run {load:.1f}",
        "versions": ", ".join(packages) + f", Python {platform.python_version()}",
        "model": "the pocket model's shape (6 layers, 16 query heads over 2 KV heads of 32), "
        "random weights, float32, 1,000 words",
        "rounds": f"{rounds} ({rounds * OFTEN} up to {SHORT:,} tokens), the ways in turn, each in "
        "a process of its own",
        "allowed": f"{FREE_SHARE:.0%} of the memory that is free",
    }


def write_results(rows: Sequence[Row], facts: Mapping[str, str], folder: Path) -> None:
    """Write the table for people and for programs."""
    folder.mkdir(parents=True, exist_ok=True)
    text = to_markdown(rows, facts)
    (folder / "attention_capture.md").write_text(text, encoding="utf-8")
    values = {"facts": dict(facts), "rows": [asdict(row) for row in rows]}
    text = json.dumps(values, indent=1) + "\n"
    (folder / "attention_capture.json").write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Ways to look at attention, compared.")
    parser.add_argument("--tokens", type=int, nargs="+", help="prompt lengths")
    parser.add_argument("--rounds", type=int, default=5, help="how often each way is measured")
    parser.add_argument("--only", nargs="+", help="words that a way's name must hold one of")
    parser.add_argument("--write", action="store_true", help="write the results")
    parser.add_argument("--gpu", action="store_true", help="measure a CUDA GPU instead")
    parser.add_argument("--layers", type=int, help="with --gpu: layers, not as many as fit")
    parser.add_argument("--seconds", type=float, default=200, help="with --gpu: time to use")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    options = parser.parse_args(arguments)
    if options.gpu:
        from attention_gpu import LENGTHS as gpu_lengths
        from attention_gpu import run_gpu

        lengths = tuple(options.tokens or gpu_lengths)
        return run_gpu(options.out, lengths, options.layers, options.seconds)
    ways = [
        way for way in WAYS
        if way == FLOOR or not options.only or any(word in way for word in options.only)
    ]  # fmt: skip
    facts = describe_run(options.rounds)
    rows = measure_all(options.tokens or LENGTHS, options.rounds, ways)
    print(to_markdown(rows, facts))
    if options.write:
        write_results(rows, facts, options.out)
    return int(any(row.note.startswith("failed") for row in rows))


if __name__ == "__main__":
    sys.exit(main())
