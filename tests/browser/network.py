"""Cut this process, and all that it starts, from every network but its own loopback."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1

DEAD_PROXY = "http://127.0.0.1:9"
"""Nothing listens there: whoever asks a proxy for the outside is refused at once."""

BY_NAMESPACE = "by a network namespace that has loopback only"
BY_PROXIES = "by proxies that lead nowhere (no network namespace is allowed here)"


def cut() -> str:
    """Leave the network; return how: `BY_NAMESPACE` or `BY_PROXIES`.

    On Linux the process moves into a network namespace of its own, where nothing but
    loopback exists: as root, or else within a user namespace. Where that is not
    allowed (other systems, some containers) proxy variables point nowhere, which stops
    well-behaved clients only; the browser is held by its own switches besides.
    """
    # A child tries it first: one may be let into a namespace whose loopback then stays down.
    if subprocess.run([sys.executable, __file__], capture_output=True).returncode == 0:
        leave()
        return BY_NAMESPACE
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = DEAD_PROXY
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "localhost,127.0.0.1"
    return BY_PROXIES


def leave() -> None:
    """Move into a new network namespace; OSError where that is not allowed."""
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "no namespace allowed")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    raise_loopback()


def raise_loopback() -> None:
    """Switch the loopback interface on: in a new namespace it is there, but down."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        answer = fcntl.ioctl(any_socket, SIOCGIFFLAGS, request)
        (flags,) = struct.unpack_from("H", answer, 16)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


if __name__ == "__main__":
    leave()
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=2).close()
