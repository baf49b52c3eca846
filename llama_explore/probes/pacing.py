"""When a request may go out: what a server asks for, and a pause that all workers keep."""

from __future__ import annotations

import math
import random
import re
import threading
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

FIRST_PAUSE_SECONDS = 0.5

MOST_PAUSE_SECONDS = 30.0
"""A longer pause than that is kept only when the server asks for it."""

_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def read_pause(headers: Mapping[str, str], *, now: float | None = None) -> float | None:
    """Return for how many seconds a server asks to be left alone; None if it does not say.

    ``retry-after-ms`` and ``Retry-After`` (seconds, or a date) come first; after them the resets
    of limits of which nothing remains, as OpenAI writes them ("1m30s").

    Example: ``read_pause({"retry-after": "7"})`` is 7.0.

    Args:
        headers: Of the answer; names in small letters, or a mapping that does not mind.
        now: Seconds since 1970, if not the present.

    Source: RFC 9110, section 10.2.3; https://platform.openai.com/docs/guides/rate-limits.
    """
    for name, factor in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) * factor
        except ValueError:
            try:
                date = parsedate_to_datetime(value).timestamp()
            except (TypeError, ValueError, OverflowError):
                continue
            seconds = date - (time.time() if now is None else now)
        if math.isfinite(seconds):
            return max(0.0, seconds)
    resets = [
        sum(float(n) * _SECONDS[unit] for n, unit in _SPAN.findall(reset))
        for kind in ("requests", "tokens")
        if headers.get(f"x-ratelimit-remaining-{kind}", "").strip() == "0"
        and (reset := headers.get(f"x-ratelimit-reset-{kind}"))
    ]
    return max(resets) if resets else None


def back_off(n_tries: int) -> float:
    """Return how long to wait after some failed tries: twice as long each time, up to 30 s.

    A quarter of it is left to chance, so that workers that failed together do not come back
    together.
    """
    pause = min(MOST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(n_tries - 1, 30))
    return pause * random.uniform(0.75, 1)


class Stopped(Exception):
    """The run has ended; a worker that still waits goes home."""


class Pace:
    """One pause for all workers, which a stop ends at once."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._turn = threading.Lock()
        self._not_before = 0.0

    def hold(self, seconds: float) -> None:
        """Let nobody ask anything for some seconds."""
        with self._turn:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def wait(self, seconds: float = 0.0) -> None:
        """Wait for some seconds and for the end of the common pause.

        Raises:
            Stopped: The run has ended.
        """
        until = time.monotonic() + seconds
        while (left := max(until, self._not_before) - time.monotonic()) > 0:
            if self._stopped.wait(left):
                break
        if self._stopped.is_set():
            raise Stopped

    def stop(self) -> None:
        """End every wait, now and later."""
        self._stopped.set()
