"""Checkers of chapter 06's exercises."""

from __future__ import annotations

from types import FunctionType

from llama_explore.checks.verdict import Slip, Verdict, is_unanswered, judge_number


def check_turn_tokens(answer: object) -> Verdict:
    """Check a function that says in how many tokens a pair of numbers turns once.

    Example: pair 0 turns once in 2 pi = 6.28 tokens, whatever the base.

    Args:
        answer: A function of ``pair, head_dim, base``.
    """
    if is_unanswered(answer):
        return Verdict(None, "Write the function's body in place of the three dots (...).")
    if not isinstance(answer, FunctionType):
        return Verdict(False, "The answer is the function itself: its name, without brackets.")
    for asked, right, cause in (
        ((0, 128, 500_000.0), 6.283185, "The first pair turns by 1 radian a token."),
        ((32, 128, 500_000.0), 4442.883, "There are two numbers in a pair: 2 x 32 of 128."),
        ((63, 128, 500_000.0), 2_559_196.0, "The last of 64 pairs is the slowest."),
        ((8, 32, 500_000.0), 4442.883, "It depends on head_dim: half-way is half-way."),
        ((4, 16, 10_000.0), 628.3185, "It depends on the base."),
    ):
        try:
            found = answer(*asked)
        except Exception as error:
            return Verdict(False, f"With {asked} it stops: a {type(error).__name__}.")
        if type(found) not in (int, float):
            kind = type(found).__name__
            return Verdict(False, f"With {asked} it returns a {kind}. Is there a `return`?")
        if not abs(found / right - 1) < 1e-4:
            if abs(found * 6.283185307 / right - 1) < 1e-4:
                cause = "A full turn is 2 pi, not 1 radian."
            elif abs(found * right / 6.283185307**2 - 1) < 1e-4:
                cause = "The later the pair, the slower it turns: the exponent's sign."
            return Verdict(False, f"With {asked} it returns {found:,.6g}. {cause}")
    return Verdict(True, "From 6 tokens to 2.6 million: the 70B's clocks, before scaling.")


def check_needles_to_be_sure(answer: object) -> Verdict:
    """Check: how many needles, all found, until the interval is wholly at 90 % or more?

    Args:
        answer: The number of needles.
    """
    return judge_number(
        answer,
        at_least=35,
        at_most=35,
        right="35 of 35 give 90.1 % to 100 %, 34 of 34 only 89.8 %.",
        slips=[
            Slip(34, "Close: 34 of 34 still reach down to 89.8 %."),
            Slip(36, "That is enough, but one fewer is, too."),
            Slip(10, "10 of 10 give 72 % to 100 %: the interval is wider than one thinks."),
            Slip(9, "9 of 10 would be 90 %, but its interval is 60 % to 98 %. All are found here."),
            Slip(1, "1 of 1 gives 21 % to 100 %: one needle says nearly nothing."),
            Slip(100, "That is more than it takes. What is the smallest number?"),
            Slip(73, "That is for 95 %. The question is 90 %."),
        ],
        unknown="Try numbers n with probes.wilson_interval(n, n); the lower end has to reach 0.9.",
    )


def check_longest_working(answer: object) -> Verdict:
    """Check a function that gives the longest length up to which every score is good enough.

    Example: scores of 0.99, 0.95, 0.70 and 0.90 at 4K, 8K, 16K and 32K, with a threshold of
    0.856, give 8K: at 16K it broke.

    Args:
        answer: A function of ``scores`` (a dict from length to mean score) and ``threshold``.
    """
    if is_unanswered(answer):
        return Verdict(None, "Write the function's body in place of the three dots (...).")
    if not isinstance(answer, FunctionType):
        return Verdict(False, "The answer is the function itself: its name, without brackets.")
    for scores, right, cause in (
        ({4096: 1.0, 8192: 0.9, 16_384: 0.6}, 8192, "8,192 tokens still score 0.9."),
        ({4096: 0.99, 8192: 0.95, 16_384: 0.7, 32_768: 0.9}, 8192,
         "At 16,384 it broke; what works again behind that does not count."),
        ({16_384: 0.5, 4096: 0.95, 8192: 0.9}, 8192, "The lengths may come in any order."),
        ({4096: 0.5, 8192: 0.95}, 0, "If the shortest length fails, it is 0."),
        ({4096: 0.95, 8192: 0.95}, 8192, "If every length works, it is the longest."),
        ({4096: 0.856}, 4096, "A score equal to the threshold is good enough here."),
    ):  # fmt: skip
        try:
            found = answer(dict(scores), 0.856)
        except Exception as error:
            return Verdict(False, f"With {scores} it stops: a {type(error).__name__}. {cause}")
        if type(found) not in (int, float):
            kind = type(found).__name__
            return Verdict(False, f"With {scores} it returns a {kind}, no length. {cause}")
        if found != right:
            return Verdict(False, f"With {scores} it returns {found:,.6g}. {cause}")
    return Verdict(True, "That is stricter than RULER's rule, which takes the longest that works.")


def check_prefill_growth(answer: object) -> Verdict:
    """Check: by which factor does the 70B's arithmetic grow from 8,192 to 131,072 tokens?

    Args:
        answer: The factor.
    """
    return judge_number(
        answer,
        at_least=33,
        at_most=34,
        right="33.5 times the arithmetic for 16 times the text: attention, 7 % of it at 8,192 "
        "tokens, is 56 % at 131,072.",
        slips=[
            Slip(16, "That is the factor of the tokens. Attention grows with their square."),
            Slip(256, "That is attention alone, 16 squared. The weights' part grows 16-fold."),
            Slip(136, "That is the mean of 16 and 256, but the two parts are not equal."),
            Slip(1 / 33.45, "That is the other way round."),
        ],
        unknown="Divide count_flops(config, 0, 131_072) by count_flops(config, 0, 8_192).",
    )
