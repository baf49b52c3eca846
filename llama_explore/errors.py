"""The one error of the kit: what went wrong, and what to do next."""

from __future__ import annotations


class LlamaExploreError(Exception):
    """A cause in one sentence and the next step in another.

    Example:
        >>> raise LlamaExploreError("There is no folder 'llama'.", "Check the path for a typo.")

    Args:
        cause: What is wrong, with the figure or the name that matters.
        next_step: The one thing the reader should do now.
    """

    def __init__(self, cause: str, next_step: str) -> None:
        super().__init__(f"{cause}\n  Next step: {next_step}")
        self.cause = cause
        self.next_step = next_step
