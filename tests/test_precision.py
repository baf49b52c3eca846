"""What 16 bits keep, against numpy and torch; a model in three formats, against itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from llama_explore import open_session
from llama_explore.precision import compare_runs, list_numbers, run_in, show_bits
from llama_explore.session import Session

TEXT = "Once upon a time the sea was calm and the ship"


@pytest.fixture(scope="module")
def session() -> Session:
    return open_session()


@pytest.fixture(scope="module")
def ids(session: Session) -> torch.Tensor:
    found: torch.Tensor = session.tokenizer(TEXT, return_tensors="pt").input_ids
    return found


@pytest.mark.parametrize("number", [1.5, -2.0, 0.1, 65_504.0, 3e-5])
def test_the_bits_are_those_that_numpy_stores(number: float) -> None:
    half = f"{np.float16(number).view(np.uint16):016b}"
    assert show_bits(number, torch.float16) == f"{half[0]} {half[1:6]} {half[6:]}"
    full = f"{np.float32(number).view(np.uint32):032b}"
    assert show_bits(number, torch.float32) == f"{full[0]} {full[1:9]} {full[9:]}"


def test_bfloat16_is_the_upper_half_of_float32() -> None:
    short = show_bits(1.5, torch.bfloat16)
    assert short == "0 01111111 1000000"
    assert show_bits(1.5, torch.float32) == short + "0" * 16


def test_between_1_and_2_the_formats_have_as_many_numbers_as_their_fraction_has_patterns() -> None:
    assert len(list_numbers(torch.bfloat16, 1, 2)) == 2**7 + 1
    assert len(list_numbers(torch.float16, 1, 2)) == 2**10 + 1


def test_the_listed_numbers_survive_rounding_and_those_between_do_not() -> None:
    numbers = list_numbers(torch.bfloat16, 250, 300)
    assert torch.equal(numbers.bfloat16().float(), numbers)
    between = (numbers[1:] + numbers[:-1]) / 2
    assert not torch.any(between.bfloat16().float() == between)
    assert numbers[:4].tolist() == [250, 251, 252, 253], "whole numbers up to 256"
    assert 257 not in numbers


def test_layer_by_layer_gives_the_models_own_logits(session: Session, ids: torch.Tensor) -> None:
    with torch.inference_mode():
        whole = session.model(ids).logits[0].float()
    assert torch.equal(run_in(session.model, ids, torch.bfloat16).logits, whole)


def test_float32_agrees_with_a_model_opened_in_float32(session: Session, ids: torch.Tensor) -> None:
    with torch.inference_mode():
        whole = open_session(dtype=torch.float32).model(ids, output_hidden_states=True)
    run = run_in(session.model, ids, torch.float32)
    torch.testing.assert_close(run.logits, whole.logits[0], rtol=1e-4, atol=1e-4)
    between = [state.abs().max().item() for state in whole.hidden_states[1:-1]]
    assert run.largest[:-1] == pytest.approx(between, rel=1e-4)


def test_the_model_is_left_as_it_was(session: Session, ids: torch.Tensor) -> None:
    run_in(session.model, ids, torch.float16)
    assert {parameter.dtype for parameter in session.model.parameters()} == {torch.bfloat16}


def test_the_formats_differ_as_their_fractions_say(session: Session, ids: torch.Tensor) -> None:
    full, half, brain = (
        run_in(session.model, ids, dtype)
        for dtype in (torch.float32, torch.float16, torch.bfloat16)
    )
    assert compare_runs(full, full).largest == 0
    assert 0 < compare_runs(half, full).mean < compare_runs(brain, full).mean
    assert compare_runs(half, full).agreement == 1
    assert compare_runs(brain, full).agreement >= 0.9


def test_a_hidden_state_squared_is_too_large_for_float16(
    session: Session, ids: torch.Tensor
) -> None:
    """What chapter 02 shows: this is why RMSNorm calculates in float32."""
    largest = torch.tensor(run_in(session.model, ids, torch.float16).largest[-1])
    assert torch.isfinite(largest.half())
    assert torch.isinf(largest.half() ** 2)
    assert torch.isfinite(largest.bfloat16() ** 2)
