"""Every rule for notebooks can fail: each is broken here, in a small notebook that keeps to all."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from chapter_rules import CHAPTER_RULES, find_exercises
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_rules import RULES, Page, is_compared

Spoil = Callable[[Any], object]

ALL_RULES = {**RULES, **CHAPTER_RULES}
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
FIGURE = "<Figure size 640x480 with 1 Axes>"
VIEW = "application/vnd.jupyter.widget-view+json"
RIGHT = "Right. 70,553,706,496 parameters x 2 bytes = 141,107,412,992 bytes = 141.1 GB."

CARD = """# Chapter one
After this chapter you can
- read
- write
- count

About 30 minutes. Needs nothing but the pocket model."""

EXERCISE = """### Exercise {n} · How heavy is it?

●●○○○ · 5 minutes

How many gigabytes?

<details><summary>Hint 1</summary>

Two bytes each.

</details>
<details><summary>Hint 2</summary>

Divide by 10^9.

</details>
"""

END = """## Recap
- a
- b
- c
- d
- e

## Test yourself
1. What?
2. Why?
3. How?

## Sources
- [The paper](https://arxiv.org/abs/2305.13245)

Next: [the next chapter](02_next.ipynb)"""

CHECK = "from llama_explore.checks import check_weights_gigabytes\n\nanswer = {}\n"
CHECK += "check_weights_gigabytes(answer)"


def printed(text: str) -> Any:
    return new_output("stream", name="stdout", text=text)


def shown(**kinds: Any) -> Any:
    return new_output("display_data", data={key.replace("_", "/"): kinds[key] for key in kinds})


def result(text: str) -> Any:
    return new_output("execute_result", data={"text/plain": text})


def save(path: Path, cells: list[Any]) -> None:
    n = 0
    for index, cell in enumerate(cells):
        cell.id = f"cell-{index}"
        if cell.cell_type == "code":
            n += 1
            cell.execution_count = n
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = n
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)


def code(source: str = "print(1)", *outputs: Any, tags: list[str] | None = None) -> Any:
    return new_code_cell(
        source, outputs=list(outputs or [printed("1\n")]), metadata={"tags": tags} if tags else {}
    )


def prose(text: str = "Text.") -> Any:
    return new_markdown_cell(text)


@pytest.fixture
def chapter(tmp_path: Path) -> Path:
    """A chapter, the next one and its solutions, that keep to every rule."""
    cells = [
        prose(CARD),
        code("import torch\nfrom llama_explore.checks import check_x", printed("ready\n")),
    ]
    for _ in range(8):
        cells += [prose("What to notice: nothing."), code()]
    for n in (1, 2, 3):
        cells += [prose(EXERCISE.format(n=n))]
        cells += [code(CHECK.format("..."), result("Not answered yet. Put your number there."))]
    cells += [prose(END)]
    save(tmp_path / "01_first.ipynb", cells)
    save(tmp_path / "02_next.ipynb", [prose("# Next")])
    solved: list[Any] = [prose("# Solutions")]
    for n in (1, 2, 3):
        solved.append(prose(f"### Exercise {n} · How heavy is it?\n\nTwo bytes each."))
        solved.append(code(CHECK.format("70_553_706_496 * 2 / 1e9"), result(RIGHT)))
    save(tmp_path / "solutions/01_first.ipynb", solved)
    return tmp_path / "01_first.ipynb"


def change(path: Path, spoil: Spoil) -> None:
    """Change a notebook as plain JSON, for nbformat would mend some of what is spoilt."""
    book = nbformat.from_dict(json.loads(path.read_text("utf-8")))
    for cell in book.cells:
        cell.source = "".join(cell.source)
    spoil(book)
    path.write_text(json.dumps(book), "utf-8")


def faults_of(rule: str, path: Path) -> list[str]:
    return list(ALL_RULES[rule](Page(path, names=("zaphod", "heart-of-gold"))))


@pytest.mark.parametrize("rule", ALL_RULES)
def test_a_good_chapter_has_no_fault(rule: str, chapter: Path) -> None:
    assert faults_of(rule, chapter) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_good_solution_has_no_fault(rule: str, chapter: Path) -> None:
    assert faults_of(rule, chapter.parent / "solutions/01_first.ipynb") == []


def says(place: int, text: str, kind: str = "text_plain") -> Spoil:
    """Return what puts a text into a cell: prose, or the output of code."""

    def spoil(book: Any) -> None:
        cell = book.cells[place]
        if cell.cell_type == "markdown":
            cell.source += f"\n{text}"
        else:
            cell.outputs = [shown(**{kind: text})]

    return spoil


def source(place: int, text: str) -> Spoil:
    return lambda book: book.cells[place].update(source=text)


def replaced(place: int, old: str, new: str) -> Spoil:
    def spoil(book: Any) -> None:
        assert re.search(old, book.cells[place].source)
        book.cells[place].source = re.sub(old, new, book.cells[place].source, count=1)

    return spoil


def on_cells(place: int, n: int, **changes: Any) -> Spoil:
    def spoil(book: Any) -> None:
        for cell in [c for c in book.cells[place:] if c.cell_type == "code"][:n]:
            cell.update(nbformat.from_dict(changes))

    return spoil


def tag(name: str) -> Spoil:
    return on_cells(1, 3, metadata={"tags": [name]})


PROSE, CODE, TASK, ANSWER, LAST = 2, 3, 18, 19, 24

# What spoils a good chapter (or its solutions, for the last rule), and words of the fault found.
BAD: dict[str, list[tuple[str, Spoil]]] = {
    "it_was_executed_from_1_to_n": [
        ("[None]", on_cells(CODE, 1, execution_count=None)),
        ("[7], not [2]", on_cells(CODE, 1, execution_count=7)),
        ("empty", source(CODE, " \n")),
        ("another run", lambda b: b.cells[ANSWER].outputs[0].update(execution_count=99)),
    ],
    "most_outputs_are_compared": [
        ("9 of 12", on_cells(CODE, 3, execution_count=None)),
        ("9 of 12", tag("nbval-ignore-output")),
        ("9 of 12", tag("nbval-skip")),
        ("9 of 12", on_cells(CODE, 3, source="# NBVAL_SKIP\n1")),
        (
            "9 of 12 outputs, not 80%; not those of the cells [4, 6, 8]",
            on_cells(CODE, 3, outputs=[shown(image_png="aGE=", text_plain=FIGURE)]),
        ),
        ("no cell has an output", on_cells(1, 99, outputs=[])),
    ],
    "no_cell_failed_or_warned": [
        ("stderr", lambda b: b.cells[CODE].outputs[0].update(name="stderr")),
        (
            "ends in an error",
            on_cells(CODE, 1, outputs=[new_output("error", ename="E", evalue="", traceback=[])]),
        ),
    ],
    "no_memory_addresses": [
        ("0x7f12ab34cd56", says(CODE, "0x7f12ab34cd56")),
        ("at 0x10", says(CODE, "<b>f at 0x104</b>", "text_html")),
    ],
    "no_user_names_and_no_paths_of_one_machine": [
        ("/home/", says(CODE, "in /home/zaphod/x")),
        ("/Users/", says(PROSE, "see /Users/me")),
        ("C:", source(CODE, r"open(r'C:\Users\me')")),
        ("/tmp/", says(CODE, "'/tmp/tmpab12/x.txt'")),
        ("name", says(CODE, "hello Zaphod!")),
        ("name", says(CODE, "on heart-of-gold")),
    ],
    "no_tokens": [
        ("hf_", source(CODE, f"token = 'hf_{'aB3' * 11}'")),
        ("sk-", says(CODE, f"sk-{'a1-B_' * 5}")),
        ("ghp_", says(PROSE, f"ghp_{'a1B' * 12}")),
    ],
    "no_remote_scripts_or_pictures": [
        ("<script", says(CODE, "<script src='//x.org/a'>", "text_html")),
        ("<img", says(PROSE, '<img width="9" src="https://x.org/a">')),
        ("cell 3", says(PROSE, "![badge](https://mybinder.org/b)")),
        ("[b]", says(PROSE, "![badge][b]\n\n[b]: https://x.org/b")),
        (".css", says(CODE, "https://x.org/a/style.css")),
        ("import", source(CODE, "js = \"import 'https://esm.sh/d3'\"")),
        ("url(", says(CODE, "<p style='url(//x.org)'>", "text_html")),
        ("IFrame", source(CODE, "IFrame('https://x.org', 9, 9)")),
    ],
    "no_cell_is_too_long": [
        ("cell 4 has 26", source(CODE, "\n".join(["x = 1"] * 26))),
        ("cell 3 has 26", source(PROSE, "\n".join(["text"] * 26))),
    ],
    "the_file_is_small": [
        ("bytes, more than 200,000", says(CODE, "x" * 200_000)),
    ],
    "no_saved_widgets": [
        ("state", lambda b: b.metadata.update(widgets={})),
        ("cell 4", on_cells(CODE, 1, outputs=[shown(**{VIEW: {}})])),
    ],
    "no_metadata_but_the_kernel": [
        ("authors", lambda b: b.metadata.update(authors=[])),
        ("kernel is not", lambda b: b.metadata.update(kernelspec={})),
        ("execution", on_cells(CODE, 1, metadata={"execution": {}})),
        ("may fail", tag("raises-exception")),
    ],
    "the_cells_have_ids": [
        ("no id", lambda b: b.cells[0].pop("id")),
    ],
    "the_length_is_right": [
        ("23 cells, not 25 to 45", lambda b: b.cells.__delitem__(slice(2, 4))),
        ("46 cells", lambda b: b.cells.extend([prose() for _ in range(21)])),
    ],
    "half_to_two_thirds_is_prose": [
        ("69%", lambda b: b.cells.extend([prose() for _ in range(14)])),
        ("46%", lambda b: b.cells.extend([code(), code(), code()])),
    ],
    "it_opens_with_a_card": [
        ("Title", source(0, CARD[2:])),
        ("2 things", replaced(0, "- count\n", "")),
        ("minutes", replaced(0, "30 minutes", "an hour")),
        ("needs", replaced(0, "Needs", "Takes")),
        ("Title", lambda b: b.cells.__delitem__(0)),
    ],
    "it_says_what_to_notice": [
        (
            "nowhere",
            lambda b: [c.update(source=c.source.replace("notice", "see")) for c in b.cells],
        ),
    ],
    "it_ends_with_a_recap": [
        ("Recap", replaced(LAST, "## Recap", "**Recap**")),
        ("4 points", replaced(LAST, "- e\n", "")),
        ("2 points", replaced(LAST, "3. How.\n", "")),
        ("no link", replaced(LAST, "https", "http")),
    ],
    "it_leads_to_the_next_chapter": [
        ("02_next.ipynb", replaced(LAST, "02_next", "01_first")),
        ("no file", says(PROSE, "[x](03_none.ipynb#there)")),
    ],
    "exercises_have_the_one_form": [
        ("2 exercises in", replaced(TASK, "○○○ · 5 min", "○○○, 5 min")),
        ("cell 19 is", replaced(TASK, r"Exercise 1 ·", "Exercise 1:")),
        ("cell 19 is", replaced(TASK, "How many gigabytes.\n\n", "")),
        ("cell 19 is", replaced(TASK, r"(?s)<details>.*", "")),
        ("with 4 dots", replaced(TASK, "○○○", "○○")),
        ("hints from 1", replaced(TASK, "Hint 2", "Hint 3")),
        ("is number 1", replaced(TASK, "Exercise 1", "Exercise 2")),
        ("does not end in", source(ANSWER, "answer = ...")),
        ("has no check_x", replaced(ANSWER, r"\ncheck_\w+", "\ncheck_x")),
        ("left open", replaced(ANSWER, r"\.\.\.", "141")),
        ("stored output", says(ANSWER, RIGHT)),
        ("4 cells end in", source(CODE, "check_weights_gigabytes(1)")),
    ],
    "every_exercise_is_solved": [
        ("is not solved", replaced(1, "Exercise 1", "Exercise 9")),
        ("not asked", replaced(1, "heavy", "light")),
        ("judged", says(2, "Not quite. That is float32.")),
        ("another check", replaced(2, r"\ncheck_\w+", "\ncheck_x")),
    ],
}


def test_every_rule_is_broken_once_at_least() -> None:
    assert set(BAD) == set(ALL_RULES)
    assert all(BAD.values())


@pytest.mark.parametrize(
    ("rule", "fault", "spoil"),
    [(rule, *bad) for rule, bads in BAD.items() for bad in bads],
    ids=lambda value: "" if callable(value) else value,
)
def test_a_broken_rule_is_noticed(rule: str, fault: str, spoil: Spoil, chapter: Path) -> None:
    solution = chapter.parent / "solutions" / chapter.name
    change(solution if rule == "every_exercise_is_solved" else chapter, spoil)
    faults = faults_of(rule, chapter)
    assert any(fault in each for each in faults), faults


def test_a_missing_solution_is_noticed(chapter: Path) -> None:
    (chapter.parent / "solutions" / chapter.name).unlink()
    assert faults_of("every_exercise_is_solved", chapter) == [
        "there is no solutions/01_first.ipynb"
    ]


def test_a_word_that_only_looks_like_a_fault_is_none(chapter: Path) -> None:
    book = nbformat.read(chapter, as_version=4)
    book.cells[PROSE].source = (
        "RMSNorm takes the root of the mean; 0x3f800000 is 1.0 in float32; and/or/tmp; "
        "`hf_hub_download`, a token such as hf_...; [a link](https://huggingface.co/docs/hub); "
        "![figure](figures/rope.svg) ![data](data:image/png;base64,aGE=) in ~/.cache; "
        "what to notice: 24/7 at home/work, https://x.org/home/me, risk-taking-in-general."
    )
    book.cells[CODE].outputs = [
        shown(text_html='<svg xmlns="http://www.w3.org/2000/svg"><path d="M0"/></svg>'),
        shown(image_png="at 0x7f00 /home/zaphod hf_aaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        printed("Answer:\\nheart, of gold\n"),
    ]
    nbformat.write(book, chapter)
    assert {rule: faults for rule in RULES if (faults := faults_of(rule, chapter))} == {}


def test_chapter_00_may_be_shorter_and_no_other(chapter: Path) -> None:
    change(chapter, lambda book: book.cells.__delitem__(slice(2, 14)))
    assert faults_of("the_length_is_right", chapter) == ["13 cells, not 25 to 45"]
    assert faults_of("the_length_is_right", chapter.rename(chapter.parent / "00_a.ipynb")) == []


def test_the_last_chapter_needs_no_link_to_a_next_one(chapter: Path) -> None:
    change(chapter, replaced(LAST, r"Next: .*", "The end."))
    assert len(faults_of("it_leads_to_the_next_chapter", chapter)) == 1
    (chapter.parent / "02_next.ipynb").unlink()
    assert faults_of("it_leads_to_the_next_chapter", chapter) == []


def test_an_exercise_may_ask_for_a_function(chapter: Path) -> None:
    stub = 'def count(n: int) -> int:\n    """Return n."""\n    ...\n\n\n'
    change(chapter, source(ANSWER, f"{stub}check_weights_gigabytes(count)"))
    assert faults_of("exercises_have_the_one_form", chapter) == []
    first = find_exercises(Page(chapter))[0]
    assert (first.n_hints, first.find_checker()) == (2, ("check_weights_gigabytes", "count"))


CELLS = {
    "print('new')": ([printed("stored\n")], []),
    "40 + 2": ([result("41")], []),
    "# nothing comes": ([printed("stored\n")], []),
    "print('ignored')": ([printed("stored\n")], ["nbval-ignore-output"]),
    "print('skipped')": ([printed("stored\n")], ["nbval-skip"]),
    "# NBVAL_IGNORE_OUTPUT\nprint('ignored by comment')": ([printed("stored\n")], []),
    "display({'image/png': 'bmV3'}, raw=True)": ([shown(image_png="c3RvcmVk")], []),
    "display({'image/jpeg': 'bmV3'}, raw=True)": ([shown(image_jpeg="c3RvcmVk")], []),
    f"display({{'{VIEW}': {{'model_id': 'b'}}}}, raw=True)": (
        [shown(**{VIEW: {"model_id": "a"}})],
        [],
    ),
    "display({'image/png': 'bmV3', 'text/plain': 'new'}, raw=True)": (
        [shown(image_png="c3RvcmVk", text_plain="stored")],
        [],
    ),
    "display({'text/html': '<b>new</b>'}, raw=True)": ([shown(text_html="<b>stored</b>")], []),
    "display({'image/svg+xml': '<svg/>'}, raw=True)": (
        [shown(**{"image_svg+xml": "<svg>stored</svg>"})],
        [],
    ),
}


def test_is_compared_agrees_with_what_nbval_does(tmp_path: Path) -> None:
    """Every stored output here is wrong: nbval must fail just where we say it compares."""
    cells = [code(text, *outputs, tags=tags) for text, (outputs, tags) in CELLS.items()]
    save(tmp_path / "wrong.ipynb", cells)
    options = ["-p", "no:cacheprovider", "-rA", "--tb=no", "--nbval", "--nbval-current-env"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", tmp_path, tmp_path],
        capture_output=True,
        text=True,
        timeout=120,
    )
    failed = {int(n) for n in re.findall(r"^FAILED .*::Cell (\d+)", ran.stdout, re.MULTILINE)}
    book = nbformat.read(tmp_path / "wrong.ipynb", as_version=4)
    compared = {n for n, cell in enumerate(book.cells) if is_compared(cell)}
    assert len(failed) == 6, ran.stdout
    assert compared == failed
