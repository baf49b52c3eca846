"""The coloured page: all of the text, a line before each token, nothing that could run."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import ClassVar

import pytest
from transformers import PreTrainedTokenizerFast

from llama_explore import chat, vocab
from llama_explore.chat.page import LINE, MOST_CHARACTERS
from llama_explore.chat.rules import RULES


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> PreTrainedTokenizerFast:
    return vocab.load_tokenizer(tmp_path_factory.mktemp("cache"))


def show(tokenizer: PreTrainedTokenizerFast, content: str) -> tuple[chat.Rendered, str]:
    rendered = chat.render([{"role": "user", "content": content}], tokenizer=tokenizer)
    return rendered, rendered._repr_html_()


def read_page(html: str) -> str:
    """Return the text on a page as somebody who copies it would get it, without the labels."""
    body = html[html.index("<div style='font-family") : html.index("<table>")]
    body = re.sub(r"<span style='font-size:10px[^>]*>[^<]*</span>", "", body)
    return unescape(re.sub(r"<[^>]+>", "", body.replace("&crarr;<br>", "\n")))


@pytest.mark.parametrize(
    "content",
    [
        "Hi", "a<b>&amp;<script>alert(1)</script>", "🏴‍☠️ नमस्ते", "<|eot_id|> x",
        "two  spaces\n\n  and\ttab",
    ],
)  # fmt: skip
def test_the_page_holds_the_whole_text(tokenizer: PreTrainedTokenizerFast, content: str) -> None:
    rendered, html = show(tokenizer, content)
    escaped = "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode()
        for c in rendered.text
    )
    assert read_page(html).replace("\u00a0", " ") == escaped


def test_a_line_stands_before_each_token(tokenizer: PreTrainedTokenizerFast) -> None:
    rendered, html = show(tokenizer, "Antidisestablishmentarianism, 12345")
    assert html.count(LINE) == len(rendered.tokens)


def test_tokens_that_begin_inside_a_character_share_its_line(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    rendered, html = show(tokenizer, "\U00010000")
    assert len(rendered.tokens) - html.count(LINE) == 3


@pytest.mark.parametrize(
    "content", ["<script>x</script>", "<img src=x onerror=y>", "'\"><b>", "\x00"]
)
def test_nothing_on_the_page_can_run(tokenizer: PreTrainedTokenizerFast, content: str) -> None:
    _, html = show(tokenizer, content)

    class Tags(HTMLParser):
        found: ClassVar[set[tuple[str, str]]] = set()

        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            self.found |= {(tag, name) for name, _ in attributes} or {(tag, "")}

    Tags().feed(html)
    names = {tag for tag, _ in Tags.found}
    assert names <= {"p", "b", "div", "span", "br", "table", "tr", "td"}
    assert {attribute for _, attribute in Tags.found} <= {"", "style"}


def test_every_colour_has_its_word(tokenizer: PreTrainedTokenizerFast) -> None:
    rendered, html = show(tokenizer, "Hi")
    for rule in {span.rule for span in rendered.spans}:
        assert f">{rule}</td>" in html
        assert RULES[rule].meaning in html
    assert ">content, message 0 </span>" in html


def test_of_a_long_message_both_ends_are_shown(tokenizer: PreTrainedTokenizerFast) -> None:
    _, html = show(tokenizer, "begin " + "x " * 100_000 + "end")
    assert len(html) < 100 * MOST_CHARACTERS
    assert "begin" in html
    assert "198,509 more characters" in html


def test_a_long_conversation_is_shown_in_short(tokenizer: PreTrainedTokenizerFast) -> None:
    turns = [{"role": ("user", "assistant")[n % 2], "content": f"turn {n}"} for n in range(300)]
    rendered = chat.render(turns, tokenizer=tokenizer)
    text = repr(rendered)
    assert "\n  ...\n" in text
    assert "'turn 0'" in text
    assert "'turn 299'" in text
    assert "turn 150" not in text
