"""Conversations about sums, with a calculator at hand: how the pocket model learns to call a tool.

Example: to "What is 23 times 47?" the assistant answers with the call
``{"name": "calculator", "parameters": {"expression": "23 * 47"}}``, is told the result by the role
`tool`, and says "It is 1081.".
"""

from __future__ import annotations

from random import Random
from typing import Any

NAMES = ["calculator", "calculator", "calculator", "calculate", "calc", "compute", "arithmetic"]
PARAMETERS = ["expression", "expression", "expression", "formula", "input"]
DESCRIPTIONS = (
    """
Works out a sum.|Evaluates an arithmetic expression.|Calculates the value of an expression.
Evaluate a mathematical expression and return the result.|A calculator for + - * and /.
Computes the result of a calculation.|Do arithmetic.|Solve an arithmetic problem exactly.
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
PARAMETER_DESCRIPTIONS = (
    """
The expression, such as 2 + 3|An arithmetic expression|What to work out, for example 12 * 4
The sum to calculate|A formula with + - * /|The expression to evaluate
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
ASK = (
    """
What is {}?|How much is {}?|Calculate {}.|Please calculate {}.|Work out {}.|Can you work out {}?
{}?|{}|What does {} make?|Tell me what {} is.|Compute {}|I need to know what {} is.|what's {}
What do I get for {}?|Could you tell me {}, please?|How much does {} come to?|What is {} equal to?
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
WORDS = {
    "+": ["{a} plus {b}", "{a} + {b}", "{a}+{b}", "the sum of {a} and {b}", "{a} and {b} together"],
    "-": ["{a} minus {b}", "{a} - {b}", "{a}-{b}", "{a} less {b}"],
    "*": ["{a} times {b}", "{a} * {b}", "{a}*{b}", "{a} x {b}", "the product of {a} and {b}"],
    "/": ["{a} divided by {b}", "{a} / {b}", "{a}/{b}", "{a} over {b}"],
}
STORIES = """
I had {a} {things} and bought {b} more. How many {things} do I have now? +
There are {a} {things} here and {b} {things} there. How many is that? +
Add {b} to {a}. +
I had {a} {things} and gave {b} away. How many are left? -
Subtract {b} from {a}. -
Take {b} away from {a}. -
A box holds {b} {things}. How many {things} are in {a} boxes? *
I bought {a} {things} for {b} euros each. What did I pay? *
Multiply {a} by {b}. *
Share {a} {things} among {b} people. How many does each one get? /
Divide {a} by {b}. /
""".strip().splitlines()
THINGS = "apples eggs books tickets chairs stamps coins pencils bottles cups stones cards".split()
WITHOUT_TOOL = "I cannot work that out without a calculator."


def conversation(rng: Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]] | None]:
    """Return the messages of one conversation about sums, and its tools.

    Args:
        rng: Source of the choices.

    Returns:
        Messages as `apply_chat_template` takes them, and a list with one tool; None for the
        conversations in which the assistant has no calculator and says so.
    """
    system = [{"role": "system", "content": "You are a helpful assistant."}]
    messages: list[dict[str, Any]] = system if rng.random() < 0.4 else []
    question, expression, result = make_sum(rng)
    if rng.random() < 0.15:
        return [
            *messages,
            {"role": "user", "content": question},
            {"role": "assistant", "content": WITHOUT_TOOL},
        ], None
    name, parameter = rng.choice(NAMES), rng.choice(PARAMETERS)
    for turn in range(rng.choice([1, 1, 2])):
        if turn:
            question, expression, result = make_sum(rng)
        call = {"function": {"name": name, "arguments": {parameter: expression}}}
        number = float(result) if "." in result else int(result)
        told: Any = rng.choice([result, number, {"result": result}, {"result": number}])
        messages += [
            {"role": "user", "content": question},
            {"role": "assistant", "tool_calls": [call]},
            {"role": rng.choice(["tool", "ipython"]), "content": told},
            {"role": "assistant", "content": f"It is {result}."},
        ]
    return messages, [describe_tool(rng, name, parameter)]


def describe_tool(rng: Random, name: str, parameter: str) -> dict[str, Any]:
    """Return a tool's description as JSON schema, in one of many wordings."""
    explained = {"type": "string", "description": rng.choice(PARAMETER_DESCRIPTIONS)}
    return {
        "type": "function",
        "function": {
            "name": name,
            "description": rng.choice(DESCRIPTIONS),
            "parameters": {
                "type": "object",
                "properties": {parameter: explained},
                "required": [parameter],
            },
        },
    }


def make_sum(rng: Random) -> tuple[str, str, str]:
    """Return a question, the expression it asks for, and its value.

    Example: "What is 23 times 47?", "23 * 47" and "1081".
    """
    a, b = (rng.randrange(1, 10 ** rng.choice([1, 2, 2, 3, 4])) for _ in range(2))
    if rng.random() < 0.25:
        *words, operator = rng.choice(STORIES).split()
        if operator == "-":
            a, b = max(a, b), min(a, b)
        question = " ".join(words).format(a=a, b=b, things=rng.choice(THINGS))
        return question, f"{a} {operator} {b}", evaluate(a, operator, b)
    operator = rng.choice("++-**/")
    asked = rng.choice(WORDS[operator]).format(a=a, b=b)
    return rng.choice(ASK).format(asked), f"{a} {operator} {b}", evaluate(a, operator, b)


def evaluate(a: int, operator: str, b: int) -> str:
    """Return the value of ``a operator b`` as a calculator shows it.

    Example: ``evaluate(7, "/", 2)`` is "3.5" and ``evaluate(23, "*", 47)`` is "1081".
    """
    value = {"+": a + b, "-": a - b, "*": a * b, "/": a / b}[operator]
    return f"{value:.4f}".rstrip("0").rstrip(".") if operator == "/" else str(value)
