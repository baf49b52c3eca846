"""Checkers of chapter 00's exercises."""

from __future__ import annotations

from llama_explore.checks.verdict import Slip, Verdict, judge_number


def check_weights_gigabytes(answer: object) -> Verdict:
    """Check: how many GB do 70,553,706,496 parameters take in bfloat16?

    Example: ``check_weights_gigabytes(282.2).ok`` is False, for that is float32.

    Args:
        answer: The number of gigabytes, 10^9 bytes each.
    """
    count = 70_553_706_496
    return judge_number(
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
