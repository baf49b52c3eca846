"""Checkers of chapter 02's exercises."""

from __future__ import annotations

from types import FunctionType

from llama_explore.checks.verdict import Slip, Verdict, is_unanswered, judge_number


def check_cache_gibibytes(answer: object) -> Verdict:
    """Check: what do the caches of 20 conversations of 4,096 tokens take on the 70B, in GiB?

    Args:
        answer: The number of GiB, 2^30 bytes each.
    """
    size = 20 * 4096 * 327_680
    return judge_number(
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
    return judge_number(
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
    return judge_number(
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
