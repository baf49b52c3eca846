"""The command line: exit statuses, and one clear message for every error."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import llama_explore.pocket
from llama_explore import cli, doctor, tour
from llama_explore.errors import LlamaExploreError


def report_of(level: str) -> doctor.Report:
    return doctor.Report((doctor.Finding("disk", level, "some text", "a step"),))  # type: ignore[arg-type]


@pytest.mark.parametrize(("level", "status"), [("ok", 0), ("note", 0), ("blocks", 1)])
def test_doctor_fails_only_when_something_blocks(
    level: str,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(doctor, "report", lambda: report_of(level))
    assert cli.main(["doctor"]) == status
    printed = capsys.readouterr().out
    assert "some text" in printed
    assert ("Not ready" in printed) == bool(status)


def test_doctor_json_is_one_object(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "report", lambda: report_of("blocks"))
    assert cli.main(["doctor", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["ready"] is False
    assert printed["blocking"] == ["disk: some text"]


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (tour.Tour((tour.ChapterRun("00_a", 1.0, 100.0),)), 0),
        (tour.Tour((tour.ChapterRun("00_a", 1.0, 100.0, "at cell 1: ValueError"),)), 1),
        (tour.Tour((), interrupted=True), 130),
    ],
)
def test_tour_tells_by_its_exit_status(
    result: tour.Tour,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = {}

    def run_tour(notebooks: Path, pages: Path, *, chapters: list[str]) -> tour.Tour:
        asked.update(notebooks=notebooks, pages=pages, chapters=chapters)
        return result

    monkeypatch.setattr(tour, "run_tour", run_tour)
    assert cli.main(["tour", "00", "02", "--pages", "elsewhere"]) == status
    assert asked == {
        "notebooks": Path("notebooks"),
        "pages": Path("elsewhere"),
        "chapters": ["00", "02"],
    }
    assert repr(result) in capsys.readouterr().out


def test_assemble_says_where_the_checkpoint_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(llama_explore.pocket, "assemble", lambda stage: Path("cache") / stage)
    assert cli.main(["assemble", "--stage", "base"]) == 0
    assert "pocket:base is ready" in capsys.readouterr().out


def test_an_error_is_one_message_with_its_next_step_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(stage: str) -> Path:
        raise LlamaExploreError("The disk is full.", "Free some space.")

    monkeypatch.setattr(llama_explore.pocket, "assemble", fail)
    assert cli.main(["assemble"]) == 1
    printed = capsys.readouterr()
    assert printed.err == "llama-explore: The disk is full.\n  Next step: Free some space.\n"
    assert printed.out == ""


def test_an_unknown_stage_is_a_clear_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["assemble", "--stage", "chatty"]) == 1
    message = capsys.readouterr().err
    assert "'chatty'" in message
    assert "pocket:chat" in message


def test_ctrl_c_while_assembling_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(stage: str) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(llama_explore.pocket, "assemble", interrupt)
    assert cli.main(["assemble"]) == 130
    assert capsys.readouterr().err == "llama-explore: interrupted\n"


def test_the_installed_command_tells_what_it_can_do(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("llama-explore")
    shown = subprocess.run(
        [command, "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    for name in ("doctor", "tour", "assemble", "probe"):
        assert name in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["doctor", "--colour"],
        ["probe", "--lengths", "x"],
        ["probe", "--depths", "1,x"],
    ],
)
def test_a_wrong_command_line_explains_itself(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage: llama-explore" in capsys.readouterr().err


def test_probe_runs_here_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "r.jsonl"
    asked = ["probe", "--lengths", "192", "--depths", "0,100", "--way", "scan", "--out", str(out)]
    assert cli.main(asked) == 0
    printed = capsys.readouterr().out
    assert "0 %, 100 %" in printed, "the plan comes first"
    assert "pocket:chat" in printed and "192 tokens" in printed
    before = out.read_bytes()
    assert len(before.splitlines()) == 3
    assert cli.main(asked) == 0
    assert out.read_bytes() == before, "what is there is not asked again"


def test_probe_hands_everything_to_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from llama_explore.probes import Results, endpoint

    handed: dict[str, Any] = {}

    def run(there: Any, plan: Any, **options: Any) -> Results:
        handed.update(options, there=there, plan=plan)
        return Results({"model": {"label": "x"}, "grid": {"tasks": []}}, ())

    monkeypatch.setattr(endpoint, "run_grid_on_endpoint", run)
    monkeypatch.setenv("LLAMA_EXPLORE_API_KEY", "secret")
    asked = ["probe", "--endpoint", "http://127.0.0.1:9/v1", "--model", "big", "--context", "4096"]
    asked += ["--tasks", "number,word", "--lengths", "192", "--depths", "2", "--plain"]
    asked += ["--concurrency", "3", "--timeout", "7", "--patience", "8", "--no-token-check"]
    assert cli.main([*asked, "--plan"]) == 0
    assert not handed, "a plan alone asks nothing"
    assert cli.main([*asked, "--out", str(tmp_path / "r.jsonl"), "--revision", "abc"]) == 0
    assert (handed["there"].model, handed["there"].api_key) == ("big", "secret")
    assert handed["plan"].form == "plain" and len(handed["plan"].items) == 4
    del handed["there"], handed["plan"]
    assert handed == {
        "path": tmp_path / "r.jsonl",
        "revision": "abc",
        "context": 4096,
        "concurrency": 3,
        "timeout_seconds": 7.0,
        "patience_seconds": 8.0,
        "check_tokens": False,
    }
    assert "secret" not in capsys.readouterr().out


def test_probe_without_a_name_or_a_server_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = ["probe", "--out", str(tmp_path / "r.jsonl"), "--endpoint"]
    assert cli.main([*there, "http://127.0.0.1:9/v1"]) == 1
    assert "--model" in capsys.readouterr().err
    assert cli.main([*there, "http://127.0.0.1:9/v1", "--model", "big"]) == 1
    assert "Nobody answers at http://127.0.0.1:9/v1." in capsys.readouterr().err
    assert cli.main([*there, "127.0.0.1:9", "--model", "big"]) == 1
    assert "is no address of a server" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_command_is_there_before_anything_heavy_is() -> None:
    code = (
        "import sys, llama_explore.cli; print([m for m in ('torch', 'openai') if m in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert shown.stdout == "[]\n"


def test_the_page_about_servers_has_commands_that_are_understood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from llama_explore.probes import command

    page = Path(__file__).parents[1] / "docs" / "serving_70b.md"
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.startswith("llama-explore ")]
    understood = []
    monkeypatch.setattr(command, "run_probe", lambda options: understood.append(options) or 0)
    for line in lines:
        assert cli.main(shlex.split(line)[1:]) == 0
    assert len(understood) == 2
    assert all(options.lengths[-1] == 131_072 for options in understood)
