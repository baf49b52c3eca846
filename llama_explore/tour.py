"""Execute every chapter without a browser, and leave pages to read.

Each notebook runs in a fresh kernel, from its first cell to its last, while a
second thread adds up the memory of the kernel and of all processes it starts.
"""

from __future__ import annotations

import re
import subprocess
import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from html import escape
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from llama_explore.errors import LlamaExploreError
from llama_explore.execute import make_client, tell_cause

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbformat import NotebookNode

MEMORY_LIMIT_MIB = 2048.0
"""What a free Binder has to give; a chapter that takes more fails the tour."""

CELL_SECONDS = 600
SAMPLE_SECONDS = 0.1
PICTURE = re.compile(r'(?P<before><img\b[^>]*\bsrc=")(?P<file>[^":]+)"')
"""A picture in a file of its own; an address or embedded data would have a colon."""

# The page as JupyterLab shows it, without the four scripts it would fetch from elsewhere.
PAGE = """{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block jupyter_widgets -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
"""


@dataclass(frozen=True)
class ChapterRun:
    """How one chapter went.

    Attributes:
        chapter: Its file name without ending.
        seconds: From the kernel's start to the last cell.
        peak_mib: The most memory the kernel and its child processes held at once.
        failure: Where and why it failed; empty when it did not.
    """

    chapter: str
    seconds: float
    peak_mib: float
    failure: str = ""


@dataclass(frozen=True, repr=False)
class Tour:
    """How all chapters went, and whether Ctrl-C ended the tour early."""

    runs: tuple[ChapterRun, ...]
    interrupted: bool = False

    @property
    def passed(self) -> bool:
        """Whether every chapter ran to its end within the memory limit."""
        return not self.interrupted and not any(run.failure for run in self.runs)

    def __repr__(self) -> str:
        width = max(len(run.chapter) for run in self.runs) if self.runs else len("chapter")
        lines = [f"{'chapter':<{width}}  seconds  peak MiB  result"]
        for run in self.runs:
            result = f"FAILED {run.failure}" if run.failure else "ok"
            lines.append(
                f"{run.chapter:<{width}}  {run.seconds:7.1f}  {run.peak_mib:8.0f}  {result}"
            )
        if self.interrupted:
            lines.append("Interrupted: the chapters above are done, the others were not run.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><a href='{run.chapter}.html'>{escape(run.chapter)}</a></td>"
            f"<td>{run.seconds:.1f}</td><td>{run.peak_mib:.0f}</td>"
            f"<td>{escape(f'FAILED {run.failure}' if run.failure else 'ok')}</td></tr>"
            for run in self.runs
        )
        head = "<tr><th>chapter</th><th>seconds</th><th>peak MiB</th><th>result</th></tr>"
        return f"<table>{head}{rows}</table>"


def run_tour(notebooks: Path, pages: Path, *, chapters: Sequence[str] = ()) -> Tour:
    """Execute the chapters of a folder one after another and write a page for each.

    Example: ``run_tour(Path("notebooks"), Path("tour"), chapters=["00"])`` runs
    00_start_here.ipynb and writes tour/00_start_here.html and tour/index.html.

    A chapter that fails does not stop the others, and Ctrl-C keeps what is done.
    The notebooks themselves are not changed.

    Args:
        notebooks: The folder; every ``*.ipynb`` in it is a chapter.
        pages: The folder for the pages, made if need be.
        chapters: Starts of names; by default all chapters.

    Raises:
        LlamaExploreError: There is no such folder or no such chapter.
    """
    runs: list[ChapterRun] = []
    interrupted = False
    paths = _find_chapters(notebooks, chapters)
    pages.mkdir(parents=True, exist_ok=True)
    try:
        for path in paths:
            runs.append(_run_chapter(path, pages))
    except KeyboardInterrupt:
        interrupted = True
    tour = Tour(tuple(runs), interrupted)
    index = f"<!DOCTYPE html><meta charset='utf-8'><title>Tour</title>{tour._repr_html_()}\n"
    (pages / "index.html").write_text(index, encoding="utf-8")
    return tour


def _find_chapters(notebooks: Path, starts: Sequence[str]) -> list[Path]:
    found = sorted(notebooks.glob("*.ipynb"))
    if not found:
        raise LlamaExploreError(
            f"There is no notebook in the folder '{notebooks}'.",
            "Run this in your clone of the repository, or name the folder with --notebooks.",
        )
    for start in starts:
        if not any(path.name.startswith(start) for path in found):
            raise LlamaExploreError(
                f"There is no chapter {start!r} in the folder '{notebooks}'.",
                f"The chapters are: {', '.join(path.stem for path in found)}.",
            )
    return [path for path in found if not starts or path.name.startswith(tuple(starts))]


