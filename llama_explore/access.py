"""What stands between this machine and a repository on the Hugging Face Hub."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from html import escape
from pathlib import Path
from typing import Any

from llama_explore.errors import LlamaExploreError
from llama_explore.patience import two_tries, within
from llama_explore.refusals import STATES, find_token_fault, read_refusal

SMALL_FILES = ("*.json", "*.jinja", "tokenizer.model")
WEIGHTS_FILES = ("model*.safetensors",)
KNOCK_SECONDS = 5.0
PATIENCE_SECONDS = 12.0
REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+", re.ASCII)
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """How this machine stands with a repository.

    Attributes:
        repo_id: The repository.
        status: A name that stays the same between versions, one of `refusals.STATES`.
        sentence: What that means.
        next_step: The one thing to do now.
    """

    repo_id: str
    status: str
    sentence: str
    next_step: str

    @property
    def open(self) -> bool:
        """Whether nothing stands between this machine and the repository."""
        return self.status in ("granted", "partly-downloaded", "downloaded")

    def __repr__(self) -> str:
        return f"{self.status}: {self.sentence}\n  Next step: {self.next_step}"

    def _repr_html_(self) -> str:
        # Blue and orange differ for colour-blind eyes, too; the words say it anyway.
        colour = "#0072b2" if self.open else "#d55e00"
        return (
            f"<div style='border-left: 4px solid {colour}; padding-left: 8px'>"
            f"<b>{self.status}</b><br>{escape(self.sentence)}<br>"
            f"<i>Next step:</i> {escape(self.next_step)}</div>"
        )


def diagnose(repo_id: str, *, seconds: float = PATIENCE_SECONDS) -> Diagnosis:
    """Say what stands between this machine and a repository, within 20 seconds.

    Example: without a token, ``diagnose("meta-llama/Llama-3.3-70B-Instruct").status`` is
    ``"no-token"``; with one whose owner waits for Meta's answer it is ``"pending"``.

    The token is the one that the Hub's own client finds (``HF_TOKEN``, or where
    ``hf auth login`` put it). It is neither shown nor stored, and nothing is downloaded.

    Args:
        repo_id: Owner and name, for example ``"meta-llama/Llama-3.3-70B-Instruct"``.
        seconds: How long to wait for the Hub's answer.

    Raises:
        LlamaExploreError: That is no name of a repository.
    """
    from huggingface_hub import is_offline_mode

    _check_name(repo_id)
    if whole := _measure_whole(repo_id):
        return _state(repo_id, "downloaded", _size(whole))
    if is_offline_mode():
        return _state(repo_id, "offline")
    has_token, fault = _read_token()
    if fault:
        return _state(repo_id, "malformed-token", fault)
    try:
        info = within(seconds, lambda: _ask(repo_id))
    except Exception as error:
        return _state(repo_id, *read_refusal(repo_id, error, has_token=has_token))
    return _look_at_disk(repo_id, info)


def find_cached(repo_id: str) -> Path | None:
    """Return the folder of an earlier download of this repository, whole or in part."""
    from huggingface_hub import try_to_load_from_cache

    config = try_to_load_from_cache(repo_id, "config.json")
    return Path(config).parent if isinstance(config, str) else None


def fetch(repo_id: str, patterns: tuple[str, ...]) -> Path:
    """Download the matching files of a repository and return the folder they are in.

    Files that are here already are not fetched again. What arrives is compared with the
    SHA-256 that the Hub gave for it, which its client leaves out over plain HTTP. When
    nothing new arrives for 18 seconds, or the Hub asks for a longer pause, it ends.

    Args:
        repo_id: For example ``"meta-llama/Llama-3.3-70B-Instruct"``.
        patterns: Names to fetch, for example ``SMALL_FILES``; sub-folders are left out.

    Raises:
        LlamaExploreError: The Hub cannot be reached or does not give the files, with the
            words of `diagnose`; or a file arrived damaged.
    """
    from huggingface_hub import is_offline_mode, snapshot_download

    _check_name(repo_id)
    if is_offline_mode():
        raise _error(_state(repo_id, "offline"))
    _, fault = _read_token()
    if fault:
        raise _error(_state(repo_id, "malformed-token", fault))
    before = set(_blobs(repo_id))
    try:
        within(PATIENCE_SECONDS, lambda: _ask(repo_id))
        with two_tries():
            folder = snapshot_download(repo_id, allow_patterns=[*patterns], ignore_patterns="*/*")
    except Exception as error:
        raise explain(repo_id, error) from error
    _check_hashes(repo_id, [blob for blob in _blobs(repo_id) if blob not in before])
    return Path(folder)


def hub_answers(seconds: float = KNOCK_SECONDS) -> bool:
    """Tell within `seconds` whether the Hub can be reached from here."""
    from huggingface_hub import constants, get_session

    with suppress(Exception):  # whatever goes wrong, nobody answered
        within(seconds, lambda: get_session().head(constants.ENDPOINT, timeout=seconds))
        return True
    return False


def explain(repo_id: str, error: Exception) -> LlamaExploreError:
    """Return what an error of the Hub's client means, and what to do about it."""
    status, detail = read_refusal(repo_id, error, has_token=_read_token()[0])
    found = _state(repo_id, status, detail)
    if status in ("server-error", "failed", "rate-limited", "timed-out"):
        return LlamaExploreError(
            f"The download of {repo_id} failed. {found.sentence}",
            f"{found.next_step} Whole files are not fetched twice.",
        )
    return _error(found)


