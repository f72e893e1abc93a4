"""The connector of team chat: sends queued messages, and remembers threads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.logins.sealing import UnsealError
from accounts.network.client import GuardedSession, Response
from accounts.network.errors import ForbiddenAddressError, UnreachableError
from channels_intake.calls.errors import CallLaterError, CallRefusedError, Sent
from channels_intake.models import ChatConnection, ChatRule, ChatThread, OutgoingCall
from channels_intake.team_chat.composing import compose_message, is_hidden
from channels_intake.team_chat.standups import compose_standup
from channels_intake.team_chat.vendors import (
    VENDORS,
    ChatRequest,
    Target,
    find_wait,
    make_message,
    read_json,
)
from tickets.models import TicketEvent

SECONDS = 15.0  # for one response
TICKET = ("desk", "priority", "department", "assignee", "account__plan")
INTERNAL_ERROR = 500
MAX_INTERNAL_ERRORS = 5  # then it's this message, which must not hold up the others
BUSY = {408, INTERNAL_ERROR, 502, 503, 504}
# An admin can correct these in the chat or here: the messages wait meanwhile.
NOT_ALLOWED = {401, 403, 404, 410}
CORRECTABLE = {
    "account_inactive", "channel_not_found", "invalid_auth", "is_archived", "missing_scope",
    "not_authed", "not_in_channel", "token_expired", "token_revoked",
}  # fmt: skip
LOST_THREADS = ("root_id", "thread_not_found")


class ChatConnector:
    """Sends a message with a bot or an incoming webhook (channels_intake/calls/connectors.py)."""

    def send(self, call: OutgoingCall, *, at: datetime) -> Sent:
        """Post a message. Raises CallLaterError and CallRefusedError."""
        connection = _get_connection(call)
        text = write_text(call, connection)
        target = open_target(connection)
        root_id = _find_root(call) if target.has_bot else ""
        request = make_message(connection.kind, target, text, root_id=root_id, key=call.key)
        response = exchange(request, host=target.host)
        content = read_json(response.body)
        if root_id and _is_thread_lost(content):
            _thread_of(call).delete()
            raise CallLaterError(
                _("The thread no longer exists. The message starts a new one."), seconds=0
            )
        if response.status == INTERNAL_ERROR and call.attempts >= MAX_INTERNAL_ERRORS:
            raise CallRefusedError(_describe(response), status=response.status)
        check_response(response, at=at)
        return Sent(response.status, content=_read_id(connection, target, response, content))

    def finish(self, call: OutgoingCall, sent: Sent | None, *, at: datetime) -> None:
        """Remember the first message about a ticket: later ones reply to it."""
        if sent is None or not sent.content or call.ticket_id is None:
            return
        if connection := ChatConnection.objects.filter(pk=call.connection_id).first():
            ChatThread.objects.get_or_create(
                connection=connection,
                ticket_id=call.ticket_id,
                defaults={"desk_id": call.desk_id, "root_id": sent.content},
            )


def _get_connection(call: OutgoingCall) -> ChatConnection:
    connection = ChatConnection.objects.filter(pk=call.connection_id).first()
    if connection is None:
        raise CallRefusedError(_("The chat channel was deleted."))
    if not connection.is_active:
        raise CallRefusedError(_("The chat channel is paused."))
    return connection


def write_text(call: OutgoingCall, connection: ChatConnection) -> str:
    """Return the text of a queued message. Raises CallRefusedError if what it is about is gone."""
    if "standup" in call.body:
        text = compose_standup(call.body, connection)
    else:
        text = _compose_event(call, connection)
    if not text:
        raise CallRefusedError(_("The rule or standup behind this message was deleted."))
    return text


def _compose_event(call: OutgoingCall, connection: ChatConnection) -> str:
    rule = ChatRule.objects.filter(pk=call.body["rule"], connection=connection).first()
    events = TicketEvent.objects.select_related(*(f"ticket__{name}" for name in TICKET))
    event = events.filter(pk=call.body["event"]).first()
    if rule is None or event is None or is_hidden(rule, event.ticket):
        return ""
    rule.connection = connection
    return compose_message(rule, event)


def send_test(connection: ChatConnection, *, at: datetime) -> str:
    """Post a test message at once. Return why it failed, or "" if it arrived."""
    text = _("This is a test message from Plumbline.")
    try:
        target = open_target(connection)
        request = make_message(
            connection.kind, target, text, root_id="", key=f"test:{at.timestamp()}"
        )
        response = exchange(request, host=target.host)
        check_response(response, at=at)
        _read_id(connection, target, response, read_json(response.body))
    except (CallLaterError, CallRefusedError) as error:
        return str(error)
    return ""


def open_target(connection: ChatConnection) -> Target:
    """Return the connection's addresses and decrypted secrets. Raises CallLaterError."""
    try:
        return Target(
            webhook_url=connection.webhook_url,
            server_url=connection.server_url.rstrip("/"),
            bot_token=connection.bot_token,
            bot_user_id=connection.bot_user_id,
            channel=connection.channel,
        )
    except UnsealError as error:
        raise CallLaterError(str(error), is_for_all=True) from error


