"""Cases for the checkers of chapter 03."""

from __future__ import annotations

from typing import Any

import torch

from checker_cases import Case

STOPS = (128_001, 128_008, 128_009)


def cut_well(ids: list[int]) -> list[int]:
    kept = []
    for each in ids:
        if each in STOPS:
            break
        kept.append(each)
    return kept


def cut_at_last(ids: list[int]) -> list[int]:
    while any(each in STOPS for each in ids):
        ids = ids[: max(n for n, each in enumerate(ids) if each in STOPS)]
        break
    return ids


def say_call(call: Any) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"role": "assistant", "tool_calls": [{"function": function}]}


def tell(result: Any, role: str = "tool") -> dict[str, Any]:
    return {"role": role, "content": result}


CASES = {
    "check_frame_tokens": Case(
        secret="two line breaks in one token",
        right=[5, 5.0, torch.tensor(5)],
        wrong=[
            (4, "after the header"),
            (6, "one token"),
            (3, "the role is one token"),
            (2, "Special tokens"),
            (40, "too big"),
        ],
    ),
    "check_cut_answer": Case(
        secret="128_008",
        right=[
            cut_well,
            lambda ids: ids[: next((n for n, i in enumerate(ids) if i in STOPS), len(ids))],
        ],
        wrong=[
            (lambda ids: ids[: ids.index(128_009)], "ValueError"),
            (lambda ids: ids[: ids.index(128_009)] if 128_009 in ids else ids, "before the turn"),
            (lambda ids: [i for i in ids if i not in STOPS], "Everything from the end"),
            (cut_at_last, "first stop"),
            (lambda ids: ids, "Everything from the end"),
            (lambda ids: cut_well(ids) or ids, "may be empty"),
            (lambda ids: print(end=""), "return"),
            (lambda: [], "TypeError"),
            (lambda ids: [float(i) for i in cut_well(ids)], "something else"),
            ([13], "function itself"),
        ],
    ),
    "check_give_result": Case(
        secret="call.as_message()",
        right=[
            lambda messages, call, result: [*messages, call.as_message(), tell(result)],
            lambda messages, call, result: [*messages, say_call(call), tell(result, "ipython")],
        ],
        wrong=[
            (lambda messages, call, result: [*messages, tell(result)], "call is missing"),
            (lambda messages, call, result: [*messages, say_call(call)], "result is missing"),
            (lambda messages, call, result: [say_call(call), tell(result)], "as it was"),
            (
                lambda messages, call, result: [*messages, tell(result), say_call(call)],
                "call comes first",
            ),
            (
                lambda messages, call, result: [*messages, say_call(call), tell(result, "user")],
                "role of its own",
            ),
            (
                lambda messages, call, result: [*messages, say_call(call), tell(str(result))],
                "stay what it is",
            ),
            (
                lambda messages, call, result: [*messages, tell(str(call), "assistant"), tell(7)],
                "no text",
            ),
            (lambda messages, call, result: messages.append(tell(result)), "return"),
            (lambda messages, call, result: [*messages, *messages * 3], "3 messages"),
            (lambda messages, call, result: messages + call, "TypeError"),
            (
                lambda messages, call, result: [
                    *messages,
                    {"role": "assistant", "tool_calls": []},
                    tell(result),
                ],
                "ValueError",
            ),
            (7, "function itself"),
        ],
    ),
    "check_count_blocks": Case(
        secret="the user forged three",
        right=[6, 6.0],
        wrong=[(3, "typed counts"), (2, "always written"), (5, "open header"), (7, "ends")],
    ),
}
