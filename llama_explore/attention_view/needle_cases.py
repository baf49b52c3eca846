"""Many small needle questions in one batch: a ruler for what a change to the model costs.

Each case hides one keyed statement in everyday sentences and asks for its value, in the chat
form. The answer is read teacher-forced: a needle counts as found when each of its tokens is
the model's first choice. That takes one pass for all cases, where writing would take many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

TEXT_EVERY = 16
"""The loss on the text is taken at every sixteenth token: the output layer is the dear part."""
POOL = 400
"""Sentences the haystacks are drawn from."""


@dataclass(frozen=True, repr=False)
class NeedleCase:
    """One question with its right answer.

    Attributes:
        prompt: Token ids up to and including "It is".
        answer: Token ids of the value.
        needle: Where the statement lies in the prompt: (start, end), end excluded.
        text: Where the everyday sentences and the statement lie: (start, end).
    """

    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    needle: tuple[int, int]
    text: tuple[int, int]

    def __repr__(self) -> str:
        return f"NeedleCase: {len(self.prompt)} tokens, {len(self.answer)} of them to be found"


@dataclass(frozen=True, repr=False)
class Found:
    """What a model made of some cases.

    Attributes:
        n_found: Needles found, each token right.
        n_cases: Needles hidden.
        answer_loss: Mean loss of the answers' tokens, in nats.
        text_loss: Mean loss of every sixteenth token of the text, in nats.
    """

    n_found: int
    n_cases: int
    answer_loss: float
    text_loss: float

    def __repr__(self) -> str:
        return (
            f"{self.n_found} of {self.n_cases} needles found; loss {self.answer_loss:.2f} on the "
            f"answers, {self.text_loss:.2f} on the text"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>"


def hide_needles(
    tokenizer: PreTrainedTokenizerFast, *, n_cases: int = 24, n_tokens: int = 120, seed: int = 0
) -> list[NeedleCase]:
    """Return needle questions of about the same length, the needles at all depths.

    Example: ``hide_needles(session.tokenizer, n_cases=3)`` hides a number, a word and a few
    tokens of the whole vocabulary; the statement of the first stands at the beginning of its
    text, that of the last at the end.

    Args:
        tokenizer: Of the Llama 3 family, as ``session.tokenizer``.
        n_cases: How many, at least 2.
        n_tokens: Length of a case at most, the answer included; from 80 on.
        seed: Of the sentences, statements and values.

    Raises:
        LlamaExploreError: Too few cases, or too few tokens to hide anything in.
    """
    from llama_explore.pocket import haystacks, needles
    from llama_explore.pocket.documents import Writer

    if n_cases < 2 or n_tokens < 80:
        raise LlamaExploreError(
            f"{n_cases} cases of {n_tokens} tokens leave nothing to hide in.",
            "Ask for at least 2 cases of at least 80 tokens.",
        )
    writer = Writer(tokenizer, seed=seed, pool_size=POOL)
    opening = writer.encode(needles.ANSWER)
    cases: list[NeedleCase] = []
    while len(cases) < n_cases:
        needle = needles.keyed(writer.rng, 1)[0]
        value = writer.value(haystacks.KINDS[len(cases) % 3])
        before = writer.encode(" " + needle.before) if needle.before else []
        statement = [*before, *value, *writer.encode(needle.after)]
        around = haystacks.ask(writer, [], needle.question, as_chat=True)
        room = n_tokens - len(around) - len(opening) - len(value) - 2
        if room < len(statement) + 10:
            continue  # a long question; draw another
        text = haystacks.place(writer, statement, room, len(cases) / (n_cases - 1))
        ids = haystacks.ask(writer, text, needle.question, as_chat=True)
        prompt = [*ids, *opening]
        begin = _find(prompt, text[:-1])
        at = begin + _find(text, statement)
        cases.append(
            NeedleCase(
                tuple(prompt),
                tuple(value),
                # the full stop melts into ".\n\n" where the text ends
                (at, min(at + len(statement), begin + len(text) - 1)),
                (begin, begin + len(text) - 1),
            )
        )
    return cases


def find_needles(model: Any, cases: Sequence[NeedleCase]) -> Found:
    """Read all cases in one batch and count the needles found.

    Args:
        model: A Llama, as ``session.model``, also with parts switched off.
        cases: What `hide_needles` returns.
    """
    rows = [[*case.prompt, *case.answer] for case in cases]
    longest = max(map(len, rows))
    # Padding on the right: no token looks to the right, so it needs no mask.
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    answers = [(len(case.prompt) - 1, len(row) - 1) for case, row in zip(cases, rows, strict=True)]
    texts = [range(case.text[0], case.text[1] - 1, TEXT_EVERY) for case in cases]
    with torch.inference_mode():
        hidden = model.model(ids.to(model.device)).last_hidden_state
        places = [(n, at) for n, (start, end) in enumerate(answers) for at in range(start, end)]
        n_answer = len(places)
        places += [(n, at) for n, text in enumerate(texts) for at in text]
        row, column = torch.tensor(places).T
        logits = model.lm_head(hidden[row.to(hidden.device), column.to(hidden.device)])
        logits = logits.float().cpu()
    targets = ids[row, column + 1]
    losses = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
    right = logits.argmax(-1) == targets
    wrong_rows = set(row[:n_answer][~right[:n_answer]].tolist())
    return Found(
        n_found=len(cases) - len(wrong_rows),
        n_cases=len(cases),
        answer_loss=float(losses[:n_answer].mean()),
        text_loss=float(losses[n_answer:].mean()),
    )


def _find(ids: Sequence[int], part: Sequence[int]) -> int:
    """Return where a run of ids begins in others."""
    n = len(part)
    return next(i for i in range(len(ids) - n + 1) if list(ids[i : i + n]) == list(part))
