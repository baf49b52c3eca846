"""Every answer that a gated repository can give, and what to do about each.

The Hub says much with little: the same 401 may mean a missing token, an expired
one or a misspelt name. `read_refusal` takes an error of the Hub's client apart,
by status code, ``X-Error-Code`` and message, and names what happened.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

SETTINGS = "https://huggingface.co/settings"
LOGIN = "run `hf auth login` in a terminal"

STATES: dict[str, tuple[str, str]] = {
    "no-token": (
        "{repo_id} is gated and this machine has no token.",
        f"Ask for access on {{page}}, make a READ token on {SETTINGS}/tokens, and {LOGIN}.",
    ),
    "malformed-token": (
        "The token on this machine {detail}, so it cannot be a Hugging Face token.",
        f"Copy the whole token from {SETTINGS}/tokens (it begins with hf_) and {LOGIN}; "
        "if HF_TOKEN is set, correct or unset it.",
    ),
    "expired-token": (
        "The Hub refused your token: it has expired, was revoked or was not copied whole.",
        f"Make a new token on {SETTINGS}/tokens and {LOGIN}; if HF_TOKEN is set, unset it.",
    ),
    "token-without-permission": (
        "The Hub refused your token for {repo_id}: it is fine-grained and may not read gated "
        "repositories.",
        f"Edit it on {SETTINGS}/tokens: switch on 'Read access to contents of all public gated "
        "repos you can access', or make a READ token.",
    ),
    "licence-not-requested": (
        "{repo_id} is gated and your account does not have access: it has not asked for it.",
        "Ask for it on {page}: log in, read the licence, fill in the form.",
    ),
    "pending": (
        "Your request for {repo_id} has arrived and is waiting for a review.",
        f"Wait (often hours, at times days); {SETTINGS}/gated-repos shows how it stands.",
    ),
    "rejected": (
        "Your request for {repo_id} was rejected by its authors.",
        "Use another Llama 3 repository or the pocket model; why it was, only its authors know.",
    ),
    "not-found": (
        "The Hub knows no repository {repo_id}, or it is private.",
        "Look at {page} in a browser, logged in, and check the spelling.",
    ),
    "wrong-family-member": (
        "The Hub knows no repository {repo_id}: that member of the Llama 3 family was never "
        "published.",
        "Ask for {detail} instead.",
    ),
    "offline": (
        "{repo_id} is not (or not wholly) on this machine, and HF_HUB_OFFLINE forbids downloads.",
        "Unset HF_HUB_OFFLINE and restart the kernel, or use the pocket model.",
    ),
    "unreachable": (
        "{repo_id} is not (or not wholly) on this machine, and the Hugging Face Hub does not "
        "answer.",
        "Check the network (or the proxy), or use the pocket model, which needs none.",
    ),
    "timed-out": (
        "The Hub did not answer about {repo_id} in time.",
        "Try again in a minute; if it stays so, look at the network or the proxy.",
    ),
    "tls-failure": (
        "The connection to the Hub is not trusted: its certificate could not be checked.",
        "Check the clock of this machine; behind a company's proxy, set SSL_CERT_FILE to the "
        "company's certificates.",
    ),
    "intercepted": (
        "Something between this machine and the Hub answered in the Hub's place, with a web page "
        "or a redirect.",
        "Log in to the network (hotel, campus) in a browser, or ask whoever runs the proxy to let "
        "huggingface.co through.",
    ),
    "rate-limited": (
        "The Hub asks this machine to slow down (HTTP 429).",
        "Wait five minutes, then try again; with a token the limit is higher.",
    ),
    "server-error": (
        "The Hub has a fault of its own (HTTP {detail}).",
        "Wait and try again; https://status.huggingface.co shows known faults.",
    ),
    "no-disk-space": (
        "{detail}",
        "Free some space (`hf cache ls` lists old downloads), or set HF_HOME to a folder on a "
        "larger disk.",
    ),
    "cache-not-writable": (
        "The download folder of the Hub's client cannot be written ({detail}).",
        "Set HF_HOME to a folder that you may write to.",
    ),
    "granted": (
        "Access to {repo_id} is granted: {detail}.",
        "Download it: `hf download {repo_id} --exclude 'original/*'`.",
    ),
    "partly-downloaded": (
        "Access to {repo_id} is granted and a part of it is here: {detail}.",
        "Start the same download again: whole files are not fetched twice.",
    ),
    "downloaded": (
        "{repo_id} is on this machine, whole: {detail}.",
        "Open it: open_session('{repo_id}'); no network is needed.",
    ),
    "failed": (
        "The Hub's client failed with {detail}.",
        "Check the network and the free disk space, then try again.",
    ),
}
"""Each status with its sentence and the one next step."""

PUBLISHED = tuple(
    f"meta-llama/{name}"
    for name in (
        "Meta-Llama-3-8B Meta-Llama-3-8B-Instruct Meta-Llama-3-70B Meta-Llama-3-70B-Instruct "
        "Llama-3.1-8B Llama-3.1-8B-Instruct Llama-3.1-70B Llama-3.1-70B-Instruct "
        "Llama-3.1-405B Llama-3.1-405B-Instruct Llama-3.2-1B Llama-3.2-1B-Instruct "
        "Llama-3.2-3B Llama-3.2-3B-Instruct Llama-3.3-70B-Instruct"
    ).split()
)
"""The text models of the Llama 3 family. Source: Meta's model cards."""


