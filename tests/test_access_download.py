"""A small sharded checkpoint is downloaded from the local Hub by the real client."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llama_explore.local_hub import REPOSITORY, LocalHub, Mishap
from llama_explore.patience import two_tries
from llama_explore.rehearsal import FETCH, LAST_SHARD, MEMBER, ask, make_checkpoint, run_client

FILES = make_checkpoint()
WANTED = {name for name in FILES if "/" not in name}
SHARDS = sorted(name for name in FILES if name.endswith(".safetensors"))


def fetch(hub: LocalHub, home: Path) -> subprocess.CompletedProcess[str]:
    return run_client(hub, FETCH, REPOSITORY, home, MEMBER)


def stored(home: Path) -> dict[str, str]:
    """Return every downloaded file by name, with its hash."""
    (snapshot,) = (home / "hub").glob("models--*/snapshots/*")
    files = [path for path in snapshot.rglob("*") if path.is_file()]
    return {
        path.relative_to(snapshot).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def expected() -> dict[str, str]:
    return {name: hashlib.sha256(FILES[name]).hexdigest() for name in WANTED}


def times_sent(hub: LocalHub, name: str) -> int:
    return sum(line.startswith("GET") and name in line.split()[1] for line in hub.asked)


def test_the_whole_checkpoint_arrives_without_the_original_folder(tmp_path: Path) -> None:
    with LocalHub(FILES) as hub:
        run = fetch(hub, tmp_path)
        assert run.returncode == 0, run.stderr
        assert stored(tmp_path) == expected()
        assert times_sent(hub, "original/") == 0
        assert ask(hub, REPOSITORY, tmp_path, MEMBER).status == "downloaded"
        # What is here needs neither network nor token.
        offline = {"HF_HUB_OFFLINE": "1"}
        assert ask(hub, REPOSITORY, tmp_path, None, offline).status == "downloaded"


def test_a_broken_connection_goes_on_where_it_stopped(tmp_path: Path) -> None:
    chunk = 10 * 2**20  # the client stores what arrives in pieces of 10 MiB
    large = random.Random(33).randbytes(2 * chunk + 2**20)
    with LocalHub(FILES | {LAST_SHARD: large}, mishaps={LAST_SHARD: "breaks"}) as hub:
        run = fetch(hub, tmp_path)
    assert run.returncode == 0, run.stderr
    asked = [
        line.split()[2:] for line in hub.asked if line.startswith("GET") and LAST_SHARD in line
    ]
    assert asked == [[], [f"bytes={chunk}-"]]
    assert stored(tmp_path) == expected() | {LAST_SHARD: hashlib.sha256(large).hexdigest()}


def test_a_killed_download_fetches_only_what_was_not_whole(tmp_path: Path) -> None:
    with LocalHub(FILES, mishaps={LAST_SHARD: "stalls"}) as hub:
        process = subprocess.Popen(
            [sys.executable, "-c", FETCH, REPOSITORY], env=hub.environment(tmp_path, MEMBER)
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            n_whole = len(list(tmp_path.glob("hub/models--*/snapshots/*/*")))
            if n_whole == len(WANTED) - 1 and f"half of {LAST_SHARD} sent" in hub.asked:
                break
            time.sleep(0.05)
        process.kill()
        process.wait(20)
        assert set(stored(tmp_path)) == WANTED - {LAST_SHARD}
        leftover = list(tmp_path.glob("hub/*/blobs/*.incomplete"))
        assert leftover, "half a shard stays behind"
        found = ask(hub, REPOSITORY, tmp_path, MEMBER)
        assert found.status == "partly-downloaded"
        assert found.sentence.endswith("5 of 6 files, 0.5 MB of 0.8 MB.")

        hub.mishaps, before = {}, [times_sent(hub, name) for name in SHARDS]
        run = fetch(hub, tmp_path)
        assert run.returncode == 0, run.stderr
        again = [times_sent(hub, name) - n for name, n in zip(SHARDS, before, strict=True)]
        assert again == [0, 0, 1]
    assert stored(tmp_path) == expected()

    prune = [str(Path(sys.executable).with_name("hf")), "cache", "prune", "--yes"]
    pruned = subprocess.run(
        prune, env=hub.environment(tmp_path), capture_output=True, text=True, timeout=60
    )
    assert pruned.returncode == 0, pruned.stderr
    assert not list(tmp_path.glob("hub/*/blobs/*.incomplete")), pruned.stdout
    assert stored(tmp_path) == expected()


def test_a_shard_with_the_wrong_hash_is_refused_and_deleted(tmp_path: Path) -> None:
    with LocalHub(FILES, mishaps={LAST_SHARD: "altered"}) as hub:
        run = fetch(hub, tmp_path)
        assert run.returncode != 0
        assert (
            f"Damaged on the way (wrong SHA-256) and deleted, from {REPOSITORY}: {LAST_SHARD}."
            in (run.stdout)
        )
        assert set(stored(tmp_path)) == WANTED - {LAST_SHARD}
        assert ask(hub, REPOSITORY, tmp_path, MEMBER).status == "partly-downloaded"
        hub.mishaps = {}
        assert fetch(hub, tmp_path).returncode == 0
    assert stored(tmp_path) == expected()


def test_a_shard_that_the_hub_cannot_send_is_a_clear_error(tmp_path: Path) -> None:
    with LocalHub(FILES, mishaps={LAST_SHARD: "withheld"}) as hub:
        run = fetch(hub, tmp_path)
    assert "failed. The Hub has a fault of its own (HTTP 500)" in run.stdout


@pytest.mark.parametrize(
    ("token", "cause"),
    [
        (None, "is gated and this machine has no token"),
        ("hf_made_up_of_a_stranger", "it has not asked for it"),
        ("hf_made_up_of_one_who_waits", "waiting for a review"),
        ("hf_made_up_of_one_rejected", "was rejected"),
        ("hf_made_up_and_fine_grained", "it is fine-grained"),
        ("hf_made_up_and_expired", "has expired"),
        ("hf_made up of words", "holds white space"),
    ],
)
def test_a_download_that_is_refused_says_why(token: str | None, cause: str, tmp_path: Path) -> None:
    with LocalHub(FILES) as hub:
        run = run_client(hub, FETCH, REPOSITORY, tmp_path, token)
    assert cause in run.stdout
    assert run.stderr == ""
    assert times_sent(hub, ".safetensors") == 0


TIMED_FETCH = """
import sys, time
from huggingface_hub import auth_check, model_info, snapshot_download  # start-up is no waiting
from llama_explore import access, errors
started = time.monotonic()
try:
    access.fetch(sys.argv[1], access.SMALL_FILES + access.WEIGHTS_FILES)
    print("whole")
