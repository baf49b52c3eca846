"""A small trained Llama with the 70B's proportions and its real tokenizer."""
