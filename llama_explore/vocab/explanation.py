"""Why a text is split as it is: pattern pieces, whole words, merges, bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from llama_explore.errors import LlamaExploreError
from llama_explore.vocab import N_ORDINARY, SPECIAL_TOKENS, SPLIT_PATTERN
from llama_explore.vocab.entries import check_text, read_ranks
from llama_explore.vocab.kinds import CONTRACTIONS
from llama_explore.vocab.merges import Merge, list_merges, list_states
from llama_explore.vocab.token_html import show_token, show_tokens

if TYPE_CHECKING:
    from tokenizers.pre_tokenizers import Split

MOST_CHARACTERS = 2_000
"""An explanation is for reading; a longer text can be encoded, but not explained."""

RULES = {
    "contraction": "'s, 't, 're, 've, 'm, 'll or 'd",
    "letters": "letters, with one sign or space before them",
    "digits": "one to three digits",
    "signs": "signs, with a space before and line breaks behind",
    "line break": "line breaks, with the white space before them",
    "space": "white space, less the last one if a word follows",
    "special": "the name of a special token",
}
"""The alternatives of the split pattern, in its order; special tokens are cut out before."""


@dataclass(frozen=True)
class Piece:
    """A piece of text that is tokenized by itself.

    Attributes:
        text: The piece.
        rule: A key of `RULES`: which part of the pattern took it.
        how: ``"whole"`` (it is an entry, so no merge is tried: ignore_merges), ``"merges"``,
            ``"bytes"`` (merges that leave parts of characters) or ``"special"``.
        tokens: The bytes of each token.
        token_ids: Their ids.
        merges: The merges from single bytes on. Of a piece found whole, those that would
            have been made without the short cut.
    """

    text: str
    rule: str
    how: str
    tokens: tuple[bytes, ...]
    token_ids: tuple[int, ...]
    merges: tuple[Merge, ...]

    @property
    def states(self) -> list[tuple[bytes, ...]]:
        """The row of parts before the first merge and after each one."""
        return list_states(self.text.encode(), self.merges)

    @property
    def merged_ids(self) -> tuple[int, ...]:
        """What merges alone arrive at; for a piece found whole it can be more than one id."""
        if self.how == "special":
            return self.token_ids
        return tuple(read_ranks()[part] for part in self.states[-1])

    @property
    def reason(self) -> str:
        """How the tokens came about, in a few words."""
        n = len(self.merges)
        if self.how == "special":
            return "a special token"
        if self.how == "whole":
            shown = "" if self.merged_ids == self.token_ids else "; merges alone do not find it"
            return f"an entry as a whole{shown}"
        if self.how == "bytes":
            return f"byte fall-back: {n} merges leave parts of characters"
        ranks = ", ".join(f"{merge.rank:,}" for merge in self.merges)
        return f"{n} merges, ranks {ranks}" if n > 1 else f"1 merge, rank {ranks}"


@dataclass(frozen=True, repr=False)
class Explanation:
    """Why a text becomes these tokens.

    Attributes:
        text: The text.
        pieces: Its pieces, in order; together they are the text.
    """

    text: str
    pieces: tuple[Piece, ...]

    @property
    def token_ids(self) -> list[int]:
        """The ids of all tokens, as the tokenizer gives them without a begin-of-text."""
        return [token_id for piece in self.pieces for token_id in piece.token_ids]

    @property
    def tokens(self) -> list[bytes]:
        """The bytes of all tokens."""
        return [token for piece in self.pieces for token in piece.tokens]

    def __repr__(self) -> str:
        lines = [_count(len(self.text), "character") + ", " + self._counts()]
        for piece in self.pieces:
            tokens = " ".join(
                f"{show_token(token)}:{token_id}"
                for token, token_id in zip(piece.tokens, piece.token_ids, strict=True)
            )
            lines.append(f"  {piece.rule:<11} {tokens}")
            lines.append(f"  {'':<11} {piece.reason}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        # Plain elements and styles only: a notebook that is not trusted yet keeps those.
        style = "style='text-align:left; vertical-align:top'"
        rows = "".join(
            f"<tr><td {style}>{escape(piece.rule)}</td>"
            f"<td {style}>{show_tokens(piece.tokens, piece.token_ids)}</td>"
            f"<td {style}>{escape(piece.reason)}</td></tr>"
            for piece in self.pieces
        )
        head = f"<tr><th {style}>rule</th><th {style}>tokens and ids</th><th {style}>why</th></tr>"
        return f"<b>{self._counts()}</b><table>{head}{rows}</table>"

    def _counts(self) -> str:
        pieces, tokens = _count(len(self.pieces), "piece"), _count(len(self.tokens), "token")
        return f"{pieces}, {tokens}"


def explain(text: str, *, allow_special: bool = True) -> Explanation:
    """Return why a text is split as it is.

    Example: ``explain("It's 12345 unbelievably")`` has six pieces: "It" and "'s", which
    are entries as a whole, " ", "123", "45", and " unbelievably", whose eleven merges end in
    two tokens.

    Args:
        text: Up to 2,000 characters.
        allow_special: Whether the typed name of a special token becomes that token, as in an
            ordinary ``tokenizer(text)``; False is ``split_special_tokens=True``.

    Raises:
        LlamaExploreError: It is no text, holds half a surrogate pair, or is too long.

    Source: the split pattern and the merge rule of Llama 3.3's tokenizer.json.
    """
    check_text(text)
    if len(text) > MOST_CHARACTERS:
        raise LlamaExploreError(
            f"The text has {len(text):,} characters; an explanation is for reading, and takes "
            f"{MOST_CHARACTERS:,} at most.",
            "Explain a part of it, such as text[:500], or count tokens with the tokenizer.",
        )
    parts = _special_names().split(text) if allow_special else [text]
    pieces: list[Piece] = []
    for n, part in enumerate(parts):
        # Every second part is what the parentheses of the expression caught.
        pieces += [_take_special(part)] if n % 2 else _take_text(part)
    return Explanation(text, tuple(pieces))


def split_text(text: str) -> list[tuple[str, str]]:
    """Return the pieces that the split pattern makes of a text, each with its rule.

    Example: ``split_text("I'll pay $1234.")`` is I (letters), 'll (contraction), " pay"
    (letters), " $" (signs), 123 and 4 (digits), and "." (signs).
    """
    pieces = _splitter().pre_tokenize_str(text) if text else []
    return [(piece, _find_rule(piece)) for piece, _ in pieces]


def _take_special(name: str) -> Piece:
    token_id = N_ORDINARY + SPECIAL_TOKENS.index(name)
    return Piece(name, "special", "special", (name.encode(),), (token_id,), ())


def _take_text(text: str) -> list[Piece]:
    return [_tokenize(piece, rule) for piece, rule in split_text(text)]


def _tokenize(text: str, rule: str) -> Piece:
    piece, ranks = text.encode(), read_ranks()
    merges = list_merges(piece)
    if piece in ranks:
        return Piece(text, rule, "whole", (piece,), (ranks[piece],), merges)
    tokens = list_states(piece, merges)[-1]
    cut = any(_is_cut(token) for token in tokens)
    ids = tuple(ranks[token] for token in tokens)
    return Piece(text, rule, "bytes" if cut else "merges", tokens, ids, merges)


def _is_cut(token: bytes) -> bool:
    return token.decode("utf-8", "ignore").encode() != token


def _find_rule(piece: str) -> str:
    """Return which alternative of the pattern made a piece; they are tried in this order."""
    if piece.casefold() in CONTRACTIONS:
        return "contraction"
    classes = {_find_class(letter) for letter in piece}
    if "L" in classes:
        return "letters"
    if "N" in classes:
        return "digits"
    if not classes <= {"space"}:
        return "signs"
    return "line break" if piece[-1] in "\r\n" else "space"


def _find_class(letter: str) -> str:
    import unicodedata

    category = unicodedata.category(letter)[0]
    if category in "LN":
        return category
    is_space = letter.isspace() and letter not in "\x1c\x1d\x1e\x1f"
    return "space" if is_space else "sign"


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


@cache
def _splitter() -> Split:
    from tokenizers import Regex
    from tokenizers.pre_tokenizers import Split

    return Split(Regex(SPLIT_PATTERN), behavior="isolated")


@cache
def _special_names() -> re.Pattern[str]:
    return re.compile(f"({'|'.join(map(re.escape, SPECIAL_TOKENS))})")
