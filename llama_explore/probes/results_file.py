"""Results on disk: JSON lines that survive Ctrl-C, kill -9 and power cuts.

The first line says what was run (model, versions, grid); every other line is one finished cell.
A line is written and forced to the disk before the next cell is begun, so what is there is
whole, but for a last line that was cut; it is dropped when the file is opened again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any

from llama_explore.errors import LlamaExploreError

FORMAT = 1


class ResultFile:
    """An open result file; use it in a ``with`` statement.

    Example:
        >>> with ResultFile("mine.jsonl", header) as file:
        ...     for item in plan.pending_items(file.done):
        ...         file.append(item.record(ask(item)))

    Args:
        path: The file; folders on the way are made.
        header: What is run, a JSON-able dict with at least "model" and "grid"
            (`plan.header(...)` makes it). An existing file must have been made for the same.

    Attributes:
        done: Ids of the cells that are in the file, with their records.

    Raises:
        LlamaExploreError: The file is of another model or grid, is no result file, is written
            by another process, or cannot be written.
    """

    def __init__(self, path: str | Path, header: dict[str, Any]) -> None:
        raise NotImplementedError

    done: dict[str, dict[str, Any]]

    def append(self, record: dict[str, Any]) -> None:
        """Write one finished cell and force it to the disk; a cell that is there is left alone."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the file; everything in it is on the disk already."""
        raise NotImplementedError

    def __enter__(self) -> ResultFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read_results(path: str | Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a result file's header and its records, without a last line that was cut."""
    raise NotImplementedError
