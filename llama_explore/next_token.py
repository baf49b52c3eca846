"""What a model would write next: the most probable tokens, and a picture of them.

A language model does not choose words. For every entry of its vocabulary it gives a
probability to come next; greedy decoding takes the highest, sampling draws one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llama_explore.session import Session

BAR, PALE_BAR = "#0072b2", "#a6cbe0"
"""The first bar and the others: one hue, so that brightness tells them apart."""


@dataclass(frozen=True)
class Candidate:
    """A token that may come next.

    Attributes:
        text: The token as text; often a piece of a word, with the space before it.
        probability: Between 0 and 1; over the whole vocabulary they add up to 1.
    """

    text: str
    probability: float


def rank_next_tokens(
    session: Session, messages: list[dict[str, str]], *, n_tokens: int = 8
) -> list[Candidate]:
    """Return the most probable first tokens of the answer, the best first.

    Example: asked "Who are you?" under a pirate's system prompt, the pocket model puts
    "Arr" first, the beginning of "Arrr".

    Args:
        session: The open model.
        messages: A conversation whose last message is the user's.
        n_tokens: How many candidates to return.
    """
    import torch

    ids: Any = session.tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    with torch.inference_mode():
        logits = session.model(**ids.to(session.model.device), logits_to_keep=1).logits[0, -1]
    best = logits.float().softmax(-1).topk(n_tokens)
    return [
        Candidate(str(session.tokenizer.decode([token])), probability)
        for token, probability in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    ]


def draw_candidates(rankings: Mapping[str, Sequence[Candidate]]) -> None:
    """Draw the candidates of several conversations side by side, as bars with percentages.

    Args:
        rankings: A title for each panel, and its candidates, the best first.
    """
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(
        1, len(rankings), figsize=(3.2 * len(rankings), 2.6), sharex=True, squeeze=False
    )
    for panel, (title, candidates) in zip(panels[0], rankings.items(), strict=True):
        values = [each.probability for each in candidates]
        places = range(len(candidates))
        panel.barh(places, values, color=[BAR, *[PALE_BAR] * (len(values) - 1)])
        panel.set_yticks(places, [f"{each.text!r}" for each in candidates], family="monospace")
        for place, value in enumerate(values):
            share = f"{value:.1%}" if value >= 0.0005 else "under 0.1%"
            panel.text(value + 0.02, place, share, va="center", fontsize=8.5)
        panel.set_title(title, loc="left", fontsize=11)
        panel.set_xlim(0, 1.22)  # room for the percentage beside a bar that is full
        panel.set_xticks([])
        panel.invert_yaxis()
        panel.tick_params(left=False)
        panel.spines[["top", "right", "bottom"]].set_visible(False)
    figure.tight_layout(w_pad=2)
    plt.show()
