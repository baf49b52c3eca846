"""How a conversation becomes the one text that Llama 3.3 reads.

- `render` writes it down and says of every character which rule wrote it.
- `lint` finds the mistakes people make on the way.
- `parse_tool_call` reads a call in what the model answers.
- `encode_as_text` encodes what somebody typed so that no special token comes of it.
- `editor.ChatEditor` is all of it in one place, to play with.
"""

from __future__ import annotations

from importlib.resources import files

from llama_explore.chat.calls import ToolCall, parse_tool_call
from llama_explore.chat.findings import Finding, Findings
from llama_explore.chat.linting import lint
from llama_explore.chat.rendered import Rendered, Span
from llama_explore.chat.rendering import encode_as_text, render
from llama_explore.chat.rules import RULES

__all__ = [
    "RULES",
    "TEMPLATE",
    "Finding",
    "Findings",
    "Rendered",
    "Span",
    "ToolCall",
    "encode_as_text",
    "lint",
    "parse_tool_call",
    "render",
]

TEMPLATE: str = (files("llama_explore") / "chat_template.jinja").read_text(encoding="utf-8")
"""A Jinja chat template that writes what the published one of Llama 3.3 writes."""
