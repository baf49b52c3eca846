"""A grid on a server: whatever the server does, no finished cell is lost and none is doubled."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch

from llama_explore import LlamaExploreError, open_session, probes
from llama_explore.chat.answering import Endpoint
from llama_explore.probes import asking, endpoint, pacing
from llama_explore.probes.asking import show_address
from llama_explore.probes.endpoint import Walks, run_grid_on_endpoint
from llama_explore.probes.pacing import Pace, Stopped, back_off, read_pause
from llama_explore.probes.prefix_tree import count_shared
from llama_explore.vocab import load_tokenizer

NAME = "a-llama"
GRID = probes.Grid(tasks=("number", "queries"), lengths=(192, 256), depths=3)


@pytest.fixture(scope="module")
def plan() -> probes.Plan:
    return probes.plan_grid(None, GRID, tokenizer=load_tokenizer(), context=8192)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a hundredth of the time; the order of things stays."""
    monkeypatch.setattr(pacing, "FIRST_PAUSE_SECONDS", 0.005)
    monkeypatch.setattr(endpoint, "GRACE_SECONDS", 0.2)


class Server:
    """A small server on loopback that knows every right answer, and does wrong when told to.

    Attributes:
        asked: Prompts of the questions that came, in order.
        fault: Is called for each question with its number and the handler; returns True if it
            has done something else than answering.
    """

    def __init__(self, plan: probes.Plan) -> None:
        questions = [question for item in plan.items for question in item.questions]
        self.known = {self._text(question): question for question in questions}
        self.models: Any = {"data": [{"id": NAME, "max_model_len": 8192}]}
        self.asked: list[probes.Question] = []
        self.bodies: list[dict[str, Any]] = []
        self.fault: Callable[[int, Any], bool] = lambda n, handler: False
        self.change: Callable[[dict[str, Any]], None] = lambda answer: None
        self.now = self.most = 0
        self._turn, self._count = threading.Lock(), itertools.count()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.start()

    @staticmethod
    def _text(question: probes.Question) -> str:
        return question.messages[0]["content"] if question.messages else question.prompt

    def start(self) -> None:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.send(200, server.models)

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.body = body
                with server._turn:
                    server.now += 1
                    server.most = max(server.most, server.now)
                    number = next(server._count)
                try:
                    if server.fault(number, self):
                        return
                    answer = server.answer(body)
                finally:
                    with server._turn:
                        server.now -= 1
                self.send(200, answer)

            def send(self, status: int, content: Any, **headers: str) -> None:
                is_text = isinstance(content, str)
                data = content.encode() if is_text else json.dumps(content).encode()
                self.send_response(status)
                kind = "text/html" if is_text else "application/json"
                for name, value in {"content-type": kind, **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Quiet(ThreadingHTTPServer):
            daemon_threads, allow_reuse_address = True, True

            def handle_error(self, *_: object) -> None:
                """A client that has gone is no news."""

        self.http = Quiet(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        text = body["messages"][0]["content"] if "messages" in body else body["prompt"]
        question = self.known[text]
        with self._turn:
            self.asked.append(question)
            self.bodies.append(body)
        said = "It is " + ", ".join(question.wanted) + "."
        choice: dict[str, Any] = {"index": 0, "finish_reason": "stop"}
        if "messages" in body:
            choice["message"] = {"role": "assistant", "content": said}
        else:
            choice["text"] = question.wanted[0]
        usage = {"prompt_tokens": len(question.ids)}
        answer = {"id": "1", "model": body["model"], "choices": [choice], "usage": usage}
        self.change(answer)
        return answer

    @property
    def there(self) -> Endpoint:
        return Endpoint(f"http://127.0.0.1:{self.port}/v1", NAME)


@pytest.fixture
def server(plan: probes.Plan) -> Iterator[Server]:
    made = Server(plan)
    yield made
    made.stop()


def run(server: Server, plan: probes.Plan, path: Path, **options: Any) -> probes.Results:
    options = {"progress": False, "patience_seconds": 20.0, "timeout_seconds": 20.0} | options
    return run_grid_on_endpoint(server.there, plan, path=path, **options)


def check_whole(plan: probes.Plan, path: Path) -> None:
    """Every cell is in the file once, with the answer that was given."""
    header, records = probes.read_results(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(plan.items)
    assert sorted(record["cell"] for record in records) == sorted(cell.id for cell in plan.cells)
    assert all(record["score"] == 1.0 for record in records)
    assert header["model"]["label"] == NAME


def test_a_grid_on_a_server_is_whole(server: Server, plan: probes.Plan, tmp_path: Path) -> None:
    results = run(server, plan, tmp_path / "r.jsonl")
    check_whole(plan, tmp_path / "r.jsonl")
    assert len(results.records) == len(plan.items)
    assert results.header["model"]["context"] == 8192, "what the server says of itself"
    assert results.header["model"]["endpoint"] == server.there.base_url
    assert len(server.asked) == sum(len(item.questions) for item in plan.items)
    body = server.bodies[0]
    assert body["temperature"] == 0 and body["model"] == NAME
    assert body["max_tokens"] == server.asked[0].n_answer_tokens
    assert body["chat_template_kwargs"] == {"date_string": "26 Jul 2024"}


def test_plain_prompts_go_to_the_other_page(tmp_path: Path) -> None:
    grid = probes.Grid(tasks=("number", "copying"), lengths=(192,), depths=2)
    plan = probes.plan_grid(None, grid, tokenizer=load_tokenizer(), form="plain")
    server = Server(plan)
    try:
        run(server, plan, tmp_path / "r.jsonl")
    finally:
        server.stop()
    check_whole(plan, tmp_path / "r.jsonl")
    assert not any(body["prompt"].startswith("<|begin_of_text|>") for body in server.bodies)


# ---- what passes --------------------------------------------------------------------------


def every_third(do: Callable[[Any], None]) -> Callable[[int, Any], bool]:
    def fault(number: int, handler: Any) -> bool:
        if number % 3:
            return False
        do(handler)
        return True

    return fault


def drop(handler: Any) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def cut(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"mess')
    drop(handler)


FAULTS: dict[str, Callable[[Any], None]] = {
    "500": lambda handler: handler.send(500, {"error": {"message": "out of memory"}}),
    "502 page of a proxy": lambda handler: handler.send(502, "<html>bad gateway</html>"),
    "429": lambda handler: handler.send(429, {"error": {"message": "slow down"}}),
    "dropped connection": drop,
    "cut answer": cut,
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_passes_is_tried_again(
    name: str, server: Server, plan: probes.Plan, tmp_path: Path
) -> None:
    server.fault = every_third(FAULTS[name])
    run(server, plan, tmp_path / "r.jsonl")
    check_whole(plan, tmp_path / "r.jsonl")


def test_a_late_answer_is_asked_for_again(
    server: Server, plan: probes.Plan, tmp_path: Path
) -> None:
    def late(number: int, handler: Any) -> bool:
        if number == 1:
            time.sleep(1.5)
            drop(handler)
        return number == 1

    server.fault = late
    run(server, plan, tmp_path / "r.jsonl", timeout_seconds=0.5)
    check_whole(plan, tmp_path / "r.jsonl")


def test_nobody_asks_while_the_server_wants_to_be_left_alone(
    server: Server, plan: probes.Plan, tmp_path: Path
) -> None:
    refused, early = [], []

    def fault(number: int, handler: Any) -> bool:
        if number == 3:
            refused.append(time.monotonic())
            handler.send(429, {"error": {"message": "wait"}}, retry_after="1")
            return True
        # Questions under way at that moment come at once; later ones must not.
        if refused and 0.3 < time.monotonic() - refused[0] < 0.9:
            early.append(number)
        return False

    server.fault = fault
    run(server, plan, tmp_path / "r.jsonl")
    check_whole(plan, tmp_path / "r.jsonl")
    assert refused and not early


def test_a_server_restarted_in_the_middle_costs_nothing(
    server: Server, plan: probes.Plan, tmp_path: Path
) -> None:
    def restart() -> None:
        server.stop()
        time.sleep(0.4)
        server.start()

    def fault(number: int, handler: Any) -> bool:
        if number == 4:
            threading.Thread(target=restart).start()
            drop(handler)
            return True
        return False

    server.fault = fault
    run(server, plan, tmp_path / "r.jsonl")
    check_whole(plan, tmp_path / "r.jsonl")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "inf"}, None),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m30s"}, 90.0),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6ms"}, 0.006),
        ({"x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "1h"}, None),
    ],
)
def test_the_pause_is_what_the_headers_say(headers: dict[str, str], seconds: float | None) -> None:
    assert read_pause(headers) == (seconds if seconds is None else pytest.approx(seconds))


def test_the_pause_may_be_a_date() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    date = format_datetime(now + timedelta(seconds=40), usegmt=True)
    assert read_pause({"retry-after": date}, now=now.timestamp()) == pytest.approx(40)


def test_pauses_grow_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "FIRST_PAUSE_SECONDS", 0.5)
    for n, longest in enumerate((0.5, 1, 2, 4, 8, 16, 30, 30), start=1):
        assert 0.75 * longest <= back_off(n) <= longest
    assert back_off(10_000) <= 30


