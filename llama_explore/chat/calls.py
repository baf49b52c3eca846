r"""Read a tool call in what a model answered.

Llama 3.3 writes a call in one of these ways, and parsers must know them all:

- ``{"name": "calculator", "parameters": {"expression": "23 * 47"}}``: a tool of your own;
- ``<|python_tag|>brave_search.call(query="llamas")``: a built-in tool;
- ``<|python_tag|>print(23 * 47)``: code, for the built-in interpreter;
- ``<function=calculator>{"expression": "23 * 47"}</function>``: a form that Meta's prompt
  page describes and that one has to ask for.

A small model also writes calls that nobody can read. What it meant is not guessed at: the
finding says where the text breaks, so that it can be shown to the model, or to you.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from html import escape
from typing import Any

from llama_explore.chat.findings import Finding
from llama_explore.errors import LlamaExploreError

OPENING = re.compile(
    r"(?:\s+|<\|begin_of_text\|>|<\|start_header_id\|>assistant<\|end_header_id\|>)*"
)
ENDINGS = ("<|eot_id|>", "<|eom_id|>", "<|end_of_text|>")
ENDING_BACKWARDS = re.compile(rf"(?:\s+|{'|'.join(re.escape(end[::-1]) for end in ENDINGS)})*")
BUILTIN = re.compile(r"(?P<name>\w+)\.call\((?P<arguments>.*)\)", re.DOTALL)
ONE_ARGUMENT = re.compile(r'(?P<name>\w+)="(?P<value>.*)"', re.DOTALL)
FUNCTION_TAG = re.compile(r"<function=(?P<name>[^>\s]+)>(?P<arguments>.*?)(?:</function>)?", re.S)
INSIDE = re.compile(r'\{\s*"name"\s*:|<function=|\b\w+\.call\(\w+="')
PYTHON_TAG = "<|python_tag|>"
MOST_CHARACTERS = 500_000
"""Of a built-in call's arguments: as many as Llama's 131,072 tokens hold. For ten million,
Python's own parser, which reads them, would take gigabytes."""


@dataclass(frozen=True)
class ToolCall:
    """A call that a model wishes for. Nothing has been called yet.

    Attributes:
        name: The tool's name.
        arguments: Its arguments by name.
        form: How it was written: ``"json"``, ``"built-in"``, ``"code"`` or ``"function tag"``.
    """

    name: str
    arguments: dict[str, Any]
    form: str = "json"

    def as_message(self) -> dict[str, Any]:
        """Return the assistant's message that holds this call, as `render` takes it."""
        function = {"name": self.name, "arguments": self.arguments}
        return {"role": "assistant", "tool_calls": [{"type": "function", "function": function}]}

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(str(name))}</th>"
            f"<td style='text-align:left'>{escape(repr(value))}</td></tr>"
            for name, value in self.arguments.items()
        )
        return f"<b>A call of {escape(self.name)}</b> ({self.form})<table>{rows}</table>"


def parse_tool_call(text: str) -> ToolCall | Finding | None:
    """Return the call in an answer, a finding if it cannot be read, None if there is none.

    Example: ``parse_tool_call('{"name": "calculator", "parameters": {"expression": "2 + 3"}}')``
    is ``ToolCall(name='calculator', arguments={'expression': '2 + 3'}, form='json')``, and
    ``parse_tool_call("It is 5.")`` is None.

    Args:
        text: The answer, with or without its special tokens.

    Raises:
        LlamaExploreError: It is no text; decode token ids first.

    Source: prompt_format.md of Llama 3.1 in `llama-models`.
    """
    if not isinstance(text, str):
        raise LlamaExploreError(
            f"An answer is a str; this is of type {type(text).__name__}.",
            "Decode token ids first: tokenizer.decode(ids).",
        )
    body = _take_frame_off(text)
    has_tag = body.startswith(PYTHON_TAG)
    body = body.removeprefix(PYTHON_TAG).strip()
    if tagged := FUNCTION_TAG.fullmatch(body):
        arguments = _read_json(tagged["arguments"].strip())
        if isinstance(arguments, Finding):
            return arguments
        return _check(tagged["name"], arguments, "function tag")
    if body.startswith(("{", "[")):
        return _parse_json(body, has_tag)
    if builtin := BUILTIN.fullmatch(body):
        return _parse_builtin(builtin["name"], builtin["arguments"])
    if has_tag:
        return (
            ToolCall("code_interpreter", {"code": body}, "code")
            if body
            else _report(
                "empty call", 0, "After <|python_tag|> nothing follows.", "Ask the model again."
            )
        )
    inside = INSIDE.search(body)
    if not inside:
        return None
    return _report(
        "call inside a text",
        inside.start(),
        "A call stands in the middle of other words. Llama writes a call alone.",
        "Ask again, or cut the call out and parse that.",
    )


