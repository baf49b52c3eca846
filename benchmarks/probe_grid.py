"""A needle grid in three ways, side by side: tokens, arithmetic, seconds, and do they agree?

    python benchmarks/probe_grid.py                 # the chapter's grid; some ten minutes
    python benchmarks/probe_grid.py --lengths 256 512 1024 --threads 1

*usual*: one full generate a cell. *exact*: the same prompts, shared beginnings read once. *scan*:
the needles of all depths in one context a length. The least possible number of tokens is that
of the nodes of the prompts' prefix tree, and of the answers that were given.

Where everything is found, agreement says little. So a second, small grid asks `base-512` at the
edge of its context, where it finds some needles and loses others.

Writes `benchmarks/results/probe_grid.md` and `.json`. CPU seconds are given beside wall seconds:
with one thread they hardly depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LENGTHS = [512, 1024, 2048, 3072, 4096, 6144, 8192]
N_DEPTHS = 11
EDGE_LENGTHS = [384, 512, 576, 640, 768, 896, 1024]
RESULTS = Path(__file__).parent / "results" / "probe_grid"


def measure(
    lengths: list[int], n_depths: int, task: str, n_threads: int, model: str | None = None
) -> dict[str, Any]:
    """Return one row for each way, and how far they agree."""
    import torch

    torch.set_num_threads(n_threads)
    from llama_explore import open_session, probes
    from llama_explore.probes.provenance import describe_model, describe_versions

    session = open_session(model)
    rows: list[dict[str, Any]] = []
    results: dict[str, probes.Results] = {}
    n_least = 0
    for way in ("usual", "exact", "scan"):
        grid = probes.Grid(
            tasks=(task,), lengths=lengths, depths=n_depths, way=way, beyond_context=True
        )
        plan = probes.plan_grid(session, grid)
        next(probes.answer_items(session, plan.items, way=way))  # what is imported or set up once
        work, cpu = probes.Work(), time.process_time()
        records = tuple(probes.answer_items(session, plan.items, way=way, work=work))
        cpu = time.process_time() - cpu
        if way == "usual":
            # The tokens of the answers are read in any way, but for each one's last.
            n_least = plan.n_least_tokens + work.n_tokens - plan.n_usual_tokens
        results[way] = probes.Results(plan.header({"label": session.label}), records)
        rows.append(
            {
                "way": way,
                "tokens": work.n_tokens,
                "flops": work.n_flops,
                "seconds": work.seconds,
                "cpu_seconds": cpu,
                "found": sum(record["score"] for record in records),
                "cells": len(records),
            }
        )
        print(f"{way}: {work.seconds:.1f} s", flush=True)
    same = probes.compare_results(results["usual"], results["exact"])
    agree = probes.compare_results(results["exact"], results["scan"])
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "threads": n_threads,
            "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
            "processor": platform.machine(),
        },
        "versions": describe_versions(),
        "model": describe_model(session),
        "grid": {"task": task, "lengths": lengths, "depths": n_depths},
        "least_tokens": n_least,
        "rows": rows,
        "exact_same_answers": same.same_answers,
        "scan_same_scores": agree.same_score,
    }


def show(found: dict[str, Any], edge: dict[str, Any], note: str) -> str:
    """Return both tables and what they say as Markdown."""
    machine = found["machine"]
    return (
        "# A needle grid in three ways\n\n"
        + show_grid(found)
        + "\n## At the edge of a context\n\n"
        + show_grid(edge)
        + f"\n{found['date']}, {machine['threads']} threads of {machine['cores']} cores "
        f"({machine['processor']}), torch {found['versions']['torch']}, transformers "
        f"{found['versions']['transformers']}.{' ' + note if note else ''}\n"
    )


def show_grid(found: dict[str, Any]) -> str:
    usual, grid = found["rows"][0], found["grid"]
    lengths = ", ".join(f"{length:,}" for length in grid["lengths"])
    lines = [
        f"{len(grid['lengths'])} lengths ({lengths}) x {grid['depths']} depths, task "
        f"`{grid['task']}`, {found['model']['label']} ({found['model']['revision']}).",
        "",
        "| way | tokens read | x fewer | arithmetic (FLOPs) | x fewer | seconds | x fewer "
        "| CPU seconds | x fewer | found |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in found["rows"]:
        cells = [row["way"]]
        for key, form in (("tokens", ",d"), ("flops", ".2e"), ("seconds", ".1f"),
                          ("cpu_seconds", ".1f")):  # fmt: skip
            cells += [format(row[key], form), f"{usual[key] / row[key]:.2f}"]
        lines.append(f"| {' | '.join(cells)} | {row['found']:g} of {row['cells']} |")
    exact, scan = found["rows"][1:]
    share = exact["tokens"] / found["least_tokens"]
    lines += [
        "",
        f"- Least possible tokens with one needle a context: {found['least_tokens']:,}; exact "
        f"read {share:.4f} times as many (to reach: 1.05).",
        f"- Cells in which exact gave the usual way's answer to the letter: "
        f"{found['exact_same_answers']:.1%}.",
        f"- Scan was {usual['seconds'] / scan['seconds']:.1f} times faster than the usual way, by "
        f"CPU seconds {usual['cpu_seconds'] / scan['cpu_seconds']:.1f} times "
        "(to reach: 8, on the chapter's grid).",
        f"- Cells in which scan scored as exact did: {found['scan_same_scores']:.1%}.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS)
    parser.add_argument("--depths", type=int, default=N_DEPTHS)
    parser.add_argument("--task", default="number")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--note", default="", help="a sentence about the machine's state")
    parser.add_argument("--out", type=Path, default=RESULTS, help="path without suffix")
    options = parser.parse_args()
    found = measure(options.lengths, options.depths, options.task, options.threads)
    edge = measure(EDGE_LENGTHS, options.depths, options.task, options.threads, "pocket:base-512")
    table = show(found, edge, options.note)
    print(table)
    kept = {"note": options.note, "grid": found, "edge": edge}
    options.out.with_suffix(".json").write_text(json.dumps(kept, indent=1) + "\n")
    options.out.with_suffix(".md").write_text(table)


if __name__ == "__main__":
    main()
