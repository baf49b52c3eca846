"""Cases for the checkers of chapter 02."""

from __future__ import annotations

import torch

from checker_cases import Case

CASES = {
    "check_cache_gibibytes": Case(
        secret="26,843,545,600",
        right=[25, 25.0, 20 * 4096 * 327_680 / 2**30],
        wrong=[
            (26.84, "GB"),
            (12.5, "both kept"),
            (50, "float32"),
            (200, "64 query heads"),
            (1.25, "one conversation"),
            (0.3125, "one layer"),
            (26_843_545_600, "in bytes"),
            (24, "too small"),
        ],
    ),
    "check_first_gap": Case(
        secret="257",
        right=[257, 257.0, torch.tensor(257)],
        wrong=[
            (256, "too small"),
            (129, "leading 1"),
            (2049, "float16"),
            (16_777_217, "float32"),
            (65_505, "float16 ends"),
            (258, "too big"),
        ],
    ),
    "check_eight_bit_gigabytes": Case(
        secret="72.66",
        right=[72.66, 72_656_371_712 / 1e9],
        wrong=[
            (70.6, "not quantized"),
            (68.45, "matrices alone"),
            (71.6, "one of the two"),
            (141.1, "bfloat16"),
            (67.67, "GiB"),
            (35, "too small"),
        ],
    ),
    "check_count_conversations": Case(
        secret="(free_bytes - weights_bytes) // conversation_bytes",
        right=[
            lambda free, weights, each: max(0, (free - weights) // each),
            lambda free, weights, each: 0 if free < weights else (free - weights) // each,
        ],
        wrong=[
            (lambda free, weights, each: free // (weights + each), "there once"),
            (lambda free, weights, each: (free - weights) / each, "round down"),
            (lambda free, weights, each: (free - weights - 1) // each, "just fits"),
            (lambda free, weights, each: (free - weights) // each, "leave room for no"),
            (lambda free, weights, each: max(0, int((free - weights) / each)), "Large sizes"),
            (lambda free, weights: free - weights, "TypeError"),
            (lambda free, weights, each: free // 0, "ZeroDivisionError"),
            (lambda free, weights, each: print(end=""), "return"),
            (lambda free, weights, each: "2", "a str, not a number"),
            (lambda free, weights, each: float("nan"), "no parts"),
            (lambda free, weights, each: float("inf"), "no parts"),
            (lambda free, weights, each: 10**400, "OverflowError"),
            (2, "function itself"),
        ],
    ),
}
