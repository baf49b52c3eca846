"""What this machine has, and whether the kit can run on it.

`report` looks at one thing after another and never stops at the first trouble:
a missing package or a dead network is a finding, not an exception. Only what
really keeps the chapters from running *blocks*; everything else is a note.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from llama_explore.errors import LlamaExploreError

GIB = 2**30
OLDEST_PYTHON = (3, 11)
CHAPTER_BYTES = 2 * GIB
"""No chapter takes more on the pocket model."""

ASSEMBLY_BYTES = 130_000_000
"""Disk space for the pocket checkpoint and the tokenizer."""

KNOCK_SECONDS = 2.0
ROOM = 0.9
"""Share of the free memory that weights may take: the cache and the logits need the rest."""

CHECKOUT = Path(__file__).parents[1]
REINSTALL = "Run `make lab` again, or: pip install -r requirements.lock"

REAL_MODELS = {
    "meta-llama/Llama-3.2-1B-Instruct": 1_235_814_400,
    "meta-llama/Llama-3.2-3B-Instruct": 3_212_749_824,
    "meta-llama/Llama-3.1-8B-Instruct": 8_030_261_248,
    "meta-llama/Llama-3.3-70B-Instruct": 70_553_706_496,
}
"""Parameters, two bytes each in bfloat16. Source: computed from each model's config.json."""


@dataclass(frozen=True)
class Finding:
    """What was found about one topic.

    Attributes:
        topic: For example ``"memory"``.
        level: ``"ok"``, ``"note"`` (works, but know this) or ``"blocks"`` (the kit cannot run).
        text: One sentence; it names no user and no folder.
        next_step: What to do about it; empty when there is nothing to do.
        values: The same for programs, in plain numbers.
    """

    topic: str
    level: Literal["ok", "note", "blocks"]
    text: str
    next_step: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Report:
    """Everything that was found, one `Finding` a topic."""

    findings: tuple[Finding, ...]

    @property
    def blocking(self) -> tuple[str, ...]:
        """What keeps the kit from running, one sentence each; empty when nothing does."""
        return tuple(
            f"{each.topic}: {each.text}" for each in self.findings if each.level == "blocks"
        )

    @property
    def ready(self) -> bool:
        """Whether the chapters will run here."""
        return not self.blocking

    def to_json(self) -> dict[str, Any]:
        """Return one object for this machine, to be collected by a teacher."""
        found = {
            each.topic: {"level": each.level, "text": each.text, **each.values}
            for each in self.findings
        }
        host = {"host": platform.node(), "system": f"{platform.system()} {platform.machine()}"}
        return {**host, "ready": self.ready, "blocking": list(self.blocking), **found}

    def __repr__(self) -> str:
        lines = []
        for each in self.findings:
            lines.append(f"{each.level:<7}{each.topic:<10}{each.text}")
            if each.next_step:
                lines.append(f"{'':<17}Next step: {each.next_step}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td style='text-align:left'>{escape(cell)}</td>"
                for cell in (each.level, each.topic, f"{each.text} {each.next_step}".strip())
            )
            + "</tr>"
            for each in self.findings
        )
        return f"<table><tr><th></th><th>topic</th><th>found</th></tr>{rows}</table>"


def report() -> Report:
    """Look at this machine and return what was found; takes a few seconds at most.

    Example: ``report().ready`` is True when nothing keeps the chapters from running.
    """
    looks = (
        _python, _packages, _cores, _memory, _disk, _gpus, _network, _token, _models, _chapters,
    )  # fmt: skip
    return Report(tuple(_look(each) for each in looks))


def _look(look: Callable[[], Finding]) -> Finding:
    """Turn a package that is missing or broken into a finding like any other."""
    try:
        return look()
    except (ImportError, LlamaExploreError) as error:
        cause = error.cause if isinstance(error, LlamaExploreError) else str(error)
        step = error.next_step if isinstance(error, LlamaExploreError) else REINSTALL
        return Finding(look.__name__.strip("_"), "blocks", cause, step)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    values = {"version": version}
    if tuple(sys.version_info[:2]) >= OLDEST_PYTHON:
        return Finding("python", "ok", f"Python {version}", values=values)
    needed = ".".join(str(part) for part in OLDEST_PYTHON)
    text = f"Python {version} is too old: the kit needs {needed} or newer."
    return Finding("python", "blocks", text, f"Install Python {needed} or newer.", values)


