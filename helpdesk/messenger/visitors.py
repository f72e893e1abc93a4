"""What the messenger's page asks: who the visitor is, their messages, news and files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from channels_intake.calls.errors import CallLaterError
from channels_intake.connections.client import read_secrets
from channels_intake.connections.incoming.storing import store_events
from channels_intake.connectors.hosts import is_page_of, list_hosts
from channels_intake.connectors.messenger.identity import IdentityError, read_identity
from channels_intake.connectors.messenger.payloads import Written, pack
from channels_intake.connectors.messenger.thread import (
    Line,
    find_conversation,
    get_file,
    list_earlier_lines,
    list_new_lines,
    note_fetched,
    note_presence,
    note_read,
)
from channels_intake.connectors.messenger.visitors import (
    Visitor,
    make_known_visitor,
    make_visitor,
    make_visitor_token,
)
from channels_intake.models import Conversation
from helpdesk.messenger.confirming import send_confirmation
from helpdesk.messenger.forms import VisitorMessageForm
from helpdesk.messenger.presence import is_online
from helpdesk.messenger.requests import (
    MessengerRequest,
    read_id,
    read_json,
    refuse,
    require_own_page,
)
from helpdesk.shared.http.files import serve_attachment
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import is_within_limit, rate_limited, too_many_requests
from tickets.models import Attachment


@post_only
@require_own_page
@rate_limited("messenger_session")
def start_session(request: MessengerRequest) -> HttpResponse:
    """Return the visitor's token and latest messages; of a new visitor, neither.

    Takes the identity that the website vouches for. One that is forged or too old gets 403, and the
    page goes on without it.
    """
    at = timezone.now()
    given = str(read_json(request).get("identity") or "")
    if given:
        try:
            secret = read_secrets(request.connection).get("identity_secret", "")
            identity = read_identity(given, secret=secret, at=at)
        except (IdentityError, CallLaterError) as error:
            return refuse(str(error), HTTPStatus.FORBIDDEN)
        request.visitor = make_known_visitor(identity)
    visitor = request.visitor
    if visitor is None:
        return JsonResponse({"lines": [], "isOnline": is_online(request.desk, at=at)})
    answer = _describe_news(request, _find(request), at=at, after=0)
    return JsonResponse(answer | {"token": make_visitor_token(request.connection, visitor)})


@post_only
@require_own_page
@rate_limited("messenger_message")
def take_message(request: MessengerRequest) -> HttpResponse:
    """Store a visitor's message. Sent twice under one ID, it is one message."""
    at, visitor = timezone.now(), request.visitor
    if not is_within_limit(request, *_get_limit(request)):
        return too_many_requests(request)
    if request.FILES and not is_within_limit(request, "messenger_files"):
        return too_many_requests(request)
    form = VisitorMessageForm(request.POST, request.FILES, needs_email=_needs_email(request, at=at))
    if not form.is_valid():
        errors = {name: str(found[0]) for name, found in form.errors.items()}
        return refuse(next(iter(errors.values())), HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors)
    visitor = visitor or make_visitor()
    written = _read(request, visitor, form.cleaned_data)
    store_events(request.connection, [pack(written, at=at)], at=at)
    mailed = written.claimed_email and send_confirmation(request, visitor, written.claimed_email)
    token = make_visitor_token(request.connection, visitor)
    return JsonResponse({"token": token, "isMailed": bool(mailed)}, status=HTTPStatus.ACCEPTED)


def _get_limit(request: MessengerRequest) -> tuple[str, str]:
    """Return the limit that a message counts for: a visitor's own, or that of new ones."""
    if request.visitor is None:
        return "messenger_start", ""
    return "messenger_visitor", f"{request.connection.pk}:{request.visitor.id}"


def _read(request: MessengerRequest, visitor: Visitor, data: dict[str, Any]) -> Written:
    named = visitor
    if not visitor.is_signed_in and data["name"]:
        named = Visitor(visitor.id, data["name"])
    return Written(
        visitor=named,
        message_id=data["id"],
        text=data["text"],
        language=get_language() or "",
        claimed_email="" if visitor.email else data["email"],
        page=_clean_page(request, data["page"]),
        files=data["files"],
    )


def _clean_page(request: MessengerRequest, url: str) -> str:
    """Return the page that a visitor writes from, without its query; "" for another site's."""
    if not is_page_of(url, list_hosts(request.connection)):
        return ""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def _needs_email(request: MessengerRequest, *, at: datetime) -> bool:
    """Return True if nobody is there, and there is no address to answer to."""
    visitor = request.visitor
    if (visitor and visitor.email) or is_online(request.desk, at=at):
        return False
    conversation = _find(request)
    return conversation is None or not conversation.data.get("claimed_email")


@post_only
@require_own_page
def send_news(request: MessengerRequest) -> HttpResponse:
    """Return messages after or before one, and note what the page has shown."""
    visitor, at = request.visitor, timezone.now()
    if visitor is None:
        return refuse("The visitor's token is missing or too old.", HTTPStatus.UNAUTHORIZED)
    if not is_within_limit(request, "messenger_news", key=visitor.id):
        return too_many_requests(request)
    given, conversation = read_json(request), _find(request)
    if conversation is not None and (before := read_id(given, "before")):
        lines = list_earlier_lines(conversation, before=before)
        return JsonResponse({"lines": _describe(request, lines)})
    if conversation is not None and (read := read_id(given, "read")):
        note_read(conversation, up_to=read, at=at)
    after = read_id(given, "after")
    return JsonResponse(_describe_news(request, conversation, at=at, after=after))


@require_safe
@require_own_page
def send_file(request: MessengerRequest, attachment_id: int) -> HttpResponseBase:
    """Return a file of the visitor's own conversation as a download."""
    conversation = _find(request)
    if conversation is None:
        raise Http404
    try:
        return serve_attachment(get_file(conversation, attachment_id))
    except Attachment.DoesNotExist:
        raise Http404 from None


def _find(request: MessengerRequest) -> Conversation | None:
    if request.visitor is None:
        return None
    return find_conversation(request.connection, request.visitor)


def _describe_news(
    request: MessengerRequest, conversation: Conversation | None, *, at: datetime, after: int
) -> dict[str, Any]:
    lines = list_new_lines(conversation, after=after, at=at) if conversation else []
    if conversation is not None:
        note_presence(conversation, at=at)
        note_fetched(conversation, lines, at=at)
    return {"lines": _describe(request, lines), "isOnline": is_online(request.desk, at=at)}


def _describe(request: MessengerRequest, lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [
        {
            "id": line.id,
            "key": line.key,
            "isMine": line.is_mine,
            "text": line.text,
            "author": line.author,
            "at": line.at.isoformat(),
            "files": [_describe_file(request, file) for file in line.files],
        }
        for line in lines
    ]


def _describe_file(request: MessengerRequest, file: Attachment) -> dict[str, Any]:
    token = request.connection.hook_token
    url = reverse("messenger:file", args=[token, file.pk])
    return {"name": file.name, "size": file.size, "url": url, "isMissing": file.is_missing}
