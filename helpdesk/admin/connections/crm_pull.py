"""The “Pull now” button of a CRM connection."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.models import CrmConnection
from helpdesk.shared.crm_pulls import request_pull
from helpdesk.shared.http.methods import post_only
from tickets.errors import ConflictError


@post_only
def request_crm_pull(request: AdminRequest, connection_id: int) -> HttpResponse:
    """Queue a pull now, unless the connection is paused or the CRM asked to wait."""
    require_desk_admin(request)
    connection = get_object_or_404(CrmConnection, pk=connection_id, desk=request.desk)
    try:
        request_pull(connection, by=request.user)
    except ConflictError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Pull started. Follow its progress under Records > CRM pulls."))
    return HttpResponseRedirect(
        reverse("admin:accounts_crmconnection_change", args=[connection.pk])
    )
