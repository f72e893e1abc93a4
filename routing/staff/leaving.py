"""Work of an agent who can no longer do it: their tickets and turns go to others."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Agent
from routing.models import OnCallTurn
from routing.services import list_stranded_tickets
from tickets.queueing import Queue, TaskName, queue_once_after_commit

REASSIGN = TaskName("routing.tasks.sweep_unassigned_tickets", queue=Queue.CLOCKS)
PLAN_ON_CALL = TaskName("routing.tasks.plan_on_call", queue=Queue.BULK)


def hand_on_work(agent: Agent, *, at: datetime) -> int:
    """Queue the reassignment of what an agent who can no longer work has. Return their tickets.

    Others get their on-call turns, too. Does nothing for an agent who can work.
    """
    if agent.can_write:
        return 0
    if OnCallTurn.objects.filter(agent=agent, end_at__gt=at).exists():
        queue_once_after_commit(PLAN_ON_CALL)
    count = list_stranded_tickets().filter(assignee_id=agent.pk).count()
    if count:
        queue_once_after_commit(REASSIGN)
    return count
