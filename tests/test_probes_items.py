"""What a grid asks: lengths and depths to the token, the model's own rules, exact scores."""

from __future__ import annotations

from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerFast

from llama_explore import LlamaExploreError, load_tokenizer, probes
from llama_explore.probes.haystacks import split_sentences
from llama_explore.probes.items import Item, begins, contains, equals
from llama_explore.probes.plan import Plan

BEGIN_OF_TEXT = 128_000
WITH_DEPTH = ["number", "word", "tokens", "keys", "copying"]
ALL = list(probes.TASKS)


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return load_tokenizer()


@pytest.fixture
def write(tokenizer: PreTrainedTokenizerFast) -> object:
    def plan(**options: object) -> Plan:
        form = str(options.pop("form", "chat"))
        context = options.pop("context", None)
        grid = probes.Grid(**options)  # type: ignore[arg-type]
        return probes.plan_grid(None, grid, tokenizer=tokenizer, form=form, context=context)  # type: ignore[arg-type]

    return plan


def find(ids: list[int], part: list[int]) -> list[int]:
    """Return every place where some ids stand in others."""
    return [i for i in range(len(ids)) if ids[i : i + len(part)] == part]


@pytest.mark.parametrize("task", ALL)
@pytest.mark.parametrize("form", ["chat", "plain"])
def test_every_prompt_has_its_length_to_the_token(task, form, write, tokenizer) -> None:
    plan = write(tasks=(task,), lengths=(512, 777, 1500), depths=(0, 33, 100), form=form)
    assert len(plan.items) == 3 * (3 if task in WITH_DEPTH else 1)
    for item in plan.items:
        for question in item.questions:
            if task != "queries":  # its questions differ by a few tokens: the first has the length
                assert len(question.ids) + question.n_answer_tokens == item.cell.length
            # The text is read as the same tokens again, by the library's own way.
            if question.messages:
                again = tokenizer.apply_chat_template(
                    list(question.messages), add_generation_prompt=True, return_dict=True
                )["input_ids"]
            else:
                again = tokenizer(question.prompt)["input_ids"]
            assert list(question.ids) == again
            assert again.count(BEGIN_OF_TEXT) == 1 and again[0] == BEGIN_OF_TEXT


@pytest.mark.parametrize("way", ["exact", "scan"])
@pytest.mark.parametrize("task", ["number", "word", "tokens"])
def test_a_needle_stands_once_and_where_it_was_asked_to(way, task, write, tokenizer) -> None:
    depths = (0, 20, 50, 81, 100)
    for item in write(tasks=(task,), lengths=(600, 2000), depths=depths, way=way).items:
        (question,) = item.questions
        text = question.messages[0]["content"]
        sentence = next(s for s in split_sentences(text) if s.endswith(f"is {question.wanted[0]}."))
        assert text.count(sentence) == 1 and question.text == text.split("\n\n")[-1]
        ids, needle = list(question.ids), tokenizer(" " + sentence, add_special_tokens=False)
        inside = needle["input_ids"][2:-1]  # its edges may be joined with what stands beside
        (at,) = find(ids, inside)
        user = find(ids, tokenizer.encode("user", add_special_tokens=False))[0] + 3
        asked = tokenizer.encode("\n\n" + question.text, add_special_tokens=False)
        n_context = len(ids) - 5 - len(asked) - user + 1  # 5: the markers of the answer's turn
        came_out = 100 * (at - 2 - user) / (n_context - len(needle["input_ids"]))
        assert came_out == pytest.approx(question.depth_percent, abs=0.6)
        # In a scan the other needles stand in the way by a sentence at most.
        slack = 0.25 if way == "exact" else 6
        assert question.depth_percent == pytest.approx(item.cell.depth_percent, abs=slack)


def test_whole_sentences_stand_around_a_needle_and_lengths_share_their_beginning(write) -> None:
    plan = write(lengths=(512, 1024, 4096), depths=(37, 100))
    for item in plan.items:
        context = item.questions[0].messages[0]["content"].split("\n\n")[0]
        assert all(s[-1] in '.!?"' for s in split_sentences(context)), "a sentence was cut"
    assert plan.n_least_tokens < 0.8 * plan.n_usual_tokens


