"""A small trained Llama with the 70B's proportions and its real tokenizer."""

from llama_explore.pocket.assemble import assemble

__all__ = ["assemble"]
