"""Every exercise checker knows the right answer, names the slip in a wrong one, takes any junk."""

from __future__ import annotations

import dataclasses
import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from checker_cases import gather_cases

from llama_explore import checks
from llama_explore.checks import Slip, Verdict, is_unanswered
from llama_explore.checks.verdict import judge_number

CHECKERS: dict[str, Callable[[Any], Verdict]] = {
    name: function
    for name, function in vars(checks).items()
    if name.startswith("check_") and inspect.isfunction(function)
}
CASES = gather_cases()


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
        return judge_number(
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
