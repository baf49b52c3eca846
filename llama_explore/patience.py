"""Waiting no longer than said, and trying no oftener."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")

TRY_SECONDS = 10.0
SECOND_TRY_SECONDS = 7.0
LONGEST_PAUSE_SECONDS = 10.0
"""Two silent tries with the client's pause of a second between them make 18 seconds."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what `work` returns, or give up on it.

    Example: ``within(0.1, lambda: time.sleep(60))`` raises TimeoutError after 0.1 s.

    It runs in a thread, which is left behind when time is up: looking up a name has no
    time limit of its own, and cannot be interrupted.

    Args:
        seconds: How long to wait at most.
        work: What to run; it must not matter when it ends later than that.

    Raises:
        TimeoutError: Time is up.
    """
    results: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:
            errors.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError(f"no answer within {seconds:g} s")
    return results[0]


@contextmanager
def two_tries() -> Iterator[None]:
    """Bound how long the Hub's client waits for something new in here: under 20 seconds.

    By itself it tries six times, ten seconds each, and when the Hub asks it to slow down it
    sleeps as long as it is told. In here each request has two tries; one that goes on further
    inside a file is another request. Large files come over plain HTTP, for their other way,
    Xet, does its waiting where nobody can end it.

    Raises:
        TimeoutError: Two tries brought nothing new.
        HfHubHTTPError: The Hub refused twice, or asks for a longer pause than ten seconds.
    """
    from huggingface_hub import constants, set_client_factory
    from huggingface_hub.utils import _http

    tries: Counter[tuple[str, str, str]] = Counter()

    def key(request: Any) -> tuple[str, str, str]:
        return request.method, str(request.url), request.headers.get("Range", "")

    def before(request: Any) -> None:
        tries[key(request)] += 1
        if tries[key(request)] > 2:
            raise TimeoutError("nothing new in two tries")
        most = TRY_SECONDS if tries[key(request)] == 1 else SECOND_TRY_SECONDS
        limits = request.extensions.get("timeout", {})
        request.extensions["timeout"] = {
            step: min(limits.get(step) or most, most)
            for step in ("connect", "read", "write", "pool")
        }

    def after(response: Any) -> None:
        if response.status_code not in (408, 429) and response.status_code < 500:
            return
        if tries[key(response.request)] > 1 or _read_pause(response) > LONGEST_PAUSE_SECONDS:
            response.read()
            _http.hf_raise_for_status(response)

    def make_client() -> Any:
        client = previous_factory()
        hooks = client.event_hooks
        client.event_hooks = {
            "request": [*hooks["request"], before],
            "response": [*hooks["response"], after],
        }
        return client

    # There is no public way to ask for the factory that somebody may have set.
    previous_factory = getattr(_http, "_GLOBAL_CLIENT_FACTORY", _http.default_client_factory)
    previous_xet = constants.HF_HUB_DISABLE_XET
    set_client_factory(make_client)
    constants.HF_HUB_DISABLE_XET = True
    try:
        yield
    finally:
        constants.HF_HUB_DISABLE_XET = previous_xet
        set_client_factory(previous_factory)


def _read_pause(response: Any) -> float:
    """Return how many seconds an answer asks its client to wait; 0 if it does not say."""
    from huggingface_hub.utils._http import parse_ratelimit_headers

    limit = parse_ratelimit_headers(response.headers)
    if limit is not None and limit.remaining == 0:
        return float(limit.reset_in_seconds)
    asked = response.headers.get("Retry-After", "").strip()
    return float(asked) if asked.isdecimal() else 0.0
