"""A small Hub on this machine that answers as huggingface.co does, for lessons and tests.

The real client talks to it over HTTPS: the status codes, error codes and messages are
the Hub's, only the accounts and the repository are made up. Sources: the client's own
code and public reports of these messages; they were not compared with the live Hub.
"""

from __future__ import annotations

import hashlib
import json
import os
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Literal

REPOSITORY = "meta-llama/Llama-3.3-70B-Instruct"
OLD_NAME = "meta-llama/Llama-3.3-70B-Chat"
"""A made-up former name of the repository: the Hub sends those who use it on."""

COMMIT = "6f6073b423013f6a7d4d9f39144961bfbfbc386b"

# Known to everyone who has this file, so it protects nothing. It is good for 127.0.0.1 only,
# until 2126, and no system trusts it unless SSL_CERT_FILE names it.
CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglEoVLM0uhpccD26j
stlfccJTwJoWYVG/wS674VIuRymhRANCAAT2VUsu9YRFHzz/cN6f6BpLIR5q/Rav
HnKSpsfTh8tqxqWjkuzMJKPfDaCs/gnZPqHsHXcTJQ9bXDjRqYHLY9LA
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBwDCCAWegAwIBAgIBATAKBggqhkjOPQQDAjBBMRYwFAYDVQQKDA1sbGFtYS1l
eHBsb3JlMScwJQYDVQQDDB5Mb2NhbCB0ZWFjaGluZyBIdWIgKG5vIHNlY3JldCkw
IBcNMjAwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAwMDBaMEExFjAUBgNVBAoMDWxs
YW1hLWV4cGxvcmUxJzAlBgNVBAMMHkxvY2FsIHRlYWNoaW5nIEh1YiAobm8gc2Vj
cmV0KTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPZVSy71hEUfPP9w3p/oGksh
Hmr9Fq8ecpKmx9OHy2rGpaOS7Mwko98NoKz+Cdk+oewddxMlD1tcONGpgctj0sCj
TjBMMBoGA1UdEQQTMBGHBH8AAAGCCWxvY2FsaG9zdDAPBgNVHRMBAf8EBTADAQH/
MB0GA1UdDgQWBBTnmHragudv5/7scIalsH5Fn0PMqTAKBggqhkjOPQQDAgNHADBE
AiBJTsEw4gHxPGyDv7j+9YlNjqDKC0vYj/+6ZyfbptygzgIgbwiOoVIlWPIt5OBh
dY7ECiGg4c8d1IQQgWbP1UnMfWc=
-----END CERTIFICATE-----
"""

Fault = Literal["", "rate-limited", "server-error", "login-page", "redirect", "loop", "silent"]
Mishap = Literal["breaks", "stalls", "silent", "slow-down", "altered", "withheld"]


@dataclass(frozen=True)
class Refusal:
    """An answer of the Hub that is no yes."""

    status: int
    message: str
    code: str = ""


GATED = "Access to model {repo} is restricted"
NO_TOKEN = Refusal(
    401, GATED + ". You must have access to it and be authenticated to access it.", "GatedRepo"
)
UNKNOWN_TOKEN = Refusal(401, "Invalid credentials in Authorization header")
MISSING = Refusal(404, "Repository not found", "RepoNotFound")
MISSING_OR_PRIVATE = Refusal(401, "Invalid username or password.")

ACCOUNTS: dict[str, Refusal | None] = {
    "hf_made_up_of_a_member": None,
    "hf_made_up_of_a_stranger": Refusal(
        403,
        GATED + " and you are not in the authorized list. Visit the page to ask for access.",
        "GatedRepo",
    ),
    "hf_made_up_of_one_who_waits": Refusal(
        403, "Your request to access model {repo} is awaiting a review.", "GatedRepo"
    ),
    "hf_made_up_of_one_rejected": Refusal(
        403, "Your request to access model {repo} has been rejected.", "GatedRepo"
    ),
    "hf_made_up_and_fine_grained": Refusal(
        403,
        "Please enable access to public gated repositories in your fine-grained token settings "
        "to view this repository.",
    ),
    "hf_made_up_and_expired": Refusal(401, 'User Access Token "laptop" is expired'),
}
"""Made-up tokens, each with what stands between its owner and the gated repository."""


@dataclass
class LocalHub:
    """A Hub with one gated repository; ``with LocalHub(files) as hub:`` starts and ends it.

    Attributes:
        files: The repository's files: name and content.
        fault: What goes wrong with every answer, if anything.
        mishaps: What goes wrong with single files: the connection ``"breaks"`` half-way,
            once; it ``"stalls"`` half-way; nothing comes at all (``"silent"``); the Hub asks
            to ``"slow-down"`` (429); the content is ``"altered"`` or ``"withheld"``.
        claimed_bytes: Size that the list of files claims for each weights file; 0 for the
            true one.
        pause_seconds: How long it asks its client to wait when it says to slow down.
        asked: What was asked of it, such as ``"GET /meta-llama/... bytes=100-"``.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    fault: Fault = ""
    mishaps: dict[str, Mishap] = field(default_factory=dict)
    claimed_bytes: int = 0
    pause_seconds: int = 240
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> LocalHub:
        self._folder = TemporaryDirectory(prefix="llama-explore-")
        self.certificate = Path(self._folder.name) / "certificate.pem"
        self.certificate.write_text(CERTIFICATE)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        # The handshake is left to each connection's own thread.
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        """Where it listens; a new port for each Hub."""
        return f"https://127.0.0.1:{self._server.server_address[1]}"

    def environment(self, home: Path, token: str | None = None) -> dict[str, str]:
        """Return the variables of a process whose Hub client is to talk to this Hub.

        Args:
            home: The client's folder for downloads and tokens (``HF_HOME``).
            token: A token in ``HF_TOKEN``, or None.
        """
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("HF_") and not name.lower().endswith("_proxy")
        }
        own = {
            "HF_ENDPOINT": self.url,
            "HF_HOME": str(home),
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "NO_PROXY": "127.0.0.1",
            "SSL_CERT_FILE": str(self.certificate),
        }
        return kept | own | ({"HF_TOKEN": token} if token else {})


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing: clients that hang up, or do not trust us, are part of the lesson."""


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    hub: LocalHub
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *_: Any) -> None:
        """Say nothing: `asked` keeps what is worth knowing."""

    def do_HEAD(self) -> None:
        """Answer without a body."""
        self.do_GET()

    def do_GET(self) -> None:
        """Answer as the Hub does, or with the fault of the day."""
        path = self.path.partition("?")[0]
        span = self.headers.get("Range", "")
        self.hub.asked.append(f"{self.command} {path} {span}".rstrip())
        if self.hub.fault:
            return self._fail(self.hub.fault, path)
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if OLD_NAME in path:
            return self._send(307, b"", {"Location": path.replace(OLD_NAME, REPOSITORY)})
        if path == "/":
            return self._send(200, b"<html>The local Hub</html>", kind="text/html")
        if token and token not in ACCOUNTS:
            return self._refuse(UNKNOWN_TOKEN)
        refusal = ACCOUNTS[token] if token else NO_TOKEN
        if refusal and "expired" in refusal.message:
            return self._refuse(refusal)
        if REPOSITORY not in path:
            return self._refuse(MISSING if token else MISSING_OR_PRIVATE)
        # As on the Hub, the list of files is public; the files are not.
        if refusal and (path.endswith("/auth-check") or "/resolve/" in path):
            return self._refuse(refusal)
        if "/resolve/" in path:
            return self._send_file(path.rpartition("/resolve/")[2].partition("/")[2], span)
        if path.endswith("/auth-check"):
            return self._send(200, b"OK", kind="text/plain")
        return self._send(200, json.dumps(self._describe(listing="/tree/" in path)).encode())

    def _describe(self, *, listing: bool) -> Any:
        """Return the answer of /tree/<revision>, or of /api/models/<repository>."""
        found: list[dict[str, Any]] = []
        for name, content in sorted(self.hub.files.items()):
            large = name.endswith((".safetensors", ".pth"))
            size = self.hub.claimed_bytes if large and self.hub.claimed_bytes else len(content)
            sha256, blob = hashlib.sha256(content).hexdigest(), _git_hash(content)
            if listing:
                lfs = {"oid": sha256, "size": size, "pointerSize": 134}
                entry = {"type": "file", "path": name, "size": size, "oid": blob}
            else:
                lfs = {"sha256": sha256, "size": size, "pointerSize": 134}
                entry = {"rfilename": name, "size": size, "blobId": blob}
            found.append(entry | ({"lfs": lfs} if large else {}))
        return found if listing else {"id": REPOSITORY, "sha": COMMIT, "siblings": found}

    def _send_file(self, name: str, span: str) -> None:
        content = self.hub.files.get(name)
        if content is None:
            return self._refuse(Refusal(404, "Entry not found", "EntryNotFound"))
        mishap = self.hub.mishaps.get(name)
        if mishap == "silent":
            time.sleep(600)
        if mishap == "slow-down" and self.command == "GET":
            return self._fail("rate-limited", name)
        if mishap == "withheld" and self.command == "GET":
            return self._refuse(Refusal(500, "Internal Error"))
        large = name.endswith(".safetensors")
        etag = hashlib.sha256(content).hexdigest() if large else _git_hash(content)
        headers = {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
        if large:  # the way to Xet, which is not here; a client that takes it fails
            headers["X-Xet-Hash"] = etag
            headers["X-Xet-Refresh-Route"] = f"/api/models/{REPOSITORY}/xet-read-token/{COMMIT}"
        if mishap == "altered":
            content = bytes(255 - byte for byte in content)
        start = int(span.removeprefix("bytes=").partition("-")[0]) if span else 0
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._send_head(206 if start else 200, len(content) - start, headers, "binary/octet-stream")
        if self.command == "HEAD":
            return
        if mishap in ("breaks", "stalls"):
            self.wfile.write(content[start : (start + len(content)) // 2])
            self.hub.asked.append(f"half of {name} sent")
            if mishap == "stalls":
                time.sleep(600)
            del self.hub.mishaps[name]
            self.close_connection = True
            return
        self.wfile.write(content[start:])

    def _fail(self, fault: Fault, path: str) -> None:
        page = b"<html>Welcome to HotelNet, please log in</html>"
        if fault == "silent":
            time.sleep(600)
        elif fault == "login-page" or path == "/hotel":
            self._send(200, page, kind="text/html")
        elif fault in ("redirect", "loop"):
            self._send(302, b"", {"Location": "/hotel" if fault == "redirect" else path})
        elif fault == "rate-limited":
            pause = f'"api";r=0;t={self.hub.pause_seconds}'
            limit = {"RateLimit": pause, "RateLimit-Policy": '"api";q=500;w=300'}
            self._refuse(Refusal(429, "We had to rate limit you"), limit)
        else:
            self._refuse(Refusal(500, "Internal Error - We're working hard to fix this"))

    def _refuse(self, refusal: Refusal, headers: Mapping[str, str] | None = None) -> None:
        message = refusal.message.format(repo=REPOSITORY)
        code = {"X-Error-Code": refusal.code} if refusal.code else {}
        body = json.dumps({"error": message}).encode()
        self._send(refusal.status, body, {"X-Error-Message": message, **code, **(headers or {})})

    def _send(
        self,
        status: int,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        kind: str = "application/json",
    ) -> None:
        self._send_head(status, len(body), headers or {}, kind)
        if self.command == "GET":
            self.wfile.write(body)

    def _send_head(self, status: int, size: int, headers: Mapping[str, str], kind: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": kind, "Content-Length": str(size)}.items():
            self.send_header(name, value)
        self.end_headers()


def _git_hash(content: bytes) -> str:
    """Return the SHA-1 by which git, and the Hub for small files, names a content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
