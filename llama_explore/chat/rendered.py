"""A conversation that was written down: its text, its tokens, and who wrote what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from llama_explore.chat.page import list_spans, show_page
from llama_explore.chat.rules import FRAME
from llama_explore.errors import LlamaExploreError
from llama_explore.vocab.limits import name_panics

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True)
class Span:
    """Some characters of a rendered text, and the rule that wrote them.

    Attributes:
        start: The first character, counted from 0.
        end: One behind the last.
        rule: A name of `rules.RULES`, such as ``"dates"``.
        message: The number of the message it belongs to, counted from 0; None when it belongs
            to none, as the dates do.
    """

    start: int
    end: int
    rule: str
    message: int | None


@dataclass(frozen=True)
class Token:
    """A token of a rendered text.

    Attributes:
        id: Its number in the vocabulary.
        start: Its first byte in the text's UTF-8 form.
        end: One behind its last byte. A token may begin or end inside a character.
    """

    id: int
    start: int
    end: int


@dataclass(frozen=True, repr=False, eq=False)
class Rendered:
    """A conversation, written down by a chat template.

    Attributes:
        text: All of it, as ``apply_chat_template(..., tokenize=False)`` returns it.
        spans: What each rule wrote, in order. Each character is in exactly one of them.
        tokenizer: What turns the text into tokens.
        typed_as_text: Whether a special token that somebody typed is encoded as plain text.
    """

    text: str
    spans: tuple[Span, ...]
    tokenizer: PreTrainedTokenizerFast = field(compare=False)
    typed_as_text: bool = False

    @cached_property
    def token_ids(self) -> tuple[int, ...]:
        """The ids that the model reads, found when they are first asked for.

        Raises:
            LlamaExploreError: The text cannot be encoded: it holds a lone surrogate, or a row
                of millions of spaces.
        """
        surrogate = re.search("[\ud800-\udfff]", self.text)
        if surrogate:
            raise LlamaExploreError(
                f"Character {surrogate.start():,} of the text is {surrogate.group()!r}, half of a "
                "pair: no tokenizer can encode it.",
                "Mend the text where it was read, or drop such signs: "
                "text.encode(errors='ignore').decode().",
            )
        encode = self.tokenizer.encode
        ids: list[int] = []
        with name_panics():
            if not self.typed_as_text:
                return tuple(encode(self.text, add_special_tokens=False, verbose=False))
            for text, is_real in self._split_at_real_tokens():
                options = {"split_special_tokens": not is_real, "verbose": False}
                ids += encode(text, add_special_tokens=False, **options)
        return tuple(ids)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Each token with its place in the text.

        In the vocabulary of a byte-level tokenizer one letter stands for one byte, so that a
        name's length is the length of what it covers.
        """
        special = self.tokenizer.added_tokens_encoder
        names: Any = self.tokenizer.convert_ids_to_tokens(list(self.token_ids))
        found, start = [], 0
        for number, name in zip(self.token_ids, names, strict=True):
            end = start + (len(name.encode()) if name in special else len(name))
            found.append(Token(number, start, end))
            start = end
        if start != len(self.text.encode()):
            raise LlamaExploreError(
                f"The tokens cover {start:,} bytes of {len(self.text.encode()):,}: this tokenizer "
                "is no byte-level one.",
                "Look at text and token_ids; their boundaries cannot be shown.",
            )
        return tuple(found)

    def find_span(self, position: int) -> Span:
        """Return the span that holds a character, counted from 0.

        Raises:
            LlamaExploreError: The text has no such character.
        """
        for span in self.spans:
            if span.start <= position < span.end:
                return span
        raise LlamaExploreError(
            f"There is no character {position}: the text has {len(self.text):,}.",
            f"Ask for one from 0 to {len(self.text) - 1}.",
        )

    def read(self, rule: str) -> list[str]:
        """Return the texts that a rule wrote, in order.

        Example: ``rendered.read("role")`` is ``["system", "user"]`` for a lone question.
        """
        return [self.text[span.start : span.end] for span in self.spans if span.rule == rule]

    def _split_at_real_tokens(self) -> list[tuple[str, bool]]:
        """Return the template's own special tokens, and the texts between them."""
        special = "|".join(map(re.escape, self.tokenizer.added_tokens_encoder))
        parts: list[tuple[str, bool]] = []
        for span in self.spans:
            text = self.text[span.start : span.end]
            pieces = re.split(f"({special})", text) if span.rule in FRAME else [text]
            # re.split puts what it found at the odd places.
            parts += [(piece, bool(n % 2)) for n, piece in enumerate(pieces) if piece]
        joined: list[tuple[str, bool]] = []
        for is_real, run in groupby(parts, key=lambda part: part[1]):
            texts = [text for text, _ in run]
            joined += [(text, True) for text in texts] if is_real else [("".join(texts), False)]
        return joined

    def __repr__(self) -> str:
        return list_spans(self)

    def _repr_html_(self) -> str:
        return show_page(self)
