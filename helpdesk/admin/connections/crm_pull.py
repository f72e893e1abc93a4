"""The “Pull now” button of a CRM connection."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.audit import record_audit
from accounts.crm.pull import reset_connection
from accounts.models import AuditAction, ConnectionState, CrmConnection
from helpdesk.shared.http.methods import post_only
from tickets.queueing import Queue, TaskName, queue_once_after_commit

PULL = TaskName("accounts.tasks.pull_connection", queue=Queue.BULK)


@post_only
def request_crm_pull(request: AdminRequest, connection_id: int) -> HttpResponse:
    """Queue a pull now, unless the connection is paused or the CRM asked to wait.

    A connection that the CRM refused starts over with a full pull.
    """
    require_desk_admin(request)
    connection = get_object_or_404(CrmConnection, pk=connection_id, desk=request.desk)
    if problem := _get_problem(connection):
        messages.warning(request, problem)
    else:
        _queue_pull(request, connection)
        messages.success(request, _("Pull started. Follow its progress under Records > CRM pulls."))
    return HttpResponseRedirect(
        reverse("admin:accounts_crmconnection_change", args=[connection.pk])
    )


def _get_problem(connection: CrmConnection) -> str:
    if connection.state == ConnectionState.PAUSED:
        return _("The connection is paused. Resume it first.")
    if connection.next_try_at and connection.next_try_at > timezone.now():
        text = _("The CRM asked to wait until %(time)s: %(error)s")
        time = time_format(timezone.localtime(connection.next_try_at))
        return text % {"time": time, "error": connection.explanation}
    return ""


def _queue_pull(request: AdminRequest, connection: CrmConnection) -> None:
    if connection.state == ConnectionState.REFUSED:
        reset_connection(connection, timezone.now())
    record_audit(
        desk=request.desk,
        by=request.user,
        action=AuditAction.CRM_PULL_REQUESTED,
        about=connection,
    )
    queue_once_after_commit(PULL, desk_id=request.desk.pk, connection_id=connection.pk)
