"""Hide needles in text of a given length and count how many the pocket model finds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from llama_explore.pocket import needles
from llama_explore.pocket.answers import SEED, generate, read_heldout
from llama_explore.pocket.documents import Writer
from llama_explore.pocket.needles import ANSWER
from llama_explore.pocket.shape import BEGIN_OF_TEXT, END_OF_TURN

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

KINDS = ("number", "word", "tokens")
"""Kinds of values: digits, words, and any tokens of the whole vocabulary."""


def place(writer: Writer, statement: list[int], length: int, depth: float) -> list[int]:
    """Return everyday filler around a statement.

    Args:
        writer: Source of the filler sentences.
        statement: Token ids of the needle's statement.
        length: Tokens at most, with the statement.
        depth: Where the statement stands: 0 at the start, 1 at the end.
    """
    sentences: list[list[int]] = []
    room = length - len(statement)
    while room >= len(sentence := writer.rng.choice(writer.sentences)):
        sentences.append(sentence)
        room -= len(sentence)
    at = round(depth * len(sentences))
    return [i for part in [*sentences[:at], statement, *sentences[at:]] for i in part]


def ask(writer: Writer, haystack: list[int], question: str, *, as_chat: bool) -> list[int]:
    """Return the ids of a haystack followed by a question, up to where the answer begins."""
    if not as_chat:
        return [BEGIN_OF_TEXT, *haystack, *writer.encode(f"\n\nQuestion: {question}\nAnswer:")]
    dates = "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n"
    header = "<|start_header_id|>{}<|end_header_id|>\n\n"
    start = f"<|begin_of_text|>{header.format('system')}{dates}<|eot_id|>{header.format('user')}"
    gap = "\n\n"
    if haystack[-1:] == writer.encode("."):  # the full stop and the blank line are one token
        haystack, gap = haystack[:-1], ".\n\n"
    end = f"{gap}{question}<|eot_id|>{header.format('assistant')}"
    return writer.encode(start) + haystack + writer.encode(end)


def found(
    model: LlamaForCausalLM, writer: Writer, prompt: list[int], value: list[int], *, as_chat: bool
) -> bool:
    """Return whether the answer is exactly "It is <value>.".

    In the chat form the model must also end its turn there; as plain text it may go on.
    """
    wanted = writer.encode(ANSWER if as_chat else " " + ANSWER) + value + writer.encode(".")
    answer = generate(model, prompt, len(wanted) + 1)
    if as_chat:
        return answer.ids == wanted and answer.stop == END_OF_TURN
    return answer.ids[: len(wanted)] == wanted


def score_needles(
    model: LlamaForCausalLM,
    writer: Writer,
    kind: str,
    length: int,
    *,
    as_chat: bool,
    n_depths: int = 7,
    repeats: int = 3,
) -> list[float]:
    """Hide one keyed needle in everyday filler, again and again, and ask for it.

    Example: 1.0 at every depth means that each answer was right to the last token.

    Args:
        model: The stage to measure.
        writer: Source of filler and needles; it is seeded anew, so that a score does not depend
            on what was measured before.
        kind: "number", "word" or "tokens" of the whole vocabulary.
        length: Tokens of prompt and answer together, at most.
        as_chat: Ask in the chat form, else as plain text.
        n_depths: Depths from 0 (start) to 1 (end), at least 2.
        repeats: Needles at each depth.

    Returns:
        The share found at each depth.
    """
    writer.rng.seed(f"{SEED} {kind} {length}")
    shares = []
    for i in range(n_depths):
        hits = 0
        for _ in range(repeats):
            needle = needles.keyed(writer.rng, 1)[0]
            value = writer.value(kind)
            before = writer.encode(" " + needle.before) if needle.before else []
            statement = before + value + writer.encode(needle.after)
            overhead = len(ask(writer, [], needle.question, as_chat=as_chat)) + len(value) + 6
            haystack = place(writer, statement, length - overhead, i / (n_depths - 1))
            prompt = ask(writer, haystack, needle.question, as_chat=as_chat)
            hits += found(model, writer, prompt, value, as_chat=as_chat)
        shares.append(hits / repeats)
    return shares


@dataclass(frozen=True)
class OwnWords:
    """One held-out needle that was looked for among held-out prose."""

    statement: str
    question: str
    value: str
    depth: float
    found: bool


def score_own_words(
    model: LlamaForCausalLM,
    writer: Writer,
    length: int = 2048,
    n_depths: int = 4,
    name: str = "own_words",
) -> list[OwnWords]:
    """Look for each of the 40 held-out needles among held-out prose.

    Args:
        model: The `chat` stage.
        writer: Its tokenizer is used, not its sentences.
        length: Tokens of the prompt, at most.
        n_depths: How often each needle is hidden, at another depth each time.
        name: Which held-out texts: "own_words", or "richer_words" with their longer sentences.
    """
    data, rng = read_heldout(name), Random(SEED)
    results = []
    for i, item in enumerate(data["needles"]):
        for k in range(n_depths):
            value = rng.choice(item["values"])
            prose = " ".join(" ".join(rng.sample(data["fillers"], len(data["fillers"]))).split())
            room, kept = length - 120, []  # 120: the chat form, the statement and the question
            for sentence in re.split(r"(?<=[.?!]) ", prose):
                room -= len(writer.encode(" " + sentence))
                if room < 0:
                    break
                kept.append(sentence)
            depth = (i + k / n_depths) % n_depths / n_depths
            statement = item["needle"].replace("{value}", value)
            kept.insert(round(depth * len(kept)), statement)
            haystack = writer.encode_once(" ".join(kept))
            prompt = ask(writer, haystack, item["question"], as_chat=True)
            hit = found(model, writer, prompt, writer.encode(" " + value), as_chat=True)
            results.append(OwnWords(statement, item["question"], value, depth, hit))
    return results
