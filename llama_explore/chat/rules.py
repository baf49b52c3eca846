"""The rules by which a template writes: their names, what each means, and how they are told.

A template is a program. What it writes is either one of its own literals, such as
``"Today Date: "``, or the value of an expression, such as ``message["content"] | trim``. Both
tell the rule: the literal by its words, the expression by the name at its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One thing that a template writes.

    Attributes:
        meaning: What it is, in a sentence.
        colour: Its background on a page: a pale Okabe-Ito hue, or a grey for the frame.
    """

    meaning: str
    colour: str


RULES = {
    "begin": Rule("Marks the beginning of the text; written once.", "#d0d0d0"),
    "header": Rule("Opens a block and says whose it is; two line breaks follow.", "#e4e4e4"),
    "role": Rule("Who speaks: the message's role, as it was given.", "#ffffff"),
    "environment": Rule("Written when tools of either kind are given.", "#f3d6e5"),
    "built-in tools": Rule("Names of tools that Meta trained the model on.", "#f3d6e5"),
    "dates": Rule(
        "Always written; the second date is fixed unless date_string is given.", "#f8f2a6"
    ),
    "tool instructions": Rule("Tells the model how to call a function.", "#d5ecf9"),
    "tool": Rule("A function that the model may call, as JSON.", "#a8d9f4"),
    "system message": Rule("The content of the first message, if its role is system.", "#f9dfa8"),
    "content": Rule("What somebody said, without the white space around it.", "#b3e3d2"),
    "python tag": Rule("Marks a call of a built-in tool.", "#f0b48c"),
    "call": Rule("A call that the assistant made earlier.", "#f7d3ba"),
    "result": Rule("What a tool answered; text and lists are written as JSON.", "#d9b8d0"),
    "end": Rule("Ends a turn, or a message after which the turn goes on.", "#d0d0d0"),
    "generation prompt": Rule("An empty header: now the assistant writes.", "#a9cbe6"),
    "template": Rule("Written by the template; no rule of Llama's is known for it.", "#ffffff"),
}

FRAME = frozenset({"begin", "header", "end", "python tag", "generation prompt"})
"""Rules that write only the template's own literals: special tokens here are real ones."""

LASTING = frozenset({"environment", "built-in tools", "dates", "tool instructions", "tool", "call"})
"""Rules that go on in a literal that says nothing by itself, such as a comma."""

TOOL_ROLES = ("tool", "ipython")

_BY_NAME = {
    "bos_token": "begin",
    "date_string": "dates",
    "builtin_tools": "built-in tools",
    "system_message": "system message",
    "first_user_message": "content",
    "content": "content",
    "role": "role",
    "tool": "tool",
    "t": "tool",
    **dict.fromkeys(("name", "value", "arguments", "arg_name", "arg_val"), "call"),
}

_BY_WORDS = {
    "Environment: ": "environment",
    "Tools: ": "built-in tools",
    "Date: ": "dates",
    "You have access to the following functions": "tool instructions",
    "Given the following functions": "tool instructions",
    "with its proper arguments": "tool instructions",
    "Respond in the format": "tool instructions",
    "Do not use variables": "tool instructions",
    '{"name": "': "call",
}

_TOKENS = {
    "begin_of_text": "begin",
    "start_header_id": "header",
    "end_header_id": "header",
    "eot_id": "end",
    "eom_id": "end",
    "python_tag": "python tag",
}
_TOKEN = re.compile(rf"(<\|(?:{'|'.join(_TOKENS)})\|>)")


def name_expression(name: str) -> str | None:
    """Return the rule of an expression by the last name in it; None when it is not known.

    Example: ``message["content"] | trim`` ends in ``content``, and that is its rule.
    """
    return _BY_NAME.get(name)


def split_literal(text: str) -> list[tuple[str, str | None]]:
    r"""Split what stands between a template's quotation marks into parts with their rules.

    Example: ``"<|end_header_id|>\n\n"`` is all "header"; a ``", "`` says nothing by itself
    (None) and belongs to the rule that wrote just before it.
    """
    parts: list[tuple[str, str | None]] = []
    for part in _TOKEN.split(text):
        before = parts[-1][0] if parts else ""
        if _TOKEN.fullmatch(part):
            parts.append((part, _TOKENS[part[2:-2]]))
        elif part and before == "<|start_header_id|>":
            parts.append((part, "role"))
        elif part.startswith("\n\n") and before == "<|end_header_id|>":
            parts.append(("\n\n", "header"))
            part = part[2:]
            if part:
                parts.append((part, _name_words(part)))
        elif part:
            parts.append((part, _name_words(part)))
    return parts


def _name_words(text: str) -> str | None:
    return next((rule for words, rule in _BY_WORDS.items() if words in text), None)
