"""Mentions of defects (RC-D7) and tickets (RC-1042) in commits, issues and pull requests. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_READ = 100_000
MAX_NAMED = 20


class Mentions(NamedTuple):
    """Numbers of defects and of tickets, in their order, each once."""

    defects: list[int]
    tickets: list[int]


def find_mentions(text: str, prefix: str) -> Mentions:
    """Return what a text mentions with a desk's prefix."""
    pattern = rf"(?<![\w-]){re.escape(prefix)}-(D?)([0-9]{{1,12}})(?![\w-])"
    found = [(bool(m[1]), int(m[2])) for m in re.finditer(pattern, text[:MAX_READ], re.IGNORECASE)]
    defects = dict.fromkeys(number for is_defect, number in found if is_defect)
    tickets = dict.fromkeys(number for is_defect, number in found if not is_defect)
    return Mentions([*defects][:MAX_NAMED], [*tickets][:MAX_NAMED])
