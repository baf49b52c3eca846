from __future__ import annotations

import errno
import hashlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from fake_pocket import TRAINED_IDS, write_fake_weights
from filelock import FileLock
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

from llama_explore import vocab
from llama_explore.errors import LlamaExploreError
from llama_explore.pocket import assemble, shape

# `llama_explore.pocket.assemble` is the function; this is the module it lives in.
module = importlib.import_module("llama_explore.pocket.assemble")

HUB_TOKENIZER = "6b9e4e7fb171f92fd137b777cc2714bf87d11576700a1dcd7a399e7bbe39537b"
SHIPPED = [
    stage for stage in shape.STAGES if (module.WEIGHTS_FOLDER / f"{stage}.safetensors").exists()
]


@pytest.fixture(scope="session")
def weights(tmp_path_factory):
    return write_fake_weights(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="session")
def tokenizer_cache(tmp_path_factory):
    """A cache with the tokenizer only, built once: it takes seconds."""
    root = tmp_path_factory.mktemp("tokenizer-cache")
    vocab.tokenizer_folder(root)
    return root


@pytest.fixture
def cache(tmp_path, tokenizer_cache):
    """A fresh cache in which only the tokenizer is already there."""
    return Path(shutil.copytree(tokenizer_cache, tmp_path / "cache"))


@pytest.fixture(scope="session")
def assembled(tmp_path_factory, tokenizer_cache, weights):
    root = Path(shutil.copytree(tokenizer_cache, tmp_path_factory.mktemp("assembled") / "cache"))
    assemble(cache_dir=root, weights_folder=weights)
    return root


@pytest.fixture
def folder(cache, assembled):
    """A finished checkpoint folder in the fresh cache, which the test may damage."""
    shutil.copytree(assembled / "pocket", cache / "pocket")
    (finished,) = (cache / "pocket").glob("chat-*")
    return finished


def contents(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def left_behind(cache: Path) -> list[str]:
    return [path.name for path in (cache / "pocket").glob("*") if path.name != ".lock"]


# What is in the folder


def test_the_folder_loads_in_bfloat16_and_computes_what_the_weights_say(folder, weights):
    loaded = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
    assert {p.dtype for p in loaded.parameters()} == {torch.bfloat16}

    # The reference is put together here, by hand, from the shipped file.
    tensors = load_file(weights / "chat.safetensors")
    rows = tensors.pop("rows")
    tensors.pop("row_ids")
    untrained = [i for i in (1, 2, 500, 77_777, 128_255) if i not in TRAINED_IDS]
    digests = [hashlib.sha256(f"pocket row {i}".encode()).digest() for i in untrained]
    bits = [f"{int.from_bytes(digest):0256b}"[: rows.shape[1]] for digest in digests]
    signs = torch.tensor([[2.0 * int(bit) - 1 for bit in row] for row in bits])
    stored = loaded.get_input_embeddings().weight
    assert torch.equal(stored[untrained], (signs / rows.shape[1] ** 0.5).bfloat16())
    assert torch.equal(stored[TRAINED_IDS], rows)

    tensors["model.embed_tokens.weight"] = tensors["lm_head.weight"] = stored.detach()
    reference = LlamaForCausalLM(shape.config("chat"))
    reference.load_state_dict(tensors)
    ids = torch.tensor([[128_000, 5, 1000, 99_999]])
    with torch.no_grad():
        assert torch.equal(loaded.float()(ids).logits, reference(ids).logits)


def test_generation_is_greedy_and_stops_at_every_end_token(folder):
    generation = AutoModelForCausalLM.from_pretrained(folder).generation_config
    assert generation.do_sample is False
    assert generation.eos_token_id == [128_001, 128_008, 128_009]
    assert generation.pad_token_id == 128_004


def test_the_tokenizer_in_the_folder_is_the_hubs_and_has_the_chat_template(folder):
    assert contents(folder)["tokenizer.json"] == HUB_TOKENIZER
    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = tokenizer.apply_chat_template([{"role": "user", "content": "Hi"}], tokenize=False)
    assert text.endswith("<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>")


def test_each_stage_has_its_own_folder_and_context(cache, tmp_path):
    folders = [
        assemble(stage, cache_dir=cache, weights_folder=write_fake_weights(tmp_path, stage))
        for stage in shape.STAGES
    ]
    assert [path.name.rsplit("-", 1)[0] for path in folders] == list(shape.STAGES)
    lengths = [
        json.loads((path / "config.json").read_text())["max_position_embeddings"]
        for path in folders
    ]
    assert lengths == [512, 8192, 8192]


@pytest.mark.skipif(not SHIPPED, reason="the trained weights are not in this checkout")
@pytest.mark.parametrize("stage", SHIPPED)
def test_the_shipped_weights_assemble_and_load(stage, cache):
    loaded = AutoModelForCausalLM.from_pretrained(assemble(stage, cache_dir=cache))
    assert loaded.config.max_position_embeddings == shape.config(stage).max_position_embeddings


# What is done again, and what is not


def test_a_sound_folder_is_not_written_again(folder, cache, weights, monkeypatch):
    def must_not_run(*_):
        raise AssertionError("the folder was built a second time")

    monkeypatch.setattr(module, "_build", must_not_run)
    assert assemble(cache_dir=cache, weights_folder=weights) == folder


def test_other_weights_get_another_folder(folder, cache, weights, tmp_path):
    tensors = load_file(weights / "chat.safetensors")
    tensors["rows"][0, 0] += 1
    save_file(tensors, tmp_path / "chat.safetensors")
    assert assemble(cache_dir=cache, weights_folder=tmp_path) != folder


@pytest.mark.parametrize("damage", ["cut short", "one bit", "a file gone", "manifest cut short"])
def test_a_damaged_folder_is_rebuilt(folder, cache, weights, damage):
    before = contents(folder)
    checkpoint = folder / "model.safetensors"
    if damage == "cut short":
        os.truncate(checkpoint, 1_000_000)
    elif damage == "one bit":
        with checkpoint.open("rb+") as file:
            file.seek(40_000_000)
            byte = file.read(1)[0]
            file.seek(40_000_000)
            file.write(bytes([byte ^ 1]))
    elif damage == "a file gone":
        (folder / "config.json").unlink()
    else:
        os.truncate(folder / module.MANIFEST, 40)
    assert contents(folder) != before

    assert assemble(cache_dir=cache, weights_folder=weights) == folder
    assert contents(folder) == before


# Interruptions and other processes

CHILD = """
import importlib, pathlib, sys, time
module = importlib.import_module("llama_explore.pocket.assemble")
cache, weights, notes = map(pathlib.Path, sys.argv[1:4])
"""


def start_child(script: str, *args: Path) -> subprocess.Popen[str]:
    here = Path(__file__).parents[1]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD + script, *map(str, args)],
        cwd=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path: Path, child: subprocess.Popen[str], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not path.exists():
        assert child.poll() is None, child.communicate()[1]
        assert time.monotonic() < end, f"{path.name} did not appear in {seconds} s"
        time.sleep(0.02)


