"""One processor core for long runs of a small model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Let PyTorch use one thread inside the ``with`` block, and as many as before afterwards.

    So small a model gains little from more. Where other work runs besides, threads wait for
    each other: on two busy cores a re-training took 72 seconds of processor time with two
    threads, and 6 with one.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
