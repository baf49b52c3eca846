"""A real JupyterLab in a real browser, driven through Lab's own application object.

    chapter = lab.open(Path("notebooks/00_start_here.ipynb"))
    chapter.run_all()
    assert chapter.faults() == []

Lab is never asked by its looks whether it is ready: ``expose_app_in_browser`` hands
over its application, whose promises and cell models say so.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page

START_SECONDS = 90
CHAPTER_SECONDS = 600
SETTLE_MILLISECONDS = 500
"""A script that an output brings along may fail only after the kernel is idle."""

TALLEST_PICTURE = 16_000

# Every cell stays in the document; no news, no question about news.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}

OPEN = """async path => {
    const app = window.jupyterapp;
    await app.restored;
    const panel = await app.commands.execute('docmanager:open', { path, factory: 'Notebook' });
    await panel.context.ready;
    await panel.context.sessionContext.ready;
    await panel.context.sessionContext.session.kernel.info;
    await panel.revealed;
    app.shell.activateById(panel.id);
    app.shell.collapseLeft();
    app.shell.collapseRight();
    window.panel = panel;
}"""

STATE = """() => {
    const cells = [...window.panel.content.model.cells].map(model => ({
        kind: model.type,
        source: model.sharedModel.getSource(),
        count: model.executionCount ?? null,
        outputs: model.type === 'code' ? model.outputs.toJSON() : [],
    }));
    return { cells, kernel: window.panel.context.sessionContext.session?.kernel?.status };
}"""

RUN_CELL = """async index => {
    window.jupyterapp.shell.activateById(window.panel.id);
    window.panel.content.activeCellIndex = index;
    window.panel.content.deselectAll();
    await window.jupyterapp.commands.execute('notebook:run-cell');
}"""

RUN_ALL = """async () => {
    window.jupyterapp.shell.activateById(window.panel.id);
    await window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs');
    window.jupyterapp.commands.execute('notebook:run-all-cells');
}"""

SCROLL_TO_TOP = """() => {
    if (!window.panel) return 0;
    window.panel.content.outerNode.scrollTop = 0;
    const last = window.panel.content.widgets.at(-1);
    return Math.ceil(last.node.getBoundingClientRect().bottom);
}"""

CLOSE = """async () => {
    await window.panel.context.sessionContext.shutdown();
}"""


class Lab:
    """A running JupyterLab server over a folder of its own, and a browser to look at it.

    Args:
        folder: An empty folder; all that Lab reads and writes lies in it.
        browser: A running browser, in the same network as this process.
    """

    def __init__(self, folder: Path, browser: Browser) -> None:
        self.root = folder / "root"
        self.root.mkdir()
        self.browser = browser
        self.token = secrets.token_hex(16)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        for name, values in SETTINGS.items():
            file = folder / f"settings/@jupyterlab/{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        # Nothing of the user's own Jupyter reaches the test, and nothing of the test the user's.
        kept = {key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")}
        own = {
            name: str(folder / name.lower())
            for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
        }
        self.log = folder / "lab.log"
        options = {
            "LabApp.expose_app_in_browser": True,
            "LabApp.user_settings_dir": folder / "settings",
            "LabApp.workspaces_dir": folder / "workspaces",
            "ServerApp.root_dir": self.root,
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.open_browser": False,
            "ServerApp.allow_root": True,
            "IdentityProvider.token": self.token,
        }
        with self.log.open("w") as log:
            words = [f"--{name}={value}" for name, value in options.items()]
            self.server = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *words],
                env={**kept, **own, "IPYTHONDIR": str(folder / "ipython"), "HF_HUB_OFFLINE": "1"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while self.server.poll() is None and time.monotonic() < deadline:
            try:
                opener.open(f"{self.url}/api/status?token={self.token}", timeout=5).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
            else:
                return
        self.stop()
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()}")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self, notebook: Path, *, size: tuple[int, int] = (1280, 900)) -> Chapter:
        """Copy a notebook, with the figures beside it, and open the copy in a new window."""
        folder = self.root / secrets.token_hex(4)
        folder.mkdir()
        shutil.copy(notebook, folder)
        if (notebook.parent / "figures").is_dir():
            shutil.copytree(notebook.parent / "figures", folder / "figures")
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, service_workers="block"
        )
        page = context.new_page()
        chapter = Chapter(page, notebook.stem)
        # A workspace of its own: Lab would open again what the one before had open.
        page.goto(f"{self.url}/lab/workspaces/{folder.name}?token={self.token}")
        page.wait_for_function("window.jupyterapp", timeout=60_000)
        page.evaluate(OPEN, f"{folder.name}/{notebook.name}")
        return chapter

    def stop(self) -> None:
        """End the server, which ends its kernels, and whatever of its group remains."""
        if self.server.poll() is None:
            self.server.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.server.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()


class Chapter:
    """A notebook open in Lab.

    Attributes:
        page: Playwright's page, for whatever has no method here.
    """

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self._said: list[str] = []
        self._asked: list[str] = []
        page.on("console", lambda said: said.type == "error" and self._said.append(said.text))
        page.on("pageerror", lambda error: self._said.append(str(error)))
        page.context.on("request", lambda request: self._asked.append(request.url))
        page.on("websocket", lambda websocket: self._asked.append(websocket.url))

    @property
    def state(self) -> list[dict[str, Any]]:
        """Every cell's kind, source, execution count and outputs, from Lab's own model."""
        cells: list[dict[str, Any]] = self.page.evaluate(STATE)["cells"]
        return cells

    def run_all(self) -> None:
        """Clear all outputs, run all cells and wait for the last one, or for an error."""
        self.page.evaluate(RUN_ALL)
        self._wait_until_done()

    def run_cell(self, index: int) -> str:
        """Run one cell, counted from 0 with the prose, and return what it printed or showed."""
        self.page.evaluate(RUN_CELL, index)
        self._wait_until_idle()
        return self.text_of(index)

    def text_of(self, index: int) -> str:
        """Return a cell's outputs as text."""
        return "".join(
            text if isinstance(text, str) else "".join(text)
            for output in self.state[index]["outputs"]
            for text in (output.get("text") or output.get("data", {}).get("text/plain", ""),)
        )

    def cell(self, index: int) -> Locator:
        """Return a cell on the page, counted from 0 with the prose."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def find_cell(self, text: str) -> int:
        """Return the number of the only cell whose source holds a text."""
        (found,) = [n for n, cell in enumerate(self.state) if text in cell["source"]]
        return found

    def faults(self) -> list[str]:
        """Return all that went wrong in cells, page, console and network since it was opened."""
        faults = []
        for n, cell in enumerate(self.state):
            if cell["kind"] == "code" and cell["source"].strip() and cell["count"] is None:
                faults.append(f"cell {n} was not run")
            for output in cell["outputs"]:
                if output["output_type"] == "error":
                    faults.append(f"cell {n} failed: {output['ename']}: {output['evalue']}")
                elif output.get("name") == "stderr":
                    faults.append(f"cell {n} wrote to stderr: {output['text']}")
        for frame in self.page.frames:
            for words in ("is not defined", "Error displaying widget", "Javascript Error"):
                if words in frame.locator("body").inner_text():
                    faults.append(f"the page says: {words}")
        faults += [f"the console says: {said}" for said in self._said]
        return faults + [f"the page asked for {url}" for url in self.remote_requests()]

    def remote_requests(self) -> list[str]:
        """Return what was asked of any other machine, answered or not."""
        return [
            url
            for url in self._asked
            if urlsplit(url).scheme not in ("data", "blob", "about")
            and urlsplit(url).hostname != "127.0.0.1"
        ]

    def screenshot(self, path: Path) -> Path:
        """Take a picture of the whole notebook, not only of the part in view."""
        size = self.page.viewport_size or {"width": 1280, "height": 900}
        bottom = self.page.evaluate(SCROLL_TO_TOP)
        height = min(max(size["height"], bottom + 60), TALLEST_PICTURE)
        self.page.set_viewport_size({"width": size["width"], "height": height})
        self.page.evaluate(SCROLL_TO_TOP)
        self.page.wait_for_timeout(SETTLE_MILLISECONDS)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path)
        self.page.set_viewport_size(size)
        return path

    def close(self) -> None:
        """End the kernel and close the window."""
        if not self.page.is_closed():
            if self.page.evaluate("() => Boolean(window.panel)"):
                self.page.evaluate(CLOSE)
            self.page.context.close()

    def _wait_until_done(self) -> None:
        deadline = time.monotonic() + CHAPTER_SECONDS
        while time.monotonic() < deadline:
            state = self.page.evaluate(STATE)
            code = [cell for cell in state["cells"] if cell["kind"] == "code"]
            failed = any(o["output_type"] == "error" for cell in code for o in cell["outputs"])
            done = all(cell["count"] is not None for cell in code if cell["source"].strip())
            if (done or failed) and state["kernel"] == "idle":
                self.page.wait_for_timeout(SETTLE_MILLISECONDS)
                return
            self.page.wait_for_timeout(100)
        raise TimeoutError(f"{self.name} was still running after {CHAPTER_SECONDS} s: {state}")

    def _wait_until_idle(self) -> None:
        self.page.wait_for_function(
            "() => window.panel.context.sessionContext.session.kernel.status === 'idle'",
            timeout=180_000,
        )
