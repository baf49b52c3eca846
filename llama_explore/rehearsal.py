"""Every answer of the Hub, played on this machine: the real client, a Hub made up for it.

    play("pending")                      # what `diagnose` says while a request waits
    download("withheld", "none")         # two downloads, of which the first is cut short

Each scene runs `access.diagnose` in a process of its own, because the client reads
the Hub's address when it is imported.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from llama_explore.access import PATIENCE_SECONDS, Diagnosis
from llama_explore.errors import LlamaExploreError
from llama_explore.local_hub import OLD_NAME, REPOSITORY, Fault, LocalHub, Mishap

SCENE_SECONDS = 60
MEMBER = "hf_made_up_of_a_member"
N_SHARDS = 3
LAST_SHARD = f"model-{N_SHARDS:05}-of-{N_SHARDS:05}.safetensors"

DIAGNOSE = """
import dataclasses, json, sys
from llama_explore.access import diagnose
print(json.dumps(dataclasses.asdict(diagnose(sys.argv[1], seconds=float(sys.argv[2])))))
"""
FETCH = """
import sys
from llama_explore import access, errors
try:
    access.fetch(sys.argv[1], access.SMALL_FILES + access.WEIGHTS_FILES)
    print("whole")
except errors.LlamaExploreError as error:
    sys.exit(print(error.cause) or 1)
