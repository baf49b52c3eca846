"""Run a planned grid against a server: the same items, the same file, the same scores.

Each worker walks through neighbouring prompts, which share long beginnings, one after another: a
server with automatic prefix caching reads such a beginning once. A worker that is done takes over
half of the longest walk that is left.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.asking import Asker
from llama_explore.probes.grid import Grid
from llama_explore.probes.items import Item
from llama_explore.probes.pacing import Stopped
from llama_explore.probes.parallel import list_share
from llama_explore.probes.plan import Plan, plan_grid
from llama_explore.probes.results import Results
from llama_explore.probes.results_file import ResultFile
from llama_explore.probes.run import check_for_server

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from llama_explore.chat.answering import Endpoint

GRACE_SECONDS = 2.0
"""For how long answers under way are waited for when another question has failed."""


def run_grid_on_endpoint(
    endpoint: Endpoint,
    grid: Grid | Plan,
    *,
    path: str | Path,
    revision: str = "as served",
    tokenizer: PreTrainedTokenizerFast | None = None,
    context: int | None = None,
    form: str = "chat",
    concurrency: int = 4,
    timeout_seconds: float = 600.0,
    patience_seconds: float = 600.0,
    check_tokens: bool = True,
    progress: bool = True,
) -> Results:
    """Run a grid against an OpenAI-compatible server and return its results.

    Interrupted in any way, the same call goes on where it stopped.

    Example:
        >>> server = Endpoint("http://127.0.0.1:8000/v1", "meta-llama/Llama-3.3-70B-Instruct")
        >>> run_grid_on_endpoint(server, Grid(lengths=(65536, 131072)), path="70b.jsonl")

    Args:
        endpoint: Where the server is.
        grid: What to probe, or a plan made without a session.
        path: Where to keep the results.
        revision: What is served, for the file's first line: no server tells.
        tokenizer: Of the server's model; Llama 3's by default.
        context: The server's longest context; by default what it says itself.
        form: "chat", or "plain" for a base model.
        concurrency: Questions under way at once.
        timeout_seconds: For how long one answer may keep silent.
        patience_seconds: For how long a question that fails is tried again.
        check_tokens: Refuse a server that counts a prompt's tokens otherwise than we do.
        progress: Show a bar.

    Raises:
        LlamaExploreError: The grid is impossible, or the server fails or is not what it says.
            Finished cells are in the file.
    """
    if concurrency < 1 or timeout_seconds <= 0 or patience_seconds < 0:
        raise LlamaExploreError(
            "At least one question has to be under way, for more than no time.",
            "Give for example concurrency=4, timeout_seconds=600 and patience_seconds=600.",
        )
    from tqdm.auto import tqdm

    notes: list[str] = []
    asker = Asker(
        endpoint,
        timeout_seconds=timeout_seconds,
        patience_seconds=patience_seconds,
        check_tokens=check_tokens,
        on_wait=notes.append,
    )
    context = asker.find_context() if context is None else context
    if isinstance(grid, Plan):
        plan = grid
    else:
        plan = plan_for_endpoint(endpoint, grid, tokenizer=tokenizer, context=context, form=form)
    check_for_server(plan.items)
    header = plan.header(
        {
            # A server on this machine may call its model by a folder; where that is, is no one's.
            "label": Path(endpoint.model).name
            if Path(endpoint.model).is_absolute()
            else endpoint.model,
            "revision": revision,
            "context": context,
            "endpoint": asker.address,
        }
    )
    with ResultFile(path, header) as file:
        pending = plan.pending_items(file.done)
        bar: Any = tqdm(
            total=len(plan.items),
            initial=len(plan.items) - len(pending),
            unit="cell",
            disable=not progress,
        )
        with bar:
            _Run(asker, pending, concurrency).collect(file, bar, notes)
        return Results(file.header, tuple(file.done.values()))


def plan_for_endpoint(
    endpoint: Endpoint,
    grid: Grid,
    *,
    tokenizer: PreTrainedTokenizerFast | None = None,
    context: int | None = None,
    form: str = "chat",
) -> Plan:
    """Plan a grid for a server; it is asked only for its context, and only if none is given.

    Args:
        endpoint: Where the server is.
        grid: What to probe.
        tokenizer: Of the server's model; Llama 3's by default.
        context: The server's longest context.
        form: "chat", or "plain" for a base model.

    Raises:
        LlamaExploreError: The grid is impossible, or the server is not there or no such server.
    """
    if tokenizer is None:
        from llama_explore.vocab import load_tokenizer

        tokenizer = load_tokenizer()
    context = context or Asker(endpoint).find_context()
    plan = plan_grid(None, grid, tokenizer=tokenizer, context=context, form=form)
    check_for_server(plan.items)
    return plan


class Walks:
    """Items dealt out so that neighbours in the prefix tree are asked by one worker.

    Args:
        items: In the plan's order.
        n_workers: Among how many.
    """

    def __init__(self, items: Sequence[Item], n_workers: int) -> None:
        self._turn = threading.Lock()
        self._left = [list_share(items, k, n_workers)[::-1] for k in range(n_workers)]

    def take(self, worker: int) -> Item | None:
        """Return the next item of a worker, taken over from another if need be."""
        with self._turn:
            own = self._left[worker]
            if not own:
                longest = max(self._left, key=len)
                half = (len(longest) + 1) // 2  # its end, which lies first: walks are reversed
                own += longest[:half]
                del longest[:half]
            return own.pop() if own else None


class _Run:
    """Workers that ask, and one thread that writes down."""

    def __init__(self, asker: Asker, items: Sequence[Item], n_workers: int) -> None:
        self.asker = asker
        self.n_items = len(items)
        self.walks = Walks(items, n_workers) if items else None
        self.found: Queue[dict[str, Any] | BaseException] = Queue()
        # Daemons: an answer that hangs must not keep the process from ending.
        self.workers = [
            threading.Thread(target=self._work, args=(k,), daemon=True)
            for k in range(min(n_workers, self.n_items))
        ]

    def _work(self, worker: int) -> None:
        try:
            while self.walks and (item := self.walks.take(worker)):
                answers, seconds = [], 0.0
                for question in item.questions:
                    began = time.perf_counter()
                    answers.append(self.asker.ask(question))
                    seconds += time.perf_counter() - began
                self.found.put(item.record(answers, seconds=round(seconds, 4)))
        except Stopped:
            return
        except BaseException as error:
            self.found.put(error)

    def collect(self, file: ResultFile, bar: Any, notes: list[str]) -> None:
        """Write down every finished cell, until all are or one cannot be."""
        n_left = self.n_items
        for thread in self.workers:
            thread.start()
        try:
            while n_left:
                bar.set_postfix_str(notes[-1] if notes else "", refresh=False)
                try:
                    got = self.found.get(timeout=0.5)  # Windows hears Ctrl-C only in between
                except Empty:
                    bar.refresh()
                    continue
                if isinstance(got, BaseException):
                    self._end(file, GRACE_SECONDS)
                    raise _with_count(got, len(file.done), file.path.name)
                notes.clear()
                file.append(got)
                bar.update()
                n_left -= 1
        except KeyboardInterrupt:
            self._end(file, 0.0)
            raise
        finally:
            self.asker.pace.stop()

    def _end(self, file: ResultFile, grace_seconds: float) -> None:
        """Keep what is answered already, and what is within a moment."""
        self.asker.pace.stop()
        until = time.monotonic() + grace_seconds
        for thread in self.workers:
            thread.join(max(0.0, until - time.monotonic()))
        while not self.found.empty():
            got = self.found.get_nowait()
            if isinstance(got, dict):
                file.append(got)


def _with_count(error: BaseException, n_done: int, name: str) -> BaseException:
    """Return the error with how much is safe."""
    if not isinstance(error, LlamaExploreError):
        return error
    return LlamaExploreError(
        f"{error.cause} Finished cells in {name!r}: {n_done:,}; none is lost.",
        f"{error.next_step} Then run the same again: it goes on from there.",
    )
