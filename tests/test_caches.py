"""Caches with fewer bits, or on the disk: what they hold, what they take, what they change."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import DynamicCache
from transformers.cache_utils import Cache

from llama_explore import LlamaExploreError, caches, open_session, probes
from llama_explore.budget import kv_cache_bytes
from llama_explore.session import Session

N_TOKENS = 300


@pytest.fixture(scope="module")
def session() -> Session:
    return open_session("pocket:chat")


def read(session: Session, cache: Cache) -> torch.Tensor:
    """Read a prompt, then three tokens, then one; return the logits behind."""
    ids = torch.arange(1000, 1000 + N_TOKENS)[None]
    with torch.inference_mode():
        for part in (ids, ids[:, :3] + 7, ids[:, :1]):
            out = session.model(part, past_key_values=cache, use_cache=True, logits_to_keep=1)
    assert cache.get_seq_length() == N_TOKENS + 4
    return out.logits.float()


@pytest.fixture(scope="module")
def wanted(session: Session) -> torch.Tensor:
    return read(session, DynamicCache(config=session.config))


def test_an_ordinary_cache_takes_what_the_budget_says(session: Session) -> None:
    cache = DynamicCache(config=session.config)
    read(session, cache)
    assert caches.count_stored_bytes(cache) == kv_cache_bytes(N_TOKENS + 4, session.config)


def test_fewer_bits_take_less_and_lose_more(session: Session, wanted: torch.Tensor) -> None:
    whole = kv_cache_bytes(N_TOKENS, session.config)
    errors = []
    for n_bits in caches.BITS:
        cache = caches.quantize_cache(session.config, n_bits)
        errors.append(float((read(session, cache) - wanted).abs().max()))
        # The last four tokens are still kept as they are.
        fresh = kv_cache_bytes(4, session.config)
        assert caches.count_stored_bytes(cache) - fresh == whole * (n_bits + 1) / 16
    assert 0 < errors[0] < errors[1] < errors[2]


def test_numbers_survive_packing_and_scaling() -> None:
    torch.manual_seed(0)
    for n_bits in caches.BITS:
        layer = caches._IntegerLayer(nbits=n_bits)
        layer.dtype = torch.float32
        states = torch.randn(1, 2, 5, 64)
        back = layer._dequantize(layer._quantize(states))
        groups = states.unflatten(-1, (2, 32))
        step = (groups.amax(-1) - groups.amin(-1)) / (2**n_bits - 1)
        off = (back - states).abs().unflatten(-1, (2, 32)).amax(-1)
        # Half a step for rounding, and a little for what bfloat16 makes of scale and offset.
        assert (off <= 0.5 * step + 0.03).all()
        same = torch.full((1, 1, 1, 32), 3.0)
        assert torch.equal(layer._dequantize(layer._quantize(same)), same)


def test_eight_bit_floats_take_half(session: Session) -> None:
    cache = caches.fp8_cache(session.config)
    read(session, cache)
    whole = kv_cache_bytes(N_TOKENS + 4, session.config)
    assert whole / 2 <= caches.count_stored_bytes(cache) < whole / 2 + 1000


def test_a_cache_on_the_disk_changes_nothing(
    session: Session, wanted: torch.Tensor, tmp_path: Path
) -> None:
    cache = caches.disk_cache(session.config, tmp_path / "kv")
    assert torch.equal(read(session, cache), wanted)
    assert caches.count_stored_bytes(cache) == 0
    on_disk = sum(path.stat().st_size for path in (tmp_path / "kv").iterdir())
    assert on_disk >= kv_cache_bytes(N_TOKENS + 4, session.config)


def test_generating_with_few_bits_still_ends(session: Session) -> None:
    ids = session.tokenizer("Hello there, my friend.", return_tensors="pt").input_ids
    cache = caches.quantize_cache(session.config, 8)
    out = session.model.generate(ids, past_key_values=cache, max_new_tokens=5, do_sample=False)
    assert out.shape[1] > ids.shape[1]


def test_needles_are_looked_for_with_any_cache(session: Session) -> None:
    plan = probes.plan_grid(session, probes.Grid(lengths=(256,), depths=2))
    plain = caches.try_cache(session, plan.items, lambda: DynamicCache(config=session.config))
    small = caches.try_cache(session, plan.items, lambda: caches.quantize_cache(session.config, 8))
    coarse = caches.try_cache(session, plan.items, lambda: caches.quantize_cache(session.config, 2))
    assert plain.n_found == small.n_found == plain.n_cases == 2
    assert coarse.stored_bytes < small.stored_bytes < plain.stored_bytes
    assert "2 of 2 found" in repr(plain)


@pytest.mark.parametrize("n_bits", [3, 16, 0, None])
def test_other_numbers_of_bits_are_refused(session: Session, n_bits: int) -> None:
    with pytest.raises(LlamaExploreError, match="8, 4, 2"):
        caches.quantize_cache(session.config, n_bits)
