"""How many parameters a Llama has and where, from its configuration alone.

The closed form is short enough to be done on paper; `count_on_meta` counts the same by
building the model without data, and `download_bytes` goes down to the files' headers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    import torch
    from transformers import LlamaConfig

SHARD_BYTES = 5 * 10**9
"""The largest weights file; 5 GB makes the 70B's 30 files."""

MOST_PARAMETERS = 10**13
_FIELDS = (
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "head_dim",
    "intermediate_size",
    "vocab_size",
    "max_position_embeddings",
)


@dataclass(frozen=True)
class Parts:
    """Parameters by part of the model.

    Attributes:
        embedding: The table of token vectors.
        layer_matrices: The seven matrices of one layer; what a quantizer shrinks.
        layer_rest: The two norms of one layer, and biases if it has any.
        n_layers: How many layers.
        final_norm: The norm after the last layer.
        lm_head: The output matrix; 0 when it is the embedding, used again.
    """

    embedding: int
    layer_matrices: int
    layer_rest: int
    n_layers: int
    final_norm: int
    lm_head: int

    @property
    def layer(self) -> int:
        """All parameters of one layer."""
        return self.layer_matrices + self.layer_rest

    @property
    def total(self) -> int:
        """All parameters."""
        return self.embedding + self.n_layers * self.layer + self.final_norm + self.lm_head


def count_parameters(config: LlamaConfig) -> Parts:
    """Return the number of parameters of each part, in closed form.

    Example: Llama 3.3 70B has 80 layers of 855,654,400, two matrices of 1,050,673,152 for
    the vocabulary and a norm of 8,192: 70,553,706,496.

    Source: the layer is q and o (one slice a query head), k and v (one a KV head), and
    gate, up and down of the feed-forward; the fields are those of config.json.
    """
    shape = check_config(config)
    hidden, wide = shape.hidden_size, shape.intermediate_size
    queries = shape.num_attention_heads * shape.head_dim
    keys = shape.num_key_value_heads * shape.head_dim
    biases = (queries + 2 * keys + hidden) * bool(shape.attention_bias)
    biases += (2 * wide + hidden) * bool(shape.mlp_bias)
    return Parts(
        embedding=shape.vocab_size * hidden,
        layer_matrices=2 * hidden * (queries + keys) + 3 * hidden * wide,
        layer_rest=2 * hidden + biases,
        n_layers=shape.num_hidden_layers,
        final_norm=hidden,
        lm_head=0 if shape.tie_word_embeddings else shape.vocab_size * hidden,
    )


def count_on_meta(config: LlamaConfig) -> int:
    """Return the number of parameters by building the model without any data.

    Example: 70,553,706,496 for Llama 3.3 70B, within half a second and no memory.
    """
    return sum(parameter.numel() for parameter in build_on_meta(config).parameters())


def build_on_meta(config: LlamaConfig) -> Any:
    """Return the model with every tensor on torch's "meta" device: a shape, no numbers."""
    check_config(config)
    import torch
    from transformers import LlamaForCausalLM

    with torch.device("meta"):
        return LlamaForCausalLM(config)


def download_bytes(config: LlamaConfig) -> int:
    """Return the size of the bfloat16 safetensors files, to the byte.

    Example: 141,107,497,872 for Llama 3.3 70B: the weights, and 84,880 bytes in 30 headers
    that say where each of the 723 tensors lies.

    Without `--exclude "original/*"` the Hub sends Meta's own copy too: twice as much.
    """
    from huggingface_hub import split_torch_state_dict_into_shards

    model = build_on_meta(config)
    tensors = {name: tensor.bfloat16() for name, tensor in model.state_dict().items()}
    if config.tie_word_embeddings:
        del tensors["lm_head.weight"]  # it is the embedding, stored once
    split = split_torch_state_dict_into_shards(tensors, max_shard_size=SHARD_BYTES)
    return sum(
        _file_bytes({name: tensors[name] for name in names})
        for names in split.filename_to_tensors.values()
    )


def _file_bytes(tensors: dict[str, torch.Tensor]) -> int:
    """Return the size of one safetensors file: 8 bytes, a JSON header, the numbers."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, tensor in sorted(tensors.items()):
        start, end = end, end + 2 * tensor.numel()
        offsets = [start, end]
        header[name] = {"dtype": "BF16", "shape": [*tensor.shape], "data_offsets": offsets}
    length = len(json.dumps(header, separators=(",", ":")))
    return 8 + -(-length // 8) * 8 + end  # padded to a multiple of 8


def check_config(config: LlamaConfig) -> Any:
    """Return the configuration, or raise a clear error if no such Llama can exist.

    What comes back is typed as Any: in transformers' types, fields that are filled in
    by then may still be None.
    """
    kind = getattr(config, "model_type", None)
    if kind != "llama":
        raise LlamaExploreError(
            f"That is {f'a configuration of type {kind!r}' if kind else type(config).__name__}, "
            "not the configuration of a Llama.",
            "Give session.config, or LlamaConfig.from_pretrained(<a Llama 3 checkpoint>).",
        )
    for field in _FIELDS:
        value = getattr(config, field, None)
        if type(value) is not int or value < 1:
            raise LlamaExploreError(
                f"The configuration says {field} = {value!r}; it has to be a whole number above 0.",
                "Fetch config.json again from where the checkpoint came from.",
            )
    checked: Any = config
    heads, kv_heads = checked.num_attention_heads, checked.num_key_value_heads
    if heads % kv_heads:
        raise LlamaExploreError(
            f"{heads} query heads cannot be shared out evenly over {kv_heads} KV heads.",
            "Fetch config.json again from where the checkpoint came from.",
        )
    matrices = checked.num_hidden_layers * checked.hidden_size * checked.intermediate_size
    if max(matrices, checked.vocab_size * checked.hidden_size) > MOST_PARAMETERS:
        raise LlamaExploreError(
            "The configuration describes more than 10,000 billion parameters.",
            "Check its sizes: Llama 3.3 70B has a hidden size of 8,192 and 80 layers.",
        )
    return checked
