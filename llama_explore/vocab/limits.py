"""Where the libraries that tokenize give up, and what to say then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from llama_explore.errors import LlamaExploreError


@contextmanager
def name_panics() -> Iterator[None]:
    """Turn a panic of a tokenizer library into an error that says what to do.

    Example: the split pattern looks for white space that no word follows. In a row of ten
    million spaces before a word it would have to step back through all of them; `tokenizers`
    then panics, and so does `tiktoken` at one million. A panic is no `Exception`, so that
    it passes through ``except Exception``.

    Raises:
        LlamaExploreError: The code inside panicked.
    """
    try:
        yield
    except BaseException as error:
        # The class is not to be had: pyo3, which both are built with, makes it at run time.
        if type(error).__name__ != "PanicException":
            raise
        raise LlamaExploreError(
            "The tokenizer gave up: its split pattern does not get through a row of some "
            f"million spaces or line breaks ({str(error)[:80]}).",
            'Shorten such rows: re.sub(r"\\s{1000,}", " ", text).',
        ) from None
