"""Products in float32 give what bfloat16 instructions would; nothing else changes."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
import torch
from torch import nn

from llama_explore import bfloat16, open_session
from llama_explore.bfloat16 import LEAST_ROWS, QuickLinear, quicken


@pytest.fixture
def slow_processor(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Any processor is taken for one without the instructions."""
    monkeypatch.setattr(bfloat16, "has_instructions", lambda: False)
    yield


def make_layer(n_in: int = 96, n_out: int = 40, *, bias: bool = True) -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(n_in, n_out, bias=bias).to(torch.bfloat16)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(3, 50, 96), (LEAST_ROWS, 96)])
def test_it_is_the_exact_product_rounded_once(
    slow_processor: None, shape: tuple[int, ...], bias: bool
) -> None:
    layer = make_layer(bias=bias)
    states = torch.randn(shape).to(torch.bfloat16)
    exact = states.double() @ layer.weight.double().T + (layer.bias.double() if bias else 0)
    assert quicken(layer) == 1
    found = layer(states)
    assert found.dtype == torch.bfloat16 and found.shape == exact.shape
    # Rounding to 8 significant bits is off by 2^-8 of the value at most; sums by a little more.
    assert ((found.double() - exact).abs() <= exact.abs() * 2**-8 * 1.01 + 1e-5).all()


def test_large_layers_go_in_slices(slow_processor: None, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = make_layer()
    states = torch.randn(20, 96).to(torch.bfloat16)
    quicken(layer)
    whole = layer(states)
    monkeypatch.setattr(bfloat16, "SLICE", 96 * 7)
    assert torch.equal(layer(states), whole)


def test_few_rows_and_other_kinds_of_number_go_the_usual_way(slow_processor: None) -> None:
    layer, usual = make_layer(), make_layer()
    quicken(layer)
    one = torch.randn(LEAST_ROWS - 1, 96).to(torch.bfloat16)
    assert torch.equal(layer(one), usual(one))
    many = torch.randn(50, 96)
    assert torch.equal(layer.float()(many), usual.float()(many))
    assert quicken(make_layer().float()) == 0


def test_gradients_flow(slow_processor: None) -> None:
    layer, usual = make_layer(), make_layer().float()
    quicken(layer)
    states = torch.randn(64, 96)
    layer(states.to(torch.bfloat16)).float().square().sum().backward()
    usual(states.to(torch.bfloat16).float()).square().sum().backward()
    assert torch.allclose(layer.weight.grad.float(), usual.weight.grad, rtol=0.05, atol=0.5)


def test_nothing_is_changed_where_the_instructions_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bfloat16, "has_instructions", lambda: True)
    layer = make_layer()
    assert quicken(layer) == 0 and type(layer) is nn.Linear


def test_a_session_is_quick_and_says_the_same(slow_processor: None) -> None:
    session = open_session("pocket:chat")
    layers = [m for m in session.model.modules() if isinstance(m, nn.Linear)]
    assert len(layers) == 43 and all(type(layer) is QuickLinear for layer in layers)
    plain = copy.deepcopy(session.model)
    for module in plain.modules():
        if type(module) is QuickLinear:
            module.__class__ = nn.Linear
    reference = copy.deepcopy(plain).float()
    ids = torch.arange(1000, 1040)[None]
    with torch.inference_mode():
        found, usual, wanted = (m(ids).logits.float() for m in (session.model, plain, reference))
    # As near to float32 as the slow loop comes.
    assert (found - wanted).abs().mean() <= 1.2 * (usual - wanted).abs().mean()
