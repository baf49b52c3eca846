"""Two runs side by side: where do they differ, and is it more than chance?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import comb
from statistics import mean
from typing import Any

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.results import Results


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
