"""One walk over all of a layer's attention weights, tile by tile, with nothing kept but sums.

Once a query's log-sum-exp is known, any of its probabilities is exp(score - lse), whatever
the other keys are. So the T x T matrix can be met in small tiles: each is computed, summed
into what was asked for, and forgotten.
"""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import torch

from llama_explore.attention.scene import (
    LARGE_TILE_ELEMENTS,
    Scene,
    Sums,
    log_sum_exp,
    mass_on_keys,
)

LOG2_E = math.log2(math.e)
TILE_KEYS = 512
TILE_ELEMENTS = 2**19
"""2 MiB of float32 for each thread, found by measuring: smaller tiles cost more calls."""
HIDDEN = -1e4
"""A log-probability for keys a query must not see: 2 to this power is exactly 0."""
Spans = Sequence[tuple[int, int]]


def walk(
    scene: Scene,
    *,
    spans: Spans = (),
    bin_width: int | None = None,
    only_bins: bool = False,
    targets: torch.Tensor | None = None,
) -> Sums:
    """Walk over all weights of a scene once, on a GPU with one kernel where that is possible.

    Args:
        scene: Queries and keys.
        spans: (start, end) key positions whose mass to sum.
        bin_width: Tokens in a bin of the map (a power of two), or None for no map.
        only_bins: Leave entropy and distance out: what comes back for them means nothing.
        targets: Keys whose mass is asked for, one for each query, (n_targets, n_queries);
            NaN comes back where one is negative.
    """
    options: dict[str, Any] = {
        "spans": spans,
        "bin_width": bin_width,
        "only_bins": only_bins,
        "targets": targets,
    }
    if scene.query.is_cuda and not _kernel_failed and find_kernels() and scene.n_queries:
        try:
            return walk_with_kernel(scene, **options)
        except torch.OutOfMemoryError:
            raise
        except Exception as error:  # what Triton can compile depends on the GPU and its driver
            _kernel_failed.append(error)
            warnings.warn(
                f"The GPU kernel does not work here ({type(error).__name__}: {error}); matrix "
                "products take its place, which is slower and gives the same.",
                stacklevel=2,
            )
    return walk_with_tiles(scene, **options)


_kernel_failed: list[Exception] = []


@cache
def find_kernels() -> ModuleType | None:
    """Return the GPU kernels, or None where Triton is missing."""
    try:
        return import_module("llama_explore.attention.kernels")
    except ImportError:
        return None


