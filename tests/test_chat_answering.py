"""Answers, streamed: the tokens that generate writes, from the open model and from a server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch

from llama_explore import LlamaExploreError, chat, open_session
from llama_explore.chat.answering import Endpoint, answer, stream_answer, stream_from_endpoint
from llama_explore.chat.calculator import CALCULATOR
from llama_explore.chat.editor import BUILTIN_TOOLS, ChatEditor
from llama_explore.session import Session

ASKED = [
    {"role": "system", "content": "You are a pirate."},
    {"role": "user", "content": "Who are you?"},
]


@pytest.fixture(scope="module")
def session() -> Session:
    return open_session("pocket")


def generate(session: Session, **options: Any) -> list[int]:
    """Return what generate writes after the conversation, token by token."""
    ids = session.tokenizer.apply_chat_template(
        ASKED, add_generation_prompt=True, return_tensors="pt"
    )
    model: Any = session.model
    with torch.inference_mode():
        written = model.generate(**ids, do_sample=False, temperature=None, top_p=None, **options)
    return list(written[0, ids.input_ids.shape[1] :].tolist())


def test_the_answer_is_what_greedy_generate_writes(session: Session) -> None:
    ids = generate(session, max_new_tokens=40)
    assert answer(session, ASKED, max_new_tokens=40) == session.tokenizer.decode(
        ids, skip_special_tokens=True
    )
    assert answer(
        session, ASKED, max_new_tokens=40, keep_special_tokens=True
    ) == session.tokenizer.decode(ids)


def test_without_stop_ids_the_model_writes_on(
    session: Session, capfd: pytest.CaptureFixture[str]
) -> None:
    text = answer(session, ASKED, stop_ids=[], max_new_tokens=60, keep_special_tokens=True)
    assert len(session.tokenizer.encode(text, add_special_tokens=False)) >= 59
    assert answer(session, ASKED) != text
    assert capfd.readouterr().err == ""


def test_a_begun_answer_is_continued(session: Session) -> None:
    whole = answer(session, ASKED)
    begun = " ".join(whole.split()[:3])
    assert whole.startswith(begun)
    messages = [*ASKED, {"role": "assistant", "content": begun}]
    assert begun + answer(session, messages, continue_final_message=True) == whole


def test_a_stream_that_is_closed_stops_the_model(session: Session) -> None:
    before = threading.active_count()
    stream = stream_answer(session, ASKED, max_new_tokens=5_000, stop_ids=[])
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_an_error_while_writing_reaches_the_reader(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(session.model, "generate", fail)
    with pytest.raises(RuntimeError, match="out of memory"):
        answer(session, ASKED)


# --- the editor ----------------------------------------------------------------------------


@pytest.fixture
def editor(session: Session) -> ChatEditor:
    return ChatEditor(session, ASKED)


def test_the_editor_shows_what_render_writes(editor: ChatEditor, session: Session) -> None:
    rendered = chat.render(ASKED, tokenizer=session.tokenizer, add_generation_prompt=True)
    assert editor.render().text == rendered.text
    assert editor.page.value == rendered._repr_html_()
    assert editor.found.value == ""


@pytest.mark.parametrize(
    ("switch", "value", "option", "given"),
    [
        ("tools", True, "tools", [CALCULATOR]),
        ("builtin_tools", True, "builtin_tools", BUILTIN_TOOLS),
        ("tools_in_user_message", False, "tools_in_user_message", False),
        ("add_generation_prompt", False, "add_generation_prompt", False),
        ("typed_as_text", True, "typed_as_text", True),
    ],
)
def test_each_switch_is_handed_to_the_template(
    editor: ChatEditor, session: Session, switch: str, value: bool, option: str, given: Any
) -> None:
    editor.switches["tools"].value = True
    editor.switches[switch].value = value
    switches: dict[str, Any] = {"tools": [CALCULATOR], "add_generation_prompt": True}
    expected = chat.render(ASKED, tokenizer=session.tokenizer, **(switches | {option: given}))
    assert editor.render().text == expected.text
    assert editor.render().token_ids == expected.token_ids
    assert editor.page.value == expected._repr_html_()


def test_the_date_can_be_set_and_taken_back(editor: ChatEditor) -> None:
    editor.date.value = "1 January 2030"
    assert "Today Date: 1 January 2030\n" in editor.render().text
    editor.date.value = ""
    assert "Today Date: 26 Jul 2024\n" in editor.render().text


def test_messages_are_added_changed_and_removed(editor: ChatEditor) -> None:
    editor.add.click()
    assert editor.messages[-1] == {"role": "assistant", "content": ""}
    role, text, remove = editor.rows.children[-1].children
    role.value, text.value = "user", "<b>Ahoy</b>"
    assert editor.messages[-1] == {"role": "user", "content": "<b>Ahoy</b>"}
    assert "roles in a row" in editor.found.value
    assert "<b>Ahoy" not in editor.page.value
    remove.click()
    assert editor.messages == ASKED


def test_what_the_template_refuses_is_shown(editor: ChatEditor) -> None:
    editor.switches["continue_final_message"].value = True
    assert "The template refuses:" in editor.page.value
    assert "nothing to continue" in editor.found.value
    editor.switches["add_generation_prompt"].value = False
    assert "The template refuses:" not in editor.page.value


def test_the_answer_appears_and_can_be_kept(editor: ChatEditor, session: Session) -> None:
    editor.ask.click()
    editor.wait()
    assert editor.written == answer(session, ASKED, max_new_tokens=64, keep_special_tokens=True)
    assert "is done" in editor.answer.value
    assert not editor.ask.disabled
    editor.keep.click()
    assert editor.messages[-1] == {
        "role": "assistant",
        "content": answer(session, ASKED, max_new_tokens=64),
    }


def test_a_call_that_is_kept_is_a_call_and_gets_its_result(editor: ChatEditor) -> None:
    editor.written = '{"name": "calculator", "parameters": {"expression": "23 * 47"}}<|eot_id|>'
    editor.keep.click()
    assert editor.messages[2]["tool_calls"][0]["function"]["name"] == "calculator"
    assert editor.messages[3] == {"role": "tool", "content": "1081"}
    assert editor.render().read("result") == ['"1081"']
    assert editor.found.value == ""
    editor.written = '{"name": "calculator", "parameters": {"expression": "1 / 0"}}<|eot_id|>'
    editor.keep.click()
    assert "divides by zero" in editor.messages[-1]["content"]


def test_an_answer_can_be_stopped(editor: ChatEditor) -> None:
    editor.most.max = editor.most.value = 100_000
    editor._stream = lambda: iter_slowly()  # type: ignore[method-assign]
    editor.ask.click()
    while not editor.written:
        time.sleep(0.01)
    editor.halt.click()
    assert "stopped" in editor.answer.value
    assert len(editor.written) < 1_000


def iter_slowly() -> Iterator[str]:
    for _ in range(100_000):
        time.sleep(0.01)
        yield "x"


def test_without_a_kernel_the_editor_is_the_page(editor: ChatEditor) -> None:
    bundle = editor._repr_mimebundle_()
    assert bundle["text/html"] == editor.page.value
    assert bundle["text/plain"].startswith("Nothing found.\n")
    assert "0x" not in bundle["text/plain"]


# --- a server ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def endpoint(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    program = Path(sys.executable).parent / "transformers"
    words = ["serve", session.name, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(log.parent)}
    (log.parent / "hub").mkdir()
    with log.open("w") as out:
        server = subprocess.Popen(
            [program, *words], stdout=out, stderr=out, env=environment, start_new_session=True
        )
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(600):
            try:
                opener.open(f"http://127.0.0.1:{port}/health", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                assert server.poll() is None, log.read_text()
                time.sleep(0.2)
        yield Endpoint(f"http://127.0.0.1:{port}/v1", session.name)
    finally:
        server.terminate()
        server.wait(30)


@pytest.mark.slow
def test_a_server_gives_the_same_answer_piece_by_piece(
    session: Session, endpoint: Endpoint
) -> None:
    pieces = list(stream_from_endpoint(endpoint, ASKED, max_new_tokens=40))
    assert "".join(pieces).strip() == answer(session, ASKED, max_new_tokens=40).strip()
    assert len(pieces) > 3


@pytest.mark.slow
def test_the_editor_asks_the_server_when_it_has_one(session: Session, endpoint: Endpoint) -> None:
    editor = ChatEditor(session, ASKED, endpoint=endpoint)
    editor.ask.click()
    editor.wait()
    assert editor.written.strip() == answer(session, ASKED, max_new_tokens=64).strip()


@pytest.mark.slow
def test_a_server_that_refuses_is_quoted(endpoint: Endpoint) -> None:
    wrong = Endpoint(endpoint.base_url, "no/such-model")
    with pytest.raises(LlamaExploreError, match="refuses"):
        list(stream_from_endpoint(wrong, ASKED))


class CallingServer(BaseHTTPRequestHandler):
    """A server that reads calls out of the answer itself, as vLLM does when told to."""

    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        self.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        first = {"index": 0, "function": {"name": "calculator", "arguments": ""}}
        rest = [
            {"index": 0, "function": {"arguments": part}} for part in ('{"expression"', ': "2"}')
        ]
        for call in (first, *rest):
            choice = {"index": 0, "delta": {"tool_calls": [call]}}
            event = {"id": "x", "object": "chat.completion.chunk", "choices": [choice]}
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_call_that_a_server_has_read_is_written_down_again() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), CallingServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        there = Endpoint(f"http://127.0.0.1:{server.server_port}/v1", "x")
        call = chat.ToolCall("calculator", {"expression": "1 + 1"})
        messages = [*ASKED, call.as_message(), {"role": "tool", "content": {"result": 2}}]
        text = "".join(stream_from_endpoint(there, messages, tools=[CALCULATOR]))
    finally:
        server.shutdown()
        server.server_close()
    assert chat.parse_tool_call(text) == chat.ToolCall("calculator", {"expression": "2"})
    (sent,) = CallingServer.asked
    assert sent["tools"] == [CALCULATOR]
    called, told = sent["messages"][-2:]
    assert json.loads(called["tool_calls"][0]["function"]["arguments"]) == {"expression": "1 + 1"}
    assert told == {"role": "tool", "tool_call_id": "call_0", "content": '{"result": 2}'}


def test_an_address_where_nobody_answers_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nobody = Endpoint(f"http://127.0.0.1:{port}/v1", "x")
    with pytest.raises(LlamaExploreError, match=f"Nobody answers at http://127.0.0.1:{port}/v1"):
        list(stream_from_endpoint(nobody, ASKED))


def test_a_key_is_not_shown() -> None:
    assert "secret" not in repr(Endpoint("http://127.0.0.1/v1", "x", "secret"))
