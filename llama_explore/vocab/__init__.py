"""The real 128,256-entry vocabulary of Llama 3.3, without the gate.

The Hub's tokenizer.json lies behind a licence form. The same vocabulary lies open
inside Meta's own `llama-models` package, as a list of 128,000 byte strings in order
of rank. This module turns that list into the Hub's file, byte for byte, and keeps it
in the cache folder. Its neighbours look into it: `table` of all entries, `explain` a text.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
from base64 import b64decode
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_explore.errors import LlamaExploreError
from llama_explore.vocab.spelling import spell

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from llama_explore.vocab.entries import table as table
    from llama_explore.vocab.explanation import explain as explain
    from llama_explore.vocab.reach import find_text as find_text
    from llama_explore.vocab.reach import find_unreachable as find_unreachable
    from llama_explore.vocab.streaming import stream as stream

# What looks into the vocabulary lies in modules of its own, imported when first used.
_HOME = {
    "table": "entries",
    "explain": "explanation",
    "find_text": "reach",
    "find_unreachable": "reach",
    "stream": "streaming",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


SOURCE_SHA256 = "82e9d31979e92ab929cd544440f129d9ecd797b69e327f80f17e1c50d5551b55"
TOKENIZER_SHA256 = "6b9e4e7fb171f92fd137b777cc2714bf87d11576700a1dcd7a399e7bbe39537b"

N_ORDINARY = 128_000
BEGIN_OF_TEXT, END_OF_TURN = "<|begin_of_text|>", "<|eot_id|>"

SPECIAL_TOKENS = tuple(
    f"<|{name}|>"
    for name in (
        "begin_of_text",
        "end_of_text",
        "reserved_special_token_0",
        "reserved_special_token_1",
        "finetune_right_pad_id",
        "reserved_special_token_2",
        "start_header_id",
        "end_header_id",
        "eom_id",
        "eot_id",
        "python_tag",
        *(f"reserved_special_token_{i}" for i in range(3, 248)),
    )
)
"""The 256 special tokens, ids 128,000 to 128,255, under the names the Hub gives them."""

# How text is cut before any merge: contractions, words with one leading sign or space,
# up to three digits, punctuation, line breaks, other white space.
SPLIT_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def cache_dir() -> Path:
    """Return the folder in which the kit keeps what it builds.

    Example: with ``LLAMA_EXPLORE_CACHE=/data/llama`` it is ``/data/llama``; without it,
    on Linux, ``~/.cache/llama-explore``. The folder need not exist yet.
    """
    from platformdirs import user_cache_dir

    chosen = os.environ.get("LLAMA_EXPLORE_CACHE")
    return Path(chosen).expanduser() if chosen else Path(user_cache_dir("llama-explore", False))


def load_tokenizer(cache_dir: Path | None = None) -> PreTrainedTokenizerFast:
    """Return Llama 3.3's tokenizer, with its chat template; no network, no token.

    Example:
        >>> load_tokenizer()("Ahoy there!").input_ids
        [128000, 25797, 2303, 1070, 0]

    The first call builds the files (about 2 seconds); later calls check and read them.

    Args:
        cache_dir: Where the files are kept; the kit's cache folder when None.

    Raises:
        LlamaExploreError: Meta's vocabulary file is missing or altered (reinstall
            ``llama-models``), or the cache cannot be written (set ``LLAMA_EXPLORE_CACHE``).

    Source: tokenizer.json and tokenizer_config.json of meta-llama/Llama-3.3-70B-Instruct.
    """
    from transformers import PreTrainedTokenizerFast

    folder = tokenizer_folder(cache_dir)
    tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(
        folder, local_files_only=True
    )
    return tokenizer


def tokenizer_folder(root: Path | None = None) -> Path:
    """Return a folder that ``AutoTokenizer.from_pretrained`` loads, building it if need be.

    It holds three files: tokenizer.json, tokenizer_config.json and chat_template.jinja.
    Each is checked at every call, and the missing and the damaged are written anew.

    Args:
        root: The folder to keep it in, under the name ``tokenizer``; the cache when None.

    Raises:
        LlamaExploreError: As for `load_tokenizer`.
    """
    root = Path(root) if root else cache_dir()
    folder = root / "tokenizer"
    damaged = [name for name in _expected_sha256() if not _is_intact(folder / name)]
    if damaged:
        contents = _build_files(damaged)
        try:
            _write_files(folder, contents)
        except OSError as error:
            raise _cannot_write(folder, error) from error
    return folder


def _expected_sha256() -> dict[str, str]:
    small = {name: sha256(data).hexdigest() for name, data in _small_files().items()}
    return {"tokenizer.json": TOKENIZER_SHA256, **small}


def _is_intact(path: Path) -> bool:
    try:
        return sha256(path.read_bytes()).hexdigest() == _expected_sha256()[path.name]
    except OSError:
        return False


def _build_files(names: list[str]) -> dict[str, bytes]:
    files = _small_files()
    if "tokenizer.json" in names:
        files["tokenizer.json"] = _build_tokenizer_json(_read_source())
    return {name: files[name] for name in names}


def _write_files(folder: Path, contents: dict[str, bytes]) -> None:
    """Write each file whole under a temporary name, then move it into place in one step.

    Two processes may do so at once: both write the same bytes, and whoever reads finds
    either no file or a whole one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="unfinished-", dir=folder.parent) as unfinished:
        for name, data in contents.items():
            (Path(unfinished) / name).write_bytes(data)
        for name in contents:
            try:
                os.replace(Path(unfinished) / name, folder / name)
            except OSError:
                # Windows refuses while another process holds the file open. If that one
                # has just written it, there is nothing left to do.
                if not _is_intact(folder / name):
                    raise