def walk_with_kernel(
    scene: Scene,
    *,
    spans: Spans = (),
    bin_width: int | None = None,
    only_bins: bool = False,
    targets: torch.Tensor | None = None,
) -> Sums:
    """Walk inside a GPU's registers; bins narrower than a block of queries are left to tiles."""
    kernels: Any = find_kernels()
    block = kernels.BLOCK_QUERIES
    aligned = bin_width is not None and bin_width % block == scene.first % block == 0
    n_bins = -(-scene.key.shape[1] // bin_width) if bin_width and aligned else 0
    lse, entropy, distance, mass, blocks = kernels.launch(
        scene.query,
        scene.key,
        scale=scene.scale,
        first=scene.first,
        start=scene.start,
        spans=torch.tensor(spans, dtype=torch.int32, device=scene.query.device).view(-1, 2),
        bin_width=bin_width if bin_width and aligned else 1,
        n_bins=n_bins,
        known_lse=scene.lse if only_bins else None,
    )
    bins = None
    if bin_width and aligned:
        begins = scene.first + block * torch.arange(len(blocks), device=lse.device)
        bins = torch.zeros(n_bins, len(scene.query), n_bins, device=lse.device)
        bins = bins.index_add_(0, begins // bin_width, blocks).transpose(0, 1)
    elif bin_width:
        bins = walk_with_tiles(scene.with_lse(lse), bin_width=bin_width, only_bins=True).bins
    chosen = mass_on_keys(scene.with_lse(lse), targets)
    return Sums(lse, entropy, distance, mass, bins, chosen)


def walk_with_tiles(
    scene: Scene,
    *,
    spans: Spans = (),
    bin_width: int | None = None,
    only_bins: bool = False,
    targets: torch.Tensor | None = None,
) -> Sums:
    """Walk with matrix products, on any device; on a CPU in one thread for each core.

    Threads that each take the next block of queries beat threads that share every small
    product: they never wait for each other, above all when the machine has other work too.
    """
    tiles = _Tiles(scene, spans, bin_width, only_bins, targets)
    starts = reversed(range(0, scene.n_queries, tiles.n_rows))  # the longest rows first
    if scene.query.device.type != "cpu":
        tiles.work(starts, tiles.make_room(1)[0])
        return tiles.finish()
    n_threads = torch.get_num_threads()
    rooms = tiles.make_room(n_threads)  # here, for what a thread allocates stays with it
    inference = torch.is_inference_mode_enabled()  # a new thread would not know

    def work_alone(room: torch.Tensor) -> None:
        torch.set_num_threads(1)
        with torch.inference_mode(inference), torch.no_grad():
            tiles.work(starts, room)

    try:
        with ThreadPoolExecutor(n_threads) as pool:
            for done in [pool.submit(work_alone, room) for room in rooms]:
                done.result()
    finally:
        torch.set_num_threads(n_threads)
    return tiles.finish()


class _Tiles:
    """The sums of one walk, and how a block of queries adds to them."""

    def __init__(
        self,
        scene: Scene,
        spans: Spans,
        bin_width: int | None,
        only_bins: bool,
        targets: torch.Tensor | None,
    ) -> None:
        self.targets = targets
        self.scene = scene if scene.lse is not None else scene.with_lse(log_sum_exp(scene))
        self.spans, self.bin_width, self.only_bins = spans, bin_width, only_bins
        n_heads, n_queries, head_dim = scene.query.shape
        n_kv_heads, n_keys, _ = scene.key.shape
        self.device = device = scene.query.device
        self.tile_keys = max(TILE_KEYS, bin_width or 0)
        elements = TILE_ELEMENTS if device.type == "cpu" else LARGE_TILE_ELEMENTS
        self.n_rows = max(8, elements // (n_heads * self.tile_keys))
        # One more dimension subtracts the log-sum-exp inside the matrix product.
        self.key = torch.ones(n_kv_heads, n_keys, head_dim + 1, device=device)
        self.key[..., :head_dim] = scene.key
        self.later = torch.ones(self.n_rows, self.n_rows, device=device).triu(1).bool()
        self.away = torch.arange(n_keys, -self.n_rows, -1, device=device, dtype=torch.float32)
        assert self.scene.lse is not None
        self.lse = self.scene.lse.clone()
        # In 16 bits the kernel's log-sum-exp is off by some 1e-4: what the weights add up to tells.
        self.exact = scene.query.dtype == torch.float32
        self.entropy = torch.zeros(n_heads, n_queries, device=device)
        self.distance = torch.zeros_like(self.entropy)
        self.mass = torch.zeros(len(spans), n_heads, n_queries, device=device)
        n_targets = 0 if targets is None else len(targets)
        self.chosen = torch.zeros(n_targets, n_heads, n_queries, device=device)
        self.n_bins = -(-n_keys // bin_width) if bin_width else 0
        self.bins = torch.zeros(self.n_bins, n_heads, self.n_bins, device=device)
        self.lock = threading.Lock()

    def finish(self) -> Sums:
        """Return the sums."""
        bins = self.bins.transpose(0, 1) if self.bin_width else None
        return Sums(self.lse, self.entropy / LOG2_E, self.distance, self.mass, bins, self.chosen)

    def make_room(self, n_workers: int) -> torch.Tensor:
        """Return room for each worker's two tiles: log-probabilities and probabilities."""
        n_elements = self.scene.query.shape[0] * self.n_rows * self.tile_keys
        return torch.empty(n_workers, 2, n_elements, device=self.device)

    def work(self, starts: Iterator[int], room: torch.Tensor) -> None:
        """Do blocks of queries until there are none left."""
        for low in starts:
            self.add_block(low, min(low + self.n_rows, self.scene.n_queries), room)

    def add_block(self, low: int, high: int, room: torch.Tensor) -> None:
        """Add the queries from `low` to `high`, over all keys they may see."""
        scene = self.scene
        n_heads, _, head_dim = scene.query.shape
        n_rows, here = high - low, scene.first + low
        query = torch.empty(n_heads, n_rows, head_dim + 1, device=self.device)
        chosen = scene.query[:, low:high].float()  # before the product, which would be rounded
        torch.mul(chosen, scene.scale * LOG2_E, out=query[..., :head_dim])
        torch.mul(self.lse[:, low:high], -LOG2_E, out=query[..., head_dim])
        query = query.view(len(self.key), -1, head_dim + 1)
        by_bin = torch.zeros(n_heads, n_rows, self.n_bins, device=self.device)
        # Sums of this block stay small and near until its last tile is done.
        total, entropy, distance = torch.zeros(3, n_heads, n_rows, device=self.device)
        # Tiles begin at multiples of their width, so that bins never straddle two of them.
        step = self.tile_keys
        for left in range(scene.start // step * step, here + n_rows, step):
            a, b = max(left, scene.start), min(left + step, here + n_rows)
            shape = (len(self.key), query.shape[1], b - a)
            logp, p = (each[: math.prod(shape)].view(shape) for each in room)
            torch.bmm(query, self.key[:, a:b].transpose(1, 2), out=logp)
            if b > here + 1:  # some of these keys come after some of these queries
                c = max(a, here)
                corner = logp.view(n_heads, n_rows, -1)[..., c - a :]
                corner.masked_fill_(self.later[:n_rows, c - here : b - here], HIDDEN)
            torch.exp2(logp, out=p)
            rows = p.view(n_heads, n_rows, -1)
            if not self.exact:
                total += rows.sum(-1)
            if not self.only_bins:
                entropy -= _dot_rows(logp, p).view(n_heads, n_rows)
                n_keys = self.key.shape[1]
                steps = self.away[a - here + n_keys :][: b - a]
                distance += torch.mv(p.view(-1, b - a), steps).view(n_heads, n_rows)
            for i, (begin, end) in enumerate(self.spans):
                if begin < b and end > a:
                    part = rows[..., max(begin, a) - a : min(end, b) - a]
                    self.mass[i, :, low:high] += part.sum(-1)
            if self.bin_width:
                _add_bins(by_bin, rows, a, self.bin_width)
        if not self.exact:
            self.lse[:, low:high] += total.log()
            entropy = entropy / total + total.log2()
            distance /= total
            self.mass[:, :, low:high] /= total
            by_bin /= total.unsqueeze(-1)
        part = replace(scene, query=scene.query[:, low:high], lse=self.lse[:, low:high])
        if self.targets is not None:
            self.chosen[:, :, low:high] = mass_on_keys(part, self.targets[:, low:high])
        self.entropy[:, low:high] = entropy
        self.distance[:, low:high] = distance + torch.arange(n_rows, device=self.device)
        if self.bin_width:
            where = torch.arange(here, here + n_rows, device=self.device) // self.bin_width
            with self.lock:  # blocks of several threads may share a bin
                self.bins.index_add_(0, where, by_bin.transpose(0, 1))


def _dot_rows(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Return the dot product of each row with its like; `one` may be overwritten.

    NumPy multiplies and adds in one go, without a third matrix: half of the time.
    """
    if one.device.type == "cpu":
        return torch.from_numpy(np.vecdot(one.numpy(), other.numpy()))
    return one.mul_(other).sum(-1)


def _add_bins(by_bin: torch.Tensor, rows: torch.Tensor, left: int, width: int) -> None:
    """Add a tile's mass, whose keys begin at `left`, to the bins they belong to."""
    n_keys = rows.shape[-1]
    lead = min(-left % width, n_keys)  # after padding, the first bin is not whole
    whole = (n_keys - lead) // width
    if lead:
        by_bin[..., left // width] += rows[..., :lead].sum(-1)
    if whole:
        at = (left + lead) // width
        middle = rows[..., lead : lead + whole * width].unflatten(-1, (whole, width))
        by_bin[..., at : at + whole] += middle.sum(-1)
    if lead + whole * width < n_keys:
        by_bin[..., (n_keys + left - 1) // width] += rows[..., lead + whole * width :].sum(-1)
