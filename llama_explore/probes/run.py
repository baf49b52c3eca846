"""Run a planned grid with a model in this process, cell by cell into a result file."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.cost import TAIL_TOKENS
from llama_explore.probes.grid import Grid
from llama_explore.probes.items import Item, Question
from llama_explore.probes.plan import Plan, plan_grid
from llama_explore.probes.prefix_tree import count_flops, count_shared
from llama_explore.probes.provenance import describe_model
from llama_explore.probes.results import Results
from llama_explore.probes.results_file import ResultFile

if TYPE_CHECKING:
    from llama_explore.probes.reader import Reader
    from llama_explore.session import Session

MOST_TAIL = 192
"""Tokens behind a shared context that may be read as a branch beside others."""

MOST_BRANCHES = 64

ANSWER_ROOM = 64
"""Tokens that a branch may add to its tail; it bounds a group, not an answer."""

N_LOSS_BINS = 32


@dataclass
class Work:
    """What a run has taken so far.

    Attributes:
        n_tokens: Tokens that went through the layers: prompts and answers.
        n_flops: Arithmetic of the layers.
        seconds: Time in the model.
    """

    n_tokens: int = 0
    n_flops: float = 0.0
    seconds: float = 0.0


def run_grid(
    session: Session,
    grid: Grid | Plan,
    *,
    path: str | Path | None = None,
    progress: bool = True,
) -> Results:
    """Run a grid and return its results.

    Interrupted in any way, the same call goes on where it stopped, if it has a `path`.

    Example: ``run_grid(session, Grid(lengths=(512, 2048), depths=5), path="mine.jsonl")``
    asks 10 questions and writes 11 lines.

    Args:
        session: The open model.
        grid: What to probe, or a plan that `plan_grid` made for this session.
        path: Where to keep the results; None keeps them in memory only.
        progress: Show a bar.

    Raises:
        LlamaExploreError: The grid is impossible or does not fit, or the file cannot be used.
    """
    plan = grid if isinstance(grid, Plan) else plan_grid(session, grid)
    header = plan.header(describe_model(session))
    if path is None:
        records = list(_run(session, plan.items, plan.grid.way, progress, Work(), n_done=0))
        return Results(header, tuple(records))
    with ResultFile(path, header) as file:
        pending = plan.pending_items(file.done)
        n_done = len(plan.items) - len(pending)
        for record in _run(session, pending, plan.grid.way, progress, Work(), n_done=n_done):
            file.append(record)
        return Results(file.header, tuple(file.done.values()))


def answer_items(
    session: Session, items: Sequence[Item], *, way: str = "exact", work: Work | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the record of each item as soon as it is answered.

    Args:
        session: The open model.
        items: From a plan, in its order.
        way: "usual" for one full generate a question; else shared beginnings are read once.
        work: Counts tokens, arithmetic and seconds, if given.
    """
    return _run(session, items, way, False, work or Work(), n_done=0)


def _run(
    session: Session, items: Sequence[Item], way: str, progress: bool, work: Work, *, n_done: int
) -> Iterator[dict[str, Any]]:
    from tqdm.auto import tqdm

    answered = _run_usual if way == "usual" else _run_shared
    with tqdm(total=n_done + len(items), initial=n_done, unit="cell", disable=not progress) as bar:
        for record in answered(session, items, work):
            yield record
            bar.update()


def _run_shared(session: Session, items: Sequence[Item], work: Work) -> Iterator[dict[str, Any]]:
    """Walk through the prefix tree of all prompts, each group of branches in one pass."""
    from llama_explore.probes.reader import Reader, can_branch

    if not items:
        return
    drafter = Drafter(session)
    asked = sorted(
        (
            (question.ids, i, k)
            for i, item in enumerate(items)
            for k, question in enumerate(item.questions)
            if item.kind == "answer"
        ),
        key=lambda entry: entry[0],
    )
    answers: dict[int, dict[int, str]] = {}
    seconds = dict.fromkeys(range(len(items)), 0.0)
    n_most = MOST_BRANCHES if can_branch(session.model) else 1
    groups = list(list_groups([ids for ids, _, _ in asked], n_most=n_most))
    capacity = max((len(item.questions[0].ids) for item in items if item.kind == "loss"), default=0)
    for group in groups:
        # The context, and behind it each tail with what may turn out to be its answer and is not.
        parts = [(len(ids), items[i].questions[k].n_answer_tokens) for ids, i, k in
                 asked[group.start : group.stop]]  # fmt: skip
        shared = count_shared(asked[group.start][0], asked[group.stop - 1][0])
        needed = shared + sum(n - shared + 1 + 2 * n_answer for n, n_answer in parts)
        capacity = max(capacity, needed)
    reader = Reader(session.model, capacity)
    for group in groups:
        entries = asked[group.start : group.stop]
        questions = [items[i].questions[k] for _, i, k in entries]
        began, before = time.perf_counter(), (reader.n_tokens, reader.n_flops)
        found = reader.answer(
            [ids for ids, _, _ in entries],
            [drafter.draft(question) for question in questions],
            [question.n_answer_tokens for question in questions],
        )
        took = time.perf_counter() - began
        work.seconds += took
        work.n_tokens += reader.n_tokens - before[0]
        work.n_flops += reader.n_flops - before[1]
        for (_, i, k), question, ids in zip(entries, questions, found, strict=True):
            answer = str(session.tokenizer.decode(ids, skip_special_tokens=True))
            drafter.learn(question, answer)
            answers.setdefault(i, {})[k] = answer
            seconds[i] += took / len(entries)
            if len(answers[i]) == len(items[i].questions):
                told = [answers[i][n] for n in range(len(items[i].questions))]
                yield items[i].record(told, seconds=round(seconds[i], 4))
    for item in items:
        if item.kind == "loss":
            yield _measure_losses(reader, item, work)


