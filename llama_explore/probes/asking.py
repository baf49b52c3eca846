"""Ask one question of a server that may be slow, busy, restarted, or not what it says it is.

What may pass is tried again for a while: answers of the kind 429 and 5xx, lost connections, cut
and late answers. What will not pass is told at once: a refusal, an answer of another model, a web
page, a prompt that the server counts otherwise than the model's own rules.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.items import Question
from llama_explore.probes.pacing import Pace, back_off, read_pause
from llama_explore.probes.prompts import DATE

if TYPE_CHECKING:
    from llama_explore.chat.answering import Endpoint

CONNECT_SECONDS = 10.0

MOST_CUT_ANSWERS = 3
"""A server that sends half answers as often as that will not mend itself."""

PASSING = (408, 409, 425, 429)
"""Statuses below 500 after which the same request may succeed."""


class PassingFault(Exception):
    """Something after which the same question may be answered.

    Args:
        what: A sentence for people.
        pause: Seconds that the server asks for.
        is_cut: The answer came, but not whole.
        is_nobody: There was no connection at all.
    """

    def __init__(
        self,
        what: str,
        *,
        pause: float | None = None,
        is_cut: bool = False,
        is_nobody: bool = False,
    ) -> None:
        super().__init__(what)
        self.what, self.pause, self.is_cut, self.is_nobody = what, pause, is_cut, is_nobody


class Asker:
    """Asks questions of one server; several threads may share it.

    Args:
        endpoint: Where it is, and what it calls the model.
        timeout_seconds: For how long one answer may keep silent.
        patience_seconds: For how long a question that fails is tried again.
        check_tokens: Refuse answers to prompts that the server counts otherwise than we do.
        on_wait: Is told why a question waits.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeout_seconds: float = 600.0,
        patience_seconds: float = 600.0,
        check_tokens: bool = True,
        on_wait: Callable[[str], None] = lambda _: None,
    ) -> None:
        import openai

        self.address = show_address(endpoint.base_url)
        self.endpoint = endpoint
        self.pace = Pace()
        self._timeout, self._patience = timeout_seconds, patience_seconds
        self._check_tokens, self._on_wait = check_tokens, on_wait
        self._sends_date = True
        self._client: Any = openai.OpenAI(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key,
            max_retries=0,  # they are counted here, for all workers together
            timeout=openai.Timeout(timeout_seconds, connect=min(timeout_seconds, CONNECT_SECONDS)),
        )

    def find_context(self) -> int | None:
        """Return the longest context that the server says it takes; None if it does not say.

        Raises:
            LlamaExploreError: Nobody answers, it refuses, it is no such server, or it has other
                models only.
        """
        models = self._client.with_options(timeout=CONNECT_SECONDS).models
        try:
            said = self._receive(models.with_raw_response.list)
        except PassingFault as fault:
            if fault.is_nobody:
                raise _give_up(fault.what) from fault
            return None
        except _NotThereError:
            return None
        data = said.get("data")
        found = {
            entry["id"]: entry.get("max_model_len")
            for entry in (data if isinstance(data, list) else [])
            if isinstance(entry, dict) and isinstance(entry.get("id"), str)
        }
        # transformers lists what is in a cache, not what it can serve; vLLM tells all it has.
        if self.endpoint.model not in found and any(found.values()):
            raise LlamaExploreError(
                f"The server at {self.address} has no model {self.endpoint.model!r}.",
                f"It has {', '.join(map(repr, found))}: give one of these names.",
            )
        context = found.get(self.endpoint.model)
        return context if isinstance(context, int) else None

    def ask(self, question: Question) -> str:
        """Return the server's greedy answer, after as many tries as patience allows.

        Raises:
            LlamaExploreError: It will not come; the message says why and what to do.
            Stopped: The run has ended meanwhile.
        """
        n_tries, n_cut, deadline = 0, 0, 0.0
        while True:
            self.pace.wait()
            try:
                return self._ask_once(question)
            except PassingFault as fault:
                n_tries, n_cut, now = n_tries + 1, n_cut + fault.is_cut, time.monotonic()
                deadline = deadline or now + self._patience
                pause = back_off(n_tries) if fault.pause is None else fault.pause
                if n_cut >= MOST_CUT_ANSWERS or now + pause > deadline:
                    raise _give_up(fault.what, n_tries=n_tries, pause=fault.pause) from fault
                self._on_wait(fault.what)
                if fault.pause is not None:
                    self.pace.hold(pause)  # a limit is for all workers
                else:
                    self.pace.wait(pause)

    def _ask_once(self, question: Question) -> str:
        wanted: dict[str, Any] = {
            "model": self.endpoint.model,
            "max_tokens": question.n_answer_tokens,
            "temperature": 0,
        }
        if question.messages is None:
            wanted["prompt"] = question.prompt
            send: Any = self._client.completions.with_raw_response.create
        else:
            wanted["messages"] = list(question.messages)
            if self._sends_date:  # Llama 3.2's template would write today's
                wanted["extra_body"] = {"chat_template_kwargs": {"date_string": DATE}}
            send = self._client.chat.completions.with_raw_response.create
        try:
            said = self._receive(send, **wanted)
        except _NotThereError as error:
            raise LlamaExploreError(
                f"The server at {self.address} refuses: {error}",
                "Check the model's name, and the address: it ends in /v1.",
            ) from error
        except LlamaExploreError as error:
            if "extra_body" not in wanted or "chat_template_kwargs" not in error.cause:
                raise
            self._sends_date = False  # it takes no such thing; 3.1 and 3.3 write that date anyway
            return self._ask_once(question)
        return self._read_answer(said, question)

    def _receive(self, send: Callable[..., Any], **wanted: Any) -> dict[str, Any]:
        """Return the JSON object that a request brings."""
        import openai

        try:
            raw = send(**wanted)
        except openai.APITimeoutError as error:
            what = f"No answer comes from {self.address} within {self._timeout:g} s."
            raise PassingFault(what) from error
        except openai.APIConnectionError as error:
            text = str(error.__cause__ or error).lower()
            if any(sign in text for sign in ("incomplete", "peer closed", "reset", "disconnected")):
                raise PassingFault(f"The connection to {self.address} was lost.") from error
            what = f"Nobody answers at {self.address}."
            raise PassingFault(what, is_nobody=True) from error
        except openai.APIStatusError as error:
            raise self._judge(error) from error
        text = raw.text.strip()
        if "text/html" in raw.headers.get("content-type", "") or text.startswith("<"):
            raise LlamaExploreError(
                f"The server at {self.address} answers with a web page, not as OpenAI's API does.",
                "Check the address: it ends in /v1, and no log-in page may stand before it.",
            )
        pause = read_pause(raw.headers)
        if pause:
            self.pace.hold(pause)  # nothing remains of a limit: better wait than be refused
        try:
            said = json.loads(text)
        except ValueError as error:
            what = f"The answer of {self.address} is cut: it is no whole JSON."
            raise PassingFault(what, is_cut=True) from error
        return said if isinstance(said, dict) else {}

    def _judge(self, error: Any) -> Exception:
        """Return what a refusal means: it may pass, it is not there, or it is final."""
        status, told = error.status_code, " ".join(str(error.message).split())[:300]
        if status in PASSING or status >= 500:
            what = f"The server at {self.address} answers with status {status}: {told}"
            return PassingFault(what, pause=read_pause(error.response.headers))
        if status in (404, 405):
            return _NotThereError(told)
        steps = {
            401: "Put the key into the environment variable LLAMA_EXPLORE_API_KEY.",
            403: "Check the key and what it allows.",
        }
        return LlamaExploreError(
            f"The server at {self.address} refuses: {told}",
            steps.get(status, "Check the model's name, and that the lengths fit its context."),
        )

    def _read_answer(self, said: dict[str, Any], question: Question) -> str:
        """Return the text of an answer that is whole and of the right model."""
        model = said.get("model")
        served = (model, str(model).rpartition("@")[0])  # transformers adds "@revision"
        if model is not None and self.endpoint.model not in served:
            raise LlamaExploreError(
                f"{self.endpoint.model!r} was asked, but {model!r} answers at {self.address}.",
                "Give the name that the server itself uses, if it is the model you mean.",
            )
        try:
            choice = said["choices"][0]
            text = choice["text"] if question.messages is None else choice["message"]["content"]
            ended = choice["finish_reason"]
        except (KeyError, IndexError, TypeError) as error:
            what = f"The answer of {self.address} lacks what OpenAI's API has: {str(said)[:120]}"
            raise PassingFault(what, is_cut=True) from error
        if not isinstance(ended, str):
            what = f"The answer of {self.address} is cut: nothing says why it ended."
            raise PassingFault(what, is_cut=True)
        counted = (said.get("usage") or {}).get("prompt_tokens")
        if self._check_tokens and isinstance(counted, int) and counted != len(question.ids):
            raise LlamaExploreError(
                f"The server at {self.address} read {counted:,} tokens where the model's own rules "
                f"make {len(question.ids):,}.",
                "It cuts long prompts, or has another tokenizer or chat template: set its context "
                "and template. If it only counts otherwise, say check_tokens=False "
                "(--no-token-check).",
            )
        return str(text or "")


class _NotThereError(Exception):
    """Status 404 or 405: no such model, or no such page."""


def show_address(base_url: str) -> str:
    """Return an address without a name and password in it.

    Raises:
        LlamaExploreError: It is no web address.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise LlamaExploreError(
            f"{base_url!r} is no address of a server.",
            "Give it whole, for example http://127.0.0.1:8000/v1.",
        )
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])).rstrip("/")


def _give_up(what: str, *, n_tries: int = 1, pause: float | None = None) -> LlamaExploreError:
    tried = f" It was tried {n_tries} times." if n_tries > 1 else ""
    asked = f" It asks to wait {pause:,.0f} s." if pause else ""
    return LlamaExploreError(
        f"{what}{asked}{tried}",
        "See whether the server runs and what its log says; the address ends in /v1.",
    )
