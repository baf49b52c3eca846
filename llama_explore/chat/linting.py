"""Look over a conversation, a rendered text or token ids for the mistakes people make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from llama_explore.chat.findings import Finding, Findings
from llama_explore.chat.id_checks import STOP_IDS, inspect_ids
from llama_explore.chat.message_checks import inspect_messages
from llama_explore.chat.rendering import render
from llama_explore.errors import LlamaExploreError
from llama_explore.vocab.entries import check_text
from llama_explore.vocab.limits import name_panics

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast


def lint(
    messages_or_ids: Any,
    *,
    tokenizer: PreTrainedTokenizerFast | None = None,
    model: LlamaForCausalLM | None = None,
    n_context: int | None = None,
    stop_ids: int | Sequence[int] | None = None,
    max_new_tokens: int = 0,
    tools: Sequence[Any] | None = None,
    builtin_tools: Sequence[str] | None = None,
    tools_in_user_message: bool = True,
    add_generation_prompt: bool = True,
    continue_final_message: bool = False,
    typed_as_text: bool = False,
    **variables: Any,
) -> Findings:
    """Return the mistakes in a conversation, a rendered text or token ids, each with its fix.

    Example: ``lint(tokenizer(text).input_ids)`` finds the "double BOS" when ``text`` was
    rendered by a chat template already.

    Args:
        messages_or_ids: A list of messages; a rendered text, which is looked at as
            ``tokenizer(text)`` would encode it; or token ids: a list, a tensor or array of one
            sequence, or what ``apply_chat_template`` returns.
        tokenizer: The model's; the kit's own tokenizer of Llama 3.3 when None.
        model: If given, its context length and its stop ids are checked, too.
        n_context: Tokens that fit; by default the model's ``max_position_embeddings``.
        stop_ids: Where generation stops; by default those of the model's generation_config.
        max_new_tokens: Tokens that the answer may take.
        tools: As for `render`, like the options that follow.
        builtin_tools: Names of built-in tools.
        tools_in_user_message: Whether the tools go before the first question.
        add_generation_prompt: Whether the header of the answer will be written.
        continue_final_message: Whether the last message is left open.
        typed_as_text: Whether typed special tokens will be encoded as text.
        **variables: What else `render` takes.

    Returns:
        A list, empty when nothing was found.

    Raises:
        LlamaExploreError: It is neither a conversation nor a text nor ids of one sequence, or
            a text that cannot be encoded.
    """
    ids: list[int] | None
    if isinstance(messages_or_ids, str):
        with name_panics():
            ids = list(_tokenizer(tokenizer)(check_text(messages_or_ids), verbose=False).input_ids)
    else:
        ids = _read_ids(messages_or_ids)
    if ids is None:
        switches: dict[str, Any] = {
            "tools": tools,
            "builtin_tools": builtin_tools,
            "tools_in_user_message": tools_in_user_message,
            "add_generation_prompt": add_generation_prompt and not continue_final_message,
            "continue_final_message": continue_final_message,
            "typed_as_text": typed_as_text,
        }
        found = Findings(inspect_messages(messages_or_ids, **switches))
        if model is not None or n_context is not None:
            try:
                rendered = render(messages_or_ids, tokenizer=tokenizer, **switches, **variables)
                ids = list(rendered.token_ids)
            except Exception as error:
                ids = []
                if not found:
                    cause = str(error).partition("\n")[0]
                    fix = "Render it alone, and read the whole error."
                    found.append(Finding("cannot be rendered", "messages", cause, fix))
    else:
        found = Findings(inspect_ids(ids))
    if model is not None and n_context is None:
        n_context = model.config.max_position_embeddings
    if model is not None and stop_ids is None:
        stop_ids = model.generation_config.eos_token_id or ()
    found += _check_length(len(ids or ()), max_new_tokens, n_context)
    found += _check_stops(stop_ids)
    return found


def _tokenizer(tokenizer: PreTrainedTokenizerFast | None) -> PreTrainedTokenizerFast:
    if tokenizer is not None:
        return tokenizer
    from llama_explore.vocab import load_tokenizer

    return load_tokenizer()


def _read_ids(given: Any) -> list[int] | None:
    """Return token ids as a list; None if these are messages, or nothing that can be ids."""
    if isinstance(given, Mapping) or hasattr(given, "input_ids"):
        if "input_ids" not in given:
            return None
        given = given["input_ids"]
    if hasattr(given, "tolist"):
        given = given.tolist()
    if isinstance(given, (list, tuple)) and len(given) == 1 and isinstance(given[0], list):
        given = given[0]
    if not isinstance(given, (list, tuple)) or not given:
        return None
    if all(type(each) is int for each in given):
        return list(given)
    if any(isinstance(each, (list, tuple)) for each in given):
        raise LlamaExploreError(
            f"These are {len(given)} sequences; one is looked at at a time.",
            "Call lint for each: [lint(each) for each in sequences].",
        )
    return None


def _check_length(n_tokens: int, n_new: int, n_context: int | None) -> Iterator[Finding]:
    if n_context is not None and n_tokens + n_new > n_context:
        yield Finding(
            "context overflow",
            f"token {n_context}" if n_tokens > n_context else "the answer",
            f"{n_tokens:,} tokens and {n_new:,} of the answer are more than the {n_context:,} "
            "that the model was trained to read.",
            "Drop the oldest turns, but not the system message, or summarise them.",
        )


def _check_stops(stop_ids: int | Sequence[int] | None) -> Iterator[Finding]:
    if stop_ids is None:
        return
    given = [stop_ids] if isinstance(stop_ids, int) else list(stop_ids)
    missing = [each for each in STOP_IDS if each not in given]
    if missing:
        yield Finding(
            "stop ids not set",
            "generation",
            f"Generation does not stop at {', '.join(map(str, missing))}: after its answer the "
            "model writes on, as the user, as itself, until max_new_tokens.",
            f"Give generate eos_token_id={list(STOP_IDS)}.",
        )
