"""The “Send a test message” button of a chat channel."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.admin.access import AdminRequest, require_desk_admin
from channels_intake.models import ChatConnection
from helpdesk.admin.connections.findings import show_findings
from helpdesk.shared.connection_tests import try_chat
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited


@post_only
@rate_limited("chat_test")
def send_chat_test(request: AdminRequest, chat_id: int) -> HttpResponse:
    """Post a test message with the saved settings, and say whether it arrived."""
    require_desk_admin(request)
    connection = get_object_or_404(ChatConnection, pk=chat_id, desk=request.desk)
    return show_findings(request, connection, [try_chat(connection, at=timezone.now())])
