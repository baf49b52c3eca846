"""Every state of a gated repository is told apart, through the real client and real HTTPS."""

from __future__ import annotations

import dataclasses
import errno
import json
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llama_explore import refusals
from llama_explore.access import Diagnosis, diagnose, explain
from llama_explore.errors import LlamaExploreError
from llama_explore.local_hub import ACCOUNTS, CERTIFICATE, REPOSITORY, Fault, LocalHub
from llama_explore.patience import within
from llama_explore.refusals import STATES, find_relative, find_token_fault, read_refusal
from llama_explore.rehearsal import (
    DIAGNOSE,
    FETCH,
    MEMBER,
    SCENES,
    VARIANTS,
    download,
    make_checkpoint,
    play,
    run_client,
    tell,
)

CHAPTERS = Path(__file__).parents[1] / "notebooks"


@pytest.mark.parametrize("status", SCENES)
def test_each_state_is_told_apart(status: str) -> None:
    found = play(status)
    assert found.status == status
    assert found.repo_id in found.sentence + found.next_step or status in NAMELESS
    assert "{" not in found.sentence + found.next_step


NAMELESS = {
    "malformed-token", "expired-token", "tls-failure", "intercepted", "rate-limited",
    "server-error", "no-disk-space", "cache-not-writable",
}  # fmt: skip


def test_every_status_has_a_scene_but_the_last_resort() -> None:
    assert set(STATES) - set(SCENES) == {"failed"}


@pytest.mark.parametrize(
    ("scene", "status"),
    [
        ("redirect to a page", "intercepted"),
        ("redirect in a circle", "intercepted"),
        ("unknown token", "expired-token"),
        ("not found without token", "not-found"),
        ("renamed", "granted"),
        ("token with a line break", "granted"),
    ],
)
def test_each_variant_leads_to_its_state(scene: str, status: str) -> None:
    assert scene in VARIANTS
    assert play(scene).status == status


def test_a_renamed_repository_is_told_its_present_name() -> None:
    found = play("renamed")
    assert found.repo_id == REPOSITORY
    assert f"{VARIANTS['renamed'].repo_id} is its former name" in found.sentence


def test_the_family_member_that_exists_is_proposed() -> None:
    assert play("wrong-family-member").next_step == f"Ask for {REPOSITORY} instead."


def test_the_disk_is_told_what_is_missing() -> None:
    assert "3,000,000.0 GB are still to be downloaded" in play("no-disk-space").sentence


def test_an_unknown_scene_is_refused() -> None:
    with pytest.raises(LlamaExploreError, match="no scene called 'x'"):
        play("x")


def test_a_story_goes_on_scene_by_scene_and_stays_at_its_end() -> None:
    ask = tell("malformed-token", "offline")
    assert [ask().status for _ in range(3)] == ["malformed-token", "offline", "offline"]


def test_attempts_tell_what_was_sent_and_how_it_ended() -> None:
    first, second = download("altered", "none")
    assert "Damaged on the way" in first.outcome
    assert len(first.asked) == 6
    assert repr(second) == "no mishap: whole\n  asked for: model-00003-of-00003.safetensors"


# --- the same words for a download, and no long wait ---------------------------------------

BOTH = """
import dataclasses, json, sys, time
from huggingface_hub import auth_check, model_info, snapshot_download  # start-up is no waiting
from llama_explore import access, errors, refusals
said = []
for look in (access.diagnose, lambda repo_id: access.fetch(repo_id, access.SMALL_FILES)):
    started = time.monotonic()
    try:
        found = look(sys.argv[1])
        words = [found.sentence, found.next_step]
    except errors.LlamaExploreError as error:
        words = [error.cause, error.next_step]
    said.append([*words, time.monotonic() - started])
print(json.dumps(said))
"""


