"""What stands between this machine and a repository on the Hugging Face Hub."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Thread

from llama_explore.errors import LlamaExploreError

SMALL_FILES = ("*.json", "*.jinja", "tokenizer.model")
WEIGHTS_FILES = ("model*.safetensors",)
KNOCK_SECONDS = 5.0
SETTINGS = "https://huggingface.co/settings"


def find_cached(repo_id: str) -> Path | None:
    """Return the folder of an earlier download of this repository, whole or in part."""
    from huggingface_hub import try_to_load_from_cache

    config = try_to_load_from_cache(repo_id, "config.json")
    return Path(config).parent if isinstance(config, str) else None


def fetch(repo_id: str, patterns: tuple[str, ...]) -> Path:
    """Download the matching files of a repository and return the folder they are in.

    Args:
        repo_id: For example ``"meta-llama/Llama-3.3-70B-Instruct"``.
        patterns: Names to fetch, for example ``SMALL_FILES``; sub-folders are left out.

    Raises:
        LlamaExploreError: The Hub cannot be reached or does not give the files.
    """
    from huggingface_hub import auth_check, is_offline_mode, snapshot_download

    if is_offline_mode():
        raise LlamaExploreError(
            f"{repo_id} is not (or not wholly) on this machine, and HF_HUB_OFFLINE forbids "
            "downloads.",
            "Unset HF_HUB_OFFLINE and restart the kernel, or use the pocket model.",
        )
    # The client itself gives up only after 46 s without a network.
    if not hub_answers():
        raise LlamaExploreError(
            f"{repo_id} is not (or not wholly) on this machine, and the Hugging Face Hub does not "
            "answer.",
            "Check the network (or the proxy), or use the pocket model, which needs none.",
        )
    try:
        auth_check(repo_id)
        return Path(snapshot_download(repo_id, allow_patterns=[*patterns], ignore_patterns="*/*"))
    except Exception as error:
        raise explain(repo_id, error) from error


def hub_answers(seconds: float = KNOCK_SECONDS) -> bool:
    """Tell within `seconds` whether the Hub can be reached from here."""
    from huggingface_hub import constants, get_session

    answers = []

    def knock() -> None:
        with suppress(Exception):  # whatever goes wrong, nobody answered
            answers.append(get_session().head(constants.ENDPOINT, timeout=seconds))

    # In a thread, because looking up a name has no time limit of its own.
    thread = Thread(target=knock, daemon=True)
    thread.start()
    thread.join(seconds)
    return bool(answers)


def explain(repo_id: str, error: Exception) -> LlamaExploreError:
    """Return what an error of the Hub client means, and what to do about it."""
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

    status = error.response.status_code if isinstance(error, HfHubHTTPError) else None
    page = f"https://huggingface.co/{repo_id}"
    if isinstance(error, GatedRepoError) and status == 401:
        return LlamaExploreError(
            f"{repo_id} is gated and this machine has no token.",
            f"Accept the licence on {page}, make a token on {SETTINGS}/tokens, "
            "and run `hf auth login` in a terminal.",
        )
    if isinstance(error, GatedRepoError):
        return LlamaExploreError(
            f"{repo_id} is gated and your account does not have access (yet).",
            f"Ask for it on {page}, or see how your request stands on {SETTINGS}/gated-repos.",
        )
    if isinstance(error, RepositoryNotFoundError):
        return LlamaExploreError(
            f"The Hub knows no repository {repo_id}, or it is private, or your token has expired.",
            f"Look at {page} in a browser; if it is there, run `hf auth login` with a new token.",
        )
    if status in (401, 403):
        return LlamaExploreError(
            f"The Hub refused your token for {repo_id} (HTTP {status}).",
            f"Make a token that may read gated repositories on {SETTINGS}/tokens, "
            "and run `hf auth login`.",
        )
    return LlamaExploreError(
        f"The download of {repo_id} failed ({type(error).__name__}: {error}).",
        "Check the network and the free disk space, then try again: it goes on where it stopped.",
    )
