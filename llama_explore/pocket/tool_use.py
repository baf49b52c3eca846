"""Whether the pocket model calls a calculator it is given, and says what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from llama_explore.pocket.answers import SEED, generate
from llama_explore.pocket.calculator import conversation
from llama_explore.pocket.shape import END_OF_TURN

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast


@dataclass(frozen=True)
class ToolUse:
    """One sum asked for, the model's call, and what it said to the result.

    Attributes:
        question: What the user asked.
        wanted: The right call and the right answer.
        given: The model's call and answer.
    """

    question: str
    wanted: tuple[str, str]
    given: tuple[str, str]

    @property
    def is_right(self) -> bool:
        """Whether both are right to the letter."""
        return self.wanted == self.given


def use_calculator(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, n_sums: int = 60
) -> list[ToolUse]:
    """Ask for sums that training never saw, with a calculator as the tool.

    Args:
        model: The `chat` stage.
        tokenizer: The real tokenizer, with its chat template.
        n_sums: How many conversations.
    """
    rng, results = Random(SEED), list[ToolUse]()
    while len(results) < n_sums:
        messages, tools = conversation(rng)
        if tools is None:
            continue
        start = next(i for i, message in enumerate(messages) if "tool_calls" in message)
        wanted = read_turn(tokenizer, messages[: start + 1], tools), messages[start + 2]["content"]
        given = (
            answer(model, tokenizer, messages[:start], tools),
            answer(model, tokenizer, messages[: start + 2], tools),
        )
        results.append(ToolUse(messages[start - 1]["content"], wanted, given))
    return results


def read_turn(tokenizer: Any, messages: list[dict[str, Any]], tools: list[dict[str, Any]]) -> str:
    """Return the last message as the template writes it, without header and end of turn."""
    text = tokenizer.apply_chat_template(messages, tools=tools, tokenize=False)
    return str(text).rpartition("<|end_header_id|>\n\n")[2].removesuffix("<|eot_id|>")


def answer(
    model: Any, tokenizer: Any, messages: list[dict[str, Any]], tools: list[dict[str, Any]]
) -> str:
    """Return what the model says next, "" if it does not end its turn."""
    encoded = tokenizer.apply_chat_template(messages, tools=tools, add_generation_prompt=True)
    said = generate(model, encoded["input_ids"], 64)
    return str(tokenizer.decode(said.ids)).strip() if said.stop == END_OF_TURN else ""
