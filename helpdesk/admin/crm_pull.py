"""The button “Pull now” of the admin site."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from accounts.admin.base import AdminRequest, is_desk_admin
from accounts.audit import record_audit
from accounts.crm.pull import reset_connection
from accounts.models import AuditAction, ConnectionState, CrmConnection
from tickets.queueing import send_after_commit


@require_POST
def request_crm_pull(request: AdminRequest, connection_id: int) -> HttpResponse:
    """Ask for a pull at once. A connection that the CRM refused is tried anew, from the start; a paused one stays
    so; and where the CRM said to wait, it is waited."""
    if not is_desk_admin(request):
        raise Http404("A CRM belongs to a desk.")
    connection = get_object_or_404(CrmConnection, pk=connection_id, desk=request.desk)
    if why := _why_not(connection):
        messages.warning(request, why)
    else:
        _ask(request, connection)
        messages.success(request, "A pull is asked for; its report grows below Records, CRM pulls.")
    return HttpResponseRedirect(
        reverse("admin:accounts_crmconnection_change", args=[connection.pk])
    )


def _why_not(connection: CrmConnection) -> str:
    if connection.state == ConnectionState.PAUSED:
        return "The connection is paused."
    if connection.next_try_at and connection.next_try_at > timezone.now():
        when = date_format(timezone.localtime(connection.next_try_at), "H:i")
        return f"The CRM asked to wait until {when}: {connection.error}"
    return ""


def _ask(request: AdminRequest, connection: CrmConnection) -> None:
    if connection.state == ConnectionState.REFUSED:
        reset_connection(connection, timezone.now())
    record_audit(
        desk=request.desk,
        by=request.user,
        action=AuditAction.CRM_PULL_REQUESTED,
        about=connection,
    )
    send_after_commit(
        "accounts.tasks.pull_connection", desk_id=request.desk.pk, connection_id=connection.pk
    )
