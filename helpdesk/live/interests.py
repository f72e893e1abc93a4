"""Which tickets an open page shows, and which changes affect it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from helpdesk.live.messages import Change


@dataclass(frozen=True, slots=True)
class Interest:
    """The tickets that a page shows: by default all of the desk.

    numbers: show only these tickets, or None. needs: by fact of a ticket (messages.list_facts), the
    values of which it must have one before or after a change. due_within: show only tickets due
    within this many seconds, or None for any deadline.
    """

    numbers: frozenset[int] | None = None
    needs: Mapping[str, frozenset[Any]] = field(default_factory=dict)
    due_within: float | None = None

    def is_touched_by(self, change: Change, *, now: float) -> bool:
        """Return True if the page may look different after a change. now: seconds since 1970."""
        if self.numbers is not None:
            return change.number in self.numbers
        for name, wanted in self.needs.items():
            values = change.facts.get(name)
            if values is not None and not (values & wanted):
                return False
        due = change.facts.get("due")
        return self.due_within is None or due is None or min(due) <= now + self.due_within


EVERYTHING = Interest()
