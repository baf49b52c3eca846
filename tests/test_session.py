from __future__ import annotations

import importlib
import json
import os
import shutil
import socket
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import httpx2
import huggingface_hub
import pytest
import torch
import transformers
from fake_pocket import write_fake_weights
from huggingface_hub import constants
from huggingface_hub.utils import hf_raise_for_status
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.utils import logging as transformers_logging

from llama_explore import access, checkpoint, open_session, session, vocab
from llama_explore.errors import LlamaExploreError
from llama_explore.pocket import shape

assemble_module = importlib.import_module("llama_explore.pocket.assemble")

PIRATE = [
    {"role": "system", "content": "You are a pirate chatbot who always responds in pirate speak!"},
    {"role": "user", "content": "Who are you?"},
]
# config.json of meta-llama/Llama-3.3-70B-Instruct, what matters of it.
LLAMA_70B = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "num_hidden_layers": 80,
    "hidden_size": 8192,
    "intermediate_size": 28672,
    "num_attention_heads": 64,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "vocab_size": 128256,
    "tie_word_embeddings": False,
}


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("session-cache")


@pytest.fixture(scope="session")
def fake_weights(tmp_path_factory):
    return write_fake_weights(tmp_path_factory.mktemp("weights"))


@pytest.fixture(autouse=True)
def surroundings(cache, tmp_path, monkeypatch):
    """No network, no model chosen from outside, the kit's and the Hub's caches of our own."""
    monkeypatch.setenv("LLAMA_EXPLORE_CACHE", str(cache))
    monkeypatch.delenv(session.MODEL_VARIABLE, raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture
def pocket(fake_weights, monkeypatch):
    """The pocket model with random weights: quick, and there before the training is done."""
    monkeypatch.setattr(assemble_module, "WEIGHTS_FOLDER", fake_weights)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory, cache):
    """A tiny Llama checkpoint in several shards, with the real tokenizer."""
    folder = tmp_path_factory.mktemp("tiny")
    config = LlamaConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        vocab_size=300,
        eos_token_id=[7, 8],
    )
    LlamaForCausalLM(config).bfloat16().save_pretrained(folder, max_shard_size="10KB")
    for path in vocab.tokenizer_folder(cache).iterdir():
        shutil.copy(path, folder)
    assert len(list(folder.glob("*.safetensors"))) > 2
    return folder


@pytest.fixture
def copy(tiny, tmp_path):
    """A copy of the tiny checkpoint that a test may damage."""
    return Path(shutil.copytree(tiny, tmp_path / "copy"))


def put_into_hub_cache(folder: Path, repo_id: str, names: list[str]) -> Path:
    root = Path(constants.HF_HUB_CACHE) / f"models--{repo_id.replace('/', '--')}"
    snapshot = root / "snapshots" / ("a" * 40)
    snapshot.mkdir(parents=True)
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text("a" * 40)
    for name in names:
        shutil.copy(folder / name, snapshot)
    return snapshot


# What opens


def test_the_pocket_model_opens_and_says_what_it_is(pocket, capfd):
    opened = open_session()
    size = sum(p.numel() for p in opened.model.parameters())
    out, err = capfd.readouterr()
    assert out == (
        "Llama session: pocket:chat\n"
        "  stage       chat\n"
        f"  parameters  {size:,}\n"
        "  dtype       bfloat16\n"
        f"  device map  {'cuda:0' if torch.cuda.is_available() else 'cpu'}\n"
        f"  memory      {size * 2 / 2**20:.1f} MiB of weights\n"
    )
    assert err == ""
    assert repr(opened) == out.strip()
    assert all(value in opened._repr_html_() for value in opened._facts().values())
    assert opened.config is opened.model.config
    assert opened.config.max_position_embeddings == 8192


def test_the_well_known_first_example_runs_without_a_warning(pocket, capfd):
    opened = open_session()
    chat = transformers.pipeline("text-generation", model=opened.model, tokenizer=opened.tokenizer)
    for _ in range(2):
        outputs = chat(PIRATE, max_new_tokens=3)
    answer = outputs[0]["generated_text"][-1]
    assert answer["role"] == "assistant"
    assert isinstance(answer["content"], str)
    assert capfd.readouterr().err == ""


