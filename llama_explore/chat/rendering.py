"""A conversation as the one text that the model reads, with the rule behind every character."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from llama_explore.chat.message_checks import inspect_messages
from llama_explore.chat.rendered import Rendered, Span
from llama_explore.chat.tracing import Piece, trace
from llama_explore.errors import LlamaExploreError
from llama_explore.vocab.entries import check_text
from llama_explore.vocab.limits import name_panics

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

Message = Mapping[str, Any]


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

    Example: ``render([{"role": "user", "content": "Hi"}]).text`` is 188 characters long, though
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

    Raises:
        LlamaExploreError: It is no text, holds half a surrogate pair, or a row of millions of
            spaces.

    Source: `split_special_tokens` of transformers; Meta's tokenizer does so by default.
    """
    options = {"split_special_tokens": True, "verbose": False}
    with name_panics():
        ids: list[int] = tokenizer.encode(check_text(text), add_special_tokens=False, **options)
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
