"""One walk over all of a layer's attention weights, tile by tile, with nothing kept but sums.

Once a query's log-sum-exp is known, any of its probabilities is exp(score - lse), whatever
the other keys are. So the T x T matrix can be met in small tiles: each is computed, summed
into what was asked for, and forgotten.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import torch

LOG2_E = math.log2(math.e)
TILE_KEYS = 512
TILE_ELEMENTS = 2**19
"""2 MiB of float32 stay in the caches of a few processor cores."""
LARGE_TILE_ELEMENTS = 2**24
"""A GPU wants more at once to be busy."""
HIDDEN = -1e4
"""A log-probability for keys a query must not see: 2 to this power is exactly 0."""


@dataclass(frozen=True)
class Scene:
    """One layer's queries and keys of one sequence, with what each query may see.

    Query i stands at position ``first + i``; it sees the keys from ``start`` to itself.

    Attributes:
        query: (n_query_heads, n_queries, head_dim), only queries that are no padding.
        key: (n_kv_heads, n_keys, head_dim), from position 0 on.
        scale: Factor of the dot product, 1 / sqrt(head_dim).
        first: Position of the first query.
        start: Position of the first key that is no padding.
        lse: Natural log of the sum of exponentiated scores, (n_query_heads, n_queries), or None.
    """

    query: torch.Tensor
    key: torch.Tensor
    scale: float
    first: int
    start: int
    lse: torch.Tensor | None

    @property
    def n_queries(self) -> int:
        """Queries of this pass that are no padding."""
        return self.query.shape[1]

    def with_lse(self, lse: torch.Tensor) -> Scene:
        """Return the same scene, its log-sum-exp known."""
        return replace(self, lse=lse)


@dataclass(frozen=True)
class Sums:
    """What one walk adds up.

    Attributes:
        lse: Natural log of the sum of exponentiated scores, (n_query_heads, n_queries).
        entropy: Nats, same shape.
        distance: Mean distance in tokens, same shape.
        spans: Mass on each span, (n_spans, n_query_heads, n_queries).
        bins: Mass by query bin and key bin, summed over queries, or None.
    """

    lse: torch.Tensor
    entropy: torch.Tensor
    distance: torch.Tensor
    spans: torch.Tensor
    bins: torch.Tensor | None


def walk(
    scene: Scene,
    *,
    spans: Sequence[tuple[int, int]] = (),
    bin_width: int | None = None,
    only_bins: bool = False,
) -> Sums:
    """Walk over all weights of a scene once, on a GPU with one kernel where that is possible.

    Args:
        scene: Queries and keys.
        spans: (start, end) key positions whose mass to sum.
        bin_width: Tokens in a bin of the map (a power of two), or None for no map.
        only_bins: Leave entropy and distance out: what comes back for them means nothing.
    """
    options: dict[str, Any] = {"spans": spans, "bin_width": bin_width, "only_bins": only_bins}
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
    spans: Sequence[tuple[int, int]] = (),
    bin_width: int | None = None,
    only_bins: bool = False,
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
    return Sums(lse, entropy, distance, mass, bins)


def walk_with_tiles(
    scene: Scene,
    *,
    spans: Sequence[tuple[int, int]] = (),
    bin_width: int | None = None,
    only_bins: bool = False,
) -> Sums:
    """Walk with matrix products, on any device."""
    if scene.lse is None:
        scene = scene.with_lse(log_sum_exp(scene))
    assert scene.lse is not None
    n_heads, n_queries, head_dim = scene.query.shape
    n_kv_heads, n_keys, _ = scene.key.shape
    device = scene.query.device
    tile_keys = max(TILE_KEYS, bin_width or 0)
    tile_queries = max(8, elements_at_once(device) // (n_heads * tile_keys))

    # One more dimension subtracts the log-sum-exp inside the matrix product.
    key = torch.ones(n_kv_heads, n_keys, head_dim + 1, device=device)
    key[..., :head_dim] = scene.key
    buffers = torch.empty(2, n_heads * tile_queries * tile_keys, device=device)
    entropy = torch.zeros(n_heads, n_queries, device=device)
    distance = torch.zeros_like(entropy)
    mass = torch.zeros(len(spans), n_heads, n_queries, device=device)
    n_bins = -(-n_keys // bin_width) if bin_width else 0
    bins = torch.zeros(n_bins, n_heads, n_bins, device=device) if bin_width else None

    later = torch.ones(tile_queries, tile_queries, dtype=torch.bool, device=device).triu(1)
    away = torch.arange(n_keys, -tile_queries, -1, device=device, dtype=torch.float32)
    for low in range(0, n_queries, tile_queries):
        high = min(low + tile_queries, n_queries)
        n_rows = high - low
        here = scene.first + low
        query = torch.empty(n_heads, n_rows, head_dim + 1, device=device)
        chosen = scene.query[:, low:high].float()  # before the product, which would be rounded
        torch.mul(chosen, scene.scale * LOG2_E, out=query[..., :head_dim])
        torch.mul(scene.lse[:, low:high], -LOG2_E, out=query[..., head_dim])
        query = query.view(n_kv_heads, -1, head_dim + 1)
        by_bin = torch.zeros(n_heads, n_rows, n_bins, device=device)
        # Tiles begin at multiples of their width, so that bins never straddle two of them.
        for left in range(scene.start // tile_keys * tile_keys, here + n_rows, tile_keys):
            a, b = max(left, scene.start), min(left + tile_keys, here + n_rows)
            shape = (n_kv_heads, query.shape[1], b - a)
            logp, p = (each[: math.prod(shape)].view(shape) for each in buffers)
            torch.bmm(query, key[:, a:b].transpose(1, 2), out=logp)
            if b > here + 1:  # some of these keys come after some of these queries
                c = max(a, here)
                corner = logp.view(n_heads, n_rows, -1)[..., c - a :]
                corner.masked_fill_(later[:n_rows, c - here : b - here], HIDDEN)
            torch.exp2(logp, out=p)
            rows = p.view(n_heads, n_rows, -1)
            if not only_bins:
                entropy[:, low:high] -= logp.mul_(p).sum(-1).view(n_heads, n_rows)
                steps = away[a - here + n_keys : b - here + n_keys]
                distance[:, low:high] += torch.mv(p.view(-1, b - a), steps).view(n_heads, n_rows)
            for i, (begin, end) in enumerate(spans):
                if begin < b and end > a:
                    part = rows[..., max(begin, a) - a : min(end, b) - a]
                    mass[i, :, low:high] += part.sum(-1)
            if bin_width:
                _add_bins(by_bin, rows, a, bin_width)
        distance[:, low:high] += torch.arange(n_rows, device=device)
        if bins is not None:
            where = torch.arange(here, here + n_rows, device=device) // (bin_width or 1)
            bins.index_add_(0, where, by_bin.transpose(0, 1))
    entropy /= LOG2_E
    by_query = None if bins is None else bins.transpose(0, 1)
    return Sums(scene.lse, entropy, distance, mass, by_query)


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


def elements_at_once(device: torch.device) -> int:
    """Return how many weights of a tile suit a device."""
    return TILE_ELEMENTS if device.type == "cpu" else LARGE_TILE_ELEMENTS


def log_sum_exp(scene: Scene) -> torch.Tensor:
    """Compute a scene's log-sum-exp, (n_query_heads, n_queries), where no kernel has told it."""
    n_heads, n_queries, head_dim = scene.query.shape
    n_kv_heads, n_keys, _ = scene.key.shape
    device = scene.query.device
    step = max(1, LARGE_TILE_ELEMENTS // (n_heads * n_keys))
    key = scene.key.float().transpose(1, 2)
    result = torch.empty(n_heads, n_queries, device=device)
    for low in range(0, n_queries, step):
        high = min(low + step, n_queries)
        here = scene.first + low
        query = scene.query[:, low:high].float().reshape(n_kv_heads, -1, head_dim) * scene.scale
        keys = slice(scene.start, here + high - low)
        scores = torch.bmm(query, key[..., keys]).view(n_heads, high - low, -1)
        later = torch.arange(keys.start, keys.stop, device=device) > torch.arange(
            here, keys.stop, device=device
        ).unsqueeze(1)
        result[:, low:high] = scores.masked_fill_(later, -torch.inf).logsumexp(-1)
    return result


def mass_on_keys(scene: Scene, keys: torch.Tensor) -> torch.Tensor:
    """Return the mass that each query puts on one chosen key, (n_query_heads, n_queries).

    Args:
        scene: Queries and keys, with `lse`.
        keys: Positions, (n_queries,); NaN comes back where one is negative.
    """
    assert scene.lse is not None
    n_heads, n_queries, head_dim = scene.query.shape
    n_kv_heads = scene.key.shape[0]
    result = torch.empty(n_heads, n_queries, device=scene.query.device)
    step = max(64, 4 * elements_at_once(scene.query.device) // (n_heads * head_dim))
    for low in range(0, n_queries, step):
        part = slice(low, low + step)
        chosen = scene.key[:, keys[part].clamp(min=0)].float().unsqueeze(1)
        query = scene.query[:, part].float().view(n_kv_heads, -1, chosen.shape[2], head_dim)
        scores = torch.linalg.vecdot(query, chosen).view(n_heads, -1) * scene.scale
        result[:, part] = (scores - scene.lse[:, part]).exp_()
    return result.masked_fill_(keys < 0, torch.nan)
