"""Connections of all desks that have work, each queued in its own class of work."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Min, QuerySet

from accounts.tenancy import system_scope
from channels_intake.connections.registry import get_connector
from tickets.queueing import Queue, TaskName, queue_once


def list_connections_with_work(
    reason: str,
    due: QuerySet,
    tasks: Mapping[Queue, TaskName],
    *,
    by: str,
    connection: str = "connection",
) -> int:
    """Queue a task for each connection with rows in ``due``, the most overdue one first.

    tasks: the same one for each class of work. by: the field that says when a row became due.
    connection: the field with the connection's ID. Suspended desks wait. Return how many.
    """
    kind = "kind" if connection == "id" else f"{connection}__kind"
    active = due.filter(desk__is_suspended=False).order_by()
    with system_scope(reason):
        found = list(
            active.values_list("desk_id", connection, kind)
            .annotate(since=Min(by))
            .order_by("since", connection)
        )
    for desk_id, connection_id, kind_of_it, _since in found:
        task = tasks[get_connector(kind_of_it).queue]
        queue_once(task, desk_id=desk_id, connection_id=connection_id)
    return len(found)
