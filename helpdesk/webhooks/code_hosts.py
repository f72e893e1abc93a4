"""Webhooks of GitHub and GitLab: check the signature, store the event, respond."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.middleware import DeskRequest
from channels_intake.code_hosts.storing import Receipt, find_hook, receive_event
from helpdesk.webhooks.responses import respond

MAX_BODY_BYTES = 25 * 1024 * 1024  # GitHub's own limit


@csrf_exempt
@require_POST
def receive_code_event(request: HttpRequest, hook_token: str) -> HttpResponse:
    """Store a genuine event of a desk's code host; a task processes it.

    Return 202 once it is stored, 200 for one that is stored already, 401 for a wrong or stale
    signature, 404 for an unknown URL, and 413 for a body beyond GitHub's limit.
    """
    desk = cast(DeskRequest, request).desk
    host = find_hook(desk_id=desk.pk, token=hook_token) if desk else None
    if host is None:
        raise Http404
    body = request.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        return respond("The event is larger than 25 MiB.", 413)
    receipt = receive_event(host, headers=request.headers, body=body, at=timezone.now())
    if receipt == Receipt.REFUSED:
        return respond("The signature is missing, wrong or too old.", 401)
    if receipt == Receipt.REPEATED:
        return respond("Received before.", 200)
    return respond("Stored.", 202)
