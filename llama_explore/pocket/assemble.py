"""From the compact weights in this package to an ordinary checkpoint folder.

The kit ships only what was trained. A checkpoint also needs the 128,256-row
embedding, a configuration and a tokenizer, so these are put together once, in
the user's cache, and used from there ever after.

Many things can go wrong with a cache: a full disk, a killed process, two
notebooks starting at once, a file cut short. The rules that keep it sound:

1. Everything is written into a private folder, and one rename makes it public.
2. A manifest with sizes and SHA-256 is checked each time; what differs is rebuilt.
3. The work is done under a lock that the operating system drops with its process.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING

from llama_explore.errors import LlamaExploreError
from llama_explore.pocket import shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

WEIGHTS_FOLDER = Path(__file__).parent / "weights"
FORMAT = 1
"""Raise it when the same weights would be assembled differently."""

MANIFEST = "manifest.json"
PAD = 128_004
"""``<|finetune_right_pad_id|>``; without one, ``generate`` warns each time it is called."""

LOCK_SECONDS = 300.0
GIT_LFS_POINTER = b"version https://git-lfs"


def assemble(
    stage: str = "chat", *, cache_dir: Path | None = None, weights_folder: Path | None = None
) -> Path:
    """Return the checkpoint folder of one stage of the pocket model, building it if need be.

    Example: ``AutoModelForCausalLM.from_pretrained(assemble("base"))`` loads the
    base model with no special code. The first call writes about 95 MB in about
    two seconds; later calls only check what is there.

    Args:
        stage: ``"base-512"``, ``"base"`` or ``"chat"``.
        cache_dir: The kit's cache; by default ``$LLAMA_EXPLORE_CACHE`` or the user's cache folder.
        weights_folder: Where ``{stage}.safetensors`` lies; by default in this package.

    Raises:
        LlamaExploreError: The stage is unknown, the shipped weights are damaged, or the
            cache cannot be written; the message says which, and what to do.
    """
    from llama_explore import vocab

    check_stage(stage)
    weights = _read_weights_file((weights_folder or WEIGHTS_FOLDER) / f"{stage}.safetensors")
    parent = (cache_dir or vocab.cache_dir()) / "pocket"
    folder = parent / f"{stage}-{_fingerprint(stage, weights)}"
    if is_sound(folder):
        return folder
    with _clear_disk_errors(parent):
        parent.mkdir(parents=True, exist_ok=True)
        with _lock(parent / ".lock"):
            # Another process may have finished the work while this one waited.
            if not is_sound(folder):
                _build(folder, stage, weights, cache_dir)
    return folder


def check_stage(stage: str) -> None:
    """Raise a clear error unless `stage` is one of the pocket model's stages."""
    if stage not in shape.STAGES:
        raise LlamaExploreError(
            f"The pocket model has no stage {stage!r}.",
            f"Choose one of {', '.join(repr(f'pocket:{name}') for name in shape.STAGES)}.",
        )


