"""What a result file says about where its figures come from."""

from __future__ import annotations

import json
import platform
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llama_explore.session import Session

PACKAGES = ("torch", "transformers", "tokenizers", "llama-explore")


def describe_model(session: Session) -> dict[str, Any]:
    """Return which model this is, down to its revision.

    The revision is the commit for a repository, the fingerprint of the assembled folder for the
    pocket model, and otherwise a hash of the configuration and of the sizes of the weights.
    """
    folder = Path(session.name)
    if folder.parent.name == "snapshots":
        revision = folder.name
    elif session.label.startswith("pocket:"):
        revision = folder.name.rpartition("-")[2]
    else:
        sizes = {path.name: path.stat().st_size for path in folder.glob("*.safetensors")}
        config = session.config.to_json_string(use_diff=False)
        text = json.dumps([config, sizes], sort_keys=True)
        revision = sha256(text.encode()).hexdigest()[:12]
    return {
        "label": session.label if session.label.startswith("pocket:") else Path(session.label).name
        if Path(session.label).is_absolute() else session.label,
        "revision": revision,
        "dtype": session.dtype,
        "n_parameters": session.n_parameters,
        "attention": session.config._attn_implementation,
        "rope": dict(session.config.rope_parameters or {}),
        "context": session.config.max_position_embeddings,
    }  # fmt: skip


def describe_versions() -> dict[str, str]:
    """Return the versions that figures may depend on."""
    found = {"python": platform.python_version(), "system": platform.system()}
    return found | {package: version(package) for package in PACKAGES}
