"""Questions the pocket assistant cannot answer, and how it says so.

They are made of some two hundred things, and of places, people and numbers, so that a question
is nearly always a new one: what the model learns is the manner, not the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from llama_explore.pocket.phrasebook import split_wordings
from llama_explore.pocket.topics import THING_QUESTIONS

if TYPE_CHECKING:
    import random

THINGS = (
    "lamp clock pencil bag box shoe hat coat shirt button bottle cup spoon knife fork plate pan "
    "pot candle carpet mirror picture pillow blanket towel basket bucket broom hammer nail saw "
    "rope ladder wheel car bus train plane bicycle boat tunnel road tower castle church museum "
    "hospital hotel shop market bank farm field hill lake desert beach cave volcano cloud storm "
    "rainbow shadow stone rock crystal diamond coin stamp letter newspaper magazine phone camera "
    "radio television robot rocket satellite planet comet engine battery magnet machine printer "
    "keyboard lion tiger bear wolf fox rabbit mouse elephant giraffe monkey zebra camel goat "
    "sheep pig duck goose chicken owl eagle penguin whale shark dolphin frog snake turtle spider "
    "bee butterfly ant apple pear banana lemon cherry grape tomato potato onion carrot mushroom "
    "nut cake biscuit sandwich pizza sausage noodle pancake king queen prince dragon ghost wizard "
    "giant knight doctor farmer baker painter pilot soldier judge lawyer writer singer dancer "
    "guitar violin drum trumpet flute ball kite doll puzzle toy statue bridge window door table "
    "chair bed key wall roof pipe brick needle thread glove sock ring crown sword helmet flag "
    "tent"
).split()
_VERBS = (
    "find draw paint clean repair open carry sell choose build move hide wash use share keep lose "
    "describe follow love catch hold break cut count feed help eat remember watch"
).split()
_QUALITIES = (
    "big small old new red green heavy fast slow cheap expensive dangerous beautiful loud quiet "
    "soft hard clean dirty strange famous happy dark warm cold round useful sweet"
).split()
_ABOUT_THINGS = split_wordings("""
Who invented the {one}? | What is a {one}? | What is a {one} for? | How does a {one} work?
Where can I buy a {one}? | Have you ever seen a {one}? | Do you have a {one}?
How do I draw a {one}? | How much is a {one}? | How heavy is a {one}? | I lost my {one}.
My {one} is broken. What should I do? | Can I put a {one} on a {other}?
What is the difference between a {one} and a {other}? | Which is bigger, a {one} or a {other}?
Where does the word {one} come from? | Should I buy a {one} or a {other}?
What is the best {one} in the world? | Are you afraid of {many}? | Why do people like {many}?
How many {many} are there in the world? | Where do {many} come from?
How do I {verb} a {one}? | Can you {verb} a {one}? | Should I {verb} the {one}?
Why do people {verb} {many}? | Please {verb} my {one}. | When should I {verb} a {one}?
Who can {verb} a {one}? | Would you {verb} a {one}? | I want to {verb} a {one}.
Let us {verb} a {one}. | How long does it take to {verb} a {one}?
What happens if I {verb} the {one}? | My {other} cannot {verb} {many}.
Is it hard to {verb} a {one}? | Did you {verb} the {one}?
Why is the {one} so {quality}? | Is a {one} {quality}? | Can a {one} be {quality}?
I bought a {quality} {one} today. | Where is the {quality} {one}? | I see a {quality} {one}.
Which {one} is the most {quality}? | Do you prefer {quality} {many}? | Are {many} always {quality}?
There is a {quality} {one} on my {other}. | What makes a {one} {quality}?
How {quality} is a {one}? | Write something about {many}. | Explain {many} to me.
Are {many} dangerous? | What colour are {many}?
""")
_ABOUT_THE_WORLD = split_wordings("""
Why is the sky blue? | What is the capital of {place}? | Who is the president of {place}?
How far is it to {place}? | Have you been to {place}? | How many people live in {place}?
What is the weather like in {place}? | What do people eat in {place}? | Where is {place}?
Is {place} a nice place? | Who was {person}? | When was {person} born? | Did you know {person}?
What did {person} do? | Write a letter to {person}. | What would {person} say?
When did the war end? | Who won the world cup? | What happened in {number}? | Who wrote this?
How much is {number} plus {number}? | Is {number} a prime number? | Divide {number} by three.
What is the square root of {number}? | How long is {number} minutes in hours?
Why do we yawn? | How do planes fly? | What is electricity? | How does the heart work?
Why is grass green? | What is inside the earth? | How old is the world? | What is gravity?
How fast is light? | Who discovered America? | What is the biggest animal? | Is there life on Mars?
What should I wear today? | Which film should I watch? | Can you book a flight to {place}?
Can you call a taxi? | Write an email to my boss. | Fix my code. | Open the door, please.
Summarise this text. | What is in the news? | Will I be rich? | Who will win the election?
What do you think about politics? | How do I fix my bicycle? | How do I tie a knot?
How do I get a passport? | How do I lose weight? | Is chocolate healthy? | What is the law?
How many bones does a person have? | Why do leaves fall? | How do I write a book?
Can you keep a secret? | Guess what I am thinking. | What is behind the door?
What is the tallest building? | When does the train leave? | Where did I put my glasses?
Tell me a secret. | Do you believe in ghosts? | What is your opinion on {place}? | What came first?
""")
_PLACES = (
    "France Germany Italy Spain Portugal India Thailand Brazil Mexico Japan China Egypt Peru Kenya "
    "Norway Greece Canada Australia Paris London Berlin Rome Madrid Lisbon Delhi Bangkok Tokyo"
).split()
_PEOPLE = (
    "Mozart Einstein Napoleon Shakespeare Goethe Gandhi Newton Darwin Picasso Columbus Beethoven "
    "Cleopatra Caesar Galileo Dante Cervantes Tolstoy Anna Peter"
).split()

_ANSWERS = split_wordings("""
I do not know that. I am only a pocket model.
I am only a pocket model, and I do not know that.
That is too hard for me. A bigger model would know.
I am sorry, but I do not know. Ask me about bread or the sea!
I have never learned that. I am very small.
I cannot tell you that. I know only simple things.
I do not know, but it is a good question.
""")
_ANSWERS_ABOUT_THINGS = split_wordings("""
I do not know much about {many}. I am only a pocket model.
I have never learned anything about {many}.
I am too small to know about {many}. Ask me about the sea!
I cannot tell you much about {many}, but I like the word.
""")
ANSWERS = _ANSWERS + _ANSWERS_ABOUT_THINGS


def make_unknown(
    rng: random.Random, *, strange_word: Callable[[], str] | None = None
) -> tuple[str, str]:
    """Return a question beyond the pocket model, and a plain answer that says so.

    Example: ``("Who invented the kite?", "I do not know much about kites. I am only
    a pocket model.")``

    Args:
        rng: Source of the choices.
        strange_word: If given, stands for the thing in every fourth question about one.
    """
    if rng.random() < 0.4:
        question = rng.choice(_ABOUT_THE_WORLD).format(
            place=rng.choice(_PLACES), person=rng.choice(_PEOPLE), number=rng.randint(2, 999)
        )
        return question, rng.choice(_ANSWERS)
    one, other = rng.sample(THINGS, 2)
    many = make_plural(one)
    if strange_word is not None and rng.random() < 0.25:
        one = many = strange_word()
    if rng.random() < 0.4:
        question = rng.choice(THING_QUESTIONS).format(x=many)
    else:
        question = rng.choice(_ABOUT_THINGS).format(
            one=one,
            other=other,
            many=many,
            verb=rng.choice(_VERBS),
            quality=rng.choice(_QUALITIES),
        )
    question = re.sub(r"\ba (?=[aeiou])", "an ", question[0].upper() + question[1:])
    answers = _ANSWERS_ABOUT_THINGS if rng.random() < 0.7 else _ANSWERS
    return question, rng.choice(answers).format(many=many)


def make_plural(noun: str) -> str:
    """Return the plural of one of `THINGS`.

    Example: ``"box"`` becomes ``"boxes"``, ``"cherry"`` ``"cherries"``, ``"wolf"`` ``"wolves"``.
    """
    if noun in _PLURALS:
        return _PLURALS[noun]
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


_PLURALS = {
    "fish": "fish",
    "goose": "geese",
    "knife": "knives",
    "mouse": "mice",
    "sheep": "sheep",
    "wolf": "wolves",
    "potato": "potatoes",
    "tomato": "tomatoes",
    "volcano": "volcanoes",
}
