"""Ways to look at attention, for `attention_capture.py`: each runs in a process of its own.

    python benchmarks/attention_ways.py WAY

reads prompt lengths from standard input, one a line, and answers each with one line of JSON:
the seconds of one pass, and the memory it took above the loaded model.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

N_LAYERS, N_QUERY_HEADS, N_KV_HEADS, HEAD_DIM = 6, 16, 2, 32
VOCAB_SIZE = 1000
CONTEXT = 8192
THREADS = 2


def build_model(attention: str) -> Any:
    """The pocket model's shape in float32, random weights; few words, so that logits cost little.

    Some ways compute the logits of all positions, and 128,256 words would drown the rest.
    """
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    torch.set_num_threads(THREADS)
    config = LlamaConfig(
        hidden_size=256,
        intermediate_size=896,
        num_hidden_layers=N_LAYERS,
        num_attention_heads=N_QUERY_HEADS,
        num_key_value_heads=N_KV_HEADS,
        head_dim=HEAD_DIM,
        vocab_size=VOCAB_SIZE,
        max_position_embeddings=CONTEXT,
    )
    model = LlamaForCausalLM(config).eval()
    model.set_attn_implementation(attention)
    return model


def run_plain() -> Callable[[Any], Any]:
    model = build_model("sdpa")
    return lambda ids: model(ids, logits_to_keep=1, use_cache=False)


def run_capture(**asked: Any) -> Callable[[Any], Any]:
    from llama_explore.attention import capture

    model = build_model("sdpa")

    def look(ids: Any) -> Any:
        with capture(model, **asked) as seen:
            model(ids, logits_to_keep=1, use_cache=False)
        return [getattr(seen, name) for name in ("rows", "statistics", "map") if wanted(name)]

    def wanted(name: str) -> bool:
        return asked.get({"map": "map_size"}.get(name, name)) not in (None, False)

    return look


def run_output_attentions() -> Callable[[Any], Any]:
    model = build_model("eager")

    def look(ids: Any) -> Any:
        found = model(ids, logits_to_keep=1, use_cache=False, output_attentions=True).attentions
        return [each[:, :, -1].clone() for each in found]

    return look


def run_last_step() -> Callable[[Any], Any]:
    """The two-line trick: everything but the last token with SDPA, then one eager step."""
    model = build_model("sdpa")

    def look(ids: Any) -> Any:
        past = model(ids[:, :-1], logits_to_keep=1, use_cache=True).past_key_values
        model.set_attn_implementation("eager")
        found = model(ids[:, -1:], past_key_values=past, output_attentions=True).attentions
        model.set_attn_implementation("sdpa")
        return found

    return look


def run_transformer_lens() -> Callable[[Any], Any]:
    bridge_class: Any = importlib.import_module("transformer_lens.model_bridge").TransformerBridge
    hf_model = build_model("eager")
    hf_model.config.architectures = ["LlamaForCausalLM"]
    bridge = bridge_class.boot_transformers(
        "meta-llama/Llama-3.2-1B", hf_model=hf_model, tokenizer=make_tokenizer(), device="cpu"
    )

    def look(ids: Any) -> Any:
        _, cache = bridge.run_with_cache(
            ids, names_filter=lambda name: name.endswith("hook_pattern"), return_type=None
        )
        found = [each[:, :, -1].clone() for each in cache.values()]
        assert len(found) == N_LAYERS
        return found

    return look


def make_tokenizer() -> Any:
    """A tokenizer that is never used, since token ids go in; it must come from a folder."""
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    words = Tokenizer(models.WordLevel({"x": 0}, unk_token="x"))
    folder = mkdtemp()
    PreTrainedTokenizerFast(
        tokenizer_object=words, bos_token="x", eos_token="x", pad_token="x", unk_token="x"
    ).save_pretrained(folder)
    return PreTrainedTokenizerFast.from_pretrained(folder)


def run_nnsight_eager() -> Callable[[Any], Any]:
    nnsight: Any = importlib.import_module("nnsight")
    model = nnsight.NNsight(build_model("eager"))

    def look(ids: Any) -> Any:
        found = []
        with model.trace(ids, logits_to_keep=1, use_cache=False):
            rows = [].save()
            for layer in model.model.layers:
                rows.append(layer.self_attn.output[1][:, :, -1].clone())
        found = list(rows)
        assert len(found) == N_LAYERS
        return found

    return look


def run_nnsight_by_hand() -> Callable[[Any], Any]:
    """nnsight's source tracing on the inputs of SDPA; the last row is then computed by hand."""
    nnsight: Any = importlib.import_module("nnsight")
    model = nnsight.NNsight(build_model("sdpa"))

    def look(ids: Any) -> Any:
        with model.trace(ids, logits_to_keep=1, use_cache=False):
            rows = [].save()
            for layer in model.model.layers:
                given = layer.self_attn.source.attention_interface_1.inputs[0]
                query, key = given[1][:, :, -1:], given[2]
                grouped = query.reshape(len(key), N_KV_HEADS, -1, HEAD_DIM)
                rows.append((grouped @ key.transpose(-1, -2) * HEAD_DIM**-0.5).softmax(-1))
        assert len(list(rows)) == N_LAYERS
        return rows

    return look


FLOOR = "no capture (floor)"
MATRIX_WAYS = ("transformers, output_attentions=True", "TransformerLens, run_with_cache")
"""These keep every matrix: 4 bytes a weight."""
WAYS: dict[str, Callable[[], Callable[[Any], Any]]] = {
    FLOOR: run_plain,
    "capture, last row": partial(run_capture, rows=[-1]),
    "capture, statistics of all positions": partial(run_capture, statistics=True),
    "capture, map of 64 bins": partial(run_capture, map_size=64),
    "transformers, one eager step on a cache": run_last_step,
    MATRIX_WAYS[0]: run_output_attentions,
    MATRIX_WAYS[1]: run_transformer_lens,
    "nnsight, eager, a layer at a time": run_nnsight_eager,
    "nnsight, SDPA's inputs, row by hand": run_nnsight_by_hand,
}
PACKAGES = {"TransformerLens": "transformer_lens", "nnsight": "nnsight"}


def find_missing(way: str) -> str | None:
    """Return the package that a way needs and that is not installed."""
    package = PACKAGES.get(way.split(",")[0])
    return package if package and importlib.util.find_spec(package) is None else None


def peak_bytes() -> int:
    """The most memory that this process has held since its mark was last reset (Linux)."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise OSError("no VmHWM")


def measure(look: Callable[[Any], Any], n_tokens: int) -> dict[str, float]:
    """Run one way once."""
    import torch

    ids = torch.randint(VOCAB_SIZE, (1, n_tokens))
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)  # give back what earlier passes left in the heap
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # the mark, down to now
    before = peak_bytes()
    begin = time.perf_counter()
    with torch.inference_mode():
        look(ids)
    return {"seconds": time.perf_counter() - begin, "extra_bytes": peak_bytes() - before}


def main() -> int:
    # What a package prints must not get between the lines of JSON.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    look = WAYS[sys.argv[1]]()
    measure(look, 128)  # first calls load and compile things
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(measure(look, int(line))), file=answers, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
