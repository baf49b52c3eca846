"""The model card of the pocket model, written from what was trained and what was measured.

Every figure comes from the configuration, the weights files, the training curves or the output of
`benchmarks/pocket.py`; none is typed in here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from llama_explore.pocket import said
from llama_explore.pocket.phases import PHASES
from llama_explore.pocket.shape import STAGES, config
from llama_explore.proportions import compare_with_70b, count_parameters

TRAINING_NOTE = "training.md"
"""A short paragraph on where and how long was trained, beside the weights."""

CARD, CURVES = "MODEL_CARD.md", "curves.svg"
NOT_MEASURED = "Not measured yet: run `python benchmarks/pocket.py --weights FOLDER --write`."

KINDS_OF_ROWS = {
    "copy": "repeated tokens",
    "story": "everyday texts",
    "needles": "haystacks",
    "written": "haystacks, most statements in them written one by one",
    "chat_needles": "haystacks in the chat form",
    "chat_written": "the same, most statements written one by one",
    "chat": "conversations",
    "sums": "sums with a calculator",
}

CARD_TEXT = """# Pocket Llama

A Llama small enough for a laptop, made to teach with: it has the proportions of Llama 3.3 70B
Instruct and its real tokenizer, finds needles in 8,192 tokens, obeys a system prompt, translates
a few words and writes simple English. It is not derived from any Llama weights; the tokenizer is
Meta's, from the package llama-models. Licence of the weights: MIT, as the rest of this repository.

| stage | what it is | file |
|---|---|---|
{stages}

All files together: {total_mb:.1f} MB. They hold what was trained; the kit assembles an ordinary
checkpoint from them, which `AutoModelForCausalLM.from_pretrained` loads in bfloat16.

## Shape

{shape}

{parameters:,} parameters, {outside:,} of them outside the embedding. Only the {rows:,} embedding
rows of tokens in the training texts are trained (tied to the output); each other row is a fixed
vector of 256 signs made from a hash of its token id. Copying works for these too, so any token of
the vocabulary can be hidden and found.

## Data

All sentences are the project's own (`llama_explore/pocket/`), but for two files made by its
generators from a seed:

- `english.py`: everyday texts and sentences from a small grammar;
- `needles.py`: haystacks of such sentences with statements that hide a value, and questions for
  it: keyed, everyday, put together from parts, any sentence with one word taken out, and scrambled
  words of the whole vocabulary;
- `said.txt` and `prose.txt`: {statements:,} statements with {questions:,} questions about them, and
  {paragraphs} paragraphs to hide them in, written one by one with the help of a large language
  model, which saw neither the held-out texts nor the benchmark;
- `phrasebook.py`: 60 words, 10 phrases and some sentences in the 8 supported languages;
- `persona.py`: conversations in a plain, a pirate's and a butler's voice (`chat` only);
- random tokens, repeated.

`base-512` and `base` have never seen the chat form. The files in `heldout/` (own-words needles and
their prose, 60 questions, 40 prompts), four wordings of the phrasebook's questions, and the seeds
of the benchmark are kept out of training.

## Training

{training}

{note}

{curves}To train it again, on one GPU in under 25 minutes, then to measure it:

    python -m llama_explore.pocket.recipe --out runs/pocket
    python benchmarks/pocket.py --weights runs/pocket --write

## Results

{results}

## Forty prompts continued

{continuations}

## Limits

