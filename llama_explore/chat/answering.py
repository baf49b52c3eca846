"""Let a model answer a conversation, word by word: the open one, or one behind an address."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llama_explore.chat.rendering import render
from llama_explore.chat.rules import TOOL_ROLES
from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from llama_explore.session import Session

CALL_ID = "call_0"
"""Llama makes one call at a time, so one id is enough."""


@dataclass(frozen=True)
class Endpoint:
    """A server that speaks OpenAI's chat form, such as vLLM, llama.cpp or `transformers serve`.

    Example: ``Endpoint("http://127.0.0.1:8000/v1", "meta-llama/Llama-3.3-70B-Instruct")``.

    Attributes:
        base_url: Its address, up to and with ``/v1``.
        model: What the server calls the model.
        api_key: The key, if the server asks for one.
    """

    base_url: str
    model: str
    api_key: str = "none"

    def __repr__(self) -> str:
        return f"Endpoint({self.base_url!r}, {self.model!r})"  # the key is nobody's business


def stream_answer(
    session: Session,
    messages: Sequence[Mapping[str, Any]],
    *,
    max_new_tokens: int = 128,
    stop_ids: Sequence[int] | None = None,
    keep_special_tokens: bool = False,
    **switches: Any,
) -> Iterator[str]:
    """Yield the open model's answer as it is written, greedily: always the likeliest token.

    Closing the iterator stops the model.

    Args:
        session: The open model.
        messages: The conversation.
        max_new_tokens: The most it may write.
        stop_ids: Where it stops; by default where the model's generation_config says. An
            empty list means nowhere.
        keep_special_tokens: Yield special tokens, too, such as the one that ends the turn.
        **switches: As for `render`; ``add_generation_prompt`` is True unless said otherwise.
    """
    import torch
    from transformers import GenerationConfig, StoppingCriteriaList, TextIteratorStreamer

    if not switches.get("continue_final_message"):
        switches = {"add_generation_prompt": True} | switches
    rendered = render(messages, tokenizer=session.tokenizer, **switches)
    ids = torch.tensor([rendered.token_ids], device=session.model.device)
    defaults: Any = session.model.generation_config
    stops = (
        defaults.eos_token_id if stop_ids is None else list(stop_ids) or [session.config.vocab_size]
    )
    config = GenerationConfig(
        do_sample=False,
        max_new_tokens=max_new_tokens,
        eos_token_id=stops,
        pad_token_id=defaults.pad_token_id,
        bos_token_id=defaults.bos_token_id,
    )
    streamer = TextIteratorStreamer(
        session.tokenizer, skip_prompt=True, skip_special_tokens=not keep_special_tokens
    )
    stopped = threading.Event()
    failures: list[BaseException] = []
    model: Any = session.model

    def write() -> None:
        try:
            model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                generation_config=config,
                streamer=streamer,
                stopping_criteria=StoppingCriteriaList([lambda *_, **__: _all(stopped, ids)]),
            )
        except BaseException as error:
            failures.append(error)
            streamer.end()

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    try:
        yield from streamer
    finally:
        stopped.set()
        writer.join()
    if failures:
        raise failures[0]


def _all(stopped: threading.Event, ids: Any) -> Any:
    import torch

    return torch.full((ids.shape[0],), stopped.is_set(), device=ids.device, dtype=torch.bool)


def answer(session: Session, messages: Sequence[Mapping[str, Any]], **options: Any) -> str:
    """Return the open model's whole answer.

    Args:
        session: The open model.
        messages: The conversation.
        **options: As for `stream_answer`.
    """
    return "".join(stream_answer(session, messages, **options))


def stream_from_endpoint(
    endpoint: Endpoint,
    messages: Sequence[Mapping[str, Any]],
    *,
    max_new_tokens: int = 128,
    tools: Sequence[Any] | None = None,
) -> Iterator[str]:
    """Yield the answer of a server as it comes.

    The server renders the conversation itself, with its model's own template. A call that it
    has read out of the answer is written down again, as JSON that `parse_tool_call` reads.

    Args:
        endpoint: Where it is.
        messages: The conversation.
        max_new_tokens: The most it may write.
        tools: JSON schemas of functions it may call.

    Raises:
        LlamaExploreError: It does not answer, or refuses; the message says which.
    """
    import openai

    client: Any = openai.OpenAI(
        base_url=endpoint.base_url, api_key=endpoint.api_key, max_retries=0, timeout=120
    )
    options: dict[str, Any] = {"tools": list(tools)} if tools else {}
    try:
        stream: Any = client.chat.completions.create(
            model=endpoint.model,
            messages=[_as_openai(message) for message in messages],
            max_tokens=max_new_tokens,
            temperature=0,
            stream=True,
            **options,
        )
        with stream:
            yield from _read_events(stream)
    except openai.APIConnectionError as error:
        raise LlamaExploreError(
            f"Nobody answers at {endpoint.base_url}.",
            "Start the server, and check address and port; the address ends in /v1.",
        ) from error
    except openai.APIError as error:
        raise LlamaExploreError(
            f"The server at {endpoint.base_url} refuses: {error.message}",
            "Check the model's name and the key.",
        ) from error


def _read_events(stream: Any) -> Iterator[str]:
    """Yield the words of the events, and calls as the text that Llama writes for them."""
    is_open = False
    for event in stream:
        delta = event.choices[0].delta if event.choices else None
        if delta is None:
            continue
        if delta.content:
            yield delta.content
        for call in delta.tool_calls or ():
            if call.function.name:
                yield (
                    "}; " if is_open else ""
                ) + f'{{"name": "{call.function.name}", "parameters": '
                is_open = True
            yield call.function.arguments or ""
    if is_open:
        yield "}"


def _as_openai(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message in OpenAI's form: calls have an id, and arguments and results are text."""
    if message.get("tool_calls"):
        function = message["tool_calls"][0]["function"]
        written = {"name": function["name"], "arguments": json.dumps(function["arguments"])}
        call = {"id": CALL_ID, "type": "function", "function": written}
        return {"role": "assistant", "content": None, "tool_calls": [call]}
    if message.get("role") in TOOL_ROLES:
        content = message["content"]
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        return {"role": "tool", "tool_call_id": CALL_ID, "content": text}
    return dict(message)
