"""Plans agree with what transformers does, and an off-loaded model says the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM

from llama_explore.errors import LlamaExploreError
from llama_explore.loading import (
    Step,
    describe_plan,
    find_files,
    measure_loading,
    plan_devices,
    quiet_loading,
)
from llama_explore.pocket import assemble, shape
from llama_explore.proportions import config_70b

GIB = 2**30
LIMIT = 70_000_000


def test_the_70b_is_shared_out_evenly_over_two_gpus() -> None:
    plan = plan_devices(config_70b(), {0: 78 * GIB, 1: 78 * GIB})
    assert describe_plan(plan) == "GPU 0: 40 layers, GPU 1: 40 layers"
    assert plan["model.embed_tokens"] == 0
    assert plan["lm_head"] == 1


def test_what_fits_nowhere_goes_to_disk() -> None:
    plan = plan_devices(config_70b(), {0: 23 * GIB, "cpu": 64 * GIB})
    assert set(plan.values()) == {0, "cpu", "disk"}
    assert sum(name.count(".layers.") for name in plan) == 80


def test_what_fits_on_one_device_stays_there() -> None:
    plan = plan_devices(config_70b(), {0: 138 * GIB})
    assert describe_plan(plan) == "everything on GPU 0"


def test_transformers_follows_the_plan_and_answers_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ids = torch.arange(1000, 1010)[None]
    with quiet_loading():
        whole = AutoModelForCausalLM.from_pretrained(assemble(), dtype="bfloat16")
        split: Any = AutoModelForCausalLM.from_pretrained(
            assemble(), dtype="bfloat16", device_map="auto", max_memory={"cpu": LIMIT}
        )
    assert split.hf_device_map == plan_devices(shape.config(), {"cpu": LIMIT})
    assert describe_plan(split.hf_device_map) == "cpu: 1 layer, disk: 5 layers"
    with torch.inference_mode():
        assert torch.equal(split(ids).logits, whole(ids).logits)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("limit", [-1, "70MB", 1.5, None, True])
def test_an_impossible_limit_is_refused(limit: Any) -> None:
    with pytest.raises(LlamaExploreError, match="number of bytes"):
        plan_devices(shape.config(), {"cpu": limit})


def test_loading_is_measured_step_by_step() -> None:
    steps = measure_loading(assemble())
    assert [step.name.split()[0] for step in steps] == ["read", "build", "open", "read"]
    assert all(step.seconds >= 0 and step.grown_bytes >= 0 for step in steps)
    assert repr(Step("read", 1.5, 2**21)).split() == ["read", "1.500", "s", "2.0", "MiB"]


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    for function in (find_files, measure_loading):
        with pytest.raises(LlamaExploreError, match="no safetensors file"):
            function(tmp_path)