@pytest.mark.slow
def test_after_kill_9_half_way_the_next_open_starts_afresh(cache, weights, tmp_path):
    script = """
real = module._write
def write_half(path, content):
    if path.name != "model.safetensors":
        return real(path, content)
    real(path, content[: len(content) // 2])
    notes.touch()
    time.sleep(600)
module._write = write_half
module.assemble(cache_dir=cache, weights_folder=weights)
"""
    half_way = tmp_path / "half-way"
    child = start_child(script, cache, weights, half_way)
    wait_for(half_way, child)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    (unfinished,) = left_behind(cache)
    assert ".tmp-" in unfinished and (cache / "pocket" / unfinished / "model.safetensors").exists()

    folder = assemble(cache_dir=cache, weights_folder=weights)
    assert module.is_sound(folder)
    assert left_behind(cache) == [folder.name]


@pytest.mark.slow
def test_two_processes_at_once_do_the_work_once(cache, weights, tmp_path):
    script = """
real = module._build
def build(*args):
    with notes.open("a") as file:
        file.write("built\\n")
    real(*args)
module._build = build
import transformers.models.llama.modeling_llama  # slow: both start on the line after it
(notes.parent / f"ready-{sys.argv[4]}").touch()
while not (notes.parent / "go").exists():
    time.sleep(0.001)
print(module.assemble(cache_dir=cache, weights_folder=weights))
"""
    notes = tmp_path / "notes"
    children = [start_child(script, cache, weights, notes, Path(name)) for name in "ab"]
    for child, name in zip(children, "ab", strict=True):
        wait_for(tmp_path / f"ready-{name}", child)
    (tmp_path / "go").touch()
    results = [child.communicate(timeout=120) for child in children]

    assert [child.returncode for child in children] == [0, 0], results
    first, second = (Path(out.strip()) for out, _ in results)
    assert first == second and module.is_sound(first)
    assert notes.read_text() == "built\n"
    assert left_behind(cache) == [first.name]


def test_ctrl_c_leaves_nothing_behind(cache, weights, monkeypatch):
    def interrupted(path, content):
        path.write_bytes(content[:1000])
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        assemble(cache_dir=cache, weights_folder=weights)
    assert left_behind(cache) == []


def test_a_lock_file_without_a_holder_blocks_nobody(cache, weights, monkeypatch):
    monkeypatch.setattr(module, "LOCK_SECONDS", 0.2)
    (cache / "pocket").mkdir()
    (cache / "pocket" / ".lock").write_text("4194304")
    assert module.is_sound(assemble(cache_dir=cache, weights_folder=weights))