def test_the_sessions_name_is_what_pipeline_takes(pocket, capfd):
    opened = open_session()
    chat = transformers.pipeline(
        "text-generation",
        model=opened.name,
        model_kwargs={"dtype": torch.bfloat16},
        device_map="auto",
    )
    (output,) = chat(PIRATE, max_new_tokens=3)
    assert output["generated_text"][-1]["role"] == "assistant"
    # transformers shows how far the loading is; nothing else may be there.
    err = capfd.readouterr().err
    assert all(line.startswith("Loading weights:") for line in err.strip().splitlines())


def test_progress_bars_are_as_before_afterwards(pocket):
    hook = object()
    transformers_logging.set_tqdm_hook(hook)
    try:
        open_session()
    finally:
        assert transformers_logging.set_tqdm_hook(None) is hook


SHIPPED = [
    stage
    for stage in shape.STAGES
    if (assemble_module.WEIGHTS_FOLDER / f"{stage}.safetensors").exists()
]


@pytest.mark.skipif(not SHIPPED, reason="the trained weights are not in this checkout")
@pytest.mark.parametrize("stage", SHIPPED)
def test_every_shipped_stage_opens(stage, capfd):
    opened = open_session(f"pocket:{stage}")
    assert (opened.label, opened.stage) == (f"pocket:{stage}", stage)
    assert opened.tokenizer.chat_template
    assert capfd.readouterr().err == ""


def test_a_folder_in_shards_opens(tiny):
    opened = open_session(str(tiny), dtype=torch.float32)
    assert opened.dtype == "float32"
    assert opened.label == opened.name == str(tiny)
    stored = {}
    for shard in tiny.glob("*.safetensors"):
        stored |= load_file(shard)
    for name, tensor in opened.model.state_dict().items():
        assert torch.equal(tensor, stored[name].float()), name


def test_a_model_without_padding_token_generates_without_a_warning(tiny, capfd):
    opened = open_session(str(tiny))
    ids = torch.tensor([[1, 2, 3]])
    opened.model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=2)
    assert capfd.readouterr().err == ""


def test_a_model_without_chat_template_is_called_base(copy):
    (copy / "chat_template.jinja").unlink()
    assert open_session(str(copy)).stage == "base"


def test_a_repository_that_is_wholly_cached_opens_without_network(tiny):
    snapshot = put_into_hub_cache(tiny, "acme/tiny", os.listdir(tiny))
    opened = open_session("acme/tiny")
    assert opened.label == "acme/tiny"
    assert opened.name == str(snapshot)


def test_a_repository_is_fetched_small_files_first(tiny, monkeypatch):
    fetched = []

    def snapshot_download(repo_id, *, allow_patterns, ignore_patterns):
        names = [n for n in os.listdir(tiny) if any(fnmatch(n, p) for p in allow_patterns)]
        fetched.append(names)
        shutil.rmtree(constants.HF_HUB_CACHE, ignore_errors=True)
        return str(put_into_hub_cache(tiny, repo_id, names))

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub, "model_info", lambda repo_id, **options: None)
    monkeypatch.setattr(huggingface_hub, "auth_check", lambda repo_id: None)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    assert open_session("acme/tiny").label == "acme/tiny"
    small, everything = fetched
    assert not any(name.endswith(".safetensors") for name in small)
    assert sorted(everything) == sorted(os.listdir(tiny))


# Names


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        (None, ("pocket", "chat")),
        ("pocket", ("pocket", "chat")),
        (" pocket:base ", ("pocket", "base")),
        ("pocket:base-512", ("pocket", "base-512")),
        ("meta-llama/Llama-3.3-70B-Instruct", ("repository", "meta-llama/Llama-3.3-70B-Instruct")),
        ("./llama", ("folder", "./llama")),
        ("../llama", ("folder", "../llama")),
        ("~/llama", ("folder", "~/llama")),
        ("/models/llama", ("folder", "/models/llama")),
        (r"C:\models\llama", ("folder", r"C:\models\llama")),
    ],
)
def test_names_are_told_apart(name, meant):
    assert session.resolve(name) == meant


def test_a_folder_that_exists_goes_before_a_repository_of_that_name(tmp_path, monkeypatch):
    (tmp_path / "acme" / "tiny").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert session.resolve("acme/tiny") == ("folder", "acme/tiny")


