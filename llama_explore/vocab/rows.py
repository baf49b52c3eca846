"""The vocabulary's rows in a model: how long each is, and which were hardly trained.

A row that no training text ever asked for keeps the length it was born with, or is only
shrunk by weight decay. So one takes rows that *cannot* have been trained, those of ids that
no text produces, and looks for others like them.
Source: Fishing for Magikarp, arXiv 2405.05417.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError
from llama_explore.vocab.entries import check_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from transformers import LlamaForCausalLM


@dataclass(frozen=True, eq=False)
class Rows:
    """The lengths of a model's embedding rows.

    Attributes:
        norms: One for each id, in float32; shape (n_entries,).
        reference: Ids whose rows cannot have been trained.
        alike: Whether a row is as long as those of the reference; shape (n_entries,).
    """

    norms: NDArray[np.float32]
    reference: tuple[int, ...]
    alike: NDArray[np.bool_]

    def __repr__(self) -> str:
        known = self.norms[list(self.reference)]
        return (
            f"Rows: {len(self.norms):,}, of length {self.norms.min():.3f} to "
            f"{self.norms.max():.3f}; {len(self.reference)} that cannot be trained have "
            f"{known.min():.3f} to {known.max():.3f}, and {int(self.alike.sum()):,} are as long"
        )


def measure_rows(model: LlamaForCausalLM, reference: Iterable[int]) -> Rows:
    """Return the length of each embedding row, and which are as long as untrained ones.

    Example: for the pocket model with ``find_unreachable()`` as the reference, the 14 rows
    have length 1, and with them the more than 120,000 rows that its training left alone.

    Args:
        model: A Llama.
        reference: Ids that no text produces.

    Raises:
        LlamaExploreError: There is no such id among the entries.
    """
    import numpy as np

    embedding: Any = model.get_input_embeddings()
    weight = embedding.weight.detach()
    norms = np.concatenate([part.float().norm(dim=1).cpu().numpy() for part in weight.split(8192)])
    ids = tuple(check_id(each) for each in reference)
    if not ids:
        raise LlamaExploreError(
            "There is no id to compare with.",
            "Give ids that no text produces: llama_explore.vocab.find_unreachable().",
        )
    lowest, highest = norms[list(ids)].min(), norms[list(ids)].max()
    # Half a percent on both sides: the rounding of bfloat16.
    alike = (norms >= lowest * 0.995) & (norms <= highest * 1.005)
    return Rows(norms, ids, alike)


def count_uses(token_ids: Iterable[Sequence[int]], n_entries: int) -> NDArray[np.int64]:
    """Return how often each id occurs in texts; shape (n_entries,).

    Example: ``count_uses([[5, 7], [5]], 8)[5]`` is 2.

    Args:
        token_ids: The ids of each text.
        n_entries: How many rows the model has.
    """
    import numpy as np

    flat = [token_id for ids in token_ids for token_id in ids]
    return np.bincount(np.asarray(flat, dtype=np.int64), minlength=n_entries)
