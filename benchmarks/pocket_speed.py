"""Load a checkpoint in this process, generate, read 8,192 tokens; print seconds and memory as JSON.

    python benchmarks/pocket_speed.py "$(llama-explore assemble | sed 's/.* in //')"

`benchmarks/pocket.py` runs it in a fresh process, so that the memory is that of a learner's own.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

N_THREADS = 2
N_PREFILL = 8192
N_DECODE = 128
NEVER_SAID = 128_255
"""A reserved token as the only stop: `min_new_tokens` would cost a third of the time by itself."""
MEBIBYTE = 2**20


def measure(folder: str) -> dict[str, float]:
    """Return seconds and MiB; the times of decoding and prefill are medians of three."""
    began = time.perf_counter()
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

    from llama_explore.bfloat16 import quicken

    assert LlamaForCausalLM  # naming it imports what from_pretrained would import else
    import_seconds = time.perf_counter() - began
    torch.set_num_threads(N_THREADS)
    began = time.perf_counter()
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
    quicken(model)  # as open_session does, for processors without bfloat16 instructions
    load_seconds = time.perf_counter() - began
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)

    message = [{"role": "user", "content": "Who are you?"}]
    prompt = tokenizer.apply_chat_template(message, add_generation_prompt=True, return_tensors="pt")
    decode, prefill = [], []
    for _ in range(3):
        began = time.perf_counter()
        ids = model.generate(
            **prompt, do_sample=False, eos_token_id=[NEVER_SAID], max_new_tokens=N_DECODE
        )
        decode.append(N_DECODE / (time.perf_counter() - began))
        assert ids.shape[1] == prompt["input_ids"].shape[1] + N_DECODE
    peak = peak_bytes()
    ids = torch.randint(0, 128_000, (1, N_PREFILL), generator=torch.Generator().manual_seed(0))
    for _ in range(3):
        began = time.perf_counter()
        with torch.inference_mode():
            model(ids, use_cache=True, logits_to_keep=1)
        prefill.append(time.perf_counter() - began)
    return {
        "import_seconds": import_seconds,
        "load_seconds": load_seconds,
        "tokens_per_second": statistics.median(decode),
        "prefill_seconds": statistics.median(prefill),
        "peak_mib": peak / MEBIBYTE,
        "peak_mib_with_prefill": peak_bytes() / MEBIBYTE,
    }


def peak_bytes() -> int:
    """Return the most memory that this process ever held."""
    if sys.platform == "win32":
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    if sys.platform == "linux":
        # Not ru_maxrss: on Linux a process inherits it from the one that started it.
        status = Path("/proc/self/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if "VmHWM" in line)
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
