"""Tasks: they take IDs, enter the desk, call one service, and are safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from accounts.crm.pull import pull
from accounts.crm.watch import renew_channel
from accounts.models import ConnectionState, CrmConnection, PullState
from accounts.sweeps import list_desks_with_work
from accounts.tenancy import desk_scope, in_desk

SECONDS_AT_ONCE = 10  # then another task does the rest, behind other tasks in the queue


@shared_task
def pull_crm() -> int:
    """Queue a pull of each CRM connection that is due. Return how many."""
    now = timezone.now()
    due = CrmConnection.objects.filter(state=ConnectionState.ACTIVE).filter(
        Q(next_try_at=None) | Q(next_try_at__lte=now)
    )
    queued = 0
    for desk_id in list_desks_with_work("find CRM connections to pull", due):
        with desk_scope(desk_id):
            for connection_id in due.values_list("pk", flat=True):
                pull_connection.delay(desk_id=desk_id, connection_id=connection_id)
                queued += 1
    return queued


@shared_task
@in_desk
def pull_connection(*, desk_id: int, connection_id: int) -> str:
    """Pull one connection for a limited time, and queue the rest. Return the pull's state."""
    now = timezone.now()
    connection = CrmConnection.objects.filter(
        pk=connection_id, state=ConnectionState.ACTIVE
    ).first()
    if connection is None or (connection.next_try_at and connection.next_try_at > now):
        return "not due"
    run = pull(connection=connection, at=now, seconds=SECONDS_AT_ONCE)
    if run.state == PullState.RUNNING and not connection.next_try_at:
        pull_connection.delay(desk_id=desk_id, connection_id=connection_id)
    if run.state == PullState.DONE:
        renew_channel(connection=connection, at=now)
    return str(run.state)
