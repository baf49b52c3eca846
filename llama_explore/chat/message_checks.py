"""Mistakes that can be seen in a conversation before it is written down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llama_explore.chat.findings import Finding
from llama_explore.chat.rules import TOOL_ROLES

ROLES = ("system", "user", "assistant", *TOOL_ROLES)
SPECIAL = re.compile(
    r"<\|(?:begin_of_text|end_of_text|start_header_id|end_header_id|eot_id|eom_id|python_tag"
    r"|finetune_right_pad_id|reserved_special_token_\d{1,3})\|>"
)


def inspect_messages(
    messages: Any,
    *,
    tools: Sequence[Any] | None = None,
    builtin_tools: Sequence[str] | None = None,
    tools_in_user_message: bool = True,
    add_generation_prompt: bool = True,
    continue_final_message: bool = False,
    typed_as_text: bool = False,
) -> Iterator[Finding]:
    """Yield the mistakes in a conversation: first what the template refuses.

    Example: a lone ``{"content": "Hi"}`` gives one finding, "no role".

    Args:
        messages: Anything at all.
        tools: As for `render`, like all that follows.
        builtin_tools: Names of built-in tools.
        tools_in_user_message: Whether the tools go before the first question.
        add_generation_prompt: Whether the header of the answer is written at the end.
        continue_final_message: Whether the last message is left open.
        typed_as_text: Whether typed special tokens are encoded as text, and so do no harm.
    """
    if not isinstance(messages, Sequence) or isinstance(messages, (str, bytes)):
        kind = type(messages).__name__
        yield Finding(
            "no list of messages",
            "messages",
            f"A conversation is a list of dictionaries; this is of type {kind}.",
            'Write [{"role": "user", "content": "..."}].',
        )
        return
    builtin_tools = builtin_tools if isinstance(builtin_tools, (list, tuple)) else ()
    tools = tools if isinstance(tools, (list, tuple)) else None
    if not messages:
        yield Finding("no messages", "messages", "The list is empty.", "Give at least one message.")
        return
    try:
        texts = [list(_walk(message)) for message in messages]
    except RecursionError:
        yield Finding(
            "endless structure",
            "messages",
            "A list or dictionary contains itself, or is nested a thousand deep.",
            "Build the message anew from plain text, lists and dictionaries.",
        )
        return
    for number, message in enumerate(messages):
        if not isinstance(message, Mapping):
            yield Finding(
                "no message",
                f"message {number}",
                f"A message is a dictionary; this is of type {type(message).__name__}.",
                'Write {"role": ..., "content": ...}.',
            )
            return
    for number, message in enumerate(messages):
        yield from _check_role(number, message)
        yield from _check_content(number, message)
        if message.get("tool_calls") is not None:
            yield from _check_calls(number, message["tool_calls"], builtin_tools)
    yield from _check_order(messages)
    yield from _check_tools(messages, tools, tools_in_user_message)
    yield from _check_end(messages, add_generation_prompt, continue_final_message)
    for number, found in enumerate([] if typed_as_text else texts):
        typed = [token for text in found for token in SPECIAL.findall(text)]
        if typed:
            yield Finding(
                "typed special token",
                f"message {number}",
                f"It holds the text {typed[0]}, which an ordinary encode turns into the real "
                "token: whoever typed it can end the turn and speak for others.",
                "Render with typed_as_text=True, or with sanitize_control_tokens=True in "
                "apply_chat_template.",
            )


def _check_role(number: int, message: Mapping[str, Any]) -> Iterator[Finding]:
    role = message.get("role")
    where = f"message {number}"
    if role is None:
        calls = message.get("tool_calls") is not None
        cause = "The template takes it for the assistant's." if calls else "The template stops."
        yield Finding(
            "no role", where, f'It has no "role". {cause}', f"Add one of {', '.join(ROLES)}."
        )
    elif not isinstance(role, str):
        yield Finding(
            "role is no text",
            where,
            f"The role is {str(role)[:40]!r}, of type {type(role).__name__}.",
            f"Use one of {', '.join(ROLES)}.",
        )
    elif role not in ROLES:
        yield Finding(
            "unknown role",
            where,
            f"The role {role[:40]!r} is written as it is, but it is none of Llama 3.3's.",
            f"Use one of {', '.join(ROLES)}.",
        )


def _check_content(number: int, message: Mapping[str, Any]) -> Iterator[Finding]:
    content, where = message.get("content"), f"message {number}"
    if message.get("tool_calls") is not None:
        return
    if message.get("role") in TOOL_ROLES:
        if content is None:
            yield Finding(
                "no result", where, "A tool's answer has no content.", 'Add "content", even "".'
            )
        return
    if content is None:
        yield Finding(
            "no content",
            where,
            "It has no content. transformers writes nothing; other programs write 'None'.",
            'Write "content": "" if nothing was said.',
        )
    elif not isinstance(content, str):
        yield Finding(
            "content is no text",
            where,
            f"The content is of type {type(content).__name__}; the template writes it as Python "
            f"prints it: {str(content)[:40]!r}.",
            "Give the text alone: of a list of parts, join what stands under 'text'.",
        )


def _check_calls(number: int, calls: Any, builtin_tools: Sequence[str]) -> Iterator[Finding]:
    where = f"message {number}"
    if not isinstance(calls, Sequence) or isinstance(calls, str) or len(calls) != 1:
        count = len(calls) if isinstance(calls, Sequence) else f"a {type(calls).__name__}, not"
        yield Finding(
            "not one call",
            where,
            f"tool_calls holds {count} calls; the template writes exactly one.",
            "Make a message of each call, each followed by its result; leave tool_calls out "
            "where nothing is called.",
        )
        return
    function = calls[0].get("function") if isinstance(calls[0], Mapping) else None
    if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
        yield Finding(
            "call without a name",
            where,
            "The call has no function with a name.",
            'Write {"type": "function", "function": {"name": ..., "arguments": {...}}}.',
        )
        return
    arguments = function.get("arguments")
    if isinstance(arguments, str):
        yield Finding(
            "arguments are a string",
            where,
            "The arguments are JSON already (OpenAI's form); the template would quote them again.",
            "Use a dictionary: json.loads(arguments).",
        )
    elif arguments is None:
        cause = "The call's arguments are missing, or None, which is written as null."
        yield Finding("no arguments", where, cause, "Write {} for none.")
    elif function["name"] in builtin_tools and not (
        isinstance(arguments, Mapping) and all(isinstance(v, str) for v in arguments.values())
    ):
        yield Finding(
            "built-in argument is no text",
            where,
            'A built-in call is written name.call(arg="value"), with text only.',
            "Give a dictionary of texts: str(value).",
        )


def _check_order(messages: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    for number, message in enumerate(messages):
        role, where = message.get("role"), f"message {number}"
        before = messages[number - 1] if number else {}
        if role == "system" and number:
            yield Finding(
                "late system message",
                where,
                "Only a first system message joins the system block; this one becomes a block "
                "of its own.",
                "Move it to the front, or say it as the user.",
            )
        if role in ("user", "assistant") and role == before.get("role"):
            yield Finding(
                "roles in a row",
                where,
                f"The {role} speaks twice in a row; Llama was trained on turns.",
                "Join the two messages into one.",
            )
        if role == "assistant" and number == 0:
            yield Finding(
                "assistant speaks first",
                where,
                "Nobody has said anything before the assistant.",
                "Begin with a user message.",
            )
        if role in TOOL_ROLES and before.get("tool_calls") is None:
            yield Finding(
                "result without a call",
                where,
                "A tool answers, but the message before it calls none.",
                "Put the assistant's message with its tool_calls before the result.",
            )
        if before.get("tool_calls") is not None and role not in TOOL_ROLES:
            yield Finding(
                "call without a result",
                f"message {number - 1}",
                "A tool was called, but the next message is no result.",
                'Add {"role": "tool", "content": ...} with what the tool answered.',
            )


def _check_tools(
    messages: Sequence[Mapping[str, Any]], tools: Sequence[Any] | None, in_user_message: bool
) -> Iterator[Finding]:
    if tools is None:
        return
    if not tools:
        yield Finding(
            "empty list of tools",
            "tools",
            "An empty list counts as given: the instructions are written, without any tool.",
            "Give tools=None when there are none.",
        )
    if not in_user_message:
        return
    has_system = messages[0].get("role") == "system"
    if len(messages) == int(has_system):
        yield Finding(
            "no first user message",
            "messages",
            "The tools go before the first question, but there is none.",
            "Add a user message, or give tools_in_user_message=False.",
        )
    elif messages[int(has_system)].get("role") != "user":
        yield Finding(
            "tools swallow a message",
            f"message {int(has_system)}",
            "The tools are put before the first message and its role is written as user, "
            "whoever spoke.",
            "Begin with a user message, or give tools_in_user_message=False.",
        )


def _check_end(
    messages: Sequence[Mapping[str, Any]], add_generation_prompt: bool, continues: bool
) -> Iterator[Finding]:
    number = len(messages) - 1
    role, where = messages[-1].get("role"), f"message {number}"
    if continues:
        if role != "assistant" or messages[-1].get("tool_calls") is not None:
            yield Finding(
                "nothing to continue",
                where,
                "Only an answer of the assistant can be continued; the model would go on in "
                "somebody else's words.",
                "End with the assistant's first words, or give add_generation_prompt=True.",
            )
    elif not add_generation_prompt and role in ("user", "system", *TOOL_ROLES):
        yield Finding(
            "no generation prompt",
            where,
            "No header of the assistant follows, so the model must guess whose turn it is.",
            "Render with add_generation_prompt=True.",
        )


def _walk(value: Any) -> Iterator[str]:
    """Yield all texts in a structure."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _walk(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _walk(each)
