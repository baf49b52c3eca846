"""The same texts in many languages, counted with several tokenizers.

GPT-2's own list of entries is not part of this kit's packages. But a list in the order of
merging is a tokenizer at every length: its first 50,000 entries are the tokenizer that
training would have given had it stopped there. With GPT-2's split pattern this makes one
of GPT-2's size and form, learned on other texts; it is called "GPT-2 style" here.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from llama_explore.errors import LlamaExploreError
from llama_explore.vocab import N_ORDINARY, SPLIT_PATTERN, _source_path
from llama_explore.vocab.entries import check_text, encoding, read_ranks
from llama_explore.vocab.limits import name_panics
from llama_explore.vocab.phrasebook import PASSAGES, UNSPACED

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped, unused-ignore]
    import tiktoken

GPT2_PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""Source: encoder.py of openai/gpt-2, in the shorter form that tiktoken gives it."""

N_GPT2 = 50_000
"""GPT-2 has 50,257 entries: 256 bytes, 50,000 merges and one special token."""

BYTES = "bytes"


@cache
def read_tokenizers() -> dict[str, tiktoken.Encoding]:
    """Return the tokenizers to compare, by name.

    Example: ``[t.n_vocab for t in read_tokenizers().values()]`` is 128,256 for Llama 3,
    200,000 for Llama 4 (without its special tokens) and 50,000 for the one in GPT-2's style.

    Raises:
        LlamaExploreError: A file of Meta's package is missing (reinstall ``llama-models``).
    """
    return {
        "Llama 3": encoding(),
        "Llama 4": _read_llama4(),
        "GPT-2 style": shorten(N_GPT2, pattern=GPT2_PATTERN),
    }


@cache
def shorten(n_entries: int, *, pattern: str = SPLIT_PATTERN) -> tiktoken.Encoding:
    """Return the tokenizer that has only the first entries of Llama 3's list.

    Example: ``shorten(256)`` has the single bytes alone, ``shorten(100_256)`` lacks the
    entries added for other languages.

    Args:
        n_entries: 256 to 128,000.
        pattern: How a text is cut beforehand.

    Raises:
        LlamaExploreError: The number is outside of that range.
    """
    import tiktoken

    if type(n_entries) is not int or not 256 <= n_entries <= N_ORDINARY:
        raise LlamaExploreError(
            f"A vocabulary cannot have {n_entries!r} entries here.",
            f"Choose a whole number from 256, the single bytes, to {N_ORDINARY:,}.",
        )
    ranks = {token: rank for token, rank in read_ranks().items() if rank < n_entries}
    name = f"first-{n_entries}"
    return tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})


def count_languages(languages: Iterable[str] = PASSAGES) -> pd.DataFrame:
    """Return counts for each passage of the phrasebook with each tokenizer.

    Example: the first English passage has 22 words, 102 bytes and, in Llama 3, 25 tokens.

    Returns:
        One row for each language, passage and tokenizer ("bytes" among them), with
        ``n_words`` (missing for languages without spaces), ``n_characters``, ``n_bytes``,
        ``n_tokens``, ``tokens_per_word``, ``bytes_per_token`` and ``times_english``: the
        tokens beside those of the English passage in the same tokenizer.
    """
    import pandas as pd

    rows = []
    for language in _check_languages(languages):
        for number, text in enumerate(PASSAGES[language]):
            for name in (*read_tokenizers(), BYTES):
                rows.append(
                    {
                        "language": language,
                        "passage": number,
                        "tokenizer": name,
                        "n_words": pd.NA if language in UNSPACED else len(text.split()),
                        "n_characters": len(text),
                        "n_bytes": len(text.encode()),
                        "n_tokens": count_tokens(text, name),
                        "n_english": count_tokens(PASSAGES["English"][number], name),
                    }
                )
    counts = pd.DataFrame(rows).astype({"n_words": "Float64"})
    counts["tokens_per_word"] = counts.n_tokens / counts.n_words
    counts["bytes_per_token"] = counts.n_bytes / counts.n_tokens
    counts["times_english"] = counts.n_tokens / counts.pop("n_english")
    return counts


