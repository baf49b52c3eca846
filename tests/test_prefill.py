"""Times of long prompts: fitted as they were made, carried over by arithmetic."""

from __future__ import annotations

import pytest

from llama_explore import LlamaExploreError, open_session, prefill
from llama_explore.budget import kv_cache_bytes
from llama_explore.prefill import Prefill, carry_over, fit_prefill, measure_prefill
from llama_explore.probes.prefix_tree import count_flops
from llama_explore.proportions import config_70b
from llama_explore.session import Session


@pytest.fixture(scope="module")
def session() -> Session:
    return open_session("pocket:chat")


def times(a: float, b: float, c: float) -> list[Prefill]:
    return [Prefill(n, a + b * n + c * n * n, 0) for n in (256, 1024, 4096, 8192)]


@pytest.mark.parametrize(
    "parts", [(0.001, 1e-4, 0), (0.02, 1e-4, 3e-8), (0, 2e-4, 1e-9), (0.5, 1e-5, 1e-7)]
)
def test_a_curve_is_found_again(parts: tuple[float, float, float]) -> None:
    fit = fit_prefill(times(*parts))
    found = (fit.constant, fit.linear, fit.quadratic)
    assert found == pytest.approx(parts, rel=1e-3, abs=1e-11)
    assert fit.worst < 1e-6
    assert fit.predict(2048) == pytest.approx(parts[0] + parts[1] * 2048 + parts[2] * 2048**2)


def test_the_weights_always_have_a_part() -> None:
    measured = [
        Prefill(n, s, 0) for n, s in ((512, 0.16), (1024, 0.24), (2048, 0.58), (4096, 2.04))
    ]
    fit = fit_prefill(measured)
    assert fit.linear > 0 and fit.crossover > 100 and fit.worst < 0.3


def test_no_part_is_below_zero() -> None:
    fit = fit_prefill([Prefill(n, 1 / n, 0) for n in (10, 100, 1000)])
    assert min(fit.constant, fit.linear, fit.quadratic) >= 0


def test_weights_and_attention_cross_where_they_are_equal() -> None:
    assert fit_prefill(times(0, 1e-4, 1e-8)).crossover == pytest.approx(10_000, rel=1e-3)
    assert fit_prefill(times(0, 1e-4, 0)).crossover > 1e8


def test_carrying_over_keeps_the_share_of_the_arithmetic(session: Session) -> None:
    # On a machine that takes 1 s for each 1e12 FLOPs, everything is arithmetic.
    small, large = session.config, config_70b()
    made = [Prefill(n, count_flops(small, 0, n) / 1e12, 0) for n in (512, 2048, 8192)]
    seconds = carry_over(fit_prefill(made), small, large, 131_072)
    assert seconds == pytest.approx(count_flops(large, 0, 131_072) / 1e12, rel=0.01)


def test_attention_has_the_larger_part_of_long_prompts_only() -> None:
    shares = []
    for n_tokens in (8192, 131_072):
        weights, attention = prefill.split_flops(config_70b(), n_tokens)
        assert weights + attention == pytest.approx(count_flops(config_70b(), 0, n_tokens))
        shares.append(attention / (weights + attention))
    # By hand: 80 layers x 2 x 8,192 x n a token, against 2 x 855.6 million x 80.
    assert shares == pytest.approx([0.073, 0.557], abs=0.001)


def test_prompts_are_really_read(session: Session) -> None:
    found = measure_prefill(session, (64, 32), rounds=1)
    assert [each.n_tokens for each in found] == [32, 64]
    assert all(each.seconds > 0 for each in found)
    assert found[1].cache_bytes == kv_cache_bytes(64, session.config)
    assert "64 tokens" in repr(found[1])


@pytest.mark.parametrize("lengths", [(), (0,), (8193,), (1.5,), (512, -1)])
def test_impossible_lengths_are_refused(session: Session, lengths: tuple) -> None:
    with pytest.raises(LlamaExploreError, match="8,192"):
        measure_prefill(session, lengths)


def test_two_lengths_are_no_curve() -> None:
    with pytest.raises(LlamaExploreError, match="three"):
        fit_prefill(times(0, 1e-4, 0)[:2])


def test_the_picture_is_small() -> None:
    made = times(0.01, 1e-4, 1e-8)
    picture = prefill.draw_prefill(made, fit_prefill(made))
    assert picture.png.startswith(b"\x89PNG") and len(picture.png) < 30_000
