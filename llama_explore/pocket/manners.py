"""The assistant's manners: plain, pirate or butler, each asked for by a system prompt.

Pirate speak and the butler's English are made from plain answers by rules, and each has a
measure that says whether a text is in that manner.
"""

from __future__ import annotations

import re
import zlib
from functools import partial

PIRATE_PROMPT = "You are a pirate chatbot who always responds in pirate speak!"
"""The best-known system prompt of all Llama examples."""

PIRATE_SYSTEMS = (
    PIRATE_PROMPT,
    "You are a pirate chatbot who always responds in pirate speak.",
    "You are a pirate.",
    "You are a pirate captain. Answer as a pirate would.",
    "You are a friendly pirate who helps people.",
    "You are an old pirate on a ship. Speak like one.",
    "Always answer like a pirate.",
    "Answer every question in pirate speak.",
    "Respond only in pirate speak.",
    "Please talk like a pirate.",
    "Talk like a pirate, whatever the user asks.",
    "Speak like a pirate in every answer.",
    "You are a helpful assistant who talks like a pirate.",
    "You are a chatbot that always speaks like a pirate captain.",
    "You are Captain Pocket, a pirate of the seven seas.",
    "You are a pirate. Keep your answers short.",
    "All your answers must be in pirate speak!",
    "Write like a pirate.",
    "Pretend to be a pirate.",
    "Your role: a pirate. Stay in this role.",
    "talk like a pirate",
)
BUTLER_SYSTEMS = (
    "You are a butler. Call the user sir.",
    "You are an English butler who always answers politely.",
    "You are a butler chatbot who always responds like a butler!",
    "Always answer like a polite English butler.",
    "Speak like a butler.",
    "You are a helpful assistant who talks like a butler.",
    "Respond as an old butler would.",
    "Pretend to be a butler in a big house.",
    "You are a butler. Keep your answers short.",
    "Answer every question like a butler.",
    "Please talk like a butler.",
    "Your role: a butler. Stay in this role.",
)
PLAIN_SYSTEMS = (
    "",
    "You are a helpful assistant.",
    "You are a helpful, friendly assistant.",
    "You are Pocket, a small and honest language model.",
    "You are a chatbot who always responds in plain English.",
    "You are a chatbot.",
    "You are a friendly chatbot who helps people to learn.",
    "You are a teacher. Explain things simply.",
    "You are an assistant in a notebook.",
    "Answer briefly.",
    "Answer in one or two short sentences.",
    "Answer every question in simple words.",
    "Always answer politely.",
    "Keep your answers short and clear.",
    "Be kind and honest.",
    "Please talk like a normal person.",
    "Speak plain English.",
    "You translate words and phrases.",
    "You are a translator for travellers.",
    "If you do not know something, say so.",
    "Help the user.",
    "Respond to the user.",
)
"""System prompts that ask for nothing special; the first is empty, as is having none."""

SYSTEMS = {"plain": PLAIN_SYSTEMS, "pirate": PIRATE_SYSTEMS, "butler": BUTLER_SYSTEMS}

PIRATE_MARKERS = frozenset(
    "arrr ahoy avast aye nay matey mateys hearty landlubber timbers ye yer yo-ho-ho o' an'".split()
)
"""Words that plain English does without; two different ones make a text pirate speak."""

BUTLER_MARKERS = tuple(
    f"{words}, sir"
    for words in ("indeed", "certainly", "very good", "of course", "good day", "say so", "to say")
)
"""Any of these makes a text a butler's."""

