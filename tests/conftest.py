"""All tests run on the pocket model and without the Hub, whoever starts them."""

import os

# Read when huggingface_hub is imported, so it is set before any test module is.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.pop("LLAMA_EXPLORE_MODEL", None)