def _cannot_write(folder: Path, error: OSError) -> LlamaExploreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LlamaExploreError(
            f"The disk is full: the tokenizer's 18 MB do not fit into {folder}.",
            "Free some space, or set LLAMA_EXPLORE_CACHE to a folder on another disk.",
        )
    return LlamaExploreError(
        f"The tokenizer cannot be kept in {folder} ({error.strerror or error}).",
        "Set LLAMA_EXPLORE_CACHE to a folder that you may write in.",
    )


def _source_path() -> Path:
    # Only the folder is wanted: find_spec looks it up without running any of the package.
    spec = find_spec("llama_models")
    if spec is None or not spec.submodule_search_locations:
        raise LlamaExploreError(
            "Meta's package llama-models, which brings the vocabulary, is not installed.",
            "Run: pip install llama-models==0.3.0",
        )
    return Path(spec.submodule_search_locations[0]) / "llama3" / "tokenizer.model"


def _read_source() -> bytes:
    path = _source_path()
    reinstall = "Run: pip install --force-reinstall --no-deps llama-models==0.3.0"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LlamaExploreError(
            f"Meta's vocabulary file {path} cannot be read ({error.strerror}).",
            reinstall,
        ) from error
    found = sha256(data).hexdigest()
    if found != SOURCE_SHA256:
        raise LlamaExploreError(
            f"{path} is not Meta's vocabulary file: {len(data):,} bytes with SHA-256 "
            f"{found[:12]}... instead of 2,183,982 bytes with {SOURCE_SHA256[:12]}...",
            reinstall,
        )
    return data


def _build_tokenizer_json(source: bytes) -> bytes:
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        pre_tokenizers,
    )
    from tokenizers.processors import ByteLevel, Sequence, TemplateProcessing

    ranks = {b64decode(token): int(rank) for token, rank in map(bytes.split, source.splitlines())}
    spelled = {token: spell(token) for token in ranks}
    vocabulary = {spelled[token]: rank for token, rank in ranks.items()}
    merges = [(spelled[left], spelled[right]) for left, right in _list_merges(ranks)]

    # A word that is an entry as a whole takes no merges (ignore_merges): some entries of
    # the list cannot be reached pair by pair.
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, fuse_unk=False, ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT_PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(token, normalized=False, special=True) for token in SPECIAL_TOKENS]
    )
    begin = BEGIN_OF_TEXT
    tokenizer.post_processor = Sequence(
        [
            ByteLevel(trim_offsets=False),
            TemplateProcessing(
                single=f"{begin}:0 $A:0",
                pair=f"{begin}:0 $A:0 {begin}:1 $B:1",
                special_tokens=[(begin, N_ORDINARY)],
            ),
        ]
    )
    data = tokenizer.to_str(pretty=True).encode()
    if sha256(data).hexdigest() != TOKENIZER_SHA256:
        raise LlamaExploreError(
            "The rebuilt tokenizer.json differs from the Hub's: the installed version of the "
            "tokenizers library writes another form.",
            "Install the versions of the lock: pip install -r requirements.lock",
        )
    return data


def _list_merges(ranks: dict[bytes, int]) -> list[tuple[bytes, bytes]]:
    """Return every way in which two entries make a third, in the order of the third's rank.

    Example: " the", entry 279, is made by "Ġ" + "the", "Ġt" + "he" and "Ġth" + "e": three
    merges. That is how 128,000 entries come to 280,147 of them.
    """
    merges = []
    for token in sorted(ranks, key=ranks.__getitem__):
        pairs = [(token[:cut], token[cut:]) for cut in range(1, len(token))]
        known = [pair for pair in pairs if pair[0] in ranks and pair[1] in ranks]
        merges += sorted(known, key=lambda pair: (ranks[pair[0]], ranks[pair[1]]))
    return merges


def _small_files() -> dict[str, bytes]:
    from llama_explore.chat import TEMPLATE

    flags = {
        "lstrip": False,
        "normalized": False,
        "rstrip": False,
        "single_word": False,
    }
    config = {
        "added_tokens_decoder": {
            str(N_ORDINARY + i): {"content": token, **flags, "special": True}
            for i, token in enumerate(SPECIAL_TOKENS)
        },
        "bos_token": BEGIN_OF_TEXT,
        # The Hub's file says true. transformers 5 ignores that for a BPE vocabulary, and
        # says so on stderr at the first decode; the decoded text is the same.
        "clean_up_tokenization_spaces": False,
        "eos_token": END_OF_TURN,
        "model_input_names": ["input_ids", "attention_mask"],
        "model_max_length": 131_072,
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    return {
        "tokenizer_config.json": json.dumps(config, indent=2).encode(),
        "chat_template.jinja": TEMPLATE.encode(),
    }
