"""An editor for conversations: every switch, the text beside it, the model's answer below."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from time import monotonic
from typing import TYPE_CHECKING, Any

import ipywidgets  # type: ignore[import-untyped, unused-ignore]

from llama_explore.chat.answering import Endpoint, stream_answer, stream_from_endpoint
from llama_explore.chat.calculator import CALCULATOR, calculate
from llama_explore.chat.calls import ToolCall, parse_tool_call
from llama_explore.chat.linting import lint
from llama_explore.chat.message_checks import ROLES
from llama_explore.chat.rendered import Rendered
from llama_explore.chat.rendering import render
from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from llama_explore.session import Session

SWITCHES = {
    "tools": "give the model a calculator",
    "tools_in_user_message": "put it into the user's message",
    "builtin_tools": "built-in tools: brave_search, wolfram_alpha",
    "add_generation_prompt": "add the generation prompt",
    "continue_final_message": "continue the last message",
    "typed_as_text": "encode typed special tokens as text",
}

BUILTIN_TOOLS = ["brave_search", "wolfram_alpha"]
REFRESH_SECONDS = 0.05


class ChatEditor(ipywidgets.HBox):  # type: ignore[misc]
    """A conversation to change, and what becomes of it.

    Outside a running notebook the same object shows the rendered page and the findings.

    Args:
        session: The open model.
        messages: What the conversation begins with.
        endpoint: A server that answers instead of the open model. The page still shows what
            the open model's template writes.
    """

    def __init__(
        self,
        session: Session,
        messages: Sequence[Mapping[str, str]] = (),
        *,
        endpoint: Endpoint | None = None,
    ) -> None:
        self.session, self.endpoint = session, endpoint
        self.rows = ipywidgets.VBox()
        self.add = _button("add a message", "plus", self._add_message)
        self.switches = {
            name: ipywidgets.Checkbox(
                description=words,
                value=name in ("tools_in_user_message", "add_generation_prompt"),
                indent=False,
            )
            for name, words in SWITCHES.items()
        }
        self.date = ipywidgets.Text(description="date", placeholder="26 Jul 2024")
        self.most = ipywidgets.IntSlider(description="most tokens", value=64, min=8, max=512)
        self.ask = _button("answer", "play", self.start)
        self.halt = _button("stop", "stop", self.stop)
        self.keep = _button("keep it", "level-up", self._keep_answer)
        self.page, self.found, self.answer = (ipywidgets.HTML() for _ in range(3))
        self.written = ""
        self._stopped = threading.Event()
        self._writer: threading.Thread | None = None
        buttons = ipywidgets.HBox([self.ask, self.halt, self.keep])
        controls = [self.rows, self.add, *self.switches.values(), self.date, self.most, buttons]
        left = ipywidgets.VBox([*controls, self.answer], layout={"width": "46%"})
        right = ipywidgets.VBox([self.found, self.page], layout={"width": "54%"})
        super().__init__([left, right])
        for switch in (*self.switches.values(), self.date, self.most):
            switch.observe(self.refresh, "value")
        for message in messages:
            self._add_row(message["role"], message["content"])
        self.refresh()

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation as it stands now; an assistant's text that is a call counts as one."""
        found: list[dict[str, Any]] = []
        for row in self.rows.children:
            role, text = (part.value for part in row.children[:2])
            call = parse_tool_call(text) if role == "assistant" else None
            said = {"role": role, "content": text}
            found.append(call.as_message() if isinstance(call, ToolCall) else said)
        return found

    @property
    def options(self) -> dict[str, Any]:
        """What the switches say, as `render` takes it."""
        chosen: dict[str, Any] = {name: box.value for name, box in self.switches.items()}
        chosen["tools"] = [CALCULATOR] if chosen["tools"] else None
        chosen["builtin_tools"] = BUILTIN_TOOLS if chosen["builtin_tools"] else None
        return chosen | {"date_string": self.date.value or None}

    def render(self) -> Rendered:
        """Return the conversation as the switches render it."""
        return render(self.messages, tokenizer=self.session.tokenizer, **self.options)

    def refresh(self, _: object = None) -> None:
        """Show the conversation anew, and what is wrong with it."""
        found = lint(
            self.messages,
            tokenizer=self.session.tokenizer,
            model=self.session.model,
            max_new_tokens=self.most.value,
            **self.options,
        )
        self.found.value = found._repr_html_() if found else ""
        try:
            self.page.value = self.render()._repr_html_()
        except Exception as error:  # whatever a template may raise
            self.page.value = f"<b>The template refuses:</b> {escape(str(error))}"

    def start(self, _: object = None) -> None:
        """Let the model answer; the text appears below while it is written."""
        if self._writer is not None and self._writer.is_alive():
            return
        self._stopped.clear()
        self.ask.disabled = True
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._writer.start()

    def stop(self, _: object = None) -> None:
        """Let the model stop where it is, and wait until it has."""
        self._stopped.set()
        self.wait()

    def wait(self) -> None:
        """Wait until the answer is written."""
        if self._writer is not None:
            self._writer.join()

    def __repr__(self) -> str:
        return f"{lint(self.messages, **self.options)!r}\n{self.render()!r}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**options)
        html = self.found.value + self.page.value
        return bundle | {"text/plain": repr(self), "text/html": html}

    def _stream(self) -> Iterator[str]:
        options = self.options
        if self.endpoint is not None:
            return stream_from_endpoint(
                self.endpoint,
                self.messages,
                max_new_tokens=self.most.value,
                tools=options["tools"],
            )
        return stream_answer(
            self.session,
            self.messages,
            max_new_tokens=self.most.value,
            keep_special_tokens=True,
            **options,
        )

    def _write(self) -> None:
        self.written, shown = "", 0.0
        self._show_answer("writes ...")
        stream = self._stream()
        try:
            for piece in stream:
                self.written += piece
                if self._stopped.is_set():
                    break
                if monotonic() - shown > REFRESH_SECONDS:
                    self._show_answer("writes ...")
                    shown = monotonic()
            self._show_answer("stopped" if self._stopped.is_set() else "is done")
        except Exception as error:
            self._show_answer(f"cannot answer: {error}")
        finally:
            stream.close()  # type: ignore[attr-defined]
            self.ask.disabled = False

    def _show_answer(self, state: str) -> None:
        who = self.endpoint.model if self.endpoint else self.session.label
        self.answer.value = (
            f"<b>{escape(who)}</b> {escape(state)}"
            f"<div style='white-space:pre-wrap; line-height:1.4; border-left:4px solid #0072b2; "
            f"padding-left:8px'>{escape(self.written)}</div>"
        )

    def _keep_answer(self, _: object = None) -> None:
        """Put the answer into the conversation; if it calls the calculator, the result, too."""
        if not self.written:
            return
        text = self.written.partition("<|eot_id|>")[0].partition("<|eom_id|>")[0]
        if self.switches["continue_final_message"].value and self.rows.children:
            self.rows.children[-1].children[1].value += text
        else:
            self._add_row("assistant", text)
        call = parse_tool_call(text)
        if isinstance(call, ToolCall) and call.name == "calculator":
            try:
                self._add_row("tool", str(calculate(call.arguments.get("expression", ""))))
            except LlamaExploreError as error:
                self._add_row("tool", error.cause)
        self.written = ""
        self.answer.value = ""

    def _add_message(self, _: object = None) -> None:
        roles = [message["role"] for message in self.messages]
        self._add_row("assistant" if roles and roles[-1] == "user" else "user", "")

    def _add_row(self, role: str, content: str) -> None:
        chosen = ipywidgets.Dropdown(options=ROLES, value=role, layout={"width": "110px"})
        text = ipywidgets.Textarea(content, rows=2, layout={"width": "auto", "flex": "1"})
        remove = ipywidgets.Button(icon="trash", tooltip="remove it", layout={"width": "36px"})
        row = ipywidgets.HBox([chosen, text, remove])
        for part in (chosen, text):
            part.observe(self.refresh, "value")
        remove.on_click(lambda _: self._remove(row))
        self.rows.children = (*self.rows.children, row)
        self.refresh()

    def _remove(self, row: Any) -> None:
        self.rows.children = tuple(each for each in self.rows.children if each is not row)
        self.refresh()


def _button(words: str, icon: str, action: Callable[..., None]) -> Any:
    button = ipywidgets.Button(description=words, icon=icon)
    button.on_click(action)
    return button
