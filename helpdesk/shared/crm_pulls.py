"""A pull of the CRM that an admin starts, in the admin site or over the API (M38)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from accounts.audit import Actor, record_audit
from accounts.crm.pull import reset_connection
from accounts.models import AuditAction, ConnectionState, CrmConnection
from tickets.errors import ConflictError
from tickets.queueing import Queue, TaskName, queue_once_after_commit

PULL = TaskName("accounts.tasks.pull_connection", queue=Queue.BULK)


def request_pull(connection: CrmConnection, *, by: Actor) -> None:
    """Queue a pull now. A connection that the CRM refused starts over with a full pull.

    Raises ConflictError if the connection is paused or the CRM asked to wait.
    """
    if problem := _get_problem(connection):
        raise ConflictError(problem)
    with transaction.atomic():
        if connection.state == ConnectionState.REFUSED:
            reset_connection(connection, timezone.now())
        record_audit(
            desk=connection.desk_id,
            by=by,
            action=AuditAction.CRM_PULL_REQUESTED,
            about=connection,
        )
        queue_once_after_commit(PULL, desk_id=connection.desk_id, connection_id=connection.pk)


def _get_problem(connection: CrmConnection) -> str:
    if connection.state == ConnectionState.PAUSED:
        return _("The connection is paused. Resume it first.")
    if connection.next_try_at and connection.next_try_at > timezone.now():
        text = _("The CRM asked to wait until %(time)s: %(error)s")
        time = time_format(timezone.localtime(connection.next_try_at))
        return text % {"time": time, "error": connection.explanation}
    return ""
