"""What came out of a grid: scores by cell, length and depth, effective context, export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.measures import (
    RULER_THRESHOLD,
    EffectiveContext,
    Score,
    find_effective_context,
    wilson_interval,
)
from llama_explore.probes.results_file import read_results

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped, unused-ignore]


@dataclass(frozen=True, repr=False)
class Results:
    """The records of a grid, in memory or from a file.

    Attributes:
        header: Model, grid and versions.
        records: One for each finished cell.
    """

    header: dict[str, Any]
    records: tuple[dict[str, Any], ...] = field(repr=False)

    @property
    def tasks(self) -> list[str]:
        """Names of the tasks that have scores, in the order of the grid."""
        names = [task if isinstance(task, str) else task["name"]
                 for task in self.header["grid"]["tasks"]]  # fmt: skip
        found = {record["task"] for record in self.records if record["score"] is not None}
        return [name for name in names if name in found]

    def by_cell(self, task: str | None = None) -> list[Score]:
        """Return the score at each length and depth, all repeats together."""
        return self._group(task, lambda record: (record["length"], record["depth_percent"]))

    def by_length(self, task: str | None = None) -> list[Score]:
        """Return the score at each length, all depths together."""
        return self._group(task, lambda record: (record["length"], None))

    def by_depth(self, task: str | None = None, *, n_bins: int = 10) -> list[Score]:
        """Return the score at each depth, all lengths together: lost in the middle, or not.

        Args:
            task: Only this task; by default all of them, one after another.
            n_bins: For tasks whose needles stand at random depths, bins of equal width; their
                middles are given.
        """
        return self._group(
            task,
            lambda record: (None, record["depth_percent"]),
            question_place=lambda answer: (
                None
                if answer["depth_percent"] is None
                else (min(int(answer["depth_percent"] * n_bins / 100), n_bins - 1) + 0.5)
                * 100
                / n_bins
            ),
        )

    def _group(
        self,
        task: str | None,
        place: Callable[[dict[str, Any]], tuple[int | None, float | None]],
        question_place: Callable[[dict[str, Any]], float | None] = lambda _: None,
    ) -> list[Score]:
        if task is not None and task not in self.tasks:
            raise LlamaExploreError(
                f"There are no scores of a task {task!r}.",
                f"These have some: {', '.join(self.tasks) or 'none yet'}.",
            )
        scores = []
        for name in self.tasks if task is None else [task]:
            groups: dict[tuple[int | None, float | None], list[float]] = {}
            for record in self.records:
                if record["task"] != name or record["score"] is None:
                    continue
                length, depth = place(record)
                for answer in record["answers"]:
                    at = question_place(answer) if depth is None else depth
                    groups.setdefault((length, at), []).append(answer["score"])
            for (length, depth), found in sorted(
                groups.items(), key=lambda group: [-1.0 if x is None else x for x in group[0]]
            ):
                low, high = wilson_interval(sum(found), len(found))
                scores.append(Score(name, length, depth, len(found), sum(found), low, high))
        return scores

    def effective_context(
        self, task: str | None = None, *, threshold: float = RULER_THRESHOLD
    ) -> list[EffectiveContext]:
        """Return the longest length that still works, for each task, by two definitions.

        Args:
            task: Only this task.
            threshold: What RULER's definition asks for.
        """
        return [
            find_effective_context(self.by_length(name), threshold=threshold)
            for name in (self.tasks if task is None else [task])
        ]

    def losses(self) -> dict[int, list[tuple[float, float]]]:
        """Return the loss by position for each length: (middle of a span, mean loss in nats)."""
        curves: dict[int, dict[float, list[float]]] = {}
        for record in self.records:
            if record["task"] == "loss":
                edges = record["edges"]
                for i, loss in enumerate(record["losses"]):
                    middle = (edges[i] + edges[i + 1]) / 2
                    curves.setdefault(record["length"], {}).setdefault(middle, []).append(loss)
        return {
            length: [(middle, mean(found)) for middle, found in sorted(curve.items())]
            for length, curve in sorted(curves.items())
        }

    def table(self) -> pd.DataFrame:
        """Return a table with one row for each question."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "task": record["task"],
                    "length": record["length"],
                    "depth_percent": record["depth_percent"],
                    "depth_came_out": answer["depth_percent"],
                    "repeat": record["repeat"],
                    "score": answer["score"],
                    "question": answer["question"],
                    "wanted": " | ".join(answer["wanted"]),
                    "answer": answer["answer"],
                    "n_prompt_tokens": answer["n_prompt_tokens"],
                }
                for record in self.records
                for answer in record["answers"]
            ]
        )

    def to_csv(self, path: str | Path) -> None:
        """Write `table` to a CSV file."""
        self.table().to_csv(path, index=False)

    def _rows(self) -> list[tuple[str, str]]:
        model, total = self.header["model"], self.header.get("n_cells", len(self.records))
        rows = [
            ("model", f"{model.get('label')} ({model.get('revision')})"),
            ("cells", f"{len(self.records):,} of {total:,}"),
        ]
        for name in self.tasks:
            right = self._group(name, lambda _: (None, None))[0]
            rows.append(
                (name, f"{right.mean:.1%} of {right.n:,} ({right.low:.0%} to {right.high:.0%})")
            )
        return rows

    def __repr__(self) -> str:
        return "\n".join(
            ["Results of a probe grid", *(f"  {name:<14}{text}" for name, text in self._rows())]
        )

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th>"
            f"<td style='text-align:left'>{escape(text)}</td></tr>"
            for name, text in self._rows()
        )
        return f"<b>Results of a probe grid</b><table>{cells}</table>"


def load_results(path: str | Path) -> Results:
    """Return the results in a file, finished or not.

    Raises:
        LlamaExploreError: There is no such file, or it is no result file.
    """
    header, records = read_results(path)
    return Results(header, tuple(records))