except errors.LlamaExploreError as error:
    print(error)
print(time.monotonic() - started)
"""


@pytest.mark.parametrize(
    ("mishap", "cause", "n_tries"),
    [
        ("slow-down", "asks this machine to slow down (HTTP 429)", 1),
        pytest.param("stalls", "did not answer", 2, marks=pytest.mark.slow),
        pytest.param("silent", "did not answer", 2, marks=pytest.mark.slow),
    ],
)
def test_a_file_that_does_not_come_ends_the_download_before_20_seconds_and_can_be_fetched_again(
    mishap: Mishap, cause: str, n_tries: int, tmp_path: Path
) -> None:
    with LocalHub(FILES, mishaps={LAST_SHARD: mishap}) as hub:
        run = run_client(hub, TIMED_FETCH, REPOSITORY, tmp_path, MEMBER)
        *said, seconds = run.stdout.splitlines()
        print(f"{mishap}: {float(seconds):.1f} s")
        assert cause in said[0], run.stdout + run.stderr
        assert said[1].endswith("Whole files are not fetched twice.")
        # Each wait is under 20 s; the other files and a busy machine may take a little more.
        assert float(seconds) < 25
        tries = [line for line in hub.asked if line.endswith(f"/{LAST_SHARD}")]
        command = "HEAD" if mishap == "silent" else "GET"
        assert sum(line.startswith(command) for line in tries) == n_tries
        assert set(stored(tmp_path)) == WANTED - {LAST_SHARD}

        hub.mishaps, before = {}, times_sent(hub, SHARDS[0])
        assert fetch(hub, tmp_path).returncode == 0
        assert times_sent(hub, SHARDS[0]) == before
    assert stored(tmp_path) == expected()


def test_a_short_pause_is_kept_once(tmp_path: Path) -> None:
    with LocalHub(FILES, mishaps={LAST_SHARD: "slow-down"}, pause_seconds=1) as hub:
        run = fetch(hub, tmp_path)
        assert "asks this machine to slow down" in run.stdout
        assert times_sent(hub, LAST_SHARD) == 2


def test_large_files_do_not_take_the_way_that_cannot_be_bounded(tmp_path: Path) -> None:
    with LocalHub(FILES) as hub:
        assert fetch(hub, tmp_path).returncode == 0
    assert not [line for line in hub.asked if "xet" in line]
    assert times_sent(hub, LAST_SHARD) == 1


def test_the_client_is_as_before_when_the_download_is_over() -> None:
    from huggingface_hub import constants, get_session

    hooks, xet = get_session().event_hooks, constants.HF_HUB_DISABLE_XET
    with pytest.raises(KeyError), two_tries():
        assert constants.HF_HUB_DISABLE_XET is True
        assert get_session().event_hooks != hooks
        raise KeyError
    assert get_session().event_hooks == hooks
    assert constants.HF_HUB_DISABLE_XET is xet


def test_a_download_is_not_retried_for_ever_when_the_hub_says_slow_down(tmp_path: Path) -> None:
    with LocalHub(FILES, fault="rate-limited") as hub:
        run = fetch(hub, tmp_path)
    assert "asks this machine to slow down" in run.stdout
    assert len(hub.asked) < 5


def skip_without_mounts(command: list[str], environment: dict[str, str]) -> None:
    """Skip the test where no file system can be mounted; where it has to be possible, fail."""
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        return
    except (OSError, subprocess.CalledProcessError) as error:
        why = getattr(error, "stderr", None) or error
    reason = f"no file system of its own can be mounted here ({command[0]}: {str(why).strip()})"
    if os.environ.get("CI") == "true" and sys.platform == "linux":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def test_without_mounts_a_test_is_skipped_with_the_reason_and_fails_where_all_is_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for ci, outcome in (("", pytest.skip.Exception), ("true", pytest.fail.Exception)):
        monkeypatch.setenv("CI", ci)
        with pytest.raises(outcome, match=r"mounted here \(no-such-program: "):
            skip_without_mounts(["no-such-program"], {})
        with pytest.raises(outcome, match=r"mounted here \(sh: not permitted\)"):
            skip_without_mounts(["sh", "-c", "echo not permitted >&2; exit 1"], {})


@pytest.mark.parametrize(
    ("mount", "cause"),
    [
        ("size=600k", "The disk is full."),
        ("size=600k,ro", "cannot be written (Read-only file system)"),
    ],
)
def test_a_real_disk_that_is_full_or_read_only_is_told(
    mount: str, cause: str, tmp_path: Path
) -> None:
    """600 kB hold two of the three shards; the file system is seen by the child only."""
    script = 'mount -t tmpfs -o "$0" tmpfs "$HF_HOME" && exec "$@"'
    namespace = ["unshare", "-m" if os.geteuid() == 0 else "-Urm", "sh", "-c", script, mount]
    with LocalHub(FILES) as hub:
        environment = hub.environment(tmp_path, MEMBER)
        skip_without_mounts([*namespace, "true"], environment)
        run = subprocess.run(
            [*namespace, sys.executable, "-c", FETCH, REPOSITORY],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert run.returncode == 1
    assert cause in run.stdout, run.stdout + run.stderr
