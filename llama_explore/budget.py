"""Arithmetic before allocation: what a Llama takes, from its configuration alone.

Nothing here reads a weight or allocates one, and each formula is short enough to be
done on paper. How many parameters there are is the business of `parameters`.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError
from llama_explore.parameters import check_config, count_parameters

if TYPE_CHECKING:
    import torch
    from transformers import LlamaConfig

BITS = {"float32": 32.0, "bfloat16": 16.0, "float16": 16.0, "8-bit": 8.0, "4-bit": 4.5}
"""Bits for each weight of a linear layer.

The last two are quantized copies: embeddings, lm_head and norms stay in bfloat16, and
"4-bit" (NF4) keeps one float32 scale for each 64 weights, which is half a bit more.
Source: QLoRA, arXiv 2305.14314, section 3; bitsandbytes skips lm_head by default.
"""

OUTSIDE = "* not part of the peak"


@dataclass(frozen=True, repr=False)
class Budget:
    """The bytes that one use of a model takes.

    Attributes:
        n_parameters: Parameters, tied ones counted once.
        dtype: A key of `BITS`.
        n_tokens: Prompt and answer together.
        n_sequences: How many of that length at once (the batch).
        weights_bytes: The weights.
        kv_cache_bytes: Keys and values of all tokens, all layers.
        working_bytes: The widest moment of one layer while it reads the whole prompt.
        logits_bytes: The logits of every position; only the last one's are kept for writing.
        attention_bytes: The attention weights of all layers, if ``output_attentions`` asks
            for them.
        files_bytes: What is downloaded and lies on disk: the weights in bfloat16. The files'
            headers are left out; `parameters.download_bytes` counts them, too.
    """

    n_parameters: int
    dtype: str
    n_tokens: int
    n_sequences: int
    weights_bytes: int
    kv_cache_bytes: int
    working_bytes: int
    logits_bytes: int
    attention_bytes: int
    files_bytes: int

    @property
    def peak_bytes(self) -> int:
        """Everything that is needed at once, on a single device."""
        return self.weights_bytes + self.kv_cache_bytes + self.working_bytes

    def rows(self) -> list[tuple[str, str]]:
        """Return what a table shows: names and figures."""
        return [
            (f"weights, {self.dtype}", show_bytes(self.weights_bytes)),
            (f"KV cache, {self.n_sequences} x {self.n_tokens:,}", show_bytes(self.kv_cache_bytes)),
            ("working memory", show_bytes(self.working_bytes)),
            ("peak", show_bytes(self.peak_bytes)),
            *((f"{name} *", size) for name, size in self.extra_rows()),
        ]

    def extra_rows(self) -> list[tuple[str, str]]:
        """Return what is not part of the peak: what one may ask for, and the files."""
        return [
            ("logits, all positions", show_bytes(self.logits_bytes)),
            ("attention weights, if kept", show_bytes(self.attention_bytes)),
            ("download, bfloat16", show_bytes(self.files_bytes)),
        ]

    def __repr__(self) -> str:
        lines = [f"  {name:<28}{size:>12}" for name, size in self.rows()]
        return "\n".join([f"Budget of {self.n_parameters:,} parameters", *lines, f"  {OUTSIDE}"])

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th>"
            f"<td style='text-align:right'>{size}</td></tr>"
            for name, size in self.rows()
        )
        return f"<b>Budget of {self.n_parameters:,} parameters</b><table>{cells}</table>{OUTSIDE}"


def estimate_budget(
    config: LlamaConfig,
    *,
    n_tokens: int = 8192,
    n_sequences: int = 1,
    dtype: str | torch.dtype = "bfloat16",
) -> Budget:
    """Return what a model takes while it reads a prompt and then writes.

    Example: Llama 3.3 70B at 131,072 tokens in bfloat16: 131.4 GiB of weights, 40 GiB of
    KV cache and 29 GiB of working memory; 200.4 GiB in all.

    Args:
        config: A Llama's configuration.
        n_tokens: Prompt and answer together.
        n_sequences: Conversations at once.
        dtype: A key of `BITS`, or a torch dtype of that name.

    Raises:
        LlamaExploreError: The configuration or a size is impossible; the message says which.
    """
    name = check_dtype(dtype)
    return Budget(
        n_parameters=count_parameters(config).total,
        dtype=name,
        n_tokens=n_tokens,
        n_sequences=n_sequences,
        weights_bytes=weights_bytes(config, dtype=name),
        kv_cache_bytes=kv_cache_bytes(n_tokens, config, n_sequences=n_sequences, dtype=name),
        working_bytes=working_bytes(n_tokens, config, n_sequences=n_sequences, dtype=name),
        logits_bytes=logits_bytes(n_tokens, config, n_sequences=n_sequences, dtype=name),
        attention_bytes=config.num_hidden_layers
        * attention_bytes(n_tokens, config, n_sequences=n_sequences, dtype=name),
        files_bytes=weights_bytes(config),
    )


def weights_bytes(config: LlamaConfig, *, dtype: str | torch.dtype = "bfloat16") -> int:
    """Return the size of the weights.

    Example: Llama 3.3 70B takes 141,107,412,992 bytes in bfloat16, 72.7 GB in 8-bit and
    42.7 GB in 4-bit.
    """
    name, parts = check_dtype(dtype), count_parameters(config)
    matrices = parts.n_layers * parts.layer_matrices
    # The few scales of an 8-bit copy, one a row, are under 0.1 % and left out.
    return round(matrices * BITS[name] / 8) + (parts.total - matrices) * number_bytes(name)


def kv_cache_bytes(
    n_tokens: int,
    config: LlamaConfig,
    *,
    n_sequences: int = 1,
    dtype: str | torch.dtype = "bfloat16",
) -> int:
    """Return the size of the key/value cache.

    Example: one token of Llama 3.3 70B takes 2 * 80 * 8 * 128 * 2 = 327_680 bytes, so
    131,072 tokens take 40 GiB.
    """
    shape = check_sizes(config, n_tokens, n_sequences)
    heads = shape.num_hidden_layers * shape.num_key_value_heads
    size = number_bytes(check_dtype(dtype))
    return int(2 * heads * shape.head_dim * size * n_tokens * n_sequences)


def working_bytes(
    n_tokens: int,
    config: LlamaConfig,
    *,
    n_sequences: int = 1,
    dtype: str | torch.dtype = "bfloat16",
) -> int:
    """Return what the widest moment of a layer needs while it reads `n_tokens` at once.

    Example: 2 * (3 * 28_672 + 4 * 8_192) = 237_568 bytes for a token of Llama 3.3 70B.

    Inside the feed-forward, three tensors of the wide size live together (the gate after
    its activation, up, and their product) beside four of the hidden size (embedding, the
    layer's input, the residual, its norm). Attention in a fused kernel stays below that.
    Source: transformers' modeling_llama, read line by line.
    """
    check_sizes(config, n_tokens, n_sequences)
    numbers = 3 * config.intermediate_size + 4 * config.hidden_size
    return int(numbers * number_bytes(check_dtype(dtype)) * n_tokens * n_sequences)


def logits_bytes(
    n_tokens: int,
    config: LlamaConfig,
    *,
    n_sequences: int = 1,
    dtype: str | torch.dtype = "bfloat16",
) -> int:
    """Return the size of the logits when every position's are kept, not the last one's.

    Example: 131,072 tokens of Llama 3.3 70B: 33.6 GB in bfloat16, 67.2 GB in float32.
    """
    check_sizes(config, n_tokens, n_sequences)
    return int(n_sequences * n_tokens * config.vocab_size * number_bytes(check_dtype(dtype)))


def attention_bytes(
    n_tokens: int,
    config: LlamaConfig,
    *,
    n_sequences: int = 1,
    dtype: str | torch.dtype = "bfloat16",
) -> int:
    """Return the size of the attention weights of one layer, as output_attentions keeps them.

    Example: 64 heads * 8,192 * 8,192 tokens * 2 = 8.6 GB for one layer of Llama 3.3 70B,
    and all 80 layers are kept: 687 GB.
    """
    check_sizes(config, n_tokens, n_sequences)
    size = number_bytes(check_dtype(dtype))
    return int(n_sequences * config.num_attention_heads * n_tokens**2 * size)


def show_bytes(size: float) -> str:
    """Return a size for people, in powers of 1,024: ``"131.4 GiB"``."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:,.0f} B" if unit == "B" else f"{size:,.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} TiB"


def number_bytes(dtype: str) -> int:
    """Return the bytes of a number that is not quantized: 4 in float32, else 2."""
    return 4 if dtype == "float32" else 2


def check_dtype(dtype: str | torch.dtype) -> str:
    """Return the dtype's name, or raise a clear error."""
    name = str(dtype).removeprefix("torch.")
    if name not in BITS:
        raise LlamaExploreError(
            f"There is no dtype {name!r} here.", f"Use one of {', '.join(BITS)}."
        )
    return name


def check_sizes(config: LlamaConfig, n_tokens: int, n_sequences: int) -> Any:
    """Return the configuration, or raise a clear error if it cannot take sizes like these."""
    check_config(config)
    most = config.max_position_embeddings
    for what, size, limit in (("n_tokens", n_tokens, most), ("n_sequences", n_sequences, 10**6)):
        if type(size) is not int or not 1 <= size <= limit:
            raise LlamaExploreError(
                f"{what} is {size!r}; it has to be a whole number from 1 to {limit:,}.",
                f"Choose {what} in that range; this model's context is {most:,} tokens.",
            )
    return config
