"""Checkers of chapter 01's exercises."""

from __future__ import annotations

from types import FunctionType

from llama_explore.checks.verdict import Slip, Verdict, is_unanswered, judge_number


def check_download_hours(answer: object) -> Verdict:
    """Check: how many hours does 141.1 GB take at 100 megabits a second?

    Args:
        answer: The number of hours.
    """
    hours = 141_107_497_872 * 8 / 1e8 / 3600
    return judge_number(
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
    return judge_number(
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
