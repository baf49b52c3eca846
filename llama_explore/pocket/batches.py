"""From documents to the batches of a training step, and which tokens get trained rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset

from llama_explore.pocket import needles, phrasebook, said
from llama_explore.pocket.documents import N_ORDINARY, Document, Writer, pack
from llama_explore.pocket.phases import Batch, Phase
from llama_explore.pocket.shape import BEGIN_OF_TEXT, END_OF_TEXT


def write_row(writer: Writer, kind: str, length: int) -> Document:
    """Return one training row of exactly `length` tokens.

    Args:
        writer: Where the documents come from.
        kind: "copy", "story", "needles" and "written" (plain text), "chat_needles" and
            "chat_written", "chat" or "sums". Most needles of "written" rows are statements that
            were written one by one.
        length: Tokens of the row.
    """
    rng = writer.rng

    def part() -> int:  # documents of many lengths, half of them filling the row
        return length - 1 if rng.random() < 0.6 else rng.randint(length // 4, length - 1)

    if kind == "copy":
        return pack(lambda: writer.repeated(part()), length)
    if kind == "story":
        return pack(writer.story, length)
    if kind == "needles":
        return pack(lambda: writer.plain_needles(part()), length)
    if kind == "written":
        return pack(lambda: writer.plain_needles(part(), mostly_written=True), length)
    if kind == "chat_needles":
        return pack(lambda: writer.chat_needles(part()), length)
    if kind == "chat_written":
        return pack(lambda: writer.chat_needles(part(), mostly_written=True), length)
    if kind == "chat":  # one conversation a row, so that no other one is in view
        return one_conversation(writer.chat(), length)
    if kind == "sums":
        return one_conversation(writer.sums(), length)
    raise ValueError(f"unknown kind of row {kind!r}")


def one_conversation(document: Document, length: int) -> Document:
    """Return one conversation, cut or padded to `length` tokens; padding is not learned."""
    row = Document([BEGIN_OF_TEXT], [False])
    row.add(document.ids, False)
    row.learn[1:] = document.learn
    row.add([END_OF_TEXT] * (length - len(row)), False)
    return Document(row.ids[:length], row.learn[:length])


class Steps(IterableDataset[list[dict[str, Tensor]]]):
    """The batches of each step of a phase, written by several worker processes.

    A batch holds `ids` (rows, length); the flat `positions` whose next token counts in the loss,
    with the `targets` there and a `weight` for each; and a sample of the vocabulary, `candidates`,
    with `labels` into it.

    Args:
        phase: Which rows a step has, and how many steps there are.
        seed: Every worker's seed follows from it.
        trained: Ids with trained rows; they are candidates in every batch.
        writer: Where the documents come from.
    """

    def __init__(self, phase: Phase, seed: int, trained: NDArray[np.int64], writer: Writer) -> None:
        self.phase, self.seed, self.trained, self.writer = phase, seed, trained, writer

    def __iter__(self) -> Iterator[list[dict[str, Tensor]]]:
        """Yield every step this worker has to write."""
        info = torch.utils.data.get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        self.writer.rng.seed(self.seed * 1000 + worker)
        random = np.random.default_rng(self.seed * 1000 + worker)
        for _ in range(worker, self.phase.steps, workers):
            yield [self._batch(random, batch) for batch in self.phase.batches]

    def _batch(self, random: np.random.Generator, batch: Batch) -> dict[str, Tensor]:
        ids: list[list[int]] = []
        positions, weights = [], []
        for part in batch.parts:
            rows = [write_row(self.writer, part.kind, batch.length) for _ in range(part.rows)]
            learn = np.array([r.learn for r in rows], dtype=bool)
            learn[:, 0] = False  # nothing stands before a row's first token to predict it from
            counted = np.flatnonzero(learn) - 1 + len(ids) * batch.length
            share = part.weight / max(1, len(counted))
            positions.append(counted)
            weights.append(np.full(len(counted), share, dtype=np.float32))
            ids += [r.ids for r in rows]
        all_ids, flat = np.array(ids, dtype=np.int64), np.concatenate(positions)
        targets = all_ids.reshape(-1)[flat + 1]
        sample = np.concatenate([self.trained, targets, random.integers(0, N_ORDINARY, 6000)])
        candidates = np.unique(sample)
        arrays = {
            "ids": all_ids,
            "positions": flat,
            "targets": targets,
            "weight": np.concatenate(weights),
            "candidates": candidates,
            "labels": np.searchsorted(candidates, targets),
        }
        return {name: torch.from_numpy(array) for name, array in arrays.items()}


MANY_STATEMENTS = 15
"""In so many written statements a token must stand to have a row of its own."""


def trained_ids(
    writer: Writer, n_samples: int, at_least: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ids of the tokens that the plain texts use, and those that all texts use.

    Tokens seen fewer than `at_least` times in `n_samples` documents, and in fewer than
    `MANY_STATEMENTS` of the written statements, keep their fixed row.

    Returns:
        Two ascending arrays of ids; the second holds the first.
    """
    always = [text for entry in phrasebook.WORDS + phrasebook.PHRASES for text in astuple(entry)]
    counts = Counter(i for text in always for i in writer.encode(text) + writer.encode(" " + text))
    counts = Counter(dict.fromkeys(counts, at_least))
    for _ in range(n_samples):
        counts.update(writer.story().ids)
        for needle in (
            needles.everyday(writer.rng),
            needles.keyed(writer.rng, 1)[0],
            needles.told(writer.rng, ["the"]),
        ):
            counts.update(writer.encode(" " + needle.before) + writer.encode(needle.after))
            turn = f"\n\nQuestion: {needle.question}\nAnswer: {needles.ANSWER}."
            counts.update(writer.encode(turn))
    written = Counter[int]()
    for line in said.lines():
        texts = [" " + line.statement, *(question for _, question in line.asked)]
        written.update({i for text in texts for i in writer.encode_once(text)})
    plain = {i for i, n in counts.items() if n >= at_least}
    plain |= {i for i, n in written.items() if n >= MANY_STATEMENTS}
    for _ in range(n_samples):
        counts.update(writer.chat().ids)
        # Numbers are copied whatever their rows; a row for each would take a megabyte.
        sums = writer.sums().ids
        counts.update(i for i in sums if not str(writer.tokenizer.decode([i])).strip().isdecimal())
    every = plain | {i for i, n in counts.items() if n >= at_least}
    return np.array(sorted(plain)), np.array(sorted(every))
