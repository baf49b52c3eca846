"""Cases for the checkers of chapter 01."""

from __future__ import annotations

from checker_cases import Case


def read_answer(code: int, error_code: str | None, has_token: bool) -> str:
    """Solve the exercise of chapter 01."""
    if error_code == "GatedRepo":
        return "no-access" if has_token else "no-token"
    if code == 403:
        return "token-without-permission"
    return "expired-token" if code == 401 and has_token else "not-found"


CASES = {
    "check_download_hours": Case(
        secret="8 / 1e8 / 3600",
        right=[3.14, 141.1 * 8 / 0.1 / 3600, 3.1, 3.2],
        wrong=[
            (0.392, "8 bits"),
            (188.1, "minutes"),
            (11_289, "seconds"),
            (6.27, "original/"),
            (0.049, "wrong way round"),
            (3, "too small"),
        ],
    ),
    "check_rest_gigabytes": Case(
        secret="18 * 4.7",
        right=[84.6, 18 * 4.7, 84.66],
        wrong=[
            (80.37, "none of it is kept"),
            (79.9, "fetched, too"),
            (56.4, "here already"),
            (60.63, "arrived so far"),
            (141.1, "whole shards are kept"),
            (18, "number of shards"),
            (90, "too big"),
        ],
    ),
    "check_read_answer": Case(
        secret="code == 403",
        right=[read_answer],
        wrong=[
            (lambda code, error_code, has_token: "not-found", "who is there"),
            (lambda code, error_code, has_token: "no-token", "not let in"),
            (lambda code, error_code, has_token: print(end=""), "return"),
            (lambda code, error_code: "no-token", "TypeError"),
            (
                lambda code, error_code, has_token: (
                    "expired-token"
                    if code == 401 and not error_code
                    else read_answer(code, error_code, has_token)
                ),
                "look the same",
            ),
            (
                lambda code, error_code, has_token: (
                    "no-access" if code == 403 else read_answer(code, error_code, has_token)
                ),
                "the token is the matter",
            ),
            ("no-token", "function itself"),
        ],
    ),
}
