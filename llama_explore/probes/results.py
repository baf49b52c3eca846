"""What came out of a grid: scores with their uncertainty, effective context, comparison, export."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from math import comb, sqrt
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.results_file import read_results

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped, unused-ignore]

RULER_THRESHOLD = 0.856
"""The score of Llama 2 7B at 4K tokens, which RULER asks of a length (arXiv 2404.06654)."""

BASE_SHARE = 0.85
"""Share of the score at short lengths that NoLiMa asks of a length (arXiv 2502.05167)."""


@dataclass(frozen=True)
class Score:
    """The score of all questions at one place.

    Attributes:
        task: Name of the task.
        length: Tokens; None where several lengths are counted together.
        depth_percent: Depth that was asked for; None where several are counted together.
        n: Questions.
        right: Sum of their scores; the number of right ones where each is right or wrong.
        low: Lower end of the 95 % confidence interval.
        high: Upper end.
    """

    task: str
    length: int | None
    depth_percent: float | None
    n: int
    right: float
    low: float
    high: float

    @property
    def mean(self) -> float:
        """The mean score, from 0 to 1."""
        return self.right / self.n


@dataclass(frozen=True)
class EffectiveContext:
    """The longest length that still works, by two definitions.

    Attributes:
        task: Name of the task.
        ruler: Longest length whose mean score is over `RULER_THRESHOLD`; None if no length's is.
        relative: Longest length whose mean score, and that of every shorter one, is at least
            `BASE_SHARE` of the shortest length's (after NoLiMa); None if that one's is 0.
        base: Mean score at the shortest length.
        longest: The longest length that was probed: more than that nobody can say.
    """

    task: str
    ruler: int | None
    relative: int | None
    base: float
    longest: int

    def __repr__(self) -> str:
        def show(length: int | None) -> str:
            if length is None:
                return "none"
            return f"{length:,}" + (" or more" if length == self.longest else "")

        return (
            f"{self.task}: {show(self.ruler)} tokens score over {RULER_THRESHOLD:.1%} (RULER); "
            f"{show(self.relative)} at {BASE_SHARE:.0%} of the shortest length's {self.base:.1%}"
        )


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
        """Return the longest length that still works, for each task.

        Example: with mean scores of 1.00 at 4,096, 0.90 at 8,192 and 0.60 at 16,384 tokens both
        definitions give 8,192.

        Args:
            task: Only this task.
            threshold: What RULER's definition asks for.
        """
        found = []
        for name in self.tasks if task is None else [task]:
            scores = [(score.length or 0, score.mean) for score in self.by_length(name)]
            over = [length for length, share in scores if share > threshold]
            base, relative = scores[0][1], None
            for length, share in scores:
                if base == 0 or share < BASE_SHARE * base:
                    break
                relative = length
            found.append(
                EffectiveContext(name, max(over, default=None), relative, base, scores[-1][0])
            )
        return found

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


def wilson_interval(right: float, n: int, *, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share, after Wilson (1927).

    Example: 3 right of 3 is 44 % to 100 %: three needles say little. Where a question can be
    partly right, the interval is a little too wide.

    Args:
        right: How many were right.
        n: Of how many.
        z: Width in standard deviations.
    """
    share = right / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # Rounding must not put the share itself outside.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


@dataclass(frozen=True)
class Comparison:
    """Two runs on the cells that both have.

    Attributes:
        n: Cells in both.
        first: Mean score of the first run there.
        second: Mean score of the second run there.
        same_score: Share of cells in which both score the same.
        same_answers: Share of cells in which both give the same answers, to the letter.
        first_better: Cells in which the first scores more.
        second_better: Cells in which the second does.
        p_value: Probability that a fair coin would part the differing cells at least as
            unevenly (sign test): small only if one run is better and not by chance.
    """

    n: int
    first: float
    second: float
    same_score: float
    same_answers: float
    first_better: int
    second_better: int
    p_value: float

    def __repr__(self) -> str:
        return (
            f"{self.n:,} cells in both: {self.first:.1%} and {self.second:.1%}; "
            f"the same score in {self.same_score:.1%}, the same answer in {self.same_answers:.1%}; "
            f"the first better in {self.first_better:,}, the second in {self.second_better:,} "
            f"(sign test: p = {self.p_value:.2g})"
        )


def compare_results(first: Results, second: Results) -> Comparison:
    """Compare two runs cell by cell.

    Raises:
        LlamaExploreError: They have no cell in common.
    """
    pairs = list(_pair(first.records, second.records))
    if not pairs:
        raise LlamaExploreError(
            "The two runs have no cell in common.",
            "Run both with the same task, length and depth at least once.",
        )
    gaps = [a["score"] - b["score"] for a, b in pairs]
    ups, downs = sum(gap > 0 for gap in gaps), sum(gap < 0 for gap in gaps)
    answers = [
        [x["answer"] for x in a["answers"]] == [x["answer"] for x in b["answers"]] for a, b in pairs
    ]
    return Comparison(
        n=len(pairs),
        first=mean(a["score"] for a, _ in pairs),
        second=mean(b["score"] for _, b in pairs),
        same_score=1 - (ups + downs) / len(pairs),
        same_answers=sum(answers) / len(pairs),
        first_better=ups,
        second_better=downs,
        p_value=sign_test(ups, downs),
    )


def sign_test(ups: int, downs: int) -> float:
    """Return the two-sided probability of a division at least as uneven, by a fair coin.

    Example: 5 to 0 has 2 / 32 = 0.0625, 8 to 0 has 0.0078.
    """
    n = ups + downs
    tail = sum(comb(n, k) for k in range(min(ups, downs) + 1)) / 2**n
    return float(min(1.0, 2 * tail))


def _pair(
    first: Iterable[dict[str, Any]], second: Iterable[dict[str, Any]]
) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    found = {record["cell"]: record for record in second if record["score"] is not None}
    for record in first:
        if record["score"] is not None and record["cell"] in found:
            yield record, found[record["cell"]]