def exchange(request: ChatRequest, *, host: str) -> Response:
    """Send a request to a chat. Raises CallLaterError if the chat can't be reached."""
    method = "GET" if request.body is None else "POST"
    extra: dict[str, Any] = {} if request.body is None else {"json": request.body}
    try:
        with GuardedSession([host], seconds=SECONDS) as session:
            return session.request(method, request.url, headers=request.headers, **extra)
    except (ForbiddenAddressError, UnreachableError) as error:
        raise CallLaterError(str(error), is_for_all=True) from error


def check_response(response: Response, *, at: datetime) -> None:
    """Raise CallLaterError or CallRefusedError for a response that isn't a success."""
    status = response.status
    if status == 429:
        raise CallLaterError(
            _("The chat's rate limit is reached."),
            seconds=find_wait(response.headers, at),
            is_for_all=True,
            status=status,
        )
    if status in BUSY or status in NOT_ALLOWED:
        raise CallLaterError(_describe(response), is_for_all=True, status=status)
    if not 200 <= status < 300:
        raise CallRefusedError(_describe(response), status=status)


def _describe(response: Response) -> str:
    content = read_json(response.body)
    words = (
        content.get("message")
        or content.get("error")
        or response.body[:200].decode(errors="replace")
    )
    return _("The chat responded with %(status)s: %(words)s") % {
        "status": response.status,
        "words": words,
    }


def _read_id(
    connection: ChatConnection, target: Target, response: Response, content: Mapping[str, Any]
) -> str:
    """Return the ID of the posted message; "" for a webhook, which tells none."""
    if not target.has_bot:
        return ""
    vendor = VENDORS[connection.kind]
    if message_id := vendor.read_post(content):
        return message_id
    problem = vendor.read_error(content)
    words = _("The chat refused the message: %(problem)s") % {"problem": problem or "?"}
    if problem in CORRECTABLE:
        raise CallLaterError(words, is_for_all=True, status=response.status)
    raise CallRefusedError(words, status=response.status)


def _thread_of(call: OutgoingCall) -> QuerySet[ChatThread]:
    ticket_id = call.ticket_id or 0
    return ChatThread.objects.filter(connection_id=call.connection_id, ticket_id=ticket_id)


def _find_root(call: OutgoingCall) -> str:
    thread = _thread_of(call).first()
    return thread.root_id if thread else ""


def _is_thread_lost(content: Mapping[str, Any]) -> bool:
    named = f"{content.get('id', '')} {content.get('error', '')}"
    is_refused = "status_code" in content or content.get("ok") is False
    return is_refused and any(word in named for word in LOST_THREADS)
