"""Cases for the checkers of chapter 05."""

from __future__ import annotations

from collections.abc import Sequence

from checker_cases import Case


def hide(row: Sequence[float]) -> list[float]:
    rest = sum(row[1:])
    return [0.0, *(weight / rest if rest else 0.0 for weight in row[1:])]


CASES = {
    "check_find_kv_head": Case(
        secret="head // (n_query_heads // n_kv_heads)",
        right=[
            lambda head, n_query_heads, n_kv_heads: head // (n_query_heads // n_kv_heads),
            lambda head, n_query_heads, n_kv_heads: head * n_kv_heads // n_query_heads,
        ],
        wrong=[
            (lambda head, queries, kv: head % kv, "Neighbours share"),
            (lambda head, queries, kv: head // 8, "depends on the model"),
            (lambda head, queries, kv: head / (queries // kv), "part of a head"),
            (lambda head, queries, kv: head // (queries // kv) + 1, "counted from 0"),
            (lambda head, queries, kv: head // kv, "not always 8"),
            (lambda head, queries, kv: print(end=""), "return"),
            (lambda head, queries, kv: float("nan"), "part of a head"),
            (lambda head: head, "TypeError"),
            (3, "function itself"),
        ],
    ),
    "check_four_kv_heads_gibibytes": Case(
        secret="163,840",
        right=[5, 5.0, 2 * 80 * 4 * 128 * 2 * 32_768 / 2**30],
        wrong=[
            (5.37, "GB"),
            (10, "8 KV heads"),
            (2.5, "both kept"),
            (80, "64 query heads"),
            (0.0625, "one layer"),
            (1.25, "single KV head"),
            (20, "131,072"),
            (5_368_709_120, "in bytes"),
            (7, "too big"),
        ],
    ),
    "check_break_even_conversations": Case(
        secret="52.6",
        right=[52.57, 53, 141_107_412_992 / (8192 * 327_680)],
        wrong=[
            (52, "too small"),
            (6.571, "KV head for each query head"),
            (420.5, "single KV head"),
            (105.1, "keys alone"),
            (26.28, "float32"),
            (430_625, "in tokens"),
            (56.44, "mix GB"),
        ],
    ),
    "check_hide_first": Case(
        secret="weight / rest if rest",
        right=[hide, lambda row: tuple(hide(row))],
        wrong=[
            (lambda row: hide(row)[1:], "Keep the places"),
            (lambda row: [0.0, *row[1:]], "sum to 1 again"),
            (lambda row: [0.0, *(w / sum(row[1:]) for w in row[1:])], "Nothing is left"),
            (lambda row: [0.0, *(w / (1 - row[0]) for w in row[1:])], "ZeroDivisionError"),
            (lambda row: row, "sum to 1 again"),
            (lambda row: [float("nan")] * len(row), "sum to 1 again"),
            (lambda row: print(end=""), "NoneType"),
            (lambda row: ["a"] * 3, "no list of numbers"),
            ([0, 1], "function itself"),
        ],
    ),
}
