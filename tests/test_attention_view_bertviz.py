"""bertviz without network: nothing is fetched, nothing escapes, what is too large is refused."""

from __future__ import annotations

import json
import re

import pytest
from test_attention_view import PNG, make_scene

from llama_explore.attention_view import Scene, show_head_view, show_model_view
from llama_explore.attention_view.bertviz_offline import HEAD_VIEW_COLOURS, make_page
from llama_explore.attention_view.palette import COLOURS
from llama_explore.errors import LlamaExploreError


def read_parameters(page: str) -> dict[str, object]:
    start = page.index("const params = ") + len("const params = ")
    found, _ = json.JSONDecoder().raw_decode(page[start:])
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("model", [False, True])
def test_the_page_asks_nothing_of_the_network(model: bool) -> None:
    scene = make_scene()
    page = (show_model_view(scene) if model else show_head_view(scene, layer=1)).page
    assert "cdnjs" not in page and not re.search(r"(src|href)\s*=\s*['\"]?\s*(https?:)?//", page)
    assert "require.config" not in page and "function requirejs" in page
    assert 'version="5.' in page or "5.7.0" in page  # d3's


@pytest.mark.parametrize("model", [False, True])
def test_heads_have_the_colour_of_their_kv_head(model: bool) -> None:
    page = (show_model_view(make_scene()) if model else show_head_view(make_scene(), layer=1)).page
    colours = json.loads(re.search(r"const KV_COLOURS = (\[.*?\])", page)[1])  # type: ignore[index]
    assert colours == [COLOURS[0]] * 4 + [COLOURS[1]] * 4
    assert "KV_COLOURS[i]" in page or "KV_COLOURS[config.heads[headIndex]]" in page


def test_the_weights_are_the_scenes_and_layers_keep_their_numbers() -> None:
    scene = make_scene()
    found = read_parameters(show_head_view(scene, layer=2, heads=[1, 6]).page)
    assert found["include_layers"] == [2] and found["heads"] == [1, 6]
    weights = found["attention"][0]["attn"][0]  # type: ignore[index]
    for head in range(8):
        for query in range(12):
            for key in range(12):
                assert abs(weights[head][query][key] - scene.of(2)[head, query, key]) <= 5.1e-4
    found = read_parameters(show_model_view(scene, layers=[0, 2], heads=[3]).page)
    assert found["include_layers"] == [0, 2] and found["include_heads"] == [3]


def test_markup_in_tokens_stays_text() -> None:
    scene = make_scene()
    token = "</script><script>alert(1)</script><img src=//x>"
    page = show_head_view(Scene(scene.rows, (token, *scene.tokens[1:])), layer=0).page
    assert "alert(1)" in page and "<img" not in page and page.count("<script") == 3
    texts = read_parameters(page)["attention"][0]["left_text"]  # type: ignore[index]
    assert texts[0] == token


def test_what_would_stall_the_page_is_refused_with_the_figure() -> None:
    large = make_scene(n_layers=1, n_heads=64, n_kv_heads=8, n_tokens=100)
    with pytest.raises(LlamaExploreError, match="640,000 lines"):
        show_head_view(large, layer=0)
    with pytest.raises(LlamaExploreError, match="HeadExplorer"):
        show_model_view(large)
    show_model_view(large, heads=[0, 1])


@pytest.mark.parametrize("heads", [[8], [-1], []])
def test_heads_that_are_not_there_are_refused(heads: list[int]) -> None:
    with pytest.raises(LlamaExploreError, match="not query heads"):
        show_head_view(make_scene(), layer=0, heads=heads)


def test_another_bertviz_is_refused_and_not_shown_half() -> None:
    for html in ("<p></p>", "require.config({});", "require.config({}); cdnjs"):
        with pytest.raises(LlamaExploreError, match="requirements"):
            make_page(html, make_scene(), HEAD_VIEW_COLOURS)


@pytest.mark.parametrize(
    "script", ["s.src = 'https://cdn.example/d3.js'", 'import("http://a.b/c")']
)
def test_a_script_that_would_load_another_is_refused(script: str) -> None:
    assert make_page("require.config({});", make_scene(), ()).startswith("<!doctype html>")
    with pytest.raises(LlamaExploreError, match="requirements"):
        make_page(f"require.config({{}}); {script}", make_scene(), ())


@pytest.mark.parametrize("token", ["cdnjs", "https", "://", "//", "src=//"])
def test_words_that_stand_in_addresses_can_be_looked_at(token: str) -> None:
    scene = make_scene()
    odd = Scene(scene.rows, (token, *scene.tokens[1:]))
    assert json.dumps(token)[1:-1] in show_head_view(odd, layer=0).page


def test_outside_a_live_page_there_is_a_picture() -> None:
    for view in (show_head_view(make_scene(), layer=0), show_model_view(make_scene())):
        data, _ = view._repr_mimebundle_()
        assert data["image/png"].startswith(PNG) and len(data["image/png"]) < 60_000
        assert "bertviz" in data["text/plain"] and view.page not in str(data)