@pytest.mark.parametrize(
    ("status", "fault", "variables"),
    [
        ("tls-failure", "", {"SSL_CERT_FILE": ""}),
        ("unreachable", "", {"HF_ENDPOINT": "https://127.0.0.1:9"}),
        pytest.param("timed-out", "silent", {}, marks=pytest.mark.slow),
        ("intercepted", "login-page", {}),
        ("intercepted", "redirect", {}),
        ("intercepted", "loop", {}),
        ("rate-limited", "rate-limited", {}),
        ("server-error", "server-error", {}),
    ],
)
def test_a_download_says_what_the_diagnosis_says_and_neither_waits_20_seconds(
    status: str, fault: Fault, variables: dict[str, str], tmp_path: Path
) -> None:
    with LocalHub(make_checkpoint(), fault=fault) as hub:
        run = run_client(hub, BOTH, REPOSITORY, tmp_path, MEMBER, variables)
    (sentence, next_step, looked), (cause, remedy, fetched) = json.loads(run.stdout)
    print(f"{fault or status}: diagnose {looked:.1f} s, fetch {fetched:.1f} s")
    expected = STATES[status][0].format(repo_id=REPOSITORY, detail=500)
    assert sentence == expected
    assert cause.endswith(expected)
    assert remedy.startswith(next_step)
    assert max(looked, fetched) < 20


def test_a_shorter_patience_ends_sooner() -> None:
    started = time.monotonic()
    found = play("timed-out", seconds=0.5)
    print(f"{time.monotonic() - started:.1f} s")
    assert found.status == "timed-out"


def test_chapter_01_plays_every_answer() -> None:
    cells = json.loads((CHAPTERS / "01_gated_access.ipynb").read_text("utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert [status for status in SCENES if f'"{status}"' not in code] == []


# --- tokens -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        ("hf_made up of words", "white space"),
        ("hf_made\tup_of_a_member", "white space"),
        ("hf_made\nup_of_a_member", "white space"),
        ('"hf_made_up_of_a_member"', "a letter"),
        ("<hf_made_up_of_a_member>", "a letter"),
        ("hf_made_up_of_ä_member", "a letter"),
        ("hf_made_up\x00of_a_member", "a letter"),
        ("sk-made-up-of-a-member", "hf_"),
        ("my-own-password-of-old", "hf_"),
        ("hf_made_up", "too short"),
        ("", "hf_"),
    ],
)
def test_a_malformed_token_is_told_its_fault_and_not_shown(token: str, fault: str) -> None:
    found = find_token_fault(token)
    assert fault in found
    assert not token or token not in found


@pytest.mark.parametrize("token", [*ACCOUNTS, "hf_" + "a1B2" * 8 + "xy", "api_org_" + "aB3" * 10])
def test_a_well_formed_token_has_no_fault(token: str) -> None:
    assert find_token_fault(token) == ""


@pytest.mark.parametrize("code", [DIAGNOSE, FETCH], ids=["diagnose", "fetch"])
@pytest.mark.parametrize(
    "token", ["hf_made_up_of_a_secret", "hf_secret of words", "secret_of_mine"]
)
def test_a_token_is_neither_shown_nor_stored(code: str, token: str, tmp_path: Path) -> None:
    with LocalHub(make_checkpoint()) as hub:
        run = run_client(hub, code, REPOSITORY, tmp_path, token)
    assert "expired" in run.stdout + run.stderr or "token" in run.stdout + run.stderr
    assert "secret" not in run.stdout + run.stderr
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"secret" in path.read_bytes() for path in stored)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None], ids=["no text", "a folder"])
def test_a_token_file_that_cannot_be_read_is_told(content: bytes | None, tmp_path: Path) -> None:
    place = tmp_path / "token"
    place.mkdir() if content is None else place.write_bytes(content)
    with LocalHub() as hub:
        run = run_client(hub, DIAGNOSE, REPOSITORY, tmp_path, None)
    found = Diagnosis(**json.loads(run.stdout))
    assert found.status == "malformed-token"
    assert "cannot be read" in found.sentence


def test_the_token_of_hf_auth_login_is_used(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{MEMBER}\n")
    with LocalHub(make_checkpoint()) as hub:
        run = run_client(hub, DIAGNOSE, REPOSITORY, tmp_path, None)
    assert json.loads(run.stdout)["status"] == "granted"


# --- wrong input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "repo_id",
    ["", " ", "llama", "/", "a/", "/b", "a/b/c", "a b/c", "a/b\n", "https://huggingface.co/a/b",
     "meta-llama/Llama-3.3-70B-Instruct ", "ä/b", "../b", None, 3, b"a/b", ["a/b"]],
)  # fmt: skip
def test_what_is_no_name_of_a_repository_is_refused(repo_id: object) -> None:
    with pytest.raises(LlamaExploreError, match="is no name of a repository") as caught:
        diagnose(repo_id)  # type: ignore[arg-type]
    assert "meta-llama/Llama-3.3-70B-Instruct" in caught.value.next_step


