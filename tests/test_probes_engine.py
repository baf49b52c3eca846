"""Reading without paying twice changes no answer, and reads no token more than it must."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from array import array
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
import torch
from transformers import DynamicCache, LlamaConfig, LlamaForCausalLM

from llama_explore import LlamaExploreError, open_session, probes
from llama_explore.probes import cost
from llama_explore.probes.behind import attend, attending_behind
from llama_explore.probes.prefix_tree import count_flops, count_least, count_shared, list_steps
from llama_explore.probes.reader import Reader
from llama_explore.probes.rewind import RewindCache
from llama_explore.probes.run import Drafter, Work, answer_items, list_groups
from llama_explore.session import Session

STOPS = [5, 6, 7, 8, 33, 34]
TINY = probes.Grid(tasks=("number", "queries", "copying"), lengths=(256, 384), depths=3)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """A pass this small waits for its threads longer than it works, on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def session() -> Session:
    """In float32: in bfloat16 a near tie may fall the other way when sums change their order."""
    return open_session("pocket:chat", dtype=torch.float32)


@pytest.fixture(scope="module")
def tiny() -> LlamaForCausalLM:
    """A random Llama in float64: there, different orders of summing choose the same token."""
    torch.manual_seed(5)
    config = LlamaConfig(
        vocab_size=40, hidden_size=32, intermediate_size=48, num_hidden_layers=3,
        num_attention_heads=4, num_key_value_heads=2, head_dim=8, eos_token_id=STOPS,
        bos_token_id=0, pad_token_id=7, initializer_range=0.6,
    )  # fmt: skip
    return LlamaForCausalLM(config).double().eval()


def generate(model: LlamaForCausalLM, prompt: array, most: int) -> list[int]:
    ids = torch.tensor([prompt.tolist()])
    out = model.generate(
        ids, attention_mask=torch.ones_like(ids), max_new_tokens=most, do_sample=False
    )
    new = out[0, len(prompt) :].tolist()
    return new[:-1] if new[-1] in STOPS else new


def random_prompts(rng: Random, *, n: int, shared: int, tail: int) -> list[array]:
    beginning = [rng.randrange(40) for _ in range(shared)]
    return sorted(
        array("i", [*beginning, *(rng.randrange(4) for _ in range(rng.randint(1, tail)))])
        for _ in range(n)
    )


# ---- the prefix tree ----------------------------------------------------------------------


def test_the_least_number_of_tokens_is_that_of_the_trees_nodes() -> None:
    rng = Random(1)
    for _ in range(50):
        prompts = random_prompts(rng, n=8, shared=rng.randint(0, 3), tail=6)
        nodes = {tuple(p[:i]) for p in prompts for i in range(1, len(p) + 1)}
        assert count_least(prompts) == sum(new for _, new in list_steps(prompts)) == len(nodes)


def test_shared_tokens_are_counted_from_the_start() -> None:
    assert count_shared(array("i", [1, 2, 3]), array("i", [1, 2, 4, 3])) == 2
    assert count_shared(array("i", [1, 2]), array("i", [1, 2, 3])) == 2
    assert count_shared(array("i"), array("i", [1])) == 0
    assert list_steps([]) == []


def test_arithmetic_is_counted_as_matrices_and_attention_do_it(tiny) -> None:
    from torch.utils.flop_counter import FlopCounterMode

    ids = torch.arange(24)[None] % 40
    tiny.set_attn_implementation("eager")  # its products are plain matrix products
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        tiny.model(ids)
    tiny.set_attn_implementation("sdpa")
    whole = counter.get_total_flops()
    # Eager multiplies the upper triangle too; we count what a causal kernel needs.
    upper = 3 * 4 * 32 * (24 * 24 - 24 * 25 / 2)
    assert count_flops(tiny.config, 0, 24) == whole - upper
    parts = count_flops(tiny.config, 0, 10) + count_flops(tiny.config, 10, 14)
    assert parts == count_flops(tiny.config, 0, 24)


