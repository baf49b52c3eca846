"""The chat template, rule by rule, and against Meta's own chat format.

Where Meta's `ChatFormat` differs on purpose from the published template, no comparison is
made, and a test of its own says what each of the two does:

- ChatFormat writes only the messages that it is given: date, environment and tools are the
  caller's business. The comparison puts that preamble into Meta's system message.
- ChatFormat keeps the white space around a message; the template trims it.
- ChatFormat takes a typed special token for plain text; a rendered chat makes it real.
- ChatFormat writes a tool's answer as it is; the template writes it as JSON.
- ChatFormat marks a JSON call with "type": "function" and leaves out <|python_tag|> before
  a search call.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, TemplateError, UndefinedError, meta
from llama_models.datatypes import RawMessage, StopReason, ToolCall
from llama_models.llama3.chat_format import ChatFormat
from llama_models.llama3.tokenizer import Tokenizer as MetaTokenizer
from transformers import PreTrainedTokenizerFast

from llama_explore import vocab
from llama_explore.chat import TEMPLATE

DATES = "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n"
EMPTY_SYSTEM = f"<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n{DATES}<|eot_id|>"

TOOL = {
    "type": "function",
    "function": {
        "name": "get_tide",
        "description": "Höhe der Flut <in m>",
        "parameters": {
            "type": "object",
            "properties": {"port": {"type": "string"}},
            "required": ["port"],
        },
    },
}
TOOL_TEXT = (
    'Respond in the format {"name": function name, "parameters": dictionary of argument name '
    "and its value}.Do not use variables.\n\n" + json.dumps(TOOL, indent=4, ensure_ascii=False)
)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> PreTrainedTokenizerFast:
    return vocab.load_tokenizer(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def meta_format() -> ChatFormat:
    return ChatFormat(MetaTokenizer.get_instance())


def say(role: str, content: object) -> dict[str, Any]:
    return {"role": role, "content": content}


def call(name: str, arguments: object) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"role": "assistant", "tool_calls": [{"type": "function", "function": function}]}


def block(role: str, text: str, end: str = "<|eot_id|>") -> str:
    return f"<|start_header_id|>{role}<|end_header_id|>\n\n{text}{end}"


def system(text: str) -> str:
    return "<|begin_of_text|>" + block("system", text)


@pytest.fixture(scope="module")
def render(tokenizer: PreTrainedTokenizerFast) -> Any:
    def render(*messages: dict[str, Any], **settings: Any) -> str:
        text = tokenizer.apply_chat_template(list(messages), tokenize=False, **settings)
        assert isinstance(text, str)
        return text

    return render


# --- rules 1 to 4: the system block -------------------------------------------------------


def test_the_readmes_pirate(render: Any) -> None:
    text = render(
        say("system", "You are a pirate chatbot who always responds in pirate speak!"),
        say("user", "Who are you?"),
        add_generation_prompt=True,
    )
    assert text == (
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n"
        "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n"
        "You are a pirate chatbot who always responds in pirate speak!<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nWho are you?<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )


def test_without_a_system_message_the_block_is_still_written(render: Any) -> None:
    assert render(say("user", "Hi")) == EMPTY_SYSTEM + block("user", "Hi")


def test_the_system_message_is_trimmed(render: Any) -> None:
    assert render(say("system", " \n Be  brief.\t\n")) == system(f"{DATES}Be  brief.")


def test_only_a_first_system_message_joins_the_block(render: Any) -> None:
    text = render(say("user", "Hi"), say("system", "Late."))
    assert text == EMPTY_SYSTEM + block("user", "Hi") + block("system", "Late.")


def test_the_second_of_two_system_messages_is_an_ordinary_one(render: Any) -> None:
    text = render(say("system", "One."), say("system", "Two."))
    assert text == system(f"{DATES}One.") + block("system", "Two.")


def test_another_date_can_be_given(render: Any) -> None:
    text = render(say("user", "Hi"), date_string="1 January 2030")
    assert "\nToday Date: 1 January 2030\n\n<|eot_id|>" in text


@pytest.mark.parametrize(
    ("builtin_tools", "line"),
    [
        (["brave_search", "wolfram_alpha"], "Tools: brave_search, wolfram_alpha\n\n"),
        (["code_interpreter", "brave_search"], "Tools: brave_search\n\n"),
        (["code_interpreter"], "Tools: \n\n"),
        ([], "Tools: \n\n"),
    ],
)
def test_builtin_tools_are_named_but_for_the_interpreter(
    render: Any, builtin_tools: list[str], line: str
) -> None:
    text = render(say("user", "Hi"), builtin_tools=builtin_tools)
    assert text == system(f"Environment: ipython\n{line}{DATES}") + block("user", "Hi")


# --- rules 5 and 6: tools -----------------------------------------------------------------


def test_tools_go_before_the_first_user_message(render: Any) -> None:
    text = render(say("system", "Be brief."), say("user", " When is high tide?\n"), tools=[TOOL])
    assert text == system(f"Environment: ipython\n{DATES}Be brief.") + block(
        "user",
        "Given the following functions, please respond with a JSON for a function call with its "
        f"proper arguments that best answers the given prompt.\n\n{TOOL_TEXT}\n\n"
        "When is high tide?",
    )


def test_tools_can_go_into_the_system_block(render: Any) -> None:
    text = render(
        say("system", "Be brief."), say("user", "Hi"), tools=[TOOL], tools_in_user_message=False
    )
    opening = (
        "You have access to the following functions. To call a function, please respond with "
        "JSON for a function call."
    )
    assert text == system(
        f"Environment: ipython\n{DATES}{opening}{TOOL_TEXT}\n\nBe brief."
    ) + block("user", "Hi")


def test_each_tool_is_followed_by_a_blank_line(render: Any) -> None:
    text = render(say("user", "Hi"), tools=[TOOL, TOOL])
    listed = json.dumps(TOOL, indent=4, ensure_ascii=False)
    assert f"variables.\n\n{listed}\n\n{listed}\n\nHi<|eot_id|>" in text


def test_a_tool_keeps_its_umlauts_and_angle_brackets(render: Any) -> None:
    assert '"description": "Höhe der Flut <in m>"' in render(say("user", "Hi"), tools=[TOOL])


def test_a_python_function_is_listed_as_its_schema(render: Any) -> None:
    def get_tide(port: str) -> float:
        """
        Height of the tide.

        Args:
            port: Name of the port.
        """
        return len(port) / 2

    text = render(say("user", "Hi"), tools=[get_tide])
    assert '\n        "name": "get_tide",\n        "description": "Height of the tide.",' in text


def test_an_empty_list_of_tools_counts_as_given(render: Any) -> None:
    text = render(say("user", "Hi"), tools=[])
    assert text.startswith(system(f"Environment: ipython\n{DATES}"))
    assert "Given the following functions" in text


def test_custom_tools_replace_tools(render: Any) -> None:
    chat = [say("user", "Hi")]
    assert render(*chat, tools=[{}], custom_tools=[TOOL]) == render(*chat, tools=[TOOL])
    assert render(*chat, tools=[TOOL], custom_tools=None) == render(*chat)


def test_whoever_speaks_first_is_taken_for_the_user(render: Any) -> None:
    text = render(say("assistant", "Ahoy!"), say("user", "Hi"), tools=[TOOL])
    assert text.endswith("\n\nAhoy!<|eot_id|>" + block("user", "Hi"))
    assert "assistant" not in text


def test_tools_without_a_message_are_an_error(render: Any) -> None:
    with pytest.raises(TemplateError) as caught:
        render(say("system", "Be brief."), tools=[TOOL])
    assert str(caught.value) == (
        "Cannot put tools in the first user message when there's no first user message!"
    )


def test_tools_in_the_system_block_need_no_message(render: Any) -> None:
    text = render(say("system", "Be brief."), tools=[TOOL], tools_in_user_message=False)
    assert text.endswith("\n\nBe brief.<|eot_id|>")


# --- rule 7: ordinary messages ------------------------------------------------------------


@pytest.mark.parametrize("role", ["user", "assistant", "system", "developer"])
def test_an_ordinary_message_is_trimmed_under_its_role(render: Any, role: str) -> None:
    text = render(say("user", "Hi"), say(role, "\u2003\n Ahoy  \n there! \r\n"))
    assert text.endswith(block(role, "Ahoy  \n there!"))


@pytest.mark.parametrize(
    ("content", "written"), [(7, "7"), (True, "True"), ("", ""), (["a"], "['a']")]
)
def test_content_that_is_no_string_is_written_as_python_prints_it(
    render: Any, content: object, written: str
) -> None:
    assert render(say("user", content)) == EMPTY_SYSTEM + block("user", written)


def test_a_message_without_content_is_empty(render: Any) -> None:
    assert render({"role": "user"}) == EMPTY_SYSTEM + block("user", "")


def test_none_is_a_word_to_the_template_and_nothing_to_transformers(render: Any) -> None:
    """transformers 5 takes out what is None before the template sees it."""
    asked = [say("user", None), say("tool", None)]
    written = Environment().from_string(TEMPLATE).render(messages=asked)
    assert written.endswith(block("user", "None") + block("ipython", "None"))
    assert render(asked[0]) == EMPTY_SYSTEM + block("user", "")
    with pytest.raises(TypeError, match="Undefined is not JSON serializable"):
        render(asked[1])


@pytest.mark.parametrize("message", [{"content": "Hi"}, {"role": None, "content": "Hi"}])
def test_a_message_without_a_role_is_an_error(render: Any, message: dict[str, Any]) -> None:
    with pytest.raises((TemplateError, TypeError)):
        render(message)


def test_no_messages_are_an_error() -> None:
    with pytest.raises(UndefinedError, match="has no element 0"):
        Environment().from_string(TEMPLATE).render(messages=[])


# --- rule 8: calls ------------------------------------------------------------------------


def test_a_call_is_written_as_json(render: Any) -> None:
    text = render(say("user", "Hi"), call("get_tide", {"port": 'L"übeck', "day": 3, "x": None}))
    written = '{"name": "get_tide", "parameters": {"port": "L\\"übeck", "day": 3, "x": null}}'
    assert text == EMPTY_SYSTEM + block("user", "Hi") + block("assistant", written)


def test_arguments_that_are_a_string_are_quoted(render: Any) -> None:
    text = render(say("user", "Hi"), call("get_tide", '{"port": "Lübeck"}'))
    assert text.endswith('"parameters": "{\\"port\\": \\"Lübeck\\"}"}<|eot_id|>')


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        ({"query": "tide in Lübeck"}, 'brave_search.call(query="tide in Lübeck")'),
        ({"query": 'a "b"', "lang": "de"}, 'brave_search.call(query="a "b"", lang="de")'),
        ({}, "brave_search.call()"),
    ],
)
def test_a_call_of_a_builtin_tool_has_a_form_of_its_own(
    render: Any, arguments: dict[str, str], written: str
) -> None:
    text = render(
        say("user", "Hi"), call("brave_search", arguments), builtin_tools=["brave_search"]
    )
    assert text.endswith(block("assistant", f"<|python_tag|>{written}", "<|eom_id|>"))


def test_an_argument_of_a_builtin_call_must_be_a_string(render: Any) -> None:
    with pytest.raises(TypeError):
        render(say("user", "Hi"), call("brave_search", {"n": 3}), builtin_tools=["brave_search"])


def test_with_builtin_tools_every_call_ends_the_message_and_not_the_turn(render: Any) -> None:
    text = render(say("user", "Hi"), call("get_tide", {}), builtin_tools=["brave_search"])
    assert text.endswith(block("assistant", '{"name": "get_tide", "parameters": {}}', "<|eom_id|>"))


def test_the_same_name_without_builtin_tools_is_an_ordinary_call(render: Any) -> None:
    text = render(say("user", "Hi"), call("brave_search", {"query": "x"}))
    written = '{"name": "brave_search", "parameters": {"query": "x"}}'
    assert text.endswith(block("assistant", written))


@pytest.mark.parametrize("n_calls", [0, 2])
def test_any_other_number_of_calls_than_one_is_an_error(render: Any, n_calls: int) -> None:
    message = call("get_tide", {}) | {"tool_calls": call("get_tide", {})["tool_calls"] * n_calls}
    with pytest.raises(TemplateError) as caught:
        render(say("user", "Hi"), message)
    assert str(caught.value) == "This model only supports single tool-calls at once!"


def test_the_content_beside_a_call_is_not_written(render: Any) -> None:
    text = render(say("user", "Hi"), call("get_tide", {}) | {"content": "Let me see."})
    assert "Let me see." not in text


# --- rule 9: answers ----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["tool", "ipython"])
@pytest.mark.parametrize(
    ("content", "written"),
    [
        ({"m": 1.5, "port": "Lübeck"}, '{"m": 1.5, "port": "Lübeck"}'),
        ([1, None, "<x>"], '[1, null, "<x>"]'),
        ("high tide", '"high tide"'),
        (' "1.5 m"\n', '" \\"1.5 m\\"\\n"'),
        ("", '""'),
        (1.5, "1.5"),
        (True, "True"),
    ],
)
def test_an_answer_is_json_under_the_header_ipython(
    render: Any, role: str, content: object, written: str
) -> None:
    text = render(say("user", "Hi"), say(role, content))
    assert text == EMPTY_SYSTEM + block("user", "Hi") + block("ipython", written)


# --- rule 10, and the whole ---------------------------------------------------------------


def test_a_generation_prompt_is_an_empty_assistant_header(render: Any) -> None:
    asked = render(say("user", "Hi"), add_generation_prompt=True)
    assert asked == render(say("user", "Hi")) + block("assistant", "", "")


def test_an_answer_that_was_begun_can_be_continued(render: Any) -> None:
    text = render(say("user", "Hi"), say("assistant", "Ahoy"), continue_final_message=True)
    assert text.endswith("<|start_header_id|>assistant<|end_header_id|>\n\nAhoy")


def test_a_whole_exchange_with_a_builtin_tool(render: Any) -> None:
    text = render(
        say("user", "100th decimal of pi?"),
        call("wolfram_alpha", {"query": "100th decimal of pi"}),
        say("ipython", {"result": "7"}),
        say("assistant", "It is 7."),
        builtin_tools=["brave_search", "wolfram_alpha"],
    )
    assert text == (
        system(f"Environment: ipython\nTools: brave_search, wolfram_alpha\n\n{DATES}")
        + block("user", "100th decimal of pi?")
        + block(
            "assistant",
            '<|python_tag|>wolfram_alpha.call(query="100th decimal of pi")',
            "<|eom_id|>",
        )
        + block("ipython", '{"result": "7"}')
        + block("assistant", "It is 7.")
    )


@pytest.mark.parametrize("trim_blocks", [False, True])
@pytest.mark.parametrize("lstrip_blocks", [False, True])
def test_the_white_space_settings_of_jinja_change_nothing(
    render: Any, trim_blocks: bool, lstrip_blocks: bool
) -> None:
    plain = Environment(trim_blocks=trim_blocks, lstrip_blocks=lstrip_blocks)
    text = plain.from_string(TEMPLATE).render(
        messages=[say("user", "Hi")], bos_token="<|begin_of_text|>", add_generation_prompt=True
    )
    assert text == render(say("user", "Hi"), add_generation_prompt=True)


def test_it_reads_the_published_variables_and_no_others() -> None:
    read = meta.find_undeclared_variables(Environment().parse(TEMPLATE))
    settings = {"tools", "custom_tools", "builtin_tools", "tools_in_user_message", "date_string"}
    always = {"messages", "add_generation_prompt", "bos_token", "raise_exception"}
    own = {"first_user_message", "tool_call"}  # set on the way; the listing does not see it
    assert read - own == settings | always


def test_the_same_template_lies_in_the_tokenizers_folder(tmp_path: Path) -> None:
    folder = vocab.tokenizer_folder(tmp_path)
    assert (folder / "chat_template.jinja").read_text(encoding="utf-8") == TEMPLATE


# --- against Meta's chat format -----------------------------------------------------------

TEXTS = [
    "Who are you?",
    "Wie hoch ist die Flut in Lübeck?\n\nUnd morgen?",
    "Où est la marée haute ?",
    "क्या आप मुझे बता सकते हैं?",
    "ตอนนี้น้ำขึ้นไหม",
    "¿Cuándo sube la marea? ¡Dímelo!",
    "def f(x):\n    return x  # 12345",
    "🏴‍☠️ Ahoy! 👩‍💻",
    "Quanto costa: 1.234,56 €?",
    "Às três, a maré está alta.",
]


@pytest.mark.parametrize("instruction", ["", "You are a pirate.", "Sprich\nDeutsch! 🏴‍☠️"])
@pytest.mark.parametrize("n_turns", [1, 2, 5])
@pytest.mark.parametrize("first", range(0, len(TEXTS), 2))
def test_a_conversation_gets_metas_ids(
    tokenizer: PreTrainedTokenizerFast,
    meta_format: ChatFormat,
    instruction: str,
    n_turns: int,
    first: int,
) -> None:
    texts = [TEXTS[(first + i) % len(TEXTS)] for i in range(2 * n_turns - 1)]
    turns = [say(("user", "assistant")[i % 2], text) for i, text in enumerate(texts)]
    opening = [say("system", instruction)] if instruction else []
    ours = tokenizer.apply_chat_template(opening + turns, add_generation_prompt=True)
    metas = [RawMessage(role="system", content=DATES + instruction)]
    metas += [RawMessage(**turn) for turn in turns]
    assert ours["input_ids"] == meta_format.encode_dialog_prompt(metas).tokens


def test_a_tools_answer_gets_metas_ids_when_meta_is_given_json(
    tokenizer: PreTrainedTokenizerFast, meta_format: ChatFormat
) -> None:
    answer = {"result": "Höhe 1.5 m"}
    ours = tokenizer.apply_chat_template(
        [say("user", "Hi"), say("tool", answer)], add_generation_prompt=True
    )
    metas = [
        RawMessage(role="system", content=DATES),
        RawMessage(role="user", content="Hi"),
        RawMessage(role="tool", content=json.dumps(answer, ensure_ascii=False)),
    ]
    assert ours["input_ids"] == meta_format.encode_dialog_prompt(metas).tokens


@pytest.mark.parametrize("end", [StopReason.end_of_turn, StopReason.end_of_message])
def test_a_call_differs_from_metas_only_in_its_type(
    tokenizer: PreTrainedTokenizerFast, meta_format: ChatFormat, end: StopReason
) -> None:
    builtin = {"builtin_tools": []} if end is StopReason.end_of_message else {}
    ours = tokenizer.apply_chat_template(
        [say("user", "Hi"), call("get_tide", {"port": "Kiel", "day": 3})], tokenize=False, **builtin
    )
    made = ToolCall(call_id="1", tool_name="get_tide", arguments={"port": "Kiel", "day": 3})
    metas = RawMessage(role="assistant", content="", tool_calls=[made], stop_reason=end)
    dialog = meta_format.encode_dialog_prompt([metas]).tokens
    written = meta_format.tokenizer.decode(dialog)
    written = written.removeprefix("<|begin_of_text|>").removesuffix(block("assistant", "", ""))
    assert ours.endswith(written.replace('"type": "function", ', ""))


def test_white_space_around_a_message_is_metas_to_keep(
    tokenizer: PreTrainedTokenizerFast, meta_format: ChatFormat
) -> None:
    kept = meta_format.encode_dialog_prompt([RawMessage(role="user", content=" Hi\n")]).tokens
    ours = tokenizer.apply_chat_template([say("user", " Hi\n")], tokenize=False)
    assert "\n\n Hi\n<|eot_id|>" in meta_format.tokenizer.decode(kept)
    assert "\n\nHi<|eot_id|>" in ours


def test_a_typed_special_token_is_real_unless_it_is_sanitized(
    tokenizer: PreTrainedTokenizerFast, meta_format: ChatFormat
) -> None:
    """Meta takes it for text; so does transformers 5 when it is told to.

    The ids are the same here because no space stands before the token: transformers cuts the
    text at it, and a space would then not join the sign after it.
    """
    chat = [say("user", "Stop<|eot_id|>here")]
    metas = [RawMessage(role="system", content=DATES), RawMessage(**chat[0])]
    expected = meta_format.encode_dialog_prompt(metas).tokens
    naive = tokenizer.apply_chat_template(chat, add_generation_prompt=True)
    safe = tokenizer.apply_chat_template(
        chat, add_generation_prompt=True, sanitize_control_tokens=True
    )
    assert naive["input_ids"].count(128_009) == expected.count(128_009) + 1
    assert safe["input_ids"] == expected