def _run_usual(session: Session, items: Sequence[Item], work: Work) -> Iterator[dict[str, Any]]:
    """Generate an answer for each prompt from its first token on, as most scripts do."""
    import torch

    model: Any = session.model
    for item in items:
        began = time.perf_counter()
        if item.kind == "loss":
            from llama_explore.probes.reader import Reader

            yield _measure_losses(Reader(model, len(item.questions[0].ids)), item, work)
            continue
        told = list[str]()
        for question in item.questions:
            n = len(question.ids)
            prompt = torch.tensor([question.ids.tolist()], device=model.device)
            with torch.inference_mode():
                out = model.generate(
                    prompt,
                    attention_mask=torch.ones_like(prompt),
                    max_new_tokens=question.n_answer_tokens,
                    do_sample=False,
                    temperature=None,
                    top_p=None,
                )
            new = out[0, n:].tolist()
            told.append(str(session.tokenizer.decode(new, skip_special_tokens=True)))
            work.n_tokens += n + len(new) - 1
            work.n_flops += count_flops(model.config, 0, n + len(new) - 1)
        took = time.perf_counter() - began
        work.seconds += took
        yield item.record(told, seconds=round(took, 4))


def _measure_losses(reader: Reader, item: Item, work: Work) -> dict[str, Any]:
    """Return the record of a cell of loss by position: means over equal spans of positions."""
    began = time.perf_counter()
    losses = reader.losses(item.questions[0].ids)
    took = time.perf_counter() - began
    work.seconds += took
    n_bins = min(N_LOSS_BINS, len(losses))
    edges = [1 + round(i * len(losses) / n_bins) for i in range(n_bins + 1)]
    means = [float(losses[start - 1 : end - 1].mean()) for start, end in pairwise(edges)]
    return item.record_losses(edges, means, seconds=round(took, 4))


def list_groups(prompts: Sequence[array[int]], *, n_most: int = MOST_BRANCHES) -> Iterator[range]:
    """Yield runs of sorted prompts that differ only in short tails.

    Example: eleven questions about one context are a group; contexts with the needle at
    different depths are a group each.

    Args:
        prompts: Token ids, sorted.
        n_most: Prompts in a group at most.
    """
    start = 0
    while start < len(prompts):
        end, shared, longest = start + 1, len(prompts[start]), len(prompts[start])
        while end < len(prompts) and end - start < n_most:
            shared = min(shared, count_shared(prompts[end - 1], prompts[end]))
            longest = max(longest, len(prompts[end]))
            size = (end + 1 - start) * (longest - shared + ANSWER_ROOM)
            if longest - shared > MOST_TAIL or size > TAIL_TOKENS:
                break
            end += 1
        yield range(start, end)
        start = end


class Drafter:
    """Guesses how an answer will be worded; a wrong guess costs a few tokens, no answer.

    The frame is that of the last answer which held its value: "It is {}." to begin with.

    Args:
        session: The open model.
    """

    def __init__(self, session: Session) -> None:
        self.tokenizer: Any = session.tokenizer
        self.frame = "It is {}."

    def draft(self, question: Question) -> list[int]:
        """Return the tokens of the answer that is expected."""
        if len(question.wanted) != 1:
            return []
        value = question.wanted[0]
        text = value if question.scoring == "begins" else self.frame.replace("{}", value)
        spaced = text if question.messages else " " + text
        ids: list[int] = self.tokenizer(spaced, add_special_tokens=False)["input_ids"]
        return [*ids, self.tokenizer.eos_token_id] if question.messages else ids

    def learn(self, question: Question, answer: str) -> None:
        """Keep the wording of an answer that held its value."""
        value = question.wanted[0] if len(question.wanted) == 1 else ""
        if question.scoring == "contains" and value and answer.count(value) == 1:
            self.frame = answer.strip().replace(value, "{}")


def needs_local_model(item: Item) -> bool:
    """Return whether an item cannot be asked of a server."""
    return item.kind == "loss"


def check_for_server(items: Sequence[Item]) -> None:
    """Refuse items that need a model in this process.

    Raises:
        LlamaExploreError: One of them is of that kind.
    """
    for item in items:
        if needs_local_model(item):
            raise LlamaExploreError(
                f"The task {item.cell.task!r} needs the model in this process, not a server.",
                "Leave it out of the grid, or run the grid with run_grid.",
            )
