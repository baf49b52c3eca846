"""Does it fit? A model's budget held against a machine, and what would make it fit.

A model is spread over equal devices in whole layers, so each device needs its layers'
weights and cache, and also the full working memory: every device has its turn at the
widest moment.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from llama_explore.budget import (
    check_dtype,
    estimate_budget,
    kv_cache_bytes,
    show_bytes,
    weights_bytes,
    working_bytes,
)
from llama_explore.errors import LlamaExploreError
from llama_explore.parameters import count_parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch
    from transformers import LlamaConfig

GIB = 2**30
MOST_DEVICES = 8
MOST_SEQUENCES = 1024
DISK_BYTES_PER_SECOND = 3e9
"""A good laptop's NVMe disk, read in order."""


@dataclass(frozen=True)
class Machine:
    """What a model may fill.

    Attributes:
        name: For example ``"one 80 GB card"``.
        device_bytes: Memory of one device that is there for a model: a card's, without
            what its driver keeps, or main memory without what the system needs.
        n_devices: How many of them.
        is_card: Whether a device is a graphics card, of which there can be more.
        disk_bytes: What is free on the disk that downloads go to; None if nobody looked.
    """

    name: str
    device_bytes: int
    n_devices: int = 1
    is_card: bool = True
    disk_bytes: int | None = None


MACHINES = {
    machine.name: machine
    for machine in (
        Machine("laptop, 16 GiB", 12 * GIB, is_card=False),
        Machine("one 24 GB card", 23 * GIB),
        Machine("one 80 GB card", 78 * GIB),
        Machine("two 80 GB cards", 78 * GIB, 2),
        Machine("eight 80 GB cards", 78 * GIB, 8),
        Machine("one 139 GiB card", 138 * GIB),
        Machine("two 139 GiB cards", 138 * GIB, 2),
    )
}
"""Machines to pick from: 4 GiB of the laptop go to its system, about 1 GiB of a card to
its driver and CUDA's own code. An 80 GB card reports about 79 GiB."""

THIS_MACHINE = "this machine"
"""A name beside those of `MACHINES`: what is free here, now."""


@dataclass(frozen=True, repr=False)
class Fit:
    """Whether a model fits a machine, and how far it would go.

    Attributes:
        machine: The machine.
        dtype: The kind of number that was asked about.
        n_tokens: The context that was asked about.
        n_sequences: The conversations at once that were asked about.
        fits: The answer.
        needed_bytes: What the fullest device has to hold.
        most_tokens: The longest context that fits with these sequences; 0 when none does.
        most_sequences: How many sequences of this length fit, up to `MOST_SEQUENCES`.
        ways_out: What would make it fit, the mildest first; empty when it fits.
        files_bytes: What the download takes on disk; `fits` is about memory alone.
    """

    machine: Machine
    dtype: str
    n_tokens: int
    n_sequences: int
    fits: bool
    needed_bytes: int
    most_tokens: int
    most_sequences: int
    ways_out: tuple[str, ...] = ()
    files_bytes: int = 0

    @property
    def verdict(self) -> str:
        """The answer in one sentence, with the figures."""
        each = " each" if self.machine.n_devices > 1 else ""
        figures = f"{show_bytes(self.needed_bytes)} of {show_bytes(self.machine.device_bytes)}"
        return f"{'It fits' if self.fits else 'It does not fit'}: it needs {figures}{each}."

    def _lines(self) -> list[str]:
        what = f"{self.n_sequences} x {self.n_tokens:,} tokens in {self.dtype}"
        lines = [f"{self.machine.name}, {what}", self.verdict]
        if self.most_tokens:
            lines.append(f"Longest context with {self.n_sequences} at once: {self.most_tokens:,}")
            lines.append(f"Most at once with {self.n_tokens:,} tokens: {self.most_sequences:,}")
        disk = self.machine.disk_bytes
        if disk is not None:
            much = "fit on" if self.files_bytes <= disk else "do not fit on"
            files = f"{show_bytes(self.files_bytes)} of files {much} the disk"
            lines.append(f"The {files}, {show_bytes(disk)} of it free.")
        return lines + [f"- {way}" for way in self.ways_out]

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        first, *others = map(escape, self._lines())
        return "<br>".join([f"<b>{first}</b>", *others])


def find_fit(
    config: LlamaConfig,
    machine: Machine | str,
    *,
    n_tokens: int = 8192,
    n_sequences: int = 1,
    dtype: str | torch.dtype = "bfloat16",
) -> Fit:
    """Say whether a model fits a machine, at which context and batch, or what would help.

    Example: Llama 3.3 70B in bfloat16 with 8,192 tokens does not fit one 80 GB card
    (135.7 GiB of 78); it fits two of them, up to 32,879 tokens.

    Args:
        config: A Llama's configuration.
        machine: A `Machine`, a name from `MACHINES`, or ``"this machine"``.
        n_tokens: Prompt and answer together.
        n_sequences: Conversations at once.
        dtype: A key of `budget.BITS`.

    Raises:
        LlamaExploreError: There is no such machine, or a size is impossible.
    """
    machine = find_machine(machine)
    name = check_dtype(dtype)
    estimate_budget(config, n_tokens=n_tokens, n_sequences=n_sequences, dtype=name)

    def fits(n_tokens: int, n_sequences: int) -> bool:
        need = device_need(config, machine.n_devices, n_tokens, n_sequences, name)
        return need <= machine.device_bytes

    answer = fits(n_tokens, n_sequences)
    return Fit(
        machine=machine,
        dtype=name,
        n_tokens=n_tokens,
        n_sequences=n_sequences,
        fits=answer,
        needed_bytes=device_need(config, machine.n_devices, n_tokens, n_sequences, name),
        most_tokens=_find_most(lambda n: fits(n, n_sequences), config.max_position_embeddings),
        most_sequences=_find_most(lambda n: fits(n_tokens, n), MOST_SEQUENCES),
        ways_out=() if answer else tuple(_ways_out(config, machine, n_tokens, n_sequences, name)),
        files_bytes=weights_bytes(config),
    )


