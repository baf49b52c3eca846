"""Text to hide needles in: generated, from a file of the user's, or one passage repeated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Generated:
    """Everyday sentences made from a seed; a needle stands exactly where it was asked to."""


@dataclass(frozen=True)
class FromFile:
    """The text of a file, from the top; begun again when it is too short.

    Attributes:
        path: A UTF-8 text file. Line breaks become spaces.
    """

    path: str | Path


@dataclass(frozen=True)
class Repeated:
    """One passage, again and again.

    Attributes:
        text: One or more whole sentences.
    """

    text: str = "The grass is green. The sky is blue. The sun is yellow. Here we go."


Haystack = Generated | FromFile | Repeated
