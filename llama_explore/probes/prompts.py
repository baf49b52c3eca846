"""Prompts by the model's own rules, and where in them something stands, to the token."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

FORMS = ("chat", "plain")

DATE = "26 Jul 2024"
"""The date in the system block: what Llama 3.1 and 3.3 write anyway; 3.2 would write today's, and
a grid that goes on tomorrow would ask something else."""


@dataclass(frozen=True)
class Prompt:
    """A prompt in every form that a runner may need.

    Attributes:
        messages: As a conversation; None if it is plain text.
        text: As one text. In the chat form it begins with the begin-of-text marker; in the plain
            form it does not, since tokenizers and completion servers put it there.
        ids: Token ids with the begin-of-text token, as the model reads them.
        starts: Where each token begins in `text`, in characters.
    """

    messages: tuple[dict[str, str], ...] | None
    text: str
    ids: array[int]
    starts: array[int]

    def find_depth(self, context: str, needle: str) -> float:
        """Return where a needle stands among the other tokens of its context, 0 to 100.

        Example: after 30 of 120 tokens that are not its own it stands at 25.0.
        """
        begin = self.text.index(context)
        at = begin + context.index(needle)
        first, end = self._token(begin), bisect_left(self.starts, begin + len(context))
        start, stop = self._token(at), bisect_left(self.starts, at + len(needle))
        others = (end - first) - (stop - start)
        return 100 * (start - first) / others if others else 0.0

    def _token(self, at: int) -> int:
        """Return the number of the token that holds a character."""
        return bisect_right(self.starts, at) - 1


class Prompter:
    """Writes prompts with a tokenizer's own chat template and its own begin-of-text rule.

    Args:
        tokenizer: The tokenizer of the model that will read them.
        form: "chat" (the question ends the user's message) or "plain" ("Question: ... Answer:").
    """

    def __init__(self, tokenizer: PreTrainedTokenizerFast, form: str = "chat") -> None:
        if form not in FORMS:
            raise LlamaExploreError(
                f"There is no form {form!r} of a prompt.", f"Choose one of {', '.join(FORMS)}."
            )
        if form == "chat" and not tokenizer.chat_template:
            raise LlamaExploreError(
                "This model's tokenizer has no chat template.",
                'Use form="plain": a base model reads plain text.',
            )
        self.tokenizer: Any = tokenizer
        self.form = form

    def ask(self, context: str, question: str) -> Prompt:
        """Return the prompt that asks a question about a context."""
        if self.form == "plain":
            return self.plain(f"{context}\n\nQuestion: {question}\nAnswer:")
        messages = ({"role": "user", "content": f"{context}\n\n{question}"},)
        text: str = self.tokenizer.apply_chat_template(
            list(messages), tokenize=False, add_generation_prompt=True, date_string=DATE
        )
        # The template has written the begin-of-text marker; a second one would be a mistake.
        coded = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return _prompt(messages, text, coded)

    def plain(self, text: str) -> Prompt:
        """Return a prompt without any frame: begin-of-text and the text."""
        coded = self.tokenizer(text, return_offsets_mapping=True)
        return _prompt(None, text, coded)

    def count(self, sentences: Sequence[str]) -> list[int]:
        """Return how many tokens each sentence has inside a text, the space before it included."""
        spaced = [" " + sentence for sentence in sentences]
        coded = self.tokenizer(spaced, add_special_tokens=False)["input_ids"] if spaced else []
        return [len(ids) for ids in coded]

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text without any marker."""
        ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    @cached_property
    def words(self) -> list[str]:
        """Small-letter words that are one token when a space stands before them."""
        from llama_explore.pocket.documents import single_token_words

        return single_token_words(self.tokenizer)

    def check_plain(self, text: str, what: str) -> None:
        """Raise a clear error if a text holds the text of a special token.

        Tokenizing would turn it into the real marker and so change who speaks in the prompt.
        """
        for marker in map(str, self.tokenizer.added_tokens_decoder.values()):
            if marker in text:
                raise LlamaExploreError(
                    f"{what} holds the text of the special token {marker}.",
                    "Take it out: the model would read it as a marker, not as text.",
                )


def _prompt(messages: tuple[dict[str, str], ...] | None, text: str, coded: Any) -> Prompt:
    # Arrays take 4 bytes a number; a grid up to 131,072 tokens has millions of them.
    starts = array("i", (start for start, _ in coded["offset_mapping"]))
    return Prompt(messages, text, array("i", coded["input_ids"]), starts)
