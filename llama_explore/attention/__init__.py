"""Attention seen at any length: capture, head scores, ablation, KV heads.

``capture`` watches a forward pass that runs exactly as it would run anyway and keeps only
what was asked for; ``ablate`` switches heads off for a while; ``repeat_kv_heads`` and
``pool_kv_heads`` build the multi-head and the multi-query relative of a model.
"""

from __future__ import annotations

from llama_explore.attention.ablation import ablate
from llama_explore.attention.capturing import capture, record
from llama_explore.attention.decoding import (
    DecodeSpeed,
    Roofline,
    count_cache_bytes,
    estimate_decode,
    measure_decode,
)
from llama_explore.attention.kv_heads import pool_kv_heads, repeat_kv_heads
from llama_explore.attention.maps import AttentionMap
from llama_explore.attention.rows import AttentionRows
from llama_explore.attention.scores import (
    Head,
    HeadScores,
    compare_heads,
    score_heads,
    score_retrieval,
)
from llama_explore.attention.statistics import HeadStatistics
from llama_explore.attention.watching import Capture

__all__ = [
    "AttentionMap",
    "AttentionRows",
    "Capture",
    "DecodeSpeed",
    "Head",
    "HeadScores",
    "HeadStatistics",
    "Roofline",
    "ablate",
    "capture",
    "compare_heads",
    "count_cache_bytes",
    "estimate_decode",
    "measure_decode",
    "pool_kv_heads",
    "record",
    "repeat_kv_heads",
    "score_heads",
    "score_retrieval",
]
