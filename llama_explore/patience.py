"""Waiting no longer than said."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


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
