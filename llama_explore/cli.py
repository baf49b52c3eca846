"""The command ``llama-explore``: doctor, tour, assemble and probe."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from llama_explore.errors import LlamaExploreError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command and return the exit status: 0 if all is well, else 1.

    Example: ``main(["doctor", "--json"])`` prints one JSON object.

    Args:
        arguments: What follows ``llama-explore`` on the command line; `sys.argv` when None.
    """
    parser = argparse.ArgumentParser(prog="llama-explore", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    doctor = commands.add_parser("doctor", help="tell what this machine has and what will run")
    doctor.add_argument("--json", action="store_true", help="one JSON object, for programs")

    tour = commands.add_parser("tour", help="execute the chapters and write pages to read")
    tour.add_argument(
        "chapters",
        nargs="*",
        metavar="CHAPTER",
        help="the start of a name, such as 00; default: all",
    )
    tour.add_argument("--notebooks", type=Path, default=Path("notebooks"), metavar="FOLDER")
    tour.add_argument("--pages", type=Path, default=Path("tour"), metavar="FOLDER")

    assemble = commands.add_parser("assemble", help="put the pocket model together")
    assemble.add_argument("--stage", default="chat", help="base-512, base or chat (the default)")

    _add_probe(commands.add_parser("probe", help="test a long context, here or on a server"))

    options = parser.parse_args(arguments)
    try:
        if options.command == "doctor":
            return _run_doctor(as_json=options.json)
        if options.command == "tour":
            return _run_tour(options.notebooks, options.pages, options.chapters)
        if options.command == "probe":
            from llama_explore.probes.command import run_probe

            return run_probe(options)
        return _run_assemble(options.stage)
    except LlamaExploreError as error:
        print(f"llama-explore: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("llama-explore: interrupted", file=sys.stderr)
        return 130  # what a shell says of a process ended by Ctrl-C


def _add_probe(probe: argparse.ArgumentParser) -> None:
    """Describe the sub-command probe; what it does is in `probes.command`."""
    grid = probe.add_argument_group("what to probe")
    grid.add_argument("--tasks", type=_split, default=["number"], metavar="NAME,...")
    grid.add_argument("--lengths", type=_whole_numbers, default=[512, 1024, 2048], metavar="N,...",
                      help="tokens of prompt and answer together")  # fmt: skip
    grid.add_argument("--depths", type=_depths, default=5, metavar="N",
                      help="how many from 0 to 100 %%, or percentages: 0,50,100")  # fmt: skip
    grid.add_argument("--repeats", type=int, default=1, metavar="N")
    grid.add_argument("--seed", type=int, default=0, metavar="N")
    grid.add_argument("--way", default="exact", help="exact (the default), scan or usual")
    grid.add_argument("--haystack", type=Path, metavar="FILE", help="a text; default: generated")
    grid.add_argument("--beyond-context", action="store_true", help="allow lengths over the limit")
    probe.add_argument("--model", metavar="NAME",
                       help="what to open here, or what the server calls it")  # fmt: skip
    probe.add_argument("--out", type=Path, default=Path("results.jsonl"), metavar="FILE",
                       help="the result file; one that is there is gone on with")  # fmt: skip
    probe.add_argument("--plan", action="store_true", help="only count cells, tokens and time")
    server = probe.add_argument_group(
        "a server (its key: environment variable LLAMA_EXPLORE_API_KEY)"
    )
    server.add_argument("--endpoint", metavar="URL", help="such as http://127.0.0.1:8000/v1")
    server.add_argument("--revision", default="as served", metavar="TEXT", help="for the file")
    server.add_argument("--context", type=int, metavar="N", help="default: what the server says")
    server.add_argument("--plain", action="store_true", help="plain text, for a base model")
    server.add_argument("--concurrency", type=int, default=4, metavar="N",
                        help="questions under way at once")  # fmt: skip
    server.add_argument("--timeout", type=float, default=600.0, metavar="SECONDS",
                        help="for one answer")  # fmt: skip
    server.add_argument("--patience", type=float, default=600.0, metavar="SECONDS",
                        help="for a question that fails")  # fmt: skip
    server.add_argument("--no-token-check", action="store_true",
                        help="accept a server that counts tokens otherwise")  # fmt: skip


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _whole_numbers(text: str) -> list[int]:
    return [int(part) for part in _split(text)]


def _depths(text: str) -> int | list[float]:
    return [float(part) for part in _split(text)] if "," in text else int(text)


_whole_numbers.__name__ = "list of whole numbers"  # argparse shows it when a value is none
_depths.__name__ = "number or list of percentages"


def _run_doctor(*, as_json: bool) -> int:
    from llama_explore.doctor import report

    found = report()
    if as_json:
        print(json.dumps(found.to_json(), indent=1))
    else:
        print(found)
        print("\nReady." if found.ready else "\nNot ready: see what blocks above.")
    return 0 if found.ready else 1


def _run_tour(notebooks: Path, pages: Path, chapters: Sequence[str]) -> int:
    from llama_explore.tour import run_tour

    result = run_tour(notebooks, pages, chapters=chapters)
    print(result)
    if result.interrupted:
        return 130
    return 0 if result.passed else 1


def _run_assemble(stage: str) -> int:
    from llama_explore.pocket import assemble

    print(f"pocket:{stage} is ready in {assemble(stage)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