def test_a_scan_puts_all_needles_of_a_length_into_one_context(write) -> None:
    plan = write(lengths=(1024,), depths=11, way="scan")
    contexts = {item.questions[0].messages[0]["content"].split("\n\n")[0] for item in plan.items}
    assert len(contexts) == 1 and len(plan.items) == 11
    (context,) = contexts
    assert all(context.count(item.questions[0].wanted[0]) == 1 for item in plan.items)
    assert len({item.questions[0].text for item in plan.items}) == 11


def test_the_same_seed_gives_the_same_items_and_another_seed_others(write) -> None:
    def ids(seed: int) -> list[object]:
        return [i.questions[0].ids for i in write(tasks=ALL, lengths=(640,), seed=seed).items]

    assert ids(3) == ids(3)
    assert all(a != b for a, b in zip(ids(3), ids(4), strict=True))


def test_repeats_differ_in_needle_and_haystack(write) -> None:
    first, second = write(lengths=(512,), depths=1, repeats=2).items
    assert first.questions[0].wanted != second.questions[0].wanted
    assert first.questions[0].ids[50:80] != second.questions[0].ids[50:80]


def test_what_is_wanted_can_be_read_off_the_prompt(write) -> None:
    def only(task: str) -> Item:
        return write(tasks=(task,), lengths=(900,), depths=1).items[0]

    values = only("values").questions[0]
    assert len(values.wanted) == 4
    assert all(f"is {value}." in values.prompt for value in values.wanted)
    chain = only("variables").questions[0]
    for old, new in zip(chain.wanted[:-1], chain.wanted[1:], strict=True):
        assert f"VAR {new} = VAR {old}." in chain.prompt
    words = only("common_words").questions[0]
    listed = words.messages[0]["content"].split("\n\n")[0].split()
    counts = sorted({word: listed.count(word) for word in listed}.items(), key=lambda p: -p[1])
    assert {word for word, _ in counts[:5]} == set(words.wanted) and counts[4][1] > counts[5][1]
    copy = only("copying").questions[0]
    text = copy.prompt.split()
    (at,) = [i for i in range(len(text) - 16) if text[i : i + 8] == text[-8:]]
    assert copy.wanted == (" ".join(text[at + 8 : at + 16]),)
    queries = only("queries")
    assert len({question.text for question in queries.questions}) == 4
    assert all(0 <= question.depth_percent <= 100 for question in queries.questions)


def test_arbitrary_tokens_are_drawn_from_the_whole_vocabulary(write, tokenizer) -> None:
    plan = write(tasks=("tokens",), lengths=(2048,), depths=30, way="scan")
    ids = [i for item in plan.items for i in tokenizer.encode(" " + item.questions[0].wanted[0])]
    assert max(ids) > 60_000 and sum(20_000 < i < 128_000 for i in ids) > 20


def test_an_own_needle_is_hidden_as_it_is(write) -> None:
    own = probes.OwnNeedle("Grandma hid the key in the old piano.", "Where is the key?", "piano")
    for item in write(tasks=(own,), lengths=(512, 1024), depths=3).items:
        (question,) = item.questions
        assert question.prompt.count("Grandma hid the key in the old piano.") == 1
        assert question.text == "Where is the key?" and question.wanted == ("piano",)
        assert len(question.ids) + question.n_answer_tokens == item.cell.length


def test_a_haystack_can_be_a_file_or_a_passage(write, tmp_path: Path) -> None:
    path = tmp_path / "hay.txt"
    path.write_text("Über den Wolken — so high.\n\nIt rains, and rains, and rains today! " * 9)
    for haystack in (probes.FromFile(path), probes.Repeated()):
        plan = write(lengths=(512, 2048), depths=(0, 42, 100), haystack=haystack)
        for item in plan.items:
            (question,) = item.questions
            assert len(question.ids) + question.n_answer_tokens == item.cell.length
            assert question.depth_percent == pytest.approx(item.cell.depth_percent, abs=4)
            where = question.prompt.index("is " + question.wanted[0])
            assert question.prompt[:where].rpartition("The ")[0].rstrip()[-1] in ".!>"
    described = plan.header({"label": "x", "revision": "y"})["grid"]["haystack"]
    assert described == {"kind": "repeated", "text": probes.Repeated().text}


