"""Every exercise checker knows the right answer, names the slip in a wrong one, takes any junk."""

from __future__ import annotations

import dataclasses
import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from llama_explore import checks
from llama_explore.checks import Slip, Verdict, is_unanswered

CHECKERS: dict[str, Callable[[Any], Verdict]] = {
    name: function
    for name, function in vars(checks).items()
    if name.startswith("check_") and inspect.isfunction(function)
}


@dataclass(frozen=True)
class Case:
    """What a checker is fed: right answers, and wrong ones with a word of the cause.

    The `secret` is how the solution would be written; no wrong answer may be told it.
    """

    secret: str
    right: list[Any]
    wrong: list[tuple[Any, str]]


def read_answer(code: int, error_code: str | None, has_token: bool) -> str:
    """Solve the exercise of chapter 01."""
    if error_code == "GatedRepo":
        return "no-access" if has_token else "no-token"
    if code == 403:
        return "token-without-permission"
    return "expired-token" if code == 401 and has_token else "not-found"


CASES = {
    "check_weights_gigabytes": Case(
        secret="141.1",
        right=[
            70_553_706_496 * 2 / 1e9,
            141,
            141.1,
            Fraction(1411, 10),
            np.float64(141.1),
            torch.tensor(141.1),
        ],
        wrong=[
            (282, "float32"),
            (131.4, "GiB"),
            (262.8, "two slips"),
            (70.6, "1 byte"),
            (35.3, "4 bits"),
            (1129, "gigabits"),
            (141e9, "in bytes"),
            (141_107_412_992, "in bytes"),
            (141_107, "MB"),
            (0.141, "TB"),
            (70.55e9, "number of parameters"),
            (140.9, "too small"),
            (141.3, "too big"),
            (-141.1, "greater than zero"),
            ("141 GB", "text"),
            ("141.1", "text"),
            (True, "True or False"),
            (None, "return"),
            (math.nan, "nan"),
            (math.inf, "inf"),
            (10**400, "inf"),
            ([141.1], "list"),
            (np.array([141.1]), "ndarray"),
            (np.bool_(True), "bool"),
            (141.1 + 0j, "complex"),
            (lambda: 141.1, "Call it"),
        ],
    ),
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
    "check_download_hours": Case(
        secret="8 / 1e8 / 3600",
        right=[3.14, 141.1 * 8 / 0.1 / 3600, 3.1, 3.2],
        wrong=[
            (0.392, "8 bits"),
            (188.1, "minutes"),
            (11_289, "seconds"),
            (6.27, "original/"),
            (0.049, "wrong way round"),
            (3, "too small"),
        ],
    ),
    "check_rest_gigabytes": Case(
        secret="18 * 4.7",
        right=[84.6, 18 * 4.7, 84.66],
        wrong=[
            (80.37, "none of it is kept"),
            (79.9, "fetched, too"),
            (56.4, "here already"),
            (60.63, "arrived so far"),
            (141.1, "whole shards are kept"),
            (18, "number of shards"),
            (90, "too big"),
        ],
    ),
    "check_read_answer": Case(
        secret="code == 403",
        right=[read_answer],
        wrong=[
            (lambda code, error_code, has_token: "not-found", "who is there"),
            (lambda code, error_code, has_token: "no-token", "not let in"),
            (lambda code, error_code, has_token: print(end=""), "return"),
            (lambda code, error_code: "no-token", "TypeError"),
            (
                lambda code, error_code, has_token: (
                    "expired-token"
                    if code == 401 and not error_code
                    else read_answer(code, error_code, has_token)
                ),
                "look the same",
            ),
            (
                lambda code, error_code, has_token: (
                    "no-access" if code == 403 else read_answer(code, error_code, has_token)
                ),
                "the token is the matter",
            ),
            ("no-token", "function itself"),
        ],
    ),
}


class Hostile:
    """An answer that raises when it is compared, shown, counted or turned into a number."""

    def refuse(self, *_: object) -> Any:
        raise RuntimeError("leave me alone")

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = refuse
    __repr__ = __str__ = __bool__ = __len__ = __iter__ = __float__ = __getattr__ = refuse


