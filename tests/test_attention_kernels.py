"""The GPU kernel against matrix products: on a GPU, or in Triton's interpreter where it is there.

pip install triton
TRITON_INTERPRET=1 python -m pytest tests/test_attention_kernels.py
"""

from __future__ import annotations

import os

import pytest
import torch

from llama_explore.attention.scene import Scene, log_sum_exp
from llama_explore.attention.sweep import walk_with_kernel, walk_with_tiles

pytest.importorskip("triton", reason="Triton comes with PyTorch's CUDA builds only")
INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
DEVICE = "cpu" if INTERPRETED else "cuda"
if not INTERPRETED and not torch.cuda.is_available():
    pytest.skip("needs a GPU, or TRITON_INTERPRET=1", allow_module_level=True)

# The interpreter computes with NumPy, which knows no bfloat16.
DTYPES = [torch.float32, torch.float16 if INTERPRETED else torch.bfloat16]
SPANS = [(2, 9), (1, 250)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("first", "start", "n_queries", "bin_width"),
    [(0, 0, 300, 128), (256, 0, 200, 256), (300, 5, 130, None), (3, 3, 140, 32), (5, 2, 1, None)],
)
def test_kernel_and_matrix_products_walk_alike(
    dtype: torch.dtype, first: int, start: int, n_queries: int, bin_width: int | None
) -> None:
    torch.manual_seed(0)
    query = (2 * torch.randn(4, n_queries, 32)).to(DEVICE, dtype)
    key = torch.randn(2, first + n_queries, 32).to(DEVICE, dtype)
    scene = Scene(query, key, 32**-0.5, first, start, None)
    lse = log_sum_exp(scene)
    expected = walk_with_tiles(scene.with_lse(lse), spans=SPANS, bin_width=bin_width)
    found = walk_with_kernel(scene, spans=SPANS, bin_width=bin_width)
    assert torch.allclose(found.lse, lse, atol=1e-4)
    assert torch.allclose(found.entropy, expected.entropy, atol=1e-3)
    assert torch.allclose(found.distance, expected.distance, atol=1e-2)
    assert torch.allclose(found.spans, expected.spans, atol=1e-4)
    if bin_width:
        assert torch.allclose(found.bins, expected.bins, atol=1e-2)
        only = walk_with_kernel(scene.with_lse(lse), bin_width=bin_width, only_bins=True)
        assert torch.allclose(only.bins, expected.bins, atol=1e-2)
