"""Encode 100 MB of mixed text with Llama 3's tokenizer and with tiktoken, in the same run.

    python benchmarks/tokenizer_throughput.py [--megabytes 100] [--write]

Both have the same 128,000 entries and the same split pattern, both get the same documents in
the same order, and each document's ids must be equal. Each is timed with one thread and with
all cores; the two take turns, and the best of the turns counts. ``--write`` keeps the table in
``benchmarks/results/tokenizer_throughput.md``. Some minutes for 100 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

from llama_explore.vocab.phrasebook import PASSAGES

RESULT = Path(__file__).parent / "results" / "tokenizer_throughput.md"
DOCUMENT_CHARACTERS = 4_000
BATCH = 1_000
TURNS = 2

CODE = '''
def {name}({argument}: list[float], *, {option}: int = {number}) -> float:
    """Return the {name} of {argument}."""
    if not {argument}:
        raise ValueError("{argument} is empty")
    total = 0.0
    for i, value in enumerate({argument}):
        total += value * {option} ** i  # {number}
    return total / len({argument})
'''
LINE = '{{"id": {number}, "name": "{name}", "tags": ["{argument}", "{option}"], "ok": true}}\n'
NAMES = "mean weighted_sum score entropy running_total norm find_best parse merge rank".split()


def generate_documents(n_bytes: int, seed: int = 4) -> list[str]:
    """Return documents of mixed text: 17 languages, program code, JSON lines, numbers, signs."""
    dice = random.Random(seed)
    sentences = [text for texts in PASSAGES.values() for text in texts]
    english = PASSAGES["English"]

    def write_part() -> str:
        sort = dice.random()
        words = {key: dice.choice(NAMES) for key in ("name", "argument", "option")}
        words["number"] = str(dice.randrange(10**6))
        if sort < 0.35:
            return " ".join(dice.sample(english, 3)) + "\n\n"
        if sort < 0.65:
            return dice.choice(sentences) + " "
        if sort < 0.85:
            return CODE.format(**words)
        if sort < 0.95:
            return LINE.format(**words) * 3
        # Words that are no words: here merging has to work, no entry is found as a whole.
        return "".join(dice.choices("abcdefghiklmnoprstuvwyz  .,;-\n0123456789", k=200)) + "\n"

    documents, size = [], 0
    while size < n_bytes:
        document = ""
        while len(document) < DOCUMENT_CHARACTERS:
            document += write_part()
        documents.append(document)
        size += len(document.encode())
    return documents


def measure(which: str, n_bytes: int, n_threads: int) -> dict[str, float]:
    """Encode in this process; return seconds of encoding, and a sum over all ids."""
    documents = generate_documents(n_bytes)
    total = checksum = 0
    if which == "tiktoken":
        from llama_explore.vocab.entries import encoding

        model = encoding()

        def encode(batch: list[str]) -> list[list[int]]:
            return model.encode_ordinary_batch(batch, num_threads=n_threads)
    else:
        os.environ["RAYON_NUM_THREADS"] = str(n_threads)
        os.environ["TOKENIZERS_PARALLELISM"] = "true" if n_threads > 1 else "false"
        from llama_explore import load_tokenizer

        backend = load_tokenizer().backend_tokenizer
        backend.encode_special_tokens = True

        def encode(batch: list[str]) -> list[list[int]]:
            found = backend.encode_batch_fast(batch, add_special_tokens=False)
            return [each.ids for each in found]

    encode(documents[:20])
    seconds = 0.0
    for start in range(0, len(documents), BATCH):
        began = time.perf_counter()
        ids = encode(documents[start : start + BATCH])
        seconds += time.perf_counter() - began
        for n, each in enumerate(ids, start):
            total += len(each)
            checksum = (checksum + (n + 1) * hash(tuple(each))) % 2**61
    size = sum(len(document.encode()) for document in documents)
    return {"seconds": seconds, "n_bytes": size, "n_tokens": total, "checksum": checksum}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--write", action="store_true", help="keep the table in results/")
    parser.add_argument("--one", nargs=2, metavar=("WHICH", "THREADS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    n_bytes = round(options.megabytes * 10**6)
    if options.one:
        print(json.dumps(measure(options.one[0], n_bytes, int(options.one[1]))))
        return 0

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    began, load_before = date.today(), read_load()
    threads = sorted({1, cores or 1})
    runs: dict[tuple[str, int], list[dict[str, float]]] = {}
    for _ in range(TURNS):
        for n_threads in threads:
            for which in ("tokenizers", "tiktoken"):
                runs.setdefault((which, n_threads), []).append(
                    run_fresh(which, n_threads, options.megabytes)
                )
    results = [run for each in runs.values() for run in each]
    if len({(run["n_tokens"], run["checksum"]) for run in results}) != 1:
        print("The ids differ: nothing is reported.", file=sys.stderr)
        return 1
    conditions = (
        f"{platform.machine()}, {cores} cores. Measured on {began.isoformat()}; load average "
        f"{load_before:.1f} when it began and {read_load():.1f} at the end, so many processes "
        "wanted to run on them."
    )
    page = report(runs, conditions)
    print(page)
    if options.write:
        RESULT.write_text(page, encoding="utf-8")
    return 0


def run_fresh(which: str, n_threads: int, megabytes: float) -> dict[str, float]:
    """Measure in a fresh process: no cache of an earlier turn, and its own threads."""
    command = [sys.executable, __file__, "--megabytes", str(megabytes)]
    command += ["--one", which, str(n_threads)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def read_load() -> float:
    """Return how many processes wanted to run in the last minute; nan where nobody counts."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def report(runs: dict[tuple[str, int], list[dict[str, float]]], conditions: str) -> str:
    first = next(iter(runs.values()))[0]
    lines = [
        "# Throughput of the tokenizer",
        "",
        f"{first['n_bytes'] / 1e6:.1f} MB of mixed text ({first['n_tokens']:,} tokens, "
        f"{first['n_bytes'] / first['n_tokens']:.2f} bytes a token), made by "
        "`benchmarks/tokenizer_throughput.py`; every id is equal in all runs.",
        "",
        "| library | threads | MB a second | million tokens a second | beside tiktoken |",
        "|---|---|---|---|---|",
    ]
    best = {key: min(run["seconds"] for run in each) for key, each in runs.items()}
    for (which, n_threads), seconds in best.items():
        beside = best["tiktoken", n_threads] / seconds
        lines.append(
            f"| {which} | {n_threads} | {first['n_bytes'] / seconds / 1e6:.2f} | "
            f"{first['n_tokens'] / seconds / 1e6:.2f} | {beside:.2f} x |"
        )
    spread = max(
        max(run["seconds"] for run in each) / min(run["seconds"] for run in each)
        for each in runs.values()
    )
    lines += [
        "",
        f"Best of {TURNS} turns, each in a fresh process; the slowest turn took up to {spread:.2f} "
        f"times as long as the best. Python {platform.python_version()}, tokenizers "
        f"{version('tokenizers')}, tiktoken {version('tiktoken')}, {conditions}",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
