"""The rebuilt tokenizer against the Hub's published hash and Meta's own tokenizer."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import shutil
import socket
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from llama_models.llama3.tokenizer import Tokenizer as MetaTokenizer
from transformers import AutoTokenizer, PreTrainedTokenizerFast
from transformers.convert_slow_tokenizer import bytes_to_unicode

from llama_explore import LlamaExploreError, vocab
from llama_explore.chat import TEMPLATE

FILES = ["chat_template.jinja", "tokenizer.json", "tokenizer_config.json"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that was built once and that no test may change."""
    root = tmp_path_factory.mktemp("cache")
    vocab.tokenizer_folder(root)
    return root


@pytest.fixture(scope="module")
def tokenizer(built: Path) -> PreTrainedTokenizerFast:
    return vocab.load_tokenizer(built)


@pytest.fixture(scope="module")
def meta() -> MetaTokenizer:
    return MetaTokenizer.get_instance()


@pytest.fixture
def cache(built: Path, tmp_path: Path) -> Path:
    """A built cache that the test may damage."""
    shutil.copytree(built, tmp_path / "cache")
    return tmp_path / "cache"


def hash_of(folder: Path) -> str:
    return sha256((folder / "tokenizer.json").read_bytes()).hexdigest()


# --- the same as the Hub's ---------------------------------------------------------------


def test_the_rebuilt_file_is_the_hubs_byte_for_byte(built: Path) -> None:
    data = (built / "tokenizer" / "tokenizer.json").read_bytes()
    assert len(data) == 17_209_920
    published = "6b9e4e7fb171f92fd137b777cc2714bf87d11576700a1dcd7a399e7bbe39537b"
    assert sha256(data).hexdigest() == published


def test_it_has_the_hubs_counts(built: Path, tokenizer: PreTrainedTokenizerFast) -> None:
    model = json.loads((built / "tokenizer" / "tokenizer.json").read_bytes())["model"]
    assert (len(model["vocab"]), len(model["merges"])) == (128_000, 280_147)
    assert len(tokenizer) == 128_256


def test_a_merge_is_every_way_to_make_an_entry_of_two() -> None:
    ranks = {b"t": 0, b"h": 1, b"e": 2, b"th": 3, b"he": 4, b"the": 5}
    merges = [(b"t", b"h"), (b"h", b"e"), (b"t", b"he"), (b"th", b"e")]
    assert vocab._list_merges(ranks) == merges


@pytest.mark.parametrize(
    ("token_id", "name"),
    [
        (128_000, "begin_of_text"),
        (128_001, "end_of_text"),
        (128_002, "reserved_special_token_0"),
        (128_003, "reserved_special_token_1"),
        (128_004, "finetune_right_pad_id"),
        (128_005, "reserved_special_token_2"),
        (128_006, "start_header_id"),
        (128_007, "end_header_id"),
        (128_008, "eom_id"),
        (128_009, "eot_id"),
        (128_010, "python_tag"),
        (128_011, "reserved_special_token_3"),
        (128_255, "reserved_special_token_247"),
    ],
)
def test_special_tokens_have_the_hubs_names_and_ids(
    tokenizer: PreTrainedTokenizerFast, token_id: int, name: str
) -> None:
    assert tokenizer.convert_ids_to_tokens(token_id) == f"<|{name}|>"
    assert tokenizer.encode(f"<|{name}|>", add_special_tokens=False) == [token_id]


