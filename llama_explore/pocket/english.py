"""Everyday English from a small grammar: the texts the pocket model learns to write from.

A *scene* is an ordered list of beats, and each beat has several ways to be said.
While a text is written, one cast of characters and one set of drawn words are
kept, so the same people stay in the same place and pronouns agree:

    {s} <open> the [old|heavy] door and {did forest}.

- ``{s} {o} {p} {r}``: he/him/his/himself of the main character. The first mention
  gives the name ("my sister"), later ones the pronoun; ``{n}`` is always the name.
  ``{s2}`` is the second character, ``{both}`` the two together, ``{we} {us} {our}``
  their pronouns.
- ``{fruit}``: a word of the table; ``{fruit.s}`` its plural; ``{fruit:1}`` one kept
  for the whole text.
- ``<open>``: the verb in the present, agreeing with the main character.
- ``{do X} {did X} {doing X} {does X}``: something people do in situation X.
- ``[a|b|]``: one of these; an empty one leaves it out.

The word tables are in `story_words`, the scenes in `story_scenes`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from llama_explore.pocket import story_scenes, story_words

if TYPE_CHECKING:
    import random

_PRONOUNS = {
    "I": ("I", "me", "my", "myself"),
    "you": ("you", "you", "your", "yourself"),
    "he": ("he", "him", "his", "himself"),
    "she": ("she", "her", "her", "herself"),
    "we": ("we", "us", "our", "ourselves"),
    "they": ("they", "them", "their", "themselves"),
}
_FORMS = {"s": 0, "S": 0, "n": 0, "o": 1, "p": 2, "r": 3}
_IRREGULAR = {base: (past, ing) for base, past, ing in story_words.IRREGULAR_VERBS}


@dataclass
class _Person:
    """One character: a name for the first mention, one for later, and a pronoun."""

    first: str
    again: str
    pronoun: str
    known: bool = False


@dataclass
class _Text:
    """What one text remembers while it is written."""

    rng: random.Random
    people: list[_Person]
    bound: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    form: str = "does"


_Part = Callable[[_Text], str]


def _plural(noun: str) -> str:
    """Return the plural: ``_plural("box") == "boxes"``, ``_plural("story") == "stories"``."""
    head, _, last = noun.rpartition(" ")
    if last in story_words.IRREGULAR_PLURALS:
        last = story_words.IRREGULAR_PLURALS[last]
    elif last.endswith(("s", "x", "ch", "sh")):
        last += "es"
    elif last.endswith("y") and last[-2] not in "aeiou":
        last = last[:-1] + "ies"
    else:
        last += "s"
    return f"{head} {last}".strip()


@cache
def _inflect(verb: str, form: str) -> str:
    """Return a form of a verb: ``_inflect("stop", "doing") == "stopping"``."""
    if form == "do":
        return verb
    if form == "does":
        special = {"be": "is", "have": "has"}
        if verb in special:
            return special[verb]
        if re.search(r"(s|x|ch|sh|o)$", verb):
            return verb + "es"
        return re.sub(r"(?<![aeiou])y$", "ie", verb) + "s"
    if verb in _IRREGULAR:
        past, ing = _IRREGULAR[verb]
        if form == "did" or ing:
            return past if form == "did" else ing
    stem = verb + verb[-1] if verb in story_words.DOUBLING else verb
    if form == "doing":
        return (stem[:-1] if re.search(r"[^eoy]e$", stem) else stem) + "ing"
    return stem + "d" if stem.endswith("e") else re.sub(r"(?<![aeiou])y$", "i", stem) + "ed"


def _mention(text: _Text, index: int, form: int, name_again: float = 0.0) -> str:
    """Name the character at the first mention and with a chance later, else use the pronoun."""
    person = text.people[index]
    speaker = person.pronoun in ("I", "we", "you")
    if not speaker and form < 3 and (not person.known or text.rng.random() < name_again):
        name = person.again if person.known else person.first
        name = name.replace("{p}", "" if "{p}" not in name else _mention(text, 0, 2))
        person.known = True
        if form != 2:
            return name
        return name + ("'" if name.endswith("s") and person.pronoun == "they" else "'s")
    person.known = True
    return _PRONOUNS[person.pronoun][form]


def _both(text: _Text) -> str:
    """Name the two together; a main character who is already several stays alone."""
    main = text.people[0]
    if main.pronoun == "I":
        return f"{_mention(text, 1, 0, 1.0)} and I"
    if main.pronoun in ("we", "they"):
        return _mention(text, 0, 0)
    return f"{_mention(text, 0, 0, 0.5)} and {_mention(text, 1, 0, 1.0)}"


def _group(form: int) -> _Part:
    def part(text: _Text) -> str:
        if form == 0 and not text.people[1].known and text.people[0].pronoun in ("I", "he", "she"):
            return _both(text)
        ours = text.people[0].pronoun in ("I", "we")
        return _PRONOUNS["we" if ours else "they"][form]

    return part


def _draw(text: _Text, table: str, key: str) -> str:
    """Draw from a table: the value kept under `key`, else one not used yet if possible."""
    if key and key in text.bound:
        return text.bound[key]
    items = _tables()[table]
    value = ""
    for _ in range(8):
        value = text.rng.choice(items)(text)
        if value not in text.used:
            break
    text.used.add(value)
    if key:
        text.bound[key] = value
    return value


def _activity(form: str, table: str, who: str) -> _Part:
    """Return something people do; `who` does it if it is not the main character."""
    if table not in story_words.PHRASES:
        raise ValueError(f"there is no table {table}")

    def part(text: _Text) -> str:
        outer, main = text.form, text.people[0]
        if who == "2":
            text.people[0] = _Person("", "", text.people[1].pronoun, known=True)
        elif who:
            ours = who == "we" and main.pronoun in ("I", "we", "you")
            text.people[0] = _Person("", "", "we" if ours else "they", known=True)
        text.form = form
        value = _draw(text, table, "")
        text.form, text.people[0] = outer, main
        return value

    return part


def _slot(body: str) -> _Part:
    """Compile what stands between braces."""
    if match := re.fullmatch(r"(do|did|doing|does) (\w+)(?: (we|they|2))?", body):
        return _activity(match[1], f"do_{match[2]}", match[3] or "")
    if match := re.fullmatch(r"([sSopnr])(2?)", body):
        index, form_number = (1 if match[2] else 0), _FORMS[match[1]]
        chance = {"n": 1.0, "S": 0.2}.get(match[1], 0.0)
        return lambda text: _mention(text, index, form_number, chance)
    if body == "both":
        return _both
    if body in ("we", "us", "our"):
        return _group(("we", "us", "our").index(body))
    if body in ("was", "is", "has", "do", "dont", "wasnt", "isnt"):
        return lambda text: story_words.AGREEMENT[body][text.people[0].pronoun]
    match = re.fullmatch(r"(\w+)(:\w+)?(\.s)?", body)
    if match is None or match[1] not in story_words.NOUNS | story_words.PHRASES:
        raise ValueError(f"unknown slot {{{body}}}")
    table, key, plural = match[1], (match[1] + match[2]) if match[2] else "", bool(match[3])
    if plural:
        return lambda text: _plural(_draw(text, table, key))
    return lambda text: _draw(text, table, key)


def _verb(verb: str) -> _Part:
    def part(text: _Text) -> str:
        third = text.people[0].pronoun in ("he", "she")
        form = "do" if text.form == "does" and not third else text.form
        if verb == "be" and form == "do" and text.form == "does":
            return story_words.AGREEMENT["is"][text.people[0].pronoun]
        return _inflect(verb, form)

    return part


def _choice(options: list[_Part]) -> _Part:
    return lambda text: text.rng.choice(options)(text)


def _compile(template: str) -> _Part:
    """Turn a template into a function that writes it."""
    parts: list[_Part | str] = []
    # Innermost alternatives hold no brackets, so one level of nesting is what the pattern allows.
    pattern = r"\{([^}]+)\}|<([^>]+)>|\[((?:[^\[\]]|\[[^\]]*\])*)\]"
    end = 0
    for match in re.finditer(pattern, template):
        parts.append(template[end : match.start()])
        end = match.end()
        if match[1] is not None:
            parts.append(_slot(match[1]))
        elif match[2] is not None:
            parts.append(_verb(match[2]))
        else:
            parts.append(_choice([_compile(o) for o in re.split(r"\|(?![^\[]*\])", match[3])]))
    parts.append(template[end:])
    kept = [p for p in parts if p]
    if len(kept) == 1 and isinstance(kept[0], str):
        fixed = kept[0]
        return lambda text: fixed
    return lambda text: "".join([p if isinstance(p, str) else p(text) for p in kept])


@cache
def _tables() -> dict[str, list[_Part]]:
    tables = {name: items.split(", ") for name, items in story_words.NOUNS.items()}
    tables |= {name: items.split("; ") for name, items in story_words.PHRASES.items()}
    return {name: [_compile(i.strip()) for i in items] for name, items in tables.items()}


# Who does something, if it is not the main character: ``their`` or ``our`` depends on it.
_SUBJECTS = {
    "we": r"\{we\}|\{both\}|[Ll]et us|[Ss]hall we|[Ww]e could|[Ww]e can|[Ww]e will",
    "they": r"[Ee]verybody else|[Ee]verybody|[Cc]hildren|[Pp]eople|the others|\b[Tt]hey",
    "2": r"\{s2\}|\{n2\}|\bcame in",
}


def _open(option: str) -> str:
    """Read one way to say a beat.

    A name may return where a sentence starts (a capital S marks the place), and what
    others do is theirs: ``{we} {did home}`` becomes ``{we} {did home we}``.
    """
    option = " ".join(option.split())
    for who, subject in _SUBJECTS.items():
        option = re.sub(
            rf"((?:{subject}) (?:will |and )?)((?:(?: and )?\{{(?:do|did) \w+\}})+)",
            lambda m, who=who: m[1] + re.sub(r"\}", f" {who}}}", m[2]),  # type: ignore[misc]
            option,
        )
    return re.sub(r"(^|[.!?] )\{s(2?)\}", r"\1{S\2}", option)


@dataclass(frozen=True)
class _Beat:
    """Alternatives of one step; `count` of them are said, with probability `chance`."""

    options: tuple[_Part, ...]
    count: int
    chance: float


@dataclass(frozen=True)
class _Scene:
    cast: str
    beats: tuple[_Beat, ...]
    goes_on: bool


@cache
def _scenes(source: str) -> list[_Scene]:
    """Read scenes: ``# title @cast``, ``- beat``, ``| other way``, ``? optional beat``."""
    scenes: list[_Scene] = []
    for block in re.split(r"^# ", source, flags=re.M)[1:]:
        title, _, body = block.partition("\n")
        cast = (re.findall(r"@(\w+)", title) or ["any"])[0]
        topics = re.findall(r"\+(\w+)", title) or [""]
        for topic in topics:
            beats: list[_Beat] = []
            for step in re.split(r"^(?=[-?])", body.replace("TOPIC", topic), flags=re.M):
                if not step.strip():
                    continue
                match = re.match(r"([-?])(\d?) ", step)
                assert match, step
                options = re.split(r"\n\| ", step[match.end() :].strip())
                compiled = tuple(_compile(_open(o)) for o in options)
                beats.append(_Beat(compiled, int(match[2] or 1), 1.0 if match[1] == "-" else 0.5))
            scenes.append(_Scene(cast, tuple(beats), title.endswith("...")))
    return scenes


