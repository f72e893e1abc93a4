"""How a first-response promise is told, in lists and on the ticket."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from helpdesk.agent.rows import describe_deadline
from tests.cast import NOON

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("due", "answered", "has_ended", "state", "text", "live"),
    [
        (None, None, False, "none", "", False),
        (NOON + 5 * HOUR, None, False, "ok", "in 5 h", True),
        (NOON + timedelta(minutes=59), None, False, "soon", "in 59 min", True),
        (NOON - timedelta(minutes=90), None, False, "overdue", "1 h 30 min overdue", True),
        (NOON - 50 * HOUR, None, False, "overdue", "2 d 2 h overdue", True),
        (NOON + HOUR, NOON, False, "met", "Met", False),
        (NOON, NOON, False, "met", "Met", False),
        (NOON - 2 * HOUR, NOON, False, "late", "2 h late", False),
        (NOON - 2 * HOUR, NOON, True, "late", "2 h late", False),
        (NOON - HOUR, None, True, "late", "Missed", False),
        (NOON + HOUR, None, True, "none", "", False),
    ],
)
def test_a_promise_is_told_by_how_it_stands(
    due: datetime | None,
    answered: datetime | None,
    has_ended: bool,
    state: str,
    text: str,
    live: bool,
) -> None:
    told = describe_deadline(due, answered, has_ended=has_ended, now=NOON)
    assert (told["due_state"], told["due_text"], told["due_live"]) == (state, text, live)
    assert bool(told["due_iso"]) == (state != "none")
