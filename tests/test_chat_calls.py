"""Reading tool calls: every form that Llama writes, and what nobody can read."""

from __future__ import annotations

import json
import random
import time
from typing import Any

import pytest
from llama_models.llama3.tool_utils import ToolUtils
from transformers import PreTrainedTokenizerFast

from llama_explore import LlamaExploreError, chat, vocab
from llama_explore.chat import ToolCall, parse_tool_call
from llama_explore.chat.calculator import calculate
from llama_explore.chat.findings import Finding


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ('{"name": "f", "parameters": {"a": 1}}', ToolCall("f", {"a": 1})),
        (' {"name": "f", "parameters": {}}\n<|eot_id|>', ToolCall("f", {})),
        ('<|python_tag|>{"name": "f", "parameters": {}}<|eom_id|>', ToolCall("f", {})),
        ('{"type": "function", "name": "f", "parameters": {"ü": 0}}', ToolCall("f", {"ü": 0})),
        ('{"name": "f", "arguments": {"a": 1}}', ToolCall("f", {"a": 1})),
        ('[{"name": "f", "parameters": {"a": [1, {}]}}]', ToolCall("f", {"a": [1, {}]})),
        (
            '<|start_header_id|>assistant<|end_header_id|>\n\n{"name": "f", "parameters": {}}',
            ToolCall("f", {}),
        ),
        (
            '<|python_tag|>brave_search.call(query="high tide", lang="de")<|eom_id|>',
            ToolCall("brave_search", {"query": "high tide", "lang": "de"}, "built-in"),
        ),
        (
            '<|python_tag|>brave_search.call(query="the "best" tide")',
            ToolCall("brave_search", {"query": 'the "best" tide'}, "built-in"),
        ),
        ("wolfram_alpha.call()", ToolCall("wolfram_alpha", {}, "built-in")),
        (
            "<|python_tag|>print(2 + 3)\n<|eom_id|>",
            ToolCall("code_interpreter", {"code": "print(2 + 3)"}, "code"),
        ),
        ('<function=f>{"a": 1}</function>', ToolCall("f", {"a": 1}, "function tag")),
        ('<function=f>{"a": 1}', ToolCall("f", {"a": 1}, "function tag")),
    ],
)  # fmt: skip
def test_a_call_is_read_in_every_form(text: str, call: ToolCall) -> None:
    assert parse_tool_call(text) == call


@pytest.mark.parametrize(
    "text",
    [
        "", "It is 1081.", "<|eot_id|>", '{"answer": 1081}', "[1, 2]", "{not a call}", "{", "\x00",
        'The field "name" is empty.', "call me", "[see above]", "\ud800", "null", "<b>{}</b>",
    ],
)  # fmt: skip
def test_an_ordinary_answer_is_no_call(text: str) -> None:
    assert parse_tool_call(text) is None


