"""One session, any model: the pocket Llama, a local folder or a repository on the Hub.

Every chapter begins with ``session = open_session()`` and never asks which model
it got. The variable ``LLAMA_EXPLORE_MODEL`` chooses for all chapters at once.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_explore import access, checkpoint
from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

MODEL_VARIABLE = "LLAMA_EXPLORE_MODEL"
REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
PATH_START = re.compile(r"[./~\\]|[A-Za-z]:[\\/]")
SLOW_TO_LOAD_BYTES = 2**30


@dataclass(frozen=True, eq=False, repr=False)
class Session:
    """An open model with its tokenizer.

    Attributes:
        model: The model, ready for inference.
        tokenizer: Its own tokenizer, with its own chat template.
        name: What ``from_pretrained`` and ``pipeline`` take for the same model: a folder.
        label: What it is called on the page: ``"pocket:chat"``, a repository, a folder.
        stage: ``"base-512"``, ``"base"`` or ``"chat"``.
        n_parameters: Parameters, tied ones counted once.
        weights_bytes: Memory taken by the weights.
        dtype: For example ``"bfloat16"``.
        device_map: Where the modules are, for example ``"cpu"``.
    """

    model: LlamaForCausalLM
    tokenizer: PreTrainedTokenizerFast
    name: str
    label: str
    stage: str
    n_parameters: int
    weights_bytes: int
    dtype: str
    device_map: str

    @property
    def config(self) -> LlamaConfig:
        """The model's configuration."""
        return self.model.config

    def _facts(self) -> dict[str, str]:
        size = self.weights_bytes
        memory = f"{size / 2**30:,.1f} GiB" if size >= 2**30 else f"{size / 2**20:,.1f} MiB"
        return {
            "stage": self.stage,
            "parameters": f"{self.n_parameters:,}",
            "dtype": self.dtype,
            "device map": self.device_map,
            "memory": f"{memory} of weights",
        }

    def __repr__(self) -> str:
        lines = [f"  {key:<12}{value}" for key, value in self._facts().items()]
        return "\n".join([f"Llama session: {self.label}", *lines])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{key}</th>"
            f"<td style='text-align:left'>{escape(value)}</td></tr>"
            for key, value in self._facts().items()
        )
        return f"<b>Llama session: {escape(self.label)}</b><table>{rows}</table>"


def open_session(
    model: str | None = None,
    *,
    dtype: torch.dtype | None = None,
    device_map: str | dict[str, Any] = "auto",
    force: bool = False,
) -> Session:
    """Open a Llama, print what was opened, and return it.

    Example: ``open_session()`` opens the pocket model (81 MB of weights);
    ``open_session("meta-llama/Llama-3.3-70B-Instruct")`` needs 131.4 GiB of memory.

    Args:
        model: ``"pocket"`` (short for ``"pocket:chat"``), ``"pocket:base"``,
            ``"pocket:base-512"``, a local folder, or a Hub repository ``"owner/name"``.
            By default what ``$LLAMA_EXPLORE_MODEL`` says, else ``"pocket"``.
        dtype: Kind of number for the weights; bfloat16 by default.
        device_map: Where to put the modules; ``"auto"`` fills GPUs first, then main memory.
        force: Open it even when its weights seem not to fit into memory.

    Returns:
        The open session. There is no falling back: it is the model that was asked for.

    Raises:
        LlamaExploreError: The model cannot be opened; the message says why and what to do.
    """
    kind, where = resolve(model)
    if kind == "pocket":
        from llama_explore.pocket import assemble

        folder = assemble(where)
        label = f"pocket:{where}"
    elif kind == "folder":
        folder = Path(where).expanduser()
        label = where
    else:
        folder = access.find_cached(where) or access.fetch(where, access.SMALL_FILES)
        label = where

    import torch

    dtype = dtype or torch.bfloat16
    config = checkpoint.read_config(folder, label)
    needed = checkpoint.weights_bytes(config, dtype, label)
    if not force:
        checkpoint.check_memory(needed, label)
    if kind == "repository":
        folder = _complete(folder, label)
    checkpoint.check_tokenizer(folder, label)
    checkpoint.check_weights(folder, label)
    loaded, tokenizer = _load(folder, label, needed, dtype=dtype, device_map=device_map)

    parameters = list(loaded.parameters())
    session = Session(
        model=loaded,
        tokenizer=tokenizer,
        name=str(folder),
        label=label,
        stage=where if kind == "pocket" else "chat" if tokenizer.chat_template else "base",
        n_parameters=sum(p.numel() for p in parameters),
        weights_bytes=sum(p.numel() * p.element_size() for p in parameters),
        dtype=str(loaded.dtype).removeprefix("torch."),
        device_map=_describe_devices(loaded),
    )
    print(session)
    return session


