"""What every committed notebook keeps to: each rule returns its faults, one sentence each."""

from __future__ import annotations

import getpass
import json
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbval.plugin import find_comment_markers, find_metadata_tags

MOST_LINES = 25
MOST_BYTES = 200_000
LEAST_COMPARED = 0.8
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/png", "image/jpeg")

Rule = Callable[["Page"], Iterator[str]]
RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    """Hold every notebook to this rule, chapters and solutions."""
    RULES[function.__name__] = function
    return function


def owner_names() -> tuple[str, ...]:
    """Return this machine's user and host name, unless they are words that text may hold."""
    common = {"root", "user", "admin", "ubuntu", "debian", "runner", "jovyan", "localhost"}
    names = {getpass.getuser(), socket.gethostname(), socket.gethostname().partition(".")[0]}
    return tuple(sorted(name for name in names - common if len(name) > 3))


@dataclass(frozen=True)
class Page:
    """One notebook file.

    Attributes:
        path: Where it lies; the rules read the number in its name and look beside it.
        names: User and host names that must not show up in its outputs.
    """

    path: Path
    names: tuple[str, ...] = field(default_factory=owner_names)

    @cached_property
    def notebook(self) -> NotebookNode:
        return nbformat.read(self.path, as_version=4)

    @property
    def cells(self) -> list[tuple[int, NotebookNode]]:
        """All cells, counted from 1."""
        return list(enumerate(self.notebook.cells, 1))

    @property
    def code(self) -> list[tuple[int, NotebookNode]]:
        return [(n, cell) for n, cell in self.cells if cell.cell_type == "code"]

    @property
    def prose(self) -> list[tuple[int, NotebookNode]]:
        return [(n, cell) for n, cell in self.cells if cell.cell_type == "markdown"]

    @property
    def number(self) -> int:
        """The chapter's number: 0 for ``00_start_here``."""
        return int(self.path.name.partition("_")[0])


