"""Needles: short statements that each hide one value, with a question about it.

Example: the statement "Clara hid the old map under the piano." hides *piano*; the question is
"Where did Clara hide the old map?" and the answer "It is piano.".

Six families, from strict to free, so that the model learns the principle (find the statement
that shares the question's words; answer with the part the question leaves out), not a template:

* `keyed`: an attribute of a key ("The secret number of Paris is 48213."), several side by side;
* `everyday`: what people tell each other ("We sold 31 tickets on Monday.");
* `written`: statements written one by one, with several questions each (see `said`);
* `told`: statements put together from parts (see `statements`);
* `cloze`: any everyday sentence with one of its words taken out;
* `scrambled`: the content words are drawn from the whole vocabulary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from llama_explore.pocket import english, said, statements, story_words
from llama_explore.pocket.needle_words import (
    ADJECTIVES,
    ASK_KEYED,
    ASK_PREFIXES,
    ASK_SCRAMBLED,
    ATTRIBUTES,
    CITIES,
    EVERYDAY,
    KEYED,
    NAMES,
    PEOPLE,
    PLACES,
    PREPOSITIONS,
    RELATIVES,
    SCRAMBLED,
    VERB_PAIRS,
    WHEN,
)

ANSWER = "It is"
"""How every answer opens; the value and a full stop follow."""


@dataclass(frozen=True)
class Needle:
    """A statement with a gap for its value, and the question that asks for the value.

    The statement reads ``before + " " + value + after``; `before` may be empty.
    """

    before: str
    after: str
    question: str

    def state(self, value: str) -> str:
        """Return the statement with its value: ``state("48213")``."""
        return f"{self.before} {value}{self.after}".lstrip()


def capitalize(text: str) -> str:
    """Return the text with its first letter in upper case, the rest unchanged."""
    return text[:1].upper() + text[1:]


def _needle(statement: str, question: str) -> Needle:
    before, after = statement.split("{v}")
    return Needle(capitalize(before.strip()), after, capitalize(question))


def _optional(text: str, keep: float, rng: Random) -> str:
    return re.sub(r"\[(.*?)\]", lambda m: m[1] if rng.random() < keep else "", text)


def keyed(rng: Random, n_needles: int) -> list[Needle]:
    """Return needles that differ in their key, their attribute or both, never in neither."""
    nouns = english.words()
    pairs: dict[tuple[str, str], None] = {}
    attributes = rng.sample(ATTRIBUTES, rng.choice([1, 1, 2, 4, 8]))
    while len(pairs) < n_needles:
        kind = rng.random()
        key = (
            rng.choice(NAMES)
            if kind < 0.35
            else rng.choice(CITIES)
            if kind < 0.6
            else f"the {rng.choice(ADJECTIVES)} {rng.choice(nouns)}"
            if kind < 0.85
            else f"{rng.choice(NAMES)} from {rng.choice(CITIES)}"
        )
        pairs[rng.choice(attributes), key] = None
    return [
        _needle(
            rng.choice(KEYED).replace("{a}", a).replace("{k}", k),
            rng.choice(ASK_KEYED).replace("{a}", a).replace("{k}", k),
        )
        for a, k in pairs
    ]


def everyday(rng: Random) -> Needle:
    """Return one needle as people would say it."""
    nouns = english.words()
    slots: dict[str, str] = {}
    kind = rng.random()
    possessive, subject = (
        ("my", "I")
        if kind < 0.15
        else ("our", "we")
        if kind < 0.25
        else (f"{(name := rng.choice(NAMES))}'s", name)
        if kind < 0.55
        else (f"my {(person := rng.choice(RELATIVES))}'s", f"my {person}")
        if kind < 0.75
        else (f"the {(person := rng.choice(PEOPLE))}'s", f"the {person}")
        if kind < 0.9
        else ("her", "she")
        if kind < 0.95
        else ("his", "he")
    )
    statement, question = rng.choice(EVERYDAY).split(" | ")
    for verb, past in (
        ("hide", "hid"),
        ("count", "counted"),
        ("open", "opens"),
        ("choose", "chose"),
    ):
        slots[verb], slots[past] = rng.choice(VERB_PAIRS[verb])
    third_person = r"\{S\} (is|lives|likes|works|plays|always|comes|keeps)|does \{S\}|boss of"
    if subject in ("I", "we") and re.search(third_person, statement + question):
        possessive, subject = f"{(name := rng.choice(NAMES))}'s", name
    n, n2 = rng.sample(nouns, 2)
    slots |= {
        "S": subject,
        "poss": possessive,
        "n": n,
        "n2": n2,
        "adj": rng.choice(ADJECTIVES),
        "name": rng.choice(NAMES),
    }
    slots |= {
        "ns": rng.choice(nouns) + "s",
        "city": rng.choice(CITIES),
        "place": rng.choice(PLACES),
        "when": rng.choice(WHEN),
    }
    slots |= {"prep": rng.choice(PREPOSITIONS), "unit": rng.choice(["kilos", "pounds", "grams"])}
    slots |= {
        "When": capitalize(slots["when"]),
        "coins": rng.choice(["euros", "dollars", "coins", "pounds"]),
        "v": "{v}",
    }
    asked = _optional(question, 0.5, rng).format_map(slots)
    if rng.random() < 0.15:
        asked = asked.rstrip("?").lower() if rng.random() < 0.5 else asked.rstrip("?.")
    return _needle(
        _optional(statement, 0.6, rng).format_map(slots), rng.choice(ASK_PREFIXES) + asked
    )


QUESTION_WORDS = """What Where Who When Which How_many How_much How_long How_old What_colour Why
At_what_time In_which What_kind_of How_often What_number""".split()
AUXILIARIES = "did did did does does is was was are were has will can do".split()
BASE_FORMS = {past: base for pairs in VERB_PAIRS.values() for base, past in pairs}
BASE_FORMS |= {past: base for base, past, _ in story_words.IRREGULAR_VERBS}
SMALL_WORDS = set(
    "a an the of in on at to and or but so for with by it is was were are that then as from".split()
)


def cloze(rng: Random, vocabulary: list[str]) -> Needle:
    """Return a needle made from any everyday sentence: one of its words becomes the value.

    The question keeps most of the other words, in their order, behind a question word; in half of
    the needles some words of both are replaced by words from `vocabulary`.
    """
    words: list[str] = []
    while not 4 <= len(words) <= 26:
        words = english.sentence(rng).split()
    if rng.random() < 0.3:
        words = [
            *words[:-1],
            words[-1].strip(".!?") + ",",
            rng.choice(["and", "but", "so"]),
            *english.sentence(rng).split(),
        ]
    if rng.random() < 0.6:
        share = rng.choice([0.15, 0.4, 0.8])
        swapped = [
            w.isalpha() and w.lower() not in SMALL_WORDS and rng.random() < share for w in words
        ]
        words = [
            rng.choice(vocabulary) if new else w for w, new in zip(words, swapped, strict=True)
        ]
    content = [
        i
        for i, w in enumerate(words)
        if w.strip(".,!?").isalpha() and w.strip(".,!?").lower() not in SMALL_WORDS
    ]
    at = rng.choice(content or [len(words) - 1])
    end = words[at][len(words[at].rstrip(".,!?")) :]
    before, after = " ".join(words[:at]), end + "".join(" " + w for w in words[at + 1 :])
    keep = rng.choice([1.0, 0.9, 0.75])
    nearby = range(max(0, at - 12), min(len(words), at + 13))
    kept = [
        words[i].strip('.,!?"')
        for i in nearby
        if i != at and rng.random() < (keep if i in content else 0.8)
    ]
    kept = [BASE_FORMS.get(w, w) if rng.random() < 0.7 else w for w in kept]
    if kept and rng.random() < 0.75 and kept[0] not in NAMES:
        kept[0] = kept[0].lower() if kept[0] != "I" else "I"
    opening = rng.choice(QUESTION_WORDS).replace("_", " ")
    if rng.random() < 0.8:
        opening += " " + rng.choice(AUXILIARIES)
    return Needle(before, after, f"{opening} {' '.join(kept)}?")


def told(rng: Random, vocabulary: list[str]) -> Needle:
    """Return a needle from `statements.tell`, asked with or without an opening."""
    statement, question = statements.tell(rng, vocabulary)
    prefix = rng.choice(ASK_PREFIXES)
    question = question.rstrip("?") if rng.random() < 0.1 else capitalize(question)
    return _needle(statement, prefix + question)


def written(rng: Random, vocabulary: list[str], half: int = 0) -> list[tuple[Needle, str]]:
    """Return the needles of one statement from one half of `said.say`, each with its value."""
    told = said.say(rng, vocabulary, half)
    bare = rng.random() < 0.1
    return [
        (_needle(statement, question.rstrip("?.") if bare else question), value)
        for statement, question, value in told
    ]


def scrambled(rng: Random, vocabulary: list[str]) -> Needle:
    """Return a needle whose content words are drawn from `vocabulary`.

    Args:
        rng: Source of randomness.
        vocabulary: Words to draw from; the recipe gives every single-token word of the tokenizer.
    """
    a, b, c, d = (rng.choice(vocabulary) for _ in range(4))

    def fill(text: str) -> str:
        return text.replace("{a}", a).replace("{b}", b).replace("{c}", c).replace("{d}", d)

    return _needle(fill(rng.choice(SCRAMBLED)), fill(rng.choice(ASK_SCRAMBLED)))