JUNK = [
    None, True, False, 0, -1, math.nan, math.inf, -math.inf, 10**400, 1j, "", "141", b"141", [], (),
    {}, {1}, range(3), object(), object, print, lambda: 1, np.zeros(3), np.array("x"),
    torch.zeros(2, 2), torch.tensor(True), torch.tensor(1j), NotImplemented, Hostile(), Hostile,
]  # fmt: skip


def right_cases() -> list[Any]:
    # Numbered, not shown: a function's address differs between the workers of pytest-xdist.
    return [
        pytest.param(name, answer, id=f"{name}-{type(answer).__name__}-{i}")
        for name, case in CASES.items()
        for i, answer in enumerate(case.right)
    ]


def wrong_cases() -> list[Any]:
    return [
        pytest.param(name, answer, cause, id=f"{name}-{cause}-{type(answer).__name__}")
        for name, case in CASES.items()
        for answer, cause in case.wrong
    ]


def test_every_checker_has_its_cases() -> None:
    assert set(CASES) == set(CHECKERS)
    for name, case in CASES.items():
        assert case.right, name
        assert len(case.wrong) >= 2, name


@pytest.mark.parametrize(("name", "answer"), right_cases())
def test_a_right_answer_is_right_and_says_why(name: str, answer: Any) -> None:
    verdict = CHECKERS[name](answer)
    assert verdict.ok is True
    assert len(verdict.message) > 20


@pytest.mark.parametrize(("name", "answer", "cause"), wrong_cases())
def test_a_wrong_answer_is_told_its_likely_cause(name: str, answer: Any, cause: str) -> None:
    verdict = CHECKERS[name](answer)
    assert verdict.ok is False
    assert cause in verdict.message


@pytest.mark.parametrize("name", CHECKERS)
def test_junk_is_answered_in_a_sentence_and_never_raises(name: str) -> None:
    for junk in JUNK:
        verdict = CHECKERS[name](junk)
        assert verdict.ok is False
        assert verdict.message.endswith((".", "?"))
        assert " at 0x" not in verdict.message


@pytest.mark.parametrize("name", CHECKERS)
def test_the_three_dots_are_no_answer_yet(name: str) -> None:
    def stub(n_tokens: int) -> int: ...  # type: ignore[empty-body]

    for unanswered in (..., stub):
        verdict = CHECKERS[name](unanswered)
        assert verdict.ok is None
        assert repr(verdict).startswith("Not answered yet. ")
        assert "..." in verdict.message


@pytest.mark.parametrize("name", CHECKERS)
def test_a_wrong_answer_does_not_give_the_right_one_away(name: str) -> None:
    case = CASES[name]
    for answer, _ in case.wrong:
        if case.secret not in str(answer):
            assert case.secret not in CHECKERS[name](answer).message


def test_a_function_counts_as_answered_once_anything_is_in_it() -> None:
    def documented(x: int) -> int:
        """Return x."""
        ...

    def documented_constant() -> int:
        """Return three."""
        return 3

    assert is_unanswered(documented)
    assert is_unanswered(lambda: ...) is False, "it returns the dots; that is something"
    assert not is_unanswered(documented_constant)
    assert not is_unanswered(lambda: 3)
    assert not is_unanswered(lambda x: x)
    assert not is_unanswered(print)


def test_a_verdict_reads_the_same_in_text_and_in_html() -> None:
    verdict = Verdict(False, "2 < 3 & <b>4</b>.")
    assert repr(verdict) == "Not quite. 2 < 3 & <b>4</b>."
    html = verdict._repr_html_()
    assert "2 &lt; 3 &amp; &lt;b&gt;4&lt;/b&gt;." in html
    assert "<script" not in html
    assert "class=" not in html, "a notebook that is not trusted keeps styles, no style sheets"
    with pytest.raises(dataclasses.FrozenInstanceError):
        verdict.ok = True  # type: ignore[misc]


def test_the_nearest_slip_needs_to_be_near() -> None:
    def judge(answer: float) -> Verdict:
        return checks._judge_number(
            answer,
            at_least=10,
            at_most=11,
            right="Right, ten.",
            slips=[Slip(200.0, "Twenty times too much.")],
            unknown="Divide.",
        )

    assert judge(200.9).message == "Twenty times too much."
    assert judge(202).message == "202 is too big. Divide."
    assert judge(10).ok
    assert judge(11).ok