def _take_frame_off(text: str) -> str:
    """Return an answer without white space and special tokens around it.

    The end is read backwards. Sought forwards, "spaces up to the end" would begin anew at each
    space of a long row, and the time would grow with the square of its length.
    """
    backwards = OPENING.sub("", text, count=1)[::-1]
    return ENDING_BACKWARDS.sub("", backwards, count=1)[::-1]


def _parse_json(body: str, has_tag: bool) -> ToolCall | Finding | None:
    found = _read_json(body)
    looks_like_one = has_tag or re.match(r'\[?\s*\{\s*["\'](name|type)["\']\s*:', body)
    if isinstance(found, Finding):
        return found if looks_like_one else None
    if isinstance(found, list) and looks_like_one:
        if len(found) != 1 or not isinstance(found[0], dict):
            return _report(
                "several calls",
                0,
                f"These are {len(found)} calls in a list. Llama 3.3 makes one at a time.",
                "Take the first, give the model its result, and let it go on.",
            )
        found = found[0]
    if not isinstance(found, dict) or "name" not in found:
        if not has_tag:
            return None  # an answer in JSON is no call
        return _report("no name", 0, "The call names no function.", "Ask the model again.")
    keys = [key for key in ("parameters", "arguments") if key in found]
    if not keys and not looks_like_one:
        return None
    if not keys:
        return _report(
            "no parameters",
            len(body),
            'The call has no "parameters", not even empty ones.',
            "Say in the tool's description which arguments it needs.",
        )
    return _check(found["name"], found[keys[0]], "json")


def _parse_builtin(name: str, written: str) -> ToolCall | Finding:
    """Read ``name="value", ...``; the template does not escape quotation marks in a value."""
    if len(written) > MOST_CHARACTERS:
        return _report(
            "call too long",
            len(name) + len(".call("),
            f"The arguments of {name:.40} have {len(written):,} characters, more than Llama's "
            "context holds.",
            "Look at what was put into the answer; no model wrote this.",
        )
    try:
        expression = ast.parse(f"f({written})", mode="eval").body
        if isinstance(expression, ast.Call) and not expression.args:
            named = {str(each.arg): each.value for each in expression.keywords if each.arg}
            values = {key: ast.literal_eval(value) for key, value in named.items()}
            return ToolCall(name, values, "built-in")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    if one := ONE_ARGUMENT.fullmatch(written):
        return ToolCall(name, {one["name"]: one["value"]}, "built-in")
    return _report(
        "unreadable arguments",
        len(name) + len(".call("),
        f'The arguments of {name:.40} are not of the form name="value".',
        "Ask the model again.",
    )


def _read_json(text: str) -> Any:
    """Return what JSON says, or a finding that tells where it breaks."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place, problem = error.pos, error.msg
    except RecursionError:
        place, problem = 0, "nested too deeply"
    except ValueError:
        place, problem = 0, "a number has more digits than Python reads"
    if problem == "Extra data" and text[place:].lstrip(" ;,\n").startswith("{"):
        return _report(
            "several calls",
            place,
            "A second call follows the first. Llama 3.3 makes one at a time.",
            "Take the first, give the model its result, and let it go on.",
        )
    if problem == "Extra data":
        return _report(
            "call inside a text",
            place,
            "Words follow the call. Llama writes a call alone.",
            "Ask again, or cut the call out and parse that.",
        )
    if place >= len(text.rstrip()) or text.count("{") > text.count("}"):
        return _report(
            "call broken off",
            place,
            f"The JSON ends too early ({problem}).",
            "Let the model write more: raise max_new_tokens.",
        )
    return _report(
        "malformed JSON",
        place,
        f"This is no JSON: {problem}, before {text[place : place + 20]!r}.",
        "Ask again; a lower temperature helps, and so do fewer and simpler arguments.",
    )


def _check(name: Any, arguments: Any, form: str) -> ToolCall | Finding:
    if not isinstance(name, str) or not name:
        return _report("no name", 0, f"The name is {name!r:.40}, no text.", "Ask the model again.")
    if not isinstance(arguments, dict):
        return _report(
            "arguments are no dictionary",
            0,
            f"The arguments of {name:.40} are of type {type(arguments).__name__}.",
            "Describe the parameters as an object with named properties in the tool's schema.",
        )
    return ToolCall(name, arguments, form)


def _report(name: str, place: int, cause: str, fix: str) -> Finding:
    return Finding(name, f"character {place}", cause, fix)
