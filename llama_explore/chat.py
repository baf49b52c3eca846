"""How a conversation becomes the one text that Llama 3.3 reads."""

from __future__ import annotations

from importlib.resources import files

TEMPLATE: str = (files("llama_explore") / "chat_template.jinja").read_text(encoding="utf-8")
"""A Jinja chat template that writes what the published one of Llama 3.3 writes."""
