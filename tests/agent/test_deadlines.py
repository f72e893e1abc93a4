"""First-response targets in lists and on the ticket page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from helpdesk.agent.lists.rows import describe_deadline
from tests.cast import NOON

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("due", "responded", "has_ended", "state", "text", "live"),
    [
        (None, None, False, "none", "", False),
        (NOON + 5 * HOUR, None, False, "ok", "due in 5h", True),
        (NOON + timedelta(minutes=59), None, False, "soon", "due in 59m", True),
        (NOON - timedelta(minutes=90), None, False, "overdue", "1h 30m overdue", True),
        (NOON - 50 * HOUR, None, False, "overdue", "2d 2h overdue", True),
        (NOON + HOUR, NOON, False, "met", "Met", False),
        (NOON, NOON, False, "met", "Met", False),
        (NOON - 2 * HOUR, NOON, False, "late", "2h late", False),
        (NOON - 2 * HOUR, NOON, True, "late", "2h late", False),
        (NOON - HOUR, None, True, "late", "Missed", False),
        (NOON + HOUR, None, True, "none", "", False),
    ],
)
def test_a_target_is_shown_by_how_it_stands(
    due: datetime | None,
    responded: datetime | None,
    has_ended: bool,
    state: str,
    text: str,
    live: bool,
) -> None:
    deadline = describe_deadline(due, responded, has_ended=has_ended, now=NOON)
    assert (deadline.state, deadline.text, deadline.is_live) == (state, text, live)
    assert bool(deadline.iso) == (state != "none")