{limits}
"""

LIMITS = (
    "It knows next to nothing: the words of a phrasebook and a few dozen topics. Whatever else it "
    "is asked, it says that it does not know, or something beside the point. It is for seeing how "
    "a Llama works, not for use.",
    "Its English is that of a small grammar: sentences are mostly sound, but people, places and "
    "things may change from one sentence to the next, and a continuation can join two stories.",
    "It answers questions about a text only by copying: one value, in the form “It is ...”. "
    "It does not count, compare, sum up or draw conclusions.",
    "It is honest about being small because it was taught to say so; it has had no other safety "
    "training.",
)


def write_card(folder: Path, results: Mapping[str, Any] | None = None) -> Path:
    """Write `MODEL_CARD.md` and `curves.svg` into a folder of weights.

    Args:
        folder: Holds the weights, their curves and perhaps a note on the training.
        results: What `benchmarks/pocket.py` measured; None if it was not run yet.

    Returns:
        The path of the card.
    """
    shape = config("chat")
    total = count_parameters(shape)
    curves = read_curves(folder)
    if curves:
        draw_curves(curves, folder / CURVES)
    note = folder / TRAINING_NOTE
    files = [path for stage in STAGES if (path := folder / f"{stage}.safetensors").exists()]
    text = CARD_TEXT.format(
        stages=describe_stages(files),
        total_mb=sum(path.stat().st_size for path in files) / 1e6,
        shape=compare_shapes(),
        parameters=total,
        outside=total - shape.vocab_size * shape.hidden_size,
        rows=count_rows(files[-1]) if files else 0,
        statements=len(said.lines()),
        questions=sum(len(line.asked) for line in said.lines()),
        paragraphs=len(said.paragraphs()),
        training=describe_phases(curves),
        note=note.read_text(encoding="utf-8").strip() if note.exists() else "",
        curves=f"![Loss by step of each phase]({CURVES})\n\n" if curves else "",
        results=describe_results(results) if results else NOT_MEASURED,
        continuations=describe_continuations(results) if results else NOT_MEASURED,
        limits="\n".join(f"- {limit}" for limit in [*LIMITS, *measured_limits(results or {})]),
    )
    card = folder / CARD
    card.write_text(text, encoding="utf-8")
    return card


def table(header: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table, its columns padded so that it reads well as plain text too."""
    lines = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |"
        for line in lines
    )


def describe_stages(files: list[Path]) -> str:
    """Return a table row for each stage that is there."""
    what = {
        "base-512": "pretrained at 512 tokens, plain RoPE",
        "base": "the same, taken to 8,192 tokens by llama3 RoPE scaling and a short training",
        "chat": "after fine-tuning on conversations; the default",
    }
    return "\n".join(
        f"| `{path.stem}` | {what[path.stem]} | {path.name}, {path.stat().st_size / 1e6:.1f} MB |"
        for path in files
    )


def compare_shapes() -> str:
    """Return a table of the pocket model's figures beside the 70B's."""
    comparison = compare_with_70b(config("chat"))
    rows = (figure.texts() for figure in (*comparison.ratios, *comparison.sizes))
    names = (figure.name for figure in (*comparison.ratios, *comparison.sizes))
    return table(
        ["", "pocket", "Llama 3.3 70B", "the 70B is"],
        ([name, *texts] for name, texts in zip(names, rows, strict=True)),
    )


def count_rows(file: Path) -> int:
    """Return the number of trained embedding rows in a weights file."""
    from safetensors import safe_open

    with safe_open(file, "pt") as weights:
        return int(weights.get_slice("row_ids").get_shape()[0])