"""


@dataclass(frozen=True)
class Scene:
    """What is set up before `diagnose` is asked.

    Attributes:
        token: The made-up token on the machine, if any.
        repo_id: What is asked for.
        fault: What goes wrong with every answer, if anything.
        claimed_bytes: Size that the Hub gives for each weights file; 0 for the true one.
        before: How much is downloaded beforehand: ``""``, ``"half"`` or ``"all"``.
        variables: Further environment variables; ``{home}`` stands for the client's folder.
    """

    token: str | None = MEMBER
    repo_id: str = REPOSITORY
    fault: Fault = ""
    claimed_bytes: int = 0
    before: str = ""
    variables: tuple[tuple[str, str], ...] = ()


SCENES = {
    "no-token": Scene(token=None),
    "malformed-token": Scene(token="hf_made up of words"),
    "expired-token": Scene(token="hf_made_up_and_expired"),
    "token-without-permission": Scene(token="hf_made_up_and_fine_grained"),
    "licence-not-requested": Scene(token="hf_made_up_of_a_stranger"),
    "pending": Scene(token="hf_made_up_of_one_who_waits"),
    "rejected": Scene(token="hf_made_up_of_one_rejected"),
    "granted": Scene(),
    "not-found": Scene(repo_id="meta-lama/Llama-3.3-70B-Instruct"),
    "wrong-family-member": Scene(repo_id="meta-llama/Llama-3.3-70B"),
    "unreachable": Scene(variables=(("HF_ENDPOINT", "https://127.0.0.1:9"),)),
    "offline": Scene(variables=(("HF_HUB_OFFLINE", "1"),)),
    "timed-out": Scene(fault="silent"),
    "tls-failure": Scene(variables=(("SSL_CERT_FILE", ""),)),
    "intercepted": Scene(fault="login-page"),
    "rate-limited": Scene(fault="rate-limited"),
    "server-error": Scene(fault="server-error"),
    "no-disk-space": Scene(claimed_bytes=10**15),
    "cache-not-writable": Scene(variables=(("HF_HUB_CACHE", "{home}/a-file/hub"),)),
    "partly-downloaded": Scene(before="half"),
    "downloaded": Scene(before="all"),
}
"""A scene for each status of `diagnose`."""

VARIANTS = {
    "redirect to a page": Scene(fault="redirect"),
    "redirect in a circle": Scene(fault="loop"),
    "unknown token": Scene(token="hf_made_up_by_a_typist"),
    "not found without token": Scene(token=None, repo_id="acme/nothing"),
    "renamed": Scene(repo_id=OLD_NAME),
    "token with a line break": Scene(token=f"{MEMBER}\n"),
}
"""Further scenes, whose status has another scene already."""


@dataclass(frozen=True)
class Attempt:
    """One of several downloads into the same folder.

    Attributes:
        mishap: What happened to the last shard on its way.
        asked: Names of the files that the client asked for this time.
        outcome: ``"whole"``, or what went wrong.
    """

    mishap: str
    asked: tuple[str, ...]
    outcome: str

    def __repr__(self) -> str:
        names = "".join(f"\n  asked for: {name}" for name in self.asked)
        happened = "no mishap" if self.mishap == "none" else f"last shard {self.mishap}"
        return f"{happened}: {self.outcome}{names}"


def play(name: str, *, seconds: float = PATIENCE_SECONDS) -> Diagnosis:
    """Set up a scene, ask the real client, and return what `diagnose` says.

    Example: ``play("pending").status`` is ``"pending"``.

    Args:
        name: A status of `diagnose`, or one of `VARIANTS`.
        seconds: How long the client waits for an answer; only "timed-out" takes that long.

    Raises:
        LlamaExploreError: There is no such scene.
    """
    scene = (SCENES | VARIANTS).get(name)
    if scene is None:
        raise LlamaExploreError(
            f"There is no scene called {name!r}.",
            f"Choose one of: {', '.join([*SCENES, *VARIANTS])}.",
        )
    hub = LocalHub(make_checkpoint(), fault=scene.fault, claimed_bytes=scene.claimed_bytes)
    with hub, TemporaryDirectory(prefix="llama-explore-") as folder:
        home = Path(folder)
        (home / "a-file").touch()
        if scene.before:
            hub.mishaps = {LAST_SHARD: "withheld"} if scene.before == "half" else {}
            run_client(hub, FETCH, scene.repo_id, home, MEMBER)
        variables = {name: value.format(home=home) for name, value in scene.variables}
        return ask(hub, scene.repo_id, home, scene.token, variables, seconds=seconds)


def tell(*names: str) -> Callable[[], Diagnosis]:
    """Return a function that plays the next scene each time it is called, at last the same.

    Example: ``ask = tell("pending", "granted")``; ``ask()`` is pending, ``ask()`` is granted.
    """
    rest = list(names)
    return lambda: play(rest.pop(0) if len(rest) > 1 else rest[0])


def download(*mishaps: Mishap | Literal["none"]) -> list[Attempt]:
    """Download the small repository again and again into one folder, each time with a mishap.

    Example: ``download("withheld", "none")`` is a download that lacks its last shard, then
    one that fetches only what is missing.
    """
    attempts = []
    files = make_checkpoint()
    with LocalHub(files) as hub, TemporaryDirectory(prefix="llama-explore-") as folder:
        for mishap in mishaps:
            hub.asked.clear()
            hub.mishaps = {} if mishap == "none" else {LAST_SHARD: mishap}
            run = run_client(hub, FETCH, REPOSITORY, Path(folder), MEMBER)
            asked = {line.rpartition("/")[2] for line in hub.asked if line.startswith("GET")}
            names = tuple(sorted(asked & set(files)))
            attempts.append(Attempt(mishap, names, run.stdout.strip()))
    return attempts


def ask(
    hub: LocalHub,
    repo_id: str,
    home: Path,
    token: str | None,
    variables: dict[str, str] | None = None,
    *,
    seconds: float = PATIENCE_SECONDS,
) -> Diagnosis:
    """Return what `access.diagnose` says in a process whose Hub is `hub`."""
    run = run_client(hub, DIAGNOSE, repo_id, home, token, variables, seconds=seconds)
    if run.returncode:
        raise RuntimeError(run.stderr)
    return Diagnosis(**json.loads(run.stdout))


def run_client(
    hub: LocalHub,
    code: str,
    repo_id: str,
    home: Path,
    token: str | None,
    variables: dict[str, str] | None = None,
    *,
    seconds: float = PATIENCE_SECONDS,
) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process whose Hub is `hub`; its arguments: repository, seconds."""
    return subprocess.run(
        [sys.executable, "-c", code, repo_id, str(seconds)],
        env=hub.environment(home, token) | (variables or {}),
        capture_output=True,
        text=True,
        timeout=SCENE_SECONDS,
    )


@cache
def make_checkpoint() -> dict[str, bytes]:
    """Return the files of a small repository: shards, tokenizer, and an ``original`` folder.

    Example: ``model-00001-of-00003.safetensors`` holds one tensor of 64 x 1024 float32.
    """
    import numpy as np
    from safetensors.numpy import save

    files, where = {}, {}
    random = np.random.default_rng(33)
    for n in range(1, N_SHARDS + 1):
        name = f"model-{n:05}-of-{N_SHARDS:05}.safetensors"
        tensor = f"model.layers.{n - 1}.mlp.down_proj.weight"
        files[name] = save({tensor: random.normal(size=(64, 1024)).astype(np.float32)})
        where[tensor] = name
    index = {"metadata": {"total_size": N_SHARDS * 64 * 1024 * 4}, "weight_map": where}
    return files | {
        "config.json": b'{"model_type": "llama"}',
        "tokenizer.json": b"{}",
        "model.safetensors.index.json": json.dumps(index).encode(),
        "original/consolidated.00.pth": b"the same weights once more",
    }
