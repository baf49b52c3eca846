"""Text to hide needles in: generated, from a file of the user's, or one passage repeated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

from llama_explore.errors import LlamaExploreError

Count = Callable[[Sequence[str]], list[int]]
"""Gives the number of tokens of each of some sentences, each with the space before it."""

PAD_WORD = "and"
"""One token; up to a few of them end a haystack from a file whose words do not fit exactly."""


@dataclass(frozen=True)
class Generated:
    """Everyday sentences made from a seed; a needle stands exactly where it was asked to."""

    def stream(self, count: Count, seed: str) -> Stream:
        """Return the sentences of one seed, counted by a tokenizer."""
        from llama_explore.pocket import english

        def sentences(rng: Random) -> Iterator[str]:
            while True:
                yield english.sentence(rng)

        spare = list(islice(sentences(Random(f"{seed} spare")), 2000))
        return Stream(sentences(Random(seed)), count, spare)

    def describe(self) -> dict[str, Any]:
        """Return what a result file keeps."""
        return {"kind": "generated"}


@dataclass(frozen=True)
class FromFile:
    """The text of a file, from the top; begun again when it is too short.

    Needles stand at the end of the nearest sentence, and where that was is reported.

    Attributes:
        path: A UTF-8 text file. Line breaks become spaces.
    """

    path: str | Path

    def stream(self, count: Count, seed: str) -> Stream:
        """Return the file's sentences, counted by a tokenizer; the seed changes nothing."""
        return Stream(cycle(split_sentences(self.read())), count)

    def read(self) -> str:
        """Return the text with single spaces.

        Raises:
            LlamaExploreError: There is no such file, or it is empty or no text.
        """
        path = Path(self.path).expanduser()
        try:
            content = path.read_bytes()
        except OSError as error:
            raise LlamaExploreError(
                f"The haystack file {path.name!r} cannot be read ({error.strerror}).",
                "Check the path, or leave the haystack out for generated text.",
            ) from error
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise _no_text(path, f"byte {error.start:,} is not UTF-8") from error
        if re.search(r"[\x00-\x08\x0e-\x1f]", text):
            raise _no_text(path, "it holds control characters")
        text = " ".join(text.split())
        if not text:
            raise LlamaExploreError(
                f"The haystack file {path.name!r} is empty.",
                "Give a file with at least one sentence.",
            )
        return text

    def describe(self) -> dict[str, Any]:
        """Return what a result file keeps: the text's hash, not where it lies."""
        digest = sha256(self.read().encode()).hexdigest()
        return {"kind": "file", "name": Path(self.path).name, "sha256": digest}


@dataclass(frozen=True)
class Repeated:
    """One passage, again and again; needles stand at the end of the nearest sentence.

    Attributes:
        text: One or more whole sentences. The default is RULER's noise (arXiv 2404.06654).
    """

    text: str = "The grass is green. The sky is blue. The sun is yellow. Here we go."

    def stream(self, count: Count, seed: str) -> Stream:
        """Return the passage's sentences, counted by a tokenizer; the seed changes nothing."""
        if not self.text.strip():
            raise LlamaExploreError("The passage to repeat is empty.", "Give it one sentence.")
        return Stream(cycle(split_sentences(" ".join(self.text.split()))), count)

    def describe(self) -> dict[str, Any]:
        """Return what a result file keeps."""
        return {"kind": "repeated", "text": self.text}


Haystack = Generated | FromFile | Repeated


def _no_text(path: Path, why: str) -> LlamaExploreError:
    return LlamaExploreError(
        f"The haystack file {path.name!r} is no plain text: {why}.",
        "Save it as UTF-8 text; a PDF or a word processor's file has to be exported first.",
    )


def split_sentences(text: str, most_words: int = 60) -> list[str]:
    """Return a text's sentences; one without an end for `most_words` words is cut there.

    Example: ``split_sentences("One. Two three! Four")`` is ``["One.", "Two three!", "Four"]``.
    """
    sentences = []
    for sentence in re.split(r"(?<=[.!?])\s+|(?<=[.!?][\"')\]])\s+", text):
        words = sentence.split()
        sentences += [" ".join(words[i : i + most_words]) for i in range(0, len(words), most_words)]
    return sentences


