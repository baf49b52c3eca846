"""One environment: the lock, the ranges, conda's file and what is installed agree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
FIXED = ["jupyterlab", "transformers", "torch", "accelerate", "bertviz", "ipywidgets", "nbval"]
SYSTEMS = {
    "Linux": {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
    "macOS": {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
    "Windows": {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
}


def read_lock() -> list[Requirement]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def read_project() -> dict[str, list[Requirement]]:
    """Return the kit's own requirements under "kit", and those of each extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"kit": project["dependencies"], **project["optional-dependencies"]}
    return {name: [Requirement(line) for line in lines] for name, lines in groups.items()}


def pinned(requirement: Requirement) -> str:
    return str(requirement.specifier).removeprefix("==")


LOCK = {canonicalize_name(each.name): each for each in read_lock()}
PROJECT = read_project()
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
CONDA_PIP: list[str] = CONDA["dependencies"][-1]["pip"]


def test_the_lock_pins_every_package_once_to_a_release_of_any_index() -> None:
    assert len(LOCK) == len(read_lock())
    for requirement in LOCK.values():
        assert re.fullmatch(r"==[0-9][0-9a-z.]*", str(requirement.specifier)), requirement
        assert requirement.url is None


def test_the_kits_fixed_packages_are_in_the_lock() -> None:
    kit = {canonicalize_name(each.name) for each in PROJECT["kit"]}
    for name in [*FIXED, "llama-models"]:
        assert name in LOCK
        assert name in kit
    assert pinned(LOCK["torch"]) == "2.13.0"
    assert pinned(LOCK["transformers"]) == "5.23.0"


@pytest.mark.parametrize("group", PROJECT)
def test_the_lock_is_within_the_projects_ranges(group: str) -> None:
    for requirement in PROJECT[group]:
        locked = pinned(LOCK[canonicalize_name(requirement.name)])
        assert requirement.specifier.contains(locked), requirement
        operators = {each.operator for each in requirement.specifier}
        assert ">=" in operators, f"{requirement} has no lower end"


def test_what_is_installed_is_what_the_lock_says() -> None:
    wrong = {}
    for name, requirement in LOCK.items():
        if requirement.marker is None or requirement.marker.evaluate():
            try:
                # "2.13.0+cpu" is the release 2.13.0, built for machines without GPU.
                installed = metadata.version(name).partition("+")[0]
            except metadata.PackageNotFoundError:
                installed = "missing"
            if installed != pinned(requirement):
                wrong[str(requirement)] = installed
    assert wrong == {}


def closure(system: str, python: str) -> set[str]:
    """Return everything that the kit and its tests pull in, by the installed packages' own word."""
    environment = {
        **SYSTEMS[system],
        "python_version": python,
        "python_full_version": f"{python}.1",
    }
    todo = [each for group in PROJECT.values() for each in group]
    seen: set[tuple[str, str]] = set()
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        for extra in {"", *requirement.extras} - {e for n, e in seen if n == name}:
            seen.add((name, extra))
            try:
                needs = metadata.requires(name) or []
            except metadata.PackageNotFoundError:
                continue  # another system's package: it is named, that is all we can know here
            for need in map(Requirement, needs):
                if name == "torch" and canonicalize_name(need.name) not in LOCK:
                    continue  # the CUDA build pins NVIDIA's packages itself
                if need.marker is None or need.marker.evaluate({**environment, "extra": extra}):
                    todo.append(need)
    return {name for name, _ in seen}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_holds_all_that_is_pulled_in(system: str, python: str) -> None:
    assert closure(system, python) - set(LOCK) == set()


def test_the_lock_holds_nothing_else() -> None:
    everywhere = set().union(*(closure(system, "3.11") for system in SYSTEMS))
    assert set(LOCK) - everywhere == set()


def test_conda_gets_the_kits_packages_at_the_locks_versions() -> None:
    *packages, last = CONDA_PIP
    assert last == "-e .", "the kit itself comes last"
    conda = {canonicalize_name(each.name): pinned(each) for each in map(Requirement, packages)}
    kit = [canonicalize_name(each.name) for each in PROJECT["kit"]]
    assert len(conda) == len(packages)
    assert conda == {name: pinned(LOCK[name]) for name in kit}


def test_conda_itself_brings_only_python_and_pip() -> None:
    assert CONDA["channels"] == ["conda-forge", "nodefaults"]
    python, pip, from_pip = CONDA["dependencies"]
    assert re.fullmatch(r"python=3\.\d+", python)
    assert (pip, list(from_pip)) == ("pip", ["pip"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert SpecifierSet(project["requires-python"]).contains(python.removeprefix("python="))


def test_every_line_of_the_conda_file_has_a_reason() -> None:
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line.strip().startswith("- ") and line.strip() != "- pip:"]
    assert len(entries) == len(CONDA["channels"]) + 2 + len(CONDA_PIP)
    assert [line for line in entries if not re.search(r" # \S+ \S+", line)] == []


# Comes with torch where torch can use a GPU; imported only there.
WITH_A_GPU = {"triton"}


def imported_packages(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize(("folder", "groups"), [("llama_explore", ["kit"]), ("tests", [*PROJECT])])
def test_a_package_that_is_imported_is_named_in_pyproject(folder: str, groups: list[str]) -> None:
    named = {canonicalize_name(each.name) for group in groups for each in PROJECT[group]}
    sources = metadata.packages_distributions()
    own = {"llama_explore", *(path.stem for path in (ROOT / folder).rglob("*"))}
    unnamed = set()
    for path in (ROOT / folder).rglob("*.py"):
        for module in imported_packages(path):
            if module in sys.stdlib_module_names or module in own | WITH_A_GPU:
                continue
            if not named & {canonicalize_name(name) for name in sources.get(module, [module])}:
                unnamed.add(f"{path.name}: {module}")
    assert unnamed == set()


def test_importing_the_package_brings_nothing_heavy_along() -> None:
    program = (
        "import sys, time; start = time.perf_counter(); import llama_explore\n"
        "print(f'{time.perf_counter() - start:.3f} s', *sys.modules)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    seconds, modules = printed.split(" s ", 1)
    print(f"import llama_explore took {seconds} s")
    outside = {name.partition(".")[0] for name in modules.split()} & set(
        metadata.packages_distributions()
    )
    # What the interpreter brings along before any import of ours is not our doing.
    assert not outside & {"torch", "transformers", "numpy", "huggingface_hub", "tokenizers"}
    assert "llama_explore.errors" not in modules.split(), "public names are fetched when used"
