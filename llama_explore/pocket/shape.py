"""The pocket model's shape and its three stages.

Llama 3.3 70B has 64 query heads over 8 key/value heads, a feed-forward layer
3.5 times as wide as the hidden state, and a context of 8,192 tokens stretched
16-fold by RoPE scaling. The pocket model keeps each of these ratios.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from transformers import LlamaConfig

STAGES = ("base-512", "base", "chat")
"""Pretrained at 512 tokens; stretched to 8,192; taught to chat."""

VOCAB_SIZE = 128_256
ORIGINAL_CONTEXT = 512
CONTEXT = 8192

BEGIN_OF_TEXT, END_OF_TEXT, END_OF_MESSAGE, END_OF_TURN = 128_000, 128_001, 128_008, 128_009


def config(stage: str = "chat") -> LlamaConfig:
    """Return the configuration of one stage of the pocket model.

    Example: ``config("base-512")`` has a context of 512 tokens and plain RoPE;
    ``config("chat")`` has 8,192 and llama3 scaling with factor 8.

    Args:
        stage: One of `STAGES`.
    """
    from transformers import LlamaConfig

    rope: dict[str, object] = {"rope_type": "default", "rope_theta": 500_000.0}
    if stage != "base-512":
        rope |= {
            "rope_type": "llama3",
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": ORIGINAL_CONTEXT,
        }
    return LlamaConfig(
        hidden_size=256,
        num_hidden_layers=6,
        num_attention_heads=16,
        num_key_value_heads=2,
        head_dim=32,
        intermediate_size=896,
        vocab_size=VOCAB_SIZE,
        max_position_embeddings=ORIGINAL_CONTEXT if stage == "base-512" else CONTEXT,
        rms_norm_eps=1e-5,
        rope_parameters=rope,
        tie_word_embeddings=True,
        bos_token_id=BEGIN_OF_TEXT,
        eos_token_id=[END_OF_TEXT, END_OF_MESSAGE, END_OF_TURN],
        dtype="bfloat16",
        architectures=["LlamaForCausalLM"],
    )


def fixed_rows(ids: NDArray[np.int64], hidden_size: int = 256) -> NDArray[np.float32]:
    """Return the embedding rows that are never trained: one unit vector per token id.

    A row is made of signs taken from the SHA-256 of its id, so it needs no
    storage. Two such rows are nearly orthogonal (their cosine has a standard
    deviation of 1/sqrt(256) = 0.06), so a model that has learned to copy can
    copy any of them.

    Args:
        ids: Token ids, shape (n,).
        hidden_size: Length of a row; at most 256, one bit of the hash each.

    Returns:
        Rows of plus or minus 1/sqrt(hidden_size), shape (n, hidden_size).
    """
    from hashlib import sha256

    digests = b"".join(sha256(b"pocket row %d" % i).digest() for i in ids.tolist())
    bits = np.unpackbits(np.frombuffer(digests, np.uint8).reshape(len(ids), 32), axis=1)
    signs = bits[:, :hidden_size].astype(np.float32) * 2 - 1
    return signs / np.float32(hidden_size**0.5)
