"""Results on disk: JSON lines that survive Ctrl-C, kill -9 and power cuts.

The first line says what was run (model, versions, grid); every other line is one finished cell.
A line is written and forced to the disk before the next cell is begun, so what is there is
whole, but for a last line that was cut; it is dropped when the file is opened again.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from llama_explore.errors import LlamaExploreError

FORMAT = 1
"""Raise it when the same file would be read differently."""


class ResultFile:
    """An open result file; use it in a ``with`` statement.

    Example:
        >>> with ResultFile("mine.jsonl", plan.header(model)) as file:
        ...     for item in plan.pending_items(file.done):
        ...         file.append(item.record(ask(item)))

    Several threads may append. Another process that opens the same file is refused.

    Args:
        path: The file; folders on the way are made.
        header: What is run, as `Plan.header` makes it. An existing file must have been made for
            the same model and the same grid; else it is left as it is.

    Attributes:
        header: The first line of the file.
        done: The finished cells: id and record.

    Raises:
        LlamaExploreError: The file is of another model or grid, is no result file, is written
            by another process, or cannot be written.
    """

    def __init__(self, path: str | Path, header: dict[str, Any]) -> None:
        from filelock import FileLock, Timeout

        self.path = Path(path).expanduser()
        self.header = {"format": FORMAT, **json.loads(json.dumps(header))}
        self.done: dict[str, dict[str, Any]] = {}
        self._turn = threading.Lock()
        self._file: int | None = None
        self._lock = FileLock(f"{self.path}.lock", blocking=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise LlamaExploreError(
                f"Another process is writing to {self.path.name!r}.",
                "Wait for it, or give another file.",
            ) from error
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        content = b""
        if self.path.exists():
            try:
                content = self.path.read_bytes()
            except OSError as error:
                raise self._unwritable(error) from error
        whole = content[: content.rfind(b"\n") + 1]
        if whole:
            found, records = _parse(whole, self.path.name)
            _check_same(found, self.header, self.path.name)
            self.header = found
            for record in records:
                self.done.setdefault(record["cell"], record)
        elif content and not content.lstrip().startswith(b"{"):
            raise _no_results(self.path.name, "its first line is not JSON")
        try:
            self._file = os.open(
                self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644
            )
            # A line that was cut when the process before was killed: its cell is run again.
            os.ftruncate(self._file, len(whole))
            self._size = len(whole)
        except OSError as error:
            raise self._unwritable(error) from error
        if not whole:
            self._write(self.header)

    def append(self, record: dict[str, Any]) -> None:
        """Write one finished cell and force it to the disk; one that is there is left alone.

        Raises:
            LlamaExploreError: The disk is full or gone; finished cells are not lost.
        """
        with self._turn:
            if record["cell"] not in self.done:
                self._write(record)
                self.done[record["cell"]] = record

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is None:
            raise ValueError("the result file is closed")
        data = memoryview(json.dumps(line, ensure_ascii=False, allow_nan=False).encode() + b"\n")
        try:
            os.lseek(self._file, self._size, os.SEEK_SET)
            written = 0
            while written < len(data):
                written += os.write(self._file, data[written:])
            os.fsync(self._file)
        except OSError as error:
            os.ftruncate(self._file, self._size)  # takes no space: no half line stays
            raise self._unwritable(error) from error
        self._size += len(data)

    def _unwritable(self, error: OSError) -> LlamaExploreError:
        kept = f" The {len(self.done):,} finished cells are safe in the file." if self.done else ""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return LlamaExploreError(
                f"The disk that holds {self.path.name!r} is full.{kept}",
                "Free some space and run the same command again: it goes on from there.",
            )
        return LlamaExploreError(
            f"The result file {self.path.name!r} cannot be written ({error.strerror}).{kept}",
            "Check the path and its permissions, then run the same command again.",
        )

    def close(self) -> None:
        """Close the file; everything in it is on the disk already."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._lock.is_locked:
            # Removed before it is given up: whoever comes later makes a lock of their own.
            # Windows removes no open file; there it is left for the next run.
            with suppress(PermissionError):
                Path(self._lock.lock_file).unlink(missing_ok=True)
            self._lock.release()

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
    """Return a result file's header and its records, without a last line that was cut.

    Raises:
        LlamaExploreError: There is no such file, or it is no result file.
    """
    path = Path(path).expanduser()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LlamaExploreError(
            f"The result file {path.name!r} cannot be read ({error.strerror}).",
            "Check the path; `run_grid` makes such files.",
        ) from error
    header, records = _parse(content[: content.rfind(b"\n") + 1], path.name)
    return header, list({record["cell"]: record for record in reversed(records)}.values())[::-1]


def _parse(whole: bytes, name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    lines = whole.splitlines()
    if not lines:
        raise _no_results(name, "it has no whole line")
    parsed = list[dict[str, Any]]()
    for i, line in enumerate(lines, 1):
        try:
            value = json.loads(line)
        except ValueError as error:
            raise _no_results(name, f"line {i} is not JSON") from error
        wanted = {"format", "model", "grid"} if i == 1 else {"cell", "score", "answers"}
        if not isinstance(value, dict) or not wanted <= value.keys():
            raise _no_results(name, f"line {i} lacks {', '.join(sorted(wanted))}")
        parsed.append(value)
    if parsed[0]["format"] != FORMAT:
        raise _no_results(name, f"its format is {parsed[0]['format']!r}, not {FORMAT}")
    return parsed[0], parsed[1:]


def _no_results(name: str, why: str) -> LlamaExploreError:
    return LlamaExploreError(
        f"{name!r} is no result file of a probe grid: {why}.",
        "Give another file name; this one is left as it is.",
    )


def _check_same(found: dict[str, Any], wanted: dict[str, Any], name: str) -> None:
    """Refuse to go on with a file of another model or another grid."""
    for part in ("model", "grid"):
        here = {key: value for key, value in wanted[part].items() if key != "endpoint"}
        there = {key: value for key, value in found[part].items() if key != "endpoint"}
        differing = [key for key in {**there, **here} if there.get(key) != here.get(key)]
        if differing:
            key = differing[0]
            raise LlamaExploreError(
                f"{name!r} holds results of another {part}: its {key} is {there.get(key)!r}, "
                f"here it is {here.get(key)!r}.",
                "Give another file name, or ask for the same model and grid.",
            )
