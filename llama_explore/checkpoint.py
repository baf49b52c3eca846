"""What a folder must hold to be opened as a Llama, and how much memory it will take.

Everything here is decided from the configuration and the first bytes of each
file, so a mistake is found in milliseconds and not after a download of 141 GB.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    import torch
    from transformers import LlamaConfig

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
TOKENIZER_FILES = ("tokenizer.json", "tokenizer.model")


def read_config(folder: Path, label: str) -> LlamaConfig:
    """Return the configuration in `folder`, which must be a Llama's.

    Args:
        folder: A checkpoint folder.
        label: What the reader called it, for the messages.

    Raises:
        LlamaExploreError: There is no such folder, no config.json, or another kind of model.
    """
    from transformers import LlamaConfig

    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise LlamaExploreError(f"The folder {label!r} {what}.", "Check the path for a typo.")
    values = _read_json(folder / "config.json", label)
    kind = values.get("model_type")
    if kind != "llama":
        raise LlamaExploreError(
            f"{label!r} holds a model of type {kind!r}; this kit explains Llama 3 (type 'llama').",
            "Choose a Llama 3 checkpoint, for example meta-llama/Llama-3.3-70B-Instruct.",
        )
    try:
        return LlamaConfig.from_pretrained(folder)
    except Exception as error:
        raise _impossible(label, error) from error


def check_tokenizer(folder: Path, label: str) -> None:
    """Raise a clear error unless `folder` brings its own tokenizer."""
    if not any((folder / name).is_file() for name in TOKENIZER_FILES):
        raise LlamaExploreError(
            f"{label!r} has no tokenizer ({' or '.join(TOKENIZER_FILES)}).",
            "Copy tokenizer.json and tokenizer_config.json of the same model into that folder: "
            "with another model's tokenizer it would talk nonsense.",
        )


def check_weights(folder: Path, label: str) -> None:
    """Raise a clear error unless every weights file of `folder` is there and whole.

    A safetensors file says at its start how long it is, so a file that was cut
    short is found without reading it.
    """
    from safetensors import SafetensorError, safe_open

    if (folder / INDEX).is_file():
        names = sorted(set(_read_json(folder / INDEX, label).get("weight_map", {}).values()))
    else:
        names = [WEIGHTS]
    missing = [name for name in names if not (folder / name).is_file()]
    if missing or not names:
        raise LlamaExploreError(
            f"{label!r} lacks {len(missing)} of its {len(names)} weights files: "
            f"{', '.join(missing[:3]) or INDEX + ' names none'}.",
            "Finish the copy or the download of that checkpoint, then try again.",
        )
    for name in names:
        try:
            with safe_open(folder / name, framework="pt"):
                pass
        except (SafetensorError, OSError) as error:
            raise LlamaExploreError(
                f"The weights file {name} of {label!r} is damaged or cut short ({error}).",
                f"Delete {name} and fetch it again.",
            ) from error


def weights_bytes(config: LlamaConfig, dtype: torch.dtype, label: str) -> int:
    """Return the memory that the weights will take, without allocating any of it.

    Example: Llama 3.3 70B has 70,553,706,496 parameters, so 141,107,412,992 bytes in bfloat16.

    The model is built on torch's "meta" device, where a tensor has a shape but no data.
    """
    from llama_explore.parameters import count_on_meta

    try:
        return count_on_meta(config) * dtype.itemsize
    except Exception as error:
        raise _impossible(label, error) from error


def available_bytes() -> int:
    """Return the memory that new weights can take: main memory and every GPU's.

    In a container the limit is the container's, not the machine's: a free
    Binder has 2 GB on a host with hundreds.
    """
    import psutil
    import torch

    free: int = psutil.virtual_memory().available
    for limit_file in ("memory.max", "memory/memory.limit_in_bytes"):  # cgroup versions 2 and 1
        try:
            limit = int((Path("/sys/fs/cgroup") / limit_file).read_text())
        except (OSError, ValueError):  # not Linux, or "max"
            continue
        free = min(free, limit - psutil.Process().memory_info().rss)
    return free + sum(torch.cuda.mem_get_info(i)[0] for i in range(torch.cuda.device_count()))


def check_memory(needed: int, label: str) -> None:
    """Refuse weights that do not fit, before the first byte of them is read."""
    available = available_bytes()
    if needed > available:
        raise LlamaExploreError(
            f"The weights of {label!r} take {needed / 2**30:,.1f} GiB, but only "
            f"{available / 2**30:,.1f} GiB of memory (GPUs included) are free.",
            "Use the pocket model or a machine with more memory; "
            "open_session(..., force=True) tries it all the same.",
        )


def _impossible(label: str, error: Exception) -> LlamaExploreError:
    why = error.cause if isinstance(error, LlamaExploreError) else error
    return LlamaExploreError(
        f"The config.json of {label!r} describes no Llama that can be built ({why}).",
        "Fetch config.json again from where the checkpoint came from.",
    )


def _read_json(path: Path, label: str) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LlamaExploreError(
            f"{label!r} is no checkpoint: it has no {path.name}.",
            "Give the folder that save_pretrained wrote, or a repository in that form.",
        ) from error
    except (OSError, ValueError) as error:
        raise LlamaExploreError(
            f"The file {path.name} of {label!r} cannot be read ({error}).",
            "Fetch that file again from where the checkpoint came from.",
        ) from error
    if not isinstance(values, dict):
        raise LlamaExploreError(
            f"The file {path.name} of {label!r} is not a JSON object.",
            "Fetch that file again from where the checkpoint came from.",
        )
    return values