def is_sound(folder: Path) -> bool:
    """Tell whether every file of an assembled folder still has its size and SHA-256."""
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        return all(
            (folder / name).stat().st_size == entry["bytes"]
            and _sha256(folder / name) == entry["sha256"]
            for name, entry in files.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _read_weights_file(path: Path) -> bytes:
    """Return the shipped weights as bytes, or say why there are none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _damaged(path, f"cannot be read ({error.strerror})") from error
    if content.startswith(GIT_LFS_POINTER):
        raise _damaged(path, "is only a Git LFS pointer, not the weights")
    return content


def _damaged(path: Path, what: str) -> LlamaExploreError:
    return LlamaExploreError(
        f"The kit's own weights file {path.name} {what}.",
        f"Restore it: `git checkout -- llama_explore/pocket/weights/{path.name}` in your clone, "
        "or install the kit again.",
    )


def _fingerprint(stage: str, weights: bytes) -> str:
    """Return a short name for everything the assembled folder is made of."""
    from llama_explore import chat

    recipe = [FORMAT, shape.config(stage).to_dict(), chat.TEMPLATE]
    digest = sha256(weights)
    digest.update(json.dumps(recipe, sort_keys=True, default=str).encode())
    return digest.hexdigest()[:12]


def _build(folder: Path, stage: str, weights: bytes, cache_dir: Path | None) -> None:
    """Write the checkpoint into a private folder, then rename it to `folder`."""
    from safetensors.torch import save

    from llama_explore import vocab

    # Only the holder of the lock makes these, so any that is here was left by a killed process.
    for left_behind in folder.parent.glob(".*.tmp-*"):
        shutil.rmtree(left_behind)
    config = shape.config(stage)
    checkpoint = save(_tensors(stage, weights), metadata={"format": "pt"})
    tokenizer = vocab.tokenizer_folder(cache_dir)
    _check_space(folder.parent, len(checkpoint))

    private = folder.parent / f".{folder.name}.tmp-{os.getpid()}"
    private.mkdir()
    try:
        config.save_pretrained(private)
        greedy = {
            "do_sample": False,
            "bos_token_id": config.bos_token_id,
            "eos_token_id": config.eos_token_id,
            "pad_token_id": PAD,
        }
        _write(private / "generation_config.json", json.dumps(greedy, indent=1).encode())
        for path in tokenizer.iterdir():
            _write(private / path.name, path.read_bytes())
        _write(private / "model.safetensors", checkpoint)
        files = {
            path.name: {"bytes": path.stat().st_size, "sha256": _sha256(path)}
            for path in sorted(private.iterdir())
        }
        manifest = {"format": FORMAT, "stage": stage, "files": files}
        _write(private / MANIFEST, json.dumps(manifest, indent=1).encode())
        for path in private.iterdir():
            _flush(path)
        if folder.exists():
            shutil.rmtree(folder)
        private.rename(folder)
    except BaseException:
        # Ctrl-C included: what is half written must not stay.
        shutil.rmtree(private, ignore_errors=True)
        raise


def _tensors(stage: str, weights: bytes) -> dict[str, torch.Tensor]:
    """Return the full state dict: what was trained, and the embedding around its rows."""
    import numpy as np
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load
    from transformers import LlamaForCausalLM

    config = shape.config(stage)
    path = WEIGHTS_FOLDER / f"{stage}.safetensors"
    try:
        tensors = load(weights)
    except SafetensorError as error:
        raise _damaged(path, f"is damaged or cut short ({error})") from error
    rows, row_ids = tensors.pop("rows", None), tensors.pop("row_ids", None)
    with torch.device("meta"):
        wanted = {
            name: tensor.shape
            for name, tensor in LlamaForCausalLM(config).state_dict().items()
            if name not in ("model.embed_tokens.weight", "lm_head.weight")
        }
    if (
        {name: tensor.shape for name, tensor in tensors.items()} != wanted
        or rows is None
        or row_ids is None
        or rows.shape != (len(row_ids), config.hidden_size)
        or not bool(((row_ids >= 0) & (row_ids < config.vocab_size)).all())
    ):
        raise _damaged(path, "does not hold the tensors of the pocket model")
    if not all(bool(tensor.isfinite().all()) for tensor in [rows, *tensors.values()]):
        raise _damaged(path, "holds values that are not finite")

    embedding = torch.empty(config.vocab_size, config.hidden_size, dtype=torch.bfloat16)
    step = 8192  # in parts, so that the float32 rows never exist all at once
    for start in range(0, config.vocab_size, step):
        ids = np.arange(start, min(start + step, config.vocab_size))
        fixed = torch.from_numpy(shape.fixed_rows(ids, config.hidden_size))
        embedding[start : start + len(ids)] = fixed.to(torch.bfloat16)
    embedding[row_ids.long()] = rows.to(torch.bfloat16)
    return {"model.embed_tokens.weight": embedding, **tensors}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _flush(path: Path) -> None:
    """Force a file to the disk: a rename must never be there before what it names."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _check_space(parent: Path, checkpoint_bytes: int) -> None:
    """Refuse before the first byte when the disk is too full for the checkpoint."""
    needed = checkpoint_bytes + 25_000_000  # the tokenizer takes 17 MB
    free = shutil.disk_usage(parent).free
    if free < needed:
        raise _disk_full(parent, f" ({free / 1e6:.0f} MB free, {needed / 1e6:.0f} MB needed)")


def _disk_full(parent: Path, figures: str = "") -> LlamaExploreError:
    return LlamaExploreError(
        f"The disk of the cache folder {parent} is full{figures}.",
        "Free some space, or set LLAMA_EXPLORE_CACHE to a folder on another disk.",
    )


@contextmanager
def _clear_disk_errors(parent: Path) -> Iterator[None]:
    """Turn what the operating system says about the cache into one clear error."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_full(parent) from error
        raise LlamaExploreError(
            f"The cache folder {parent} cannot be written ({error.strerror or error}).",
            "Set LLAMA_EXPLORE_CACHE to a folder that you may write to.",
        ) from error


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold the lock of one folder; it vanishes with the process, even a killed one."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(path, timeout=LOCK_SECONDS):
            yield
    except Timeout as error:
        raise LlamaExploreError(
            f"Another process has been assembling the pocket model for {LOCK_SECONDS:.0f} s.",
            "End that process (look for other notebooks of this kit), then try again.",
        ) from error