def _cast(rng: random.Random, kind: str) -> list[_Person]:
    """Choose the two characters; of two single ones, one is a he and the other a she."""
    if kind in ("I", "we", "you"):
        main = _Person(kind, kind, kind)
    else:
        draw = rng.random()
        if kind == "any" and draw < 0.1:
            main = _Person("we", "we", "we")
        elif kind in ("any", "solo") and draw < 0.36:
            main = _Person("I", "I", "I")
        else:
            single = kind in ("one", "child", "solo")
            pronoun = rng.choice(("he", "she") if single else ("he", "she", "he", "she", "they"))
            group = {"kid": "kid", "child": "kid", "adult": "adult"}.get(kind)
            group = group or rng.choice(("kid", "adult"))
            name = rng.choice(story_words.PEOPLE[f"{pronoun} {group}"])
            first, _, again = name.partition(" > ")
            main = _Person(first, again or first, pronoun, known=rng.random() < 0.12)
    other = {"he": "she", "she": "he"}.get(main.pronoun) or rng.choice(("he", "she"))
    group = "kid" if kind in ("kid", "child") else "any"
    first, _, again = rng.choice(story_words.COMPANIONS[f"{other} {group}"]).partition(" > ")
    return [main, _Person(first, again or first, other)]


_AN = re.compile(r"\b([Aa]) (?=(?:[aeio]|u(?!ni|se)|hour|honest)(?!ne\b|nce\b))(?!one-)")
_START = re.compile(r'(^"?|[.!?] "?)([a-z])')


