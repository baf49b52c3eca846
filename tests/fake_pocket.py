"""Weights in the shipped form, made in a blink: random, of the pocket model's shape."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import LlamaForCausalLM

from llama_explore.pocket import shape

TRAINED_IDS = [0, 7, 1000, 128_000, 128_009]


def write_fake_weights(folder: Path, stage: str = "chat") -> Path:
    """Write ``{stage}.safetensors`` into `folder`, with five trained embedding rows."""
    config = shape.config(stage)
    with torch.device("meta"):
        skeleton = LlamaForCausalLM(config).state_dict()
    generator = torch.Generator().manual_seed(0)
    tensors = {
        name: (torch.randn(tensor.shape, generator=generator) * 0.05).bfloat16()
        for name, tensor in skeleton.items()
        if name not in ("model.embed_tokens.weight", "lm_head.weight")
    }
    tensors["row_ids"] = torch.tensor(TRAINED_IDS, dtype=torch.int32)
    tensors["rows"] = torch.randn(len(TRAINED_IDS), config.hidden_size, generator=generator)
    tensors["rows"] = tensors["rows"].bfloat16()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / f"{stage}.safetensors")
    return folder
