"""One needle: hide it, ask for it, and see which KV heads look at it meanwhile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import TYPE_CHECKING, Any

import torch

from llama_explore.errors import LlamaExploreError
from llama_explore.probes.compose import Composer
from llama_explore.probes.cost import Cost, check_memory, peak_bytes
from llama_explore.probes.grid import Grid
from llama_explore.probes.items import Question, normalise
from llama_explore.probes.keyed import ATTRIBUTES, draw_keyed
from llama_explore.probes.needle_tasks import OwnNeedle
from llama_explore.probes.plan import plan_grid
from llama_explore.probes.prompts import Prompter
from llama_explore.probes.run import answer_items
from llama_explore.small_picture import Picture, take_picture

if TYPE_CHECKING:
    from llama_explore.session import Session

MOST_WRITTEN = 200
"""Cells of the picture that are written into; more would not be readable."""

COLOURS = {True: "#0072b2", False: "#d55e00"}
"""Told apart by colour-blind eyes too; the words say it anyway."""


@dataclass(frozen=True, eq=False, repr=False)
class Look:
    """One needle that was hidden and asked for; its text has no seconds, to be the same again.

    Attributes:
        statement: What was hidden.
        question: What was asked.
        wanted: The value that a right answer holds.
        answer: What the model answered.
        found: Whether it holds the value.
        depth_percent: Where the statement came out among the other tokens, 0 to 100.
        n_tokens: Tokens of the prompt.
        n_context_tokens: The model's context.
        seconds: Time to read the prompt and to answer, without what the attention took.
        looks_from: Whose attention `needle_mass` is, in words.
        needle_mass: Share of one token's attention that lies on the statement, 0 to 1,
            (n_layers, n_kv_heads): the largest among the query heads of each KV head.
    """

    statement: str
    question: str
    wanted: str
    answer: str
    found: bool
    depth_percent: float
    n_tokens: int
    n_context_tokens: int
    seconds: float
    looks_from: str
    needle_mass: torch.Tensor

    def rows(self) -> list[tuple[str, str]]:
        """Return what a table shows: names and words."""
        read, context = f"{self.n_tokens:,} tokens", self.n_context_tokens
        if self.n_tokens > context:
            read += f", beyond the model's context of {context:,}"
        # All KV heads of one layer: two may see it equally, and a hair would decide.
        layer = int(self.needle_mass.amax(1).argmax())
        shares = ", ".join(f"{share:.1f}" for share in self.needle_mass[layer].tolist())
        return [
            ("hidden", self.statement),
            ("at depth", f"{self.depth_percent:.1f} %"),
            ("question", self.question),
            ("answer", " ".join(self.answer.split()) or "(nothing)"),
            ("verdict", "right" if self.found else f"not found; wanted was {self.wanted}"),
            ("read", read),
            ("looks from", self.looks_from),
            ("most seen in", f"layer {layer}; the share on it by KV head: {shares}"),
        ]

    def draw(self, *, words: bool = False) -> Picture:
        """Draw the shares, layers down and KV heads across; with what was said above, if asked."""
        from matplotlib.figure import Figure

        from llama_explore.attention_view.still import drawable

        said = [fill(": ".join(row), 74, max_lines=3) for row in self.rows() if words]
        # Sign by sign: a whole text would be cut.
        lines = ["".join(map(drawable, line)) for line in "\n".join(said).splitlines()]
        n_layers, n_kv_heads = self.needle_mass.shape
        height = min(0.3 * n_layers, 6.5) + 1 + 0.17 * len(lines)
        figure = Figure(figsize=(5.6, height), layout="constrained")
        figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=9, parse_math=False)
        panel = figure.add_subplot()
        table = self.needle_mass.tolist()
        image = panel.imshow(table, vmin=0, vmax=1, cmap="viridis", aspect="auto")
        for layer, row in enumerate(table if n_layers * n_kv_heads <= MOST_WRITTEN else []):
            for kv_head, share in enumerate(row):
                text = panel.text(kv_head, layer, f"{share:.2f}", ha="center", va="center")
                text.set(color="black" if share > 0.6 else "white", fontsize=8)
        panel.set_xticks(range(0, n_kv_heads, 1 + n_kv_heads // 16))
        panel.set_yticks(range(0, n_layers, 1 + n_layers // 16))
        panel.tick_params(length=0, labelsize=8)
        panel.set_xlabel("KV head", fontsize=9)
        panel.set_ylabel("layer", fontsize=9)
        bar = figure.colorbar(image, ax=panel)
        bar.set_label("attention on the needle,\nlargest of its query heads", fontsize=8)
        return take_picture(figure, "attention on the needle, by layer and KV head")

    def __repr__(self) -> str:
        return "\n".join(["Look for a needle", *(f"  {k:<14}{v}" for k, v in self.rows())])

    def _repr_html_(self) -> str:
        # Plain elements and styles only: a notebook that is not trusted yet keeps those.
        left = "style='text-align:left; padding-right:12px'"
        told = {name: escape(words) for name, words in self.rows()}
        told["verdict"] = f"<b style='color:{COLOURS[self.found]}'>{told['verdict']}</b>"
        cells = (f"<tr><th {left}>{k}</th><td {left}>{v}</td></tr>" for k, v in told.items())
        return f"<b>Look for a needle</b><table>{''.join(cells)}</table>"


def look_for(
    session: Session,
    task: str | OwnNeedle = "number",
    length: int = 512,
    depth: float = 50,
    *,
    seed: int = 0,
) -> Look:
    """Hide one needle, ask for it, and record how much of its attention each KV head lays on it.

    It is the attention of the token just before the value in the model's own answer, such as
    "is" in "It is piano."; if the answer lacks the value, of the prompt's last token.

    Example: ``look_for(session, "number", 512, 50).needle_mass`` of the pocket model is
    (6, 2): 6 layers with 2 KV heads each.

    Args:
        session: The open model.
        task: "number", "word" or "tokens": the needle that a `Grid` of this seed hides; or an
            `OwnNeedle`.
        length: Tokens of prompt and room for the answer; more than the context is allowed.
        depth: Where to hide it, 0 (start) to 100 (end).
        seed: Of the needle and of the text around it.

    Raises:
        LlamaExploreError: There is no such task, the needle does not fit or is not complete, or
            memory is short; the message says what to change.
    """
    if not isinstance(task, OwnNeedle) and task not in ATTRIBUTES:
        raise LlamaExploreError(
            f"{task!r} is no task with one needle.",
            f"Choose of {', '.join(ATTRIBUTES)}, or give an OwnNeedle.",
        )
    tokenizer: Any = session.tokenizer
    context = session.config.max_position_embeddings
    form = "chat" if session.stage == "chat" else "plain"
    grid = Grid((task,), (length,), (depth,), seed=seed, beyond_context=True)
    # Planned as for a server: a trial of the model's speed would take longer than the look.
    (item,) = plan_grid(None, grid, tokenizer=tokenizer, context=context, form=form).items
    (question,) = item.questions
    check_memory(session, Cost(0, 0, peak_bytes(session, len(question.ids))))
    if isinstance(task, OwnNeedle):
        statement = " ".join(task.statement.split())
    else:
        composer = Composer(Prompter(tokenizer, form), grid.haystack, seed)
        statement = draw_keyed(composer.rng(task, 0), task, 1, composer)[0].statement
    (record,) = answer_items(session, [item])
    (told,) = record["answers"]
    begun, looks_from = _begin_answer(tokenizer, question, told["answer"])
    needle = locate_needle(tokenizer, question, statement)
    return Look(
        statement=statement,
        question=question.text,
        wanted=question.wanted[0],
        answer=told["answer"],
        found=told["score"] == 1,
        depth_percent=told["depth_percent"],
        n_tokens=len(question.ids),
        n_context_tokens=context,
        seconds=record["seconds"],
        looks_from=looks_from,
        needle_mass=_measure_mass(session.model, [*question.ids, *begun], needle),
    )


def locate_needle(tokenizer: Any, question: Question, statement: str) -> tuple[int, int]:
    """Return which tokens of a prompt hold a statement: (start, end), end excluded.

    Example: ``tokenizer.decode(question.ids[start:end])`` is the statement with a space before
    it; at the end of the text with the line breaks that are one token with its full stop.

    Args:
        tokenizer: The one that wrote the question.
        question: Of an item of `plan_grid`.
        statement: As it stands in the prompt.
    """
    prompt, messages = question.prompt, question.messages
    coded = tokenizer(prompt, add_special_tokens=messages is None, return_offsets_mapping=True)
    # The template's own words come first, and may hold a short statement as well.
    text = messages[0]["content"] if messages else prompt
    low = prompt.index(text) + text.index(statement)
    high = low + len(statement)
    inside = [i for i, (a, b) in enumerate(coded["offset_mapping"]) if a < high and b > low]
    return inside[0], inside[-1] + 1


def _begin_answer(tokenizer: Any, question: Question, answer: str) -> tuple[list[int], str]:
    """Return the tokens of an answer before its value, and the last of them in words."""
    value = re.escape(normalise(question.wanted[0])).replace(r"\ ", r"\s+")
    at = re.search(rf"(?<!\w){value}(?!\w)", answer, re.IGNORECASE)
    begun: list[int] = []
    if at and question.score(answer) == 1:
        coded = tokenizer(answer, add_special_tokens=False, return_offsets_mapping=True)
        pairs = zip(coded["input_ids"], coded["offset_mapping"], strict=True)
        begun = [token_id for token_id, (_, end) in pairs if end <= at.start()]
    if not begun:
        return [], "the last token of the prompt, which writes the first of the answer"
    from llama_explore.attention_view.scene import show_token

    return begun, f"“{show_token(tokenizer, begun[-1])}”, just before the value in the answer"


def _measure_mass(model: Any, ids: list[int], needle: tuple[int, int]) -> torch.Tensor:
    """Return the last token's attention on the needle, (n_layers, n_kv_heads)."""
    from llama_explore.attention import record
    from llama_explore.probes.reader import CHUNK_TOKENS

    rows = record(model, torch.tensor(ids), rows=[-1], chunk_tokens=CHUNK_TOKENS).rows
    shares = rows.by_kv_head()[:, 0, :, :, 0, slice(*needle)].sum(-1)
    return shares.amax(-1).clamp(max=1)  # the weights of a row may sum to a hair over 1