def count_tokens(text: str, tokenizer: str) -> int:
    """Return how many tokens a text has.

    Example: ``count_tokens("The llama", "bytes")`` is 9, and with "Llama 3" it is 2.

    Args:
        text: Any text.
        tokenizer: A name from `read_tokenizers`, or "bytes".

    Raises:
        LlamaExploreError: It is no text, there is no such tokenizer, or the text has a row of
            a million spaces.
    """
    check_text(text)
    if tokenizer == BYTES:
        return len(text.encode())
    if tokenizer not in read_tokenizers():
        raise LlamaExploreError(
            f"There is no tokenizer {tokenizer!r:.60} here.",
            f"Choose one of {', '.join((*read_tokenizers(), BYTES))}.",
        )
    with name_panics():
        return len(read_tokenizers()[tokenizer].encode_ordinary(text))


def summarize(counts: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return mean and standard error over the passages, for each language and tokenizer.

    Args:
        counts: As `count_languages` returns them.
        column: For example ``"times_english"``.

    Returns:
        Languages in their order, and two columns ("mean", "error") for each tokenizer.
    """
    groups = counts.groupby(["language", "tokenizer"], sort=False)[column]
    table = groups.agg(mean="mean", error="sem").unstack("tokenizer")
    return table.swaplevel(axis=1).reindex(counts.language.unique())


def show_summary(counts: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return `summarize`'s table to read: "1.39 ± 0.05", and a dash where nothing was counted.

    Args:
        counts: As `count_languages` returns them.
        column: For example ``"tokens_per_word"``.
    """
    import pandas as pd

    found = summarize(counts, column)
    names = list(dict.fromkeys(counts.tokenizer))
    shown = {
        name: [
            "–" if pd.isna(mean) else f"{mean:.2f} ± {error:.2f}"
            for mean, error in zip(found[name]["mean"], found[name]["error"], strict=True)
        ]
        for name in names
    }
    return pd.DataFrame(shown, index=found.index)


def count_growth(sizes: Sequence[int], languages: Iterable[str]) -> pd.DataFrame:
    """Return bytes per token of each language for the first so many entries of the list.

    Example: with 256 entries it is 1 byte a token in every language.

    Args:
        sizes: Numbers of entries, each 256 to 128,000.
        languages: Names from the phrasebook.

    Returns:
        One row for each size, one column for each language: all passages together.
    """
    import pandas as pd

    languages, rows = _check_languages(languages), {}
    for size in sizes:
        tokenizer = shorten(size)
        rows[size] = {
            language: sum(len(text.encode()) for text in PASSAGES[language])
            / sum(len(tokenizer.encode_ordinary(text)) for text in PASSAGES[language])
            for language in languages
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("entries")


def _check_languages(languages: Iterable[str]) -> list[str]:
    asked = [languages] if isinstance(languages, str) else list(languages)
    for language in asked:
        if language not in PASSAGES:
            raise LlamaExploreError(
                f"The phrasebook has no passages in {language!r:.60}.",
                f"Choose from {', '.join(PASSAGES)}.",
            )
    return asked


def _read_llama4() -> tiktoken.Encoding:
    import tiktoken

    # Beside Llama 3's file in Meta's package; only its list and pattern are needed.
    path = _source_path().parents[1] / "llama4" / "tokenizer.model"
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise LlamaExploreError(
            f"Llama 4's vocabulary file {path} cannot be read ({error.strerror}).",
            "Run: pip install --force-reinstall --no-deps llama-models==0.3.0",
        ) from error
    ranks = {b64decode(line.partition(b" ")[0]): rank for rank, line in enumerate(lines)}
    return tiktoken.Encoding(
        "llama-4", pat_str=LLAMA4_PATTERN, mergeable_ranks=ranks, special_tokens={}
    )


# Unlike Llama 3's, it takes the marks of a letter (\p{M}) as a part of the word, and parts
# a word where a capital letter begins.
_BEFORE = r"[^\r\n\p{L}\p{N}]?"
_CAPITAL, _SMALL = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_AFTER = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
LLAMA4_PATTERN = (
    f"{_BEFORE}{_CAPITAL}*{_SMALL}+{_AFTER}|{_BEFORE}{_CAPITAL}+{_SMALL}*{_AFTER}"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""Source: llama_models.llama4.tokenizer, O200K_PATTERN."""