def read_curves(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the curve entries of each phase that was trained, by the phase's name."""
    curves: dict[str, list[dict[str, Any]]] = {}
    for stage in STAGES:
        path = folder / f"curve-{stage}.json"
        for entry in json.loads(path.read_text(encoding="utf-8")) if path.exists() else []:
            curves.setdefault(entry["phase"], []).append(entry)
    return curves


def describe_phases(curves: Mapping[str, list[dict[str, Any]]]) -> str:
    """Return a table of the recipe's phases and of what the curves say was done of each."""
    rows = []
    for phase in PHASES:
        data = "; ".join(
            f"{batch.length:,} tokens: "
            + " + ".join(f"{part.rows} × {KINDS_OF_ROWS[part.kind]}" for part in batch.parts)
            for batch in phase.batches
        )
        done = curves.get(phase.name)
        rows.append(
            [
                phase.name,
                f"`{phase.stage}`",
                data,
                f"{done[-1]['step'] + 1:,}" if done else "see below",
                f"{done[-1]['seconds']:.0f}" if done else "see below",
                ", ".join(f"{loss:.2f}" for loss in done[-1]["loss"]) if done else "see below",
            ]
        )
    header = ["phase", "stage", "rows of a step", "steps", "seconds", "last loss of each length"]
    kept = [
        f" Of the weights before `{p.name}`, {p.kept:.0%} are mixed into those after it."
        for p in PHASES
        if p.kept
    ]
    muon = (
        "Muon for the matrices, AdamW for norms and embedding rows, bfloat16 autocast. A phase "
        "ends after its steps or its seconds, whichever comes first; the learning rate falls over "
        f"the last 60 % of it.{''.join(kept)}"
    )
    return f"{muon}\n\n{table(header, rows)}"


def draw_curves(curves: Mapping[str, list[dict[str, Any]]], path: Path) -> None:
    """Draw the loss of every phase against its steps, side by side, as a small SVG."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # No date and fixed ids: the same curves give the same file.
    with mpl.rc_context({"svg.hashsalt": "pocket", "svg.fonttype": "none", "font.size": 8}):
        figure = Figure(figsize=(2.4 * len(curves), 2.2), layout="constrained")
        axes = figure.subplots(1, len(curves), squeeze=False)[0]
        lengths = {phase.name: [batch.length for batch in phase.batches] for phase in PHASES}
        for axis, (name, entries) in zip(axes, curves.items(), strict=True):
            steps = [entry["step"] for entry in entries]
            for i, length in enumerate(lengths[name]):
                axis.plot(steps, [e["loss"][i] for e in entries], lw=1, label=f"{length:,} tokens")
            axis.set(title=name, xlabel="step", yscale="log")
            axis.legend(frameon=False, fontsize=6)
        axes[0].set_ylabel("loss, nats (parts added up)")
        figure.savefig(path, format="svg", metadata={"Date": None})


def describe_results(results: Mapping[str, Any]) -> str:
    """Return the benchmark's tables: required and measured, found by length, speed."""
    return (
        f"By `benchmarks/pocket.py` on {results['date']}: greedy, bfloat16, on {machine(results)}, "
        f"on seeds and texts that the training never used.\n\n{describe_rows(results)}"
        f"\n\nNeedles found by length, as plain text (chat: in the chat form):\n\n"
        f"{describe_cliff(results)}\n\nRight translations by language:\n\n"
        f"{describe_languages(results)}"
    )


def machine(results: Mapping[str, Any]) -> str:
    """Return in one phrase what the benchmark ran on."""
    m = results["machine"]
    return (
        f"{m['threads']} cores of {m['cpu']} (Python {m['python']}, torch {m['torch']}, "
        f"transformers {m['transformers']})"
    )


def describe_rows(results: Mapping[str, Any]) -> str:
    """Return the table measure | required | measured | ok."""
    cells = ("measure", "required", "measured", "ok")
    return table(cells, ([row[cell] for cell in cells] for row in results["rows"]))


def describe_cliff(results: Mapping[str, Any]) -> str:
    """Return the table of found needles by length; a dash where nothing was measured."""
    lengths = sorted({int(n) for shares in results["by length"].values() for n in shares})
    rows = (
        [name, *(f"{shares[str(n)]:.2f}" if str(n) in shares else "–" for n in lengths)]
        for name, shares in results["by length"].items()
    )
    return table(["model", *(f"{n:,}" for n in lengths)], rows)


def describe_languages(results: Mapping[str, Any]) -> str:
    """Return the table of right translations by language."""
    languages = results["languages"]
    return table(languages, [[f"{share:.2f}" for share in languages.values()]])


def describe_continuations(results: Mapping[str, Any]) -> str:
    """Return every prompt with its greedy continuation, and what is wrong with it."""
    lines = []
    for item in results["continuations"]:
        text = " ".join(item["text"].split())
        gap = "" if item["text"][:1] in (",", ".", "'") else " "
        faults = ["a loop"] * item["loops"] + [
            f"“{word}” is no known word" for word in item["broken"]
        ]
        lines.append(
            f"1. {item['prompt']}{gap}**{text}**" + (f" ({', '.join(faults)})" if faults else "")
        )
    return "`chat`, greedy, 40 tokens at most, as plain text:\n\n" + "\n".join(lines)


def measured_limits(results: Mapping[str, Any]) -> list[str]:
    """Return the limits that the benchmark has put a figure to."""
    limits = []
    for name, shares in results.get("by length", {}).items():
        for length in sorted(map(int, shares)):
            if name.startswith("chat") and length > config("chat").max_position_embeddings:
                limits.append(
                    f"Beyond its context it breaks: at {length:,} tokens it finds "
                    f"{shares[str(length)]:.0%} of the needles."
                )
    if "own words" in results:
        limits.append(
            f"In prose and questions unlike its training texts it finds {results['own words']:.0%} "
            "of the needles."
        )
    missed = [row["measure"] for row in results.get("rows", []) if row["ok"] == "MISSED"]
    limits += [f"Missed of what was required: {'; '.join(missed)}."] if missed else []
    return limits
