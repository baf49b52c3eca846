"""Cases for the checkers of chapter 06."""

from __future__ import annotations

import math

from checker_cases import Case


def longest(scores: dict[int, float], threshold: float) -> int:
    found = 0
    for length in sorted(scores):
        if scores[length] < threshold:
            break
        found = length
    return found


CASES = {
    "check_turn_tokens": Case(
        secret="base ** (2 * pair / head_dim)",
        right=[
            lambda pair, head_dim, base: 2 * math.pi * base ** (2 * pair / head_dim),
            lambda pair, head_dim, base: math.tau / base ** (-2 * pair / head_dim),
        ],
        wrong=[
            (lambda pair, head_dim, base: base ** (2 * pair / head_dim), "full turn"),
            (lambda pair, head_dim, base: math.tau * base ** (pair / head_dim), "two numbers"),
            (lambda pair, head_dim, base: math.tau * base ** (-2 * pair / head_dim), "slower"),
            (lambda pair, head_dim, base: math.tau * base ** (2 * pair / 128), "head_dim"),
            (lambda pair, head_dim, base: math.tau * 500_000 ** (2 * pair / head_dim), "base"),
            (lambda pair, head_dim, base: float("nan"), "1 radian"),
            (lambda pair, head_dim, base: print(end=""), "return"),
            (lambda pair: pair, "TypeError"),
            (6.28, "function itself"),
        ],
    ),
    "check_needles_to_be_sure": Case(
        secret="35 of 35",
        right=[35, 35.0],
        wrong=[
            (34, "Close"),
            (36, "one fewer"),
            (10, "wider"),
            (9, "60 %"),
            (1, "nearly nothing"),
            (100, "smallest"),
            (73, "95 %"),
            (20, "too small"),
            (50, "too big"),
        ],
    ),
    "check_longest_working": Case(
        secret="if scores[length] < threshold",
        right=[longest, lambda scores, threshold: float(longest(scores, threshold))],
        wrong=[
            (
                lambda scores, threshold: max(
                    (n for n, score in scores.items() if score >= threshold), default=0
                ),
                "behind that",
            ),
            (lambda scores, threshold: max(scores), "still score"),
            (lambda scores, threshold: list(scores)[-2], "behind that"),
            (lambda scores, threshold: longest(scores, threshold + 1e-9), "equal to the threshold"),
            (lambda scores, threshold: longest(scores, threshold) or None, "shortest length fails"),
            (lambda scores, threshold: print(end=""), "no length"),
            (lambda scores: 8192, "TypeError"),
            (8192, "function itself"),
        ],
    ),
    "check_prefill_growth": Case(
        secret="33.5 times",
        right=[33.45, 33.5],
        wrong=[
            (16, "square"),
            (256, "alone"),
            (136, "not equal"),
            (0.02994, "other way"),
            (20, "too small"),
            (60, "too big"),
        ],
    ),
}
