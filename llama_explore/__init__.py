"""Understand Llama 3.3 70B Instruct by touching it.

Importing this package is quick (no torch, no transformers): each public name
is fetched from its module the first time it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "LlamaExploreError": "llama_explore.errors",
    "open_session": "llama_explore.session",
    "load_tokenizer": "llama_explore.vocab",
}

__all__ = ["LlamaExploreError", "__version__", "load_tokenizer", "open_session"]

if TYPE_CHECKING:
    from llama_explore.errors import LlamaExploreError
    from llama_explore.session import open_session
    from llama_explore.vocab import load_tokenizer


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'llama_explore' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
