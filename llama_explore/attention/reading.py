"""One forward pass as a capture sees it: which tokens are new, and which are padding."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import torch
from transformers import LlamaModel

from llama_explore.attention.refusals import refuse_output_attentions
from llama_explore.errors import LlamaExploreError


@dataclass(frozen=True)
class Reading:
    """A forward pass that is about to run.

    Attributes:
        past: Tokens that the cache holds already.
        total: Tokens after the pass; the new ones stand at ``past`` to ``total - 1``.
        spans: For each sequence where its tokens begin and end; the rest is padding.
        ids: The new token ids, (batch, total - past), or None when embeddings were handed over.
    """

    past: int
    total: int
    spans: tuple[tuple[int, int], ...]
    ids: torch.Tensor | None

    def new_tokens(self, sequence: int) -> tuple[int, int]:
        """Return where a sequence's new tokens that are no padding begin and end."""
        start, end = self.spans[sequence]
        low = max(start, self.past)
        return low, max(low, min(end, self.total))

    def count_queries(self) -> torch.Tensor:
        """Return the new tokens of each sequence, padding left out, (batch,)."""
        bounds = [self.new_tokens(each) for each in range(len(self.spans))]
        return torch.tensor([high - low for low, high in bounds])


def understand_pass(base: LlamaModel, args: Any, kwargs: Any) -> Reading:
    """Read the arguments of a Llama's forward call, refusing what a capture cannot follow."""
    if kwargs.get("output_attentions") or base.config.output_attentions:
        refuse_output_attentions()
    names = [name for name in inspect.signature(LlamaModel.forward).parameters if name != "self"]
    given = dict(zip(names, args, strict=False)) | kwargs
    ids, embeds = given.get("input_ids"), given.get("inputs_embeds")
    tokens = ids if ids is not None else embeds
    if tokens is None or tokens.ndim < 2:
        raise LlamaExploreError(
            "The model was called without token ids of shape (batch, n_tokens).",
            "Call model(input_ids=...), with a first axis for the batch.",
        )
    batch, n_new = tokens.shape[:2]
    cache = given.get("past_key_values")
    if getattr(cache, "is_compileable", False):
        raise LlamaExploreError(
            f"A {type(cache).__name__} has its full length from the start, and the capture "
            "would take its empty places for tokens.",
            "Use a DynamicCache, the default.",
        )
    past = 0 if cache is None else int(cache.get_seq_length())
    total = past + n_new
    context = base.config.max_position_embeddings
    if total > context:
        raise LlamaExploreError(
            f"The prompt is {total:,} tokens long; this model's context is {context:,}.",
            "Shorten the prompt, or open a model with a longer context.",
        )
    mask, places = given.get("attention_mask"), given.get("position_ids")
    if mask is None:
        # without a mask, transformers takes jumps in position_ids for several packed texts
        if places is not None and bool((places.diff(dim=-1) != 1).any()):
            raise LlamaExploreError(
                "These position_ids jump, as if several texts were packed into one sequence.",
                "Give one text a row, with an attention_mask where there is padding.",
            )
        return Reading(past, total, ((0, total),) * batch, ids)
    return Reading(past, total, _find_spans(mask, total), ids)


def _find_spans(mask: torch.Tensor, total: int) -> tuple[tuple[int, int], ...]:
    """Return where each sequence's tokens begin and end."""
    if mask.ndim != 2 or mask.shape[1] != total:
        raise LlamaExploreError(
            f"The attention_mask has the shape {tuple(mask.shape)}; {total} tokens are read.",
            f"Give one 0 or 1 for each token, cache included: (batch, {total}).",
        )
    seen = mask.bool().cpu()
    spans = []
    for row in seen:
        places = row.nonzero()[:, 0]
        start, end = (int(places[0]), int(places[-1]) + 1) if len(places) else (0, 0)
        if end - start != len(places):
            raise LlamaExploreError(
                "The attention_mask has holes between tokens.",
                "Padding belongs before the first or after the last token.",
            )
        spans.append((start, end))
    return tuple(spans)
