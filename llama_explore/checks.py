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


def check_cache_gibibytes(answer: object) -> Verdict:
    """Check: what do the caches of 20 conversations of 4,096 tokens take on the 70B, in GiB?

    Args:
        answer: The number of GiB, 2^30 bytes each.
    """
    size = 20 * 4096 * 327_680
    return _judge_number(
        answer,
        at_least=24.99,
        at_most=25.01,
        right="20 x 4,096 tokens x 327,680 bytes = 26,843,545,600 bytes = 25 GiB.",
        slips=[
            Slip(size / 1e9, "That is in GB (10^9 bytes). A GiB is 2^30 bytes."),
            Slip(size / 2**31, "That is half: keys and values are both kept."),
            Slip(size / 2**29, "That is float32: 4 bytes a number. bfloat16 takes half."),
            Slip(
                8 * size / 2**30, "That is a KV head for each of the 64 query heads; there are 8."
            ),
            Slip(size / 20 / 2**30, "That is one conversation. Each of the 20 has its own cache."),
            Slip(
                size / 80 / 2**30, "That is one layer. Each of the 80 has its own keys and values."
            ),
            Slip(size, "That is in bytes. One GiB is 2^30 of them."),
        ],
        unknown="Take 2 x layers x KV heads x head_dim x 2 bytes a token, then all the tokens.",
    )


def check_first_gap(answer: object) -> Verdict:
    """Check: which is the first whole number that bfloat16 cannot hold?

    Args:
        answer: The number.
    """
    return _judge_number(
        answer,
        at_least=257,
        at_most=257,
        right="Up to 256 every whole number has its bits; from there on only every second one.",
        slips=[
            Slip(129, "That still fits: besides the 7 stored bits a leading 1 is understood."),
            Slip(2049, "That is float16's, with 10 bits of fraction. How many has bfloat16?"),
            Slip(2**24 + 1, "That is float32's, with 23 bits of fraction."),
            Slip(65_505, "That is where float16 ends, which is another question."),
        ],
        unknown="Turn whole numbers into bfloat16 and back, and look for the first that changes.",
    )


def check_eight_bit_gigabytes(answer: object) -> Verdict:
    """Check: how many GB do the 70B's weights take in 8-bit, vocabulary in bfloat16?

    Args:
        answer: The number of gigabytes, 10^9 bytes each.
    """
    return _judge_number(
        answer,
        at_least=72.6,
        at_most=72.7,
        right="68.45 GB of matrices at one byte, 4.20 GB of vocabulary at two: 72.66 GB.",
        slips=[
            Slip(70.5537, "That is one byte for everything; the vocabulary is not quantized."),
            Slip(68.451, "Those are the layers' matrices alone. Add embed_tokens and lm_head."),
            Slip(71.604, "That has only one of the two vocabulary matrices in bfloat16."),
            Slip(141.107, "That is bfloat16 for everything."),
            Slip(67.67, "That is in GiB. A GB is 10^9 bytes."),
            Slip(70.552, "The vocabulary takes two bytes a number, not one."),
        ],
        unknown="Layers' matrices at 1 byte, embed_tokens and lm_head at 2 bytes, then GB.",
    )


def check_count_conversations(answer: object) -> Verdict:
    """Check a function that says how many conversations fit beside the weights.

    Example: 100 bytes free, 60 of weights and 15 for each conversation: 2.

    Args:
        answer: A function of ``free_bytes, weights_bytes, conversation_bytes``, all int.
    """
    if is_unanswered(answer):
        return Verdict(None, "Write the function's body in place of the three dots (...).")
    if not isinstance(answer, FunctionType):
        return Verdict(False, "The answer is the function itself: its name, without brackets.")
    for sizes, right, cause in (
        ((100, 60, 15), 2, "The weights are there once, whatever the number of conversations."),
        ((100, 60, 20), 2, "A conversation that just fits does fit."),
        ((100, 101, 15), 0, "Weights that do not fit leave room for no conversation."),
        ((10**30 + 60, 60, 10), 10**29, "Large sizes are rounded: divide whole numbers with //."),
    ):
        try:
            found = answer(*sizes)
            shown = f"{found:,.6g}" if type(found) in (int, float) else ""
        except Exception as error:
            return Verdict(False, f"With {sizes} it stops: a {type(error).__name__}.")
        if type(found) not in (int, float):
            kind = type(found).__name__
            return Verdict(False, f"It returns a {kind}, not a number. Is there a `return`?")
        if found != right:
            if not float(found).is_integer():
                cause = "There are no parts of conversations: round down, with //."
            return Verdict(False, f"With {sizes} it returns {shown}. {cause}")
    return Verdict(True, "What the weights leave free, divided by one conversation, rounded down.")


