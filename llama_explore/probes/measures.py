"""Figures from scores: shares with their uncertainty, and how long a context still works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

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


def find_effective_context(
    scores: Sequence[Score], *, threshold: float = RULER_THRESHOLD
) -> EffectiveContext:
    """Return the longest length that still works, from the scores of one task by length.

    Example: with mean scores of 1.00 at 4,096, 0.90 at 8,192 and 0.60 at 16,384 tokens both
    definitions give 8,192.

    Args:
        scores: The shortest length first.
        threshold: What RULER's definition asks for.
    """
    shares = [(score.length or 0, score.mean) for score in scores]
    over = [length for length, share in shares if share > threshold]
    base, relative = shares[0][1], None
    for length, share in shares:
        if base == 0 or share < BASE_SHARE * base:
            break
        relative = length
    longest = shares[-1][0]
    return EffectiveContext(scores[0].task, max(over, default=None), relative, base, longest)
