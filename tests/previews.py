"""Previews in tests: made at once, as the worker makes them after the commit."""

from __future__ import annotations

from tests.cast import NOON
from tickets.attachments.previews import list_due_previews, make_preview


def make_previews() -> int:
    """Make all due previews of the entered desk; return how many."""
    due = list(list_due_previews().values_list("pk", flat=True))
    return sum(make_preview(attachment_id=pk, at=NOON) for pk in due)
