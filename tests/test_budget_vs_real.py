"""The benchmark of the budget: what can be seen of it without two large GPUs."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch

from llama_explore.budget import kv_cache_bytes, weights_bytes
from llama_explore.machines import device_need
from llama_explore.parameters import build_on_meta
from llama_explore.pocket import shape
from llama_explore.proportions import config_70b

SCRIPT = Path(__file__).parents[1] / "benchmarks/budget_vs_real.py"


RECORD = SCRIPT.parent / "results/budget_1_gpu_40_layers"
CHAPTER = SCRIPT.parents[1] / "notebooks/02_loading_bfloat16.ipynb"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("budget_vs_real", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("n_gpus", [0, 1])
def test_without_two_gpus_it_says_so_in_a_line(
    benchmark: ModuleType,
    n_gpus: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: n_gpus)
    assert benchmark.main([]) == 2
    said = capsys.readouterr()
    assert said.err == f"This measures 2 GPUs, but this machine has {n_gpus}.\n"
    assert said.out == ""


def test_an_impossible_length_is_refused_before_anything_is_loaded(
    benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(benchmark, "measure", lambda *_: pytest.fail("it began to load"))
    assert benchmark.main(["--tokens", "200000"]) == 2
    assert "from 1 to 131,072" in capsys.readouterr().err


@pytest.mark.parametrize("places", ["one", "layer by layer"])
def test_a_model_of_noise_reads_a_prompt(benchmark: ModuleType, places: str) -> None:
    config = shape.config()
    config.tie_word_embeddings = False
    model = build_on_meta(config).to(torch.bfloat16)
    parts = ["model.embed_tokens", *(f"model.layers.{n}" for n in range(6)), "model.norm"]
    parts += ["model.rotary_emb", "lm_head"]
    plan = {"": "cpu"} if places == "one" else dict.fromkeys(parts, "cpu")
    benchmark.fill_with_noise(model, plan)
    assert {parameter.device.type for parameter in model.parameters()} == {"cpu"}
    assert {parameter.dtype for parameter in model.parameters()} == {torch.bfloat16}
    assert benchmark.read_prompt(model, 33) == kv_cache_bytes(33, config)


def test_the_table_says_which_predictions_hold(benchmark: ModuleType, tmp_path: Path) -> None:
    rows = [
        benchmark.Row("weights", 100 * 2**30, 102 * 2**30),
        benchmark.Row("peak", 100 * 2**30, 96 * 2**30),
    ]
    benchmark.write_results(rows, {"date": "2026-11-23"}, tmp_path / "results")
    text = (tmp_path / "results/budget_vs_real.md").read_text()
    assert "- date: 2026-11-23" in text
    assert "| weights | 100.00 | 102.00 | +2.0% | yes |" in text
    assert "| peak | 100.00 | 96.00 | -4.0% | NO |" in text
    values = json.loads((tmp_path / "results/budget_vs_real.json").read_text())
    assert values["rows"][0]["measured_bytes"] == 102 * 2**30


def test_the_record_of_a_real_gpu_is_what_is_predicted_today(benchmark: ModuleType) -> None:
    config = config_70b()
    config.num_hidden_layers = 40
    predicted = {"weights": weights_bytes(config)}
    for n in benchmark.LENGTHS:
        predicted[f"KV cache, {n:,} tokens"] = kv_cache_bytes(n, config)
        predicted[f"peak of one GPU, {n:,} tokens"] = device_need(config, 1, n, 1, "bfloat16")
    rows = json.loads(RECORD.with_suffix(".json").read_text("utf-8"))["rows"]
    assert {row["what"]: row["predicted_bytes"] for row in rows} == predicted
    assert all(benchmark.Row(**row).holds for row in rows)


def test_chapter_02_shows_the_record_whole_and_says_what_was_not_measured() -> None:
    cells = json.loads(CHAPTER.read_text("utf-8"))["cells"]
    shown = "".join(next(cell for cell in cells if cell["id"] == "budget-notice")["source"])
    record = RECORD.with_suffix(".md").read_text("utf-8")
    table = [line for line in record.splitlines() if line.startswith("|")]
    assert len(table) == 11
    assert "\n".join(table) in shown
    for fact in ("NVIDIA H200, 139.8 GiB", "torch 2.11.0", "transformers 5.17.0"):
        assert fact in shown
    assert "**Not measured by us:**" in shown
    assert "before this kit" in shown
