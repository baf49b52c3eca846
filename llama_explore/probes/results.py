"""stub"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Results:
    header: dict[str, Any]
    records: tuple[dict[str, Any], ...]
