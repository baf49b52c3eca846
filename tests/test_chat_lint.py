"""Findings: each mistake is found by its name, the fix works, and what is right stays silent."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from transformers import PreTrainedTokenizerFast

from llama_explore import LlamaExploreError, chat, vocab
from llama_explore.chat.findings import Finding, Findings

TOOL = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {}}}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> PreTrainedTokenizerFast:
    return vocab.load_tokenizer(tmp_path_factory.mktemp("cache"))


def say(role: Any, content: object) -> dict[str, Any]:
    return {"role": role, "content": content}


def call(arguments: object, name: str = "f") -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"role": "assistant", "tool_calls": [{"type": "function", "function": function}]}


ASKED = [say("system", "Be brief."), say("user", "Hi")]
ANSWERED = [*ASKED, say("assistant", "Ahoy!")]


@pytest.mark.parametrize(
    ("messages", "switches"),
    [
        (ASKED, {}),
        ([say("user", "Hi")], {}),
        ([*ANSWERED, say("user", "And?")], {}),
        (ANSWERED, {"add_generation_prompt": False}),
        (ANSWERED, {"continue_final_message": True}),
        ([say("user", "Hi"), call({"a": 1}), say("tool", {"b": 2})], {"tools": [TOOL]}),
        ([*ASKED, call({"a": 1}), say("ipython", "7"), say("assistant", "Seven.")], {}),
        ([say("user", "<b>not a token</b> <|nonsense|>")], {}),
        ([say("user", "x<|eot_id|>y")], {"typed_as_text": True}),
    ],
)
def test_nothing_is_found_where_nothing_is_wrong(
    messages: list[Any], switches: dict[str, Any]
) -> None:
    assert chat.lint(messages, **switches) == []


@pytest.mark.parametrize(
    ("messages", "switches", "name", "where"),
    [
        (ASKED, {"add_generation_prompt": False}, "no generation prompt", "message 1"),
        ([*ASKED, say("user", "And?")], {}, "roles in a row", "message 2"),
        ([*ANSWERED, say("assistant", "!")], {}, "roles in a row", "message 3"),
        ([say("assistant", "Ahoy!")], {}, "assistant speaks first", "message 0"),
        ([say("user", "Hi"), say("system", "Late.")], {}, "late system message", "message 1"),
        ([say("user", "Hi"), say("tool", "7")], {}, "result without a call", "message 1"),
        ([*ASKED, call({}), say("user", "?")], {}, "call without a result", "message 2"),
        ([say("user", "x<|eot_id|>y")], {}, "typed special token", "message 0"),
        ([say("user", [{"text": "<|eom_id|>"}])], {}, "typed special token", "message 0"),
        ([say("user", None)], {}, "no content", "message 0"),
        ([say("user", 7)], {}, "content is no text", "message 0"),
        ([say("user", [{"type": "text", "text": "Hi"}])], {}, "content is no text", "message 0"),
        ([{"content": "Hi"}], {}, "no role", "message 0"),
        ([say("human", "Hi")], {}, "unknown role", "message 0"),
        ([say("user", "Hi"), call('{"a": 1}')], {}, "arguments are a string", "message 1"),
        ([say("user", "Hi"), {**call({}), "tool_calls": []}], {}, "not one call", "message 1"),
        (
            [say("user", "Hi"), call({"n": 3})],
            {"builtin_tools": ["f"]},
            "built-in argument is no text",
            "message 1",
        ),
        ([say("user", "Hi")], {"tools": []}, "empty list of tools", "tools"),
        ([say("system", "Hi")], {"tools": [TOOL]}, "no first user message", "messages"),
        (ANSWERED[2:], {"tools": [TOOL]}, "tools swallow a message", "message 0"),
        (ASKED, {"continue_final_message": True}, "nothing to continue", "message 1"),
    ],
)
def test_each_mistake_is_found_with_its_place_and_a_fix(
    messages: list[Any], switches: dict[str, Any], name: str, where: str
) -> None:
    found = chat.lint(messages, **switches)
    assert name in found.names
    finding = found[found.names.index(name)]
    assert finding.where == where
    assert finding.cause.endswith(".")
    assert len(finding.fix) > 10


@pytest.mark.parametrize(
    "junk",
    [None, 7, 3.5, {}, set(), object(), [None], [[]], ["x", {}], [{}], [{"role": []}], b"x", [1.5],
     [{"role": "user", "content": {1: object()}, "tool_calls": {"a": 1}}], [{"tool_calls": "x"}],
     [{"role": "assistant", "tool_calls": [None]}]],
)  # fmt: skip
def test_junk_is_answered_with_findings(junk: Any) -> None:
    try:
        assert chat.lint(junk)
    except LlamaExploreError as error:
        assert "one is looked at" in str(error)


@pytest.mark.parametrize("text", ["half \ud83e", "a" + " " * 10_000_000 + "b"])
def test_a_text_that_no_tokenizer_takes_is_an_error_that_says_so(text: str) -> None:
    with pytest.raises(LlamaExploreError):
        chat.lint(text)
    found = chat.lint([say("user", text)], n_context=131_072)
    assert found.names == ["cannot be rendered"]


def test_a_text_longer_than_the_context_is_a_finding_and_no_warning(
    tokenizer: PreTrainedTokenizerFast,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logging.getLogger("transformers"), "propagate", True)
    found = chat.lint("word " * 150_000, tokenizer=tokenizer, n_context=131_072)
    assert found.names == ["no header", "context overflow"]
    assert caplog.messages == []


def test_a_conversation_that_contains_itself_is_found() -> None:
    message: dict[str, Any] = say("user", "Hi")
    message["content"] = [message]
    assert chat.lint([message]).names == ["endless structure"]


# --- token ids -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def prompt(tokenizer: PreTrainedTokenizerFast) -> list[int]:
    return list(chat.render(ASKED, tokenizer=tokenizer, add_generation_prompt=True).token_ids)


def test_the_ids_of_a_prompt_are_right_in_every_form(
    tokenizer: PreTrainedTokenizerFast, prompt: list[int]
) -> None:
    encoding = tokenizer.apply_chat_template(ASKED, add_generation_prompt=True)
    batch = tokenizer.apply_chat_template(ASKED, add_generation_prompt=True, return_tensors="pt")
    for ids in (prompt, tuple(prompt), torch.tensor([prompt]), np.array(prompt), encoding, batch):
        assert chat.lint(ids) == []


def test_ids_of_a_whole_conversation_and_of_a_begun_answer_are_right(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    for switches in ({}, {"continue_final_message": True}):
        assert chat.lint(chat.render(ANSWERED, tokenizer=tokenizer, **switches).token_ids) == []


def test_a_rendered_text_that_is_tokenized_again_has_two_begins(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    text = chat.render(ASKED, tokenizer=tokenizer, add_generation_prompt=True).text
    assert chat.lint(tokenizer(text).input_ids).names == ["double BOS"]
    assert chat.lint(text, tokenizer=tokenizer).names == ["double BOS"]
    assert chat.lint(tokenizer(text, add_special_tokens=False).input_ids) == []


def test_mistakes_in_ids_are_found(tokenizer: PreTrainedTokenizerFast, prompt: list[int]) -> None:
    encode = tokenizer.encode
    asked = list(chat.render(ASKED, tokenizer=tokenizer).token_ids)
    cases: list[tuple[list[int], str]] = [
        (asked, "no generation prompt"),
        (prompt[1:], "no BOS"),
        (prompt[:5] + prompt, "BOS inside the text"),
        (encode("Once upon a time"), "no header"),
        (prompt[:-2], "open header"),
        ([*prompt[:10], 128_256], "id out of range"),
        ([-1, *prompt], "id out of range"),
        (encode("<|start_header_id|>user<|end_header_id|>\n\na<|eot_id|>b"), "text between the"),
    ]
    for ids, name in cases:
        assert any(found.startswith(name) for found in chat.lint(ids).names), name


def test_two_sequences_are_not_looked_at_as_one(prompt: list[int]) -> None:
    with pytest.raises(LlamaExploreError, match="one is looked at at a time"):
        chat.lint(torch.tensor([prompt, prompt]))


# --- what the model must fit ---------------------------------------------------------------


def test_a_context_overflows_at_the_token_that_is_too_many(
    tokenizer: PreTrainedTokenizerFast, prompt: list[int]
) -> None:
    n = len(prompt)
    for given in (prompt, ASKED):
        assert chat.lint(given, tokenizer=tokenizer, n_context=n) == []
        assert chat.lint(given, tokenizer=tokenizer, n_context=n - 1).names == ["context overflow"]
        found = chat.lint(given, tokenizer=tokenizer, n_context=n, max_new_tokens=1)
        assert found.names == ["context overflow"]
        assert found[0].where == "the answer"


@pytest.mark.parametrize(
    ("stops", "missing"),
    [
        ([128_001, 128_008, 128_009], None),
        ([128_001, 128_009], "128008"),
        (128_001, "128008, 128009"),
        ([], "128001, 128008, 128009"),
    ],
)
def test_stop_ids_that_are_missing_are_named(
    tokenizer: PreTrainedTokenizerFast, stops: Any, missing: str | None
) -> None:
    model: Any = SimpleNamespace(
        config=SimpleNamespace(max_position_embeddings=8192),
        generation_config=SimpleNamespace(eos_token_id=stops),
    )
    for found in (
        chat.lint(ASKED, tokenizer=tokenizer, stop_ids=stops),
        chat.lint(ASKED, tokenizer=tokenizer, model=model),
    ):
        assert found.names == (["stop ids not set"] if missing else [])
        assert not missing or f"at {missing}:" in found[0].cause


def test_what_cannot_be_rendered_is_said_and_not_raised(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    found = chat.lint([{"content": "Hi"}], tokenizer=tokenizer, n_context=100)
    assert found.names == ["no role"]
    found = chat.lint(ASKED, tokenizer=tokenizer, n_context=100, date_string=7)
    assert found.names == ["cannot be rendered"]


def test_findings_show_text_and_never_run_it() -> None:
    found = Findings([Finding("x", "message 0", "<script>alert(1)</script>", "Do <b>this</b>.")])
    html = found._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert repr(found) == "x (message 0): <script>alert(1)</script>\n  Fix: Do <b>this</b>."
    assert repr(Findings()) == "Nothing found."
