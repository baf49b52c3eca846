"""Watch a chat template while it writes, and note of every piece where it comes from.

The template's own program is run, not a second one that imitates it: each expression that it
writes is wrapped in a call that puts the text between two signs which occur nowhere else.
Afterwards the signs are read off. What is left must be the text that the tokenizer renders,
character by character; `rendering` checks it every time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from llama_explore.chat.rules import LASTING, TOOL_ROLES, name_expression, split_literal

WATCHER = "llama_explore_watcher"


@dataclass(frozen=True)
class Piece:
    """Some text, written in one go.

    Attributes:
        text: What was written.
        rule: A name of `rules.RULES`.
        message: The number of the message that was being written, or None.
    """

    text: str
    rule: str
    message: int | None


@dataclass(frozen=True)
class Place:
    """A place in a template that writes: its rule, if the place tells it."""

    rule: str | None
    is_prompt: bool


def trace(template: str, variables: Mapping[str, Any], text: str) -> list[Piece]:
    """Run a template and return what it wrote, piece by piece.

    Example: for a lone user message the pieces begin with ``<|begin_of_text|>`` (begin),
    ``<|start_header_id|>`` (header) and ``system`` (role).

    Args:
        template: Jinja source.
        variables: What the template may read; ``messages`` is one of them.
        text: The text that an unwatched run writes; the signs are chosen to be none of it.

    Source: Jinja's `nodes` and `Environment.parse`; the environment is transformers' own.
    """
    compiled, places = _compile(template)
    opening, middle, closing = _choose_signs(text)
    messages: Sequence[Any] = variables["messages"]
    numbers = {id(message): number for number, message in enumerate(messages)}
    seen: list[tuple[Place, int | None]] = []

    def watch(value: object, place: int, message: object) -> str:
        seen.append((places[place], numbers.get(id(message))))
        return f"{opening}{len(seen) - 1}{middle}{value!s}{closing}"

    written = compiled.render(**variables, **{WATCHER: watch})
    found = []
    stack: list[tuple[Place, int | None]] = []
    for part in re.split(f"({opening}[0-9]+{middle}|{closing})", written):
        if part.startswith(opening):
            stack.append(seen[int(part[1:-1])])
        elif part == closing:
            stack.pop()
        elif part:
            found.append((part, tuple(stack)))
    return list(_name_pieces(found, messages))


def _name_pieces(
    found: list[tuple[str, tuple[tuple[Place, int | None], ...]]], messages: Sequence[Any]
) -> Iterator[Piece]:
    """Give each piece its rule: its own, else that of the piece before it, if it may go on."""
    rule = "template"
    has_system = bool(messages) and messages[0].get("role") == "system"
    for text, stack in found:
        own = next((place.rule for place, _ in reversed(stack) if place.rule), None)
        number = next((number for _, number in reversed(stack) if number is not None), None)
        if any(place.is_prompt for place, _ in stack):
            own = "generation prompt"
        elif own == "content" and number is None:
            number = int(has_system)  # the first message after the system's, beside the tools
        elif own == "content" and number is not None:
            own = "result" if messages[number].get("role") in TOOL_ROLES else own
        elif own == "system message":
            number = 0
        rule = own or (rule if rule in LASTING else "template")
        yield Piece(text, rule, number)


@lru_cache(maxsize=16)
def _compile(template: str) -> tuple[Any, list[Place]]:
    """Compile a template so that it reports; return it with the places that report."""
    from jinja2 import nodes
    from transformers.utils import chat_template_utils

    # Not public, but the very environment that apply_chat_template uses. Were it to change,
    # the texts would differ, and `rendering` would say so.
    environment = chat_template_utils._compile_jinja_template(template).environment
    tree = environment.parse(template)
    places: list[Place] = []

    def report(node: Any, rule: str | None, is_prompt: bool) -> Any:
        places.append(Place(rule, is_prompt))
        reported = [node, nodes.Const(len(places) - 1), nodes.Name("message", "load")]
        return nodes.Call(nodes.Name(WATCHER, "load"), reported, [], None, None)

    def wrap(node: Any, is_prompt: bool) -> Any:
        if isinstance(node, (nodes.Const, nodes.TemplateData)):
            literal = node.data if isinstance(node, nodes.TemplateData) else str(node.value)
            parts = split_literal(literal)
            return nodes.Concat([report(nodes.Const(t), rule, is_prompt) for t, rule in parts])
        if isinstance(node, nodes.Add) and any(map(_is_text, node.find_all(nodes.Const))):
            return nodes.Add(wrap(node.left, is_prompt), wrap(node.right, is_prompt))
        if isinstance(node, nodes.CondExpr) and node.expr2 is not None:
            ways = wrap(node.expr1, is_prompt), wrap(node.expr2, is_prompt)
            return nodes.CondExpr(node.test, *ways)
        return report(node, name_expression(_last_name(node)), is_prompt)

    prompts = {
        id(output)
        for branch in tree.find_all(nodes.If)
        if isinstance(branch.test, nodes.Name) and branch.test.name == "add_generation_prompt"
        for statement in branch.body
        for output in ([statement] if isinstance(statement, nodes.Output) else [])
    }
    for output in list(tree.find_all(nodes.Output)):
        output.nodes = [wrap(node, id(output) in prompts) for node in output.nodes]
        for node in output.nodes:
            node.set_lineno(output.lineno)
    tree.set_environment(environment)
    return environment.from_string(tree), places


def _is_text(node: Any) -> bool:
    return isinstance(node.value, str)


def _last_name(node: Any) -> str:
    """Return the name at the end of an expression, behind its filters."""
    from jinja2 import nodes

    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    if isinstance(node, nodes.Getattr):
        return str(node.attr)
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return str(node.arg.value)
    return str(node.name) if isinstance(node, nodes.Name) else ""


def _choose_signs(text: str) -> list[str]:
    """Return three signs of Unicode's private area that the text does not hold."""
    private = (chr(code) for code in range(0xE000, 0xF900))
    return [sign for sign, _ in zip((s for s in private if s not in text), range(3), strict=False)]
