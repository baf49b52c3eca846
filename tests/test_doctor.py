"""The doctor: finds what blocks, notes what is worth knowing, tells no names or folders."""

from __future__ import annotations

import getpass
import json
import shutil
import socket
import sys
import threading
from collections import namedtuple
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import torch
from transformers import LlamaConfig

from llama_explore import access, checkpoint, cli, doctor

GIB = 2**30

SHAPES = {
    "meta-llama/Llama-3.2-1B-Instruct": (2048, 8192, 16, 32, 64, True),
    "meta-llama/Llama-3.2-3B-Instruct": (3072, 8192, 28, 24, 128, True),
    "meta-llama/Llama-3.1-8B-Instruct": (4096, 14336, 32, 32, 128, False),
    "meta-llama/Llama-3.3-70B-Instruct": (8192, 28672, 80, 64, 128, False),
}


@pytest.fixture(autouse=True)
def private_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests off this machine's cache, token and network."""
    monkeypatch.setenv("LLAMA_EXPLORE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.get_token", lambda: None)
    monkeypatch.setattr("huggingface_hub.is_offline_mode", lambda: True)


def find(report: doctor.Report, topic: str) -> doctor.Finding:
    return next(each for each in report.findings if each.topic == topic)


def only(monkeypatch: pytest.MonkeyPatch, **replaced: object) -> doctor.Report:
    for name, value in replaced.items():
        monkeypatch.setattr(doctor, name, value)
    return doctor.report()


def test_a_machine_with_everything_is_ready() -> None:
    report = doctor.report()
    assert report.ready
    assert report.blocking == ()
    assert find(report, "packages").level == "ok"
    assert find(report, "cores").values["cores"] >= 1
    assert find(report, "network").values == {"state": "offline mode"}


def test_json_has_the_same_keys_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    here = doctor.report().to_json()
    monkeypatch.setattr("huggingface_hub.get_token", lambda: "hf_" + "x" * 30)
    monkeypatch.setattr("huggingface_hub.is_offline_mode", lambda: False)
    monkeypatch.setattr(access, "hub_answers", lambda seconds: True)
    gpu = {"name": "NVIDIA H200", "memory_bytes": 139 * GIB}
    there = only(monkeypatch, _list_gpus=lambda: [gpu]).to_json()

    topics = ["python", "packages", "cores", "memory", "disk", "gpus", "network", "token"]
    assert list(here) == ["host", "system", "ready", "blocking", *topics, "models", "chapters"]
    assert {
        key: set(value) if isinstance(value, dict) else None for key, value in here.items()
    } == {key: set(value) if isinstance(value, dict) else None for key, value in there.items()}
    assert json.loads(json.dumps(there)) == there
    assert there["gpus"]["gpus"] == [gpu]
    assert there["gpus"]["text"] == "NVIDIA H200 (139 GiB)"
    assert there["network"]["state"] == "answers"
    assert there["token"]["present"] is True


def test_the_token_itself_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("huggingface_hub.get_token", lambda: "hf_secretsecretsecretsecret")
    cli.main(["doctor"])
    cli.main(["doctor", "--json"])
    report = doctor.report()
    printed = capsys.readouterr().out + repr(report) + report._repr_html_()
    assert "a Hugging Face token is stored" in printed
    assert "secret" not in printed


def test_a_report_names_no_user_and_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    monkeypatch.setenv("LLAMA_EXPLORE_CACHE", str(blocked / "cache"))
    report = doctor.report()
    for shown in (repr(report), report._repr_html_()):
        assert str(tmp_path) not in shown
        assert str(Path.home()) not in shown
        assert not set(shown.split()) & {getpass.getuser(), socket.gethostname()}


def test_markup_in_a_finding_is_shown_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    gpu = {"name": "<script>alert(1)</script>", "memory_bytes": GIB}
    assert "<script>" not in only(monkeypatch, _list_gpus=lambda: [gpu])._repr_html_()


def test_an_old_python_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    version = namedtuple("version", "major minor micro releaselevel serial")(3, 9, 2, "final", 0)
    monkeypatch.setattr(sys, "version_info", version)
    found = doctor._python()
    assert found.level == "blocks"
    assert found.text == "Python 3.9.2 is too old: the kit needs 3.11 or newer."
    assert found.next_step == "Install Python 3.11 or newer."


def pretend_versions(monkeypatch: pytest.MonkeyPatch, **versions: str | None) -> None:
    real = metadata.version

    def version(name: str) -> str:
        if name in versions:
            if versions[name] is None:
                raise metadata.PackageNotFoundError(name)
            return str(versions[name])
        return real(name)

    monkeypatch.setattr(metadata, "version", version)


def test_a_missing_package_blocks_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_versions(monkeypatch, bertviz=None)
    report = doctor.report()
    assert not report.ready
    assert report.blocking == ("packages: Missing: bertviz.",)
    assert "make lab" in find(report, "packages").next_step


def test_another_version_than_the_locked_one_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_versions(monkeypatch, torch="2.99.0", ruff=None)
    found = doctor._packages()
    assert found.level == "note"
    assert "torch 2.99.0 (not ==2.13.0)" in found.text
    assert "ruff (missing)" in found.text, "a tool of the tests alone does not block"


