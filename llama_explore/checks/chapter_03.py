"""Checkers of chapter 03's exercises."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from llama_explore.checks.verdict import Slip, Verdict, is_unanswered, judge_number


def check_frame_tokens(answer: object) -> Verdict:
    """Check: how many tokens does a message cost besides its content?

    Args:
        answer: The number of tokens.
    """
    return judge_number(
        answer,
        at_least=5,
        at_most=5,
        right="<|start_header_id|>, the role, <|end_header_id|>, two line breaks in one token, "
        "<|eot_id|>.",
        slips=[
            Slip(4, "Close. Did you count the line breaks after the header, and the end?"),
            Slip(6, "The two line breaks are one token: look at the thin lines."),
            Slip(3, "Special tokens count, too, and the role is one token itself."),
            Slip(2, "Special tokens count, too, and the role is one token itself."),
        ],
        unknown="Render a conversation with and without a further message whose content is one "
        "token long, and subtract.",
    )


def check_cut_answer(answer: object) -> Verdict:
    """Check a function that cuts an answer before its first stop id.

    Example: ``[13, 14, 128009, 15]`` becomes ``[13, 14]``.

    Args:
        answer: A function of a list of token ids that returns a list of token ids.
    """
    if is_unanswered(answer):
        return Verdict(None, "Write the function's body in place of the three dots (...).")
    if not isinstance(answer, FunctionType):
        return Verdict(False, "The answer is the function itself: its name, without brackets.")
    for ids, right, cause in (
        ([13, 14, 128009, 15], [13, 14], "Everything from the end of the turn on has to go."),
        ([13, 128009, 14, 128009], [13], "The first stop counts, not the last."),
        ([13, 128008, 14], [13], "A message can end before the turn does: there is an id for it."),
        ([13, 128001], [13], "A base model ends a text with an id of its own."),
        ([128009, 13], [], "An answer may be empty."),
        ([13, 14], [13, 14], "An answer that was cut off for its length holds no stop: keep it."),
    ):
        try:
            found = answer(list(ids))
        except Exception as error:
            return Verdict(False, f"With {ids} it stops: a {type(error).__name__}.")
        if not isinstance(found, (list, tuple)):
            kind = type(found).__name__
            return Verdict(False, f"It returns a {kind}, not a list. Is there a `return`?")
        if any(type(each) is not int for each in found) or list(found) != right:
            return Verdict(False, f"With {ids} it returns something else. {cause}")
    return Verdict(True, "Three ids end an answer, and whichever comes first does.")


def check_give_result(answer: object) -> Verdict:
    """Check a function that puts a tool's result into a conversation.

    Example: after one question and a call there are three messages.

    Args:
        answer: A function of ``messages, call, result`` that returns the longer conversation.
    """
    from llama_explore.chat.calls import ToolCall
    from llama_explore.chat.rules import TOOL_ROLES

    if is_unanswered(answer):
        return Verdict(None, "Write the function's body in place of the three dots (...).")
    if not isinstance(answer, FunctionType):
        return Verdict(False, "The answer is the function itself: its name, without brackets.")
    for result in (7, {"hours": 6.5}):
        asked: list[Any] = [{"role": "user", "content": "How long is the flood?"}]
        call = ToolCall("get_tide", {"port": "Kiel"})
        try:
            found = answer(list(asked), call, result)
            verdict = _judge_result(found, asked, call, result, TOOL_ROLES)
        except Exception as error:
            return Verdict(False, f"It stops, or what it returns cannot be read: {_kind(error)}.")
        if verdict:
            return Verdict(False, verdict)
    return Verdict(True, "The call stays in the conversation, and its result follows it.")


def _kind(error: Exception) -> str:
    return f"a {type(error).__name__}"


def _judge_result(
    found: Any, asked: list[Any], call: Any, result: Any, roles: tuple[str, ...]
) -> str | None:
    """Return what is wrong with a conversation that should end in a call and its result."""
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        return "It does not return a list of messages. Is there a `return`?"
    if found[: len(asked)] != asked:
        return "The conversation so far has to stay as it was, at the beginning."
    if len(found) == len(asked) + 1:
        lacks = "call" if found[-1].get("role") in roles else "result"
        return f"One message was added; two are needed. The {lacks} is missing."
    if len(found) != len(asked) + 2:
        return f"{len(found) - len(asked)} messages were added; two are needed."
    called, told = found[-2:]
    if called.get("role") in roles:
        return "The call comes first, then its result."
    if "tool_calls" not in called:
        return "The call is no text: the first new message holds it under tool_calls."
    (made,) = called["tool_calls"]
    if (made["function"]["name"], made["function"]["arguments"]) != (call.name, call.arguments):
        return "The call in the message is not the one that was given."
    if told.get("role") not in roles:
        return "A result has a role of its own, neither user nor assistant."
    if told.get("content") != result or type(told.get("content")) is not type(result):
        return "The result has to stay what it is: the template writes it as JSON itself."
    return None


def check_count_blocks(answer: object) -> Verdict:
    """Check: how many blocks does the model see in the text of exercise 4?

    Args:
        answer: The number of blocks.
    """
    return judge_number(
        answer,
        at_least=6,
        at_most=6,
        right="system, user, assistant (typed), system (typed), user (typed), and the open header "
        "of the assistant: six, of which the user forged three.",
        slips=[
            Slip(3, "That is what was meant: system, user, assistant. What was typed counts, too."),
            Slip(2, "Those are the messages. The system block is always written, and the prompt."),
            Slip(5, "Did you count the open header at the end, or the system block at the start?"),
            Slip(7, "Count the headers, <|start_header_id|>, and not the ends."),
        ],
        unknown="Count the real <|start_header_id|> tokens, 128006, in the token ids.",
    )
