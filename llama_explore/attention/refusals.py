"""Models and questions that cannot be watched, each refused with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from transformers import LlamaForCausalLM, LlamaModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS
from transformers.models.llama.modeling_llama import LlamaAttention

from llama_explore.attention.wiring import NAME
from llama_explore.errors import LlamaExploreError


def find_base(model: Any) -> Any:
    """Return the Llama without its language-model head, or refuse what is no Llama."""
    if hasattr(model, "tokenizer") and hasattr(model, "model"):
        raise LlamaExploreError("This is a session, not its model.", "Hand over session.model.")
    if isinstance(model, torch._dynamo.eval_frame.OptimizedModule) or (
        isinstance(model, torch.nn.Module)
        and any(each._compiled_call_impl is not None for each in model.modules())
    ):
        raise LlamaExploreError(
            "This model was compiled: its layers no longer call attention one by one.",
            "Open it again, or hand over the model as it was before torch.compile.",
        )
    if not isinstance(model, LlamaForCausalLM | LlamaModel):
        raise LlamaExploreError(
            f"A {type(model).__name__} is not a Llama of transformers.",
            "Hand over session.model, or load the model with AutoModelForCausalLM.",
        )
    return model.model if isinstance(model, LlamaForCausalLM) else model


def check_attention(model: Any) -> None:
    """Refuse a model whose attention is not the SDPA that transformers gives it."""
    config = model.config
    if config.output_attentions:
        refuse_output_attentions()
    chosen = config._attn_implementation
    if chosen not in ("sdpa", NAME):
        raise LlamaExploreError(
            f"This model computes attention with {chosen!r}; the capture watches 'sdpa'.",
            "Call model.set_attn_implementation('sdpa') first.",
        )
    if ALL_ATTENTION_FUNCTIONS["sdpa"] is not sdpa_attention_forward:
        raise LlamaExploreError(
            "Another library has replaced transformers' 'sdpa' attention function.",
            "Undo that, or restart the kernel and capture before that library is imported.",
        )
    for number, layer in enumerate(find_base(model).layers):
        module: Any = layer.self_attn
        # accelerate wraps forward to move tensors between devices, and marks what it wrapped
        wrapped = "forward" in vars(module) and not hasattr(module, "_hf_hook")
        if type(module) is not LlamaAttention or wrapped:
            raise LlamaExploreError(
                f"The attention of layer {number} was replaced by something else "
                f"({type(module).__name__}.forward).",
                "Undo the replacement, or open the model again.",
            )


def refuse_output_attentions() -> None:
    """Refuse to watch while transformers is asked for its own T x T matrices."""
    raise LlamaExploreError(
        "output_attentions=True needs eager attention, which keeps every T x T matrix.",
        "Leave it out: the capture has the rows, the map and the statistics.",
    )


def choose_layers(model: Any, layers: Sequence[int] | None) -> tuple[int, ...]:
    """Return the asked layers ascending, counted from 0."""
    n_layers = model.config.num_hidden_layers
    if layers is None:
        return tuple(range(n_layers))
    asked = [check_whole(each, "A layer") for each in layers]
    for each in asked:
        if not -n_layers <= each < n_layers:
            raise LlamaExploreError(
                f"There is no layer {each}: this model has {n_layers}.",
                f"Ask for layers 0 to {n_layers - 1}, or -1 for the last.",
            )
    if not asked:
        raise LlamaExploreError("No layer was asked for.", "Leave out layers= for all of them.")
    return tuple(sorted({each % n_layers for each in asked}))


def check_whole(value: Any, what: str) -> int:
    """Return a whole number as int, or refuse it."""
    try:
        whole = int(value)
    except (TypeError, ValueError):
        whole = None
    if whole is None or whole != value or isinstance(value, bool):
        raise LlamaExploreError(f"{what} is a whole number, not {value!r}.", "Give whole numbers.")
    return whole


def check_spans(spans: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Return the spans as whole numbers, refusing empty and negative ones."""
    checked = {}
    for name, (start, end) in spans.items():
        begin, stop = check_whole(start, "A span's start"), check_whole(end, "A span's end")
        if not 0 <= begin < stop:
            raise LlamaExploreError(
                f"The span {name!r} from {begin} to {stop} holds no token.",
                "Give (start, end) with 0 <= start < end; the end is not included.",
            )
        checked[name] = (begin, stop)
    return checked


def explain_nan(model: Any, layer: int) -> LlamaExploreError:
    """Return the error for attention that is not a number, naming a guilty weight if there is."""
    for name, parameter in model.named_parameters():
        if not parameter.is_meta and not torch.isfinite(parameter).all():
            return LlamaExploreError(
                f"The weight {name} holds NaN or infinity, so attention of layer {layer} is no "
                "number.",
                "Load or fetch the checkpoint again.",
            )
    return LlamaExploreError(
        f"The attention of layer {layer} is NaN, though every weight is a number.",
        "Look for an overflow: float16 ends at 65,504; open the model in bfloat16 or float32.",
    )
