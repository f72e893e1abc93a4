"""The “Send a test message” button of a chat channel."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from channels_intake.models import ChatConnection
from channels_intake.team_chat.sending import send_test
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited


@post_only
@rate_limited("chat_test")
def send_chat_test(request: AdminRequest, chat_id: int) -> HttpResponse:
    """Post a test message with the saved settings, and say whether it arrived."""
    require_desk_admin(request)
    connection = get_object_or_404(ChatConnection, pk=chat_id, desk=request.desk)
    problem = send_test(connection, at=timezone.now())
    if problem:
        messages.error(request, _("The test message failed. %(problem)s") % {"problem": problem})
    else:
        messages.success(request, _("The test message arrived."))
    return HttpResponseRedirect(
        reverse("admin:channels_intake_chatconnection_change", args=[connection.pk])
    )
