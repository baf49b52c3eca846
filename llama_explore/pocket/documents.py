"""Training documents of the pocket model, as token ids with a loss flag for each.

Every document is made on the spot from a seed. Plain documents (stories, phrasebook lines,
repeated sequences, haystacks with "Question: ... Answer: ...") train the two base stages; only
the `chat` stage sees documents in the chat form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Any

from llama_explore.pocket import calculator, english, needles, persona, phrasebook, said
from llama_explore.pocket.needles import ANSWER, Needle
from llama_explore.pocket.shape import BEGIN_OF_TEXT, END_OF_TEXT

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

N_ORDINARY = 128_000
"""Token ids below this are ordinary text; the special tokens start here."""

WRITTEN_SHARE, MOSTLY_WRITTEN_SHARE = 0.3, 0.75
"""Share of documents whose needles are written statements: as usual, and where most should be."""

FILLER_LOSS = 0.12
"""Share of haystack tokens that count in the loss: the answers are what matters there."""


@dataclass
class Document:
    """Token ids and, of the same length, which of them are to be predicted."""

    ids: list[int] = field(default_factory=list)
    learn: list[bool] = field(default_factory=list)

    def add(self, ids: list[int], learn: bool) -> None:
        """Append tokens, all to be predicted or none."""
        self.ids += ids
        self.learn += [learn] * len(ids)

    def __len__(self) -> int:
        return len(self.ids)


class Writer:
    """Writes documents; holds the tokenizer and pools of ready-made sentences.

    Args:
        tokenizer: The real 128,256-entry tokenizer.
        seed: Everything written follows from it.
        pool_size: Sentences tokenized in advance; a test takes few, the recipe many.
    """

    def __init__(
        self, tokenizer: PreTrainedTokenizerFast, seed: int, pool_size: int = 30_000
    ) -> None:
        self.rng = Random(seed)
        self.tokenizer = tokenizer
        self.half = 0  # of the written statements: the one that needles come from
        encode = tokenizer.backend_tokenizer.encode

        def encode_once(text: str) -> list[int]:
            ids: list[int] = encode(text, add_special_tokens=False).ids
            return ids

        self.encode_once = encode_once
        self.encode = lru_cache(100_000)(encode_once)
        self.vocabulary = single_token_words(tokenizer)
        self.word_ids = [self.encode(" " + word)[0] for word in self.vocabulary]
        self._is_word = set(self.word_ids)
        self.small_word_ids = [self.encode(" " + word)[0] for word in SMALL_WORDS]
        self.sentences = [
            self.encode_once(" " + english.sentence(self.rng)) for _ in range(pool_size)
        ]
        self.sentences += [self.encode_once(" " + self._phrase()) for _ in range(pool_size // 20)]
        self.paragraphs = [
            [self.encode_once(" " + sentence) for sentence in paragraph]
            for paragraph in said.paragraphs()
        ]
        self.stories = [self.encode_once(english.story(self.rng)) for _ in range(pool_size // 5)]

    def _phrase(self) -> str:
        rng = self.rng
        return phrasebook.text_line(rng, rng.choice(phrasebook.WORDS + phrasebook.PHRASES))

    def _strange_word(self) -> str:
        return self.rng.choice(self.vocabulary)

    # ---- values and haystacks -------------------------------------------------------------

    def value(self, kind: str) -> list[int]:
        """Return the ids of a value: a "number", a "word" or any "tokens" of the vocabulary."""
        rng = self.rng
        if kind == "number":
            return self.encode(" " + str(rng.randrange(10 ** rng.randint(1, 7))))
        if kind == "word":
            source = english.words() if rng.random() < 0.5 else self.vocabulary
            return self.encode(
                "".join(" " + rng.choice(source) for _ in range(rng.choice([1, 1, 1, 2])))
            )
        return [rng.randrange(N_ORDINARY) for _ in range(rng.randint(1, 4))]

    def _some_value(self) -> list[int]:
        return self.value(self.rng.choices(["number", "word", "tokens"], [35, 25, 40])[0])

    def _filler(self, mostly_written: bool) -> Callable[[], tuple[list[int], bool]]:
        """Choose one style of haystack and return a function that gives its next sentence.

        Args:
            mostly_written: Whether most needles are written statements. Then most haystacks are
                written as well: it is among its like that a statement is hard to find.
        """
        rng, sentences = self.rng, self.sentences

        def everyday() -> tuple[list[int], bool]:
            return rng.choice(sentences), rng.random() < FILLER_LOSS

        def foreign_words(share: float) -> tuple[list[int], bool]:
            return self._exchange(rng.choice(sentences), share), False

        def noise() -> tuple[list[int], bool]:
            return [rng.randrange(N_ORDINARY) for _ in range(rng.randint(4, 20))] + self.encode(
                "."
            ), False

        def prose() -> tuple[list[int], bool]:
            """Long sentences of small and unknown words: how a stranger's prose looks to it."""
            ids: list[int] = []
            for _ in range(rng.randint(6, 36)):
                pool = self.small_word_ids if rng.random() < 0.5 else self.word_ids
                ids.append(rng.choice(pool))
                if rng.random() < 0.08:
                    ids += self.encode(",")
            return ids + self.encode("."), False

        def unasked() -> tuple[list[int], bool]:
            if rng.random() < 0.75:
                told = said.tell(rng, self.vocabulary, 1 - self.half)
                return self.encode_once(" " + told), False
            needle, value = needles.everyday(rng), self._some_value()
            before = self.encode(" " + needle.before) if needle.before else []
            return before + value + self.encode(needle.after), False

        def whole_story() -> tuple[list[int], bool]:
            return self.encode("\n\n") + rng.choice(self.stories), rng.random() < FILLER_LOSS

        sequel = self._prose()

        def real_prose() -> tuple[list[int], bool]:
            return next(sequel), False

        few = rng.sample(sentences, rng.randint(1, 4))

        def repeated() -> tuple[list[int], bool]:
            return rng.choice(few), False

        def mixture() -> tuple[list[int], bool]:
            others = [unasked, unasked] if mostly_written else [prose, styles[1]]
            style = rng.choice([everyday, unasked, real_prose, *others])
            return style()

        styles: list[Callable[[], tuple[list[int], bool]]] = [
            everyday,
            lambda: foreign_words(0.2),
            lambda: foreign_words(0.7),
            noise,
            prose,
            unasked,
            whole_story,
            repeated,
            mixture,
            real_prose,
        ]
        as_usual, as_written = (
            [20, 8, 10, 3, 8, 14, 7, 3, 12, 15],
            [6, 2, 4, 1, 4, 28, 3, 1, 23, 28],
        )
        return rng.choices(styles, as_written if mostly_written else as_usual)[0]

    def _prose(self) -> Iterator[list[int]]:
        """Written prose, sentence by sentence, with a share of its words exchanged."""
        rng = self.rng
        share = rng.choice([0.0, 0.1, 0.3])
        while True:
            paragraph = rng.choice(self.paragraphs)
            for ids in paragraph[rng.randrange(len(paragraph)) :]:
                yield self._exchange(ids, share)

    def _exchange(self, ids: list[int], share: float) -> list[int]:
        """Return the same tokens with a share of the words exchanged for any others."""
        rng = self.rng
        return [
            rng.choice(self.word_ids) if i in self._is_word and rng.random() < share else i
            for i in ids
        ]

    def _haystack(
        self, items: list[tuple[Needle, list[int]]], length: int, mostly_written: bool = False
    ) -> Document:
        """Return `length` tokens of filler at most, the statements at random depths among it."""
        rng, filler = self.rng, self._filler(mostly_written)
        pieces: list[tuple[list[int], bool]] = []
        told = [
            (*self.encode(" " + n.before if n.before else ""), *v, *self.encode(n.after))
            for n, v in items
        ]
        # Several questions may be about one statement: it stands there once.
        statements = [(list(ids), rng.random() < FILLER_LOSS) for ids in dict.fromkeys(told)]
        room = length - sum(len(ids) for ids, _ in statements)
        while room > 0:
            piece = filler()
            room -= len(piece[0])
            pieces.append(piece)
        if pieces and room < 0:
            pieces.pop()
        for statement in statements:
            pieces.insert(rng.randint(0, len(pieces)), statement)
        document = Document()
        for ids, learn in pieces:
            document.add(ids, learn)
        return document

    def _items(
        self, n_needles: int, mostly_written: bool = False
    ) -> list[tuple[Needle, list[int]]]:
        rng = self.rng
        one_kind = rng.choice(["number", "word", "tokens"])
        mixed = rng.random() < 0.5
        if rng.random() < (MOSTLY_WRITTEN_SHARE if mostly_written else WRITTEN_SHARE):
            self.half = rng.randrange(2)
            return self._written_items(n_needles)
        family = rng.random()
        if family < 0.23:
            chosen = needles.keyed(rng, n_needles)
        elif family < 0.4:
            chosen = [needles.everyday(rng) for _ in range(n_needles)]
        elif family < 0.72:
            chosen = [needles.told(rng, self.vocabulary) for _ in range(n_needles)]
        elif family < 0.87:
            chosen = [needles.cloze(rng, self.vocabulary) for _ in range(n_needles)]
        else:
            chosen = [needles.scrambled(rng, self.vocabulary) for _ in range(n_needles)]
        return [(n, self._some_value() if mixed else self.value(one_kind)) for n in chosen]

    def _written_items(self, n_needles: int) -> list[tuple[Needle, list[int]]]:
        """Written statements; half of them with all their questions, half with a single one."""
        rng, items = self.rng, dict[str, tuple[Needle, list[int]]]()
        while len(items) < n_needles:
            told = needles.written(rng, self.vocabulary, self.half)
            if rng.random() < 0.5:
                needle, fitting = rng.choice(told)
                odd = rng.random() < 0.5
                value = self._some_value() if odd else self.encode(" " + fitting)
                items[needle.question] = needle, value
            else:
                items |= {n.question: (n, self.encode(" " + fitting)) for n, fitting in told}
        return list(items.values())

    # ---- plain documents ------------------------------------------------------------------

    def repeated(self, length: int) -> Document:
        """Random tokens, again and again: what copying (induction) is learned from."""
        rng = self.rng
        period = rng.randint(4, max(5, min(length // 2, 200)))
        source = self.word_ids if rng.random() < 0.3 else range(N_ORDINARY)
        block = [rng.choice(source) for _ in range(period)]
        document = Document()
        document.add(block, False)
        while len(document) < length:
            gap = (
                [rng.choice(source) for _ in range(rng.randint(0, 6))] if rng.random() < 0.3 else []
            )
            document.add(gap, False)
            start = rng.randrange(period) if rng.random() < 0.3 else 0
            document.add(block[start : start + 1], False)
            document.add(block[start + 1 :], True)
        return document

    def story(self) -> Document:
        """One everyday text, or a few phrasebook lines, up to its end-of-text."""
        rng, document = self.rng, Document()
        if rng.random() < 0.72:
            fresh = (
                rng.random() < 0.4
            )  # the pool saves time, fresh ones keep it from being learned by heart
            document.add(
                self.encode_once(english.story(rng)) if fresh else rng.choice(self.stories), True
            )
        elif rng.random() < 0.6:
            document.add(
                self.encode_once("\n".join(self._phrase() for _ in range(rng.randint(1, 5)))), True
            )
        else:
            document.add(
                self.encode_once(
                    "\n".join(phrasebook.sentence_line(rng) for _ in range(rng.randint(1, 4)))
                ),
                True,
            )
        document.add([END_OF_TEXT], True)
        return document

    def plain_needles(self, length: int, mostly_written: bool = False) -> Document:
        """A haystack with questions and answers behind it, as plain text."""
        rng, encode = self.rng, self.encode
        items = self._items(rng.randint(1, max(1, min(16, length // 36))), mostly_written)
        turns = Document()
        for needle, value in rng.sample(items, rng.randint(1, min(12, len(items)))):
            turns.add(encode(f"\n\nQuestion: {needle.question}\nAnswer:"), False)
            turns.add(encode(" " + ANSWER) + value + encode("."), True)
        turns.add([END_OF_TEXT], True)
        document = self._haystack(items, length - len(turns), mostly_written)
        document.add(turns.ids, False)
        document.learn[-len(turns) :] = turns.learn
        return document

    # ---- chat documents -------------------------------------------------------------------

    def _header(self, role: str) -> list[int]:
        return self.encode(f"<|start_header_id|>{role}<|end_header_id|>\n\n")

    def _system(self, content: str) -> list[int]:
        rng = self.rng
        date = (
            "26 Jul 2024"
            if rng.random() < 0.8
            else f"{rng.randint(1, 28):02} {rng.choice(MONTHS)} {rng.randint(2024, 2027)}"
        )
        dates = f"Cutting Knowledge Date: December 2023\nToday Date: {date}\n\n"
        return self._header("system") + self.encode_once(dates + content.strip() + "<|eot_id|>")

    def conversation(self, messages: list[dict[str, str]]) -> Document:
        """A conversation in the Llama 3.3 chat form; the assistant's words are to be learned."""
        document = Document()
        system = messages[0]["content"] if messages[0]["role"] == "system" else ""
        document.add(self._system(system), False)
        for message in messages:
            if message["role"] == "system":
                continue
            document.add(self._header(message["role"]), False)
            document.add(
                self.encode_once(message["content"].strip() + "<|eot_id|>"),
                message["role"] == "assistant",
            )
        return document

    def chat(self) -> Document:
        """A persona conversation or phrasebook questions, one or a few turns."""
        rng = self.rng
        if rng.random() < 0.6:
            return self.conversation(persona.conversation(rng, strange_word=self._strange_word))
        messages = [{"role": "system", "content": rng.choice(persona.PLAIN_SYSTEMS)}]
        for _ in range(rng.choice([1, 1, 2, 3])):
            entry = rng.choice(phrasebook.WORDS + phrasebook.PHRASES)
            question, answer = phrasebook.ask(rng, entry, rng.choice(list(phrasebook.LANGUAGES)))
            messages += [
                {"role": "user", "content": question},
                {"role": "assistant", "content": answer},
            ]
        return self.conversation(messages)

    def sums(self) -> Document:
        """A conversation with a calculator: the calls and the answers are to be learned."""
        rng = self.rng
        messages: list[dict[str, Any]]
        tools: Any
        messages, tools = calculator.conversation(rng)
        text = self.tokenizer.apply_chat_template(
            messages,
            tools=tools,
            tools_in_user_message=rng.random() < 0.7,
            tokenize=False,
        )
        opening = "<|start_header_id|>assistant<|end_header_id|>\n\n"
        start, *turns = str(text).removeprefix("<|begin_of_text|>").split(opening)
        document = Document()
        document.add(self.encode_once(start), False)
        for turn in turns:
            spoken, end, rest = turn.partition("<|eot_id|>")
            document.add(self.encode(opening), False)
            document.add(self.encode_once(spoken + end), True)
            document.add(self.encode_once(rest), False)
        return document

    def chat_needles(self, length: int, mostly_written: bool = False) -> Document:
        """A haystack in the user's message, questions about it in this and further turns."""
        rng, encode = self.rng, self.encode
        items = self._items(rng.randint(1, max(1, min(16, length // 36))), mostly_written)
        least = len(items) // 2 if mostly_written else 1
        asked = rng.sample(items, rng.randint(max(1, least), min(12, len(items))))
        turns = Document()
        for i, (needle, value) in enumerate(asked):
            if i:
                turns.add(self._header("user"), False)
            turns.add(encode(f"{needle.question}<|eot_id|>") + self._header("assistant"), False)
            turns.add(encode(ANSWER) + value + encode(".<|eot_id|>"), True)
        start = self._system(rng.choice(persona.PLAIN_SYSTEMS)) + self._header("user")
        first = rng.random() < 0.1  # now and then the question stands before the text as well
        start += encode(asked[0][0].question + "\n\n") if first else []
        haystack = self._haystack(items, length - len(turns) - len(start) - 1, mostly_written)
        if haystack.ids[-1:] == encode("."):  # ".\n\n" is one token in real text
            haystack.ids.pop(), haystack.learn.pop()
            haystack.add(encode(".\n\n"), False)
        else:
            haystack.add(encode("\n\n"), False)
        document = Document()
        document.add(start, False)
        for part in (haystack, turns):
            document.add(part.ids, False)
            document.learn[-len(part) :] = part.learn
        return document


SMALL_WORDS = """
a an the the the of of in in on at to to and and or but so for with by it is was were are that
then as from they we he she I you his her our their my this these not had have has would could
which when where who how one two some all more most there been be into over under after before
between through each every about up down out off
""".split()

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def single_token_words(tokenizer: PreTrainedTokenizerFast) -> list[str]:
    """Return the words of 3 to 12 small Latin letters that, with a space before, are one token."""
    words = []
    for token, i in tokenizer.get_vocab().items():
        word = token.removeprefix("Ġ")
        latin = word.isascii() and word.isalpha() and word.islower()
        if i < N_ORDINARY and word != token and latin and 3 <= len(word) <= 12:
            words.append(word)
    return sorted(words)


def pack(make: Callable[[], Document], length: int) -> Document:
    """Join documents, each behind <|begin_of_text|>, into a row of `length` tokens."""
    row = Document()
    while len(row) < length:
        row.add([BEGIN_OF_TEXT], False)
        document = make()
        row.ids += document.ids
        row.learn += document.learn
    return Document(row.ids[:length], row.learn[:length])
