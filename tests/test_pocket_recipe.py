"""The recipe: its phases, batches, optimizer and model, and all of them in a smoke run."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from transformers import AutoModelForCausalLM, LlamaForCausalLM, PreTrainedTokenizerFast

from llama_explore.pocket import assemble, card, recipe
from llama_explore.pocket.batches import Steps, trained_ids
from llama_explore.pocket.documents import Writer
from llama_explore.pocket.muon import BatchedMuon
from llama_explore.pocket.phases import PHASES, Batch, Part, Phase, learning_rate, smoke_phases
from llama_explore.pocket.shape import (
    BEGIN_OF_TEXT,
    END_OF_TURN,
    STAGES,
    VOCAB_SIZE,
    config,
    fixed_rows,
)
from llama_explore.pocket.trainee import Trainee
from llama_explore.vocab import load_tokenizer

CHAT_MARKERS = {128_006, 128_007, 128_008, 128_009}


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return load_tokenizer()


@pytest.fixture(scope="module")
def writer(tokenizer: PreTrainedTokenizerFast) -> Writer:
    return Writer(tokenizer, 11, 300)


@pytest.fixture(autouse=True)
def same_seed_for_every_test(request: pytest.FixtureRequest) -> None:
    torch.manual_seed(0)
    if "writer" in request.fixturenames:
        request.getfixturevalue("writer").rng.seed(12)


# ---- the command --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def smoke_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    out = tmp_path_factory.mktemp("smoke")
    assert recipe.main(["--smoke", "--out", str(out)]) == 0
    yield out


@pytest.mark.parametrize("stage", STAGES)
def test_a_smoke_run_leaves_every_stage_loadable_with_no_special_code(
    stage: str, smoke_run: Path, tmp_path: Path
) -> None:
    folder = assemble(stage, cache_dir=tmp_path, weights_folder=smoke_run)
    model, report = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.bfloat16, output_loading_info=True
    )
    assert not report["missing_keys"] and not report["unexpected_keys"]
    assert model.dtype == torch.bfloat16
    logits = model(torch.tensor([[BEGIN_OF_TEXT, 1, 2, 3]])).logits
    assert logits.shape == (1, 4, VOCAB_SIZE) and bool(logits.isfinite().all())


def test_a_smoke_run_leaves_curves_and_a_model_card_that_admits_nothing_was_measured(
    smoke_run: Path,
) -> None:
    entries = [e for s in STAGES for e in json.loads((smoke_run / f"curve-{s}.json").read_text())]
    assert list(dict.fromkeys(e["phase"] for e in entries)) == [phase.name for phase in PHASES]
    assert all(np.isfinite(e["loss"]).all() for e in entries)
    text = (smoke_run / card.CARD).read_text()
    assert text.count(card.NOT_MEASURED) == 2
    assert "not derived from any Llama weights" in text
    assert "Trained on a CPU" in text and f"]({card.CURVES})" in text
    svg = (smoke_run / card.CURVES).read_text()
    assert "</svg>" in svg and len(svg) < 100_000


def test_training_goes_on_from_the_weights_of_an_earlier_stage(
    smoke_run: Path, tmp_path: Path
) -> None:
    base = smoke_run / "base.safetensors"
    arguments = ["--smoke", "--start", "chat", "--resume", str(base), "--out", str(tmp_path)]
    assert recipe.main(arguments) == 0
    assert {path.name for path in tmp_path.glob("*.safetensors")} == {"chat.safetensors"}
    before, after = load_file(base), load_file(tmp_path / "chat.safetensors")
    assert set(before["row_ids"].tolist()) <= set(after["row_ids"].tolist())
    name = "model.layers.0.mlp.up_proj.weight"
    moved = (after[name] - before[name]).float().norm() / before[name].float().norm()
    assert 0 < moved < 0.1, "two steps from the base, not from a new beginning"


@pytest.mark.parametrize("start", [phase.name for phase in PHASES[1:]])
def test_a_start_in_the_middle_needs_weights_to_go_on_from(
    start: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert recipe.main(["--smoke", "--start", start, "--out", str(tmp_path / "run")]) == 1
    assert "--resume" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("content", [None, b"no weights at all"])
def test_a_file_that_holds_no_stage_is_refused(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.safetensors"
    if content:
        path.write_bytes(content)
    arguments = ["--smoke", "--start", "chat", "--resume", str(path), "--out", str(tmp_path / "r")]
    assert recipe.main(arguments) == 1
    assert "does not hold a stage" in capsys.readouterr().err


def test_the_full_recipe_asks_for_a_gpu(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert recipe.main(["--out", str(tmp_path / "run")]) == 1
    assert "--smoke" in capsys.readouterr().err


@pytest.mark.parametrize("kept", [0.0, 0.25, 1.0])
def test_a_phase_keeps_its_share_of_the_weights_before_it(writer: Writer, kept: float) -> None:
    [phase] = (p for p in smoke_phases() if p.name == "copy")
    model = Trainee("base-512", np.arange(300))
    name = "layers.0.mlp.up_proj.weight"
    before = model.body.state_dict()[name].clone()
    ends = []
    for share in (0.0, kept):
        fresh = copy.deepcopy(model)
        recipe.train_phase(
            fresh, replace(phase, kept=share), writer, device="cpu", seed=1, workers=0
        )
        ends.append(fresh.body.state_dict()[name])
    assert not torch.equal(ends[0], before)
    torch.testing.assert_close(ends[1], torch.lerp(ends[0], before, kept))


# ---- phases -------------------------------------------------------------------------------


def test_all_phases_together_take_under_25_minutes() -> None:
    assert sum(phase.seconds for phase in PHASES) < 25 * 60 - 240, "4 minutes are for the rest"


def test_no_phase_before_chat_holds_chat_documents() -> None:
    for phase in PHASES:
        kinds = {part.kind for batch in phase.batches for part in batch.parts}
        assert any(kind.startswith("chat") for kind in kinds) == (phase.stage == "chat")


def test_a_smoke_phase_differs_from_its_phase_in_size_only() -> None:
    for small, full in zip(smoke_phases(), PHASES, strict=True):
        assert (small.name, small.stage, small.matrix_lr) == (full.name, full.stage, full.matrix_lr)
        for less, more in zip(small.batches, full.batches, strict=True):
            assert [part.kind for part in less.parts] == [part.kind for part in more.parts]
            assert less.length <= more.length and all(part.rows == 1 for part in less.parts)


def test_the_learning_rate_rises_stays_and_falls() -> None:
    assert learning_rate(0.0, 0, 0.05) == 1 / 40
    assert learning_rate(0.39, 1000, 0.05) == 1
    assert learning_rate(0.7, 2000, 0.05) == pytest.approx((1 + 0.05) / 2)
    assert learning_rate(1.0, 4000, 0.05) == pytest.approx(0.05)
    assert learning_rate(1.0, 800, 1.0) == 1


# ---- batches ------------------------------------------------------------------------------


def test_a_batch_counts_each_part_by_its_weight(writer: Writer) -> None:
    batch = Batch(128, (Part("story", 3, 0.5), Part("copy", 2, 0.25)))
    phase = Phase("test", "base", 2, 9, (batch,), matrix_lr=1, rows_lr=1, final_lr=1)
    trained = np.arange(0, 50_000, 7)
    steps = list(Steps(phase, 1, trained, writer))
    assert len(steps) == 2 and len(steps[0]) == 1
    tensors = steps[0][0]
    ids, positions, weight = tensors["ids"], tensors["positions"], tensors["weight"]
    assert ids.shape == (5, 128)
    assert torch.equal(ids.flatten()[positions + 1], tensors["targets"])
    assert torch.equal(tensors["candidates"][tensors["labels"]], tensors["targets"])
    assert set(trained) <= set(tensors["candidates"].tolist())
    of_stories = positions < 3 * 128
    assert float(weight[of_stories].sum()) == pytest.approx(0.5, abs=1e-5)
    assert float(weight[~of_stories].sum()) == pytest.approx(0.25, abs=1e-5)
    assert int((positions % 128).max()) < 127, "nothing is predicted across rows"


def test_rare_tokens_keep_their_fixed_rows(writer: Writer) -> None:
    plain, every = trained_ids(writer, 20, 1)
    assert set(plain) <= set(every)
    assert not CHAT_MARKERS & set(plain.tolist())
    assert {128_006, 128_007, END_OF_TURN} <= set(every.tolist())
    fewer, _ = trained_ids(writer, 20, 5)
    assert 0 < len(fewer) < len(plain) < 20_000


# ---- the optimizer ------------------------------------------------------------------------


def test_batched_muon_takes_the_steps_of_pytorchs_muon() -> None:
    shapes = [(64, 24), (24, 64), (64, 24), (32, 32), (24, 64), (8, 96)]
    start = [torch.randn(shape) for shape in shapes]
    ours, theirs = ([nn.Parameter(m.clone()) for m in start] for _ in range(2))
    batched = BatchedMuon(ours, lr=0.02)
    plain = torch.optim.Muon(theirs, lr=0.02, weight_decay=0.05, adjust_lr_fn="match_rms_adamw")
    for step in range(6):
        for a, b in zip(ours, theirs, strict=True):
            a.grad = torch.randn(a.shape) * 10.0 ** (step - 3)
            b.grad = a.grad.clone()
        batched.step()
        plain.step()
    for a, b, before in zip(ours, theirs, start, strict=True):
        moved = (b - before).abs().max()
        assert moved > 0.01
        assert (a - b).abs().max() < 0.02 * moved, "bfloat16 sums differ in their last bits"


# ---- the model ----------------------------------------------------------------------------


def test_fixed_rows_are_reproducible_unit_vectors_that_hardly_overlap() -> None:
    rows = fixed_rows(np.array([0, 1, 2, 128_255, 1]))
    assert rows.shape == (5, 256)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(rows[1], rows[4])
    np.testing.assert_array_equal(rows[3], fixed_rows(np.array([128_255]))[0])
    # Another hash would silently make other checkpoints of the shipped weights.
    bits = f"{int(sha256(b'pocket row 2').hexdigest(), 16):0256b}"
    assert [int(x > 0) for x in rows[2]] == [int(bit) for bit in bits]
    many = fixed_rows(np.arange(1000))
    overlap = many @ many.T - np.eye(1000)
    assert np.abs(overlap).max() < 0.4 and overlap.std() == pytest.approx(1 / 16, rel=0.05)


@pytest.mark.parametrize("stage", ["base-512", "chat"])
def test_the_trainee_computes_what_llama_computes(stage: str, tmp_path: Path) -> None:
    trained = np.array([3, 700, 5000, 128_000])
    model = Trainee(stage, trained).eval()
    with torch.no_grad():
        model.rows += 0.05 * torch.randn_like(model.rows)
        for parameter in model.body.layers.parameters():
            parameter.mul_(2)  # so that attention is not nearly uniform
    model.save(tmp_path / f"{stage}.safetensors")
    folder = assemble(stage, cache_dir=tmp_path, weights_folder=tmp_path)
    llama: LlamaForCausalLM = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    ids = torch.cat([torch.from_numpy(trained), torch.randint(0, 128_000, (296,))]).view(2, 150)
    with torch.no_grad():
        for p in model.body.parameters():  # as saved
            p.copy_(p.bfloat16())
        model.rows.copy_(model.rows.bfloat16())
        ours, theirs = model(ids), llama.model(ids).last_hidden_state
        logits = llama(ids).logits
    difference = (ours - theirs).norm() / theirs.norm()
    assert difference < 0.02, "only cos and sin, and the fixed rows, are rounded to bfloat16"

    targets = ids[:, 1:].flatten()
    keep = torch.arange(2 * 150).view(2, 150)[:, :-1].flatten()
    batch = {
        "ids": ids,
        "positions": keep,
        "targets": targets,
        "weight": torch.full((len(targets),), 1 / len(targets)),
        "candidates": torch.arange(VOCAB_SIZE),
        "labels": targets,
    }
    expected = nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), targets)
    with torch.no_grad():
        sampled = model.loss(batch, whole_vocabulary=False)
        whole = model.loss(batch, whole_vocabulary=True)
    assert float(sampled) == pytest.approx(float(expected), rel=0.01)
    assert float(whole) == pytest.approx(float(expected), rel=0.01)


def test_a_trainee_takes_over_an_earlier_stage_and_its_rows(tmp_path: Path) -> None:
    first = Trainee("base-512", np.array([3, 700, 5000]))
    with torch.no_grad():
        first.rows.add_(1)
    first.save(tmp_path / "first.safetensors")
    second = Trainee("base", np.array([3, 9, 700, 5000]))
    second.load(tmp_path / "first.safetensors")
    ids = torch.tensor([3, 700, 5000])
    torch.testing.assert_close(second.table(ids), first.table(ids).bfloat16().float())
    torch.testing.assert_close(
        second.table(torch.tensor([9, 10])), torch.from_numpy(fixed_rows(np.array([9, 10])))
    )
    for (name, a), (_, b) in zip(
        first.body.layers.named_parameters(), second.body.layers.named_parameters(), strict=True
    ):
        torch.testing.assert_close(a.bfloat16().float(), b, msg=name)


def test_only_rows_and_body_are_trained_and_saved(tmp_path: Path) -> None:
    model = Trainee("chat", np.array([3, 700]))
    model.save(tmp_path / "chat.safetensors")
    saved = load_file(tmp_path / "chat.safetensors")
    with torch.device("meta"):
        names = set(LlamaForCausalLM(config("chat")).state_dict())
    assert set(saved) == names - {"model.embed_tokens.weight", "lm_head.weight"} | {
        "rows",
        "row_ids",
    }
    assert saved["row_ids"].tolist() == [3, 700]


# ---- the card -----------------------------------------------------------------------------


def test_a_card_names_what_was_missed_and_prints_faulty_continuations(tmp_path: Path) -> None:
    row = {"measure": "own words found", "required": "≥ 0.8", "measured": "0.6", "ok": "MISSED"}
    results = {
        "date": "2026-01-02",
        "machine": {"threads": 2, "cpu": "X", "python": "3", "torch": "2", "transformers": "5"},
        "rows": [row],
        "by length": {"base": {"512": 1.0}, "chat": {"8192": 1.0, "16384": 0.25}},
        "languages": {"German": 0.5},
        "own words": 0.6,
        "continuations": [
            {"prompt": "A dog", "text": " brzls it", "loops": True, "broken": ["brzls"]},
            {"prompt": "It is late", "text": ", he said.", "loops": False, "broken": []},
        ],
    }
    text = card.write_card(tmp_path, results).read_text(encoding="utf-8")
    assert "Missed of what was required: own words found." in text
    assert "at 16,384 tokens it finds 25% of the needles" in text
    assert "A dog **brzls it** (a loop, “brzls” is no known word)" in text
    assert "It is late**, he said.**\n" in text
    assert card.NOT_MEASURED not in text
