"""How weights get from files into memory: lazily, step by step, over several devices."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from transformers import LlamaConfig


@dataclass(frozen=True)
class Step:
    """One step of loading, measured.

    Attributes:
        name: What was done.
        seconds: How long it took.
        grown_bytes: How much the process grew meanwhile; never below 0.
    """

    name: str
    seconds: float
    grown_bytes: int

    def __repr__(self) -> str:
        return f"{self.name:<34}{self.seconds:8.3f} s {self.grown_bytes / 2**20:10,.1f} MiB"


def measure_loading(folder: str | Path) -> list[Step]:
    """Load a checkpoint in four steps and return the time and the memory of each.

    Example: for the pocket model the headers are read in a millisecond, whatever the files
    hold; its memory grows only when tensors are read.

    Args:
        folder: A checkpoint folder, ``session.name``.

    Raises:
        LlamaExploreError: There are no safetensors files in the folder.
    """
    from safetensors import safe_open
    from transformers import AutoConfig

    from llama_explore.parameters import build_on_meta

    files = find_files(folder)
    steps: list[Step] = []
    config = _measure(steps, "read config.json", lambda: AutoConfig.from_pretrained(folder))
    _measure(steps, "build the model without data", lambda: build_on_meta(config))
    handles = _measure(
        steps, "open the files (headers only)", lambda: [safe_open(f, "pt") for f in files]
    )
    _measure(
        steps,
        "read every tensor",
        # Only now is the file read. Each copy is dropped at once, so that this works beside an
        # open 70B; what grows is the part of the file that the system keeps mapped.
        lambda: [sum(h.get_tensor(n).clone().nbytes for n in h.keys()) for h in handles],  # noqa: SIM118
    )
    return steps


def find_files(folder: str | Path) -> list[Path]:
    """Return the weights files of a checkpoint folder, in order.

    Raises:
        LlamaExploreError: There are none.
    """
    files = sorted(Path(folder).glob("*.safetensors"))
    if not files:
        raise LlamaExploreError(
            f"There is no safetensors file in {Path(folder).name!r}.",
            "Give the folder of an open model, session.name.",
        )
    return files


def plan_devices(config: LlamaConfig, max_memory: Mapping[int | str, int]) -> dict[str, int | str]:
    """Return where `device_map="auto"` would put each module, on devices you need not have.

    Example: Llama 3.3 70B over ``{0: 78 * 2**30, 1: 78 * 2**30}`` puts the first 40 layers
    on GPU 0 and the others on GPU 1; what fits nowhere goes to ``"disk"``.

    Args:
        config: A Llama's configuration.
        max_memory: Bytes for each device: GPU numbers, ``"cpu"``.

    Source: accelerate's get_balanced_memory and infer_auto_device_map, which transformers calls.
    """
    import torch

    from llama_explore.parameters import build_on_meta

    for device, size in max_memory.items():
        if type(size) is not int or size < 0:
            raise LlamaExploreError(
                f"The limit of device {device!r} is {size!r}; it has to be a number of bytes.",
                "Give whole numbers, for example {0: 24 * 2**30, 'cpu': 64 * 2**30}.",
            )
    accelerate: Any = import_module("accelerate")  # it has no type hints

    with quiet_loading():
        model = build_on_meta(config).to(torch.bfloat16)
        model.tie_weights()
        whole = {"no_split_module_classes": ["LlamaDecoderLayer"]}
        # "auto" first evens out the GPUs, so that each keeps room for its cache.
        limits = accelerate.utils.get_balanced_memory(model, dict(max_memory), **whole)
        plan: dict[str, int | str] = accelerate.infer_auto_device_map(model, limits, **whole)
    return plan


def describe_plan(plan: Mapping[str, Any]) -> str:
    """Return how many layers lie where: ``"GPU 0: 40 layers, GPU 1: 40 layers"``."""
    if set(plan) == {""}:
        return f"everything on {_name_place(plan[''])}"
    places = Counter(
        _name_place(place)
        for name, place in plan.items()
        if ".layers." in name and name.split(".")[-1].isdigit()
    )
    return ", ".join(f"{place}: {n} layer{'s' * (n > 1)}" for place, n in places.items())


def _name_place(place: Any) -> str:
    return f"GPU {place}" if isinstance(place, int) else str(place)


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Keep progress bars and notes about off-loading out of a page that should not change."""
    from transformers.utils.logging import set_tqdm_hook

    def without_bar(factory: Any, args: Any, options: Any) -> Any:
        return factory(*args, **options | {"disable": True})

    talkative = logging.getLogger("accelerate")
    level, previous = talkative.level, set_tqdm_hook(without_bar)
    talkative.setLevel(logging.ERROR)
    try:
        yield
    finally:
        set_tqdm_hook(previous)
        talkative.setLevel(level)


def _measure(steps: list[Step], name: str, action: Callable[[], Any]) -> Any:
    """Do `action`, append its step, and return what it returned."""
    import psutil

    process = psutil.Process()
    before, start = process.memory_info().rss, time.perf_counter()
    result = action()
    seconds = time.perf_counter() - start
    steps.append(Step(name, seconds, max(0, process.memory_info().rss - before)))
    return result
