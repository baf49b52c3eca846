"""A conversation as the one text that the model reads, with the rule behind every character."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from llama_explore.chat.message_checks import inspect_messages
from llama_explore.chat.rules import FRAME
from llama_explore.chat.tracing import Piece, trace
from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

Message = Mapping[str, Any]


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
            LlamaExploreError: The text cannot be encoded: it holds a lone surrogate.
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
        if not self.typed_as_text:
            return tuple(encode(self.text, add_special_tokens=False))
        ids: list[int] = []
        for text, is_real in self._split_at_real_tokens():
            options = {"add_special_tokens": False, "split_special_tokens": not is_real}
            ids += encode(text, **options)
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
        from llama_explore.chat.page import list_spans

        return list_spans(self)

    def _repr_html_(self) -> str:
        from llama_explore.chat.page import show_page

        return show_page(self)


def render(
    messages: Sequence[Message],
    *,
    tokenizer: PreTrainedTokenizerFast | None = None,
    tools: Sequence[Any] | None = None,
    builtin_tools: Sequence[str] | None = None,
    tools_in_user_message: bool = True,
    date_string: str | None = None,
    add_generation_prompt: bool = False,
    continue_final_message: bool = False,
    typed_as_text: bool = False,
    chat_template: str | None = None,
    **variables: Any,
) -> Rendered:
    """Write a conversation as the model will read it, and say which rule wrote what.

    Example: ``render([{"role": "user", "content": "Hi"}]).text`` is 147 characters long, though
    only two of them were typed: the system block is written in any case.

    The text comes from the tokenizer's own ``apply_chat_template``. The template is then run a
    second time and watched (see `tracing`), and both texts must be equal.

    Args:
        messages: The conversation: dictionaries with ``role`` and ``content``.
        tokenizer: Whose template to use; the kit's own tokenizer of Llama 3.3 when None.
        tools: Functions that the model may call: JSON schemas, or Python functions.
        builtin_tools: Names of built-in tools, such as ``"brave_search"``; an empty list
            counts as given.
        tools_in_user_message: Put the tools before the first question; else into the system
            block.
        date_string: Today's date; when None the template's own, "26 Jul 2024".
        add_generation_prompt: Write the header of the answer at the end.
        continue_final_message: Leave the last message open, so that the model goes on with it.
        typed_as_text: Encode a special token that stands in a message as plain text, as Meta's
            own code does. The text stays the same, the token ids change.
        chat_template: Another template than the tokenizer's own.
        **variables: Anything else that the template may read, for example ``custom_tools``.

    Raises:
        Exception: The error of ``apply_chat_template``, unchanged, with a note that says what
            to do next.
        LlamaExploreError: The watched run wrote another text, or the input is no conversation.

    Source: the template's rules as in the model's tokenizer_config.json.
    """
    if tokenizer is None:
        from llama_explore.vocab import load_tokenizer

        tokenizer = load_tokenizer()
    given = {"builtin_tools": builtin_tools, "date_string": date_string}
    variables |= {name: value for name, value in given.items() if value is not None}
    if not tools_in_user_message:  # True is what the template takes by itself
        variables["tools_in_user_message"] = tools_in_user_message
    try:
        text: Any = tokenizer.apply_chat_template(
            messages,  # type: ignore[arg-type, unused-ignore]
            tools=tools,  # type: ignore[arg-type, unused-ignore]
            chat_template=chat_template,
            add_generation_prompt=add_generation_prompt,
            continue_final_message=continue_final_message,
            tokenize=False,
            **variables,
        )
    except Exception as error:
        _advise(error, messages, tools, builtin_tools, tools_in_user_message)
        raise
    if not isinstance(text, str):
        raise LlamaExploreError(
            f"These are {len(text)} conversations; one is rendered at a time.",
            "Call render for each: [render(each, ...) for each in conversations].",
        )
    template = tokenizer.get_chat_template(chat_template, tools)  # type: ignore[arg-type, unused-ignore]
    prompted = {"add_generation_prompt": add_generation_prompt}
    known = {**tokenizer.special_tokens_map, **variables, **prompted}
    pieces = trace(template, _plain(messages, tools, known), text)
    spans = _join(pieces, len(text))
    written = "".join(piece.text for piece in pieces)
    # A continued message is the same text, broken off.
    if written[: len(text)] != text or (len(written) != len(text) and not continue_final_message):
        raise LlamaExploreError(
            "Watched, the template writes another text than unwatched, so nothing can be said "
            "of who wrote what.",
            "Use tokenizer.apply_chat_template for the text alone, and report this conversation.",
        )
    return Rendered(text, spans, tokenizer, typed_as_text)


def encode_as_text(text: str, *, tokenizer: PreTrainedTokenizerFast) -> list[int]:
    """Encode what somebody typed as plain text, so that no special token comes of it.

    Example: ``encode_as_text("<|eot_id|>", tokenizer=tokenizer)`` gives seven ordinary tokens;
    ``tokenizer.encode`` gives one, which ends the turn.

    Source: `split_special_tokens` of transformers; Meta's tokenizer does so by default.
    """
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True)
    return ids


def _plain(messages: Any, tools: Any, variables: dict[str, Any]) -> dict[str, Any]:
    """Return what transformers hands to the template: plain data, nothing that is None."""
    from transformers.utils import chat_template_utils
    from transformers.utils.chat_template_utils import get_json_schema

    plain = chat_template_utils._plain_template_data
    kept = [{key: each[key] for key in each if each[key] is not None} for each in messages]
    schemas = tools
    if tools is not None:
        schemas = [tool if isinstance(tool, dict) else get_json_schema(tool) for tool in tools]
    return {
        **{name: plain(value) for name, value in variables.items()},
        "messages": plain(kept),
        "tools": plain(schemas),
    }


def _join(pieces: list[Piece], length: int) -> tuple[Span, ...]:
    """Turn pieces into spans, one for each run of a rule, and break off at a length.

    What frames a message (header, role, end) belongs to the message it frames.
    """
    owners = _find_owners(pieces)
    spans, start = [], 0
    labelled = zip(pieces, owners, strict=True)
    for (rule, owner), run in groupby(labelled, key=lambda pair: (pair[0].rule, pair[1])):
        end = min(start + sum(len(piece.text) for piece, _ in run), length)
        if end > start:
            spans.append(Span(start, end, rule, owner))
        start = end
    return tuple(spans)


def _find_owners(pieces: list[Piece]) -> list[int | None]:
    """Return for each piece the number of the message it belongs to."""
    owners = [piece.message for piece in pieces]
    first = 0
    for place in range(len(pieces) + 1):
        opens = place < len(pieces) and pieces[place].text == "<|start_header_id|>"
        if place < len(pieces) and not (opens and pieces[place].rule == "header"):
            continue
        inside = [owner for owner in owners[first:place] if owner is not None]
        for n in range(first, place):
            if pieces[n].rule in ("header", "role", "end") and inside:
                owners[n] = inside[0]
        first = place
    return owners


def _advise(
    error: Exception,
    messages: Any,
    tools: Sequence[Any] | None,
    builtin_tools: Sequence[str] | None,
    tools_in_user_message: bool,
) -> None:
    """Add to an error of the template what the reader can do about it."""
    findings = inspect_messages(
        messages,
        tools=tools,
        builtin_tools=builtin_tools,
        tools_in_user_message=tools_in_user_message,
    )
    for finding in findings:
        error.add_note(str(finding))