def resolve(model: str | None = None) -> tuple[str, str]:
    """Return what kind of thing a model's name is, and its exact name.

    Examples: ``resolve("pocket")`` is ``("pocket", "chat")``; ``resolve("./mine")`` is
    ``("folder", "./mine")``; ``resolve("meta-llama/Llama-3.1-8B")`` is
    ``("repository", "meta-llama/Llama-3.1-8B")``.

    Raises:
        LlamaExploreError: It is the name of nothing.
    """
    from llama_explore.pocket import shape
    from llama_explore.pocket.assemble import check_stage

    asked = os.environ.get(MODEL_VARIABLE) or "pocket" if model is None else model
    name = str(asked).strip()
    family, _, stage = name.partition(":")
    if family == "pocket":
        check_stage(stage or "chat")
        return "pocket", stage or "chat"
    if PATH_START.match(name) or (name and Path(name).exists()):
        return "folder", name
    if REPOSITORY.fullmatch(name):
        return "repository", name
    origin = "" if model else f" (from the variable {MODEL_VARIABLE})"
    known = ["pocket", *(f"pocket:{each}" for each in shape.STAGES)]
    close = get_close_matches(name.lower(), known, n=1)
    if re.match(r"llama-3", name, re.IGNORECASE):  # the owner is what is missing
        close = [f"meta-llama/{name}"]
    raise LlamaExploreError(
        f"There is no model called {name!r}{origin}.",
        f"Did you mean {close[0]!r}?"
        if close
        else "Use 'pocket', a folder such as './my-llama', or a Hub repository with its owner, "
        "such as 'meta-llama/Llama-3.3-70B-Instruct'.",
    )


def _complete(folder: Path, repo_id: str) -> Path:
    """Return the folder of a repository with all it needs, downloading only what is missing."""
    try:
        checkpoint.check_tokenizer(folder, repo_id)
        checkpoint.check_weights(folder, repo_id)
    except LlamaExploreError:
        return access.fetch(repo_id, access.SMALL_FILES + access.WEIGHTS_FILES)
    return folder


def _load(
    folder: Path,
    label: str,
    needed: int,
    *,
    dtype: torch.dtype,
    device_map: str | dict[str, Any],
) -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    """Load a checked folder; a weight that is missing is an error, never a random number."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from llama_explore.bfloat16 import quicken

    try:
        with _progress_bars(shown=needed >= SLOW_TO_LOAD_BYTES):
            loaded: Any = AutoModelForCausalLM.from_pretrained(
                folder,
                dtype=dtype,
                device_map=device_map,
                local_files_only=True,
                output_loading_info=True,
            )
        model, report = loaded
        tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:
        raise LlamaExploreError(
            f"{label!r} could not be loaded ({type(error).__name__}: {error}).",
            "Check that its files belong together, or fetch it again.",
        ) from error
    if report["missing_keys"]:
        raise LlamaExploreError(
            f"The weights of {label!r} lack {len(report['missing_keys'])} tensors, "
            f"for example {min(report['missing_keys'])}.",
            "Fetch the checkpoint again: its weights do not belong to its config.json.",
        )
    quicken(model)
    # As `generate` would choose, but without its warning at each call.
    generation = model.generation_config
    if generation.pad_token_id is None and generation.eos_token_id is not None:
        stops = generation.eos_token_id
        generation.pad_token_id = stops[0] if isinstance(stops, list) else stops
    return model, tokenizer


@contextmanager
def _progress_bars(*, shown: bool) -> Iterator[None]:
    """Keep transformers' bars out of the notebook for what loads in a blink."""
    from transformers.utils import logging

    def without_bar(factory: Any, args: Any, options: Any) -> Any:
        return factory(*args, **options | {"disable": True})

    previous = logging.set_tqdm_hook(None if shown else without_bar)
    try:
        yield
    finally:
        logging.set_tqdm_hook(previous)


def _describe_devices(model: LlamaForCausalLM) -> str:
    """Return "cpu", or how many modules lie where when there are several places."""
    places = getattr(model, "hf_device_map", None) or {"": model.device}
    counts = Counter(f"cuda:{p}" if isinstance(p, int) else str(p) for p in places.values())
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(f"{place} ({n} modules)" for place, n in sorted(counts.items()))
