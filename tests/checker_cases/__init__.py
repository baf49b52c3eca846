"""What each chapter's checkers are fed, gathered from one module a chapter."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Case:
    """What a checker is fed: right answers, and wrong ones with a word of the cause.

    The `secret` is how the solution would be written; no wrong answer may be told it.
    """

    secret: str
    right: list[Any]
    wrong: list[tuple[Any, str]]


def gather_cases() -> dict[str, Case]:
    """Return the cases of every chapter by the checker's name."""
    cases: dict[str, Case] = {}
    for path in sorted(Path(__file__).parent.glob("chapter_*.py")):
        cases |= import_module(f"{__name__}.{path.stem}").CASES
    return cases