def test_a_stop_ends_a_wait() -> None:
    pace = Pace()
    threading.Timer(0.05, pace.stop).start()
    with pytest.raises(Stopped):
        pace.wait(60)


# ---- what does not pass -------------------------------------------------------------------


def wrong_name(answer: dict[str, Any]) -> None:
    answer["model"] = "another-llama"


def wrong_count(answer: dict[str, Any]) -> None:
    answer["usage"]["prompt_tokens"] = 100


def no_end(answer: dict[str, Any]) -> None:
    answer["choices"][0]["finish_reason"] = None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (wrong_name, "'a-llama' was asked, but 'another-llama' answers"),
        (wrong_count, "read 100 tokens where the model's own rules make"),
        (no_end, "is cut: nothing says why it ended"),
        (lambda answer: answer.pop("choices"), "lacks what OpenAI's API has"),
    ],
)
def test_a_lying_server_is_found_out_and_finished_cells_stay(
    change: Callable[[dict[str, Any]], None],
    message: str,
    server: Server,
    plan: probes.Plan,
    tmp_path: Path,
) -> None:
    def lie_later(answer: dict[str, Any]) -> None:
        if len(server.asked) > 4:
            change(answer)

    server.change = lie_later
    path = tmp_path / "r.jsonl"
    with pytest.raises(LlamaExploreError, match=message) as caught:
        run(server, plan, path, concurrency=1)
    _, records = probes.read_results(path)
    assert 0 < len(records) < len(plan.items)
    assert f"Finished cells in 'r.jsonl': {len(records)}" in caught.value.cause
    assert "goes on from there" in caught.value.next_step
    server.change = lambda answer: None
    n_before = len(server.asked)
    run(server, plan, path)
    check_whole(plan, path)
    missing = [item for item in plan.items if item.cell.id not in {r["cell"] for r in records}]
    assert len(server.asked) - n_before == sum(len(item.questions) for item in missing)


