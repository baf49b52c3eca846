"""Hold the budget against real GPUs: Llama 3.3 70B's shapes, random weights, bfloat16.

    python benchmarks/budget_vs_real.py                        1K, 8K, 32K and 131,072 tokens
    python benchmarks/budget_vs_real.py --tokens 1024 8192     these lengths only
    python benchmarks/budget_vs_real.py --gpus 1 --layers 40   what each of two GPUs would hold

It needs two GPUs of 139 GiB for all lengths; with two of 80 GB, stop at 32,768 tokens. No download:
the weights are noise, for memory does not ask what is in it. The layers are placed as
device_map="auto" places them, the prompt is read in one go, and the tables in benchmarks/results/
are written. The exit status is 1 when a prediction is off by more than 3 %, 2 without the GPUs.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from llama_explore.budget import kv_cache_bytes, weights_bytes
from llama_explore.errors import LlamaExploreError
from llama_explore.loading import describe_plan, plan_devices, quiet_loading
from llama_explore.machines import device_need
from llama_explore.parameters import build_on_meta
from llama_explore.proportions import config_70b

RESULTS = Path(__file__).parent / "results"
LENGTHS = (1024, 8192, 32_768, 131_072)
TOLERANCE = 0.03
GIB = 2**30


@dataclass(frozen=True)
class Row:
    """One prediction and what was measured, in bytes."""

    what: str
    predicted_bytes: int
    measured_bytes: int

    @property
    def error(self) -> float:
        """The measured size above the predicted one, as a share."""
        return self.measured_bytes / self.predicted_bytes - 1

    @property
    def holds(self) -> bool:
        return abs(self.error) <= TOLERANCE


def fill_with_noise(model: Any, plan: Mapping[str, int | str]) -> None:
    """Give a model without data random weights, each on its planned device, and connect them."""
    import torch

    accelerate: Any = import_module("accelerate")
    modeling: Any = import_module("transformers.models.llama.modeling_llama")
    places = sorted(plan.items(), key=lambda item: -len(item[0]))  # the closest name first

    def find_place(name: str) -> int | str:
        return next(place for module, place in places if f"{name}.".startswith(f"{module}."))

    for name, parameter in list(model.named_parameters()):
        place = plan[""] if "" in plan else find_place(name)
        # As small as trained weights, so that nothing overflows on its way through 80 layers.
        noise = torch.randn(parameter.shape, dtype=torch.bfloat16, device=place) * 0.02
        accelerate.utils.set_module_tensor_to_device(model, name, place, value=noise)
    rotary = plan.get("model.rotary_emb", plan.get("", 0))
    model.model.rotary_emb = modeling.LlamaRotaryEmbedding(model.config).to(rotary)
    # As transformers does it: the cache stays on the device of its layer.
    skipped = model._skip_keys_device_placement
    accelerate.dispatch_model(model.eval(), device_map=dict(plan), skip_keys=skipped)


def read_prompt(model: Any, n_tokens: int) -> int:
    """Read `n_tokens` random tokens in one go and return the size of the cache in bytes."""
    import torch
    from transformers import DynamicCache

    ids = torch.randint(model.config.vocab_size, (1, n_tokens), device=model.device)
    cache: Any = DynamicCache(config=model.config)
    with torch.inference_mode():
        model(ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
    return sum(layer.keys.nbytes + layer.values.nbytes for layer in cache.layers)


def measure(config: Any, n_gpus: int, lengths: Sequence[int]) -> tuple[list[Row], str]:
    """Load and read on the first `n_gpus` GPUs; return the rows and where the layers lie."""
    import torch

    gpus = range(n_gpus)
    plan = plan_devices(config, {gpu: int(torch.cuda.mem_get_info(gpu)[0]) for gpu in gpus})
    print(describe_plan(plan), flush=True)
    if {gpu for gpu in plan.values() if isinstance(gpu, int)} != set(gpus) or len(
        set(plan.values())
    ) > len(gpus):
        raise LlamaExploreError(
            f"The free memory of {n_gpus} GPU(s) does not hold the weights alone "
            f"({weights_bytes(config) / GIB:.1f} GiB).",
            "End what else runs on them, or take larger ones.",
        )
    model = build_on_meta(config).to(torch.bfloat16)
    before = sum(torch.cuda.memory_allocated(gpu) for gpu in gpus)
    with quiet_loading():
        fill_with_noise(model, plan)
    loaded = sum(torch.cuda.memory_allocated(gpu) for gpu in gpus) - before
    rows = [Row("weights", weights_bytes(config), loaded)]
    for n_tokens in lengths:
        torch.cuda.empty_cache()
        for gpu in gpus:
            torch.cuda.reset_peak_memory_stats(gpu)
        cache = read_prompt(model, n_tokens)
        peak = max(torch.cuda.max_memory_allocated(gpu) for gpu in gpus)
        predicted = device_need(config, n_gpus, n_tokens, 1, "bfloat16")
        rows.append(Row(f"KV cache, {n_tokens:,} tokens", kv_cache_bytes(n_tokens, config), cache))
        rows.append(Row(f"peak of one GPU, {n_tokens:,} tokens", predicted, peak))
        print(f"{n_tokens:,} tokens read", flush=True)
    return rows, describe_plan(plan)


def to_markdown(rows: Sequence[Row], facts: Mapping[str, str]) -> str:
    """Return the table with date, versions and hardware."""
    lines = ["| | predicted, GiB | measured, GiB | off by | within 3 % |", "|---|---|---|---|---|"]
    for row in rows:
        sizes = f"{row.predicted_bytes / GIB:.2f} | {row.measured_bytes / GIB:.2f}"
        lines.append(
            f"| {row.what} | {sizes} | {row.error:+.1%} | {'yes' if row.holds else 'NO'} |"
        )
    return "\n".join([*(f"- {name}: {value}" for name, value in facts.items()), "", *lines, ""])


def write_results(
    rows: Sequence[Row], facts: Mapping[str, str], folder: Path, name: str = "budget_vs_real"
) -> None:
    """Write the table for people and for programs."""
    folder.mkdir(parents=True, exist_ok=True)
    title = "# The budget, held against real GPUs\n\n"
    by = "Written by `python benchmarks/budget_vs_real.py`.\n\n"
    text = title + by + to_markdown(rows, facts)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    values = {"facts": dict(facts), "rows": [asdict(row) for row in rows]}
    text = json.dumps(values, indent=1) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def describe_run(n_gpus: int, n_layers: int, placed: str) -> dict[str, str]:
    import torch

    name = torch.cuda.get_device_name(0)
    total = torch.cuda.get_device_properties(0).total_memory
    return {
        "date": date.today().isoformat(),
        "hardware": f"{n_gpus} x {name}, {total / GIB:.1f} GiB each",
        "versions": ", ".join(
            f"{each} {metadata.version(each)}" for each in ("torch", "transformers", "accelerate")
        )
        + f", Python {platform.python_version()}",
        "model": f"70B shapes, {n_layers} of 80 layers, random weights, bfloat16, "
        f"one prompt in one go; {placed}",
    }


def main(arguments: Sequence[str] | None = None) -> int:
    import torch

    parser = argparse.ArgumentParser(description="Predicted against measured memory of the 70B.")
    parser.add_argument("--tokens", type=int, nargs="+", default=LENGTHS, help="prompt lengths")
    parser.add_argument("--gpus", type=int, default=2, help="how many GPUs to spread it over")
    parser.add_argument("--layers", type=int, default=80, help="how many of the 80 layers")
    options = parser.parse_args(arguments)
    found = torch.cuda.device_count()
    if found < options.gpus:
        print(f"This measures {options.gpus} GPUs, but this machine has {found}.", file=sys.stderr)
        return 2
    config = config_70b()
    config.num_hidden_layers = options.layers
    try:
        for n_tokens in options.tokens:
            kv_cache_bytes(n_tokens, config)  # refuses impossible lengths before loading
        rows, placed = measure(config, options.gpus, options.tokens)
    except LlamaExploreError as error:
        print(error, file=sys.stderr)
        return 2
    facts = describe_run(options.gpus, options.layers, placed)
    print(to_markdown(rows, facts))
    usual = (options.gpus, options.layers) == (2, 80)
    name = "budget_vs_real" if usual else f"budget_{options.gpus}_gpu_{options.layers}_layers"
    write_results(rows, facts, RESULTS, name)
    return int(not all(row.holds for row in rows))


if __name__ == "__main__":
    sys.exit(main())
