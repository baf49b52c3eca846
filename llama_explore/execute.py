"""Execute notebooks in place, for those who write chapters.

``python -m llama_explore.execute`` runs every chapter and solution from its first
cell to its last and stores clean outputs: no widget state, no timings, no names of
people or machines. What a run did not change stays byte for byte as it was. Name
files to run only those.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llama_explore.errors import LlamaExploreError

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbformat import NotebookNode

CELL_SECONDS = 300
SURROUNDINGS = {"LLAMA_EXPLORE_MODEL": "pocket", "HF_HUB_OFFLINE": "1"}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}
KEPT_CELL_METADATA = ("tags", "jupyter")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
TERMINAL_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def execute_in_place(path: Path) -> bool:
    """Run a notebook in a fresh kernel and store its outputs; return whether the file changed.

    Example: ``execute_in_place(Path("notebooks/00_start_here.ipynb"))`` is False when
    the stored outputs were right already.

    The file is replaced in one step, and only after the last cell has run.

    Raises:
        LlamaExploreError: There is no such notebook, or a cell failed; the file is as before.
    """
    import nbformat
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    if not path.is_file():
        raise LlamaExploreError(f"There is no notebook '{path}'.", "Check its name for a typo.")
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat has no one error for a file that is no notebook
        raise LlamaExploreError(
            f"{path.name} is no valid notebook ({type(error).__name__}).",
            "Take its last good version from git, or save it again from JupyterLab.",
        ) from error
    client = make_client(notebook, path.parent, seconds=CELL_SECONDS)
    try:
        # What a kernel prints for itself is start-up chatter; a chapter's own stderr is kept.
        client.execute(stderr=subprocess.DEVNULL, env={**os.environ, **SURROUNDINGS})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise LlamaExploreError(
            f"{path.name} stopped: {tell_cause(error)}",
            "Repair the cell; the file was left as it was.",
        ) from error
    clean(notebook)
    text = nbformat.writes(notebook, version=4) + "\n"
    if text == path.read_text(encoding="utf-8"):
        return False
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
    return True


def tell_cause(error: Exception) -> str:
    """Return in one line why a notebook stopped: a cell's own error, or what the kernel did."""
    from nbclient.exceptions import CellExecutionError

    if isinstance(error, CellExecutionError):
        lines = TERMINAL_COLOUR.sub("", error.evalue).strip().splitlines()
        return f"{error.ename}: {lines[0]}" if lines else error.ename
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__


def make_client(notebook: NotebookNode, folder: Path, *, seconds: int) -> NotebookClient:
    """Return what runs a notebook's cells in `folder`, each for at most `seconds`."""
    from nbclient import NotebookClient

    client = NotebookClient(
        notebook,
        timeout=seconds,
        kernel_name=KERNEL["name"],  # the one of this environment, whatever the file names
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    )
    # nbclient plays the front end of Output widgets over the channel it listens on, and at
    # times waits for ever (its issue 312). Without that, their text is the cell's own output.
    client.widget_registry.clear()
    return client


def clean(notebook: NotebookNode) -> None:
    """Take out of a notebook what changes from run to run or from machine to machine.

    A widget's view goes too: without its state, which GitHub refuses, it would show an
    error. The picture or text that the widget brings along stays.
    """
    notebook.metadata = type(notebook)(kernelspec=KERNEL, language_info=LANGUAGE)
    for cell in notebook.cells:
        cell.metadata = type(notebook)(
            {key: cell.metadata[key] for key in KEPT_CELL_METADATA if cell.metadata.get(key)}
        )
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Execute the named notebooks, or all of them; return 1 if one failed, else 0."""
    named = sys.argv[1:] if arguments is None else arguments
    paths = [Path(name) for name in named] or sorted(
        path
        for path in Path("notebooks").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    )
    if not paths:
        print("There is no notebook here: run this in the clone's folder.", file=sys.stderr)
    failed = not paths
    for path in paths:
        try:
            print(f"{path}: {'new outputs' if execute_in_place(path) else 'unchanged'}")
        except LlamaExploreError as error:
            print(f"{path}: {error}", file=sys.stderr)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
