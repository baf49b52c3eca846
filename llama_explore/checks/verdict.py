"""What a checker says, and how it reads an answer that should be a number or a function."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from types import FunctionType
from typing import Any


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a checker says about an answer.

    Attributes:
        ok: True for right, False for wrong, None while there is no answer yet.
        message: Why; for a wrong answer the likely slip, never the solution itself.
    """

    ok: bool | None
    message: str

    @property
    def title(self) -> str:
        """The verdict in a word or two."""
        return {True: "Right", False: "Not quite", None: "Not answered yet"}[self.ok]

    def __repr__(self) -> str:
        return f"{self.title}. {self.message}"

    def _repr_html_(self) -> str:
        # Plain elements and styles only: a notebook that is not trusted yet keeps those.
        # Blue, orange and grey differ for colour-blind eyes too; the words say it anyway.
        colour = {True: "#0072b2", False: "#d55e00", None: "#888888"}[self.ok]
        return (
            f"<div style='border-left: 4px solid {colour}; padding-left: 8px'>"
            f"<b>{self.title}.</b> {escape(self.message)}</div>"
        )


@dataclass(frozen=True)
class Slip:
    """A wrong number that people arrive at, and the step that leads there."""

    number: float
    cause: str


def judge_number(
    answer: object,
    *,
    at_least: float,
    at_most: float,
    right: str,
    slips: Sequence[Slip],
    unknown: str,
) -> Verdict:
    """Judge an answer that should be a number between two bounds.

    Args:
        answer: Whatever the learner wrote.
        at_least: The smallest number taken as right.
        at_most: The largest one.
        right: What to say of a right answer.
        slips: Known wrong numbers; an answer within 0.5 % of one made that slip.
        unknown: The hint for any other number.
    """
    if is_unanswered(answer):
        return Verdict(None, "Put your number in place of the three dots (...) and run the cell.")
    number = _read_number(answer)
    if isinstance(number, str):
        return Verdict(False, number)
    if at_least <= number <= at_most:
        return Verdict(True, right)
    for slip in slips:
        if math.isclose(number, slip.number, rel_tol=0.005):
            return Verdict(False, slip.cause)
    if number <= 0:
        return Verdict(False, "The answer is greater than zero.")
    direction = "small" if number < at_least else "big"
    return Verdict(False, f"{number:,.6g} is too {direction}. {unknown}")


def _read_number(answer: object) -> float | str:
    """Return the answer as a number, or a sentence that says why it is none."""
    if isinstance(answer, bool):
        return "That is True or False; the answer is a number."
    if isinstance(answer, str):
        return "That is text. Write the number alone, without quotes and without a unit."
    if answer is None:
        return "That is None: did a line end without a value, or a function without `return`?"
    if callable(answer):
        return "That is a function or a class. Call it, and give the number that it returns."
    if not isinstance(answer, numbers.Real):
        single = _read_array(answer)
        if single is None:
            return f"That is of type {type(answer).__name__}; the answer is one number."
        answer = single
    try:
        number = float(answer)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        return f"That is {number}: a division by zero, or a number too big for a float."
    return number


def _read_array(answer: Any) -> float | None:
    """Return the number in an array or tensor without axes, such as ``tensor(141.)``."""
    if type(answer).__module__.partition(".")[0] not in ("numpy", "torch") or answer.shape != ():
        return None
    number = answer.item()
    return float(number) if type(number) in (int, float) else None


def _stub() -> None: ...


def _stub_with_docstring() -> None:
    """Only there for what Python makes of it."""


_EMPTY_CODE = {_stub.__code__.co_code, _stub_with_docstring.__code__.co_code}


def is_unanswered(answer: object) -> bool:
    """Return whether an answer is still the three dots, or a function with nothing else inside.

    Example: ``is_unanswered(...)`` is True and ``is_unanswered(0)`` is False.
    """
    if isinstance(answer, FunctionType):
        code = answer.__code__
        return code.co_code in _EMPTY_CODE and code.co_consts[-1] is None
    return answer is ...
