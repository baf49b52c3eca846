"""What a capture keeps of each forward pass: the listener between the model and the results."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import torch

from llama_explore.attention import refusals, wiring
from llama_explore.attention.maps import AttentionMap, MapStore, count_queries
from llama_explore.attention.reading import Reading, understand_pass
from llama_explore.attention.rows import AttentionRows, RowStore, compute_rows
from llama_explore.attention.scene import Scene
from llama_explore.attention.statistics import (
    NAMES,
    HeadStatistics,
    StatisticsStore,
    find_induction_keys,
    summarise,
)
from llama_explore.attention.sweep import walk
from llama_explore.errors import LlamaExploreError


class Capture:
    """What a capture has seen; ask when the ``with`` block is done.

    Each of ``rows``, ``map`` and ``statistics`` raises LlamaExploreError when it was not asked
    for, when nothing was read, or inside the ``with`` block.
    """

    def __init__(
        self,
        model: Any,
        layers: tuple[int, ...],
        rows: RowStore | None,
        statistics: StatisticsStore | None,
        map_store: MapStore | None,
        spans: Mapping[str, tuple[int, int]],
    ) -> None:
        self._model = model
        self._base = refusals.find_base(model)
        self._modules = {self._base.layers[each].self_attn: each for each in layers}
        self._layers = layers
        self._rows, self._statistics, self._map = rows, statistics, map_store
        self._spans = spans
        self._closed = False
        self._reading: Reading | None = None
        self._begun_at: int | None = None
        self._ids: torch.Tensor | None = None
        self._targets: list[torch.Tensor] = []
        self._found_rows: dict[int, tuple[list[int], torch.Tensor]] = {}
        self._found_statistics: dict[int, Any] = {}
        self._found_map: dict[int, torch.Tensor] = {}
        self._seen_layers: set[int] = set()
        self._sound: dict[int, torch.Tensor] = {}
        self._n_tokens = 0
        self.needs_lse = statistics is not None or map_store is not None

    @cached_property
    def rows(self) -> AttentionRows:
        """The rows asked for."""
        store = self._rows
        self._check_ready(store, "rows", "rows=[-1]")
        assert store
        return store.finish(self._layers, self._n_kv_heads)

    @cached_property
    def map(self) -> AttentionMap:
        """The down-sampled map."""
        store = self._map
        self._check_ready(store, "map", "map_size=64")
        assert store
        return store.finish(self._layers, self._n_kv_heads)

    @cached_property
    def statistics(self) -> HeadStatistics:
        """The statistics of every head."""
        store = self._statistics
        self._check_ready(store, "statistics", "statistics=True")
        assert store
        return store.finish(self._layers, self._n_kv_heads)

    @property
    def kept_bytes(self) -> int:
        """Bytes of what was kept.

        Example: a map of 64 bins of the pocket model is 6 * 16 * 64 * 64 * 4 bytes = 1.5 MiB,
        however long the prompt; its matrices in bfloat16 are 768 MiB at 2,048 tokens.
        """
        kept = []
        if self._rows:
            kept.append(self.rows.weights)
        if self._map:
            kept.append(self.map.weights)
        if self._statistics:
            found = self.statistics
            means = [getattr(found, name) for name in NAMES]
            kept += [*means, *found.spans.values(), *found.per_position.values()]
        return sum(each.nbytes for each in kept if each is not None)

    @property
    def n_tokens(self) -> int:
        """Tokens read, padding and what the cache held before included."""
        return self._n_tokens

    def __repr__(self) -> str:
        kinds = {"rows": self._rows, "map": self._map, "statistics": self._statistics}
        asked = " and ".join(name for name, store in kinds.items() if store is not None)
        return f"Capture of {asked}, {len(self._layers)} layers, {self._n_tokens:,} tokens read"

    @property
    def _n_kv_heads(self) -> int:
        return int(self._model.config.num_key_value_heads)

    def _check_ready(self, store: object, name: str, how: str) -> None:
        if store is None:
            raise LlamaExploreError(
                f"This capture was not asked for {name}.", f"Ask with capture(model, {how})."
            )
        if not self._closed:
            raise LlamaExploreError(
                f"The capture is still running; its {name} may change.",
                "Ask after the `with` block.",
            )
        if not self._n_tokens:
            raise LlamaExploreError(
                "Nothing was captured: the model was not run inside the `with` block.",
                "Call model(**inputs) inside it, in the same thread.",
            )

    def layer_of(self, module: torch.nn.Module) -> int | None:
        """Return the layer that this attention module is, if it is watched."""
        return self._modules.get(module)

    def begin_pass(self, _: Any, args: Any, kwargs: Any) -> None:
        """Before a forward pass: what will be read, and can it be watched?"""
        if not wiring.is_listening(self):
            return
        self._reading = None
        reading = understand_pass(self._base, args, kwargs)
        if reading.past != self._n_tokens:  # a new prompt, or a cache filled earlier
            if self._n_tokens:
                raise LlamaExploreError(
                    f"The capture has followed {self._n_tokens} tokens, but this pass begins at "
                    f"token {reading.past}: it belongs to another sequence.",
                    "Use one capture for each prompt.",
                )
            self._begun_at = reading.past
        elif self._begun_at is None:
            self._begun_at = 0
        if self._rows:
            self._rows.wanted(reading.past, reading.total, self._begun_at or 0)
        if self._map:
            self._map.grow(reading.total)
        if self._statistics:
            self._point_at_repeats(reading)
        self._found_rows, self._found_statistics, self._found_map = {}, {}, {}
        self._seen_layers, self._sound = set(), {}
        self._reading = reading

    def _point_at_repeats(self, reading: Reading) -> None:
        """Find the induction target of each new token, per sequence."""
        assert self._statistics
        if reading.ids is None or self._begun_at:
            self._statistics.has_ids = False
            return
        ids = reading.ids.cpu()
        if self._ids is not None and reading.past:
            ids = torch.cat([self._ids, ids], 1)
        self._ids = ids
        self._targets = []
        for row, (start, end) in zip(ids, reading.spans, strict=True):
            keys = torch.full((reading.total,), -1)
            found = find_induction_keys(row[start:end])
            keys[start:end] = torch.where(found < 0, -1, found + start)
            self._targets.append(keys)

    def see(
        self,
        layer: int,
        query: torch.Tensor,
        key: torch.Tensor,
        scale: float,
        lse: torch.Tensor | None,
    ) -> None:
        """Look at one layer: queries and keys, (batch, heads, tokens, head_dim)."""
        reading = self._reading
        if reading is None:
            return
        self._seen_layers.add(layer)
        if self._rows:
            places = self._rows.wanted(reading.past, reading.total, self._begun_at or 0)
            if places:
                positions = torch.tensor(places, device=query.device)
                chosen = query[:, :, positions - reading.past]
                weights = compute_rows(chosen, key, positions, scale, reading.spans)
                self._found_rows[layer] = (places, weights)
                self._check_later(layer, weights.sum())
        if self.needs_lse:
            self._sum_up(reading, layer, query, key, scale, lse)

    def _sum_up(
        self,
        reading: Reading,
        layer: int,
        query: torch.Tensor,
        key: torch.Tensor,
        scale: float,
        lse: torch.Tensor | None,
    ) -> None:
        """Walk over a layer's attention, sequence by sequence."""
        batch, n_heads, n_queries, _ = query.shape
        width = self._map.bin_width if self._map else None
        names = self._statistics.names if self._statistics else ()
        values = torch.full((len(names), batch, n_heads, n_queries), torch.nan, device=query.device)
        bins = []
        if lse is not None:  # a single query comes packed, with its heads on the queries' axis
            lse = lse.reshape(batch, n_heads, n_queries)
        for number in range(batch):
            low, high = reading.new_tokens(number)
            part = slice(low - reading.past, high - reading.past)
            scene = Scene(
                query=query[number, :, part],
                key=key[number],
                scale=scale,
                first=low,
                start=reading.spans[number][0],
                lse=None if lse is None else lse[number, :, part],
            )
            sums = walk(
                scene,
                spans=tuple(self._spans.values()),
                bin_width=width,
                only_bins=not names,
                targets=self._targets_of(number, low, high, scene) if names else None,
            )
            if sums.bins is not None:
                bins.append(sums.bins)
            if names:
                values[0, number, :, part] = sums.entropy
                values[1, number, :, part] = sums.distance
                values[2 : 2 + len(sums.chosen), number, :, part] = sums.chosen
                values[len(names) - len(sums.spans) :, number, :, part] = sums.spans
        if names and self._statistics:
            self._found_statistics[layer] = summarise(values, keep=self._statistics.keep)
            n_missing = n_heads * int(reading.count_queries().sum())
            n_missing = n_missing - self._found_statistics[layer].counts[0].sum()
            self._check_later(layer, torch.where(n_missing == 0, 0.0, torch.nan))
        if bins:
            self._found_map[layer] = torch.stack(bins)
            self._check_later(layer, self._found_map[layer].sum())

    def _targets_of(self, number: int, low: int, high: int, scene: Scene) -> torch.Tensor:
        """Return for each query its first, previous, own and induction key; -1 for none."""
        here = torch.arange(low, high, device=scene.query.device)
        before = torch.where(here - 1 < scene.start, -1, here - 1)
        targets = [torch.full_like(here, scene.start), before, here]
        if self._statistics and self._statistics.has_ids:
            targets.append(self._targets[number][low:high].to(here.device))
        return torch.stack(targets)

    def _check_later(self, layer: int, number: torch.Tensor) -> None:
        """Note a number that is finite when a layer's attention is."""
        self._sound[layer] = (
            number + self._sound[layer].to(number) if layer in self._sound else number
        )

    def end_pass(self, _: Any, __: Any, ___: Any, output: Any) -> None:
        """After a forward pass that went well: keep what was seen."""
        if not wiring.is_listening(self) or self._reading is None:
            return
        reading, self._reading = self._reading, None
        if self._seen_layers != set(self._layers):
            missing = min(set(self._layers) - self._seen_layers)
            raise LlamaExploreError(
                f"Layer {missing} did not call the watched attention: it was replaced by "
                "something else while the capture was open.",
                "Open the model again, and change its attention outside the `with` block.",
            )
        # Only now, once for all layers: to look at a number makes a GPU wait for it.
        for layer, number in self._sound.items():
            if not number.isfinite():
                raise refusals.explain_nan(self._model, layer)
        hidden = output[0] if isinstance(output, tuple) else output.last_hidden_state
        if not hidden[:, -1].isfinite().all():
            raise refusals.explain_nan(self._model, self._layers[-1])
        self._n_tokens = reading.total
        if self._rows:
            self._rows.add(self._found_rows, reading.total)
        if self._statistics:
            self._statistics.add(self._found_statistics, reading.count_queries())
        if self._map:
            counts = count_queries(reading.past, reading.spans, reading.total, self._map.bin_width)
            self._map.add(self._found_map, counts, reading.total)

    def close(self) -> None:
        """End the capture; refuse positions and spans that were never reached."""
        self._closed = True
        if not self._n_tokens:
            return
        if self._rows:
            self._rows.check_complete()
        for name, (start, end) in self._spans.items():
            if end > self._n_tokens:
                raise LlamaExploreError(
                    f"The span {name!r} ends at {end}, but only {self._n_tokens} tokens were "
                    f"read (it starts at {start}).",
                    f"Give spans between 0 and {self._n_tokens}.",
                )
