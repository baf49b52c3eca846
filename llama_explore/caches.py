"""Smaller or slower homes for the KV cache: fewer bits for each number, or the disk.

Each cache here goes where an ordinary one goes: ``model.generate(..., past_key_values=cache)``.
They are made of transformers' own parts; what is added is what these leave open.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from transformers.cache_utils import Cache, DynamicLayer, QuantizedCache, QuantizedLayer

from llama_explore.budget import show_bytes
from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from transformers import LlamaConfig

    from llama_explore.probes.items import Item
    from llama_explore.session import Session

BITS = (8, 4, 2)
GROUP = 32
"""Numbers that share a scale and an offset, two bfloat16: one more bit for each number."""


def quantize_cache(config: LlamaConfig, n_bits: int) -> Cache:
    """Return a KV cache that keeps whole numbers of `n_bits` bits.

    Every 32 neighbouring numbers of a key or value share a scale and an offset. The latest 128
    tokens stay as they are until there are more, as in KIVI.

    Example: a token of Llama 3.3 70B takes 327,680 bytes in bfloat16. With 4 bits it takes
    102,400: 81,920 for the numbers and 20,480 for scales and offsets.

    Args:
        config: Of the model that will use it.
        n_bits: 8, 4 or 2.

    Raises:
        LlamaExploreError: Another number of bits.

    Source: KIVI, arXiv 2402.02750, without its grouping of keys by channel.
    """
    if n_bits not in BITS:
        raise LlamaExploreError(
            f"There is no cache with {n_bits!r} bits a number.",
            f"Choose of {', '.join(map(str, BITS))}.",
        )
    return Cache(layers=[_IntegerLayer(nbits=n_bits) for _ in range(config.num_hidden_layers)])


def fp8_cache(config: LlamaConfig) -> Cache:
    """Return transformers' own KV cache in 8-bit floating point: half of bfloat16's bytes."""
    return QuantizedCache("fp8", config)


def disk_cache(config: LlamaConfig, folder: str | Path) -> Cache:
    """Return a KV cache whose keys and values live in files, not in memory.

    Only the layer that is at work is in memory as a copy. On a GPU the same idea is built in:
    ``DynamicCache(config=config, offloading=True)`` keeps all other layers in main memory.

    Example: ``disk_cache(session.config, tmp)`` holds the same numbers, to the bit.

    Args:
        config: Of the model that will use it.
        folder: Where its files go; delete it afterwards.
    """
    files = Path(folder)
    files.mkdir(parents=True, exist_ok=True)
    return Cache(layers=[_DiskLayer(files, n) for n in range(config.num_hidden_layers)])


def count_stored_bytes(cache: Cache) -> int:
    """Return the bytes of memory that a cache's keys and values take now, files not counted.

    Example: for an ordinary cache this is ``budget.kv_cache_bytes``.
    """
    layers: list[Any] = list(cache.layers)
    return sum(
        tensor.numel() * tensor.element_size()
        for layer in layers
        for part in (layer.keys, layer.values, *_quantized(layer))
        for tensor in _tensors(part)
    )


@dataclass(frozen=True)
class Trial:
    """What a model found with one kind of cache.

    Attributes:
        n_found: Needles found.
        n_cases: Needles looked for.
        stored_bytes: What the largest of the caches took in memory at the end.
        seconds: For all of them together.
    """

    n_found: int
    n_cases: int
    stored_bytes: int
    seconds: float

    def __repr__(self) -> str:
        return f"{self.n_found} of {self.n_cases} found, {show_bytes(self.stored_bytes)} in memory"


def try_cache(session: Session, items: Sequence[Item], make_cache: Callable[[], Cache]) -> Trial:
    """Ask a plan's questions with a cache of one kind, a new one for each question.

    Example: ``try_cache(session, plan.items, lambda: quantize_cache(session.config, 4))``

    Args:
        session: The open model.
        items: Of `probes.plan_grid`; those without a right answer are left out.
        make_cache: Returns an empty cache.
    """
    model: Any = session.model
    questions = [q for item in items if item.kind == "answer" for q in item.questions]
    n_found, most, began = 0, 0, time.perf_counter()
    for question in questions:
        prompt = torch.tensor([question.ids.tolist()], device=model.device)
        cache = make_cache()
        out = model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            past_key_values=cache,
            max_new_tokens=question.n_answer_tokens,
            do_sample=False,
            temperature=None,
            top_p=None,
        )
        answer = session.tokenizer.decode(out[0, prompt.shape[1] :], skip_special_tokens=True)
        n_found += question.score(str(answer)) == 1
        most = max(most, count_stored_bytes(cache))
    return Trial(n_found, len(questions), most, time.perf_counter() - began)


def _quantized(layer: Any) -> tuple[Any, ...]:
    names = ("_quantized_keys", "_quantized_values")
    return tuple(getattr(layer, name, None) for name in names)


def _tensors(part: Any) -> list[Tensor]:
    if isinstance(part, Tensor):
        return [part]
    return [each for each in part if isinstance(each, Tensor)] if isinstance(part, tuple) else []


class _IntegerLayer(QuantizedLayer):  # type: ignore[misc, unused-ignore]
    """One layer; the base class decides when to quantize, this one how."""

    def _quantize(self, tensor: Tensor, axis: int = 0) -> tuple[Any, ...]:
        del axis  # groups lie along the head's own numbers
        groups = tensor.float().unflatten(-1, (-1, min(GROUP, tensor.shape[-1])))
        low, high = groups.aminmax(dim=-1, keepdim=True)
        most = 2**self.nbits - 1
        # What is stored is what counts: round the scale first, then the numbers.
        low = low.to(torch.bfloat16)
        step = ((high - low.float()) / most).to(torch.bfloat16)
        step = torch.where(step == 0, torch.ones_like(step), step)
        numbers = ((groups - low.float()) / step.float()).round().clamp(0, most).to(torch.uint8)
        return _pack(numbers, self.nbits), step, low, tuple(tensor.shape)

    def _dequantize(self, stored: tuple[Any, ...]) -> Tensor:
        packed, step, low, shape = stored
        numbers = _unpack(packed, self.nbits).unflatten(-1, (-1, min(GROUP, shape[-1])))
        numbers = numbers.reshape(*step.shape[:-1], -1)
        whole: Tensor = numbers.float() * step.float() + low.float()
        return whole.reshape(shape).to(self.dtype)


def _pack(numbers: Tensor, n_bits: int) -> Tensor:
    """Return numbers of `n_bits` bits as whole bytes, several in each."""
    per_byte = 8 // n_bits
    lanes = numbers.reshape(-1, per_byte)
    shifts = torch.arange(per_byte, device=numbers.device, dtype=torch.uint8) * n_bits
    packed: Tensor = (lanes << shifts).sum(-1)
    return packed.to(torch.uint8)


def _unpack(packed: Tensor, n_bits: int) -> Tensor:
    per_byte = 8 // n_bits
    shifts = torch.arange(per_byte, device=packed.device, dtype=torch.uint8) * n_bits
    lanes: Tensor = (packed[:, None] >> shifts) & (2**n_bits - 1)
    return lanes.flatten()


class _DiskLayer(DynamicLayer):  # type: ignore[misc, unused-ignore]
    """One layer whose tensors are read from files when it is its turn."""

    def __init__(self, folder: Path, number: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call, unused-ignore]
        self._files = (folder / f"keys-{number}.pt", folder / f"values-{number}.pt")
        self._length = 0

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> Any:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        both = []
        for path, new in zip(self._files, (key_states, value_states), strict=True):
            old = [torch.load(path, map_location=new.device)] if self._length else []
            whole = torch.cat([*old, new], dim=-2)
            torch.save(whole, path)
            both.append(whole)
        self._length = int(both[0].shape[-2])
        return both[0], both[1]

    def get_seq_length(self) -> int:
        return self._length
