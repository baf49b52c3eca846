"""What people read: every link leads somewhere, and the spelling is right.

Nothing is fetched: a link inside the repository must resolve, with its anchor;
a link to the outside must be a well-formed https address.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("notebooks", "llama_explore", "benchmarks", "docs", "tests")

CODE = re.compile(r"^(```|~~~).*?^\1[^\S\n]*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(
    r"""\]\(\s*<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?:\s+["'][^)]*)?\)"""  # [text](target)
    r"""|^\s*\[[^\]]+\]:\s*<?([^\s>]+)"""  # [name]: target
    r"""|<(?:a|img|source)\b[^>]*?(?:href|src)\s*=\s*["']([^"']*)"""
    r"""|<(https?:[^>\s]*)>""",
    re.MULTILINE,
)
HEADING = re.compile(r"^#{1,6}[^\S\n]+(.+?)[^\S\n]*#*$", re.MULTILINE)
HTML_ANCHOR = re.compile(r"""<\w+\b[^>]*\b(?:id|name)\s*=\s*["']([^"']+)""")


def readable(root: Path = ROOT) -> list[Path]:
    """Return every page of the repository, by rule."""
    found = list(root.glob("*.md"))
    for folder in FOLDERS:
        found += [*(root / folder).rglob("*.md"), *(root / folder).rglob("*.ipynb")]
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def read_prose(path: Path) -> str:
    """Return the Markdown of a page or of a notebook, without its code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        text = "\n\n".join(prose)
    return CODE.sub("", text)


def find_links(text: str) -> Iterator[str]:
    for match in LINK.finditer(text):
        yield next(group for group in match.groups() if group is not None)


def find_anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings, and Jupyter of a notebook's."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    text = re.sub(r"^(```|~~~).*?^\1[^\S\n]*$", "", text, flags=re.MULTILINE | re.DOTALL)
    anchors = set(HTML_ANCHOR.findall(text))
    for heading in HEADING.findall(text):
        shown = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        shown = re.sub(r"[*`]|<[^>]+>", "", shown)
        if path.suffix == ".ipynb":
            anchors.add(shown.replace(" ", "-"))
        kept = "".join(
            c for c in shown.lower() if c in " -_" or unicodedata.category(c)[0] in "LNM"
        )
        slug, n = kept.replace(" ", "-"), 0
        while (unique := f"{slug}-{n}" if n else slug) in anchors and path.suffix == ".md":
            n += 1
        anchors.add(unique)
    return anchors


def find_fault(link: str, path: Path, root: Path = ROOT) -> str:
    """Return what is wrong with a link, or an empty string."""
    parts = urlsplit(link)
    if parts.scheme or link.startswith("//"):
        if parts.scheme in ("mailto", "data"):
            return ""
        host = parts.hostname or ""
        if host in ("localhost", "127.0.0.1"):
            return "works only on the writer's machine"
        if parts.scheme != "https":
            return "is not https"
        if not re.fullmatch(r"([a-z0-9-]+\.)+[a-z]{2,}", host):
            return "has no proper host name"
        return "ends in punctuation" if link[-1] in ".,;:!" else ""
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if parts.path.startswith("/") or not target.is_relative_to(root.resolve()):
        return "leads out of the repository"
    if not target.exists():
        return "leads to no file"
    has_anchors = parts.fragment and target.suffix in (".md", ".ipynb")
    if has_anchors and unquote(parts.fragment) not in find_anchors(target):
        return f"has no such heading in {target.name}"
    return "" if link else "is empty"


@pytest.mark.parametrize("path", readable(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    faults = {link: find_fault(link, path) for link in find_links(read_prose(path))}
    assert {link: fault for link, fault in faults.items() if fault} == {}


def test_the_pages_are_found() -> None:
    names = {path.name for path in readable()}
    assert {"README.md", "CONTRIBUTING.md", "00_start_here.ipynb"} <= names


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text(
        "# The kit\n## What's `new`, really?\n## Twice\n## Twice\n"
        "```\n# no heading\n[no](link.md)\n```\n<a id='by-hand'></a>\n"
    )
    cell = {"cell_type": "markdown", "source": ["## Guess First\n", "text"]}
    (tmp_path / "00.ipynb").write_text(json.dumps({"cells": [cell]}))
    return tmp_path


@pytest.mark.parametrize(
    "link",
    [
        "README.md",
        "#the-kit",
        "#whats-new-really",
        "#twice",
        "#twice-1",
        "#by-hand",
        "00.ipynb#Guess-First",
        "00.ipynb#guess-first",
        "https://arxiv.org/abs/2305.13245",
        "https://en.wikipedia.org/wiki/Llama_(disambiguation)",
    ],
)
def test_a_good_link_is_accepted(link: str, pages: Path) -> None:
    assert list(find_links(f"see [this]({link}) and more")) == [link]
    assert find_fault(link, pages / "README.md", pages) == ""


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("missing.md", "leads to no file"),
        ("../elsewhere.md", "leads out of the repository"),
        ("/etc/hostname", "leads out of the repository"),
        ("#no-heading", "has no such heading in README.md"),
        ("#twice-2", "has no such heading in README.md"),
        ("00.ipynb#guess", "has no such heading in 00.ipynb"),
        ("http://arxiv.org/abs/2305.13245", "is not https"),
        ("https://arxiv", "has no proper host name"),
        ("https:///abs", "has no proper host name"),
        ("https://arxiv.org/abs/2305.13245.", "ends in punctuation"),
        ("http://localhost:8888/lab", "works only on the writer's machine"),
        ("", "is empty"),
    ],
)
def test_a_bad_link_is_found(link: str, fault: str, pages: Path) -> None:
    assert find_fault(link, pages / "README.md", pages) == fault


def test_all_ways_to_write_a_link_are_seen_and_code_is_not() -> None:
    text = (
        '[a](one.md "title") ![b](<two.md>) [c][ref]\n\n[ref]: three.md\n'
        '<img alt="x" src="four.svg"> <https://five.org>\n`[d](not.md)`\n'
    )
    found = set(find_links(CODE.sub("", text)))
    assert found == {"one.md", "two.md", "three.md", "four.svg", "https://five.org"}


def find_misspellings(folder: Path, *paths: str) -> str:
    """Return what codespell finds, with the settings in pyproject.toml."""
    found = subprocess.run(
        [sys.executable, "-m", "codespell_lib", "--toml", ROOT / "pyproject.toml", *paths],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert found.returncode in (0, 65) or found.stdout, found.stderr  # 65: misspellings
    return found.stdout


def test_the_spelling_of_code_and_pages_is_right() -> None:
    pages = [path for path in readable() if path.suffix == ".md"]
    code = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    names = [str(path.relative_to(ROOT)) for path in [*pages, *code]]
    assert find_misspellings(ROOT, *names) == ""


def test_the_spelling_of_the_notebooks_is_right(tmp_path: Path) -> None:
    """Only what was written is read: a picture in an output is no English."""
    for path in readable():
        if path.suffix == ".ipynb":
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            name = "-".join(path.relative_to(ROOT).with_suffix(".md").parts)
            sources = ["".join(cell["source"]) for cell in cells]
            (tmp_path / name).write_text("\n\n".join(sources), encoding="utf-8")
    assert find_misspellings(tmp_path, ".") == ""


def test_a_misspelling_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("two tokens in one sen" + "tance")
    assert "page.md:1:" in find_misspellings(tmp_path, ".")