def test_scores_are_exact() -> None:
    assert contains("The secret number of Paris is 48213.", ["48213"]) == 1
    assert contains("It is 482130.", ["48213"]) == contains("It is 4821.", ["48213"]) == 0
    assert contains("1, 2 and 3", ["1", "2", "4", "5"]) == 0.5
    assert contains("IT IS  old   Piano", ["old piano"]) == 1
    assert contains("It is x-γρα!", ["γρα!"]) == 1 and contains("", ["a"]) == 0
    assert equals("It is Paris.", ["paris"]) == equals(" paris ", ["Paris"]) == 1
    assert equals("Paris, I think", ["paris"]) == 0
    assert begins(" one two three", ["one two"]) == 1 and begins("one", ["one two"]) == 0


def test_a_plain_answer_ends_with_its_line(write) -> None:
    (item,) = write(lengths=(512,), depths=1, form="plain").items
    value = item.questions[0].wanted[0]
    assert item.record([f" It is {value}.\n\nQuestion: what?"])["score"] == 1
    assert item.record([f" It is 1.\n\nIt is {value}."])["score"] == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"lengths": (64,)}, "needles and the question take"),
        ({"depths": (0, 101)}, "percentage from 0"),
        ({"depths": (-1,)}, "percentage from 0"),
        ({"depths": (float("nan"),)}, "percentage from 0"),
        ({"depths": 0}, "0 depths"),
        ({"depths": ()}, "no depths"),
        ({"lengths": (4096,), "context": 2048}, "over the model's context of 2,048"),
        ({"lengths": (0,)}, "whole numbers"),
        ({"lengths": ()}, "whole numbers"),
        ({"lengths": (512.5,)}, "whole numbers"),
        ({"repeats": 0}, "repeats is 0"),
        ({"way": "fast"}, "no way 'fast'"),
        ({"tasks": ("numbers",)}, "no task 'numbers'"),
        ({"tasks": ()}, "at least one"),
        ({"tasks": ("number", "number")}, "none twice"),
        ({"tasks": ("keys",), "way": "scan"}, "cannot be scanned"),
        ({"tasks": ("copying",), "lengths": (30,)}, "too few to copy"),
        ({"form": "poem"}, "no form 'poem'"),
        ({"tasks": (probes.OwnNeedle("A cat.", "Who?", "dog"),)}, "does not stand in the needle"),
        ({"tasks": (probes.OwnNeedle(" ", "Who?", "dog"),)}, "statement of the needle is empty"),
        ({"tasks": (probes.OwnNeedle("A <|eot_id|> cat.", "Who?", "cat"),)}, "special token"),
        ({"tasks": (probes.OwnNeedle("A cat. " * 300, "Who?", "cat"),)}, "take"),
        (
            {
                "tasks": (probes.OwnNeedle("The sky is blue.", "How is the sky?", "blue"),),
                "haystack": probes.Repeated(),
            },
            "stands in the haystack already",
        ),
        ({"haystack": probes.Repeated(" ")}, "passage to repeat is empty"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_reason(options, said, write) -> None:
    with pytest.raises(LlamaExploreError, match=said) as caught:
        write(**{"lengths": (512,), "depths": 3, **options})
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"", "is empty"),
        (b" \n\n ", "is empty"),
        (b"\xff\xfe\x00\x01", "is not UTF-8"),
        (b"PK\x03\x04 zip", "control characters"),
        (b"Hello <|eot_id|> there.", "special token"),
    ],
)
def test_a_bad_haystack_file_is_refused(content, said, write, tmp_path: Path) -> None:
    path = tmp_path / "hay.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LlamaExploreError, match=said):
        write(lengths=(512,), haystack=probes.FromFile(path))


def test_a_length_over_the_context_is_allowed_when_asked_for(write) -> None:
    plan = write(lengths=(1024,), depths=1, context=512, beyond_context=True)
    assert len(plan.items) == 1


def test_without_a_session_or_a_tokenizer_there_is_no_plan() -> None:
    with pytest.raises(LlamaExploreError, match="neither a session nor a tokenizer"):
        probes.plan_grid(None, probes.Grid())