def check_download_hours(answer: object) -> Verdict:
    """Check: how many hours does 141.1 GB take at 100 megabits a second?

    Args:
        answer: The number of hours.
    """
    hours = 141_107_497_872 * 8 / 1e8 / 3600
    return _judge_number(
        answer,
        at_least=3.1,
        at_most=3.2,
        right="141.1 GB x 8 bits / 0.1 Gbit a second = 11,289 s = 3.1 hours, if nothing slows it.",
        slips=[
            Slip(hours / 8, "A byte has 8 bits: lines are sold in megabits, files in bytes."),
            Slip(hours * 60, "That is in minutes. An hour has 60."),
            Slip(hours * 3600, "That is in seconds. An hour has 3,600."),
            Slip(hours * 2, "That is with the folder original/, which nobody needs here."),
            Slip(hours / 64, "Bits and bytes are the wrong way round: multiply by 8."),
        ],
        unknown="Turn gigabytes into bits, divide by bits a second, then seconds into hours.",
    )


def check_rest_gigabytes(answer: object) -> Verdict:
    """Check: 12 of 30 shards are whole, the 13th is at 90 %. How many GB are fetched again?

    Args:
        answer: The number of gigabytes, with 4.7 GB for each shard.
    """
    return _judge_number(
        answer,
        at_least=84.5,
        at_most=84.8,
        right="18 shards x 4.7 GB = 84.6 GB: the 13th starts at its first byte again.",
        slips=[
            Slip(80.37, "The 13th shard is not whole, so none of it is kept."),
            Slip(79.9, "The 13th shard is not whole: it has to be fetched, too."),
            Slip(56.4, "That is what is here already. What is missing?"),
            Slip(60.63, "That has arrived so far. What will be fetched?"),
            Slip(141, "The whole shards are kept."),
            Slip(18, "That is the number of shards. How many GB?"),
        ],
        unknown="Only whole shards are kept. Count the others, and multiply.",
    )


def check_read_answer(answer: object) -> Verdict:
    """Check a function that says what an answer of the Hub means.

    Args:
        answer: A function of ``code, error_code, has_token`` that returns a status.
    """
    if is_unanswered(answer):
        return Verdict(None, "Write the function's body in place of the three dots (...).")
    if not isinstance(answer, FunctionType):
        return Verdict(False, "The answer is the function itself: its name, without brackets.")
    for asked, right, cause in (
        ((401, "GatedRepo", False), "no-token", "The gate asks who is there."),
        ((403, "GatedRepo", True), "no-access", "403 at the gate: known, but not let in."),
        ((403, None, True), "token-without-permission", "No GatedRepo: the token is the matter."),
        ((404, "RepoNotFound", True), "not-found", "404 is the plainest answer of all."),
        ((401, None, True), "expired-token", "A token was sent, and still: who are you?"),
        ((401, None, False), "not-found", "Without a token, missing and private look the same."),
    ):
        try:
            found = answer(*asked)
        except Exception as error:
            return Verdict(False, f"With {asked} it stops: a {type(error).__name__}.")
        if type(found) is not str:
            kind = type(found).__name__
            return Verdict(False, f"With {asked} it returns a {kind}. Is there a `return`?")
        if found != right:
            return Verdict(False, f"With {asked} it returns {found[:40]!r}. {cause}")
    return Verdict(True, "Six answers told apart by two words and one question: was a token sent?")