def _state(repo_id: str, status: str, detail: str = "") -> Diagnosis:
    page = f"https://huggingface.co/{repo_id}"
    sentence, next_step = (
        text.format(repo_id=repo_id, page=page, detail=detail) for text in STATES[status]
    )
    return Diagnosis(repo_id, status, sentence, next_step)


def _error(found: Diagnosis) -> LlamaExploreError:
    return LlamaExploreError(found.sentence, found.next_step)


def _check_name(repo_id: str) -> None:
    if not isinstance(repo_id, str) or not REPOSITORY.fullmatch(repo_id):
        raise LlamaExploreError(
            f"{repo_id!r} is no name of a repository.",
            "Give owner and name with one slash between, for example "
            "'meta-llama/Llama-3.3-70B-Instruct'.",
        )


def _read_token() -> tuple[bool, str]:
    """Return whether the client finds a token, and what is wrong with it at first sight."""
    from huggingface_hub import get_token

    try:
        # A login by browser may have to be renewed over the network, so not without limit.
        token = within(KNOCK_SECONDS, get_token)
    except TimeoutError:
        return True, ""
    except Exception:
        return True, "cannot be read from its file"
    return bool(token), find_token_fault(token) if token else ""


def _ask(repo_id: str) -> Any:
    """Return the Hub's list of a repository's files, if it would let them be downloaded.

    The list alone proves nothing: it is public. And `auth_check` alone would take the
    log-in page of a hotel's network for a yes: it reads no answer but the status code.
    """
    from huggingface_hub import auth_check, model_info

    info = model_info(repo_id, files_metadata=True, timeout=PATIENCE_SECONDS)
    auth_check(repo_id)
    return info


def _cache_folder(repo_id: str) -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE) / f"models--{repo_id.replace('/', '--')}"


def _blobs(repo_id: str) -> list[Path]:
    """Return the files of a repository that were downloaded whole; each is named by its hash."""
    found = (_cache_folder(repo_id) / "blobs").glob("*")
    return [path for path in found if path.suffix != ".incomplete"]


def _measure_whole(repo_id: str) -> int:
    """Return the bytes of a download that can be opened; 0 if there is none."""
    from llama_explore import checkpoint

    folder = find_cached(repo_id)
    if folder is None:
        return 0
    try:
        checkpoint.check_tokenizer(folder, repo_id)
        checkpoint.check_weights(folder, repo_id)
    except LlamaExploreError:
        return 0
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def _look_at_disk(repo_id: str, info: Any) -> Diagnosis:
    """Say whether what is still to be fetched can be stored here."""
    wanted = {
        file.lfs.sha256 if file.lfs else file.blob_id: file.size or 0
        for file in info.siblings or ()
        if "/" not in file.rfilename
        and any(fnmatch(file.rfilename, each) for each in SMALL_FILES + WEIGHTS_FILES)
    }
    here = {path.name for path in _blobs(repo_id)} & set(wanted)
    total, done = sum(wanted.values()), sum(wanted[name] for name in here)
    cache = _cache_folder(repo_id).parent
    try:
        cache.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=cache).close()
        free = shutil.disk_usage(cache).free
    except OSError as error:
        return _state(repo_id, "cache-not-writable", error.strerror or type(error).__name__)
    if free < total - done:
        text = f"{_size(total - done)} are still to be downloaded, but only {_size(free)} are free."
        return _state(repo_id, "no-disk-space", text)
    if here:
        detail = f"{len(here)} of {len(wanted)} files, {_size(done)} of {_size(total)}"
        return _state(repo_id, "partly-downloaded", detail)
    moved = f"; {repo_id} is its former name" if info.id != repo_id else ""
    return _state(info.id, "granted", f"{len(wanted)} files, {_size(total)}{moved}")


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e9:,.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:,.1f} MB"


def _check_hashes(repo_id: str, blobs: list[Path]) -> None:
    """Delete what does not have the SHA-256 that it is named by, and say so."""
    damaged = []
    for blob in blobs:
        if SHA256.fullmatch(blob.name):  # the small files are named by another hash
            with blob.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != blob.name:
                    damaged.append(blob)
    if not damaged:
        return
    links = [
        path
        for path in _cache_folder(repo_id).glob("snapshots/*/*")
        if path.resolve().name in {blob.name for blob in damaged}
    ]
    names = sorted({path.name for path in links})
    for path in [*links, *damaged]:
        path.unlink()
    raise LlamaExploreError(
        f"Damaged on the way (wrong SHA-256) and deleted, from {repo_id}: {', '.join(names)}.",
        "Start the download again; if it stays so, a proxy alters what it passes on.",
    )
