"""A calculator for a model to call: what it is told of the tool, and the tool itself."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from llama_explore.errors import LlamaExploreError

CALCULATOR: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "calculator",
        "description": "Evaluates an arithmetic expression.",
        "parameters": {
            "type": "object",
            "properties": {
                "expression": {"type": "string", "description": "The expression, such as 2 + 3"}
            },
            "required": ["expression"],
        },
    },
}
"""The JSON schema that the chat template writes into the conversation."""

_OPERATORS: dict[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_MOST_CHARACTERS = 200


def calculate(expression: str) -> int | float:
    """Return the value of an expression of numbers, + - * / and brackets.

    Example: ``calculate("23 * 47")`` is 1081.

    What a model writes is never handed to Python's `eval`: nothing but numbers and the four
    operations is known here.

    Raises:
        LlamaExploreError: It is no such expression, or divides by zero.
    """
    if not isinstance(expression, str) or len(expression) > _MOST_CHARACTERS:
        raise LlamaExploreError(
            f"An expression is a text of at most {_MOST_CHARACTERS} characters.",
            "Give the model a smaller sum.",
        )
    try:
        return _evaluate(ast.parse(expression.strip(), mode="eval").body)
    except ZeroDivisionError as error:
        raise LlamaExploreError(
            f"{expression!r} divides by zero.", "Tell the model so, as the tool's result."
        ) from error
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise LlamaExploreError(
            f"{expression!r} is no sum of numbers with + - * / and brackets.",
            "Tell the model so, as the tool's result.",
        ) from error


def _evaluate(node: ast.AST) -> int | float:
    match node:
        case ast.Constant(value) if type(value) in (int, float):
            return value  # type: ignore[return-value]
        case ast.BinOp(left, sign, right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_evaluate(left), _evaluate(right))
        case ast.UnaryOp(sign, inside) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_evaluate(inside))
    raise ValueError(type(node).__name__)
