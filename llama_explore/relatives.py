"""The smaller Llamas of the same generation: the configurations, without the gate.

They share the 70B's tokenizer, chat form and code, so every chapter runs on them.
"""

from __future__ import annotations

from transformers import LlamaConfig


def _describe(
    hidden: int, layers: int, heads: int, wide: int, *, head_dim: int = 128
) -> LlamaConfig:
    """Return a configuration; 8 KV heads, 131,072 tokens and the vocabulary are common to all."""
    tied = hidden < 4096  # the 1B and the 3B use their embedding again as lm_head
    return LlamaConfig(
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=8,
        head_dim=head_dim,
        intermediate_size=wide,
        vocab_size=128_256,
        max_position_embeddings=131_072,
        rms_norm_eps=1e-5,
        rope_parameters={
            "rope_type": "llama3",
            "rope_theta": 500_000.0,
            "factor": 32.0 if tied else 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192,
        },
        tie_word_embeddings=tied,
        bos_token_id=128_000,
        eos_token_id=[128_001, 128_008, 128_009],
        dtype="bfloat16",
    )


RELATIVES = {
    "Llama 3.1 8B": _describe(4096, 32, 32, 14_336),
    "Llama 3.2 3B": _describe(3072, 28, 24, 8192),
    "Llama 3.2 1B": _describe(2048, 16, 32, 8192, head_dim=64),
}
"""The largest first. Source: config.json of meta-llama/Llama-3.1-8B-Instruct,
meta-llama/Llama-3.2-3B-Instruct and meta-llama/Llama-3.2-1B-Instruct."""
