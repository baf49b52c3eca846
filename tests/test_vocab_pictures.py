"""The chapter's pictures: small files that other programs can read, and that show what they say."""

from __future__ import annotations

import io
from collections.abc import Iterator

import matplotlib.image
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from llama_explore import vocab
from llama_explore.small_picture import Picture, take_picture
from llama_explore.vocab import compare, pictures
from llama_explore.vocab.rows import Rows


def every_picture() -> Iterator[Picture]:
    entries = vocab.table()
    yield pictures.draw_kinds(entries)
    yield pictures.draw_added(entries)
    yield pictures.draw_languages(compare.count_languages(["English", "Hindi", "Thai"]))
    yield pictures.draw_growth(compare.count_growth([256, 50_000, 128_000], ["English", "Thai"]))
    norms = np.linspace(0.5, 2, 1000, dtype=np.float32)
    yield pictures.draw_rows(Rows(norms, (0,), norms < 0.6))


def read(picture: Picture) -> np.ndarray:
    return np.asarray(matplotlib.image.imread(io.BytesIO(picture.png), format="png"))


def test_every_picture_is_a_small_file_with_something_on_it() -> None:
    for picture in every_picture():
        pixels = read(picture)
        assert len(picture.png) < 25_000
        assert pixels.std() > 0.02
        assert repr(picture) == f"[picture: {picture.title}]"


def test_the_palette_changes_no_shade_by_more_than_an_eye_can_tell() -> None:
    """The reference is what matplotlib itself draws."""
    figure = Figure(figsize=(4, 3))
    panel = figure.subplots()
    panel.plot([0, 1, 4, 9], color="#0072b2")
    panel.fill_between([0, 1, 2, 3], [0, 1, 4, 9], color="#e69f00", alpha=0.4)
    panel.set_title("curve")
    picture = take_picture(figure, "a curve")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = np.asarray(canvas.buffer_rgba())[..., :3] / 255
    assert read(picture)[..., :3].shape == drawn.shape
    assert np.abs(read(picture)[..., :3] - drawn).max() < 0.04
    assert read(picture)[0, 0, :3].tolist() == [1, 1, 1]


@pytest.mark.parametrize("n", [3, 300, 3000])
def test_any_number_of_colours_fits(n: int) -> None:
    figure = Figure(figsize=(2, 2))
    image = np.random.default_rng(n).random((n // 3 + 1, 8, 3))
    figure.subplots().imshow(image, aspect="auto", interpolation="nearest")
    pixels = read(take_picture(figure, "noise"))
    assert len(np.unique(pixels.reshape(-1, pixels.shape[-1]), axis=0)) <= 256
