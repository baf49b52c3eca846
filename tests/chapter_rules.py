"""The form of a chapter and of its exercises: each rule returns its faults, one sentence each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode
from notebook_rules import Page, Rule

from llama_explore import checks

CHAPTER_RULES: dict[str, Rule] = {}


def chapter_rule(function: Rule) -> Rule:
    """Hold every chapter to this rule."""
    CHAPTER_RULES[function.__name__] = function
    return function


def section(page: Page, title: str) -> str | None:
    """Return the text under the heading that starts with `title`, up to the next heading."""
    text = "\n\n".join(cell.source for _, cell in page.prose)
    found = re.search(rf"^##+ {title}.*?$(.*?)(?=^##? |\Z)", text, re.MULTILINE | re.DOTALL)
    return found.group(1) if found else None


def count_items(text: str) -> int:
    return len(re.findall(r"^(?:[-*]|\d+\.) ", text, re.MULTILINE))


@chapter_rule
def the_length_is_right(page: Page) -> Iterator[str]:
    least = 12 if page.number == 0 else 25
    if not least <= len(page.cells) <= 45:
        yield f"{len(page.cells)} cells, not {least} to 45"


@chapter_rule
def half_to_two_thirds_is_prose(page: Page) -> Iterator[str]:
    share = len(page.prose) / len(page.cells)
    if not 1 / 2 <= share <= 2 / 3:
        yield f"{share:.0%} of the cells are prose, not 50 to 67 %"


@chapter_rule
def it_opens_with_a_card(page: Page) -> Iterator[str]:
    _, first = page.cells[0]
    card = first.source if first.cell_type == "markdown" else ""
    if not card.startswith("# "):
        yield "the first cell is no '# Title'"
    if (found := count_items(card)) != 3:
        yield f"the card names {found} things you will be able to do, not three"
    if not re.search(r"\b\d+ minutes\b", card):
        yield "the card does not say how many minutes"
    if not re.search(r"\bneeds\b", card, re.IGNORECASE):
        yield "the card does not say what the chapter needs"


@chapter_rule
def it_says_what_to_notice(page: Page) -> Iterator[str]:
    if not any("what to notice" in cell.source.lower() for _, cell in page.prose):
        yield "nowhere 'What to notice'"


@chapter_rule
def it_ends_with_a_recap(page: Page) -> Iterator[str]:
    for title, least, most in (("Recap", 5, 5), ("Test yourself", 3, 3), ("Sources", 1, 20)):
        text = section(page, title)
        if text is None:
            yield f"no heading '## {title}'"
        elif not least <= count_items(text) <= most:
            yield f"'## {title}' has {count_items(text)} points, not {least} to {most}"
    if "](https://" not in (section(page, "Sources") or "](https://"):
        yield "'## Sources' has no link"


@chapter_rule
def it_leads_to_the_next_chapter(page: Page) -> Iterator[str]:
    text = "\n".join(cell.source for _, cell in page.prose)
    linked = {link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+\.ipynb[^)\s]*)", text)}
    for link in sorted(linked):
        if not (page.path.parent / link).is_file():
            yield f"the link to {link} leads to no file"
    following = sorted(page.path.parent.glob(f"{page.number + 1:02}_*.ipynb"))
    if following and following[0].name not in linked:
        yield f"no link to the next chapter, {following[0].name}"


# --- exercises --------------------------------------------------------------------------

EXERCISE = re.compile(
    r"### Exercise (?P<number>\d+) · (?P<title>\S.*)\n+"
    r"(?P<dots>●{1,5}○{0,4}) · (?P<minutes>\d+) minutes?\n+"
    r"(?P<question>(?!<details>)\S(?:(?!<details>)[\s\S])*)"
    r"(?P<hints>(?:<details><summary>Hint \d+</summary>\n\n"
    r"(?:(?!</?details>)[\s\S])+\n\n</details>\s*)+)"
)


@dataclass(frozen=True)
class Exercise:
    """An exercise: its heading, and the cell for the answer."""

    heading: str
    n_hints: int
    cell: NotebookNode | None

    @property
    def verdict(self) -> str:
        """The stored words of the checker."""
        outputs = self.cell.outputs if self.cell else []
        return str(outputs[-1].get("data", {}).get("text/plain", "")) if outputs else ""

    def find_checker(self) -> tuple[str, str] | None:
        """Return the checker's name and what it is given, if that is the cell's last line."""
        last = ast.parse(self.cell.source).body[-1:] if self.cell else []
        match last:
            case [ast.Expr(ast.Call(ast.Name(checker), [ast.Name(answer)], []))]:
                return (checker, answer) if checker.startswith("check_") else None
        return None

    def find_dots(self) -> set[str]:
        """Return the names that still stand for three dots: variables and empty functions."""
        names = set()
        for node in ast.parse(self.cell.source).body if self.cell else []:
            match node:
                case ast.Assign([ast.Name(name)], ast.Constant(value)) if value is ...:
                    names.add(name)
                case ast.FunctionDef(name=name, body=[*_, ast.Expr(ast.Constant(value))]):
                    if value is ...:
                        names.add(name)
        return names


def find_exercises(page: Page) -> list[Exercise]:
    """Return the exercises that have the one form."""
    found = []
    cells = page.notebook.cells
    for cell, following in zip(cells, [*cells[1:], None], strict=True):
        if cell.cell_type == "markdown" and (match := EXERCISE.fullmatch(cell.source)):
            code = following if following and following.cell_type == "code" else None
            heading = f"Exercise {match['number']} · {match['title']}"
            found.append(Exercise(heading, match["hints"].count("<summary>"), code))
    return found


@chapter_rule
def exercises_have_the_one_form(page: Page) -> Iterator[str]:
    exercises = find_exercises(page)
    least = 1 if page.number == 0 else 3
    if not least <= len(exercises) <= 5:
        yield f"{len(exercises)} exercises in the one form, not {least} to 5"
    for n, cell in page.prose:
        if re.search(r"^#+ .*exercise\s*\d", cell.source, re.IGNORECASE | re.MULTILINE):
            match = EXERCISE.fullmatch(cell.source)
            if not match:
                yield f"cell {n} is an exercise, but not in the one form"
            elif len(match["dots"]) != 5:
                yield f"cell {n} shows its difficulty with {len(match['dots'])} dots, not 5"
            elif re.findall(r"Hint (\d+)", match["hints"]) != [
                str(i) for i in range(1, match["hints"].count("<summary>") + 1)
            ]:
                yield f"cell {n} does not count its hints from 1"
    n_checks = sum(bool(re.search(r"^check_\w+\(.*\Z", cell.source, re.M)) for _, cell in page.code)
    if n_checks != len(exercises):
        yield f"{n_checks} cells end in a check, but there are {len(exercises)} exercises"
    for number, exercise in enumerate(exercises, 1):
        if not exercise.heading.startswith(f"Exercise {number} "):
            yield f"'{exercise.heading}' is number {number}"
        found = exercise.find_checker()
        if not found:
            yield f"{exercise.heading}: the next cell does not end in check_<name>(answer)"
        elif not hasattr(checks, found[0]):
            yield f"{exercise.heading}: llama_explore.checks has no {found[0]}"
        elif found[1] not in exercise.find_dots():
            yield f"{exercise.heading}: {found[1]} is not left open with three dots"
        elif not exercise.verdict.startswith("Not answered yet."):
            yield f"{exercise.heading}: its stored output is not 'Not answered yet'"


@chapter_rule
def every_exercise_is_solved(page: Page) -> Iterator[str]:
    path = page.path.parent / "solutions" / page.path.name
    if not path.is_file():
        yield f"there is no solutions/{page.path.name}"
        return
    solved = find_solved(Page(path))
    for exercise in find_exercises(page):
        given = solved.pop(exercise.heading, None)
        if given is None:
            yield f"'{exercise.heading}' is not solved"
        elif given.find_checker() != exercise.find_checker():
            yield f"'{exercise.heading}' is solved with another check"
        elif not given.verdict.startswith("Right."):
            yield f"the solution of '{exercise.heading}' is judged: {given.verdict!r}"
    for heading in solved:
        yield f"solved, but not asked: '{heading}'"


def find_solved(page: Page) -> dict[str, Exercise]:
    """Return the solutions by heading; the cell is the first code cell under the heading."""
    solved: dict[str, Exercise] = {}
    heading = None
    for _, cell in page.cells:
        if cell.cell_type == "markdown":
            match = re.search(r"^### (Exercise \d+ · .+)$", cell.source, re.MULTILINE)
            heading = match.group(1) if match else heading
        elif heading and "check_" in cell.source:
            solved[heading] = Exercise(heading, 0, cell)
    return solved