def test_a_cpu_build_agrees_with_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_versions(monkeypatch, torch="2.13.0+cpu")
    assert doctor._packages().level == "ok"


def test_without_a_checkout_the_kits_own_ranges_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = doctor._packages(tmp_path / "requirements.lock")
    assert (found.level, found.values["against"]) == ("ok", "llama-explore's own ranges")
    pretend_versions(monkeypatch, transformers="4.40.0")
    found = doctor._packages(tmp_path / "requirements.lock")
    assert found.level == "note"
    assert "transformers 4.40.0" in found.text


def test_a_kit_that_is_not_installed_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    def requires(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", requires)
    assert doctor._packages().level == "blocks"


def test_a_package_that_cannot_be_imported_blocks_without_ending_the_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    report = doctor.report()
    assert find(report, "memory").level == "blocks"
    assert "psutil" in find(report, "memory").text
    assert find(report, "token").level == "ok"


def test_a_cache_folder_that_cannot_be_written_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("LLAMA_EXPLORE_CACHE", str(tmp_path / "file"))
    found = doctor._disk()
    assert found.level == "blocks"
    assert "LLAMA_EXPLORE_CACHE" in found.next_step


def test_a_full_disk_blocks_unless_the_pocket_model_is_there_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nearly_full = SimpleNamespace(total=GIB, used=GIB, free=20_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: nearly_full)
    found = doctor._disk()
    assert found.level == "blocks"
    assert "20 MB free; the pocket model needs 130 MB" in found.text

    folder = tmp_path / "cache/pocket/chat-0123456789ab"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    assert doctor._disk().level == "ok"


def test_little_memory_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    report = only(monkeypatch, _free_main_bytes=lambda: GIB)
    assert find(report, "memory").level == "note"
    assert report.ready


def test_memory_is_the_containers_not_the_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "available_bytes", lambda: 3 * GIB)
    assert doctor._memory().values["available_bytes"] == 3 * GIB
    assert doctor._memory().values["total_bytes"] == psutil.virtual_memory().total


def test_a_hub_that_does_not_answer_is_a_note_within_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that accepts and then says nothing is the worst kind of network."""
    monkeypatch.setattr("huggingface_hub.is_offline_mode", lambda: False)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", endpoint)
        found: list[doctor.Finding] = []
        look = threading.Thread(target=lambda: found.append(doctor._network()), daemon=True)
        look.start()
        look.join(60)
    assert found, "the look at the network has no end"
    assert (found[0].level, found[0].values["state"]) == ("note", "no answer")


@pytest.mark.parametrize("name", doctor.REAL_MODELS)
def test_parameter_counts_are_those_of_the_configurations(name: str) -> None:
    hidden, feed_forward, layers, heads, head_dim, tied = SHAPES[name]
    config = LlamaConfig(
        vocab_size=128_256,
        hidden_size=hidden,
        intermediate_size=feed_forward,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=8,
        head_dim=head_dim,
        tie_word_embeddings=tied,
    )
    weights = checkpoint.weights_bytes(config, torch.bfloat16, name)
    assert weights == 2 * doctor.REAL_MODELS[name]


@pytest.mark.parametrize(
    ("memory_gib", "disk_gib", "largest"),
    [
        (2, 500, None),
        (4, 500, "meta-llama/Llama-3.2-1B-Instruct"),
        (24, 500, "meta-llama/Llama-3.1-8B-Instruct"),
        (24, 10, "meta-llama/Llama-3.2-3B-Instruct"),
        (145, 500, "meta-llama/Llama-3.1-8B-Instruct"),  # 131.4 GiB leave too little beside them
        (147, 500, "meta-llama/Llama-3.3-70B-Instruct"),
    ],
)
def test_chapters_run_on_the_real_models_that_fit(
    memory_gib: int,
    disk_gib: int,
    largest: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "00_start_here.ipynb").write_text("{}")
    monkeypatch.setattr(checkpoint, "available_bytes", lambda: memory_gib * GIB)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=disk_gib * GIB))
    found = doctor._chapters(tmp_path)
    runs_on = found.values["chapters"]["00_start_here"]
    assert runs_on[0] == "pocket"
    assert (runs_on[-1] if len(runs_on) > 1 else None) == largest
    if largest:
        assert largest.partition("/")[2] in found.text


def test_the_70b_needs_131_gib() -> None:
    assert doctor._models().values["models"]["meta-llama/Llama-3.3-70B-Instruct"][
        "weights_gib"
    ] == pytest.approx(131.4)


def test_every_chapter_of_the_kit_is_listed() -> None:
    listed = doctor._chapters().values["chapters"]
    notebooks = Path(__file__).parents[1] / "notebooks"
    assert sorted(listed) == sorted(path.stem for path in notebooks.glob("*.ipynb"))


def test_without_notebooks_the_doctor_says_where_they_are(tmp_path: Path) -> None:
    found = doctor._chapters(tmp_path)
    assert found.level == "note"
    assert "clone" in found.text