def _finish(raw: str) -> str:
    """Put in what every sentence needs: a or an, and capital letters."""
    raw = _AN.sub(r"\1n ", re.sub(r"  +", " ", raw.strip()))
    return _START.sub(lambda m: m[1] + m[2].upper(), raw)


def _speak(rng: random.Random, told: str) -> str:
    """Write a third of the texts with contractions: "it's", "don't", "let's"."""
    if rng.random() < 0.67:
        return told
    for long, short in story_words.CONTRACTIONS:
        told = re.sub(rf"\b{long}(?= \w)", short, told)
    return told


def _sentences(passage: str) -> list[str]:
    return re.findall(r'[^.!?]+[.!?]+"?', passage)


def _say(text: _Text, option: _Part, said: set[str]) -> str:
    """Say one option; if a sentence of it was said before, try again, then leave it out."""
    for _ in range(4):
        passage = _finish(option(text))
        new = [s.strip().lower() for s in _sentences(passage)]
        if len(set(new)) == len(new) and said.isdisjoint(new):
            said.update(new)
            return passage
    return ""


def _tell(rng: random.Random, scene: _Scene) -> list[str]:
    people = _cast(rng, scene.cast)
    beats = scene.beats
    # Some texts begin in the middle, as an excerpt does, so that openings vary.
    if len(beats) >= 6 and rng.random() < 0.1:
        beats = beats[1:]
        people[0].known = True
    if scene.goes_on and rng.random() < 0.3:
        beats += rng.choice(_scenes(story_scenes.NEXT)).beats
    text, said, told = _Text(rng, people), set[str](), list[str]()
    for beat in beats:
        if beat.chance == 1 or rng.random() < beat.chance:
            for option in rng.sample(beat.options, min(beat.count, len(beat.options))):
                told.append(_say(text, option, said))
    return [t for t in told if t]


