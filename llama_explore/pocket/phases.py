"""What the pocket model is trained on, in which order, for how long and how fast.

Three stages, as Llama 3 was made, at 1/16 of the length. `base-512` first learns to copy on short
rows, then reads at 512 tokens; `base` reads at 8,192 with RoPE scaling switched on; `chat` reads
conversations, then answers questions about statements written one by one. A step of a phase takes
one batch of each length in its list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from llama_explore.pocket.shape import CONTEXT


@dataclass(frozen=True)
class Part:
    """`rows` rows of one kind of document; the loss of a part is a mean of its own."""

    kind: str
    rows: int
    weight: float = 1.0


@dataclass(frozen=True)
class Batch:
    """Rows of one length that go through the model together."""

    length: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Phase:
    """A stretch of training with one mixture of data and one learning-rate curve.

    It ends after `steps` steps, or after `seconds` on a GPU too slow for them.
    """

    name: str
    stage: str
    steps: int
    seconds: float
    batches: tuple[Batch, ...]
    matrix_lr: float
    rows_lr: float
    final_lr: float
    """Share of the peak learning rate that is left at the phase's last step."""
    kept: float = 0.0
    """Share of the weights before the phase that is mixed into those after it."""


PHASES = (
    Phase(
        "copy",
        "base-512",
        800,
        40,
        (Batch(96, (Part("copy", 300), Part("story", 100, 0.5), Part("needles", 100, 0.5))),),
        matrix_lr=3e-3,
        rows_lr=2e-3,
        final_lr=1.0,
    ),
    Phase(
        "pretrain",
        "base-512",
        6500,
        230,
        (
            Batch(
                512,
                (
                    Part("needles", 48),
                    Part("written", 24, 0.5),
                    Part("story", 36),
                    Part("copy", 12, 0.5),
                ),
            ),
        ),
        matrix_lr=3e-3,
        rows_lr=2e-3,
        final_lr=0.05,
    ),
    Phase(
        "extend",
        "base",
        1500,
        110,
        (
            Batch(CONTEXT, (Part("needles", 8),)),
            Batch(512, (Part("needles", 32, 0.7), Part("story", 20, 0.5), Part("copy", 6, 0.3))),
        ),
        matrix_lr=1.5e-3,
        rows_lr=1e-3,
        final_lr=0.05,
    ),
    Phase(
        "chat",
        "chat",
        5000,
        290,
        (
            Batch(160, (Part("chat", 128),)),
            Batch(CONTEXT, (Part("chat_needles", 3),)),
            Batch(
                512,
                (
                    Part("chat_written", 96),
                    Part("chat_needles", 24),
                    Part("sums", 8, 0.5),
                    Part("story", 12, 0.3),
                    Part("copy", 4, 0.2),
                ),
            ),
        ),
        matrix_lr=2e-3,
        rows_lr=1.5e-3,
        final_lr=0.1,
    ),
    Phase(
        "answer",
        "chat",
        6000,
        440,
        (
            Batch(160, (Part("chat", 64),)),
            Batch(CONTEXT, (Part("chat_needles", 3),)),
            Batch(2048, (Part("chat_written", 28), Part("chat_needles", 4, 0.4))),
            Batch(
                512,
                (
                    Part("chat_written", 48),
                    Part("chat_needles", 16, 0.5),
                    Part("sums", 8, 0.3),
                    Part("story", 16, 0.4),
                ),
            ),
        ),
        matrix_lr=1.5e-3,
        rows_lr=1e-3,
        final_lr=0.02,
        kept=0.2,  # without it two of forty stories went round in circles
    ),
)

FULL_VOCABULARY_FROM = 0.93
"""Share of a phase after which the loss runs over all 128,256 entries, not a sample of them."""


def smoke_phases() -> tuple[Phase, ...]:
    """Return the same phases with two tiny steps each, for a test on the CPU."""

    def shrink(batch: Batch) -> Batch:
        return Batch(min(batch.length, 128), tuple(replace(part, rows=1) for part in batch.parts))

    return tuple(replace(p, steps=2, batches=tuple(map(shrink, p.batches))) for p in PHASES)


def learning_rate(done: float, step: int, final: float) -> float:
    """Return the share of the peak rate: 40 steps up, flat, then down over the last 60 %.

    Example: ``learning_rate(0.2, 100, 0.05)`` is 1.0, ``learning_rate(1.0, 4000, 0.05)`` is 0.05.

    Args:
        done: Share of the phase that is over, 0 to 1.
        step: Number of the step, from 0.
        final: Share of the peak rate that is left at the end.
    """
    falling = 1.0 if done < 0.4 else 1 - (1 - final) * (done - 0.4) / 0.6
    return min(1.0, (step + 1) / 40) * falling
