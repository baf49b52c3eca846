"""Pictures of a probe grid's results: heat maps, curves over depth and length, losses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.measures import RULER_THRESHOLD, Score
from llama_explore.probes.results import Results
from llama_explore.small_picture import Picture, take_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito's colours, told apart by colour-blind eyes; markers differ as well."""

MARKERS = "osD^vP*"

MOST_WRITTEN = 200
"""Cells of a heat map that are written into; more would not be readable."""


def draw_heat_map(
    results: Results,
    *others: Results,
    task: str | None = None,
    labels: Sequence[str] | None = None,
) -> Picture:
    """Draw the share found at each length (across) and depth (down), with counts.

    Under each count stands the 95 % confidence interval, if more than one question was asked.

    Args:
        results: Of a grid with depths; a panel for each of its tasks that has depths.
        others: Other runs; then each run is one panel, its first task with depths.
        task: Only this task.
        labels: Titles of the panels; by default the tasks' names, or those of the models.

    Raises:
        LlamaExploreError: No task has depths.
    """
    from matplotlib.figure import Figure

    panels_scores: list[tuple[Results, str, list[Score]]] = []
    for run in (results, *others):
        names = [
            name
            for name in ([task] if task else run.tasks)
            if any(score.depth_percent is not None for score in run.by_cell(name))
        ]
        if not names:
            raise LlamaExploreError(
                "There are no scores by depth to draw.",
                "Use draw_length_curve, or probe a task with depths, such as 'number'.",
            )
        for name in names[:1] if others else names:
            title = str(run.header["model"].get("label", name)) if others else name
            panels_scores.append((run, title, run.by_cell(name)))
    n_columns = max(len({each.length for each in scores}) for *_, scores in panels_scores)
    n_rows = max(len({each.depth_percent for each in scores}) for *_, scores in panels_scores)
    width = len(panels_scores) * max(2.6, 0.62 * n_columns + 0.6) + 0.9
    figure = Figure(figsize=(width, max(2.2, 0.34 * n_rows + 1.1)), layout="constrained")
    panels = figure.subplots(1, len(panels_scores), squeeze=False)[0]
    for i, (panel, (run, title, scores)) in enumerate(zip(panels, panels_scores, strict=True)):
        image = _fill_heat_map(panel, scores)
        _mark_context(panel, run, sorted({score.length or 0 for score in scores}))
        panel.set_title(labels[i] if labels else title, loc="left", fontsize=10, pad=14)
    panels[0].set_ylabel("depth of the needle")
    figure.colorbar(image, ax=list(panels), label="share found", shrink=0.8)
    return take_picture(figure, "share found by length and depth")


def _fill_heat_map(panel: Axes, scores: list[Score]) -> Any:
    import numpy as np

    lengths = sorted({score.length or 0 for score in scores})
    depths = sorted({score.depth_percent or 0.0 for score in scores})
    shares = np.full((len(depths), len(lengths)), np.nan)
    for score in scores:
        row, column = depths.index(score.depth_percent or 0.0), lengths.index(score.length or 0)
        shares[row, column] = score.mean
        if len(scores) > MOST_WRITTEN:
            continue
        text = f"{score.right:g}/{score.n}" if score.right % 1 == 0 else f"{score.mean:.2f}"
        colour = "black" if score.mean > 0.6 else "white"
        raised = 0.14 if score.n > 1 else 0
        panel.text(column, row - raised, text, ha="center", va="center", fontsize=8, color=colour)
        if score.n > 1:
            span = f"{100 * score.low:.0f}–{100 * score.high:.0f} %"
            panel.text(column, row + 0.24, span, ha="center", va="center", fontsize=5.5,
                       color=colour)  # fmt: skip
    image = panel.imshow(shares, vmin=0, vmax=1, cmap="viridis", aspect="auto")
    _label_cells(panel, lengths, depths)
    return image