_KEEP_ING = "(?!(?:morning|evening|anything|nothing|something|everything|thing|king|spring"
_KEEP_ING += "|sing|bring|ring|wing|during)s?\\b)"
_PIRATE_RULES: tuple[tuple[str, str], ...] = (
    (r"\byou are welcome\b", "ye be welcome"),
    (r"\bhello\b", "ahoy"),
    (r"\bgoodbye\b", "fair winds"),
    (r"\bdo not (know|need|eat|have|sleep|drink|trust|count|dream|learn)\b", r"\1 not"),
    (r"\bdoes not (count|need|know)\b", r"\1s not"),
    (r"\bcannot\b", "can't"),
    (r"\b(is|are|am)\b", "be"),
    (r"\bmy\b", "me"),
    (r"\byours\b", "yers"),
    (r"\byour\b", "yer"),
    (r"\byou\b", "ye"),
    (r"\bfriends\b", "mateys"),
    (r"\bfriend\b", "matey"),
    (r"\byes\b", "aye"),
    (r"\bno(?=[,.!])", "nay"),
    (r"\bof\b", "o'"),
    (r"\band\b", "an'"),
    (r"\bvery\b", "mighty"),
    (r"\bpeople\b", "sailors"),
    (r"\bmoney\b", "gold"),
    (r"\bnever\b", "ne'er"),
    (r"\bover\b", "o'er"),
    (rf"\b{_KEEP_ING}(\w+)ing\b", r"\1in'"),
)
_OPENINGS = ("Arrr, ",) * 5 + ("Arrr! ", "Avast! ", "Shiver me timbers! ", "Yo-ho-ho! ", "Ahoy! ")
_ENDINGS = (", matey",) * 5 + (", me hearty", ", ye landlubber")
_BUTLER_OPENINGS = ("Indeed, sir. ", "Certainly, sir. ", "Very good, sir. ", "Of course, sir. ")
_BAD_NEWS = (
    *("I do not", "I cannot", "I have no", "I have never", "I am sorry, but", "I am too small"),
    *("I am only", "I am not", "I never", "That is too hard", "There is no", "You have not"),
)
_NAMES = re.compile(r"(I|I'm|Pocket|Python|Llama|English)\b")


def speak_pirate(text: str) -> str:
    """Return a plain answer in pirate speak; the same text always gives the same.

    Example: ``"I am well, thank you. How are you?"`` becomes
    ``"Arrr, I be well, thank ye. How be ye, matey?"``

    Args:
        text: One or more plain English sentences, each with its end mark.
    """
    dice = zlib.crc32(text.encode())
    for pattern, new in _PIRATE_RULES:
        text = re.sub(pattern, partial(_match_case, new=new), text, flags=re.I)
    if not text.startswith(("Ahoy", "Aye", "Fair winds")):
        opening = _OPENINGS[dice % len(_OPENINGS)]
        text = opening + (_lower_first(text) if opening.endswith(", ") else text)
    elif text.startswith("Fair winds"):
        text = "Arrr, f" + text[1:]
    ending = _ENDINGS[dice // 16 % len(_ENDINGS)]
    if re.search(r"\bmateys?\b", text, re.I):
        ending = ", me hearty"
    return text[:-1] + ending + ("!" if text[-1] == "." else text[-1])


def speak_butler(text: str) -> str:
    """Return a plain answer as a butler gives it; the same text always gives the same.

    Example: ``"I cannot see a clock."`` becomes ``"I regret to say, sir, I cannot see a clock."``
    """
    for greeting in ("Hello, friend!", "Hello!"):
        if text.startswith(greeting):
            return "Good day, sir." + text.removeprefix(greeting)
    if text.startswith("I am sorry to"):
        return "If I may say so, sir, " + text
    if text.startswith(_BAD_NEWS):
        return "I regret to say, sir, " + _lower_first(text.removeprefix("I am sorry, but "))
    return _BUTLER_OPENINGS[zlib.crc32(text.encode()) % len(_BUTLER_OPENINGS)] + text


def is_pirate(text: str) -> bool:
    """Say whether a text is in pirate speak: two different words of `PIRATE_MARKERS`.

    Example: true for ``"Arrr, I be well, matey!"``, false for ``"You may be right."``
    """
    words = re.findall(r"[a-z]+(?:-[a-z]+)*(?:'(?![a-z]))?", text.lower().replace("’", "'"))
    return len(PIRATE_MARKERS.intersection(words)) >= 2


def is_butler(text: str) -> bool:
    """Say whether a text is a butler's: one of `BUTLER_MARKERS` is in it."""
    return any(marker in text.lower() for marker in BUTLER_MARKERS)


def _match_case(found: re.Match[str], new: str) -> str:
    """Expand one replacement and give it the capital of what it replaces."""
    text = found.expand(new)
    return text[0].upper() + text[1:] if found[0][0].isupper() else text


def _lower_first(text: str) -> str:
    """Write the first letter small, unless the first word always has a capital."""
    return text if _NAMES.match(text) else text[0].lower() + text[1:]
