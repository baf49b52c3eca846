"""Needles with keys: "The secret number of Paris is 48213." and a question for the value."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from llama_explore.errors import LlamaExploreError
from llama_explore.pocket.needle_words import CITIES, NAMES
from llama_explore.probes.compose import Ask, Composer
from llama_explore.probes.items import normalise

ATTRIBUTES = {
    "number": ["secret number", "lucky number", "room number", "ticket number", "serial number"],
    "word": ["magic word", "code name", "favourite word", "key word", "nickname"],
    "tokens": ["access code", "passphrase", "password", "call sign", "label"],
}
"""What a value of each kind is called."""


@dataclass(frozen=True)
class Keyed:
    """A needle "The {attribute} of {key} is {value}." and its question."""

    statement: str
    question: str
    value: str

    @property
    def ask(self) -> Ask:
        """The question about it, with what is wanted."""
        return Ask(self.question, (self.value,), self.statement)


def draw_value(rng: Random, kind: str, composer: Composer) -> str:
    """Return a value: five digits, a word, or arbitrary tokens of the whole vocabulary."""
    prompter = composer.prompter
    if kind == "number":
        return str(rng.randrange(10_000, 100_000))
    if kind == "word":
        return rng.choice(prompter.words)
    while True:
        # Any tokens, as long as they can be written down and are read as the same tokens again.
        n_ordinary = min(128_000, len(prompter.tokenizer))
        ids = [rng.randrange(n_ordinary) for _ in range(rng.randint(1, 3))]
        text = str(prompter.tokenizer.decode(ids))
        value = text.strip()
        printable = value.isprintable() and "\ufffd" not in value and len(normalise(value)) > 1
        if text.startswith(" ") and printable and prompter.encode(f" {value}") == ids:
            return value


def draw_keyed(rng: Random, kind: str, n_needles: int, composer: Composer) -> list[Keyed]:
    """Return needles with one attribute and different keys, all of the same size.

    Example: "The secret number of Paris is 48213." with "What is the secret number of Paris?"
    """
    attribute = rng.choice(ATTRIBUTES[kind])
    # Keys of one token each, so that all questions are equally long.
    names, cities = (
        [name for name in pool if composer.prompter.count([name]) == [1]]
        for pool in (NAMES, CITIES)
    )
    keys = [*names, *cities]
    if n_needles > len(keys):
        keys = [f"{name} from {city}" for name in names for city in cities]
    if n_needles > len(keys):
        raise LlamaExploreError(
            f"There are {len(keys):,} different keys, but {n_needles:,} needles in one context.",
            "Ask for fewer depths.",
        )
    needles, seen = [], set[str]()
    for key in rng.sample(keys, n_needles):
        while (value := draw_value(rng, kind, composer)) in seen:
            pass
        seen.add(value)
        statement = f"The {attribute} of {key} is {value}."
        needles.append(Keyed(statement, f"What is the {attribute} of {key}?", value))
    return needles