def find_texts(node: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield every text in a part of a notebook with its place; pictures are no text."""
    if isinstance(node, str):
        yield place, node
    elif isinstance(node, dict):
        for key, value in node.items():
            if key not in PICTURES:
                yield from find_texts(value, f"{place}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from find_texts(value, f"{place}[{index}]")


# --- executed, and compared by strict nbval ---------------------------------------------


@rule
def it_was_executed_from_1_to_n(page: Page) -> Iterator[str]:
    for expected, (n, cell) in enumerate(page.code, 1):
        if not cell.source.strip():
            yield f"cell {n} is empty"
        if cell.execution_count != expected:
            yield f"cell {n} has the number [{cell.execution_count}], not [{expected}]"
        for output in cell.outputs:
            if output.get("execution_count", expected) != expected:
                yield f"cell {n} has the output of another run"


def is_compared(cell: NotebookNode) -> bool:
    """Return whether strict nbval would notice that a cell's output has changed.

    nbval skips a cell that was never run or is tagged so, pictures and widget views.
    A figure's text, "<Figure size ...>", it does compare; but that says nothing of what
    the figure shows, so here it does not count.
    """
    options = dict(find_metadata_tags(cell.metadata))
    options |= dict(find_comment_markers(cell.source))
    if cell.execution_count is None or options.get("skip") or options.get("check") is False:
        return False
    for output in cell.outputs:
        if output.output_type in ("stream", "error"):
            return True
        for kind, value in output.data.items():
            empty = kind == "text/plain" and value.startswith("<Figure size ")
            if kind not in (*PICTURES, WIDGET_VIEW) and not empty:
                return True
    return False


@rule
def most_outputs_are_compared(page: Page) -> Iterator[str]:
    bearing = [(n, cell) for n, cell in page.code if cell.outputs]
    not_compared = [n for n, cell in bearing if not is_compared(cell)]
    if not bearing:
        yield "no cell has an output"
    elif 1 - len(not_compared) / len(bearing) < LEAST_COMPARED:
        yield (
            f"nbval compares {len(bearing) - len(not_compared)} of {len(bearing)} outputs, not "
            f"{LEAST_COMPARED:.0%}; not those of the cells {not_compared}: let them print a number"
        )


# --- nothing that only one machine has, nothing from elsewhere --------------------------


@rule
def no_cell_failed_or_warned(page: Page) -> Iterator[str]:
    for n, cell in page.code:
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"cell {n} ends in an error: catch it and print it"
            elif output.get("name") == "stderr":
                yield f"cell {n} holds stderr: {output.text[:60]!r}"


def find_matches(page: Page, pattern: str, what: str) -> Iterator[str]:
    parts = [(f"cell {n}", cell) for n, cell in page.cells]
    texts = [text for place, part in parts for text in find_texts(part, place)]
    for place, text in [*texts, *find_texts(page.notebook.metadata, "notebook.metadata")]:
        for match in re.finditer(pattern, text, re.IGNORECASE | re.MULTILINE):
            yield f"{place} holds {what}: {match.group()[:60]!r}"


@rule
def no_memory_addresses(page: Page) -> Iterator[str]:
    # Eight digits may be the bits of a float32; nine and more are an address.
    yield from find_matches(page, r"\bat 0x[0-9a-f]+|\b0x(7f)?[0-9a-f]{9,}", "an address")


@rule
def no_user_names_and_no_paths_of_one_machine(page: Page) -> Iterator[str]:
    paths = (
        r"(?<![\w./])/(home|Users|root|tmp|private|var/folders|work|mnt|media|srv)/\w[^\s'\"]*"
        r"|\b[A-Z]:[\\/]+(Users|home|temp|Windows|Program)\b"
        r"|\bsite-packages\b|/ipykernel_\d+"
    )
    yield from find_matches(page, paths, "a path of one machine")
    for n, cell in page.code:
        for place, text in find_texts(cell.outputs, f"cell {n}"):
            for name in page.names:
                if re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE):
                    yield f"{place} holds the user's or the machine's name"


@rule
def no_tokens(page: Page) -> Iterator[str]:
    tokens = (
        r"\b(hf|api_org)_[a-z0-9]{16,}|\bsk-[\w-]{16,}|\bgh[opsru]_[a-z0-9]{20,}"
        r"|\bgithub_pat_\w{20,}|\bAKIA[0-9A-Z]{16}\b|\bxox[abp]-[\w-]{10,}"
        r"|\beyJ[\w-]{10,}\.[\w-]{10,}\.|\bBearer [\w.-]{16,}"
    )
    yield from find_matches(page, tokens, "something like a token")


@rule
def no_remote_scripts_or_pictures(page: Page) -> Iterator[str]:
    remote = (
        r"<(script|link|img|iframe|source|video|audio|embed|object|image|use)\b[^>]*?"
        r"\b(src|href|srcset|data|poster)\s*=\s*[\"'\\]*(https?:)?//[^>\s]*"
        r"|!\[[^\]]*\]\(\s*<?(https?:)?//[^)]*"  # ![picture](https://...)
        r"|@import\s[^;]*//[^;]*|url\(\s*[\"']?(https?:)?//[^)]*"
        r"|\b(import|from|require)\b[\s(]*[\"'](https?:)?//[^\"']*"
        r"|\b(IFrame|Image|Video|Audio|SVG)\([^)\n]*https?://[^)]*"
        r"|https?://[^\s\"'<>)]+\.(m?js|css|png|jpe?g|gif|svg|webp|woff2?|ttf)\b"
        r"|\b(unpkg\.com|cdn\.jsdelivr\.net|cdnjs\.cloudflare\.com|esm\.sh)\b"
    )
    yield from find_matches(page, remote, "something to be fetched")
    named = r"^\s*\[([^\]]+)\]:\s*<?(?:https?:)?//"
    for n, cell in page.prose:
        for name in re.findall(named, cell.source, re.MULTILINE):
            if re.search(rf"!\[[^\]]*\]\[{re.escape(name)}\]|!\[{re.escape(name)}\]", cell.source):
                yield f"cell {n} shows the remote picture [{name}]"


@rule
def no_cell_is_too_long(page: Page) -> Iterator[str]:
    for n, cell in page.cells:
        lines = len(cell.source.splitlines())
        if lines > MOST_LINES:
            yield f"cell {n} has {lines} lines, more than {MOST_LINES}"


@rule
def the_file_is_small(page: Page) -> Iterator[str]:
    size = page.path.stat().st_size
    if size > MOST_BYTES:
        yield f"{size:,} bytes, more than {MOST_BYTES:,}"


@rule
def no_saved_widgets(page: Page) -> Iterator[str]:
    if "widgets" in page.notebook.metadata:
        yield "the notebook holds widget state, without which GitHub shows it better"
    for n, cell in page.code:
        if any(WIDGET_VIEW in output.get("data", {}) for output in cell.outputs):
            yield f"cell {n} holds a widget view without its state: Lab would show an error"


@rule
def no_metadata_but_the_kernel(page: Page) -> Iterator[str]:
    metadata = page.notebook.metadata
    for key in set(metadata) - {"kernelspec", "language_info"} - {"widgets"}:
        yield f"the notebook's metadata hold {key!r}"
    kernel = metadata.get("kernelspec", {})
    if (kernel.get("name"), kernel.get("display_name")) != ("python3", "Python 3 (ipykernel)"):
        yield "the kernel is not python3, 'Python 3 (ipykernel)'"
    for n, cell in page.cells:
        for key in set(cell.metadata) - {"tags", "jupyter"}:
            yield f"cell {n}'s metadata hold {key!r}"
        if "raises-exception" in cell.metadata.get("tags", []):
            yield f"cell {n} may fail: catch the error and print it"


@rule
def the_cells_have_ids(page: Page) -> Iterator[str]:
    # From the file itself: nbformat makes up ids for cells that lack them.
    ids = [cell.get("id") for cell in json.loads(page.path.read_text("utf-8"))["cells"]]
    if None in ids or len(set(ids)) < len(ids):
        yield "a cell has no id of its own: run `make notebooks`"
