"""The URL that chats send slash commands to. No session, no CSRF token: the chat proves itself."""

from __future__ import annotations

import hashlib
from typing import cast

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.logins.sealing import UnsealError
from accounts.middleware import DeskRequest
from accounts.models import Agent, Desk
from accounts.places.languages import use_recipient_locale
from channels_intake.models import ChatConnection, ChatKind
from channels_intake.team_chat.commands import (
    MAX_AGE_SECONDS,
    MAX_BODY_BYTES,
    Command,
    is_authentic,
    read_command,
    read_fields,
)
from channels_intake.team_chat.people import LOOK_UP, find_agent
from helpdesk.team_chat.answers import answer_command, describe_stranger, describe_usage
from helpdesk.webhooks.responses import respond
from tickets.queueing import queue_once_after_commit


@csrf_exempt
@require_POST
def receive_command(request: HttpRequest, chat_id: int) -> HttpResponse:
    """Answer a slash command. Return 403 for an unknown channel or a wrong token or signature.

    Only the person who wrote the command sees the answer, except in Rocket.Chat.
    """
    desk = cast(DeskRequest, request).desk
    if desk is None:
        raise Http404
    body = request.body
    if len(body) > MAX_BODY_BYTES:
        return respond("The command is too long.", 413)
    fields = read_fields(body, request.content_type or "")
    connection = _find_connection(desk, chat_id, request, body, fields)
    if connection is None:
        return respond("The channel, its token or its signature is wrong.", 403)
    if connection.kind == ChatKind.SLACK and _is_replayed(request):
        return respond("The command was sent before.", 403)
    command = read_command(fields)
    agent = find_agent(connection, command.user_id) if command else None
    with use_recipient_locale(desk=desk, user=agent.user if agent else None):
        return _respond(connection, _answer(connection, command, agent))


def _find_connection(
    desk: Desk, chat_id: int, request: HttpRequest, body: bytes, fields: dict[str, str]
) -> ChatConnection | None:
    """Return the desk's active channel if the request proves that it comes from there."""
    active = ChatConnection.objects.filter(desk=desk, is_active=True)
    connection = active.select_related("desk").filter(pk=chat_id).first()
    if connection is None:
        return None
    try:
        secret = connection.command_secret
    except UnsealError:
        return None
    known = is_authentic(
        connection.kind,
        secret,
        body=body,
        fields=fields,
        headers=request.headers,
        at=timezone.now(),
    )
    return connection if known else None


def _is_replayed(request: HttpRequest) -> bool:
    """Return True if a signature was used before. Tokens of other chats prove nothing like it."""
    digest = hashlib.sha256(request.headers["X-Slack-Signature"].encode()).hexdigest()
    return not cache.add(f"chat.signature.{digest}", "y", timeout=2 * MAX_AGE_SECONDS)


def _answer(connection: ChatConnection, command: Command | None, agent: Agent | None) -> str:
    if command is None:
        return describe_usage(connection.desk)
    if agent is not None:
        return answer_command(command, connection, agent, at=timezone.now())
    if connection.has_bot:
        queue_once_after_commit(
            LOOK_UP,
            desk_id=connection.desk_id,
            connection_id=connection.pk,
            user_id=command.user_id,
        )
    return describe_stranger(is_looked_up=connection.has_bot)


def _respond(connection: ChatConnection, text: str) -> JsonResponse:
    if connection.kind == ChatKind.ROCKETCHAT:  # it knows no answers for one person
        return JsonResponse({"text": text})
    return JsonResponse({"response_type": "ephemeral", "text": text})
