"""Wavelengths are those the model itself turns by; stretching changes nothing else."""

from __future__ import annotations

import math

import pytest
import torch

from llama_explore import LlamaExploreError, open_session
from llama_explore.pocket import shape
from llama_explore.proportions import config_70b
from llama_explore.rope import (
    KINDS,
    Wavelengths,
    draw_turns,
    draw_wavelengths,
    find_wavelengths,
    stretch_session,
)
from llama_explore.session import Session


@pytest.fixture(scope="module")
def waves() -> Wavelengths:
    return find_wavelengths(config_70b())


@pytest.fixture(scope="module")
def plain() -> Session:
    return open_session("pocket:base-512")


def test_the_70b_has_29_untouched_6_between_and_29_slowed(waves: Wavelengths) -> None:
    assert [waves.count(kind) for kind in KINDS] == [29, 6, 29]
    assert (waves.factor, waves.original_context, waves.context) == (8, 8192, 131_072)
    assert waves.kinds == sorted(waves.kinds, key=("untouched", "between", "slowed").index)


def test_wavelengths_are_those_of_the_closed_form(waves: Wavelengths) -> None:
    for i, found in enumerate(waves.before.tolist()):
        assert found == pytest.approx(2 * math.pi * 500_000 ** (2 * i / 128), rel=1e-4)


def test_scaling_follows_its_own_rule(waves: Wavelengths) -> None:
    # Written from the description of the rule, not from transformers' code.
    for before, after in zip(waves.before.tolist(), waves.after.tolist(), strict=True):
        if before < 8192 / 4:
            wanted = before
        elif before > 8192 / 1:
            wanted = 8 * before
        else:
            share = (8192 / before - 1) / (4 - 1)
            wanted = 1 / ((1 - share) / (8 * before) + share / before)
        assert after == pytest.approx(wanted, rel=1e-4)


def test_without_scaling_everything_is_untouched(plain: Session) -> None:
    found = find_wavelengths(plain.config)
    assert found.count("untouched") == 16 and found.factor == 1
    assert "no scaling" in repr(found)


def test_stretching_is_the_configuration_of_base_on_the_same_weights(plain: Session) -> None:
    stretched = stretch_session(plain)
    wanted = find_wavelengths(shape.config("base"))
    assert torch.equal(find_wavelengths(stretched.config).after, wanted.after)
    ours, theirs = stretched.model.state_dict(), plain.model.state_dict()
    assert all(ours[name].data_ptr() == tensor.data_ptr() for name, tensor in theirs.items())
    assert plain.config.max_position_embeddings == 512
    assert stretched.config.max_position_embeddings == 8192
    ids = torch.arange(1000, 1040)[None]
    with torch.inference_mode():
        before, after = plain.model(ids).logits, stretched.model(ids).logits
    assert not torch.equal(before, after)
    with pytest.raises(LlamaExploreError, match="scaling already"):
        stretch_session(stretched)


def test_pictures_hold_what_they_should(waves: Wavelengths) -> None:
    for picture in (draw_wavelengths(waves, waves, labels=["a", "b"]), draw_turns(waves, [0, 45])):
        assert picture.png.startswith(b"\x89PNG") and "scaling" in repr(picture)
    for wrong in ([64], [-1], []):
        with pytest.raises(LlamaExploreError, match="64"):
            draw_turns(waves, wrong)
