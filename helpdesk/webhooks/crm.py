"""Webhook of the CRM: it names records that changed.

The records are marked and a pull is queued. Only ids are taken from the call; the records
themselves are fetched from the CRM.
"""

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
from helpdesk.webhooks.responses import respond
from tickets.queueing import Queue, TaskName, queue_once_after_commit

PULL = TaskName("accounts.tasks.pull_connection", queue=Queue.BULK)
MAX_BODY_BYTES = 256 * 1024
MAX_IDS = 1000
MAX_ID_LENGTH = 40


@csrf_exempt
@require_POST
def receive_zoho_notification(request: HttpRequest) -> HttpResponse:
    """Mark the records of a notification of Zoho CRM (Notification API) and queue a pull.

    Return 200 once the records are marked, 400 for a malformed body, 403 for an unknown channel or
    a wrong token.
    """
    desk = cast(DeskRequest, request).desk
    if desk is None:
        raise Http404
    notification = _read_body(request)
    if notification is None:
        return respond("The notification is malformed.", 400)
    connection = find_channel(
        desk_id=desk.pk,
        channel_id=str(notification.get("channel_id", "")),
        token=str(notification.get("token", "")),
    )
    if connection is None:
        return respond("The channel or its token is wrong.", 403)
    module, ids = str(notification.get("module")), [str(each) for each in notification["ids"]]
    was_idle = not connection.marks.exists()  # waiting marks already have a pull in the queue
    if mark_records(connection=connection, module=module, ids=ids, at=timezone.now()) and was_idle:
        queue_once_after_commit(PULL, desk_id=desk.pk, connection_id=connection.pk)
    return respond("Marked.", 200)


def _read_body(request: HttpRequest) -> dict | None:
    """Return the notification, or None if it is too large, not JSON, or has odd ids."""
    body = request.read(MAX_BODY_BYTES + 1)
    try:
        notification = json.loads(body) if len(body) <= MAX_BODY_BYTES else None
    except (ValueError, RecursionError):
        return None
    ids = notification.get("ids") if isinstance(notification, dict) else None
    if not isinstance(ids, list) or len(ids) > MAX_IDS:
        return None
    are_ids = all(str(each).isdecimal() and len(str(each)) <= MAX_ID_LENGTH for each in ids)
    return notification if are_ids else None