def _packages(lock: Path = CHECKOUT / "requirements.lock") -> Finding:
    """Compare what is installed with the lock; without a checkout, with the kit's own ranges."""
    from packaging.requirements import Requirement

    try:
        requires = [Requirement(each) for each in metadata.requires("llama-explore") or []]
    except metadata.PackageNotFoundError:
        step = "pip install --no-deps --no-build-isolation -e ."
        return Finding("packages", "blocks", "llama-explore itself is not installed.", step)
    needed = [each for each in requires if "extra" not in str(each.marker)]
    wanted, against = needed, "llama-explore's own ranges"
    if lock.is_file():
        lines = lock.read_text(encoding="utf-8").splitlines()
        wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
        against = lock.name

    missing, different = [], []
    for each in [*needed, *wanted]:
        if each.marker and not each.marker.evaluate():
            continue
        try:
            # "2.13.0+cpu" is the same release as "2.13.0", built for a machine without GPU.
            installed = metadata.version(each.name).partition("+")[0]
        except metadata.PackageNotFoundError:
            missing.append(each.name)
        else:
            if not each.specifier.contains(installed, prereleases=True):
                different.append(f"{each.name} {installed} (not {each.specifier})")

    missing, different = list(dict.fromkeys(missing)), list(dict.fromkeys(different))
    values = {
        "against": against,
        "checked": len(wanted),
        "missing": missing,
        "different": different,
    }
    kit_lacks = [each.name for each in needed if each.name in missing]
    if kit_lacks:
        text = f"Missing: {', '.join(kit_lacks)}."
        return Finding("packages", "blocks", text, REINSTALL, values)
    if missing or different:
        odd = [*(f"{name} (missing)" for name in missing), *different]
        text = f"{len(odd)} differ from {against}: {', '.join(odd[:3])}{', ...' * (len(odd) > 3)}"
        return Finding("packages", "note", text, REINSTALL, values)
    return Finding("packages", "ok", f"{len(wanted)} packages agree with {against}", values=values)


def _cores() -> Finding:
    usable = getattr(os, "sched_getaffinity", None)  # Linux only; knows a container's limit
    n_cores = len(usable(0)) if usable else os.cpu_count() or 1
    return Finding("cores", "ok", f"{n_cores} CPU cores", values={"cores": n_cores})


def _memory() -> Finding:
    import psutil

    free = _free_main_bytes()
    values = {"available_bytes": free, "total_bytes": psutil.virtual_memory().total}
    text = f"{free / GIB:.1f} GiB of main memory free"
    if free < CHAPTER_BYTES:
        step = "A chapter may take 2 GiB: close other programs or stop other notebooks first."
        return Finding("memory", "note", text, step, values)
    return Finding("memory", "ok", text, values=values)


def _disk() -> Finding:
    from llama_explore import vocab

    step = "Set LLAMA_EXPLORE_CACHE to a folder that you may write to, on a disk with room."
    cache = vocab.cache_dir()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=cache).close()
        free = shutil.disk_usage(cache).free
    except OSError as error:
        text = f"The cache folder cannot be written ({error.strerror})."
        return Finding("disk", "blocks", text, step, {"free_bytes": 0, "assembled": False})
    assembled = any(cache.glob("pocket/chat-*/manifest.json"))
    values = {"free_bytes": free, "assembled": assembled}
    text = f"{free / GIB:.1f} GiB free for the cache folder"
    if not assembled and free < ASSEMBLY_BYTES:
        text = f"{free / 1e6:.0f} MB free; the pocket model needs {ASSEMBLY_BYTES / 1e6:.0f} MB."
        return Finding("disk", "blocks", text, step, values)
    return Finding("disk", "ok", text, values=values)