def _run_chapter(path: Path, pages: Path) -> ChapterRun:
    import nbformat
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from tqdm import tqdm

    page_path = pages / f"{path.stem}.html"
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat has no one error for a file that is no notebook
        failure = f"before any cell: {path.name} is no valid notebook ({type(error).__name__})"
        page_path.write_text(f"<p>{escape(failure)}</p>\n", encoding="utf-8")
        return ChapterRun(path.stem, 0.0, 0.0, failure)
    client = make_client(notebook, path.parent, seconds=CELL_SECONDS)
    start = time.perf_counter()
    peak_mib, failure, n_code = [0.0], "", 0
    try:
        with (
            tqdm(total=len(notebook.cells), desc=path.stem, unit="cell") as bar,
            # What a kernel prints for itself is start-up chatter; a chapter's own stderr is kept.
            client.setup_kernel(stderr=subprocess.DEVNULL),
            _sample_memory(client, peak_mib),
        ):
            for index, cell in enumerate(notebook.cells):
                n_code += cell.cell_type == "code"
                client.execute_cell(cell, index)
                bar.update()
    except CellExecutionError as error:
        failure = f"at cell {n_code}: {tell_cause(error)}"
    except CellTimeoutError:
        failure = f"at cell {n_code}: still running after {CELL_SECONDS} s"
    except DeadKernelError:
        failure = f"at cell {n_code}: the kernel died (out of memory?)"
    seconds = time.perf_counter() - start
    if not failure and peak_mib[0] > MEMORY_LIMIT_MIB:
        failure = f"took more than {MEMORY_LIMIT_MIB:.0f} MiB: too big for a free Binder"
    page_path.write_text(render_page(notebook, path), encoding="utf-8")
    return ChapterRun(path.stem, seconds, peak_mib[0], failure)


@contextmanager
def _sample_memory(client: NotebookClient, peak_mib: list[float]) -> Iterator[None]:
    """Keep in ``peak_mib[0]`` the most memory that the kernel's processes held together."""
    import psutil

    done = threading.Event()
    manager: Any = client.km
    kernel = psutil.Process(manager.provisioner.pid)

    def measure() -> None:
        # A process may end while it is looked at: then the next look counts the rest.
        with suppress(psutil.NoSuchProcess):
            processes = [kernel, *kernel.children(recursive=True)]
            total = sum(process.memory_info().rss for process in processes)
            peak_mib[0] = max(peak_mib[0], total / 2**20)

    def keep_measuring() -> None:
        while not done.wait(SAMPLE_SECONDS):
            measure()

    sampler = threading.Thread(target=keep_measuring, daemon=True)
    sampler.start()
    try:
        yield
    finally:
        done.set()
        sampler.join()
        measure()


def render_page(notebook: NotebookNode, path: Path) -> str:
    """Return an executed notebook as one HTML page that fetches nothing from anywhere.

    A widget needs a kernel, so the page shows the picture or text that it brings along.

    Args:
        notebook: The notebook with its outputs.
        path: Its file: gives the title, and the folder that pictures are relative to.
    """
    from jinja2 import DictLoader
    from nbconvert import HTMLExporter

    page = deepcopy(notebook)
    page.metadata.pop("widgets", None)
    for cell in page.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)

    exporter = HTMLExporter(extra_loaders=[DictLoader({"tour.html.j2": PAGE})])
    exporter.template_file = "tour.html.j2"
    resources = {"metadata": {"name": path.stem, "path": str(path.parent)}}
    html, _ = exporter.from_notebook_node(page, resources=resources)
    return PICTURE.sub(lambda found: _embed(found, path.parent.resolve()), str(html))


def _embed(found: re.Match[str], folder: Path) -> str:
    """Return the beginning of a picture's element with the file's bytes in place of its name.

    nbconvert's own embed_images also closes each tag that is open at the end of a line: hints
    would no longer be folded, and code in tables no longer look like code.
    """
    file = (folder / unquote(found["file"])).resolve()
    if not file.is_file() or not file.is_relative_to(folder):
        return found[0]
    kind = guess_type(file.name)[0] or "image/png"
    return f'{found["before"]}data:{kind};base64,{b64encode(file.read_bytes()).decode()}"'