def test_the_variable_chooses_for_all_chapters(tiny, monkeypatch):
    monkeypatch.setenv(session.MODEL_VARIABLE, str(tiny))
    assert open_session().label == str(tiny)
    assert session.resolve("pocket:base") == ("pocket", "base")  # what is said here goes first


@pytest.mark.parametrize("name", ["pockt", "Pocket", "pocket-chat", "pocket:chatt", "pocket:"])
def test_a_name_nearly_right_gets_a_suggestion_or_opens(name):
    if name == "pocket:":
        assert session.resolve(name) == ("pocket", "chat")
        return
    with pytest.raises(LlamaExploreError) as error:
        session.resolve(name)
    assert "'pocket" in error.value.next_step


@pytest.mark.parametrize("name", ["llama", "gpt", "meta-llama/", "a/b/c", "https://x.org/a/b", "?"])
def test_an_unknown_name_says_what_names_look_like(name):
    with pytest.raises(LlamaExploreError, match="no model called") as error:
        open_session(name)
    assert "meta-llama/Llama-3.3-70B-Instruct" in error.value.next_step


def test_an_unknown_name_from_the_variable_names_the_variable(monkeypatch):
    monkeypatch.setenv(session.MODEL_VARIABLE, "pockt")
    with pytest.raises(LlamaExploreError, match="LLAMA_EXPLORE_MODEL"):
        open_session()


# Folders that are no checkpoint, or a damaged one


def refusal(model: Path | str) -> LlamaExploreError:
    with pytest.raises(LlamaExploreError) as error:
        open_session(str(model))
    return error.value


def test_a_folder_that_does_not_exist(tmp_path):
    assert "does not exist" in refusal(tmp_path / "nothing").cause


def test_a_file_instead_of_a_folder(tiny):
    assert "is a file, not a folder" in refusal(tiny / "config.json").cause


def test_a_folder_that_is_no_checkpoint(tmp_path):
    assert "no config.json" in refusal(tmp_path).cause


@pytest.mark.parametrize("text", ["", "{", "[]", "\x80"])
def test_a_config_that_is_not_json(copy, text):
    (copy / "config.json").write_bytes(text.encode("latin-1"))
    assert "config.json" in refusal(copy).cause


@pytest.mark.parametrize("kind", ["gpt2", "llama4", None, 3])
def test_a_config_of_another_kind_of_model(copy, kind):
    (copy / "config.json").write_text(json.dumps({"model_type": kind}))
    assert f"type {kind!r}" in refusal(copy).cause


@pytest.mark.parametrize(
    "nonsense", [{"num_attention_heads": 0}, {"hidden_size": "wide"}, {"rope_parameters": "long"}]
)
def test_a_config_with_impossible_values(copy, nonsense):
    values = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(values | nonsense))
    assert "config.json" in refusal(copy).cause


def test_a_missing_shard_is_named(copy):
    first, *others = sorted(copy.glob("*.safetensors"))
    first.unlink()
    cause = refusal(copy).cause
    assert f"lacks 1 of its {len(others) + 1} weights files: {first.name}" in cause


def test_a_folder_without_weights(copy):
    for path in copy.glob("model*"):
        path.unlink()
    assert "lacks 1 of its 1 weights files: model.safetensors" in refusal(copy).cause


@pytest.mark.parametrize("damage", ["cut short", "empty", "garbage"])
def test_a_damaged_shard_is_named(copy, damage):
    shard = sorted(copy.glob("*.safetensors"))[1]
    if damage == "garbage":
        shard.write_bytes(b"<html>502 Bad Gateway</html>")
    else:
        os.truncate(shard, shard.stat().st_size - 10 if damage == "cut short" else 0)
    error = refusal(copy)
    assert f"{shard.name} of {str(copy)!r} is damaged or cut short" in error.cause
    assert f"Delete {shard.name}" in error.next_step


def test_a_weight_that_is_missing_is_never_made_up(copy):
    index = json.loads((copy / checkpoint.INDEX).read_text())
    name = "model.layers.1.mlp.up_proj.weight"
    shard = copy / index["weight_map"].pop(name)
    (copy / checkpoint.INDEX).write_text(json.dumps(index))
    tensors = load_file(shard)
    del tensors[name]
    save_file(tensors, shard, metadata={"format": "pt"})
    assert f"lack 1 tensors, for example {name}" in refusal(copy).cause