def story(rng: random.Random) -> str:
    """Return one coherent everyday text of 30 to 200 words.

    Example: ``story(random.Random(1))`` is the same text at every call; one text in
    seven or so has paragraphs, with a blank line between them.

    Args:
        rng: Source of all choices.
    """
    while True:
        told = _tell(rng, rng.choice(_scenes(story_scenes.SCENES)))
        if not 30 <= sum(t.count(" ") + 1 for t in told) <= 200:
            continue
        if len(told) >= 6 and rng.random() < 0.2:
            cut = rng.randrange(2, len(told) - 1)
            told[cut] = "\n\n" + told[cut]
        return _speak(rng, " ".join(told).replace(" \n\n", "\n\n"))


def sentence(rng: random.Random) -> str:
    """Return one stand-alone everyday sentence, without digits.

    Example: ``sentence(random.Random(1))`` ends in a full stop, a question mark or an
    exclamation mark and has no blank line.

    Args:
        rng: Source of all choices.
    """
    scene = rng.choice(_scenes(story_scenes.SENTENCES))
    return _speak(rng, " ".join(_tell(rng, scene)))


@cache
def words() -> tuple[str, ...]:
    """Return the distinct lower-case nouns of the tables, in alphabetical order.

    Example: ``"kitchen" in words()``.
    """
    nouns = {n for items in story_words.NOUNS.values() for n in items.split(", ")}
    return tuple(sorted(n for n in nouns if n.isalpha() and n.islower()))