def test_a_lock_held_too_long_is_a_clear_error(cache, weights, monkeypatch):
    monkeypatch.setattr(module, "LOCK_SECONDS", 0.2)
    (cache / "pocket").mkdir()
    with (
        FileLock(cache / "pocket" / ".lock"),
        pytest.raises(LlamaExploreError, match=r"(?s)Another process .* End that process"),
    ):
        assemble(cache_dir=cache, weights_folder=weights)


# A disk that does not play along


def test_too_full_a_disk_is_refused_before_the_first_byte(cache, weights, monkeypatch):
    usage = shutil.disk_usage(cache)._replace(free=50_000_000)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(LlamaExploreError, match=r"50 MB free, 1\d\d MB needed") as error:
        assemble(cache_dir=cache, weights_folder=weights)
    assert "LLAMA_EXPLORE_CACHE" in error.value.next_step
    assert left_behind(cache) == []


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "manifest.json"])
def test_a_disk_that_fills_up_half_way_is_a_clear_error(cache, weights, monkeypatch, name):
    real = module._write

    def full(path, content):
        if path.name == name:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, content)

    monkeypatch.setattr(module, "_write", full)
    with pytest.raises(LlamaExploreError, match=r"disk .* is full"):
        assemble(cache_dir=cache, weights_folder=weights)
    assert left_behind(cache) == []


def test_a_read_only_cache_is_a_clear_error(cache, weights, monkeypatch):
    def read_only(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", read_only)
    with pytest.raises(LlamaExploreError, match="Read-only file system") as error:
        assemble(cache_dir=cache, weights_folder=weights)
    assert "LLAMA_EXPLORE_CACHE" in error.value.next_step


def test_a_file_in_the_place_of_the_cache_is_a_clear_error(weights, tmp_path):
    (tmp_path / "cache").write_text("not a folder")
    with pytest.raises(LlamaExploreError, match="cannot be written") as error:
        assemble(cache_dir=tmp_path / "cache", weights_folder=weights)
    assert "LLAMA_EXPLORE_CACHE" in error.value.next_step


def test_a_folder_assembled_earlier_is_used_from_a_read_only_cache(
    folder, cache, weights, monkeypatch
):
    def read_only(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    for name in ("mkdir", "write_bytes", "write_text", "touch", "rename"):
        monkeypatch.setattr(Path, name, read_only)
    monkeypatch.setattr(module, "_lock", read_only)
    assert assemble(cache_dir=cache, weights_folder=weights) == folder


# The kit's own file


def test_missing_weights_say_how_to_restore_them(cache, tmp_path):
    with pytest.raises(LlamaExploreError, match=r"chat\.safetensors cannot be read") as error:
        assemble(cache_dir=cache, weights_folder=tmp_path)
    assert "git checkout -- llama_explore/pocket/weights/chat.safetensors" in error.value.next_step


def spoil(weights: Path, how: str, target: Path) -> None:
    tensors = load_file(weights / "chat.safetensors")
    if how == "pointer":
        target.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n")
    elif how == "cut short":
        target.write_bytes((weights / "chat.safetensors").read_bytes()[:-1000])
    elif how == "empty":
        target.touch()
    elif how == "another model":
        save_file({"model.norm.weight": torch.ones(8)}, target)
    elif how == "a tensor gone":
        del tensors["model.norm.weight"]
        save_file(tensors, target)
    elif how == "rows of another width":
        tensors["rows"] = tensors["rows"][:, :-1].contiguous()
        save_file(tensors, target)
    elif how == "row id out of range":
        tensors["row_ids"][0] = shape.VOCAB_SIZE
        save_file(tensors, target)
    elif how == "not a number":
        tensors["model.norm.weight"][0] = float("nan")
        save_file(tensors, target)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("pointer", "Git LFS pointer"),
        ("cut short", "cut short"),
        ("empty", "cut short"),
        ("another model", "does not hold the tensors"),
        ("a tensor gone", "does not hold the tensors"),
        ("rows of another width", "does not hold the tensors"),
        ("row id out of range", "does not hold the tensors"),
        ("not a number", "not finite"),
    ],
)
def test_damaged_weights_say_how_to_restore_them(cache, weights, tmp_path, how, said):
    spoil(weights, how, tmp_path / "chat.safetensors")
    with pytest.raises(LlamaExploreError, match=said) as error:
        assemble(cache_dir=cache, weights_folder=tmp_path)
    assert "git checkout" in error.value.next_step
    assert left_behind(cache) == []


def test_an_unknown_stage_names_the_known_ones(cache):
    with pytest.raises(LlamaExploreError, match="no stage 'instruct'") as error:
        assemble("instruct", cache_dir=cache)
    assert "'pocket:base-512', 'pocket:base', 'pocket:chat'" in error.value.next_step