def test_questions_about_one_context_are_one_group() -> None:
    rng = Random(2)
    first = random_prompts(rng, n=5, shared=900, tail=30)
    second = random_prompts(rng, n=3, shared=900, tail=30)
    prompts = sorted([*first, *second])
    groups = list(list_groups(prompts))
    assert sorted(len(group) for group in groups) == [3, 5]
    assert list(itertools.chain(*groups)) == list(range(8))
    assert [len(group) for group in list_groups(prompts, n_most=1)] == [1] * 8
    assert len(list(list_groups([array("i", [1] * 1000 + [2] * 500 + [i] * 300) for i in range(3)]
                                ))) == 3  # fmt: skip


# ---- the reader ---------------------------------------------------------------------------


def test_going_back_in_the_cache_leaves_the_logits_as_they_are(tiny) -> None:
    rng = Random(3)
    first = [rng.randrange(40) for _ in range(30)]
    second = first[:18] + [rng.randrange(40) for _ in range(9)]
    cache = RewindCache(tiny.config, 64)
    with torch.inference_mode():
        tiny(torch.tensor([first]), past_key_values=cache)
        cache.rewind(18)
        ours = tiny(torch.tensor([second[18:]]), past_key_values=cache).logits
        theirs = tiny(torch.tensor([second]), past_key_values=DynamicCache(config=tiny.config))
    assert torch.allclose(ours, theirs.logits[:, 18:], atol=1e-12)
    assert cache.get_seq_length() == 27 and cache.layers[0].keys.shape[2] == 64