def _gpus() -> Finding:
    gpus = _list_gpus()
    if not gpus:
        text = "no GPU: the pocket model needs none"
        return Finding("gpus", "ok", text, values={"gpus": []})
    text = ", ".join(
        f"{gpu['name']} ({gpu['memory_bytes'] / GIB:.0f} GiB)"
        if gpu["memory_bytes"]
        else gpu["name"]
        for gpu in gpus
    )
    return Finding("gpus", "ok", text, values={"gpus": gpus})


def _network() -> Finding:
    from huggingface_hub import is_offline_mode

    from llama_explore import access

    if is_offline_mode():
        text = "offline mode is on (HF_HUB_OFFLINE): nothing is fetched from the Hub"
        return Finding("network", "ok", text, values={"state": "offline mode"})
    if access.hub_answers(KNOCK_SECONDS):
        return Finding("network", "ok", "the Hugging Face Hub answers", values={"state": "answers"})
    text = f"the Hugging Face Hub does not answer within {KNOCK_SECONDS:.0f} s"
    step = "Nothing to do for the pocket model; a real model's download needs the network."
    return Finding("network", "note", text, step, {"state": "no answer"})


def _token() -> Finding:
    from huggingface_hub import get_token

    present = get_token() is not None
    text = "a Hugging Face token is stored" if present else "no Hugging Face token: none is needed"
    return Finding("token", "ok", text, values={"present": present})


def _models() -> Finding:
    """Tell which real models' weights fit into the free memory and onto the free disk."""
    from huggingface_hub import constants

    from llama_explore.checkpoint import available_bytes

    memory = available_bytes()
    hub_cache = Path(constants.HF_HUB_CACHE)
    disk = shutil.disk_usage(next(p for p in (hub_cache, *hub_cache.parents) if p.exists())).free
    fits = {
        name: {
            "weights_gib": round(2 * parameters / GIB, 1),
            "fits_memory": 2 * parameters <= ROOM * memory,
            "fits_disk": 2 * parameters <= disk,
        }
        for name, parameters in REAL_MODELS.items()
    }
    here = [name for name, found in fits.items() if found["fits_memory"] and found["fits_disk"]]
    too_big = [name for name in fits if name not in here]
    short = {name: f"{name.partition('/')[2]} ({fits[name]['weights_gib']} GiB)" for name in fits}
    parts = [
        f"{verdict}: {', '.join(short[name] for name in names)}"
        for verdict, names in (("fit beside the pocket model", here), ("too big", too_big))
        if names
    ]
    return Finding("models", "ok", "; ".join(parts), values={"models": fits})


def _chapters(notebooks: Path = CHECKOUT / "notebooks") -> Finding:
    """Tell how each chapter will run: all on the pocket model, and on what else fits."""
    chapters = sorted(path.stem for path in notebooks.glob("*.ipynb"))
    models = _models().values["models"]
    real = [name for name, found in models.items() if found["fits_memory"] and found["fits_disk"]]
    values = {"chapters": {chapter: ["pocket", *real] for chapter in chapters}}
    if not chapters:
        text = "no notebooks beside the package: open them from a clone of the repository"
        return Finding("chapters", "note", text, values=values)
    also = (
        f", and on {real[-1].partition('/')[2]} or smaller once access is granted" if real else ""
    )
    text = f"all {len(chapters)} run on the pocket model{also}"
    return Finding("chapters", "ok", text, values=values)


def _list_gpus() -> list[dict[str, Any]]:
    import torch

    gpus: list[dict[str, Any]] = []
    for index in range(torch.cuda.device_count()):
        gpu = torch.cuda.get_device_properties(index)
        gpus.append({"name": gpu.name, "memory_bytes": gpu.total_memory})
    if torch.backends.mps.is_available():
        gpus.append({"name": "Apple GPU, sharing main memory", "memory_bytes": None})
    return gpus


def _free_main_bytes() -> int:
    """Return the free main memory: what all devices have together, less the GPUs' share."""
    import torch

    from llama_explore.checkpoint import available_bytes

    on_gpus = sum(torch.cuda.mem_get_info(i)[0] for i in range(torch.cuda.device_count()))
    return available_bytes() - on_gpus
