"""What every head does over all positions, in a few numbers each, without a T x T matrix."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import torch

NAMES = (
    "entropy",
    "mean_distance",
    "first_token",
    "previous_token",
    "current_token",
    "induction",
)


@dataclass(frozen=True, eq=False, repr=False)
class HeadStatistics:
    """Statistics of each head, as means over the query positions (padding left out).

    Attributes:
        entropy: Nats, (n_layers, batch, n_query_heads): 0 = all on one token, ln(T) = even.
        mean_distance: Tokens between query and key, weighted by attention; same shape.
        first_token: Mass on the first (unpadded) token; same shape.
        previous_token: Mass on the token just before the query; same shape.
        current_token: Mass on the query's own token; same shape.
        induction: Mass on the token that followed the latest earlier occurrence of the query's
            token, over the queries that have one; None without token ids, NaN without a repeat.
        spans: Mass on each asked span of keys, by name; same shape.
        layers: Which layers, ascending.
        n_queries: Query positions behind each mean, per sequence.
        n_kv_heads: KV heads of a layer.
        per_position: With ``per_position=True``, the same names with a last axis n_tokens
            (NaN for padding and where there is no such token); else empty.
    """

    entropy: torch.Tensor
    mean_distance: torch.Tensor
    first_token: torch.Tensor
    previous_token: torch.Tensor
    current_token: torch.Tensor
    induction: torch.Tensor | None
    spans: Mapping[str, torch.Tensor]
    layers: tuple[int, ...]
    n_queries: tuple[int, ...]
    n_kv_heads: int
    per_position: Mapping[str, torch.Tensor]

    def __repr__(self) -> str:
        lines = [
            f"HeadStatistics: {len(self.layers)} layers x {self.entropy.shape[2]} query heads "
            f"({self.n_kv_heads} KV heads), means over {max(self.n_queries):,} positions"
        ]
        lines += [f"  {name:<16}{low:>8} to {high}" for name, low, high in self._ranges()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        title, *_ = repr(self).splitlines()
        cells = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th><td>{low}</td><td>{high}</td></tr>"
            for name, low, high in self._ranges()
        )
        head = "<tr><th></th><th>lowest head</th><th>highest head</th></tr>"
        return f"<p>{title}</p><table>{head}{cells}</table>"

    def _ranges(self) -> list[tuple[str, str, str]]:
        units = {"entropy": " nats", "mean_distance": " tokens"}
        found = []
        for name in (*NAMES, *self.spans):
            values = self.spans[name] if name in self.spans else getattr(self, name)
            if values is None or values.isnan().all():
                continue
            seen = values[~values.isnan()]
            low, high = float(seen.min()), float(seen.max())
            unit = units.get(name, "")
            show = "{:.2f}" if unit else "{:.3f}"
            found.append((name.replace("_", " "), show.format(low), show.format(high) + unit))
        return found


@dataclass(frozen=True)
class Summary:
    """One layer of one pass: sums and counts (n_names, batch, n_query_heads), perhaps values."""

    sums: torch.Tensor
    counts: torch.Tensor
    values: torch.Tensor | None


def summarise(values: torch.Tensor, *, keep: bool) -> Summary:
    """Add values up over their last axis, the queries; NaN means that a query has none."""
    counts = (~values.isnan()).sum(-1)
    sums = values.nansum(-1, dtype=torch.float64)
    return Summary(sums, counts, values.cpu() if keep else None)


class StatisticsStore:
    """Sums over query positions, in float64, until the means are asked for."""

    def __init__(self, span_names: tuple[str, ...], *, per_position: bool) -> None:
        self.names = (*NAMES, *span_names)
        self.span_names = span_names
        self.keep = per_position
        self.sums: dict[int, Any] = {}
        self.counts: dict[int, Any] = {}
        self.kept: dict[int, list[torch.Tensor]] = {}
        self.has_ids = True
        self.n_queries: torch.Tensor | None = None

    def add(self, found: Mapping[int, Summary], n_queries: torch.Tensor) -> None:
        """Add the layers of a pass, and how many queries each sequence had in it."""
        for layer, summary in found.items():
            self.sums[layer] = self.sums.get(layer, 0) + summary.sums.cpu()
            self.counts[layer] = self.counts.get(layer, 0) + summary.counts.cpu()
            if summary.values is not None:
                self.kept.setdefault(layer, []).append(summary.values)
        self.n_queries = n_queries if self.n_queries is None else self.n_queries + n_queries

    def finish(self, layers: tuple[int, ...], n_kv_heads: int) -> HeadStatistics:
        """Turn sums into means."""
        assert self.n_queries is not None
        sums = torch.stack([self.sums[layer] for layer in layers], 1)
        counts = torch.stack([self.counts[layer] for layer in layers], 1)
        means = (sums / counts.where(counts > 0, math.nan)).float()
        by_name = dict(zip(self.names, means, strict=True))
        positions = {}
        if self.keep:
            whole = torch.stack([torch.cat(self.kept[layer], -1) for layer in layers], 1)
            positions = dict(zip(self.names, whole, strict=True))
        if not self.has_ids:
            positions.pop("induction", None)
        return HeadStatistics(
            entropy=by_name["entropy"],
            mean_distance=by_name["mean_distance"],
            first_token=by_name["first_token"],
            previous_token=by_name["previous_token"],
            current_token=by_name["current_token"],
            induction=by_name["induction"] if self.has_ids else None,
            spans={name: by_name[name] for name in self.span_names},
            layers=layers,
            n_queries=tuple(int(each) for each in self.n_queries),
            n_kv_heads=n_kv_heads,
            per_position=positions,
        )


def find_induction_keys(ids: torch.Tensor) -> torch.Tensor:
    """Return the token after the latest earlier occurrence of each token, or -1.

    Example: for the tokens A B C A B, position 3 (A) points at 1 (B), position 4 (B) at 2.

    Args:
        ids: Token ids of one sequence, (n_tokens,).
    """
    latest: dict[int, int] = {}
    found = []
    for place, token in enumerate(ids.tolist()):
        found.append(latest.get(token, -2) + 1)
        latest[token] = place
    return torch.tensor(found, dtype=torch.long)
