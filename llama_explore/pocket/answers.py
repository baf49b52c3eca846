"""Ask the pocket model something, and read the texts that were kept out of its training."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch

from llama_explore.pocket.shape import END_OF_TEXT, END_OF_TURN

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

HELDOUT = Path(__file__).parent / "heldout"
SEED = 20_000_003
"""Far from every seed of the recipe."""


def read_heldout(name: str) -> Any:
    """Return a file of `heldout/`: "own_words", "richer_words", "questions" or "prompts"."""
    return json.loads((HELDOUT / f"{name}.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Answer:
    """What the model generated.

    Attributes:
        ids: The new tokens, without the one that ended them.
        stop: `END_OF_TURN` or `END_OF_TEXT` if the model ended by itself, else None.
    """

    ids: list[int]
    stop: int | None


def generate(model: LlamaForCausalLM, ids: list[int], max_new_tokens: int = 48) -> Answer:
    """Continue `ids` greedily, up to a stop token or `max_new_tokens`."""
    prompt = torch.tensor([ids], device=model.device)
    stops = [END_OF_TEXT, END_OF_TURN]
    with torch.inference_mode():
        out = cast(Any, model).generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=max_new_tokens,
            do_sample=False,
            eos_token_id=stops,
            pad_token_id=END_OF_TEXT,
        )
    new: list[int] = out[0, len(ids) :].tolist()
    if new and new[-1] in stops:
        return Answer(new[:-1], new[-1])
    return Answer(new, None)


def chat(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, system: str, question: str
) -> tuple[str, bool]:
    """Return the answer to one question, and whether the model itself ended its turn.

    Args:
        model: The `chat` stage.
        tokenizer: The real tokenizer, with its chat template.
        system: The system prompt; "" for none.
        question: What the user asks.
    """
    messages = [{"role": "system", "content": system}] if system else []
    messages.append({"role": "user", "content": question})
    encoded: Any = tokenizer.apply_chat_template(messages, add_generation_prompt=True)
    answer = generate(model, encoded["input_ids"], 96)
    return str(tokenizer.decode(answer.ids)).strip(), answer.stop == END_OF_TURN