class Stream:
    """Sentences one after another, from which pieces of a given number of tokens are cut.

    Pieces that begin at the same place share their beginning, whatever their size: that is what
    lets a cache be used for many lengths and depths.

    Args:
        source: The sentences; it never ends.
        count: Counts tokens.
        spare: Sentences of many sizes, to exchange the last one of a piece for; without them
            a piece ends at a sentence or, if it must be exact, is cut between words.
    """

    def __init__(self, source: Iterator[str], count: Count, spare: Sequence[str] = ()) -> None:
        self._source, self._count = source, count
        self._sentences: list[str] = []
        self._sizes: list[int] = []
        self._spare: dict[int, list[str]] = {}
        for sentence, size in zip(spare, count(spare) if spare else [], strict=True):
            self._spare.setdefault(size, []).append(sentence)

    def cut(self, start: int, n_tokens: int, *, exact: bool) -> tuple[list[str], int, int]:
        """Return about `n_tokens` tokens of sentences from sentence number `start` on.

        Args:
            start: Number of the first sentence.
            n_tokens: How many tokens are wanted.
            exact: Whether it must be that many, to the token.

        Returns:
            The sentences, how many tokens they have, and the number of the next sentence.
        """
        end, size = start, 0
        while size < n_tokens:
            size += self._size(end)
            end += 1
        ended = size == n_tokens and (self._spare or not exact)
        if not n_tokens or ended or (size == n_tokens and self._sentences[end - 1].endswith(".")):
            return self._sentences[start:end], size, end
        whole = size - self._size(end - 1)  # the last one goes too far
        if not self._spare:
            if exact:
                kept = self._sentences[start : end - 1]
                return [*kept, self._cut_words(end - 1, n_tokens - whole)], n_tokens, end
            if n_tokens - whole <= size - n_tokens:
                return self._sentences[start : end - 1], whole, end - 1
            return self._sentences[start:end], size, end
        last = end - 1
        while last >= start:
            if exchanged := self._exchange(n_tokens - whole):
                return [*self._sentences[start:last], *exchanged], n_tokens, end
            last -= 1
            whole -= self._size(last) if last >= start else 0
        if exact:  # fewer tokens than the shortest sentence has
            return [" ".join([PAD_WORD] * n_tokens)], n_tokens, end
        nearest = min([0, min(self._spare)], key=lambda n: abs(n - n_tokens))
        return (self._spare[nearest][:1] if nearest else []), nearest, start

    def _size(self, i: int) -> int:
        if i >= len(self._sizes):
            more = list(islice(self._source, 256))
            self._sentences += more
            self._sizes += self._count(more)
        return self._sizes[i]

    def _exchange(self, n_tokens: int) -> list[str]:
        """Return one or two spare sentences of exactly `n_tokens` tokens together, or none."""
        half = n_tokens // 2
        for first in (n_tokens, *sorted(self._spare, key=lambda size: abs(size - half))):
            second = n_tokens - first
            if first in self._spare and (not second or second in self._spare):
                sizes = [size for size in (first, second) if size]
                found = [self._spare[s][(n_tokens + i) % len(self._spare[s])] for i, s in
                         enumerate(sizes)]  # fmt: skip
                return found
        return []

    def _cut_words(self, i: int, n_tokens: int) -> str:
        """Return the first words of a sentence, made `n_tokens` long with a few small words.

        It ends in a full stop, as a sentence does: what follows is joined with it in one token.
        """
        words = self._sentences[i].split()

        def close(n_words: int, n_pads: int = 0) -> str:
            kept = " ".join(words[:n_words]).rstrip(".,;:!?\"')]")
            return " ".join([*([kept] if kept else []), *[PAD_WORD] * n_pads]) + "."

        sizes = self._count([close(n) for n in range(len(words) + 1)])
        n_words = max((n for n, size in enumerate(sizes) if size <= n_tokens), default=0)
        return close(n_words, n_tokens - sizes[n_words])
