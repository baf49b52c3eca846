"""Read prompts with one model and one rewinding cache, and answer them greedily.

Three things are saved here, and none of them changes an answer:

* a beginning that the last prompt had too is not read again (`RewindCache`);
* short tails behind one context (a scan's questions) are read side by side in one pass, as
  branches of a tree: each sees the context and itself, none sees another (`_read_branches`);
* the expected answer is read together with the question. Where the model's own choice agrees
  token by token, that *is* its greedy answer; where it does not, decoding goes on from there.
  (This is speculative decoding, arXiv 2211.17192, with the right answer as the draft.)

Logits are computed only where the next token is wanted.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from llama_explore.probes.behind import attending_behind
from llama_explore.probes.prefix_tree import count_flops, count_shared
from llama_explore.probes.rewind import RewindCache

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

CHUNK_TOKENS = 8192
"""Tokens of a context read in one pass at most; it bounds working memory and mask."""

LOGIT_ROWS = 256
"""Positions whose logits are held at once: 66 MB in bfloat16 for 128,256 entries."""


@dataclass
class Branch:
    """One prompt of a group while it is read and answered.

    Attributes:
        tail: The prompt's tokens behind what the group shares.
        draft: Tokens that the answer may turn out to be.
        most: Tokens that the answer may have.
        path: Slots in the cache, behind the shared part, that this branch sees.
        answer: Tokens of the answer so far.
    """

    tail: list[int]
    draft: list[int]
    most: int
    path: list[int] = field(default_factory=list)
    answer: list[int] = field(default_factory=list)


class Reader:
    """Reads and answers prompts one group after another.

    Args:
        model: Any Llama.
        capacity: Tokens that the longest group takes: context, questions and answers.

    Attributes:
        n_tokens: Tokens that went through the layers so far.
        n_flops: Arithmetic of the layers so far.
    """

    def __init__(self, model: LlamaForCausalLM, capacity: int) -> None:
        self.model: Any = model
        self.cache = RewindCache(model.config, capacity)
        embeddings: Any = model.get_input_embeddings()
        self.device: torch.device = embeddings.weight.device
        stops = model.generation_config.eos_token_id
        self.stops = set(stops if isinstance(stops, list) else [stops])
        self.n_tokens, self.n_flops = 0, 0.0
        self._held = array("i")

    @torch.inference_mode()
    def answer(
        self, prompts: Sequence[array[int]], drafts: Sequence[list[int]], most: Sequence[int]
    ) -> list[list[int]]:
        """Return the greedy answers to prompts that share a long beginning.

        Args:
            prompts: Token ids; all but short tails is the same.
            drafts: For each prompt, tokens that the answer may turn out to be; may be empty.
            most: For each prompt, how many tokens the answer may have.

        Returns:
            Token ids of each answer, without the one that ended it.
        """
        shared = min(count_shared(prompts[0], prompt) for prompt in prompts)
        shared = min(shared, min(map(len, prompts)) - 1)  # each has a token to answer behind
        kept = min(shared, count_shared(self._held, prompts[0]))
        if len(prompts) == 1:
            # Everything in one pass, unless it is too much for one.
            shared = max(kept, len(prompts[0]) - CHUNK_TOKENS)
        self.cache.rewind(kept)
        self._held = prompts[0][:kept]
        self.read(prompts[0][kept:shared])
        branches = [
            Branch(list(prompt[shared:]), draft[:limit], limit)
            for prompt, draft, limit in zip(prompts, drafts, most, strict=True)
        ]
        self._read_branches(branches, shared)
        while active := [b for b in branches if not self._is_finished(b)]:
            self._step(active, shared, alone=len(branches) == 1)
        if len(prompts) == 1:
            self._held = prompts[0]
        self.cache.rewind(len(self._held))
        return [b.answer[:-1] if b.answer[-1:] and b.answer[-1] in self.stops else b.answer
                for b in branches]  # fmt: skip

    def reset(self) -> None:
        """Forget everything that was read."""
        self.cache.rewind(0)
        self._held = array("i")

    @torch.inference_mode()
    def read(self, ids: array[int]) -> None:
        """Read tokens behind those that are held, without logits."""
        for start in range(0, len(ids), CHUNK_TOKENS):
            part = ids[start : start + CHUNK_TOKENS]
            self._forward(list(part))
            self._held += part

    @torch.inference_mode()
    def losses(self, ids: array[int]) -> Tensor:
        """Return the loss of every token but the first, in nats; shape (n_tokens - 1,)."""
        self.reset()
        parts = []
        for start in range(0, len(ids), CHUNK_TOKENS):
            states = self._forward(list(ids[start : start + CHUNK_TOKENS]))
            targets = torch.tensor(ids[start + 1 : start + 1 + len(states)].tolist())
            for i in range(0, len(targets), LOGIT_ROWS):
                rows = states[i : i + LOGIT_ROWS][: len(targets) - i]
                logits = self.model.lm_head(rows).float().cpu()
                wanted = targets[i : i + LOGIT_ROWS]
                parts.append(torch.nn.functional.cross_entropy(logits, wanted, reduction="none"))
        self.reset()
        return torch.cat(parts)

    def _is_finished(self, branch: Branch) -> bool:
        answer = branch.answer
        return len(answer) >= branch.most or bool(answer and answer[-1] in self.stops)

    def _read_branches(self, branches: list[Branch], shared: int) -> None:
        """Read all tails and drafts in one pass, and keep the part of each draft that is right."""
        tokens, parents, slots = list[int](), list[int](), dict[tuple[int, int], int]()
        for branch in branches:
            at = -1
            for token in (*branch.tail, *branch.draft):
                if (at, token) not in slots:
                    slots[at, token] = len(tokens)
                    tokens.append(token)
                    parents.append(at)
                at = slots[at, token]
                branch.path.append(at)
        alone = len(branches) == 1
        if alone:
            states = self._forward(tokens)
        else:
            depths = list[int]()
            for parent in parents:
                depths.append(depths[parent] + 1 if parent >= 0 else 0)
            mask = torch.zeros(len(tokens), len(tokens), dtype=torch.bool)
            for i, parent in enumerate(parents):
                if parent >= 0:
                    mask[i] = mask[parent]
                mask[i, i] = True
            states = self._forward(tokens, [shared + depth for depth in depths], mask)
        asked = [slot for b in branches for slot in b.path[len(b.tail) - 1 :]]
        chosen = dict(zip(asked, self._choose(states, asked), strict=True))
        for branch in branches:
            ends = branch.path[len(branch.tail) - 1 :]
            while True:
                token = chosen[ends[len(branch.answer)]]
                branch.answer.append(token)
                n_right = len(branch.answer)
                if self._is_finished(branch) or [token] != branch.draft[n_right - 1 : n_right]:
                    break
            # What was read of the answer: all but its last token.
            branch.path = branch.path[: len(branch.tail) + len(branch.answer) - 1]
            if alone:  # forget the wrong end of the draft
                self.cache.rewind(shared + len(branch.path))

    def _step(self, branches: list[Branch], shared: int, *, alone: bool) -> None:
        """Read the last token of each answer, all in one pass, and append the next."""
        tokens = [branch.answer[-1] for branch in branches]
        if alone:
            states = self._forward(tokens)
        else:
            before = self.cache.get_seq_length()
            mask = torch.zeros(len(tokens), before - shared + len(tokens), dtype=torch.bool)
            positions = []
            for i, branch in enumerate(branches):
                positions.append(shared + len(branch.path))
                branch.path.append(before - shared + i)
                mask[i, branch.path] = True
            states = self._forward(tokens, positions, mask)
        for branch, token in zip(branches, self._choose(states, range(len(tokens))), strict=True):
            branch.answer.append(token)

    def _forward(
        self, tokens: list[int], positions: list[int] | None = None, mask: Tensor | None = None
    ) -> Tensor:
        """Return the last hidden states of new tokens, shape (n_tokens, hidden_size).

        Args:
            tokens: Token ids.
            positions: Their places in the text; by default one behind another.
            mask: Which of the last tokens each one sees, shape (n_tokens, n_last); all see what
                is before those. None: they are one text.
        """
        before = self.cache.get_seq_length()
        self.n_tokens += len(tokens)
        self.n_flops += count_flops(self.model.config, before, len(tokens))
        options: dict[str, Any] = {}
        if positions is not None:
            options["position_ids"] = torch.tensor([positions], device=self.device)
        with attending_behind(self.model) as behind:
            if mask is not None:
                if not behind:  # the library's ways want the whole mask, as numbers to add
                    least = torch.finfo(self.model.dtype).min
                    whole = torch.zeros(len(tokens), before + len(tokens), dtype=self.model.dtype)
                    whole[:, -mask.shape[1] :].masked_fill_(~mask, least)
                    mask = whole
                options["attention_mask"] = mask[None, None].to(self.device)
            out = self.model.model(
                torch.tensor([tokens], device=self.device),
                past_key_values=self.cache,
                use_cache=True,
                **options,
            )
        states: Tensor = out.last_hidden_state[0]
        return states

    def _choose(self, states: Tensor, rows: Sequence[int]) -> list[int]:
        """Return the most probable next token at each of some rows of the hidden states."""
        found = list[int]()
        for start in range(0, len(rows), LOGIT_ROWS):
            picked = states[list(rows[start : start + LOGIT_ROWS])]
            found += self.model.lm_head(picked).argmax(-1).tolist()
        return found


def can_branch(model: LlamaForCausalLM) -> bool:
    """Return whether a model's attention takes the mask of branches; some kernels take none."""
    return model.config._attn_implementation in ("sdpa", "eager")
