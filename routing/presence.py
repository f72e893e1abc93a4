"""Services of presence: what an agent has chosen, and their last activity (M55).

Presence changes all the time. It is kept outside of the desk's version and read fresh, by the
claim of an agent (claims.py) and by the pages that show it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.database.rows import fetch_prepared
from accounts.models import Agent, Desk
from routing.availability import PresenceFacts, get_idle_limit, is_inactive
from routing.models import Presence, PresenceState
from routing.sql import RECORD_ACTIVITY
from tickets.queueing import Queue, TaskName, queue_once_after_commit
from tickets.services.owed_replies import require_future

ACTIVE_AGAIN = timedelta(minutes=1)  # activity is recorded no more often
ASSIGN = TaskName("routing.tasks.assign_waiting_of_desk", queue=Queue.CLOCKS)


def set_presence(
    *,
    agent: Agent,
    state: PresenceState,
    at: datetime,
    reason: str = "",
    until: datetime | None = None,
) -> Presence:
    """Set an agent's presence. For one who becomes available, waiting tickets are assigned soon.

    until: when the agent is available again without another click. Ignored for AVAILABLE, like the
    reason. Raises InvalidValueError if it isn't after ``at``, or is more than a year ahead.
    """
    is_available = state == PresenceState.AVAILABLE
    if until is not None:
        require_future(until, at=at, field="until")
    chosen = {
        "state": state,
        "reason": "" if is_available else reason,
        "until": None if is_available else until,
        "since": at,
        "last_active_at": at,
    }
    presence, _is_new = Presence.objects.update_or_create(
        desk_id=agent.desk_id, agent=agent, defaults=chosen
    )
    if is_available:
        queue_once_after_commit(ASSIGN, desk_id=agent.desk_id)
    return presence


def set_away(*, agent: Agent, is_away: bool, at: datetime) -> None:
    """Set an agent as away or as available."""
    state = PresenceState.AWAY if is_away else PresenceState.AVAILABLE
    set_presence(agent=agent, state=state, at=at)


def record_activity(*, agent: Agent, at: datetime) -> None:
    """Record that an agent is active, in one statement, at most once a minute.

    For one who wasn't active for longer than the desk's limit, waiting tickets are assigned soon.
    """
    values = {
        "desk": agent.desk_id,
        "agent": agent.pk,
        "at": at,
        "before": at - ACTIVE_AGAIN,
    }
    for row in fetch_prepared(RECORD_ACTIVITY, values):
        before = PresenceFacts(last_active_at=row["last_active_at"])
        if is_inactive(before, at, idle=get_idle_limit(agent.desk)):
            queue_once_after_commit(ASSIGN, desk_id=agent.desk_id)


def read_presence(desk: Desk, agent_ids: Iterable[int] | None = None) -> dict[int, PresenceFacts]:
    """Return the presence of a desk's agents by ID, in one statement; of all, or of these."""
    rows = Presence.objects.filter(desk=desk)
    if agent_ids is not None:
        rows = rows.filter(agent_id__in=list(agent_ids))
    return {row.agent_id: PresenceFacts(row.state, row.until, row.last_active_at) for row in rows}
