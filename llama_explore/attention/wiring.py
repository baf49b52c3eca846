"""How a capture listens: an attention function that calls SDPA and tells who asked.

transformers looks up attention by name for each layer. Under the name `NAME` it finds a
function that computes exactly what "sdpa" does, with the same masks, and shows queries and
keys to the captures of the running thread. The name is set while any capture is open on a
model, and set back when the last one closes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, sdpa_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

NAME = "llama_explore_capture"
_FLASH = {
    "aten::_scaled_dot_product_flash_attention_for_cpu",
    "aten::_scaled_dot_product_flash_attention",
}


class Watcher(Protocol):
    """Someone who wants to see a model's queries and keys."""

    needs_lse: bool

    def layer_of(self, module: torch.nn.Module) -> int | None:
        """Return the layer that this attention module is, if it is watched."""

    def see(
        self, layer: int, query: torch.Tensor, key: torch.Tensor, scale: float, lse: Any
    ) -> None:
        """Look at one layer of one forward pass."""


_watchers: ContextVar[tuple[Watcher, ...]] = ContextVar("llama_explore_watchers", default=())
_lock = threading.Lock()
_open: dict[int, tuple[int, str]] = {}
"""For each configuration (by identity): how many captures are open, and the name before."""


class _CatchLse(TorchDispatchMode):
    """Keep the log-sum-exp that PyTorch's flash kernels compute anyway and SDPA drops."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.lse: torch.Tensor | None = None

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        options = kwargs or {}
        if func is torch.ops.aten.scaled_dot_product_attention.default:
            # inference_mode shows the call whole; look inside, where the kernel is chosen
            with self:
                return func.decompose(*args, **options)
        result = func(*args, **options)
        if func._schema.name in _FLASH:
            self.lse = result[1]
        return result


def _watched_sdpa(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    **options: Any,
) -> tuple[torch.Tensor, None]:
    """Compute what "sdpa" computes, then show it to the captures of this thread."""
    places = [(each, each.layer_of(module)) for each in _watchers.get()]
    looking = [(each, layer) for each, layer in places if layer is not None]
    if any(each.needs_lse for each, _ in looking):
        with _CatchLse() as caught:
            result = sdpa_attention_forward(module, query, key, value, attention_mask, **options)
        lse = caught.lse
    else:
        result = sdpa_attention_forward(module, query, key, value, attention_mask, **options)
        lse = None
    if looking:
        scale = options.get("scaling") or query.shape[-1] ** -0.5
        with torch.no_grad():
            for each, layer in looking:
                each.see(layer, query.detach(), key.detach(), scale, lse)
    return result


ALL_ATTENTION_FUNCTIONS.register(NAME, _watched_sdpa)
ALL_MASK_ATTENTION_FUNCTIONS.register(NAME, sdpa_mask)


def is_listening(watcher: Watcher) -> bool:
    """Return whether this watcher belongs to the running thread (or task)."""
    return any(each is watcher for each in _watchers.get())


@contextmanager
def listen(model: Any, watcher: Watcher) -> Iterator[None]:
    """Show the model's attention to a watcher, in this thread, inside the ``with`` block."""
    config = model.config
    with _lock:
        count, before = _open.get(id(config), (0, config._attn_implementation))
        before = "sdpa" if before == NAME else before
        if count == 0:
            model.set_attn_implementation(NAME)
        _open[id(config)] = (count + 1, before)
    token = _watchers.set((*_watchers.get(), watcher))
    try:
        yield
    finally:
        _watchers.reset(token)
        with _lock:
            count, before = _open.pop(id(config))
            if count > 1:
                _open[id(config)] = (count - 1, before)
            elif config._attn_implementation == NAME:  # else the reader has chosen another since
                model.set_attn_implementation(before)
