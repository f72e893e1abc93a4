"""Where the CRM tells that records changed: they are marked, and a pull is asked for. Nothing in the call is
believed but ids; the records are fetched from the CRM."""

from __future__ import annotations

import json
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.crm.pull import mark_records
from accounts.crm.watch import find_channel
from accounts.middleware import DeskRequest
from tickets.queueing import send_after_commit

MAX_BODY_BYTES = 256 * 1024
MAX_IDS = 1000


@csrf_exempt
@require_POST
def receive_zoho_notification(request: HttpRequest) -> HttpResponse:
    """200 once the records are marked; 400 for what is no notification, 403 for a wrong channel or token."""
    desk = cast(DeskRequest, request).desk
    if desk is None:
        raise Http404
    told = _read_body(request)
    if told is None:
        return _plain("This is no notification.", 400)
    connection = find_channel(
        desk_id=desk.pk,
        channel_id=str(told.get("channel_id", "")),
        token=str(told.get("token", "")),
    )
    if connection is None:
        return _plain("The channel or its token is wrong.", 403)
    ids = [str(each) for each in told["ids"]]
    is_first = not connection.marks.exists()  # with marks waiting, a pull has been asked for
    if (
        mark_records(
            connection=connection, module=str(told.get("module")), ids=ids, at=timezone.now()
        )
        and is_first
    ):
        send_after_commit(
            "accounts.tasks.pull_connection", desk_id=desk.pk, connection_id=connection.pk
        )
    return _plain("Marked.", 200)


def _read_body(request: HttpRequest) -> dict | None:
    body = request.read(MAX_BODY_BYTES + 1)
    try:
        told = json.loads(body) if len(body) <= MAX_BODY_BYTES else None
    except (ValueError, RecursionError):
        return None
    ids = told.get("ids") if isinstance(told, dict) else None
    if not isinstance(ids, list) or len(ids) > MAX_IDS:
        return None
    return told if all(str(each).isdecimal() and len(str(each)) <= 40 for each in ids) else None


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")
