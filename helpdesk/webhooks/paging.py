"""Webhooks of PagerDuty: check the signature, store the event, respond."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.middleware import DeskRequest
from channels_intake.paging.receiving import find_page_hook, receive_page_event
from helpdesk.webhooks.responses import respond

MAX_BODY_BYTES = 256 * 1024  # PagerDuty sends no larger one


@csrf_exempt
@require_POST
def receive_from_pager(request: HttpRequest, paging_token: str) -> HttpResponse:
    """Store a genuine event of a desk's paging service; a task processes it.

    Return 202 once it is stored, 200 for one that is stored already, 401 for a wrong signature,
    404 for an unknown URL, and 413 for a body beyond PagerDuty's limit.
    """
    desk = cast(DeskRequest, request).desk
    service = find_page_hook(desk_id=desk.pk, token=paging_token) if desk else None
    if service is None:
        raise Http404
    body = request.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        return respond("The event is larger than 256 KiB.", 413)
    is_new = receive_page_event(service, headers=request.headers, body=body, at=timezone.now())
    if is_new is None:
        return respond("The signature is missing or wrong.", 401)
    return respond("Stored.", 202) if is_new else respond("Received before.", 200)
