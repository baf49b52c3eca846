"""Cases for the checkers of chapter 04."""

from __future__ import annotations

from itertools import pairwise

from checker_cases import Case


def find_next(parts: list[bytes], ranks: dict[bytes, int]) -> int | None:
    places = [i for i in range(len(parts) - 1) if parts[i] + parts[i + 1] in ranks]
    return min(places, key=lambda i: ranks[parts[i] + parts[i + 1]], default=None)


def find_next_by_loop(parts: list[bytes], ranks: dict[bytes, int]) -> int | None:
    best = None
    for i, (left, right) in enumerate(pairwise(parts)):
        rank = ranks.get(left + right)
        if rank is not None and (best is None or rank < ranks[parts[best] + parts[best + 1]]):
            best = i
    return best


def find_first(parts: list[bytes], ranks: dict[bytes, int]) -> int | None:
    return next((i for i in range(len(parts) - 1) if parts[i] + parts[i + 1] in ranks), None)


def find_rightmost(parts: list[bytes], ranks: dict[bytes, int]) -> int | None:
    places = [i for i in range(len(parts) - 1) if parts[i] + parts[i + 1] in ranks]
    return min(reversed(places), key=lambda i: ranks[parts[i] + parts[i + 1]], default=None)


def find_highest(parts: list[bytes], ranks: dict[bytes, int]) -> int | None:
    places = [i for i in range(len(parts) - 1) if parts[i] + parts[i + 1] in ranks]
    return max(places, key=lambda i: ranks[parts[i] + parts[i + 1]], default=None)


def find_or_minus_one(parts: list[bytes], ranks: dict[bytes, int]) -> int:
    found = find_next(parts, ranks)
    return -1 if found is None else found


CASES = {
    "check_find_next": Case(
        secret="key=lambda i: ranks",
        right=[find_next, find_next_by_loop],
        wrong=[
            (find_first, "Not the first pair"),
            (find_rightmost, "leftmost"),
            (find_highest, "lowest rank"),
            (find_or_minus_one, "nothing to merge"),
            (
                lambda parts, ranks: min(ranks[a + b] for a, b in pairwise(parts)),
                "it returns",
            ),
            (lambda parts, ranks: parts[0], "a bytes, not a place"),
            (lambda parts, ranks: ranks[parts[9]], "IndexError"),
            (lambda parts: 0, "TypeError"),
            (lambda parts, ranks: print(end=""), "lowest rank"),
            (0, "function itself"),
        ],
    ),
    "check_group_digits": Case(
        secret="for i in range(0, len",
        right=[
            lambda number: [number[i : i + 3] for i in range(0, len(number), 3)],
            lambda number: list(filter(None, (number[i : i + 3] for i in range(0, 99, 3)))),
        ],
        wrong=[
            (lambda number: f"{int(number or 0):,}".split(","), "start at the left"),
            (lambda number: [number], "Two groups"),
            (lambda number: list(number), "Two groups"),
            (
                lambda number: [number[i : i + 3] for i in range(0, len(number) - 2, 3)],
                "single digit",
            ),
            (lambda number: [number[:3], number[3:]] if number[3:] else [number], "left over"),
            (lambda number: number, "a str, not a list"),
            (lambda number: [int(number)], "not a list of texts"),
            (lambda number: print(end=""), "return"),
            (lambda number: [number[9]], "IndexError"),
            ("123", "function itself"),
        ],
    ),
    "check_vocabulary_share": Case(
        secret="1,050,673,152",
        right=[13.08, 13.1, 200 * 128_256 * 4096 / 8_030_261_248],
        wrong=[
            (6.54, "one matrix"),
            (0.1308, "Times 100"),
            (2.98, "70B's share"),
            (86.9, "the rest of"),
            (15.05, "not by the rest"),
            (1_050_673_152, "number of parameters"),
            (20, "too big"),
        ],
    ),
    "check_saved_gibibytes": Case(
        secret="19,660,800,000",
        right=[18.31, 60_000 * 327_680 / 2**30],
        wrong=[
            (19.66, "GB"),
            (36.62, "How many are saved"),
            (146.5, "64 KV heads"),
            (9.155, "both kept"),
            (0.2289, "one layer"),
            (19_660_800_000, "in bytes"),
            (17, "too small"),
        ],
    ),
}
