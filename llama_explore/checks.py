"""Exercise checkers: each says whether an answer is right, and if not, why it went wrong.

Every exercise ends in ``check_<name>(answer)``. A checker takes anything, never
raises, and answers with a `Verdict`: right, wrong with the likely slip, or not
answered yet (the three dots are still there).
"""

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


def check_weights_gigabytes(answer: object) -> Verdict:
    """Check: how many GB do 70,553,706,496 parameters take in bfloat16?

    Example: ``check_weights_gigabytes(282.2).ok`` is False, for that is float32.

    Args:
        answer: The number of gigabytes, 10^9 bytes each.
    """
    count = 70_553_706_496
    return _judge_number(
        answer,
        at_least=141.0,
        at_most=141.2,
        right=f"{count:,} parameters x 2 bytes = {2 * count:,} bytes = {2 * count / 1e9:.1f} GB.",
        slips=[
            Slip(4 * count / 1e9, "That is float32: 4 bytes a parameter. bfloat16 takes half."),
            Slip(2 * count / 2**30, "That is in GiB (2^30 bytes). A GB is 10^9 bytes."),
            Slip(4 * count / 2**30, "That is float32 and in GiB: two slips. Take 2 bytes and GB."),
            Slip(count / 1e9, "That is 1 byte a parameter. How many bits has a bfloat16?"),
            Slip(count / 2e9, "That is 4 bits a parameter, as in a quantized copy."),
            Slip(16 * count / 1e9, "That is in gigabits: 16 bits a parameter. A byte has 8."),
            Slip(2 * count, "That is in bytes. One GB is 10^9 of them."),
            Slip(2 * count / 1e6, "That is in MB. One GB is 1,000 MB."),
            Slip(2 * count / 1e12, "That is in TB. One TB is 1,000 GB."),
            Slip(count, "That is the number of parameters. How many bytes does each one take?"),
        ],
        unknown="Multiply the parameters by the bytes each one takes, then divide by 10^9.",
    )


def _judge_number(
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
