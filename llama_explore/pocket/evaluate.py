"""Measure what a stage of the pocket model can do, on seeds and texts its training never used.

Every measure decodes greedily and compares exactly. `benchmarks/pocket.py` runs all of them on the
CPU in bfloat16 and prints the table. Finding needles has a module of its own, `haystacks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from llama_explore.pocket import english, persona, phrasebook
from llama_explore.pocket.answers import SEED, chat, generate, read_heldout
from llama_explore.pocket.documents import N_ORDINARY
from llama_explore.pocket.haystacks import KINDS, OwnWords, score_needles, score_own_words
from llama_explore.pocket.shape import BEGIN_OF_TEXT

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

__all__ = [
    "KINDS",
    "SEED",
    "Continuation",
    "Head",
    "OwnWords",
    "Translation",
    "Voices",
    "ask_in_voices",
    "ask_translations",
    "best_head",
    "broken_words",
    "chat",
    "continue_prompts",
    "generate",
    "known_words",
    "loops",
    "read_heldout",
    "score_heads",
    "score_needles",
    "score_own_words",
]

# ---- persona, languages, English ----------------------------------------------------------


@dataclass(frozen=True)
class Voices:
    """One question answered under the pirate's system prompt and without one.

    Attributes:
        question: One of the held-out questions.
        pirate: The pirate's answer.
        plain: The plain answer.
        stops: How many of the two answers the model ended by itself.
    """

    question: str
    pirate: str
    plain: str
    stops: int

    @property
    def pirate_is_right(self) -> bool:
        """Whether the first answer is in pirate speak."""
        return persona.is_pirate(self.pirate)

    @property
    def plain_is_right(self) -> bool:
        """Whether the second one says something, and not in pirate speak."""
        return bool(self.plain) and not persona.is_pirate(self.plain)


def ask_in_voices(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    questions: list[str] | None = None,
) -> list[Voices]:
    """Ask the held-out questions (all 60 unless given) as pirate and plain."""
    results = []
    for question in questions or read_heldout("questions"):
        pirate, first = chat(model, tokenizer, persona.PIRATE_PROMPT, question)
        plain, second = chat(model, tokenizer, "", question)
        results.append(Voices(question, pirate, plain, first + second))
    return results


@dataclass(frozen=True)
class Translation:
    """One word or phrase asked for in one language."""

    language: str
    question: str
    wanted: str
    answer: str
    stopped: bool

    @property
    def is_right(self) -> bool:
        """Whether the answer is the bare translation, to the letter."""
        return self.answer == self.wanted


def ask_translations(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, n_entries: int | None = None
) -> list[Translation]:
    """Ask for every word and phrase in every language, in wordings kept out of training.

    Args:
        model: The `chat` stage.
        tokenizer: The real tokenizer.
        n_entries: How many of the 70 to ask for in each language, drawn at random; None for all.
    """
    rng, results = Random(SEED), []
    for language in phrasebook.LANGUAGES:
        entries = [*phrasebook.WORDS, *phrasebook.PHRASES]
        for entry in entries if n_entries is None else rng.sample(entries, n_entries):
            question, wanted = phrasebook.ask_test(rng, entry, language)
            answer, stopped = chat(model, tokenizer, "", question)
            results.append(Translation(language, question, wanted, answer, stopped))
    return results


@dataclass(frozen=True)
class Continuation:
    """How one held-out prompt went on.

    Attributes:
        prompt: The unfinished sentence.
        text: What the model wrote behind it.
        loops: Whether some run of five words stands in it twice.
        broken: Words that are not known English (see `known_words`).
    """

    prompt: str
    text: str
    loops: bool
    broken: list[str]


def continue_prompts(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    prompts: list[str] | None = None,
    *,
    n_tokens: int = 40,
) -> list[Continuation]:
    """Continue the held-out prompts (all 40 unless given) greedily, as plain text."""
    results = []
    for prompt in prompts or read_heldout("prompts"):
        ids = [BEGIN_OF_TEXT, *tokenizer.encode(prompt, add_special_tokens=False)]
        answer = generate(model, ids, n_tokens)
        text = str(tokenizer.decode(answer.ids))
        broken = broken_words(prompt + text, cut=answer.stop is None)
        results.append(Continuation(prompt, text, loops(prompt + text), broken))
    return results


def loops(text: str) -> bool:
    """Return whether some run of five words stands in a text twice.

    Example: ``loops("we went to the sea and then we went to the sea")`` is True.
    """
    words = text.lower().split()
    runs = [tuple(words[i : i + 5]) for i in range(len(words) - 4)]
    return len(set(runs)) < len(runs)


def broken_words(text: str, *, cut: bool) -> list[str]:
    """Return the words of a text that are not known English.

    Example: ``broken_words("The dog brzls at the ca", cut=True)`` is ``["brzls"]``: with `cut`
    the last word may be the beginning of a known one.
    """
    known, words = known_words(), split_words(text)
    broken = [word for word in words if word not in known and not word.isdecimal()]
    if cut and text[-1:].isalnum() and any(word.startswith(words[-1]) for word in known):
        broken = [word for word in broken if word != words[-1]]
    return broken


def split_words(text: str) -> list[str]:
    """Return the words of a text in lower case, without the marks around them."""
    stripped = (word.strip(".,;:!?\"'()") for word in text.lower().split())
    return [word for word in stripped if word]


@cache
def known_words() -> frozenset[str]:
    """Return the words of 20,000 generated stories and sentences and of the held-out prompts."""
    rng, known = Random(SEED), set[str]()
    for _ in range(20_000):
        known.update(split_words(english.story(rng)), split_words(english.sentence(rng)))
    for prompt in read_heldout("prompts"):
        known.update(split_words(prompt))
    return frozenset(known)


# ---- heads --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Head:
    """The best head for something; layer and head are counted from 0."""

    score: float
    layer: int
    head: int


def score_heads(
    model: LlamaForCausalLM, n_tokens: int = 64, n_sequences: int = 8
) -> dict[str, Tensor]:
    """Score every head on random tokens repeated once, with eager attention.

    Returns:
        `previous`: mean attention on the token before; `induction`: mean attention, in the second
        half, on the token after the earlier copy of this one. Each of shape (layers, heads).
    """
    generator = torch.Generator().manual_seed(SEED)
    half = torch.randint(0, N_ORDINARY, (n_sequences, n_tokens), generator=generator)
    ids = torch.cat([torch.full((n_sequences, 1), BEGIN_OF_TEXT), half, half], 1).to(model.device)
    before = model.config._attn_implementation or "eager"
    model.set_attn_implementation("eager")
    try:
        with torch.inference_mode():
            attentions = model(ids, output_attentions=True, logits_to_keep=1).attentions
    finally:
        model.set_attn_implementation(before)
    previous, induction = [], []
    queries = torch.arange(n_tokens + 1, 2 * n_tokens)
    for layer in attentions:  # (sequences, heads, queries, keys)
        weights = layer.float()
        previous.append(weights.diagonal(-1, 2, 3)[..., 1:].mean((0, 2)))
        induction.append(weights[:, :, queries, queries - n_tokens + 1].mean((0, 2)))
    return {"previous": torch.stack(previous).cpu(), "induction": torch.stack(induction).cpu()}


def best_head(scores: Tensor) -> Head:
    """Return the head with the highest score, from scores of shape (layers, heads)."""
    layer, head = divmod(int(scores.argmax()), scores.shape[1])
    return Head(float(scores[layer, head]), layer, head)
