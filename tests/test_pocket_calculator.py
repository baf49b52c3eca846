"""Conversations with a calculator: the call asks for the sum, the answer is its value."""

from __future__ import annotations

import ast
import json
import operator
from random import Random

import pytest

from llama_explore.pocket.calculator import WITHOUT_TOOL, conversation, evaluate, make_sum
from llama_explore.pocket.documents import Writer
from llama_explore.vocab import load_tokenizer

OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def work_out(expression: str) -> float:
    """Python's own reading of an expression with two numbers."""
    tree = ast.parse(expression, mode="eval").body
    assert isinstance(tree, ast.BinOp)
    left, right = ast.literal_eval(tree.left), ast.literal_eval(tree.right)
    return float(OPERATIONS[type(tree.op)](left, right))


def test_the_value_is_what_python_finds() -> None:
    rng = Random(1)
    for _ in range(500):
        question, expression, result = make_sum(rng)
        assert float(result) == pytest.approx(work_out(expression), abs=5e-5)
        assert {part for part in expression.split() if part.isdigit()} <= {
            "".join(c for c in word if c.isdigit())
            for word in question.replace("*", " ")
            .replace("/", " ")
            .replace("+", " ")
            .replace("-", " ")
            .split()
        }


@pytest.mark.parametrize(
    ("a", "sign", "b", "shown"),
    [
        (7, "/", 2, "3.5"),
        (6, "/", 3, "2"),
        (10, "/", 3, "3.3333"),
        (23, "*", 47, "1081"),
        (1, "-", 3, "-2"),
    ],
)
def test_a_value_is_shown_as_a_calculator_shows_it(a: int, sign: str, b: int, shown: str) -> None:
    assert evaluate(a, sign, b) == shown


def test_a_call_names_the_tool_that_is_there_and_its_result_is_said() -> None:
    rng = Random(2)
    without = 0
    for _ in range(300):
        messages, tools = conversation(rng)
        if tools is None:
            assert messages[-1]["content"] == WITHOUT_TOOL
            without += 1
            continue
        function = tools[0]["function"]
        for asked, told, said in zip(messages, messages[1:], messages[2:], strict=False):
            if "tool_calls" not in asked:
                continue
            call = asked["tool_calls"][0]["function"]
            assert call["name"] == function["name"]
            assert list(call["arguments"]) == function["parameters"]["required"]
            result = told["content"]
            result = result["result"] if isinstance(result, dict) else result
            assert said["content"] == f"It is {result}."
    assert 15 < without < 90


def test_a_document_reads_as_the_template_writes_it_and_learns_only_the_assistants_words() -> None:
    tokenizer = load_tokenizer()
    writer = Writer(tokenizer, 3, 50)
    calls = 0
    for _ in range(40):
        document = writer.sums()
        text = tokenizer.decode(document.ids)
        assert document.ids == tokenizer(text, add_special_tokens=False)["input_ids"]
        learned = tokenizer.decode(
            [i for i, learn in zip(document.ids, document.learn, strict=True) if learn]
        )
        for turn in learned.split("<|eot_id|>")[:-1]:
            if turn.startswith("{"):
                calls += 1
                assert json.loads(turn)["name"] in text.split(turn)[0]
            else:
                assert turn == WITHOUT_TOOL or turn.startswith("It is ")
    assert calls > 20
