"""One JupyterLab and one browser for all browser tests, cut from the network together.

With ``-n 2`` each of the two workers has its own.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import network
import pytest
from lab import Chapter, Lab
from playwright.sync_api import Browser, expect, sync_playwright

SCREENSHOTS = Path(__file__).parents[2] / "test-output/screenshots"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_OPTIONS = [
    "--no-sandbox",  # Chromium insists on it for root; it sees our own pages only
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# Two laboratories share two cores: a busy kernel may answer late, and that is no fault.
expect.set_options(timeout=60_000)

FAILED = pytest.StashKey[bool]()
CUT = pytest.StashKey[str]()


def find_chromium() -> str | None:
    """Return $LLAMA_EXPLORE_CHROMIUM, or the first Chromium or Chrome on the path."""
    named = os.environ.get("LLAMA_EXPLORE_CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else CHROMIUM_NAMES)), None)


@pytest.fixture(scope="session")
def offline(request: pytest.FixtureRequest) -> str:
    """How this process was cut from the network; also printed at the end."""
    request.config.stash[CUT] = network.cut()
    return request.config.stash[CUT]


def pytest_sessionfinish(session: pytest.Session) -> None:
    sent = getattr(session.config, "workeroutput", None)  # what a worker tells the terminal
    if sent is not None and CUT in session.config.stash:
        sent["cut"] = session.config.stash[CUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if how := getattr(node, "workeroutput", {}).get("cut"):
        node.config.stash[CUT] = how


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if CUT in config.stash:
        terminalreporter.write_line(f"the network was cut {config.stash[CUT]}")


@pytest.fixture(scope="session")
def browser(offline: str) -> Iterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        reason = (
            "no Chromium found: install it (Debian: apt install chromium), or name the "
            "program in LLAMA_EXPLORE_CHROMIUM"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"), browser)
    yield lab
    lab.stop()


@pytest.fixture
def open_chapter(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Callable[[Path], Chapter]]:
    """Open notebooks; a picture of each is kept when the test fails, or when one asks for it.

    ``LLAMA_EXPLORE_SCREENSHOTS=1`` keeps pictures of tests that pass, too.
    """
    opened: list[Chapter] = []

    def open_one(notebook: Path) -> Chapter:
        opened.append(lab.open(notebook))
        return opened[-1]

    yield open_one
    test = re.sub(r"[^\w.-]+", "-", request.node.name).strip("-")
    for n, chapter in enumerate(opened):
        if request.node.stash.get(FAILED, False) or os.environ.get("LLAMA_EXPLORE_SCREENSHOTS"):
            chapter.screenshot(SCREENSHOTS / f"{test}{n or ''}.png")
        chapter.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report
