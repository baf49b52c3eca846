"""What a long prompt costs: measured here, fitted, and carried over to a larger model.

Reading a prompt (prefill) is arithmetic: for each token twice the weights of the layers, and for
each pair of tokens the products of attention. Seconds follow a + b * n + c * n * n, where the
middle part is the weights' and the last one attention's.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llama_explore.budget import kv_cache_bytes, show_bytes
from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from transformers import LlamaConfig

    from llama_explore.session import Session
    from llama_explore.small_picture import Picture


@dataclass(frozen=True)
class Prefill:
    """One prompt that was read.

    Attributes:
        n_tokens: Its length.
        seconds: For all its tokens, without writing any.
        cache_bytes: Keys and values that it left behind.
    """

    n_tokens: int
    seconds: float
    cache_bytes: int

    def __repr__(self) -> str:
        return (
            f"{self.n_tokens:>7,} tokens: {self.seconds:6.2f} s, "
            f"KV cache {show_bytes(self.cache_bytes)}"
        )


@dataclass(frozen=True, repr=False)
class Fit:
    """Seconds as a + b * n + c * n * n.

    Attributes:
        constant: a, in seconds.
        linear: b, in seconds a token.
        quadratic: c, in seconds a pair of tokens.
        worst: The largest share by which a measured time lies off the curve.
    """

    constant: float
    linear: float
    quadratic: float
    worst: float

    def predict(self, n_tokens: int) -> float:
        """Return the seconds that a prompt of so many tokens takes."""
        return self.constant + self.linear * n_tokens + self.quadratic * n_tokens**2

    @property
    def crossover(self) -> float:
        """Tokens at which attention takes as long as the weights; infinite if it takes none."""
        return self.linear / self.quadratic if self.quadratic > 0 else float("inf")

    def __repr__(self) -> str:
        return (
            f"{self.constant:.2f} s + {1e6 * self.linear:,.0f} µs x n + "
            f"{1e9 * self.quadratic:,.1f} ns x n²; measured times lie within {self.worst:.0%} of it"
        )


def measure_prefill(session: Session, lengths: Sequence[int], *, rounds: int = 2) -> list[Prefill]:
    """Read random prompts of some lengths and return the best time of each.

    Example: ``measure_prefill(session, (512, 2048, 8192))`` takes the pocket model some ten
    seconds on two cores.

    Args:
        session: The open model.
        lengths: In tokens.
        rounds: How often each is read; the shortest time counts.

    Raises:
        LlamaExploreError: A length is over the model's context, or no whole number.
    """
    from llama_explore.probes.reader import Reader

    context = int(session.config.max_position_embeddings)
    wrong = [n for n in lengths if type(n) is not int or not 1 <= n <= context]
    if wrong or not lengths:
        raise LlamaExploreError(
            f"{wrong[0] if wrong else 'No length'} cannot be measured: the context is "
            f"{context:,} tokens.",
            f"Give lengths from 1 to {context:,}.",
        )
    reader, found = Reader(session.model, max(lengths)), []
    reader.read(array("i", range(100, 164)))  # the first pass of all sets things up
    for n_tokens in sorted(lengths):
        ids = array("i", [(7919 * i) % 50_000 for i in range(n_tokens)])
        best = float("inf")
        for _ in range(rounds):
            reader.reset()
            began = time.perf_counter()
            reader.read(ids)
            best = min(best, time.perf_counter() - began)
        found.append(Prefill(n_tokens, best, kv_cache_bytes(n_tokens, session.config)))
    return found


def fit_prefill(measured: Sequence[Prefill]) -> Fit:
    """Fit a + b * n + c * n * n to measured times, none of them below 0.

    Relative errors count, so that short prompts weigh as much as long ones.

    Example: times of exactly 1 ms + 0.1 ms x n give back 0.001, 0.0001 and 0.

    Args:
        measured: At least three different lengths.

    Raises:
        LlamaExploreError: There are fewer.
    """
    from itertools import combinations

    import numpy as np

    if len({each.n_tokens for each in measured}) < 3:
        raise LlamaExploreError(
            f"{len(measured)} lengths do not give a curve.", "Measure three different ones or more."
        )
    n = np.array([each.n_tokens for each in measured], dtype=float)
    seconds = np.array([each.seconds for each in measured])
    scale = n.max()
    columns = np.stack([np.ones_like(n), n / scale, (n / scale) ** 2], 1) / seconds[:, None]
    # Least squares without negative parts: try every choice of parts, keep the best that has none.
    # The weights' part is always one of them: no prompt is read without them.
    best, parts = float("inf"), np.zeros(3)
    for chosen in ([*c, 1] for size in (0, 1, 2) for c in combinations((0, 2), size)):
        found, *_ = np.linalg.lstsq(columns[:, chosen], np.ones_like(n), rcond=None)
        error = float(((columns[:, chosen] @ found - 1) ** 2).sum())
        if (found >= 0).all() and error < best:
            best, parts = error, np.zeros(3)
            parts[chosen] = found
    a, b, c = parts
    fit = Fit(float(a), float(b / scale), float(c / scale**2), 0.0)
    worst = max(abs(fit.predict(each.n_tokens) / each.seconds - 1) for each in measured)
    return Fit(fit.constant, fit.linear, fit.quadratic, worst)


def carry_over(fit: Fit, measured: LlamaConfig, wanted: LlamaConfig, n_tokens: int) -> float:
    """Return the seconds that another model's prompt would take on this very machine.

    The linear part grows with the weights of the layers, the quadratic one with layers x query
    heads x head_dim. This assumes that the larger model keeps the machine as busy as the small
    one does; a large model usually does better. Its weights would have to fit, of course.

    Example: from the pocket model to Llama 3.3 70B the linear part grows some 12,000-fold.

    Args:
        fit: Of the measured model.
        measured: Its configuration.
        wanted: The other model's configuration.
        n_tokens: Length of the prompt.
    """
    before, after = split_flops(measured, n_tokens), split_flops(wanted, n_tokens)
    linear, quadratic = after[0] / before[0], after[1] / before[1]
    return fit.constant + fit.linear * linear * n_tokens + fit.quadratic * quadratic * n_tokens**2


def split_flops(config: LlamaConfig, n_tokens: int) -> tuple[float, float]:
    """Return the arithmetic of reading a prompt: the weights' part, and attention's part.

    Example: of the 1.2e15 FLOPs for 8,192 tokens of Llama 3.3 70B attention has 7 %, of the
    4.0e16 for 131,072 tokens 56 %.

    Args:
        config: A Llama's configuration.
        n_tokens: Length of the prompt.
    """
    from llama_explore.probes.prefix_tree import count_flops

    one_pair = count_flops(config, 1, 1) - count_flops(config, 0, 1)
    attention = one_pair * n_tokens * (n_tokens + 1) / 2
    return count_flops(config, 0, n_tokens) - attention, attention


def draw_prefill(measured: Sequence[Prefill], fit: Fit) -> Picture:
    """Draw measured times, the fitted curve with its two parts, and the cache."""
    import numpy as np
    from matplotlib.figure import Figure

    from llama_explore.small_picture import take_picture

    figure = Figure(figsize=(8.6, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    lengths = [each.n_tokens for each in measured]
    n = np.linspace(0, max(lengths), 100)
    linear = fit.constant + fit.linear * n
    left.fill_between(n, 0, linear, color="#56b4e9", alpha=0.5, label="weights, ~ n")
    left.fill_between(n, linear, linear + fit.quadratic * n**2, color="#e69f00", alpha=0.5,
                      label="attention, ~ n²")  # fmt: skip
    left.plot(lengths, [each.seconds for each in measured], "o", color="black", label="measured")
    left.set_ylabel("seconds to read the prompt")
    left.legend(frameon=False, fontsize=8, loc="upper left")
    right.plot(lengths, [each.cache_bytes / 2**20 for each in measured], "s-", color="#009e73")
    right.set_ylabel("KV cache, MiB")
    for panel in (left, right):
        panel.set_xlabel("tokens in the prompt")
        panel.set_ylim(0, None)
        panel.spines[["top", "right"]].set_visible(False)
    return take_picture(figure, "time and cache of growing prompts")
