"""Conversations to teach the pocket model to chat, and to obey its system prompt.

The assistant is honest about itself: it is called Pocket, it is tiny, it knows little. What it
says comes from `topics`, `phrasebook` and `unknown`, how it says it from `manners`: one system
prompt changes every answer, whatever the question.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llama_explore.pocket import phrasebook
from llama_explore.pocket.manners import (
    PIRATE_PROMPT,
    PIRATE_SYSTEMS,
    PLAIN_SYSTEMS,
    SYSTEMS,
    is_butler,
    is_pirate,
    speak_butler,
    speak_pirate,
)
from llama_explore.pocket.topics import TOPICS, Topic
from llama_explore.pocket.unknown import make_unknown

if TYPE_CHECKING:
    import random

__all__ = [
    "PIRATE_PROMPT",
    "PIRATE_SYSTEMS",
    "PLAIN_SYSTEMS",
    "TOPICS",
    "conversation",
    "is_butler",
    "is_pirate",
    "speak_butler",
    "speak_pirate",
]

Message = dict[str, str]

# Of a hundred conversations 50 are plain, 36 pirate, 14 butler. Asking who it is comes first in
# many, since it is what everybody types first.
_MANNERS, _MANNER_WEIGHTS = ("plain", "pirate", "butler"), (50, 36, 14)
_TURNS, _TURN_WEIGHTS = (1, 2, 3, 4), (50, 28, 14, 8)
_IDENTITY = TOPICS[0]

_SYSTEM_SUFFIXES = (" Keep your answers short.", " Be friendly.", " Help the user.", " Be honest.")
_PREFIXES = (
    "Hey, | Pocket, | Please: | Tell me: | Excuse me, | I wonder: | Quick question: | Hello! | Hi! "
    "| So, | And, | OK. | One more thing: | Now tell me, | Good morning! | Well, "
).split("|")
_SUFFIXES = (" Please.", " I want to know.", " Thank you.", " Tell me.", " What do you say?")
_CONTRACTIONS = (
    ("What is", "What's"),
    ("Where is", "Where's"),
    ("Who is", "Who's"),
    ("do not", "don't"),
    ("cannot", "can't"),
    ("I am", "I'm"),
    ("Let us", "Let's"),
    ("I would", "I'd"),
)

_NAMES = (
    "Anna Ben Clara David Emma Felix Greta Hugo Ida Jonas Karla Leo Maria Nils Olga Paul Rosa Sam "
    "Tara Tom Vera Will Ada Carlos Diego Elena Fatima Giulia Hassan Irma Jack Kim Lucia Marco Nina "
    "Omar Priya Ravi Sofia Anong Somchai Lena Max Mia Noah"
).split()
_MY_NAME_IS = phrasebook.split_wordings("""
My name is {name}. | I am {name}. | Hello, I am {name}. | Hi, my name is {name}! | I'm {name}.
You can call me {name}. | Hello! My name is {name}. What is yours? | People call me {name}.
""")
_WHAT_IS_MY_NAME = phrasebook.split_wordings("""
What is my name? | Do you remember my name? | Who am I? | What am I called? | Say my name.
Do you still know my name? | What did I say my name was? | Can you tell me my name?
""")


def conversation(
    rng: random.Random, *, strange_word: Callable[[], str] | None = None
) -> list[Message]:
    """Return one conversation of one to four turns in one manner.

    Example: a system message ``"You are a pirate."``, a user message ``"Who are you?"``
    and an assistant message ``"Arrr, I be Pocket, ..."``.

    Args:
        rng: Source of the choices; the same state gives the same conversation.
        strange_word: Gives a word the model need not know, such as random tokens of the
            vocabulary; some questions are then about it.

    Returns:
        Messages with ``role`` and ``content``; the system message may be missing.
    """
    (manner,) = rng.choices(_MANNERS, _MANNER_WEIGHTS)
    (n_turns,) = rng.choices(_TURNS, _TURN_WEIGHTS)
    messages: list[Message] = []
    system = _choose_system(rng, manner)
    if system:
        messages.append({"role": "system", "content": system})
    name = ""
    for turn in range(n_turns):
        kind = rng.random()
        if turn == 0 and kind < 0.08:
            question, answer = _ask_topic(rng, _IDENTITY, manner)
        elif kind < 0.46:
            question, answer = _ask_topic(rng, rng.choice(TOPICS), manner)
        elif kind < 0.68:
            question, answer = _ask_phrasebook(rng, manner)
        elif kind < 0.94 or n_turns == 1:
            question, plain = make_unknown(rng, strange_word=strange_word)
            question, answer = _vary(rng, question), _put(plain, manner)
        else:
            question, answer, name = _ask_name(rng, name, manner)
        messages.append({"role": "user", "content": question})
        messages.append({"role": "assistant", "content": answer})
    return messages


def _choose_system(rng: random.Random, manner: str) -> str:
    """Choose a system prompt; plain conversations have none in half of all cases."""
    if manner == "plain" and rng.random() < 0.5:
        return ""
    if manner == "pirate" and rng.random() < 0.25:
        return PIRATE_PROMPT
    system = rng.choice(SYSTEMS[manner])
    if system and rng.random() < 0.2:
        system += rng.choice(_SYSTEM_SUFFIXES)
    return system


def _ask_topic(rng: random.Random, topic: Topic, manner: str) -> tuple[str, str]:
    """Ask about a topic; the first answer written for the pirate is the one heard most."""
    question = rng.choice(topic.questions)
    if topic is _IDENTITY and rng.random() < 0.3:
        question = topic.questions[0]
    if manner == "pirate" and topic.pirate_answers:
        first = rng.random() < 0.5
        return _vary(rng, question), rng.choice(topic.pirate_answers[: 1 if first else None])
    return _vary(rng, question), _put(rng.choice(topic.answers), manner)


def _ask_phrasebook(rng: random.Random, manner: str) -> tuple[str, str]:
    """Ask for a translation; it stands bare in a plain answer."""
    is_word = rng.random() < 0.8
    entry = rng.choice(phrasebook.WORDS if is_word else phrasebook.PHRASES)
    question, answer = phrasebook.ask(rng, entry, rng.choice(list(phrasebook.LANGUAGES)))
    if manner == "pirate":
        answer = f"Arrr, that be {answer}, matey!" if is_word else f"Arrr, ye say: {answer}"
    elif manner == "butler":
        answer = f"Certainly, sir. It is {answer}." if is_word else f"Certainly, sir: {answer}"
    return question, answer


def _ask_name(rng: random.Random, name: str, manner: str) -> tuple[str, str, str]:
    """Tell the assistant a name, or ask for the one it was told earlier in the conversation."""
    if name:
        question, plain = rng.choice(_WHAT_IS_MY_NAME), f"Your name is {name}."
    elif rng.random() < 0.2:
        question, plain = rng.choice(_WHAT_IS_MY_NAME), "You have not told me your name yet."
    else:
        name = rng.choice(_NAMES)
        question = rng.choice(_MY_NAME_IS).format(name=name)
        plain = f"Nice to meet you, {name}! I am Pocket."
    return question, _put(plain, manner), name


def _put(plain: str, manner: str) -> str:
    """Put a plain answer into a manner."""
    if manner == "pirate":
        return speak_pirate(plain)
    return speak_butler(plain) if manner == "butler" else plain


def _vary(rng: random.Random, question: str) -> str:
    """Write a question as people type it: contracted, greeted, in lower case, without a mark."""
    dice = rng.random()
    if dice < 0.12:
        for long, short in _CONTRACTIONS:
            question = question.replace(long, short)
    elif dice < 0.24:
        prefix = rng.choice(_PREFIXES).lstrip()
        after_comma = prefix[-2] in ",:" and not question.startswith(("I ", "I'"))
        question = prefix + (question[0].lower() + question[1:] if after_comma else question)
    elif dice < 0.28:
        question += rng.choice(_SUFFIXES)
    elif dice < 0.38:
        question = question.lower()
    elif dice < 0.46:
        question = question.rstrip("?.!")
    elif dice < 0.52:
        question = question.lower().rstrip("?.!")
    elif dice < 0.54:
        question = question.rstrip("?.!") + rng.choice(("??", "!", "?!", "..."))
    return question
