"""All 128,256 entries as bytes, and as a table: what each is made of and what it is for.

An entry's id is its rank: of all pairs of neighbours in a text, the pair whose union has
the lowest rank is merged first. So the list of entries is the whole tokenizer, but for
the pattern that cuts a text beforehand.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from llama_explore.errors import LlamaExploreError
from llama_explore.vocab import N_ORDINARY, SPECIAL_TOKENS, SPLIT_PATTERN, _read_source

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped, unused-ignore]
    import tiktoken

N_ENTRIES = N_ORDINARY + len(SPECIAL_TOKENS)
N_OLDER = 100_256
"""With id 100,256 the order by frequency begins anew: from there on stand the 27,744
entries that were added, most of them for other languages than English.

Source: the list itself; "100K tokens from the tiktoken tokenizer with 28K additional
tokens", The Llama 3 Herd of Models, arXiv 2407.21783, section 3.2.
"""


@cache
def read_entries() -> tuple[bytes, ...]:
    """Return the bytes of every entry, by id; of a special token, those of its name.

    Example: ``read_entries()[279]`` is ``b" the"``.

    Raises:
        LlamaExploreError: Meta's vocabulary file is missing or altered (reinstall
            ``llama-models``).
    """
    lines = _read_source().splitlines()
    ordinary = [b64decode(line.partition(b" ")[0]) for line in lines]
    return (*ordinary, *(name.encode() for name in SPECIAL_TOKENS))


@cache
def read_ranks() -> dict[bytes, int]:
    """Return the rank of each of the 128,000 ordinary entries, which is its id."""
    return {token: rank for rank, token in enumerate(read_entries()[:N_ORDINARY])}


@cache
def encoding() -> tiktoken.Encoding:
    """Return the vocabulary in the library that Meta's own tokenizer uses.

    Example: ``encoding().encode_ordinary(" the llama")`` is ``[279, 94776]``.
    """
    import tiktoken

    return tiktoken.Encoding(
        "llama-3",
        pat_str=SPLIT_PATTERN,
        mergeable_ranks=read_ranks(),
        special_tokens={name: N_ORDINARY + i for i, name in enumerate(SPECIAL_TOKENS)},
    )


def table() -> pd.DataFrame:
    """Return all 128,256 entries, one a row, in the order of their ids.

    Example: ``table().loc[279]`` is the entry " the": 4 bytes, script Latin, kind "word",
    merge rank 279.

    Returns:
        A table whose index is the id, with the columns

        - ``id``: 0 to 128,255.
        - ``bytes``: the entry itself; of a special token, the bytes of its name.
        - ``text``: the bytes as text; missing where they are no whole characters.
        - ``hex``: the bytes, two digits each.
        - ``length``: how many bytes.
        - ``script``: that of its letters, as `scripts.find_script` finds it.
        - ``kind``: one of `kinds.KINDS`.
        - ``merge_rank``: the rank at which byte-pair merging makes the entry; missing for
          the 256 single bytes, the special tokens, and the entries that merges alone never
          arrive at: these are only found as whole words.
        - ``n_merges``: in how many ways two entries make this one; the Hub's file lists
          all 280,147 of them.

    Raises:
        LlamaExploreError: As for `read_entries`.
    """
    return _build_table().copy()


@cache
def _build_table() -> pd.DataFrame:
    import pandas as pd

    from llama_explore.vocab.kinds import find_kind
    from llama_explore.vocab.scripts import find_script

    entries = read_entries()
    texts = [decode(token) for token in entries]
    n_special = len(SPECIAL_TOKENS)
    ordinary = entries[:N_ORDINARY]
    n_merges = _count_merges(ordinary) + [0] * n_special
    learned = _find_merged(ordinary) + [False] * n_special
    ids = pd.Series(range(N_ENTRIES))
    return pd.DataFrame(
        {
            "id": ids,
            "bytes": pd.Series(entries, dtype=object),
            "text": pd.Series(texts, dtype="str"),
            "hex": pd.Series([token.hex(" ") for token in entries], dtype="str"),
            "length": [len(token) for token in entries],
            "script": pd.Categorical([*map(find_script, ordinary), *["none"] * n_special]),
            "kind": pd.Categorical([*map(find_kind, texts[:N_ORDINARY]), *["special"] * n_special]),
            "merge_rank": ids.astype("Int64").where(pd.Series(learned)),
            "n_merges": n_merges,
        }
    )


def _count_merges(tokens: Sequence[bytes]) -> list[int]:
    ranks, counts = read_ranks(), []
    for token in tokens:
        n = 0
        for cut in range(1, len(token)):
            if token[:cut] in ranks and token[cut:] in ranks:
                n += 1
        counts.append(n)
    return counts


def _find_merged(tokens: Sequence[bytes]) -> list[bool]:
    """Return for each entry whether byte-pair merging of its own bytes arrives at it.

    The older entries were learned one after the other, each as the union of two that were
    there, so it does. The added ones were put at the end of the list and have to be tried.
    """
    from llama_explore.vocab.merges import count_steps

    older = [len(token) > 1 for token in tokens[:N_OLDER]]
    return older + [count_steps(token) == len(token) - 1 for token in tokens[N_OLDER:]]


def decode(token: bytes) -> str | None:
    """Return an entry's text, or None where its bytes are no whole characters."""
    try:
        return token.decode()
    except UnicodeDecodeError:
        return None


def check_text(text: object) -> str:
    """Return a text, or raise a clear error if it is none or cannot be written in bytes."""
    if not isinstance(text, str):
        raise LlamaExploreError(
            f"That is {_name(text)}, not a text.",
            "Write the text in quotes, or turn the value into one: str(value).",
        )
    for place, letter in enumerate(text):
        if "\ud800" <= letter <= "\udfff":
            raise LlamaExploreError(
                f"Character {place:,} of the text is U+{ord(letter):04X}, half of a surrogate "
                "pair: it stands for no letter and has no bytes.",
                'Join the halves: text.encode("utf-16", "surrogatepass").decode("utf-16", '
                '"replace").',
            )
    return text


def check_id(token_id: object) -> int:
    """Return an id, or raise a clear error if no entry has it."""
    import operator

    try:
        if isinstance(token_id, bool):
            raise TypeError
        number = operator.index(token_id)  # type: ignore[arg-type]
    except TypeError:
        raise LlamaExploreError(
            f"That is {_name(token_id)}, not the id of a token.",
            f"Give a whole number from 0 to {N_ENTRIES - 1:,}.",
        ) from None
    if not 0 <= number < N_ENTRIES:
        raise LlamaExploreError(
            f"No entry has the id {number:,}.",
            f"Give a whole number from 0 to {N_ENTRIES - 1:,}.",
        )
    return number


def _name(value: object) -> str:
    kind = type(value).__name__
    return "None" if value is None else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
