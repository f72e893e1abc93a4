"""What a check found: fine, or what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Check = Callable[[], Iterator["Finding"]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the report. text: a sentence, which never holds a secret."""

    subject: str
    text: str
    is_ok: bool = True


def find_problem(subject: str, text: str) -> Finding:
    """Return a finding that an operator has to do something about."""
    return Finding(subject, text, is_ok=False)


def read_reason(error: Exception) -> str:
    """Return the last line of an error's text, which is the one that says why."""
    lines = str(error).strip().splitlines()
    return lines[-1].strip() if lines else type(error).__name__