def device_need(
    config: LlamaConfig, n_devices: int, n_tokens: int, n_sequences: int, dtype: str
) -> int:
    """Return what the fullest of `n_devices` has to hold, in bytes.

    Example: two cards with Llama 3.3 70B and 32,768 tokens: 65.7 GiB of weights, 5 GiB of
    cache and 7.3 GiB to work in; 78.0 GiB each.
    """
    parts = count_parameters(config)
    in_layers = weights_bytes(config, dtype=dtype) - _outside_layers(config, dtype)
    cache = kv_cache_bytes(n_tokens, config, n_sequences=n_sequences, dtype=dtype)
    n_layers = -(-parts.n_layers // n_devices)
    # The embedding lies on the first device and lm_head on the last.
    outside = _outside_layers(config, dtype) // min(n_devices, 2 if parts.lm_head else 1)
    return (
        (in_layers + cache) * n_layers // parts.n_layers
        + outside
        + working_bytes(n_tokens, config, n_sequences=n_sequences, dtype=dtype)
    )


def this_machine() -> Machine:
    """Return the machine this runs on: its GPUs if it has any, else its free main memory."""
    import torch
    from huggingface_hub import constants

    from llama_explore.checkpoint import available_bytes

    cache = Path(constants.HF_HUB_CACHE)
    disk = shutil.disk_usage(next(p for p in (cache, *cache.parents) if p.exists())).free
    n_devices = torch.cuda.device_count()
    if not n_devices:
        return Machine(THIS_MACHINE, available_bytes(), is_card=False, disk_bytes=disk)
    free = min(torch.cuda.mem_get_info(i)[0] for i in range(n_devices))
    return Machine(THIS_MACHINE, free, n_devices, disk_bytes=disk)


def find_machine(machine: Machine | str) -> Machine:
    """Return the machine of that name, or raise a clear error."""
    if machine == THIS_MACHINE:
        machine = this_machine()
    if isinstance(machine, str):
        if machine not in MACHINES:
            raise LlamaExploreError(
                f"There is no machine {machine!r} in the list.",
                f"Pick one of: {'; '.join([*MACHINES, THIS_MACHINE])}; "
                "or make one, Machine(name, bytes).",
            )
        machine = MACHINES[machine]
    sizes = machine.device_bytes, machine.n_devices
    if any(type(size) is not int or size < 1 for size in sizes):
        raise LlamaExploreError(
            f"A machine with {sizes[1]!r} devices of {sizes[0]!r} bytes does not exist.",
            "Give whole numbers above 0, for example Machine('mine', 24 * 2**30).",
        )
    return machine


def _ways_out(
    config: LlamaConfig, machine: Machine, n_tokens: int, n_sequences: int, dtype: str
) -> list[str]:
    from llama_explore.relatives import RELATIVES

    def needs(n_devices: int = machine.n_devices, kind: str = dtype) -> int:
        return device_need(config, n_devices, n_tokens, n_sequences, kind)

    ways = []
    for kind in ("8-bit", "4-bit"):
        if needs(kind=kind) <= machine.device_bytes:
            ways.append(f"quantize to {kind}: {show_bytes(needs(kind=kind))}")
    for more in range(machine.n_devices + 1, MOST_DEVICES + 1):
        if machine.is_card and needs(more) <= machine.device_bytes:
            ways.append(f"{more} such cards: {show_bytes(needs(more))} each")
            break
    for name, relative in RELATIVES.items():
        smaller = count_parameters(relative).total < count_parameters(config).total
        if smaller and n_tokens <= relative.max_position_embeddings:
            size = device_need(relative, machine.n_devices, n_tokens, n_sequences, dtype)
            if size <= machine.device_bytes:
                ways.append(f"a smaller relative, {name}: {show_bytes(size)}")
                break
    if not machine.is_card:
        ways.append(f"a machine with {show_bytes(needs())} of memory free")
    # What the devices hold stays there; only the rest is read again for every token.
    rest = min(
        weights_bytes(config, dtype=dtype), (needs() - machine.device_bytes) * machine.n_devices
    )
    seconds = rest / DISK_BYTES_PER_SECOND
    ways.append(
        f"off-load to disk: {show_bytes(rest)} read for every token, at 3 GB/s {seconds:.0f} s"
    )
    ways.append("a server: somebody else's memory, reached over the network")
    return ways


def _outside_layers(config: LlamaConfig, dtype: str) -> int:
    """Return the bytes of embedding, final norm and lm_head, which are never quantized."""
    parts = count_parameters(config)
    numbers = parts.embedding + parts.final_norm + parts.lm_head
    return numbers * (4 if dtype == "float32" else 2)


def _find_most(fits: Callable[[int], bool], limit: int) -> int:
    """Return the largest number up to `limit` that fits, by halving; 0 when not even 1 does."""
    least, most = 0, limit
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(middle) else (least, middle - 1)
    return least