def _label_cells(panel: Axes, lengths: list[int], depths: list[float]) -> None:
    """Write lengths and depths beside the cells, and part the cells with white lines."""
    names = [f"{length:,}" for length in lengths]
    panel.set_xticks(range(len(lengths)), names, rotation=45, ha="right", rotation_mode="anchor")
    panel.set_yticks(range(len(depths)), [f"{depth:.3g} %" for depth in depths])
    panel.set_xlabel("length in tokens")
    panel.set_xticks([i + 0.5 for i in range(len(lengths) - 1)], minor=True)
    panel.set_yticks([i + 0.5 for i in range(len(depths) - 1)], minor=True)
    panel.grid(which="minor", color="white", linewidth=1)
    panel.tick_params(which="both", length=0, labelsize=8)
    for side in panel.spines.values():
        side.set_visible(False)


def _mark_context(panel: Axes, results: Results, lengths: list[int]) -> None:
    """Draw a line between the lengths within the model's context and those beyond."""
    context = results.header["model"].get("context")
    for i, (inside, beyond) in enumerate(pairwise(lengths)):
        if context and inside <= context < beyond:
            panel.axvline(i + 0.5, color="#d55e00", linewidth=2)
            panel.text(i + 0.5, -0.62, f"context {context:,} ", color="#a04000", fontsize=7.5,
                       ha="right", va="bottom")  # fmt: skip


def draw_depth_curve(results: Results, task: str | None = None) -> Picture:
    """Draw the share found against depth, a line for each length: lost in the middle?

    Bars are 95 % confidence intervals of all lengths together, behind a thick line.

    Args:
        results: Of a grid.
        task: Only this task; by default the first with depths.
    """
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    name = task or next(
        (t for t in results.tasks if results.by_depth(t)[0].depth_percent is not None), None
    )
    together = results.by_depth(name) if name else []
    if not name or together[0].depth_percent is None:
        raise LlamaExploreError(
            "There are no scores by depth to draw.", "Probe a task with depths, such as 'number'."
        )
    figure = Figure(figsize=(6.4, 3), layout="constrained")
    panel = figure.subplots()
    cells = [cell for cell in results.by_cell(name) if cell.depth_percent is not None]
    lengths = sorted({cell.length or 0 for cell in cells})
    for i, length in enumerate(lengths):
        line = [cell for cell in cells if cell.length == length]
        shade = 0.85 - 0.8 * i / max(1, len(lengths) - 1)
        panel.plot(
            [cell.depth_percent or 0.0 for cell in line],
            [cell.mean for cell in line],
            color=colormaps["viridis"](shade),
            linewidth=1,
            label=f"{length:,}",
        )
    _plot_with_bars(panel, [(score.depth_percent or 0.0, score) for score in together], 0, "all")
    panel.set_xlabel("depth of the needle in % (0: start, 100: just before the question)")
    panel.set_ylabel("share found")
    panel.set_title(name, loc="left", fontsize=11)
    figure.legend(
        frameon=False, fontsize=8, title="tokens", title_fontsize=8, loc="outside right center"
    )
    return take_picture(figure, "share found by depth")