@pytest.mark.parametrize(
    ("do", "message"),
    [
        (lambda handler: handler.send(200, "<html>Log in</html>"), "answers with a web page"),
        (lambda handler: handler.send(400, {"error": {"message": "too long"}}), "refuses: .*long"),
        (
            lambda handler: handler.send(401, {"error": {"message": "who?"}}),
            "LLAMA_EXPLORE_API_KEY",
        ),
        (lambda handler: handler.send(404, {"error": {"message": "no such"}}), "refuses: .*such"),
        (cut, "connection to .* was lost. It was tried"),
        (FAULTS["500"], "status 500: .*out of memory.* It was tried"),
        (lambda handler: handler.send(429, {}, retry_after="3600"), "asks to wait 3,600 s"),
    ],
)
def test_what_does_not_pass_is_one_clear_error(
    do: Callable[[Any], None], message: str, server: Server, plan: probes.Plan, tmp_path: Path
) -> None:
    server.fault = lambda number, handler: do(handler) is None
    began = time.monotonic()
    with pytest.raises(LlamaExploreError, match=f"(?s){message}"):
        run(server, plan, tmp_path / "r.jsonl", patience_seconds=0.3)
    assert time.monotonic() - began < 30, "nothing is tried for ever"


def test_a_server_that_knows_no_template_options_is_asked_without(
    server: Server, plan: probes.Plan, tmp_path: Path
) -> None:
    refused = []

    def fault(number: int, handler: Any) -> bool:
        if "chat_template_kwargs" not in handler.body:
            return False
        refused.append(number)
        handler.send(400, {"error": {"message": "Unknown field: chat_template_kwargs"}})
        return True

    server.fault = fault
    run(server, plan, tmp_path / "r.jsonl", concurrency=1)
    check_whole(plan, tmp_path / "r.jsonl")
    assert len(refused) == 1


