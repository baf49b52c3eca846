"""Measure the pocket model on the CPU in bfloat16, greedy, and print what was required of it.

    python benchmarks/pocket.py            everything, some 20 minutes on two idle cores
    python benchmarks/pocket.py --quick    a short form, some minutes
    python benchmarks/pocket.py --write    everything; the results and the model card are written
    python benchmarks/pocket.py --only needles,own
    python benchmarks/pocket.py --card     the model card anew, from the results last written

Seeds, questions and prose are those the training never used. The exit status is 1 when a required
figure is missed; the speed is printed but decides nothing, since it depends on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from llama_explore.errors import LlamaExploreError
from llama_explore.pocket import assemble, card
from llama_explore.pocket.assemble import WEIGHTS_FOLDER
from llama_explore.pocket.shape import CONTEXT, STAGES, config

RESULTS = Path(__file__).parent / "results"
THREADS = 2
NAMES_OF_KINDS = {"number": "numbers", "word": "words", "tokens": "arbitrary tokens"}


@dataclass(frozen=True)
class Effort:
    """How much is measured of everything."""

    repeats: int
    n_depths: int = 7
    lengths: tuple[int, ...] = (512, 2048, CONTEXT)
    own_depths: int = 4
    n_questions: int | None = None
    n_entries: int | None = None
    n_prompts: int | None = None
    cliff_lengths: tuple[int, ...] = (512, 1024, 2048, 4096, CONTEXT)
    beyond: int | None = 2 * CONTEXT


QUICK = Effort(1, 3, (512, 2048), 1, 8, 5, 8, (512, 2048), None)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    measure: str
    required: str
    measured: str
    ok: str
    """"yes" or "MISSED"; empty where nothing is required."""
    decides: bool = True
    section: str = ""
    """Which part of the benchmark measured it."""


def at_least(measure: str, required: float, measured: float, **keywords: Any) -> Row:
    return _row(measure, "≥", required, measured, measured >= required, **keywords)


def at_most(measure: str, required: float, measured: float, **keywords: Any) -> Row:
    return _row(measure, "≤", required, measured, measured <= required, **keywords)


def below(measure: str, required: float, measured: float, **keywords: Any) -> Row:
    return _row(measure, "<", required, measured, measured < required, **keywords)


def _row(
    measure: str,
    sign: str,
    required: float,
    measured: float,
    passed: bool,
    *,
    form: str = ".3f",
    decides: bool = True,
) -> Row:
    ok = "yes" if passed else "MISSED"
    return Row(measure, f"{sign} {required:g}", format(measured, form), ok, decides)


@dataclass
class Report:
    """What has been measured so far; written as JSON in this form."""

    rows: list[Row] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    failures: dict[str, list[str]] = field(default_factory=dict)
    """What went wrong, in words, by section."""
    began: float = field(default_factory=time.time)

    def progress(self, text: str) -> None:
        print(f"[{time.time() - self.began:4.0f} s] {text}", file=sys.stderr, flush=True)

    def fail(self, section: str, text: str) -> None:
        self.failures.setdefault(section, []).append(text)


class Pocket:
    """The stages of one folder of weights, loaded when they are needed."""

    def __init__(self, weights: Path) -> None:
        from llama_explore.pocket.documents import Writer
        from llama_explore.pocket.evaluate import SEED
        from llama_explore.vocab import load_tokenizer

        self.weights = weights
        self.tokenizer = load_tokenizer()
        self.writer = Writer(self.tokenizer, SEED, 5000)
        self.load = cache(self._load)

    def _load(self, stage: str, *, scaled: bool = False) -> Any:
        """Return a stage; `scaled` switches llama3 RoPE scaling on, trained with it or not."""
        import torch
        from transformers import AutoModelForCausalLM

        from llama_explore.bfloat16 import quicken

        folder = assemble(stage, weights_folder=self.weights)
        shape = {"config": config("base")} if scaled else {}
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16, **shape)
        quicken(model)  # as open_session does
        return model


# ---- what chat must show ------------------------------------------------------------------


def measure_needles(pocket: Pocket, effort: Effort, report: Report) -> None:
    from llama_explore.pocket.evaluate import KINDS, score_needles

    report.details["needles"] = {}
    for length in effort.lengths:
        for kind in KINDS:
            report.progress(f"needles: {NAMES_OF_KINDS[kind]} at {length:,} tokens")
            shares = score_needles(
                pocket.load("chat"),
                pocket.writer,
                kind,
                length,
                as_chat=True,
                n_depths=effort.n_depths,
                repeats=effort.repeats,
            )
            name = f"{NAMES_OF_KINDS[kind]} found at {length:,} tokens"
            report.details["needles"][name] = shares
            report.rows.append(at_least(name, 0.98, statistics.mean(shares)))
            if min(shares) < 1:
                report.fail("needles", f"{name}: share by depth {shares}")


def measure_own_words(pocket: Pocket, effort: Effort, report: Report) -> None:
    """The misses are not printed: nobody who works on the data should know the sentences."""
    from llama_explore.pocket.evaluate import score_own_words

    for name, title in (
        ("own_words", "own words found at 2,048 tokens"),
        ("richer_words", "own words, longer sentences, at 2,048 tokens"),
    ):
        report.progress(title)
        tries = score_own_words(pocket.load("chat"), pocket.writer, 2048, effort.own_depths, name)
        share = statistics.mean(one.found for one in tries)
        report.rows.append(at_least(title, 0.80, share))
        report.details.setdefault("own words", share)  # that of the first set is the required one
        by_kind: dict[str, list[bool]] = {"numbers": [], "words": []}
        for one in tries:
            by_kind["numbers" if one.value.isdecimal() else "words"].append(one.found)
        parts = (f"{kind} {statistics.mean(found):.3f}" for kind, found in by_kind.items())
        report.fail("own words", f"{title}: {', '.join(parts)}")


def measure_tool_use(pocket: Pocket, effort: Effort, report: Report) -> None:
    from llama_explore.pocket.tool_use import use_calculator

    report.progress("sums with a calculator")
    tries = use_calculator(pocket.load("chat"), pocket.tokenizer, effort.n_questions or 60)
    share = statistics.mean(one.is_right for one in tries)
    name = f"{len(tries)} sums: calculator called, its result said"
    report.rows.append(at_least(name, 0.9, share))
    for one in tries:
        if not one.is_right:
            report.fail("tools", f"{one.question} → {one.given} (right: {one.wanted})")


def measure_persona(pocket: Pocket, effort: Effort, report: Report) -> None:
    from llama_explore.pocket.evaluate import ask_in_voices, read_heldout

    questions = read_heldout("questions")[: effort.n_questions]
    report.progress(f"persona: {len(questions)} questions as pirate and plain")
    answers = ask_in_voices(pocket.load("chat"), pocket.tokenizer, questions)
    for voice in ("pirate", "plain"):
        right = [getattr(one, f"{voice}_is_right") for one in answers]
        name = f"{voice} prompt, {len(answers)} questions: right voice"
        report.rows.append(at_least(name, 0.95, statistics.mean(right)))
        for one, is_right in zip(answers, right, strict=True):
            if not is_right:
                report.fail("persona", f"{voice}: {one.question} → {getattr(one, voice)}")
    report.details["persona"] = [asdict(one) for one in answers]
    count_stops(report, sum(one.stops for one in answers), 2 * len(answers))


def measure_languages(pocket: Pocket, effort: Effort, report: Report) -> None:
    from llama_explore.pocket.evaluate import ask_translations

    report.progress("languages: words and phrases in each of the 8")
    answers = ask_translations(pocket.load("chat"), pocket.tokenizer, effort.n_entries)
    by_language: dict[str, list[bool]] = {}
    for one in answers:
        by_language.setdefault(one.language, []).append(one.is_right)
        if not one.is_right:
            report.fail("languages", f"{one.question} → {one.answer} (right: {one.wanted})")
    shares = {name: statistics.mean(right) for name, right in by_language.items()}
    report.details["languages"] = shares
    n = len(answers) // len(shares)
    report.rows.append(
        at_least(f"{n} words and phrases, mean", 0.95, statistics.mean(shares.values()))
    )
    worst = min(shares, key=lambda name: shares[name])
    report.rows.append(at_least(f"the same, worst language ({worst})", 0.95, shares[worst]))
    count_stops(report, sum(one.stopped for one in answers), len(answers))


def count_stops(report: Report, stopped: int, asked: int) -> None:
    """Add to the answers counted so far; their row is made at the end."""
    before = report.details.setdefault("stops", [0, 0])
    report.details["stops"] = [before[0] + stopped, before[1] + asked]


def measure_english(pocket: Pocket, effort: Effort, report: Report) -> None:
    from llama_explore.pocket.evaluate import continue_prompts, read_heldout

    prompts = read_heldout("prompts")[: effort.n_prompts]
    report.progress(f"English: {len(prompts)} prompts continued")
    results = continue_prompts(pocket.load("chat"), pocket.tokenizer, prompts)
    report.details["continuations"] = [asdict(one) for one in results]
    n = len(results)
    whole = sum(not one.loops for one in results)
    report.rows.append(at_least(f"{n} prompts continued without a loop", n, whole, form="d"))
    sound = sum(not one.broken for one in results)
    report.rows.append(at_least(f"{n} prompts continued without broken words", n, sound, form="d"))
    for one in results:
        if one.loops or one.broken:
            report.fail("English", f"{one.prompt}{one.text} (broken: {one.broken})")


def measure_heads(pocket: Pocket, effort: Effort, report: Report) -> None:
    from llama_explore.pocket.evaluate import best_head, score_heads

    report.progress("heads")
    for name, scores in score_heads(pocket.load("chat")).items():
        head = best_head(scores)
        report.details[f"{name} head"] = asdict(head)
        which = "previous-token" if name == "previous" else name
        where = f"best {which} head (layer {head.layer}, head {head.head}, from 0)"
        report.rows.append(at_least(where, 0.5, head.score))


# ---- the cliff and the recovery -----------------------------------------------------------


def measure_cliff(pocket: Pocket, effort: Effort, report: Report) -> None:
    from llama_explore.pocket.evaluate import KINDS, score_needles

    plain, untrained = "base-512, plain RoPE", "base-512, llama3 scaling, untrained"
    models: dict[str, Callable[[], Any]] = {
        plain: lambda: pocket.load("base-512"),
        untrained: lambda: pocket.load("base-512", scaled=True),
        "base": lambda: pocket.load("base"),
    }
    plan = [(name, length) for name in models for length in effort.cliff_lengths]
    if effort.beyond:
        models["chat"] = lambda: pocket.load("chat")
        plan.append(("chat", effort.beyond))
    found: dict[str, dict[str, float]] = {name: {} for name in models}
    for name, length in plan:
        report.progress(f"by length: {name} at {length:,} tokens")
        shares = [
            score_needles(
                models[name](),
                pocket.writer,
                kind,
                length,
                as_chat=name == "chat",
                n_depths=effort.n_depths,
                repeats=1,
            )
            for kind in KINDS
        ]
        found[name][str(length)] = statistics.mean(statistics.mean(each) for each in shares)
    if "needles" in report.details and "chat" in found:
        for length in effort.lengths:
            of_length = [
                statistics.mean(shares)
                for measure, shares in report.details["needles"].items()
                if measure.endswith(f" {length:,} tokens")
            ]
            found["chat"][str(length)] = statistics.mean(of_length)
    report.details["by length"] = found
    if str(CONTEXT) in found[plain]:
        cliff = found[plain][str(CONTEXT)]
        report.rows.append(below(f"{plain}: found at {CONTEXT:,} tokens", 0.2, cliff))


# ---- size and speed -----------------------------------------------------------------------


def measure_size(weights: Path, report: Report) -> None:
    megabytes = sum((weights / f"{stage}.safetensors").stat().st_size for stage in STAGES) / 1e6
    report.rows.append(at_most("weights of the three stages, MB", 45, megabytes, form=".1f"))


def measure_speed(pocket: Pocket, effort: Effort, report: Report) -> None:
    """Load, generate and read 8,192 tokens in a process of its own."""
    report.progress(f"speed on {THREADS} cores, in a fresh process")
    folder = assemble("chat", weights_folder=pocket.weights)
    child = [sys.executable, str(Path(__file__).with_name("pocket_speed.py")), str(folder)]
    output = subprocess.run(child, check=True, capture_output=True, text=True).stdout
    speed = json.loads(output.splitlines()[-1])
    report.details["speed"] = speed | {"load average before": round(os.getloadavg()[0], 1)}
    for row in (
        at_most(
            "prefill of 8,192 tokens, s", 8, speed["prefill_seconds"], form=".1f", decides=False
        ),
        at_least(
            "greedy decoding, tokens/s", 60, speed["tokens_per_second"], form=".0f", decides=False
        ),
        Row("import of its libraries, s", "", f"{speed['import_seconds']:.2f}", "", decides=False),
        at_most("load after that, s", 2, speed["load_seconds"], form=".2f", decides=False),
        at_most("process, peak MiB", 1024, speed["peak_mib"], form=".0f", decides=False),
    ):
        report.rows.append(row)


# ---- the report ---------------------------------------------------------------------------

SECTIONS: dict[str, Callable[[Pocket, Effort, Report], None]] = {
    "needles": measure_needles,
    "own": measure_own_words,
    "persona": measure_persona,
    "tools": measure_tool_use,
    "languages": measure_languages,
    "english": measure_english,
    "heads": measure_heads,
    "cliff": measure_cliff,
    "speed": measure_speed,
}


def describe_machine() -> dict[str, Any]:
    import torch
    import transformers

    from llama_explore.bfloat16 import has_instructions

    cpu = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].split(":", 1)[1].strip() if names else cpu
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "threads": THREADS,
        "system": platform.system(),
        "python": platform.python_version(),
        "bfloat16 instructions": has_instructions(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }


def results_folder(weights: Path) -> Path:
    """Return where results are written: of weights that are not shipped, beside them."""
    return RESULTS if weights.resolve() == WEIGHTS_FOLDER.resolve() else weights


def to_results(report: Report, weights: Path, effort: Effort) -> dict[str, Any]:
    return {
        "date": str(date.today()),
        "seconds": round(time.time() - report.began),
        "machine": describe_machine(),
        "weights": {
            stage: sha256((weights / f"{stage}.safetensors").read_bytes()).hexdigest()
            for stage in STAGES
        },
        "effort": asdict(effort),
        "rows": [asdict(row) for row in report.rows],
        **report.details,
        "failures": report.failures,
    }


def to_markdown(results: Mapping[str, Any]) -> str:
    """Return everything that was measured as a page; also what the terminal shows."""
    parts = [
        f"Measured on {results['date']} in {results['seconds'] / 60:.0f} minutes on "
        f"{card.machine(results)}.",
        card.describe_rows(results),
    ]
    if "by length" in results:
        parts += ["Needles found by length:", card.describe_cliff(results)]
    if "languages" in results:
        parts += ["Right translations by language:", card.describe_languages(results)]
    if "speed" in results:
        speed = results["speed"]
        parts.append(
            f"Speed: medians of three, at a load average of {speed['load average before']} before; "
            f"with the prefill the process peaks at {speed['peak_mib_with_prefill']:.0f} MiB."
        )
    for section, lines in results["failures"].items():
        parts += [f"What failed, {section}:", "\n".join(f"- {line}" for line in lines)]
    return "\n\n".join(parts) + "\n"


def add_to_earlier(results: dict[str, Any], sections: Sequence[str], path: Path) -> dict[str, Any]:
    """Return the earlier results with those of `sections` replaced, if the weights are the same.

    So the speed can be measured on an idle machine, and the needles overnight on a busy one.
    """
    earlier = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if earlier.get("weights") != results["weights"]:
        raise LlamaExploreError(
            "There are no earlier results for these weights to add to.",
            "Measure everything once: leave out --only.",
        )
    order = [*SECTIONS, ""]
    kept = [row for row in earlier["rows"] if row["section"] and row["section"] not in sections]
    last = [row for row in earlier["rows"] if not row["section"]]
    measured = [row for row in results["rows"] if row["section"]]
    failures = {k: v for k, v in earlier["failures"].items() if k not in results["failures"]}
    return (
        earlier
        | {k: v for k, v in results.items() if k not in ("rows", "failures", "stops", "seconds")}
        | {
            "rows": sorted(kept + measured, key=lambda row: order.index(row["section"])) + last,
            "failures": failures | results["failures"],
        }
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="measure little of everything")
    parser.add_argument("--only", default=",".join(SECTIONS), help=f"some of {', '.join(SECTIONS)}")
    parser.add_argument("--repeats", type=int, default=2, help="needles at each depth")
    parser.add_argument("--write", action="store_true", help="write the results and the model card")
    parser.add_argument(
        "--weights", type=Path, default=WEIGHTS_FOLDER, help="folder of the three stages"
    )
    parser.add_argument("--threads", type=int, default=THREADS, help="torch threads")
    parser.add_argument("--card", action="store_true", help="write only the model card anew")
    options = parser.parse_args(arguments)
    if options.card:
        results = json.loads((results_folder(options.weights) / "pocket.json").read_text("utf-8"))
        print(f"Written: {card.write_card(options.weights, results)}")
        return 0
    sections = options.only.split(",")
    if unknown := [name for name in sections if name not in SECTIONS]:
        parser.error(f"--only knows {', '.join(SECTIONS)}, not {', '.join(unknown)}")
    if options.write and options.quick:
        parser.error("--write takes a whole measurement: leave out --quick")
    try:
        return run(sections, QUICK if options.quick else Effort(options.repeats), options)
    except LlamaExploreError as error:
        print(f"benchmarks/pocket.py: {error}", file=sys.stderr)
        return 1


def run(sections: Sequence[str], effort: Effort, options: argparse.Namespace) -> int:
    """Measure, print, perhaps write; return the exit status."""
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    torch.set_num_threads(options.threads)
    report, weights = Report(), options.weights
    for stage in STAGES:
        assemble(stage, weights_folder=weights)  # says what is wrong with a file, before all else
    pocket = Pocket(weights)
    for name, measure in SECTIONS.items():
        if name in sections:
            n_before = len(report.rows)
            measure(pocket, effort, report)
            report.rows[n_before:] = [replace(row, section=name) for row in report.rows[n_before:]]
    if "stops" in report.details:
        stopped, asked = report.details["stops"]
        report.rows.append(at_least(f"{asked} answers ended by <|eot_id|>", 0.99, stopped / asked))
    measure_size(weights, report)
    results = to_results(report, weights, effort)
    print(to_markdown(results))
    if options.write and set(sections) != set(SECTIONS):
        results = add_to_earlier(results, sections, results_folder(weights) / "pocket.json")
    if options.write:
        folder = results_folder(weights)
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(results, indent=1, ensure_ascii=False)
        (folder / "pocket.json").write_text(text + "\n", encoding="utf-8")
        (folder / "pocket.md").write_text(
            "# The pocket model, measured\n\nWritten by `python benchmarks/pocket.py --write`.\n\n"
            + to_markdown(results),
            encoding="utf-8",
        )
        print(f"Written: {card.write_card(weights, results)}, {folder / 'pocket.json'} and .md")
    return int(any(row.decides and row.ok != "yes" for row in report.rows))


if __name__ == "__main__":
    sys.exit(main())
