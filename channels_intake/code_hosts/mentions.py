"""Mentions of defects (RC-D7) and tickets (RC-1042) in commits, issues and pull requests. Pure.

An issue that Plumbline creates also holds a mark, invisible on its page, that names its link.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_READ = 100_000
MAX_NAMED = 20
_MARK = re.compile(r"<!-- plumbline-([0-9]{1,18})-([0-9]{1,18}) -->")


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


def has_mentions(text: str, prefix: str) -> bool:
    """Return True if a text mentions a defect or ticket."""
    return any(find_mentions(text, prefix))


def write_mark(desk_id: int, link_id: int) -> str:
    """Return the mark of an issue that is created for a link."""
    return f"<!-- plumbline-{desk_id}-{link_id} -->"


def find_mark(text: str, desk_id: int) -> int | None:
    """Return the link that the mark in an issue of a desk names, or None without one."""
    found = [int(m[2]) for m in _MARK.finditer(text[:MAX_READ]) if int(m[1]) == desk_id]
    return found[-1] if found else None