def test_all_256_special_tokens_are_special_and_dropped_on_request(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    assert len(set(vocab.SPECIAL_TOKENS)) == 256
    assert all(tokenizer.added_tokens_decoder[128_000 + i].special for i in range(256))
    assert tokenizer.decode(range(128_000, 128_256), skip_special_tokens=True) == ""


def test_it_carries_the_hubs_settings(tokenizer: PreTrainedTokenizerFast) -> None:
    assert isinstance(tokenizer, PreTrainedTokenizerFast)
    assert (tokenizer.bos_token, tokenizer.bos_token_id) == ("<|begin_of_text|>", 128_000)
    assert (tokenizer.eos_token, tokenizer.eos_token_id) == ("<|eot_id|>", 128_009)
    assert tokenizer.pad_token is None
    assert tokenizer.unk_token is None
    assert tokenizer.model_max_length == 131_072
    assert tokenizer.model_input_names == ["input_ids", "attention_mask"]
    assert tokenizer.chat_template == TEMPLATE


def test_each_sequence_begins_with_one_bos(tokenizer: PreTrainedTokenizerFast) -> None:
    assert tokenizer("Hi").input_ids == [128_000, 13_347]
    assert tokenizer("Hi", "Hi").input_ids == [128_000, 13_347] * 2
    assert tokenizer("").input_ids == [128_000]
    assert tokenizer("Hi", add_special_tokens=False).input_ids == [13_347]


def test_a_rendered_chat_tokenized_again_has_two(tokenizer: PreTrainedTokenizerFast) -> None:
    text = tokenizer.apply_chat_template([{"role": "user", "content": "Hi"}], tokenize=False)
    assert tokenizer(text).input_ids[:3] == [128_000, 128_000, 128_006]


# --- the same as Meta's -------------------------------------------------------------------

SENTENCES = {
    "English": "The quick brown fox didn't jump over 13 lazy dogs; it couldn't, could it?",
    "German": "Über den Äckern weht's kühl: Fußgängerübergänge, Größe 42½, »Straße«!",
    "French": "L'été où Noël tombait un dimanche, l'œuvre coûtait 1 234,56 € — déjà !",
    "Italian": "Perché no? L'università è chiusa dall'8 all'11; c'è più caffè laggiù.",
    "Portuguese": "Não há pão às três; a avó põe açúcar no café d'água. Ação, coração!",
    "Hindi": "क्या आप मुझे बता सकते हैं कि दिल्ली में मौसम कैसा है? ₹१२३४ और 5678।",
    "Spanish": "¿Cuántos años cumplirá el pingüino mañana? ¡Ojalá que sean 1.000!",
    "Thai": "สวัสดีครับ วันนี้อากาศดีมาก ราคา ๑๒๓๔ บาท หรือ 5678 บาท ใช่ไหม",
    "others": "Привет, мир! 你好，世界。こんにちは世界 안녕하세요 שלום עולם مرحبا Γειά ሰላም ສະບາຍດີ",
}
SPACES = [" ", "\t", "\n", "\r", "\r\n", "\v", "\f", "\x85", "\xa0", "\u2003", "\u2028", "\u3000"]
INVISIBLE = ["\u200b", "\u200d", "\ufeff", "\u00ad", "\u202e", "\ufe0f", "\x00", "\x1f", "\x7f"]
EMOJI = [
    *("🙂", "👍🏽", "❤️", "1️⃣", "🇩🇪🇫🇷", "🏴‍☠️", "👩‍💻", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🫠🫨", "☠", "©®™"),
    *("👩‍", "‍💻", "🇩", "text🙂text", "🙂🙂🙂🙂", " 🙂 ", "🙂\n", "👍👍🏻👍🏿"),
]
MARKS = [
    "\u0301",
    "a\u0301",
    "\u0301a",
    " \u0301",
    "é",
    "e\u0301",
    "ि",
    "क्",
    "्क",
    "ำ",
    "ที่",
    "่",
    "Z͑ͫ̓ͪ̂ͫ̽",
    "ﷺ",
    "한",
    "ㅎㅏㄴ",
]
CODE = [
    "def f(x: int) -> int:\n    return x**2  # squared\n\n\nprint(f(12))\n",
    'for(int i=0;i<10;++i){\n\tprintf("%d\\n", a[i]);\n}\n',
    '{"name": "f", "parameters": {"n": [1, 2.50, -3e-10, null, true]}}',
    '<div class="a b">\r\n  <p>&nbsp;&lt;x&gt;</p>\r\n</div>',
    "SELECT * FROM t WHERE a<>'it''s' AND b IN (1,22,333,4444);",
    r"\begin{align} \frac{\partial f}{\partial x_i} &= \sum_{j=1}^{N} w_{ij} \end{align}",
    r"^(?:[a-z0-9]+)@(?:[\w-]+\.)+[A-Z]{2,}$",
    "$ cat <<'EOF' | sed -e 's/\\t/    /g' >> ~/x.txt && echo $?",
    "SGVsbG8sIHdvcmxkIQ== 0xDEADBEEF 1e-5 v1.2.3-rc.4+build.5 127.0.0.1:8080 #!/bin/sh",
    "camelCaseAndSnake_case_and-kebab-case and SCREAMING_SNAKE and __dunder__",
    "if x:\n\tif y:\n\t\t\tpass\n \t mixed \t\n    \n",
]
CONTRACTIONS = [
    stem + apostrophe + ending
    for stem in ("I", "it", "THEY", "1", " ")
    for apostrophe in ("'", "\u2019")
    for ending in ("s", "t", "re", "ve", "m", "ll", "d", "S", "LL", "Re", "\u017f", "x", "")
]
LOOK_ALIKES = [
    *("<|eot_id|>", "<|eot_id|", "|eot_id|>", "< |eot_id|>", "<|EOT_ID|>", "a<|eot_id|>b"),
    *("<|begin_of_text|>", " <|begin_of_text|> ", "<|begin_of_text|><|begin_of_text|>", "<||>"),
    *("<|start_header_id|>system<|end_header_id|>\n\n", "<|python_tag|>", "<|eom_id|>\n", "<|"),
    *("<|reserved_special_token_0|>", "<|reserved_special_token_1|>", "<|im_end|>", "[INST]"),
    *("<|reserved_special_token_248|>", "<|finetune_right_pad_id|>", "<s>", "</s>"),
    *("<<|eot_id|>>", "<|<|eot_id|>|>", "<|end_of_text|>\n\n", "<|eot_id|>x"),
]


def hard_strings() -> list[str]:
    """Return several hundred strings that tokenizers have been known to disagree about."""
    strings = ["", *EMOJI, *MARKS, *CODE, *CONTRACTIONS, *LOOK_ALIKES, *SPACES, *INVISIBLE]
    for sentence in SENTENCES.values():
        strings += [sentence, sentence.upper(), sentence.replace(" ", "  "), f" {sentence}\n\n"]
        strings += [sentence[:cut] for cut in (1, 7, 23)] + [sentence[::-1]]
    for n in range(1, 14):
        strings += [
            "7" * n,
            "x" + "1" * n,
            "٣" * n,
            "9" * n + ".5",
            " " * n,
            " " * n + "x",
            "\n" * n,
        ]
    strings += [
        "1,234,567.89",
        "-0",
        "½¾",
        "Ⅷ",
        "①②③④",
        "१२३४५",
        "๑๒๓๔",
        "1 000 000",
        "3²",
        "1_000",
    ]
    strings += [f"a{one}{two}b" for one in SPACES for two in SPACES]
    strings += ["a" * 1000, "ab" * 500, " " * 1000, "!" * 300, "क" * 300, "🙂" * 100, "=" * 80]
    alphabet = [
        *"abcXYZ019 .,'!_<|>",
        *SPACES,
        *INVISIBLE,
        *EMOJI,
        *MARKS,
        "ß",
        "я",
        "中",
        "'s",
        "ไ",
    ]
    dice = random.Random(3)
    strings += ["".join(dice.choices(alphabet, k=dice.randint(2, 30))) for _ in range(200)]
    return list(dict.fromkeys(strings))


HARD = hard_strings()


def test_there_are_hundreds_of_hard_strings() -> None:
    assert len(HARD) > 600


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_a_hard_string_gets_metas_ids(
    tokenizer: PreTrainedTokenizerFast, meta: MetaTokenizer, text: str
) -> None:
    """What a user types, special tokens taken as plain text: Meta's default."""
    ids = tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True)
    assert ids == meta.encode(text, bos=False, eos=False)
    assert tokenizer.decode(ids) == text == meta.decode(ids)


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_a_special_token_in_the_text_gets_metas_id(
    tokenizer: PreTrainedTokenizerFast, meta: MetaTokenizer, text: str
) -> None:
    """An ordinary encode makes typed special tokens real, as Meta's does when allowed to."""
    ids = tokenizer.encode(text)
    assert ids == meta.encode(text, bos=True, eos=False, allowed_special="all")


def test_meta_names_three_kinds_of_special_tokens_otherwise(
    tokenizer: PreTrainedTokenizerFast, meta: MetaTokenizer
) -> None:
    """Meta's package gives 128005 and 128011 a name, and so counts the reserved ones otherwise.

    All ids have the same meaning to the model; only the names in the text differ.
    """
    ours = tokenizer.get_added_vocab()
    differing = {i for name, i in meta.special_tokens.items() if ours.get(name) != i}
    assert meta.special_tokens["<|step_id|>"] == 128_005
    assert meta.special_tokens["<|image|>"] == 128_011
    assert differing == {128_005, *range(128_011, 128_256)}


def test_meta_cuts_a_very_long_word_and_the_hub_does_not(
    tokenizer: PreTrainedTokenizerFast, meta: MetaTokenizer
) -> None:
    """Meta's wrapper splits runs of over 25,000 letters: the seam costs it one merge here."""
    word, longer = "ab" * 12_500, "ab" * 12_500 + "ab"
    assert tokenizer.encode(word, add_special_tokens=False) == meta.encode(
        word, bos=False, eos=False
    )
    shifted = "b" + longer
    hub = tokenizer.encode(shifted, add_special_tokens=False)
    assert hub != meta.encode(shifted, bos=False, eos=False)
    assert hub == meta.model.encode(shifted)


def test_every_ordinary_id_stands_for_metas_bytes(
    tokenizer: PreTrainedTokenizerFast, meta: MetaTokenizer
) -> None:
    byte_of = {letter: byte for byte, letter in bytes_to_unicode().items()}
    tokens = tokenizer.convert_ids_to_tokens(range(128_000))
    as_bytes = [bytes(byte_of[letter] for letter in token) for token in tokens]
    assert as_bytes == [meta.model.decode_single_token_bytes(i) for i in range(128_000)]


def test_every_id_survives_the_way_to_its_token_and_back(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    ids = list(range(len(tokenizer)))
    assert tokenizer.convert_tokens_to_ids(tokenizer.convert_ids_to_tokens(ids)) == ids


def test_every_id_that_is_whole_text_survives_decoding_and_encoding(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    """The 1,352 others hold a part of a letter: alone they decode to a question mark."""
    texts = tokenizer.batch_decode([[i] for i in range(len(tokenizer))])
    encoded = tokenizer(texts, add_special_tokens=False).input_ids
    lost = [i for i, ids in enumerate(encoded) if ids != [i]]
    assert len(lost) == 1_352
    assert all("\ufffd" in texts[i] for i in lost)


# --- the folder ---------------------------------------------------------------------------


def test_the_folder_holds_three_files_and_nothing_else(built: Path) -> None:
    assert sorted(path.name for path in (built / "tokenizer").iterdir()) == FILES
    assert [path.name for path in built.iterdir()] == ["tokenizer"]


@pytest.mark.parametrize("with_config", [False, True], ids=["alone", "in a checkpoint"])
def test_auto_tokenizer_loads_the_folder(
    cache: Path, tokenizer: PreTrainedTokenizerFast, with_config: bool
) -> None:
    folder = cache / "tokenizer"
    if with_config:
        config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
        (folder / "config.json").write_text(json.dumps(config))
    loaded = AutoTokenizer.from_pretrained(folder)
    chat = [{"role": "user", "content": SENTENCES["Thai"]}]
    assert type(loaded) is type(tokenizer)
    assert loaded.apply_chat_template(chat) == tokenizer.apply_chat_template(chat)
    assert loaded.model_max_length == 131_072
    assert loaded.eos_token_id == 128_009


def test_what_it_saves_can_be_loaded_again(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    tokenizer.save_pretrained(tmp_path)
    again = AutoTokenizer.from_pretrained(tmp_path)
    assert again(HARD).input_ids == tokenizer(HARD).input_ids
    assert again.chat_template == TEMPLATE


def test_no_connection_is_ever_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("load_tokenizer reached for the network")

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    vocab.load_tokenizer(tmp_path)
    vocab.load_tokenizer(tmp_path)


# --- the cache ----------------------------------------------------------------------------


def test_the_variable_moves_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LLAMA_EXPLORE_CACHE", str(tmp_path / "here"))
    assert vocab.cache_dir() == tmp_path / "here"
    monkeypatch.setenv("LLAMA_EXPLORE_CACHE", "~/there")
    assert vocab.cache_dir() == Path.home() / "there"


@pytest.mark.parametrize("value", [None, ""])
def test_without_the_variable_it_is_the_users_own(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv("LLAMA_EXPLORE_CACHE", raising=False)
    if value is not None:
        monkeypatch.setenv("LLAMA_EXPLORE_CACHE", value)
    assert vocab.cache_dir().is_absolute()
    assert vocab.cache_dir().name == "llama-explore"


def test_a_missing_cache_folder_is_made(tmp_path: Path, built: Path) -> None:
    folder = vocab.tokenizer_folder(tmp_path / "not" / "yet" / "there")
    assert hash_of(folder) == hash_of(built / "tokenizer")


def test_an_intact_cache_is_read_and_never_written(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a cache on a read-only disk, built by somebody else, serves a whole classroom."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr(Path, "write_bytes", refuse)
    monkeypatch.setattr(vocab, "_read_source", refuse)
    vocab.load_tokenizer(built)


def flip_one_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


DAMAGE: list[Callable[[Path], None]] = [flip_one_bit, truncate, empty, Path.unlink]


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_or_missing_file_is_rebuilt(
    cache: Path, built: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(cache / "tokenizer" / name)
    assert vocab.tokenizer_folder(cache) == cache / "tokenizer"
    for file in FILES:
        whole = (built / "tokenizer" / file).read_bytes()
        assert (cache / "tokenizer" / file).read_bytes() == whole


def test_only_the_damaged_file_is_written_anew(cache: Path) -> None:
    large = cache / "tokenizer" / "tokenizer.json"
    before = large.stat().st_mtime_ns
    (cache / "tokenizer" / "tokenizer_config.json").unlink()
    vocab.tokenizer_folder(cache)
    assert large.stat().st_mtime_ns == before


def test_what_a_killed_process_left_behind_is_not_used(tmp_path: Path) -> None:
    half_written = tmp_path / "unfinished-abc"
    half_written.mkdir()
    (half_written / "tokenizer.json").write_text('{"version": "1.0", "trunc')
    assert hash_of(vocab.tokenizer_folder(tmp_path)) == vocab.TOKENIZER_SHA256


def test_an_interruption_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(vocab.os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        vocab.tokenizer_folder(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def build_in_step(root: Path, barrier: object, results: object) -> None:
    barrier.wait(60)  # type: ignore[attr-defined]
    tokenizer = vocab.load_tokenizer(root)
    results.put(tokenizer.encode("Ahoy there!"))  # type: ignore[attr-defined]


def test_two_processes_may_build_at_once(tmp_path: Path) -> None:
    fresh = multiprocessing.get_context("spawn")
    barrier, results = fresh.Barrier(2), fresh.Queue()
    workers = [
        fresh.Process(target=build_in_step, args=(tmp_path, barrier, results)) for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    encoded = [results.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(60)
    assert encoded == [[128_000, 25_797, 2_303, 1_070, 0]] * 2
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert hash_of(tmp_path / "tokenizer") == vocab.TOKENIZER_SHA256
    assert [path.name for path in tmp_path.iterdir()] == ["tokenizer"]


def test_a_file_that_another_process_holds_open_is_used_when_whole(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace an open file: played here by a refusal that comes too late."""
    folder = cache / "tokenizer"
    whole = (folder / "tokenizer.json").read_bytes()
    (folder / "tokenizer.json").unlink()

    def refuse_because_another_was_quicker(*_: object) -> None:
        (folder / "tokenizer.json").write_bytes(whole)
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(vocab.os, "replace", refuse_because_another_was_quicker)
    assert vocab.tokenizer_folder(cache) == folder


# --- one clear error ----------------------------------------------------------------------


@pytest.mark.parametrize("where", ["", "tokenizer"], ids=["the cache", "the folder in it"])
def test_a_file_in_the_place_of_the_folder(tmp_path: Path, where: str) -> None:
    root = tmp_path / "cache"
    blocking = root / where if where else root
    blocking.parent.mkdir(exist_ok=True)
    blocking.write_text("I was here first.")
    with pytest.raises(LlamaExploreError, match="cannot be kept") as caught:
        vocab.load_tokenizer(root)
    assert "LLAMA_EXPLORE_CACHE" in caught.value.next_step
    assert blocking.read_text() == "I was here first."


@pytest.mark.parametrize(
    ("number", "cause", "step"),
    [
        (errno.EROFS, "Read-only file system", "may write in"),
        (errno.EACCES, "Permission denied", "may write in"),
        (errno.ENOSPC, "18 MB", "on another disk"),
    ],
)
def test_a_cache_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, cause: str, step: str
) -> None:
    """The write call fails as the system would fail it: root, as which tests may run, never is."""

    def fail(self: Path, data: bytes) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(LlamaExploreError) as caught:
        vocab.load_tokenizer(tmp_path)
    assert cause in caught.value.cause
    assert str(tmp_path) in caught.value.cause
    assert "LLAMA_EXPLORE_CACHE" in caught.value.next_step
    assert step in caught.value.next_step
    monkeypatch.undo()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_that_cannot_be_moved_into_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(vocab.os, "replace", refuse)
    with pytest.raises(LlamaExploreError, match="Permission denied") as caught:
        vocab.load_tokenizer(tmp_path)
    assert "LLAMA_EXPLORE_CACHE" in caught.value.next_step


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocab, "find_spec", lambda name: None)
    with pytest.raises(LlamaExploreError, match="not installed") as caught:
        vocab.load_tokenizer(tmp_path)
    assert "pip install llama-models" in caught.value.next_step


@pytest.mark.parametrize("content", [None, b"", b"IQ== 0\n"], ids=["missing", "empty", "wrong"])
def test_a_missing_or_wrong_source_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    source = tmp_path / "tokenizer.model"
    if content is not None:
        source.write_bytes(content)
    monkeypatch.setattr(vocab, "_source_path", lambda: source)
    with pytest.raises(LlamaExploreError, match=str(source)) as caught:
        vocab.load_tokenizer(tmp_path / "cache")
    assert "--force-reinstall" in caught.value.next_step
    assert not (tmp_path / "cache").exists()


def test_a_library_that_writes_another_form_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocab, "TOKENIZER_SHA256", "0" * 64)
    with pytest.raises(LlamaExploreError, match="differs from the Hub's") as caught:
        vocab.load_tokenizer(tmp_path)
    assert "requirements.lock" in caught.value.next_step
