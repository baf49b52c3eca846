"""Mistakes that can be seen in token ids, just before the model reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from llama_explore.chat.findings import Finding

BEGIN, END_OF_TEXT, HEADER, HEADER_END, END_OF_MESSAGE, END_OF_TURN = (
    128_000, 128_001, 128_006, 128_007, 128_008, 128_009,
)  # fmt: skip
STOP_IDS = (END_OF_TEXT, END_OF_MESSAGE, END_OF_TURN)
N_VOCABULARY = 128_256
ASSISTANT = 78_191


def inspect_ids(ids: Sequence[int]) -> Iterator[Finding]:
    """Yield the mistakes in the token ids of a conversation.

    Example: ``inspect_ids([128000, 128000, 13347])`` finds the doubled BOS.

    Args:
        ids: Token ids, those of one sequence.

    Source: special tokens in Llama 3.3's tokenizer.json; config.json for the stop ids.
    """
    strange = [n for n, each in enumerate(ids) if not 0 <= each < N_VOCABULARY]
    if strange:
        yield Finding(
            "id out of range",
            f"token {strange[0]}",
            f"{ids[strange[0]]:,} is no entry of a vocabulary of {N_VOCABULARY:,}.",
            "Tokenize with the model's own tokenizer.",
        )
    if not ids:
        yield Finding("no tokens", "tokens", "There is nothing to read.", "Render a conversation.")
        return
    begins = [n for n, each in enumerate(ids) if each == BEGIN]
    if begins[:2] == [0, 1]:
        yield Finding(
            "double BOS",
            "token 1",
            "<|begin_of_text|> stands there twice: the template wrote one, the tokenizer added "
            "another. The model knows texts that begin with one.",
            "Let apply_chat_template tokenize, or tokenize with add_special_tokens=False.",
        )
    elif not begins or begins[0] != 0:
        yield Finding(
            "no BOS",
            "token 0",
            "The text does not begin with <|begin_of_text|>, as the model expects.",
            "Let apply_chat_template tokenize the conversation.",
        )
    inside = [n for n in begins if n > 1]
    if inside:
        yield Finding(
            "BOS inside the text",
            f"token {inside[0]}",
            "A <|begin_of_text|> stands in the middle: two rendered texts were joined, or "
            "somebody typed it.",
            "Render the whole conversation at once; encode what users typed as text.",
        )
    yield from _check_blocks(ids)


def _check_blocks(ids: Sequence[int]) -> Iterator[Finding]:
    opened = [n for n, each in enumerate(ids) if each == HEADER]
    if not opened:
        yield Finding(
            "no header",
            "tokens",
            "No <|start_header_id|>: this is plain text, which a base model reads, and no chat.",
            "Render the conversation with apply_chat_template.",
        )
        return
    for n, each in enumerate(ids[:-1]):
        if each in (END_OF_MESSAGE, END_OF_TURN) and ids[n + 1] != HEADER:
            yield Finding(
                "text between the turns",
                f"token {n + 1}",
                "After the end of a turn no header follows, so these words are nobody's. Often "
                "somebody typed the end's special token.",
                "Encode what users typed as text: render(..., typed_as_text=True).",
            )
            break
    last = opened[-1]
    closed = HEADER_END in ids[last:]
    if not closed:
        yield Finding(
            "open header",
            f"token {last}",
            "The last header is not closed by <|end_header_id|>.",
            "Do not cut a rendered text at a fixed length; drop whole messages instead.",
        )
    elif ids[-1] in (END_OF_MESSAGE, END_OF_TURN) and ids[last + 1] != ASSISTANT:
        yield Finding(
            "no generation prompt",
            f"token {len(ids) - 1}",
            "The text ends with somebody else's turn, without a header of the assistant.",
            "Render with add_generation_prompt=True.",
        )
