"""What is wrong with a conversation, a list of token ids or a tool call, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

CELL = "text-align:left; vertical-align:top; line-height:1.3"


@dataclass(frozen=True)
class Finding:
    """One mistake, with the fix.

    Attributes:
        name: What kind of mistake, in a few words, such as ``"double BOS"``.
        where: ``"message 2"``, ``"token 0"``, ``"character 17"``; counted from 0.
        cause: What is wrong, and what comes of it.
        fix: The one thing to do.
    """

    name: str
    where: str
    cause: str
    fix: str

    def __str__(self) -> str:
        return f"{self.name} ({self.where}): {self.cause}\n  Fix: {self.fix}"

    def _repr_html_(self) -> str:
        return Findings([self])._repr_html_()


class Findings(list[Finding]):
    """A list of findings that shows itself readably; empty when nothing was found."""

    @property
    def names(self) -> list[str]:
        """The kinds of mistakes, in the order in which they were found."""
        return [finding.name for finding in self]

    def __repr__(self) -> str:
        return "\n".join(map(str, self)) or "Nothing found."

    def _repr_html_(self) -> str:
        if not self:
            return "<p>Nothing found.</p>"
        rows = "".join(
            f"<tr><td style='{CELL}'><b>{escape(each.name)}</b><br>{escape(each.where)}</td>"
            f"<td style='{CELL}'>{escape(each.cause)}</td>"
            f"<td style='{CELL}'>{escape(each.fix)}</td></tr>"
            for each in self
        )
        heads = "".join(f"<th style='{CELL}'>{h}</th>" for h in ("found", "cause", "fix"))
        return f"<table><tr>{heads}</tr>{rows}</table>"
