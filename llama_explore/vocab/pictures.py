"""Pictures of the vocabulary: what it is made of, and what it does for languages and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llama_explore.small_picture import Picture, take_picture
from llama_explore.vocab.compare import BYTES, read_tokenizers, summarize
from llama_explore.vocab.entries import N_OLDER
from llama_explore.vocab.kinds import KINDS
from llama_explore.vocab.phrasebook import SUPPORTED

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped, unused-ignore]

    from llama_explore.vocab.rows import Rows

BLUE, ORANGE, GREEN, PINK, GREY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#777777"
"""From the Okabe-Ito set; shapes and words say the same as the colours."""

MARKS = {"Llama 3": "o", "Llama 4": "s", "GPT-2 style": "^", BYTES: "|"}


def draw_kinds(entries: pd.DataFrame) -> Picture:
    """Draw how many entries there are of each kind, and how long they are.

    Args:
        entries: As `table` returns them.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3))
    kinds, lengths = figure.subplots(1, 2)
    counts = entries.kind.value_counts().reindex(list(KINDS))
    kinds.barh(range(len(counts)), counts, color=BLUE)
    kinds.set_yticks(range(len(counts)), counts.index)
    kinds.invert_yaxis()
    for row, count in enumerate(counts):
        kinds.text(count + 800, row, f"{count:,}", va="center", fontsize=9)
    kinds.set_xlim(0, counts.max() * 1.2)
    kinds.set_xticks([])
    kinds.set_title("Entries by kind", loc="left", fontsize=10)
    ordinary = entries[entries.kind != "special"]
    shown = ordinary.length.clip(upper=20).value_counts().sort_index()
    lengths.bar(shown.index, shown, color=BLUE)
    lengths.set_xticks([1, 5, 10, 15, 20], ["1", "5", "10", "15", "20+"])
    lengths.set_title("Entries by length in bytes", loc="left", fontsize=10)
    return _finish(figure, "entries by kind and by length", kinds, lengths)


def draw_added(entries: pd.DataFrame) -> Picture:
    """Draw which scripts the older entries hold and which the added ones.

    Args:
        entries: As `table` returns them.
    """
    from matplotlib.figure import Figure

    ordinary = entries[(entries.kind != "special") & (entries.script != "none")]
    is_added = ordinary.id >= N_OLDER
    older, added = (ordinary[each].script.value_counts() for each in (~is_added, is_added))
    scripts = added[added > 100].index
    figure = Figure(figsize=(8.5, 4.2))
    panel = figure.subplots()
    for row, script in enumerate(scripts):
        panel.barh(row - 0.2, older[script], height=0.36, color=GREY)
        panel.barh(row + 0.2, added[script], height=0.36, color=BLUE)
        for count, shift in ((older[script], -0.2), (added[script], 0.2)):
            panel.text(count * 1.06, row + shift, f"{count:,}", va="center", fontsize=8)
    panel.set_xscale("log")
    panel.set_yticks(range(len(scripts)), scripts)
    panel.invert_yaxis()
    bars = [panel.containers[0], panel.containers[1]]
    panel.legend(bars, ["among the first 100,256", "among the 27,744 added"], frameon=False)
    panel.set_title("Entries by script (logarithmic)", loc="left", fontsize=10)
    return _finish(figure, "entries by script, older and added", panel)


def draw_languages(counts: pd.DataFrame) -> Picture:
    """Draw how many tokens each language takes for what English says, and bytes per token.

    Args:
        counts: As `count_languages` returns them.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 5.6))
    panels = figure.subplots(1, 2, sharey=True)
    names = (*read_tokenizers(), BYTES)
    titles = {
        "times_english": "Tokens, as a multiple of English in the same tokenizer",
        "bytes_per_token": "Bytes per token",
    }
    for panel, (column, title) in zip(panels, titles.items(), strict=True):
        found = summarize(counts, column)
        for n, (name, colour) in enumerate(zip(names, (BLUE, GREEN, ORANGE, GREY), strict=True)):
            if column == "bytes_per_token" and name == BYTES:
                continue
            rows = [row + (n - 1.5) * 0.17 for row in range(len(found))]
            panel.errorbar(
                found[name]["mean"], rows, xerr=found[name]["error"], fmt=MARKS[name],
                color=colour, label=name, markersize=5, elinewidth=1.2,
            )  # fmt: skip
        panel.set_title(title, loc="left", fontsize=10)
        panel.grid(axis="y", color="#eeeeee", linewidth=11)
        panel.set_axisbelow(True)
    labels = [f"{name} *" if name in SUPPORTED else name for name in found.index]
    panels[0].set_yticks(range(len(labels)), labels)
    panels[0].invert_yaxis()
    panels[0].axvline(1, color="#bbbbbb", linewidth=1)
    panels[0].legend(frameon=False, fontsize=9, loc="lower right")
    return _finish(figure, "tokens beside English, and bytes per token, by language", *panels)


def draw_growth(growth: pd.DataFrame) -> Picture:
    """Draw bytes per token against the number of entries, one line for each language.

    Args:
        growth: As `count_growth` returns it.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.5, 3.8))
    panel = figure.subplots()
    styles = [
        (BLUE, "-"),
        (GREEN, "--"),
        (ORANGE, "-"),
        (PINK, "--"),
        (GREY, "-"),
        ("#111111", ":"),
    ]
    ends: list[float] = []
    for language, (colour, style) in zip(growth, styles, strict=False):
        panel.plot(growth.index, growth[language], style, color=colour, marker=".", markersize=4)
    for language, (colour, _) in sorted(
        zip(growth, styles, strict=False), key=lambda pair: growth[pair[0]].iloc[-1]
    ):
        end = growth[language].iloc[-1]
        place = max(end, ends[-1] + 0.33) if ends else end  # names must not run into each other
        ends.append(place)
        panel.text(growth.index[-1] * 1.015, place, language, color=colour, va="center", fontsize=9)
    panel.axvline(N_OLDER, color="#bbbbbb", linewidth=1)
    panel.text(N_OLDER * 0.99, panel.get_ylim()[1] * 0.97, "100,256", ha="right", fontsize=9)
    ticks = [256, *range(20_000, 130_000, 20_000)]
    panel.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    panel.set_xlabel("entries kept, from the first one on")
    panel.set_title("Bytes per token", loc="left", fontsize=10)
    return _finish(figure, "bytes per token by number of entries", panel)


def draw_rows(rows: Rows) -> Picture:
    """Draw how long the embedding rows are: those like untrained ones, and the others.

    Args:
        rows: As `measure_rows` returns them.
    """
    import numpy as np
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 2.8))
    panel = figure.subplots()
    lowest, highest = float(rows.norms.min()), float(rows.norms.max())
    edges = np.linspace(0.95 * lowest, 1.02 * highest, 90).tolist()
    panel.hist(rows.norms[rows.alike], edges, color=ORANGE, label="as long as untrained rows")
    panel.hist(
        rows.norms[~rows.alike], edges, color=BLUE, label="other rows", histtype="step", linewidth=2
    )
    panel.set_yscale("log")
    panel.set_xlabel("length of the row")
    panel.set_title("Embedding rows by length (count, logarithmic)", loc="left", fontsize=10)
    panel.legend(frameon=False, fontsize=9)
    return _finish(figure, "embedding rows by length", panel)


def _finish(figure: Any, title: str, *panels: Any) -> Picture:
    for panel in panels:
        panel.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    return take_picture(figure, title)
