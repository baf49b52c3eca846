"""Checkers of chapter 05's exercises."""

from __future__ import annotations

from types import FunctionType

from llama_explore.checks.verdict import Slip, Verdict, is_unanswered, judge_number


def check_find_kv_head(answer: object) -> Verdict:
    """Check a function that says which KV head a query head reads.

    Example: query head 29 of Llama 3.3 70B, 64 over 8, reads KV head 3.

    Args:
        answer: A function of ``head, n_query_heads, n_kv_heads``, all int.
    """
    if is_unanswered(answer):
        return Verdict(None, "Write the function's body in place of the three dots (...).")
    if not isinstance(answer, FunctionType):
        return Verdict(False, "The answer is the function itself: its name, without brackets.")
    for asked, right, cause in (
        ((0, 64, 8), 0, "Heads are counted from 0."),
        ((29, 64, 8), 3, "Neighbours share: 24 to 31 read the same KV head."),
        ((63, 64, 8), 7, "The last query head reads the last KV head."),
        ((9, 16, 2), 1, "It is not always 8 KV heads, nor always 64 query heads."),
        ((5, 32, 8), 1, "How many share one depends on the model: here it is 4, not 8."),
        ((13, 16, 16), 13, "In multi-head attention every head has its own."),
        ((13, 16, 1), 0, "In multi-query attention there is one for all."),
    ):
        try:
            found = answer(*asked)
        except Exception as error:
            return Verdict(False, f"With {asked} it stops: a {type(error).__name__}.")
        if type(found) not in (int, float):
            kind = type(found).__name__
            return Verdict(False, f"With {asked} it returns a {kind}. Is there a `return`?")
        if found != right:
            whole = found == found // 1
            cause = cause if whole else "There is no part of a head: divide with //."
            return Verdict(False, f"With {asked} it returns {found:,.6g}. {cause}")
    return Verdict(True, "Neighbours share a KV head, and 64 / 8 = 8 neighbours do in the 70B.")


def check_four_kv_heads_gibibytes(answer: object) -> Verdict:
    """Check: what would the 70B's cache of 32,768 tokens take with 4 KV heads, in GiB?

    Args:
        answer: The number of GiB, 2^30 bytes each.
    """
    size = 2 * 80 * 4 * 128 * 2 * 32_768
    return judge_number(
        answer,
        at_least=4.99,
        at_most=5.01,
        right="2 x 80 x 4 x 128 x 2 bytes = 163,840 bytes a token, x 32,768 = 5 GiB.",
        slips=[
            Slip(size / 1e9, "That is in GB (10^9 bytes). A GiB is 2^30 bytes."),
            Slip(2 * size / 2**30, "That is with the 8 KV heads it has, or in float32."),
            Slip(size / 2**31, "That is half: keys and values are both kept."),
            Slip(16 * size / 2**30, "That is a KV head for each of the 64 query heads."),
            Slip(size / 80 / 2**30, "That is one layer of 80."),
            Slip(size / 4 / 2**30, "That is a single KV head. There are to be 4."),
            Slip(4 * size / 2**30, "That is at the full 131,072 tokens."),
            Slip(size, "That is in bytes. One GiB is 2^30 of them."),
        ],
        unknown="Take 2 x layers x KV heads x head_dim x 2 bytes a token, then all the tokens.",
    )


def check_break_even_conversations(answer: object) -> Verdict:
    """Check: how many conversations of 8,192 tokens weigh as much as the 70B's weights?

    Args:
        answer: The number of conversations.
    """
    weights, cache = 141_107_412_992, 8192 * 327_680
    return judge_number(
        answer,
        at_least=52.5,
        at_most=53,
        right="141.1 GB / (8,192 x 327,680 bytes) = 52.6: from the 53rd on, a step reads more "
        "cache than weights.",
        slips=[
            Slip(weights / cache / 8, "That is with a KV head for each query head: 8, not 64."),
            Slip(8 * weights / cache, "That is with a single KV head."),
            Slip(2 * weights / cache, "That counts keys alone, or weights in float32."),
            Slip(weights / cache / 2, "That has the cache in float32: 2 bytes a number."),
            Slip(weights / 327_680, "That is in tokens. A conversation has 8,192."),
            Slip(weights / 1e9 / 2.5, "Do not mix GB (10^9) with GiB (2^30)."),
        ],
        unknown="Divide the bytes of the weights by the bytes of one conversation's cache.",
    )


def check_hide_first(answer: object) -> Verdict:
    """Check a function that leaves out the first token of a row and renormalises the rest.

    Example: ``[0.5, 0.25, 0.25]`` becomes ``[0, 0.5, 0.5]``.

    Args:
        answer: A function of a list of weights that returns a list of weights.
    """
    if is_unanswered(answer):
        return Verdict(None, "Write the function's body in place of the three dots (...).")
    if not isinstance(answer, FunctionType):
        return Verdict(False, "The answer is the function itself: its name, without brackets.")
    for row, right, cause in (
        ([0.5, 0.25, 0.25], [0, 0.5, 0.5], "What is left must sum to 1 again, in proportion."),
        ([0.75, 0.25, 0.0], [0, 1, 0], "What was 0 stays 0."),
        ([0.0, 0.5, 0.5], [0, 0.5, 0.5], "Without weight on the first token nothing changes."),
        ([1.0, 0.0, 0.0], [0, 0, 0], "Nothing is left there: give zeros."),
        ([1.0], [0], "A row of one token has nothing but the first."),
    ):
        try:
            found = answer(list(row))
        except Exception as error:
            return Verdict(False, f"With {row} it stops: a {type(error).__name__}. {cause}")
        if not isinstance(found, (list, tuple)) or any(
            type(each) not in (int, float) for each in found
        ):
            kind = type(found).__name__
            return Verdict(False, f"With {row} it returns no list of numbers, but a {kind}.")
        if len(found) != len(right):
            return Verdict(False, f"With {row} it returns {len(found)} weights. Keep the places.")
        if any(not abs(a - b) < 1e-6 for a, b in zip(found, right, strict=True)):
            shown = [round(each, 3) for each in found]
            return Verdict(False, f"With {row} it returns {shown}. {cause}")
    return Verdict(True, "That is what the explorer's switch does to every row.")