@pytest.mark.parametrize("kind", ["none", "random", "right", "half right", "too long"])
def test_answers_are_those_of_generate_whatever_is_guessed(tiny, kind) -> None:
    rng = Random(4)
    stopped = 0
    for _ in range(12):
        groups = [random_prompts(rng, n=n, shared=40, tail=6) for n in (1, 6)]
        reader = Reader(tiny, 300)
        for prompts in groups:
            most = [rng.randint(1, 9) for _ in prompts]
            wanted = [generate(tiny, p, m) for p, m in zip(prompts, most, strict=True)]
            stopped += sum(len(w) < m for w, m in zip(wanted, most, strict=True))
            drafts = {
                "none": [[] for _ in prompts],
                "random": [[rng.randrange(40) for _ in range(6)] for _ in prompts],
                "right": wanted,
                "half right": [[*w[: len(w) // 2], 11, 12, 13] for w in wanted],
                "too long": [[*w, 7, 7, 9, 9, 9, 9, 9, 9, 9] for w in wanted],
            }[kind]
            assert reader.answer(prompts, drafts, most) == wanted
    assert stopped > 5, "some answers have to end by themselves, or the test says nothing"


def test_a_reader_goes_from_prompt_to_prompt_and_reads_each_beginning_once(tiny) -> None:
    rng = Random(6)
    trunk = [rng.randrange(40) for _ in range(60)]
    prompts = sorted(
        array("i", [*trunk[:at], *(rng.randrange(40) for _ in range(20))])
        for at in (0, 10, 25, 25, 40, 60)
    )
    reader = Reader(tiny, 200)
    for prompt in prompts:
        assert reader.answer([prompt], [[]], [1]) == [generate(tiny, prompt, 1)]
    assert reader.n_tokens == count_least(prompts)


def test_losses_are_those_of_the_library(tiny) -> None:
    ids = array("i", [Random(7).randrange(40) for _ in range(50)])
    tensor = torch.tensor([ids.tolist()])
    with torch.inference_mode():
        wanted = tiny(tensor, labels=tensor).loss
    losses = Reader(tiny, 50).losses(ids)
    assert losses.shape == (49,) and float(losses.mean()) == pytest.approx(float(wanted), rel=1e-6)


@pytest.mark.parametrize("own", ["causal", "branches"])
def test_attention_in_two_parts_is_that_of_one_masked_call(own: str) -> None:
    torch.manual_seed(0)
    n_new, n_last, n_all = 7, 7 if own == "causal" else 11, 50
    query = torch.randn(1, 8, n_new, 16)
    key, value = torch.randn(2, 1, 2, n_all, 16).unbind()
    seen = torch.rand(n_new, n_last) < 0.5 if own == "branches" else torch.ones(7, 7).tril().bool()
    seen[:, -n_new:].fill_diagonal_(True)
    mask = torch.cat([torch.ones(n_new, n_all - n_last, dtype=torch.bool), seen], 1)
    wanted = torch.nn.functional.scaled_dot_product_attention(
        query, key, value, mask[None, None], scale=0.3, enable_gqa=True
    )
    given = None if own == "causal" else seen[None, None]
    found, _ = attend(torch.nn.Module(), query, key, value, given, scaling=0.3)
    assert torch.allclose(found, wanted.transpose(1, 2), atol=1e-5)


def test_only_plain_sdpa_is_exchanged_and_given_back(tiny) -> None:
    rng, found = Random(8), {}
    prompts = random_prompts(rng, n=5, shared=30, tail=5)
    for name in ("sdpa", "eager"):
        tiny.set_attn_implementation(name)
        with attending_behind(tiny) as behind:
            assert behind is (name == "sdpa")
        found[name] = Reader(tiny, 100).answer(prompts, [[]] * 5, [4] * 5)
        assert tiny.config._attn_implementation == name
    tiny.set_attn_implementation("sdpa")
    assert found["sdpa"] == found["eager"]


# ---- with the pocket model ----------------------------------------------------------------


@pytest.fixture(scope="module")
def usual(session: Session) -> dict[str, dict]:
    plan = probes.plan_grid(session, TINY)
    return {r["cell"]: r for r in answer_items(session, plan.items, way="usual")}


def test_exact_gives_the_usual_answers_within_a_twentieth_of_the_least_tokens(
    session: Session, usual: dict[str, dict]
) -> None:
    plan = probes.plan_grid(session, TINY)
    work = Work()
    exact = {r["cell"]: r for r in answer_items(session, plan.items, work=work)}
    for cell, record in usual.items():
        assert [a["answer"] for a in exact[cell]["answers"]] == [
            a["answer"] for a in record["answers"]
        ]
    encode = session.tokenizer.encode
    answered = sum(
        len(encode(a["answer"], add_special_tokens=False))
        for record in usual.values()
        for a in record["answers"]
    )
    assert plan.n_least_tokens <= work.n_tokens <= 1.05 * (plan.n_least_tokens + answered)
    assert work.n_flops > 0 and work.seconds > 0


def test_in_bfloat16_needles_get_the_usual_answers_too() -> None:
    session = open_session("pocket:chat")
    plan = probes.plan_grid(session, probes.Grid(lengths=(256, 384), depths=3))
    usual = {r["cell"]: r["answers"] for r in answer_items(session, plan.items, way="usual")}
    exact = {r["cell"]: r["answers"] for r in answer_items(session, plan.items)}
    assert exact == usual and len(usual) == 6


def test_a_scan_finds_needles_with_a_fraction_of_the_tokens(session: Session) -> None:
    plan = probes.plan_grid(session, probes.Grid(lengths=(512, 768), depths=8, way="scan"))
    work = Work()
    records = list(answer_items(session, plan.items, way="scan", work=work))
    assert len(records) == 16 and sum(r["score"] for r in records) >= 12
    assert work.n_tokens < plan.n_usual_tokens / 4


def test_wrong_guesses_change_no_answer_and_find_room(session: Session, monkeypatch) -> None:
    plan = probes.plan_grid(session, probes.Grid(lengths=(600,), depths=14, way="scan"))
    wanted = [r["answers"] for r in answer_items(session, plan.items, way="scan")]
    monkeypatch.setattr(Drafter, "draft", lambda self, q: list(range(1000, 1100)))
    found = [r["answers"] for r in answer_items(session, plan.items, way="scan")]
    assert found == wanted and len(found) == 14


def test_a_plan_says_what_it_will_take(session: Session) -> None:
    plan = probes.plan_grid(session, TINY)
    assert len(plan.items) == len(plan.cells) == 14
    assert plan.cost is not None and plan.cost.seconds > 0
    config = session.config
    cache = 2 * config.num_hidden_layers * config.num_key_value_heads * config.head_dim * 2 * 352
    assert cache < plan.cost.peak_bytes < 2**30
    assert f"{plan.n_usual_tokens:,}" in repr(plan) and "<table>" in plan._repr_html_()


def test_what_does_not_fit_into_memory_is_refused(session: Session, monkeypatch) -> None:
    monkeypatch.setattr(cost, "free_bytes", lambda session: 10**6)
    with pytest.raises(LlamaExploreError, match=r"takes .* MiB beside the weights; 976.6 KiB"):
        probes.plan_grid(session, TINY)


def test_loss_by_position_comes_in_spans(session: Session) -> None:
    results = probes.run_grid(session, probes.Grid(tasks=("loss",), lengths=(256,)), progress=False)
    (record,) = results.records
    assert record["edges"][0] == 1 and record["edges"][-1] == 256
    assert len(results.losses()[256]) == len(record["losses"]) == 32
    assert min(record["losses"]) > 0
    assert max(record["losses"]) < 12
    with pytest.raises(LlamaExploreError, match="needs the model in this process"):
        probes.check_for_server(
            probes.plan_grid(session, probes.Grid(tasks=("loss",), lengths=(64,))).items
        )


def test_another_rope_is_another_model(session: Session) -> None:
    from llama_explore.probes.provenance import describe_model

    first = describe_model(session)
    changed = SimpleNamespace(**{k: getattr(session, k) for k in ("name", "label", "dtype",
                                 "n_parameters")}, config=LlamaConfig())  # fmt: skip
    assert describe_model(changed)["rope"] != first["rope"]  # type: ignore[arg-type]
    assert first["label"] == "pocket:chat" and len(first["revision"]) == 12


# ---- interrupted --------------------------------------------------------------------------


def test_ctrl_c_keeps_what_is_done_and_the_next_call_goes_on(
    session: Session, tmp_path: Path, monkeypatch
) -> None:
    path, calls = tmp_path / "r.jsonl", itertools.count()
    answer = Reader.answer

    def interrupted(self, *arguments):
        if next(calls) == 4:
            raise KeyboardInterrupt
        return answer(self, *arguments)

    monkeypatch.setattr(Reader, "answer", interrupted)
    with pytest.raises(KeyboardInterrupt):
        probes.run_grid(session, TINY, path=path, progress=False)
    done = len(probes.load_results(path).records)
    assert 1 <= done < 14
    monkeypatch.setattr(Reader, "answer", answer)
    results = probes.run_grid(session, TINY, path=path, progress=False)
    assert len(results.records) == len(path.read_text().splitlines()) - 1 == 14


KILLED = """
import sys
import torch
torch.set_num_threads(1)
sys.path.insert(0, {tests!r})
from test_probes_engine import TINY, open_session, probes
from llama_explore.probes.results_file import ResultFile
append = ResultFile.append
def slowly(self, record):
    append(self, record)
    import time; time.sleep(0.3)
ResultFile.append = slowly
session = open_session("pocket:chat", dtype=torch.float32)
probes.run_grid(session, TINY, path={path!r}, progress=False)
"""


def test_a_killed_run_goes_on_without_losing_or_repeating_a_cell(
    session: Session, usual: dict[str, dict], tmp_path: Path
) -> None:
    path = tmp_path / "results" / "grid.jsonl"
    script = KILLED.format(tests=str(Path(__file__).parent), path=str(path))
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + 300
        while not path.exists() or path.read_bytes().count(b"\n") < 4:
            assert process.poll() is None, process.stderr.read().decode()
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.kill()  # SIGKILL where there is one
        process.wait()
    if os.name == "posix":
        assert process.returncode == -signal.SIGKILL
    whole = path.read_bytes()
    whole = whole[: whole.rfind(b"\n") + 1]
    n_done = whole.count(b"\n") - 1
    assert 3 <= n_done < 14
    path.write_bytes(whole + b'{"cell": "number/384/')  # as if killed while it wrote
    asked = []
    append = probes.ResultFile.append
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            probes.ResultFile, "append", lambda self, r: (asked.append(r["cell"]), append(self, r))
        )
        results = probes.run_grid(session, TINY, path=path, progress=False)
    assert path.read_bytes().startswith(whole), "what was there is left as it was"
    assert len(asked) == 14 - n_done, "a finished cell was run again"
    assert sorted(r["cell"] for r in results.records) == sorted(usual)
    assert path.read_bytes().count(b"\n") == 15
    for record in results.records:
        wanted = usual[record["cell"]]["answers"]
        assert [a["answer"] for a in record["answers"]] == [a["answer"] for a in wanted]
