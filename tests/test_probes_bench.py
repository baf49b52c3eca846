"""One needle on the bench: what is shown is what was hidden, answered and looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch

from llama_explore import LlamaExploreError, open_session, probes
from llama_explore.probes import bench
from llama_explore.probes import look as look_module
from llama_explore.probes.bench import OWN
from llama_explore.probes.look import Look, locate_needle, look_for
from llama_explore.session import Session
from llama_explore.small_picture import Picture, take_picture

PIANO = probes.OwnNeedle(**OWN)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """A pass this small waits for its threads longer than it works, on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def session() -> Session:
    return open_session("pocket:chat")


@pytest.fixture(scope="module")
def look(session: Session) -> Look:
    return look_for(session, "number", 256, 50)


@pytest.fixture(scope="module")
def whole_view(session: Session) -> probes.ProbeBench:
    return probes.ProbeBench(session)


@pytest.fixture
def view(whole_view: probes.ProbeBench) -> Iterator[probes.ProbeBench]:
    """The bench as it is made, with the least length: a look then takes a moment."""
    whole_view.task.value = "number"
    whole_view.length.value, whole_view.depth.value, whole_view.seed.value = 256, 50, 0
    yield whole_view
    for name, field in whole_view.own.items():
        field.value = OWN[name]


def plan_question(session: Session, task: Any, depth: float, *, seed: int = 0) -> probes.Question:
    grid = probes.Grid((task,), (256,), (depth,), seed=seed)
    (item,) = probes.plan_grid(None, grid, tokenizer=session.tokenizer, context=8192).items
    return item.questions[0]


def test_a_number_is_found(look: Look) -> None:
    assert look.found and look.wanted in look.statement and look.wanted in look.answer
    assert 45 < look.depth_percent < 55 and look.n_tokens == 256 - 32 and look.seconds > 0
    assert "verdict       right" in repr(look)
    assert look.looks_from.endswith("just before the value in the answer")


@pytest.mark.parametrize(
    ("task", "depth", "seed"), [("number", 0, 1), ("word", 50, 2), ("tokens", 100, 3)]
)
def test_it_hides_the_needle_that_a_grid_hides(
    session: Session, monkeypatch: pytest.MonkeyPatch, task: str, depth: float, seed: int
) -> None:
    planned, found = plan_question(session, task, depth, seed=seed), []
    monkeypatch.setattr(look_module, "answer_items", lambda _, items: [items[0].record(["No."])])
    monkeypatch.setattr(
        look_module,
        "_measure_mass",
        lambda _, ids, needle: found.append((ids, needle)) or torch.ones(6, 2),
    )
    look = look_for(session, task, 256, depth, seed=seed)
    (ids, (start, end)) = found[0]
    assert ids == planned.ids.tolist() and look.question == planned.text
    assert session.tokenizer.decode(ids[start:end]).strip() == look.statement
    assert planned.wanted[0] in look.statement and look.depth_percent == planned.depth_percent


@pytest.mark.parametrize(
    ("statement", "depth"),
    [
        ("user", 50),  # stands in the template as well
        ("🦙🦙 in São Paulo eat user manuals.", 0),  # several tokens a letter
        ("They said “no", 100),
    ],
)
def test_the_span_holds_the_statement_and_no_more(
    session: Session, statement: str, depth: float
) -> None:
    task = probes.OwnNeedle(statement, f"Who says {statement}?", statement)
    question = plan_question(session, task, depth)
    start, end = locate_needle(session.tokenizer, question, statement)
    ids = question.ids.tolist()
    assert session.tokenizer.decode(ids[start:end]).strip() == statement
    assert statement not in session.tokenizer.decode(ids[start + 1 : end])
    context = question.prompt.index(question.messages[0]["content"])
    assert len(session.tokenizer.decode(ids[:start])) >= context - 1


def test_the_shares_are_those_of_eager_attention(session: Session, look: Look) -> None:
    question = plan_question(session, "number", 50)
    start, end = locate_needle(session.tokenizer, question, look.statement)
    begun = session.tokenizer.encode("It is ", add_special_tokens=False)
    assert look.answer.startswith("It is ") and look.looks_from.startswith("“·”")
    session.model.set_attn_implementation("eager")
    try:
        with torch.inference_mode():
            ids = torch.tensor([[*question.ids, *begun]])
            maps = session.model(ids, output_attentions=True).attentions
    finally:
        session.model.set_attn_implementation("sdpa")
    shares = torch.stack([each[0, :, -1, start:end].float().sum(-1) for each in maps])
    expected = shares.unflatten(1, (2, 8)).amax(-1)
    assert torch.allclose(look.needle_mass, expected, atol=0.05)
    assert look.needle_mass.min() >= 0 and 0.5 < look.needle_mass.max() <= 1


def test_a_sentence_of_ones_own_is_found(session: Session) -> None:
    look = look_for(session, PIANO, 256, 80)
    assert (look.statement, look.question, look.wanted) == tuple(OWN.values())
    assert look.found and "piano" in look.answer
    assert look.looks_from.startswith("“·is”")


def test_what_is_not_found_is_told_and_seen_from_the_prompt(session: Session) -> None:
    # The answer is where the key is, so it cannot hold this value.
    look = look_for(session, replace(PIANO, value="grandmother"), 256, 80)
    assert not look.found and look.looks_from.startswith("the last token of the prompt")
    assert "not found; wanted was grandmother" in repr(look)
    assert "#d55e00" in look._repr_html_()