def draw_length_curve(
    results: Results, *others: Results, labels: list[str] | None = None
) -> Picture:
    """Draw the score against length, a line for each task, or for each run if there are others.

    Bars are 95 % confidence intervals; the dashed line is RULER's threshold.

    Args:
        results: Of a grid.
        others: Other runs; then each run is one line, all its tasks together by task name.
        labels: Names of the runs.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3), layout="constrained")
    panel = figure.subplots()
    runs, place = [results, *others], 0
    n_lines = sum(len(run.tasks) for run in runs)
    for i, run in enumerate(runs):
        for name in run.tasks:
            run_name = labels[i] if labels else run.header["model"].get("label", f"run {i + 1}")
            label = f"{run_name}: {name}" if others else name
            # A little to the side of each other, so that no bar hides another.
            shift = 2 ** (0.03 * (place - (n_lines - 1) / 2))
            points = [((score.length or 0) * shift, score) for score in run.by_length(name)]
            _plot_with_bars(panel, points, place, label)
            place += 1
    lengths = sorted({score.length or 0 for run in runs for score in run.by_length()})
    panel.axhline(RULER_THRESHOLD, color="#777777", linestyle="--", linewidth=1)
    panel.text(
        0.01,
        RULER_THRESHOLD - 0.015,
        f"RULER's threshold, {RULER_THRESHOLD:.1%}",
        transform=panel.get_yaxis_transform(),
        va="top",
        fontsize=7,
        color="#555555",
    )
    panel.set_xscale("log", base=2)
    panel.set_xticks(lengths, [f"{length:,}" for length in lengths], fontsize=8, rotation=30)
    panel.minorticks_off()
    panel.set_xlabel("length in tokens")
    panel.set_ylabel("mean score")
    figure.legend(frameon=False, fontsize=8, loc="outside right center")
    return take_picture(figure, "score by length")


def draw_comparison(
    first: Results, second: Results, *, labels: tuple[str, str] = ("first", "second")
) -> Picture:
    """Draw where two runs differ: the difference of the mean scores at each length and depth.

    Args:
        first: One run.
        second: Another, with the same lengths and depths.
        labels: What they are called.
    """
    import numpy as np
    from matplotlib.figure import Figure

    tasks = [name for name in first.tasks if name in second.tasks]
    if not tasks:
        raise LlamaExploreError("The two runs share no task.", "Compare runs of the same tasks.")
    there = {(s.length, s.depth_percent): s.mean for s in second.by_cell(tasks[0])}
    gaps = {
        (s.length or 0, s.depth_percent or 0.0): there[s.length, s.depth_percent] - s.mean
        for s in first.by_cell(tasks[0])
        if (s.length, s.depth_percent) in there
    }
    lengths, depths = sorted({at[0] for at in gaps}), sorted({at[1] for at in gaps})
    grid = np.array([[gaps.get((n, d), np.nan) for n in lengths] for d in depths])
    size = (max(3.6, 0.72 * len(lengths) + 1.6), max(2.2, 0.34 * len(depths) + 1.1))
    figure = Figure(figsize=size, layout="constrained")
    panel = figure.subplots()
    image = panel.imshow(grid, vmin=-1, vmax=1, cmap="PuOr", aspect="auto")
    for (length, depth), gap in gaps.items():
        at = (lengths.index(length), depths.index(depth))
        panel.text(*at, f"{gap:+.2g}" if gap else "=", ha="center", va="center", fontsize=8)
    _label_cells(panel, lengths, depths)
    panel.set_title(f"{tasks[0]}: {labels[1]} minus {labels[0]}", loc="left", fontsize=11)
    figure.colorbar(image, ax=panel, label="difference of the scores", shrink=0.8)
    return take_picture(figure, "difference of two runs")


def draw_losses(results: Results, *others: Results, labels: list[str] | None = None) -> Picture:
    """Draw the loss of the haystack's tokens by their position, the longest length of each run.

    Args:
        results: Of a grid with the task "loss".
        others: Other runs.
        labels: Names of the runs.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3), layout="constrained")
    panel = figure.subplots()
    for i, run in enumerate([results, *others]):
        curves = run.losses()
        if not curves:
            raise LlamaExploreError(
                "There are no losses to draw.", 'Probe the task "loss" as well.'
            )
        label = labels[i] if labels else run.header["model"].get("label", f"run {i + 1}")
        places, losses = zip(*curves[max(curves)], strict=True)
        panel.plot(places, losses, color=COLOURS[i % 7], marker=MARKERS[i % 7], markersize=3,
                   label=label)  # fmt: skip
    panel.set_xlabel("position in the text, in tokens")
    panel.set_ylabel("mean loss in nats")
    panel.spines[["top", "right"]].set_visible(False)
    figure.legend(frameon=False, fontsize=8, loc="outside right center")
    return take_picture(figure, "loss by position")


def _plot_with_bars(panel: Axes, points: list[tuple[float, Score]], place: int, label: str) -> None:
    """Draw a line of scores with their confidence intervals."""
    colour, marker = COLOURS[place % 7], MARKERS[place % 7]
    panel.errorbar(
        [x for x, _ in points],
        [score.mean for _, score in points],
        [
            [score.mean - score.low for _, score in points],
            [score.high - score.mean for _, score in points],
        ],
        color=colour,
        marker=marker,
        markersize=4,
        linewidth=1.6,
        linestyle="-" if place < 7 else "--",
        capsize=2,
        elinewidth=0.8,
        label=label,
    )
    panel.set_ylim(-0.04, 1.04)
    panel.spines[["top", "right"]].set_visible(False)
