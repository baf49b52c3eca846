"""Checkers of chapter 04's exercises."""

from __future__ import annotations

from types import FunctionType

from llama_explore.checks.verdict import Slip, Verdict, is_unanswered, judge_number


def check_find_next(answer: object) -> Verdict:
    """Check a function that says which pair of neighbours is merged next.

    Example: for the parts t, h, e and the ranks th 339, he 383 it is 0, the place of "t".

    Args:
        answer: A function of ``parts`` (a list of bytes) and ``ranks`` (a dictionary from
            bytes to int) that returns the place of the left part, or None.
    """
    if is_unanswered(answer):
        return Verdict(None, "Write the function's body in place of the three dots (...).")
    if not isinstance(answer, FunctionType):
        return Verdict(False, "The answer is the function itself: its name, without brackets.")
    ranks = {b"th": 339, b"he": 383, b"the": 1820, b"aa": 33_746, b"e ": 68, b"ab": 370}
    for parts, right, cause in (
        ([b"t", b"h", b"e"], 0, "The lowest rank goes first, and th has a lower one than he."),
        ([b"h", b"e", b" "], 1, "Not the first pair that is an entry: the one of lowest rank."),
        ([b"x", b"t", b"h"], 1, "A pair that is no entry has no rank: skip it."),
        ([b"th", b"e"], 0, "Parts may have several bytes: join two of them and look that up."),
        ([b"a", b"a", b"a"], 0, "Of equal ranks the leftmost is taken."),
        ([b"x", b"y"], None, "No pair is an entry: there is nothing to merge, so None."),
        ([b"the"], None, "A single part has no neighbour: None."),
    ):
        try:
            found = answer(list(parts), dict(ranks))
        except Exception as error:
            return Verdict(False, f"With {parts} it stops: a {type(error).__name__}.")
        if found is not None and type(found) is not int:
            kind = type(found).__name__
            return Verdict(False, f"With {parts} it returns a {kind}, not a place. Count from 0.")
        if found != right:
            return Verdict(False, f"With {parts} it returns {found}. {cause}")
    return Verdict(True, "That is the whole of byte-pair merging: repeat it until it says None.")


def check_group_digits(answer: object) -> Verdict:
    """Check a function that cuts a number into Llama 3's tokens.

    Example: ``"12345"`` becomes ``["123", "45"]``.

    Args:
        answer: A function of a text of digits that returns the list of its tokens.
    """
    if is_unanswered(answer):
        return Verdict(None, "Write the function's body in place of the three dots (...).")
    if not isinstance(answer, FunctionType):
        return Verdict(False, "The answer is the function itself: its name, without brackets.")
    for number, right, cause in (
        ("7", ["7"], "A single digit is a token."),
        ("123456", ["123", "456"], "Two groups of three."),
        ("12345", ["123", "45"], "The groups start at the left, not where a comma would stand."),
        ("1000000", ["100", "000", "0"], "What is left over stands at the end; zeros stay."),
        ("", [], "No digit, no token."),
        ("12" * 20, [("12" * 20)[i : i + 3] for i in range(0, 40, 3)], "Any length is allowed."),
    ):
        try:
            found = answer(number)
        except Exception as error:
            return Verdict(False, f"With {number!r} it stops: a {type(error).__name__}.")
        if type(found) is not list or not all(type(part) is str for part in found):
            kind = type(found).__name__
            return Verdict(False, f"It returns a {kind}, not a list of texts. Is there a `return`?")
        if found != right:
            shown = repr(found)[:60]
            return Verdict(False, f"With {number!r} it returns {shown}. {cause}")
    return Verdict(True, "Threes from the left: so units, tens and hundreds are no fixed places.")


def check_vocabulary_share(answer: object) -> Verdict:
    """Check: which percentage of Llama 3.1 8B are the two matrices of its vocabulary?

    Args:
        answer: The percentage.
    """
    matrix, total = 128_256 * 4096, 8_030_261_248
    share = 200 * matrix / total
    return judge_number(
        answer,
        at_least=13.0,
        at_most=13.2,
        right="2 x 128,256 x 4,096 = 1,050,673,152 of 8,030,261,248 parameters: 13.1 %.",
        slips=[
            Slip(share / 2, "That is one matrix; the 8B has two, embed_tokens and lm_head."),
            Slip(share / 100, "That is the share itself. Times 100, it is a percentage."),
            Slip(2.978, "That is the 70B's share. How many numbers has a row of the 8B?"),
            Slip(100 - share, "That is the rest of the model."),
            Slip(
                200 * matrix / (total - 2 * matrix), "Divide by the whole model, not by the rest."
            ),
            Slip(2 * matrix, "That is the number of parameters. Divide by those of the model."),
        ],
        unknown="Rows x numbers a row x two matrices, divided by all parameters, times 100.",
    )


def check_saved_gibibytes(answer: object) -> Verdict:
    """Check: how many GiB of cache do 60,000 tokens less save on the 70B?

    Args:
        answer: The number of GiB, 2^30 bytes each.
    """
    size = 60_000 * 327_680
    return judge_number(
        answer,
        at_least=18.3,
        at_most=18.33,
        right="60,000 tokens x 327,680 bytes = 19,660,800,000 bytes = 18.3 GiB.",
        slips=[
            Slip(size / 1e9, "That is in GB (10^9 bytes). A GiB is 2^30 bytes."),
            Slip(2 * size / 2**30, "That is the cache of all 120,000 tokens. How many are saved?"),
            Slip(8 * size / 2**30, "That is with 64 KV heads; the 70B has 8."),
            Slip(size / 2**31, "That is half: keys and values are both kept."),
            Slip(size / 80 / 2**30, "That is one layer of 80."),
            Slip(size, "That is in bytes. One GiB is 2^30 of them."),
        ],
        unknown="Take the tokens that are saved, times 327,680 bytes, then GiB.",
    )
