"""The pocket model while it is trained: a LlamaModel around a mostly fixed embedding.

Of 128,256 embedding rows only those of the training texts are trained; the others stay the
pseudo-random vectors of `shape.fixed_rows` and are never stored.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import LlamaModel

from llama_explore.pocket.shape import VOCAB_SIZE, config, fixed_rows


class Trainee(nn.Module):
    """A LlamaModel whose embedding is a fixed table with some trained rows, tied to the output.

    Args:
        stage: One of `shape.STAGES`; it decides the RoPE scaling.
        trained: Ascending ids of the tokens whose rows are trained, shape (n,).
    """

    fixed: Tensor
    slots: Tensor

    def __init__(self, stage: str, trained: NDArray[np.int64]) -> None:
        super().__init__()
        shape = config(stage)
        shape.dtype = torch.float32
        self.body = LlamaModel(shape)
        hidden = shape.hidden_size
        self.body.embed_tokens = nn.Embedding(1, hidden)  # never used: inputs come as vectors
        self.body.embed_tokens.requires_grad_(False)
        fixed = torch.from_numpy(fixed_rows(np.arange(VOCAB_SIZE), hidden))
        self.rows = nn.Parameter(fixed[trained].clone())
        fixed[trained] = 0
        slots = torch.full((VOCAB_SIZE,), len(trained))
        slots[trained] = torch.arange(len(trained))
        self.register_buffer("fixed", fixed)
        self.register_buffer("slots", slots)
        self.trained = trained
        for name, parameter in self.body.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                nn.init.normal_(parameter, std=0.02 / (2 * shape.num_hidden_layers) ** 0.5)

    def table(self, ids: Tensor | None = None) -> Tensor:
        """Return the embedding rows of `ids` (any shape), or of the whole vocabulary."""
        rows = torch.cat([self.rows, torch.zeros_like(self.rows[:1])])
        slots, fixed = (
            (self.slots, self.fixed) if ids is None else (self.slots[ids], self.fixed[ids])
        )
        return fixed + F.embedding(slots, rows)

    def forward(self, ids: Tensor) -> Tensor:
        """Return the last hidden states, shape (rows, length, hidden).

        This is LlamaModel.forward without its mask, cache and output machinery, which cost more
        time than the layers of so small a model.
        """
        hidden = self.table(ids)
        positions = torch.arange(ids.shape[1], device=ids.device)[None]
        cos, sin = self.body.rotary_emb(hidden, positions)
        rotation = (cos.bfloat16(), sin.bfloat16())  # as they are rounded when the model is used
        for layer in self.body.layers:
            hidden = layer(hidden, position_embeddings=rotation)
        normed: Tensor = self.body.norm(hidden)
        return normed

    def loss(self, batch: dict[str, Tensor], *, whole_vocabulary: bool) -> Tensor:
        """Return the weighted cross-entropy of a batch.

        Args:
            batch: What `recipe.Steps` yields.
            whole_vocabulary: Over all entries, at 6,000 positions at most, instead of over the
                batch's sample of the vocabulary.

        Returns:
            A scalar, in nats, with the weights of the batch's parts added up.
        """
        positions, weight, targets = batch["positions"], batch["weight"], batch["targets"]
        rows, labels = self.table(batch["candidates"]), batch["labels"]
        if whole_vocabulary:
            some = torch.randperm(len(positions), device=positions.device)[:6000]
            weight = weight[some] * (len(positions) / max(1, len(some)))
            positions, rows, labels = positions[some], self.table(), targets[some]
        hidden = self(batch["ids"]).flatten(0, 1)[positions]
        losses = F.cross_entropy((hidden @ rows.T).float(), labels, reduction="none")
        return (losses * weight).sum()

    def save(self, path: Path) -> None:
        """Write the trained part in bfloat16: what `assemble` makes a checkpoint of."""
        trained: dict[str, Tensor] = {
            f"model.{name}": parameter
            for name, parameter in self.body.named_parameters()
            if not name.startswith("embed_tokens")
        }
        trained["rows"] = self.rows
        tensors = {
            name: t.detach().to("cpu", torch.bfloat16).contiguous() for name, t in trained.items()
        }
        tensors["row_ids"] = torch.from_numpy(self.trained).to(torch.int32)
        save_file(tensors, path, {"format": "pt"})

    def load(self, path: Path) -> None:
        """Take over an earlier stage: its body, and the rows that it trained."""
        saved = load_file(path)
        body = {
            n.removeprefix("model."): t.float() for n, t in saved.items() if n.startswith("model.")
        }
        self.body.load_state_dict(body, strict=False)
        with torch.no_grad():
            self.rows[self.slots[saved["row_ids"].long()]] = (
                saved["rows"].float().to(self.rows.device)
            )
