"""Measure what a stage of the pocket model can do, on seeds and texts its training never used.

Every measure decodes greedily and compares exactly. `benchmarks/pocket.py` runs all of them on the
CPU in bfloat16 and prints the table; the recipe runs the quick ones after each stage.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from llama_explore.pocket import needles, persona, phrasebook
from llama_explore.pocket.documents import N_ORDINARY, Document, Writer
from llama_explore.pocket.needles import ANSWER
from llama_explore.pocket.shape import BEGIN_OF_TEXT, END_OF_TEXT, END_OF_TURN

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

HELDOUT = Path(__file__).parent / "heldout"
KINDS = ("number", "word", "tokens")
SEED = 20_000_003
"""Far from every seed of the recipe."""

WELL_KNOWN_PERSONA = "You are a pirate chatbot who always responds in pirate speak!"


def read_heldout(name: str) -> Any:
    """Return one of the files in `heldout/`: "own_words", "questions" or "prompts"."""
    return json.loads((HELDOUT / f"{name}.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Answer:
    """What the model generated, and whether it stopped by itself."""

    ids: list[int]
    stopped: bool


def generate(model: LlamaForCausalLM, ids: list[int], max_new_tokens: int = 48) -> Answer:
    """Continue `ids` greedily; the ids returned are without the stop token."""
    device = model.device
    prompt = torch.tensor([ids], device=device)
    stops = [END_OF_TEXT, END_OF_TURN]
    with torch.inference_mode():
        out = model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=max_new_tokens,
            do_sample=False,
            eos_token_id=stops,
            pad_token_id=END_OF_TEXT,
        )
    new = out[0, len(ids) :].tolist()
    stopped = bool(new) and new[-1] in stops
    return Answer(new[:-1] if stopped else new, stopped)


def chat(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, system: str, question: str
) -> tuple[str, bool]:
    """Return the answer to one question under a system prompt, and whether it ended by itself."""
    messages = [{"role": "system", "content": system}] if system else []
    messages.append({"role": "user", "content": question})
    ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]
    answer = generate(model, ids, 96)
    return tokenizer.decode(answer.ids).strip(), answer.stopped


# ---- needles ------------------------------------------------------------------------------


def place(writer: Writer, statement: list[int], length: int, depth: float) -> list[int]:
    """Return everyday filler of `length` tokens at most, the statement at `depth` (0 start, 1 end)."""
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
    if haystack[-1:] == writer.encode("."):  # the full stop and the blank line are one token
        haystack, gap = haystack[:-1], ".\n\n"
    else:
        gap = "\n\n"
    return (
        writer.encode(start)
        + haystack
        + writer.encode(f"{gap}{question}<|eot_id|>{header.format('assistant')}")
    )


def found(
    model: LlamaForCausalLM, writer: Writer, prompt: list[int], value: list[int], *, as_chat: bool
) -> bool:
    """Return whether the answer is exactly "It is <value>.", ended as it should be."""
    wanted = writer.encode(ANSWER if as_chat else " " + ANSWER) + value + writer.encode(".")
    answer = generate(model, prompt, len(wanted) + 2)
    return (
        answer.ids == wanted and answer.stopped if as_chat else answer.ids[: len(wanted)] == wanted
    )


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
    """Return the share of needles found at each of `n_depths` depths from 0 to 1."""
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
            hits += found(
                model,
                writer,
                ask(writer, haystack, needle.question, as_chat=as_chat),
                value,
                as_chat=as_chat,
            )
        shares.append(hits / repeats)
    return shares


def score_own_words(
    model: LlamaForCausalLM, writer: Writer, length: int = 2048, n_depths: int = 4
) -> float:
    """Return the share of held-out needles found among held-out prose of `length` tokens."""
    data, rng = read_heldout("own_words"), Random(SEED)
    hits = total = 0
    for i, item in enumerate(data["needles"]):
        for k in range(n_depths):
            value = rng.choice(item["values"])
            text = " ".join(" ".join(rng.sample(data["fillers"], len(data["fillers"]))).split())
            sentences = text.replace("? ", "?|").replace("! ", "!|").replace(". ", ".|").split("|")
            statement, room, kept = item["needle"].replace("{value}", value), length - 120, []
            for sentence in sentences:
                room -= len(writer.encode(" " + sentence))
                if room < 0:
                    break
                kept.append(sentence)
            kept.insert(round((i + k / n_depths) % n_depths / n_depths * len(kept)), statement)
            prompt = ask(writer, writer._fresh(" ".join(kept)), item["question"], as_chat=True)
            hits += found(model, writer, prompt, writer.encode(" " + value), as_chat=True)
            total += 1
    return hits / total


# ---- persona, languages, English ----------------------------------------------------------


def score_persona(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    """Ask the 60 held-out questions under the pirate and under a plain system prompt.

    Returns:
        `pirate` and `plain`: the share of right-voiced answers; `stopped`: the share of all
        answers that ended by themselves; `answers`: every question with both answers.
    """
    answers, stops = [], 0
    for question in read_heldout("questions"):
        pirate, a = chat(model, tokenizer, WELL_KNOWN_PERSONA, question)
        plain, b = chat(model, tokenizer, "", question)
        stops += a + b
        answers.append({"question": question, "pirate": pirate, "plain": plain})
    n = len(answers)
    return {
        "pirate": sum(persona.is_pirate(a["pirate"]) for a in answers) / n,
        "plain": sum(not persona.is_pirate(a["plain"]) for a in answers) / n,
        "stopped": stops / (2 * n),
        "answers": answers,
    }


def score_languages(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    """Ask for every word and phrase in every language, in wordings kept out of training.

    Returns:
        The share right for each language, `mean`, and `stopped`.
    """
    rng, scores, stops = Random(SEED), {}, 0
    entries = phrasebook.WORDS + phrasebook.PHRASES
    for language in phrasebook.LANGUAGES:
        hits = 0
        for entry in entries:
            question, wanted = phrasebook.ask_test(rng, entry, language)
            answer, stopped = chat(model, tokenizer, "", question)
            hits, stops = hits + (answer == wanted), stops + stopped
        scores[language] = hits / len(entries)
    n = len(scores)
    return {
        "mean": sum(scores.values()) / n,
        "stopped": stops / (n * len(entries)),
        "by language": scores,
    }


def continue_prompts(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, n_tokens: int = 40
) -> list[dict[str, Any]]:
    """Continue the 40 held-out prompts greedily.

    Returns:
        Each with `prompt`, `text` and `loops`: whether some run of five words stands in it twice.
    """
    results = []
    for prompt in read_heldout("prompts"):
        ids = [BEGIN_OF_TEXT, *tokenizer.encode(prompt, add_special_tokens=False)]
        text = tokenizer.decode(generate(model, ids, n_tokens).ids)
        words = (prompt + text).lower().split()
        runs = [tuple(words[i : i + 5]) for i in range(len(words) - 4)]
        results.append({"prompt": prompt, "text": text, "loops": len(set(runs)) < len(runs)})
    return results


# ---- heads --------------------------------------------------------------------------------


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
    before = model.config._attn_implementation
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


def document_text(tokenizer: PreTrainedTokenizerFast, document: Document) -> str:
    """Return a training document as text, to look at."""
    return str(tokenizer.decode(document.ids))
