"""One layer's attention in few bytes: the lower triangles, in as many bits as fit.

64 heads over 128 tokens are 528,384 weights: 2.1 MB as float32, over 10 MB as text. A picture
needs far less. The square root of each weight is rounded to 8 bits, or fewer, and deflated;
of 8, 6, 5, 4, 3, 2 bits the most are taken that stay within the limit.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from llama_explore.errors import LlamaExploreError

MOST_BYTES = 200_000
BITS = (8, 6, 5, 4, 3, 2)


@dataclass(frozen=True, repr=False)
class Packed:
    """One layer's weights for the page.

    Attributes:
        data: Deflated bytes; one a weight, or two weights a byte from 4 bits down.
        bits: Of each weight's rounded square root.
        n_heads: Query heads.
        n_tokens: Rows of each triangle.
    """

    data: bytes
    bits: int
    n_heads: int
    n_tokens: int

    @property
    def largest_error(self) -> float:
        """The most by which a weight can be off: a weight of 1 is right, small ones nearly so."""
        step = 0.5 / (2**self.bits - 1)
        return float(step * (2 - step))

    def __repr__(self) -> str:
        return (
            f"Packed: {self.n_heads} heads x {self.n_tokens} tokens, {self.bits} bits a weight, "
            f"{len(self.data):,} bytes"
        )


def pack_layer(weights: torch.Tensor, *, most_bytes: int = MOST_BYTES) -> Packed:
    """Pack the causal attention of one layer.

    Example: the heads of the pocket model on 64 tokens, 33,280 weights, take some 20 kB with
    8 bits; 64 heads of pure noise on 128 tokens still stay under 0.2 MB, with 4 bits.

    Args:
        weights: (n_query_heads, n_tokens, n_tokens), each row a distribution, 0 to the right of
            the diagonal.
        most_bytes: The limit.

    Raises:
        LlamaExploreError: Not even 2 bits a weight stay within the limit, or some weight is none.
    """
    n_heads, n_tokens, _ = weights.shape
    if not bool(torch.isfinite(weights).all()):
        raise LlamaExploreError(
            "Some attention weights are not finite.", "Look for NaN in the model's own weights."
        )
    rows, columns = np.tril_indices(n_tokens)
    roots = np.sqrt(np.clip(weights.float().numpy()[:, rows, columns], 0, 1))
    for bits in BITS:
        levels = np.rint(roots * (2**bits - 1)).astype(np.uint8)
        data = zlib.compress(_join(levels.ravel(), bits), 9)
        if len(data) <= most_bytes:
            return Packed(data, bits, n_heads, n_tokens)
    raise LlamaExploreError(
        f"{n_heads} heads x {n_tokens} tokens do not fit into {most_bytes:,} bytes.",
        "Show fewer tokens, or fewer heads.",
    )


def unpack_layer(packed: Packed) -> torch.Tensor:
    """Return the weights again, as the page sees them: (n_query_heads, n_tokens, n_tokens)."""
    raw = np.frombuffer(zlib.decompress(packed.data), np.uint8)
    rows, columns = np.tril_indices(packed.n_tokens)
    if packed.bits <= 4:
        raw = np.stack([raw >> 4, raw & 15], 1).ravel()[: packed.n_heads * len(rows)]
    roots = raw.reshape(packed.n_heads, -1) / np.float32(2**packed.bits - 1)
    weights = np.zeros((packed.n_heads, packed.n_tokens, packed.n_tokens), np.float32)
    weights[:, rows, columns] = roots**2
    return torch.from_numpy(weights)


def _join(levels: NDArray[np.uint8], bits: int) -> bytes:
    """Put two small numbers into one byte, the first one into its upper half."""
    if bits > 4:
        return levels.tobytes()
    even = np.append(levels, np.uint8(0)) if len(levels) % 2 else levels
    return (even[0::2] << 4 | even[1::2]).astype(np.uint8).tobytes()
