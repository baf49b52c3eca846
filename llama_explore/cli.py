"""The command ``llama-explore``: doctor, tour and assemble."""

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

    options = parser.parse_args(arguments)
    try:
        if options.command == "doctor":
            return _run_doctor(as_json=options.json)
        if options.command == "tour":
            return _run_tour(options.notebooks, options.pages, options.chapters)
        return _run_assemble(options.stage)
    except LlamaExploreError as error:
        print(f"llama-explore: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("llama-explore: interrupted", file=sys.stderr)
        return 130  # what a shell says of a process ended by Ctrl-C


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
