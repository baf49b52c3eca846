"""Heads to look at: groups, the explorer, bertviz offline, ablation maps, and what GQA costs."""

from __future__ import annotations

from llama_explore.attention_view.ablation_map import AblationMap, measure_ablations
from llama_explore.attention_view.bertviz_offline import (
    BertvizView,
    show_head_view,
    show_model_view,
)
from llama_explore.attention_view.explorer import HeadExplorer
from llama_explore.attention_view.groups import HeadGroups, draw_groups, group_heads
from llama_explore.attention_view.needle_cases import (
    Found,
    NeedleCase,
    find_needles,
    hide_needles,
)
from llama_explore.attention_view.pictures import (
    draw_decode,
    draw_likeness,
    draw_maps,
    draw_scores,
)
from llama_explore.attention_view.retraining import retrain
from llama_explore.attention_view.scene import Scene, read_scene
from llama_explore.attention_view.still import hide_first_token, save_still
from llama_explore.attention_view.threads import one_thread

__all__ = [
    "AblationMap",
    "BertvizView",
    "Found",
    "HeadExplorer",
    "HeadGroups",
    "NeedleCase",
    "Scene",
    "draw_decode",
    "draw_groups",
    "draw_likeness",
    "draw_maps",
    "draw_scores",
    "find_needles",
    "group_heads",
    "hide_first_token",
    "hide_needles",
    "measure_ablations",
    "one_thread",
    "read_scene",
    "retrain",
    "save_still",
    "show_head_view",
    "show_model_view",
]
