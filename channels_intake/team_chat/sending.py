"""The connector of team chat: sends queued messages, and remembers threads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.logins.sealing import UnsealError
from accounts.network.client import GuardedSession, Response
from accounts.network.errors import ForbiddenAddressError, UnreachableError
from channels_intake.calls.errors import CallLaterError, CallRefusedError, Sent
from channels_intake.models import ChatConnection, ChatThread, OutgoingCall
from channels_intake.team_chat.vendors import VENDORS, make_message
from channels_intake.team_chat.vendors.protocol import (
    ChatRequest,
    Post,
    Target,
    find_wait,
    read_json,
)
from channels_intake.team_chat.writing import get_connection, write_text

SECONDS = 15.0  # for one response
CLOCK_DIFFERENCE = timedelta(minutes=10)  # between a chat's server and this one
TOO_MANY = 429
INTERNAL_ERROR = 500
MAX_INTERNAL_ERRORS = 5  # then it's this message, which must not hold up the others
BUSY = {408, INTERNAL_ERROR, 502, 503, 504}
# An admin can correct these in the chat or here: the messages wait meanwhile.
NOT_ALLOWED = {401, 403, 404, 410}
CORRECTABLE = {
    "account_inactive", "channel_not_found", "invalid_auth", "is_archived", "missing_scope",
    "not_authed", "not_in_channel", "token_expired", "token_revoked",
}  # fmt: skip
MAX_ID = ChatThread._meta.get_field("root_id").max_length or 0
LOST_THREADS = ("root_id", "thread_not_found")


class ChatConnector:
    """Sends a message with a bot or an incoming webhook (channels_intake/calls/connectors.py)."""

    def send(self, call: OutgoingCall, *, at: datetime) -> Sent:
        """Post a message. Raises CallLaterError and CallRefusedError."""
        connection = get_connection(call)
        text = write_text(call, connection)
        target = self.open(call, connection, at=at)
        root_id = _find_root(call) if target.has_bot else ""
        post = Post(text, root_id=root_id, key=_make_key(call))
        if call.attempts > 1 and (arrived := _find_earlier(call, connection, target, post, at=at)):
            return Sent(200, _("An earlier attempt had arrived."), content=arrived)
        response = exchange(make_message(connection.kind, target, post), host=target.host)
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

    def open(self, call: OutgoingCall, connection: ChatConnection, *, at: datetime) -> Target:
        """Return the destination of a call. Raises CallLaterError and CallRefusedError."""
        return open_target(connection)

    def finish(self, call: OutgoingCall, sent: Sent | None, *, at: datetime) -> None:
        """Remember the first message about a ticket or defect: later ones reply to it."""
        about = _find_subject(call)
        if sent is None or about is None or not _is_thread_id(sent.content):
            return
        if connection := ChatConnection.objects.filter(pk=call.connection_id).first():
            ChatThread.objects.get_or_create(
                connection=connection,
                **about,
                defaults={"desk_id": call.desk_id, "root_id": sent.content},
            )


def _is_thread_id(message_id: str) -> bool:
    """Return True for an ID that can be stored. With any other, later messages aren't in a thread.

    The message is posted already: an error now would post it again.
    """
    return 0 < len(message_id) <= MAX_ID and message_id.isprintable()


def _make_key(call: OutgoingCall) -> str:
    """Return an ID of the message: the same in each attempt, and no other desk's or server's."""
    facts = f"{call.desk_id} {call.key} {call.created_at.isoformat()}"
    return hashlib.sha256(facts.encode()).hexdigest()[:24]


def _find_earlier(
    call: OutgoingCall, connection: ChatConnection, target: Target, post: Post, *, at: datetime
) -> str:
    """Return the ID of the message if an earlier attempt arrived whose response was lost.

    Return "" if the chat can't say: webhooks show no messages, and a bot may lack the permission to
    read the channel. Raises CallLaterError if the chat is down or busy.
    """
    if not target.has_bot:
        return ""
    vendor = VENDORS[connection.kind]
    search = vendor.make_search(target, post, since=call.created_at - CLOCK_DIFFERENCE)
    response = exchange(search, host=target.host)
    if response.status == TOO_MANY or response.status in BUSY:
        check_response(response, at=at)
    return vendor.find_post(read_json(response.body), post.key)


def send_test(connection: ChatConnection, *, at: datetime) -> str:
    """Post a test message at once. Return why it failed, or "" if it arrived."""
    text = _("This is a test message from Plumbline.")
    try:
        target = open_target(connection)
        if not target.host:
            return _("Enter a webhook URL, or set up a bot.")
        response = exchange(make_message(connection.kind, target, Post(text)), host=target.host)
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
    if status == TOO_MANY:
        raise CallLaterError(
            _("The chat's rate limit was reached."),
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


def _find_subject(call: OutgoingCall) -> dict[str, int] | None:
    """Return the ticket or defect that a message is about, or None, such as for a standup."""
    if call.ticket_id is not None:
        return {"ticket_id": call.ticket_id}
    return {"defect_id": call.body["defect"]} if "defect" in call.body else None


def _thread_of(call: OutgoingCall) -> QuerySet[ChatThread]:
    about = _find_subject(call)
    if about is None:
        return ChatThread.objects.none()
    return ChatThread.objects.filter(connection_id=call.connection_id, **about)


def _find_root(call: OutgoingCall) -> str:
    thread = _thread_of(call).first()
    return thread.root_id if thread else ""


def _is_thread_lost(content: Mapping[str, Any]) -> bool:
    named = f"{content.get('id', '')} {content.get('error', '')}"
    is_refused = "status_code" in content or content.get("ok") is False
    return is_refused and any(word in named for word in LOST_THREADS)