@pytest.mark.parametrize(
    ("text", "name", "where"),
    [
        ('{"name": "f", "parameters": {"a":', "call broken off", "character 33"),
        ('{"name": "f"', "call broken off", "character 12"),
        ("{'name': 'f', 'parameters': {}}", "malformed JSON", "character 1"),
        ('{"name": "f", "parameters": {"a": x}}', "malformed JSON", "character 34"),
        ('{"name": "f", "parameters": {"a": 1,}}', "malformed JSON", None),
        ('{"name": "f", "parameters": "2 + 3"}', "arguments are no dictionary", None),
        ('{"name": "f", "parameters": [1]}', "arguments are no dictionary", None),
        ('{"name": "f"}', "no parameters", None),
        ('{"name": 7, "parameters": {}}', "no name", None),
        ('{"name": "", "parameters": {}}', "no name", None),
        ('<|python_tag|>{"parameters": {}}', "no name", None),
        ("<|python_tag|>", "empty call", None),
        ("<|python_tag|>f.call(2, 3)", "unreadable arguments", "character 7"),
        ('{"name": "f", "parameters": {}}; {"name": "g", "parameters": {}}', "several calls", None),
        ('[{"name": "f", "parameters": {}}, {"name": "g"}]', "several calls", None),
        ('Sure! {"name": "f", "parameters": {}}', "call inside a text", "character 6"),
        ('{"name": "f", "parameters": {}} There.', "call inside a text", "character 32"),
        ('<function=f>{"a": </function>', "malformed JSON", None),
        ('{"name": "f", "parameters": {"a":' + "[" * 100_000, "malformed JSON", None),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_read_is_a_finding(text: str, name: str, where: str | None) -> None:
    found = parse_tool_call(text)
    assert isinstance(found, Finding)
    if "[[[" not in text and "<function" not in text:
        assert found.name == name
    assert where in (None, found.where)
    assert len(found.fix) > 10


N = 10_000_000
SPACES = " " * N


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" + SPACES + "b", None),
        ("a" * N, None),
        ("{" * N, None),
        ("<|" * (N // 2), None),
        ("🦙" * (N // 4), None),
        ("<|eot_id|>" * (N // 10), None),
        (SPACES + '{"name": "f", "parameters": {}}' + SPACES, ToolCall("f", {})),
        (f"<function=f>{SPACES}" + '{"a": 1}', ToolCall("f", {"a": 1}, "function tag")),
        ("a" * N + ' f.call(q="x")', "call inside a text"),
        ("f.call(" + "a," * (N // 2) + ")", "call too long"),
        ('{"name": "f", "parameters": {"a": ' + "9" * N + "}}", "malformed JSON"),
    ],
    ids=lambda value: repr(value)[:24],
)  # fmt: skip
def test_ten_megabytes_are_read_at_once(text: str, expected: ToolCall | str | None) -> None:
    began = time.process_time()
    found = parse_tool_call(text)
    # Reading takes under a second. Were the time to grow with the square, a hundredth of the
    # length would take more than the bound.
    assert time.process_time() - began < 10
    assert (found.name if isinstance(found, Finding) else found) == expected


@pytest.mark.parametrize("junk", [None, 7, b"{}", ["{}"], {"name": "f"}])
def test_what_is_no_text_is_an_error_that_says_so(junk: Any) -> None:
    with pytest.raises(LlamaExploreError, match=f"of type {type(junk).__name__}"):
        parse_tool_call(junk)


def test_what_meta_reads_as_one_call_is_read_alike() -> None:
    rng = random.Random(0)
    for _ in range(300):
        arguments = {
            rng.choice(["a", "query", "ü"]): rng.choice([1, "x", None, [1, "y"], {"b": 2.5}, True])
            for _ in range(rng.randrange(3))
        }
        text = json.dumps({"name": rng.choice(["f", "g_1"]), "parameters": arguments}, indent=2)
        name, found = ToolUtils.maybe_extract_custom_tool_call(text) or ("", None)
        assert parse_tool_call(text) == ToolCall(name, found)
    text = 'brave_search.call(query="tide in Lübeck")'
    assert ToolUtils.maybe_extract_builtin_tool_call(text) == ("brave_search", "tide in Lübeck")
    assert parse_tool_call(text) == ToolCall(
        "brave_search", {"query": "tide in Lübeck"}, "built-in"
    )


def test_a_call_is_rendered_and_read_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    tokenizer: PreTrainedTokenizerFast = vocab.load_tokenizer(tmp_path_factory.mktemp("cache"))
    asked = [{"role": "user", "content": "When?"}]
    for call, builtin in (
        (ToolCall("get_tide", {"port": "L'übeck \"", "day": 3, "x": None}), None),
        (ToolCall("brave_search", {"query": "a 'b' <c>"}, "built-in"), ["brave_search"]),
    ):
        rendered = chat.render(
            [*asked, call.as_message()], tokenizer=tokenizer, builtin_tools=builtin
        )
        written = rendered.text[rendered.text.index("assistant<|end_header_id|>") :]
        assert parse_tool_call(written.partition("<|end_header_id|>")[2]) == call


def test_a_call_is_shown_as_text() -> None:
    html = ToolCall("f<b>", {"a": "<script>"})._repr_html_()
    assert "<script" not in html
    assert "f&lt;b&gt;" in html


# --- the calculator ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "value"),
    [("23 * 47", 1081), ("7/2", 3.5), (" -(2 + 3) * 4 ", -20), ("1.5 + .5", 2.0), ("+7", 7)],
)
def test_the_calculator_works_out_sums(expression: str, value: float) -> None:
    assert calculate(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "", "2 +", "two + three", "__import__('os').getcwd()", "9 ** 9 ** 9", "1 << 9", "True + 1",
        "[1]", "1; 2", "'a' * 9", "1 / 0", "(" * 150 + "1", "9" * 300, "\x00", 7, None,
    ],
)  # fmt: skip
def test_the_calculator_runs_nothing_but_sums(expression: Any) -> None:
    with pytest.raises(LlamaExploreError):
        calculate(expression)
