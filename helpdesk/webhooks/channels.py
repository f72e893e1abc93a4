"""Webhooks of channels: the connector checks the request, its events are stored, and it answers."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.middleware import DeskRequest
from channels_intake.calls.errors import CallLaterError
from channels_intake.connections.contract import RefusedError, Request
from channels_intake.connections.health import note_health
from channels_intake.connections.incoming.storing import find_connection, receive_request
from channels_intake.connections.registry import get_connector
from helpdesk.webhooks.responses import respond


@csrf_exempt
@require_http_methods(["GET", "POST"])
def receive_from_channel(request: HttpRequest, channel_token: str) -> HttpResponse:
    """Store the events of a genuine request; a task processes them. GET: the vendor's handshake.

    Return what the vendor wants to hear, 401 for a wrong signature, 404 for an unknown URL, 413 for
    a body beyond the vendor's limit, and 503 if the signature can't be checked now.
    """
    desk = cast(DeskRequest, request).desk
    connection = find_connection(desk_id=desk.pk, token=channel_token) if desk else None
    if connection is None:
        raise Http404
    most = get_connector(connection.kind).max_body_bytes
    body = request.read(most + 1)
    if len(body) > most:
        return respond(f"The request is larger than {most} bytes.", 413)
    given = Request(request.method or "", request.GET.dict(), request.headers, body)
    try:
        answer = receive_request(connection, given, at=timezone.now())
    except RefusedError:
        return respond("The signature is missing or wrong.", 401)
    except CallLaterError as error:  # its secrets can't be decrypted
        note_health(connection, str(error), at=timezone.now())
        return respond("Try again later.", 503)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
