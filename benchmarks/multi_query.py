"""What one KV head costs the pocket model in needles, and what a re-training brings back.

    python benchmarks/multi_query.py            prints the table that chapter 05 quotes
    python benchmarks/multi_query.py --write    the same; benchmarks/results/ is written

The pooled model is re-trained anew for each number of steps, since the learning rate falls to
its end. All numbers of steps together take some 10 minutes of one processor core.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from llama_explore import attention, open_session
from llama_explore import attention_view as view

RESULTS = Path(__file__).parent / "results/multi_query_retraining.md"
STEPS = (0, 24, 150, 600)
KINDS = ("numbers", "words", "any tokens")
"""What the needles' values are, in turn: the order of `llama_explore.pocket.haystacks.KINDS`."""


@dataclass(frozen=True)
class Row:
    """What a model finds after some steps of re-training."""

    name: str
    found: view.Found
    by_kind: tuple[view.Found, ...]
    seconds: float | None = None


def measure(steps: Sequence[int], n_cases: int) -> list[Row]:
    """Re-train the pooled model for each number of steps, and look for needles."""
    session = open_session("pocket")
    cases = view.hide_needles(session.tokenizer, n_cases=n_cases, n_tokens=100)

    def look(model: Any) -> tuple[view.Found, tuple[view.Found, ...]]:
        kinds = [view.find_needles(model, cases[i :: len(KINDS)]) for i in range(len(KINDS))]
        return view.find_needles(model, cases), tuple(kinds)

    rows = [Row("2 KV heads, as it is", *look(session.model))]
    pooled = attention.pool_kv_heads(session.model, n_kv_heads=1)
    for n_steps in steps:
        taught, began = pooled, time.process_time()
        if n_steps:
            taught = view.retrain(pooled, session.model, session.tokenizer, n_steps=n_steps)
        seconds = time.process_time() - began if n_steps else None
        name = f"1 KV head, {n_steps} steps" if n_steps else "1 KV head, the mean of the two"
        rows.append(Row(name, *look(taught), seconds))
        print(f"{name}: {rows[-1].found!r}", flush=True)
    return rows


def to_markdown(rows: Sequence[Row]) -> str:
    """Return the table, with when, where and how it was measured."""
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in ("torch", "transformers"))
    n_cases = rows[0].found.n_cases
    lines = [
        "# Multi-query attention, before and after a short re-training",
        "",
        "Written by `python benchmarks/multi_query.py --write`.",
        "",
        f"- date: {date.today().isoformat()}",
        f"- hardware: one of {os.cpu_count()} {platform.machine()} cores",
        f"- versions: {packages}, Python {platform.python_version()}",
        f"- needles: {n_cases} questions of at most 100 tokens, at all depths; one counts as found "
        "when each token of the answer is the model's first choice",
        "- re-training: each layer's attention learns to give out what the old model's does, on "
        "6 rows of 112 tokens a step (`llama_explore.attention_view.retrain`)",
        "",
        f"| model | needles found | {' | '.join(KINDS)} | loss on the answers | loss on the text | "
        "seconds of a core |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        found = row.found
        seconds = "" if row.seconds is None else f"{row.seconds:.0f}"
        counts = " | ".join(f"{each.n_found} of {each.n_cases}" for each in (found, *row.by_kind))
        losses = f"{found.answer_loss:.2f} | {found.text_loss:.2f}"
        lines.append(f"| {row.name} | {counts} | {losses} | {seconds} |")
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="What multi-query attention costs in needles.")
    parser.add_argument("--steps", type=int, nargs="+", default=STEPS, help="of re-training")
    parser.add_argument("--cases", type=int, default=48, help="needles to look for")
    parser.add_argument("--write", action="store_true", help="write the results")
    options = parser.parse_args(arguments)
    text = to_markdown(measure(options.steps, options.cases))
    print(text)
    if options.write:
        RESULTS.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