def test_an_address_where_nobody_answers_is_named(plan: probes.Plan, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    there = Endpoint(f"http://127.0.0.1:{port}/v1", NAME)
    with pytest.raises(LlamaExploreError, match=f"Nobody answers at http://127.0.0.1:{port}/v1"):
        run_grid_on_endpoint(there, plan, path=tmp_path / "r.jsonl", progress=False)
    assert not (tmp_path / "r.jsonl").exists()


def test_a_model_that_the_server_has_not_is_found_before_anything_is_asked(
    server: Server, plan: probes.Plan, tmp_path: Path
) -> None:
    server.models = {"data": [{"id": "other", "max_model_len": 4096}]}
    with pytest.raises(LlamaExploreError, match="has no model 'a-llama'") as caught:
        run(server, plan, tmp_path / "r.jsonl")
    assert "'other'" in caught.value.next_step
    server.models = "<html>Welcome</html>"
    with pytest.raises(LlamaExploreError, match="web page"):
        run(server, plan, tmp_path / "r.jsonl")
    assert not server.asked


def test_a_key_in_an_address_is_shown_to_nobody() -> None:
    assert show_address("http://me:secret@host:8000/v1/") == "http://host:8000/v1"
    with pytest.raises(LlamaExploreError, match="no address"):
        show_address("localhost:8000/v1")


def test_loss_by_position_is_refused(server: Server, tmp_path: Path) -> None:
    grid = probes.Grid(tasks=("loss",), lengths=(192,))
    with pytest.raises(LlamaExploreError, match="not a server"):
        run_grid_on_endpoint(server.there, grid, path=tmp_path / "r.jsonl", progress=False)


def test_lengths_over_the_servers_context_are_refused(server: Server, tmp_path: Path) -> None:
    grid = probes.Grid(lengths=(9000,))
    with pytest.raises(LlamaExploreError, match="over the model's context of 8,192"):
        run_grid_on_endpoint(server.there, grid, path=tmp_path / "r.jsonl", progress=False)


def test_a_file_of_another_model_is_left_alone(
    server: Server, plan: probes.Plan, tmp_path: Path
) -> None:
    path = tmp_path / "r.jsonl"
    run(server, plan, path)
    before = path.read_bytes()
    with pytest.raises(LlamaExploreError, match="its revision is"):
        run(server, plan, path, revision="other")
    assert path.read_bytes() == before


def test_ctrl_c_keeps_what_is_finished(
    server: Server, plan: probes.Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, append = tmp_path / "r.jsonl", probes.ResultFile.append

    def interrupt(file: probes.ResultFile, record: dict[str, Any]) -> None:
        append(file, record)
        if len(file.done) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(probes.ResultFile, "append", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(server, plan, path)
    monkeypatch.undo()
    assert len(probes.read_results(path)[1]) >= 3
    assert not path.with_name("r.jsonl.lock").exists()
    run(server, plan, path)
    check_whole(plan, path)


# ---- the order ----------------------------------------------------------------------------


def test_there_are_never_more_questions_under_way_than_allowed(
    server: Server, plan: probes.Plan, tmp_path: Path
) -> None:
    server.fault = lambda number, handler: bool(time.sleep(0.05))
    run(server, plan, tmp_path / "r.jsonl", concurrency=3)
    assert 1 < server.most <= 3


def count_read(asked: list[probes.Question]) -> int:
    """Tokens that a server reads which keeps everything it has read."""
    seen: list[Any] = []
    total = 0
    for question in asked:
        known = max((count_shared(question.ids, ids) for ids in seen), default=0)
        total += len(question.ids) - known
        seen.append(question.ids)
    return total


def test_a_servers_prefix_cache_reads_no_token_twice(
    server: Server, plan: probes.Plan, tmp_path: Path
) -> None:
    run(server, plan, tmp_path / "r.jsonl", concurrency=1)
    assert count_read(server.asked) == plan.n_least_tokens
    # A cache that holds only what came last is enough, in this order.
    last = [len(b.ids) - count_shared(a.ids, b.ids) for a, b in itertools.pairwise(server.asked)]
    assert len(server.asked[0].ids) + sum(last) == plan.n_least_tokens


def test_workers_take_neighbours_and_everything_once(plan: probes.Plan) -> None:
    walks = Walks(plan.items, 3)
    first = [walks.take(0) for _ in range(2)]
    assert first == list(plan.items[:2])
    taken = [*first]
    while item := walks.take(0):  # the other two never come: their walks are taken over
        taken.append(item)
    assert sorted(item.cell.id for item in taken) == sorted(cell.id for cell in plan.cells)


# ---- the real thing -----------------------------------------------------------------------


@pytest.mark.slow
def test_transformers_serve_gives_what_this_process_gives(tmp_path: Path) -> None:
    """The same grid here and behind `transformers serve`, with the server restarted midway."""
    # In float32, different orders of summing choose the same token.
    session = open_session("pocket:chat", dtype=torch.float32)
    grid = probes.Grid(tasks=("number", "copying", "queries"), lengths=(256, 512), depths=3)
    here = probes.run_grid(session, grid, progress=False)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "hub").mkdir()
    program = Path(sys.executable).parent / "transformers"
    words = ["serve", session.name, "--host", "127.0.0.1", "--port", str(port)]
    words += ["--device", "cpu", "--dtype", "float32"]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        with (tmp_path / "log").open("ab") as out:
            running.append(
                subprocess.Popen(
                    [program, *words],
                    stdout=out,
                    stderr=out,
                    env={**environment, "OMP_NUM_THREADS": "1"},
                    start_new_session=True,
                )
            )

    def wait() -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(600):
            try:
                opener.open(f"http://127.0.0.1:{port}/health", timeout=5).close()
                return
            except (urllib.error.URLError, OSError):
                assert running[-1].poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.2)

    n_asked = itertools.count()
    ask_once = asking.Asker._ask_once

    def restart_in_the_middle(asker: Any, question: probes.Question) -> str:
        if next(n_asked) == 5:
            running[-1].kill()
            running[-1].wait(30)
            start()
        return ask_once(asker, question)

    start()
    try:
        wait()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asking.Asker, "_ask_once", restart_in_the_middle)
            patch.setattr(pacing, "FIRST_PAUSE_SECONDS", 1.0)
            there = run_grid_on_endpoint(
                Endpoint(f"http://127.0.0.1:{port}/v1", session.name),
                grid,
                path=tmp_path / "r.jsonl",
                concurrency=2,
                progress=False,
            )
    finally:
        running[-1].terminate()
        running[-1].wait(30)
    assert len(running) == 2
    assert there.header["model"]["label"] == Path(session.name).name
    wanted = {record["cell"]: record for record in here.records}
    lines = (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(wanted)
    for record in there.records:
        expected = wanted.pop(record["cell"])
        assert record["score"] == expected["score"]
        assert [a["answer"].strip() for a in record["answers"]] == [
            a["answer"].strip() for a in expected["answers"]
        ]
    assert not wanted
