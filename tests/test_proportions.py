"""The pocket model beside the 70B: figures against FACTS, transformers and each other."""

from __future__ import annotations

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from llama_explore.pocket import shape
from llama_explore.proportions import Comparison, compare_with_70b, config_70b, count_parameters


def count_on_meta(config: LlamaConfig) -> int:
    with torch.device("meta"):
        return sum(p.numel() for p in LlamaForCausalLM(config).parameters())


def test_the_70b_has_its_published_number_of_parameters() -> None:
    assert count_parameters(config_70b()) == 70_553_706_496


@pytest.mark.parametrize("config", [config_70b(), *map(shape.config, shape.STAGES)])
def test_parameters_are_counted_as_transformers_builds_them(config: LlamaConfig) -> None:
    assert count_parameters(config) == count_on_meta(config)


def test_the_pocket_model_has_the_ratios_of_the_70b() -> None:
    ratios = compare_with_70b(shape.config("chat")).ratios
    assert {each.name: each.here for each in ratios} == {
        "query heads per key/value head": 8,
        "feed-forward width / hidden size": 3.5,
        "context / context before stretching": 16,
        "vocabulary": 128_256,
    }
    assert all(each.here == each.there for each in ratios)


def test_the_sizes_differ() -> None:
    sizes = compare_with_70b(shape.config("chat")).sizes
    found = {each.name: each.texts() for each in sizes}
    assert found["layers"] == ("6", "80", "13.3 times")
    assert found["context, tokens"] == ("8,192", "131,072", "16 times")
    assert found["parameters"] == ("38,735,104", "70,553,706,496", "1,821 times")
    assert found["bytes in bfloat16"] == ("77.5 MB", "141.1 GB", "1,821 times")


def test_the_first_stage_was_not_stretched() -> None:
    ratios = compare_with_70b(shape.config("base-512")).ratios
    assert [each.texts()[2] for each in ratios] == ["the same", "the same", "16 times", "the same"]


def test_the_70b_is_the_same_as_itself() -> None:
    itself = compare_with_70b(config_70b())
    assert {each.texts()[2] for each in (*itself.ratios, *itself.sizes)} == {"the same"}


def test_the_text_and_the_page_show_the_same_figures() -> None:
    found: Comparison = compare_with_70b(shape.config("chat"))
    for each in (*found.ratios, *found.sizes):
        for text in (each.name, *each.texts()):
            assert text in repr(found)
            assert text in found._repr_html_()


def test_who_changes_a_configuration_changes_only_their_own() -> None:
    config_70b().num_hidden_layers = 40
    assert config_70b().num_hidden_layers == 80