def test_offline_mode_is_told_without_asking_anyone() -> None:
    assert diagnose("acme/tiny").status == "offline", "the tests themselves run offline"


@pytest.mark.parametrize(
    ("name", "relative"),
    [
        ("Llama-3.3-70B", "Llama-3.3-70B-Instruct"),
        ("Llama-3.3-8B-Instruct", "Llama-3.1-8B-Instruct"),
        ("Llama-3.3-8B", "Llama-3.1-8B"),
        ("Llama-3.1-3B-Instruct", "Llama-3.2-3B-Instruct"),
        ("Llama-3-70B-Instruct", "Meta-Llama-3-70B-Instruct"),
        ("llama-3.3-70b-instruct", "Llama-3.3-70B-Instruct"),
        ("Llama-3.3", "Llama-3.3-70B-Instruct"),
        ("Llama-3.3-70B-Instruct", None),
        ("Llama-2-7b", None),
        ("sam2", None),
    ],
)
def test_the_nearest_relative_is_of_the_same_size(name: str, relative: str | None) -> None:
    assert find_relative(f"meta-llama/{name}") == (relative and f"meta-llama/{relative}")


def test_another_owners_repository_has_no_relative() -> None:
    assert find_relative("acme/Llama-3.3-70B") is None


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "no-disk-space"),
        (OSError(errno.EROFS, "Read-only file system"), "cache-not-writable"),
        (PermissionError(errno.EACCES, "Permission denied"), "cache-not-writable"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "unreachable"),
        (TimeoutError("no answer"), "timed-out"),
        (ssl.SSLError("bad"), "tls-failure"),
        (json.JSONDecodeError("no JSON", "<html>", 0), "intercepted"),
        (RuntimeError("hf_made_up_of_a_secret"), "failed"),
    ],
)
def test_a_failure_without_an_answer_has_its_state(error: Exception, status: str) -> None:
    wrapper = OSError("could not load")
    wrapper.__cause__ = error
    for each in (error, wrapper):
        found, _ = read_refusal("acme/tiny", each, has_token=True)
        assert found == (status if each is error or status != "failed" else "failed")
        told = explain("acme/tiny", each)
        assert "secret" not in str(told)
        assert told.next_step


def test_a_server_that_says_nothing_is_given_up() -> None:
    with pytest.raises(TimeoutError, match=r"within 0\.05 s"):
        within(0.05, lambda: time.sleep(5))
    with pytest.raises(KeyError):
        within(5, lambda: {}["x"])
    assert within(5, lambda: 3) == 3


# --- form -------------------------------------------------------------------------------


def test_a_diagnosis_reads_the_same_in_text_and_in_html() -> None:
    found = Diagnosis("a/b", "pending", "1 < 2.", "Wait & see.")
    assert repr(found) == "pending: 1 < 2.\n  Next step: Wait & see."
    html = found._repr_html_()
    assert "1 &lt; 2." in html
    assert "Wait &amp; see." in html
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.status = "granted"  # type: ignore[misc]


def test_the_certificate_is_for_this_machine_only_and_lasts(tmp_path: Path) -> None:
    (tmp_path / "certificate.pem").write_text(CERTIFICATE)
    decoded = ssl._ssl._test_decode_cert(str(tmp_path / "certificate.pem"))  # type: ignore[attr-defined]
    assert decoded["subjectAltName"] == (("IP Address", "127.0.0.1"), ("DNS", "localhost"))
    assert decoded["notAfter"].split()[-2] == "2126"


def test_nothing_heavy_is_imported_with_the_module() -> None:
    code = (
        "import sys, llama_explore.access, llama_explore.rehearsal\n"
        "print({'torch', 'huggingface_hub', 'numpy', 'transformers'} & {*sys.modules})"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout == "set()\n", run.stderr


def test_the_published_names_are_all_different() -> None:
    assert len({name.lower() for name in refusals.PUBLISHED}) == len(refusals.PUBLISHED)
