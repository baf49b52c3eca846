"""Put statements into a haystack so that the prompt has the wanted length, to the token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.haystacks import Haystack, Stream
from llama_explore.probes.items import Question, normalise
from llama_explore.probes.prompts import Prompt, Prompter

MOST_TRIES = 12


@dataclass(frozen=True)
class Ask:
    """A question to be put at the end of a context.

    Attributes:
        text: The question.
        wanted: What a right answer holds.
        statement: The statement that answers it, whose depth is reported; "" for none.
        scoring: A key of `SCORINGS`.
    """

    text: str
    wanted: tuple[str, ...]
    statement: str = ""
    scoring: str = "contains"


@dataclass
class Composer:
    """Makes questions out of what a task wants to hide and to ask.

    Args:
        prompter: Writes the prompts.
        haystack: The text around the needles.
        seed: Everything drawn follows from it.
    """

    prompter: Prompter
    haystack: Haystack
    seed: int
    _streams: dict[int, Stream] = field(default_factory=dict)
    _overheads: dict[tuple[str, ...], int] = field(default_factory=dict)

    def rng(self, *names: object) -> Random:
        """Return a source of randomness for a task and a repeat."""
        return Random(" ".join(map(str, (self.seed, *names))))

    def stream(self, repeat: int) -> Stream:
        """Return the haystack of a repeat; every task and length reads the same one."""
        if repeat not in self._streams:
            seed = f"{self.seed} haystack {repeat}"
            self._streams[repeat] = self.haystack.stream(self.prompter.count, seed)
        return self._streams[repeat]

    def hide(
        self,
        statements: Sequence[tuple[str, float]],
        asks: Sequence[Ask],
        *,
        length: int,
        repeat: int,
        n_answer_tokens: int,
    ) -> list[Question]:
        """Return one question for each of `asks` about one haystack that holds all statements.

        Args:
            statements: Each with its depth, 0 to 100.
            asks: The first one's prompt gets the exact length.
            length: Tokens of prompt and room for the answer together.
            repeat: Which haystack.
            n_answer_tokens: Room for the answer.

        Raises:
            LlamaExploreError: The statements do not fit, or one stands in the haystack already.
        """
        placed = sorted(statements, key=lambda pair: pair[1])

        def write(n_filler: int) -> str:
            return self._interleave(placed, n_filler, repeat)

        context, first = self.fit(
            write, asks[0].text, length - n_answer_tokens, key=tuple(s for s, _ in placed)
        )
        self._check_absent(placed, context)
        questions = []
        for i, ask in enumerate(asks):
            prompt = first if i == 0 else self.prompter.ask(context, ask.text)
            depth = prompt.find_depth(context, ask.statement) if ask.statement else None
            questions.append(make_question(prompt, ask, depth, n_answer_tokens))
        return questions

    def fit(
        self, write: Callable[[int], str], question: str, n_tokens: int, *, key: tuple[str, ...]
    ) -> tuple[str, Prompt]:
        """Return the context that makes a prompt exactly `n_tokens` long, and the prompt.

        Args:
            write: Gives a context from a number of tokens to fill.
            question: What is asked; "" for a text without a frame.
            n_tokens: What the prompt must have.
            key: Prompts of one key have about the same overhead, so that most fit at once.
        """
        overhead = self._overheads.get(key, 0)
        for _ in range(MOST_TRIES):
            room = n_tokens - overhead
            if room < 0:
                raise LlamaExploreError(
                    f"The needles and the question take {overhead:,} tokens, more than the "
                    f"{n_tokens:,} that the prompt may have.",
                    "Probe a greater length, or hide shorter or fewer needles.",
                )
            context = write(room).strip()
            prompt = self.prompter.ask(context, question) if question else (
                self.prompter.plain(context))  # fmt: skip
            if len(prompt.ids) == n_tokens:
                self._overheads[key] = overhead
                return context, prompt
            overhead += len(prompt.ids) - n_tokens
        raise LlamaExploreError(
            f"No prompt of exactly {n_tokens:,} tokens came out; the last had {len(prompt.ids):,}.",
            "Take another seed or a haystack of plain sentences.",
        )

    def _interleave(self, placed: Sequence[tuple[str, float]], n_filler: int, repeat: int) -> str:
        """Return `n_filler` tokens of haystack with the statements at their depths."""
        stream, parts = self.stream(repeat), list[str]()
        used = at = 0
        for statement, depth in placed:
            wanted = round(n_filler * depth / 100)
            if wanted > used:
                more, size, after = stream.cut(at, wanted - used, exact=wanted == n_filler)
                if used + size > n_filler:  # near the end a whole sentence may be too much
                    more, size, after = stream.cut(at, wanted - used, exact=True)
                parts += more
                used, at = used + size, after
            parts.append(statement)
        if n_filler > used:
            parts += stream.cut(at, n_filler - used, exact=True)[0]
        return " ".join(parts)

    def _check_absent(self, placed: Sequence[tuple[str, float]], context: str) -> None:
        text = normalise(context)
        for statement, _ in placed:
            if text.count(normalise(statement)) > 1:
                raise LlamaExploreError(
                    f"The needle {statement!r} stands in the haystack already.",
                    "Change the needle or the haystack, so that its depth means something.",
                )


def make_question(
    prompt: Prompt, ask: Ask, depth_percent: float | None, n_answer_tokens: int
) -> Question:
    """Return a question from its parts."""
    return Question(
        text=ask.text,
        wanted=ask.wanted,
        scoring=ask.scoring,
        depth_percent=None if depth_percent is None else round(depth_percent, 3),
        messages=prompt.messages,
        prompt=prompt.text,
        ids=prompt.ids,
        n_answer_tokens=n_answer_tokens,
    )
