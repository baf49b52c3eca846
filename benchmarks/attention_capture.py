"""Time and memory of looking at attention, each way in its own process, against no looking.

python benchmarks/attention_capture.py                 512 to 8,192 tokens on the CPU
python benchmarks/attention_capture.py --write         the same; benchmarks/results/ is written
python benchmarks/attention_capture.py --gpu --out DIR full-size layers of the 70B on a GPU
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

RESULTS = Path(__file__).parent / "results"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Ways to look at attention, compared.")
    parser.add_argument("--gpu", action="store_true", help="measure a CUDA GPU instead")
    parser.add_argument("--tokens", type=int, nargs="+", help="prompt lengths")
    parser.add_argument("--layers", type=int, help="with --gpu: layers, not as many as fit")
    parser.add_argument("--seconds", type=float, default=200, help="with --gpu: time to use")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    options = parser.parse_args(arguments)
    if options.gpu:
        from attention_gpu import LENGTHS, run_gpu

        lengths = tuple(options.tokens or LENGTHS)
        return run_gpu(options.out, lengths, options.layers, options.seconds)
    return 2


if __name__ == "__main__":
    sys.exit(main())