def test_weights_of_another_shape(copy):
    values = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(values | {"intermediate_size": 48}))
    assert "could not be loaded" in refusal(copy).cause


def test_a_folder_without_tokenizer_borrows_none(copy):
    (copy / "tokenizer.json").unlink()
    assert "has no tokenizer" in refusal(copy).cause


# Memory


def test_the_memory_needed_is_known_without_allocating_it():
    config = LlamaConfig(**LLAMA_70B)
    assert checkpoint.weights_bytes(config, torch.bfloat16, "70B") == 141_107_412_992


def test_what_does_not_fit_is_refused_with_figures_unless_forced(tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text(json.dumps(LLAMA_70B))
    monkeypatch.setattr(checkpoint, "available_bytes", lambda: 16 * 2**30)
    error = refusal(tmp_path)
    assert "take 131.4 GiB" in error.cause
    assert "16.0 GiB of memory" in error.cause
    assert "force=True" in error.next_step

    with pytest.raises(LlamaExploreError, match="no tokenizer"):  # the next thing it lacks
        open_session(str(tmp_path), force=True)


def test_available_memory_heeds_the_limit_of_the_container(monkeypatch):
    unlimited = checkpoint.available_bytes()
    assert unlimited > 0
    real = Path.read_text

    def read_text(path, *args, **kwargs):
        return "2147483648\n" if path.name == "memory.max" else real(path, *args, **kwargs)

    monkeypatch.setattr(Path, "read_text", read_text)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    assert checkpoint.available_bytes() < 2 * 2**30


# The Hub


def test_offline_mode_is_named_as_the_reason():
    error = refusal("acme/tiny")
    assert "HF_HUB_OFFLINE" in error.cause
    assert "acme/tiny" in error.cause


def test_a_download_that_is_not_complete_says_so_offline(tiny):
    put_into_hub_cache(tiny, "acme/tiny", ["config.json", "tokenizer.json"])
    assert "not wholly" in refusal("acme/tiny").cause


def test_a_hub_that_refuses_connections_is_a_clear_error(monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub.hf_api.api, "endpoint", f"http://127.0.0.1:{port}")
    assert "does not answer" in refusal("acme/tiny").cause


def test_a_hub_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert access.hub_answers(0.3) is False


def hub_error(status: int, code: str | None, message: str) -> Exception:
    headers = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
    request = httpx2.Request("GET", "https://huggingface.co/api/models/acme/tiny/auth-check")
    response = httpx2.Response(status, headers=headers, request=request)
    try:
        hf_raise_for_status(response)
    except Exception as error:
        return error
    raise AssertionError("the client took this for a success")


@pytest.mark.parametrize(
    ("status", "code", "message", "cause", "step"),
    [
        (401, "GatedRepo", "Access is restricted", "gated and this machine has no token", "token"),
        (403, "GatedRepo", "not in the authorized list", "does not have access", "Ask for it"),
        (404, "RepoNotFound", "Repository not found", "knows no repository", "browser"),
        (401, None, "Invalid credentials in Authorization header", "refused your token", "token"),
        (403, None, "enable access to public gated repositories", "refused your token", "gated"),
        (500, None, "Internal error", "download of acme/tiny failed", "try again"),
    ],
)
def test_each_refusal_of_the_hub_has_its_cause_and_next_step(
    monkeypatch, status, code, message, cause, step
):
    def auth_check(repo_id):
        raise hub_error(status, code, message)

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub, "model_info", lambda repo_id, **options: None)
    monkeypatch.setattr(huggingface_hub, "auth_check", auth_check)
    error = refusal("acme/tiny")
    assert cause in error.cause
    assert step in error.next_step


def test_importing_the_session_module_does_not_import_torch():
    code = "import sys, llama_explore.session as s; print('torch' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "False\n", result.stderr


def test_a_llama_without_its_owner_is_told_the_whole_name() -> None:
    with pytest.raises(LlamaExploreError, match="Did you mean 'meta-llama/Llama-3"):
        session.resolve("Llama-3.2-1B-Instruct")


def test_an_empty_name_is_no_name_and_opens_nothing() -> None:
    with pytest.raises(LlamaExploreError, match="There is no model called ''"):
        session.resolve("")