def find_relative(repo_id: str) -> str | None:
    """Return the published Llama 3 nearest to a name that looks like one but is none.

    Example: ``find_relative("meta-llama/Llama-3.3-70B")`` is
    ``"meta-llama/Llama-3.3-70B-Instruct"``, the only member that 3.3 has.
    """
    owner, _, name = repo_id.partition("/")
    looks = owner.lower() == "meta-llama" and "llama-3" in name.lower()
    if not looks or repo_id in PUBLISHED:
        return None
    # A reader who names a size has a machine in mind: the size counts more than the version.
    version, _, rest = name.lower().partition("llama-")[2].partition("-")
    size = rest.partition("-")[0]
    fitting = [each for each in PUBLISHED if f"-{size}" in each.lower()] or [*PUBLISHED]
    fitting = [each for each in fitting if f"-{version}-" in each] or fitting
    names = {each.lower(): each for each in fitting}
    return names[get_close_matches(repo_id.lower(), names, n=1, cutoff=0)[0]]


def find_token_fault(token: str) -> str:
    """Return what keeps a text from being a token, without showing it; "" if nothing does.

    Example: ``find_token_fault("my password")`` is ``"holds white space"``.
    """
    if any(letter.isspace() for letter in token):
        return "holds white space"
    if not token.isascii() or not token.isprintable() or any(c in token for c in "\"'<>"):
        return "holds a letter that no token has (a quote, or one that is not ASCII)"
    if not token.startswith(("hf_", "api_", "eyJ")):
        return "does not begin with hf_"
    return "" if len(token) >= 20 else "is too short"


def read_refusal(repo_id: str, error: Exception, *, has_token: bool) -> tuple[str, str]:
    """Return the status that an error of the Hub's client stands for, and its detail.

    Example: a 403 with the code GatedRepo and "awaiting a review" in its message is
    ``("pending", "")``.

    Args:
        repo_id: What was asked for.
        error: What the client raised; its causes are looked at, too.
        has_token: Whether a token was sent along.
    """
    for each in _walk_causes(error):
        response = getattr(each, "response", None)
        if response is not None:
            message = f"{getattr(each, 'server_message', '')} {response.headers}"
            return _read_response(repo_id, response, message.lower(), has_token)
    for each in _walk_causes(error):
        if found := _read_failure(each):
            return found
    return "failed", type(error).__name__  # not its text, which may quote the token


def _walk_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _read_response(repo_id: str, response: Any, message: str, has_token: bool) -> tuple[str, str]:
    status, code = response.status_code, response.headers.get("X-Error-Code")
    if status == 429:
        return "rate-limited", ""
    if status >= 500:
        return "server-error", str(status)
    if "text/html" in response.headers.get("Content-Type", "") and "x-error" not in message:
        return "intercepted", ""
    if code == "GatedRepo":
        if status == 401:
            return ("expired-token" if has_token else "no-token"), ""
        if "awaiting a review" in message:
            return "pending", ""
        return ("rejected" if "rejected" in message else "licence-not-requested"), ""
    if status == 403:
        return "token-without-permission", ""
    if status == 401 and (has_token or "invalid credentials" in message or "expired" in message):
        return "expired-token", ""
    if status in (401, 404):  # without a token, a missing repository looks like a private one
        relative = find_relative(repo_id)
        return ("wrong-family-member", relative) if relative else ("not-found", "")
    return "server-error", str(status)


def _read_failure(error: BaseException) -> tuple[str, str] | None:
    # The client's HTTP library is its own affair, so its errors are told by their names.
    kinds = {each.__name__ for each in type(error).__mro__}
    if "SSLError" in kinds or "[SSL" in str(error):
        return "tls-failure", ""
    if kinds & {"TimeoutError", "TimeoutException"}:
        return "timed-out", ""
    if kinds & {"TooManyRedirects", "JSONDecodeError"}:
        return "intercepted", ""
    if kinds & {"TransportError", "ConnectionError"}:
        return "unreachable", ""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "no-disk-space", "The disk is full."
    if isinstance(error, OSError) and error.errno is not None:
        return "cache-not-writable", error.strerror or type(error).__name__
    return None