@pytest.mark.parametrize(
    ("task", "length", "depth", "words"),
    [
        ("values", 256, 50, "no task with one needle"),
        ("number", 48, 50, "more than the 16 that the prompt may have"),
        ("number", 256, 101, "a depth is a percentage"),
        (replace(PIANO, statement=" "), 256, 50, "The statement of the needle is empty"),
        (replace(PIANO, question=""), 256, 50, "The question of the needle is empty"),
        (replace(PIANO, value="organ"), 256, 50, "does not stand in the needle"),
        (replace(PIANO, question="<|eot_id|>"), 256, 50, "special token <|eot_id|>"),
        (replace(PIANO, statement="piano " * 300), 256, 50, "hide shorter or fewer needles"),
    ],
)
def test_what_cannot_be_hidden_is_refused(
    session: Session, task: Any, length: int, depth: float, words: str
) -> None:
    with pytest.raises(LlamaExploreError, match=re.escape(words)):
        look_for(session, task, length, depth)


def test_too_little_memory_is_told_before_anything_is_read(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llama_explore.probes.cost.free_bytes", lambda _: 2**20)
    with pytest.raises(LlamaExploreError, match=r"1\.0 MiB are free"):
        look_for(session, "number", 256, 50)


def test_the_model_is_left_as_it_was(session: Session) -> None:
    def list_hooks() -> list[int]:
        return [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in session.model.modules()]

    before = list_hooks()
    look_for(session, "number", 256, 50)
    assert list_hooks() == before
    assert session.model.config._attn_implementation == "sdpa"
    assert not any("forward" in vars(layer.self_attn) for layer in session.model.model.layers)


def test_words_are_the_same_again_and_nothing_in_them_is_run(look: Look) -> None:
    assert repr(look) == repr(replace(look, seconds=99.0))
    assert look._repr_html_() == replace(look, seconds=99.0)._repr_html_()
    assert "0x" not in repr(look)
    hostile = replace(look, statement="<script>1</script>", answer="<img src=x>", looks_from="<b>")
    for words in ("<script", "<img", "12px'><b>"):
        assert words not in hostile._repr_html_()
    assert "beyond" not in repr(look)
    assert "224 tokens, beyond the model's context of 128" in repr(
        replace(look, n_context_tokens=128)
    )


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The figures that were drawn; what they became is told by bytes alone."""
    drawn: list[Any] = []

    def keep(figure: Any, title: str) -> Picture:
        drawn.append(figure)
        return take_picture(figure, title)

    monkeypatch.setattr(look_module, "take_picture", keep)
    return drawn


def test_the_picture_shows_every_share(look: Look, figures: list[Any]) -> None:
    assert repr(look.draw()) == "[picture: attention on the needle, by layer and KV head]"
    panel = figures[0].axes[0]
    shown = [float(text.get_text()) for text in panel.texts]
    assert shown == pytest.approx(look.needle_mass.flatten().tolist(), abs=0.006)
    assert (panel.get_xlabel(), panel.get_ylabel()) == ("KV head", "layer")
    assert [label.get_text() for label in panel.get_yticklabels()] == list("012345")


@pytest.mark.filterwarnings("error")  # a sign that the font lacks would warn
def test_the_picture_takes_the_70b_and_any_sign(look: Look, figures: list[Any]) -> None:
    large = replace(look, needle_mass=torch.rand(80, 8), answer="$x_ 漢字 🦙\n" * 50)
    assert large.draw(words=True).png.startswith(b"\x89PNG")
    assert not figures[0].axes[0].texts and "$x_ □□ □" in figures[0].get_suptitle()
    assert figures[0].get_size_inches()[1] < 12


# ---- the widget ---------------------------------------------------------------------------


def test_it_opens_with_a_look_and_a_picture(whole_view: probes.ProbeBench) -> None:
    bundle = whole_view._repr_mimebundle_()
    assert "verdict       right" in bundle["text/plain"] and "0x" not in bundle["text/plain"]
    assert bundle["image/png"].startswith(b"\x89PNG") and len(bundle["image/png"]) < 30_000
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "Read and answered in" in whole_view.answer.value
    labels = [label for label, _ in whole_view.length.options]
    assert labels == ["256", "512", "1,024", "2,048", "4,096", "8,192", "16,384 (beyond)"]


def test_every_control_changes_what_is_looked_for(
    view: probes.ProbeBench, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def look_for(_: Session, *what: Any, seed: int) -> Look:
        assert view.button.disabled and view.another.disabled
        asked.append((*what, seed))
        assert view.button.description == "looking ..."
        return look

    monkeypatch.setattr(bench, "look_for", look_for)
    view.task.value, view.length.value, view.depth.value = "word", 1024, 30
    view.button.click()
    view.another.click()
    view.button.click()
    assert all(field.disabled for field in view.own.values())
    view.task.value = "own"
    assert not any(field.disabled for field in view.own.values())
    view.own["value"].value = "key"
    view.button.click()
    own = replace(PIANO, value="key")
    assert asked == [("word", 1024, 30, 0), *2 * [("word", 1024, 30, 1)], (own, 1024, 30, 1)]
    assert not view.button.disabled and view.button.description == "look for it"


def test_an_error_is_shown_and_the_last_look_kept(view: probes.ProbeBench) -> None:
    kept, shown = view.found, view.answer.value
    view.task.value = "own"
    view.own["value"].value = "<b>organ</b>"
    view.button.click()
    assert "The value &#x27;&lt;b&gt;organ&lt;/b&gt;&#x27; does not stand" in view.said.value
    assert "Next step: Write the value as it stands" in view.said.value
    assert (view.found, view.answer.value) == (kept, shown)
    assert view.own["value"].value == "<b>organ</b>" and not view.button.disabled
    view.own["value"].value = "piano"
    view.button.click()
    assert view.said.value == "" and "It is piano." in view.answer.value


def test_even_an_error_of_others_gives_the_button_back(
    view: probes.ProbeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Look:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(bench, "look_for", fail)
    view.button.click()
    assert "out of memory" in view.said.value and not view.button.disabled
