"""Findings of checks: fine, or what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAX_REASON = 300  # characters; servers can answer with long texts
Check = Callable[[], Iterator["Finding"]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the report. text: a sentence, which never holds a secret."""

    subject: str
    text: str
    is_ok: bool = True


def report_problem(subject: str, text: str) -> Finding:
    """Return a finding that an operator has to do something about."""
    return Finding(subject, text, is_ok=False)


def read_reason(error: Exception) -> str:
    """Return an error's text in one line of at most MAX_REASON characters."""
    return " ".join(str(error).split())[:MAX_REASON] or type(error).__name__
