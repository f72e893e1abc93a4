"""Answers in X: a reply to the customer's post, or a direct message.

X has no key for what must be sent once only. An attempt that may have arrived is looked for first,
by its text at the place where it would be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from channels_intake.calls.errors import CallRefusedError, Sent
from channels_intake.connections.reading import find_id, get_line, get_part, list_parts
from channels_intake.connectors.x.payloads import DIRECT, POST
from channels_intake.connectors.x.tokens import ask_as_account
from channels_intake.models import ChannelMessage, Connection, Direction, OutgoingCall

LOOKED_AT = 20  # of the newest posts or messages
_NAMES = re.compile(r"^(?:@\w+\s+)+")
_LINK = re.compile(r"https?://\S+")


def send_part(part: ChannelMessage, call: OutgoingCall, *, at: datetime) -> Sent:
    """Send a part of an answer, unless an earlier attempt has arrived."""
    kind, _colon, rest = part.conversation.external_id.partition(":")
    if kind == POST:
        return _reply(part, call, at=at)
    if kind == DIRECT:
        return _write(part, call, rest, at=at)
    raise CallRefusedError(_("This chat is encrypted. Reply in X."))


def _reply(part: ChannelMessage, call: OutgoingCall, *, at: datetime) -> Sent:
    connection, text = part.connection, call.body["text"]
    target = find_target(part)
    if call.attempts > 1 and (known := _find_reply(connection, target, text, at=at)):
        return Sent(200, content=known)
    body = {"text": text, "reply": {"in_reply_to_tweet_id": target}}
    answer = ask_as_account(connection, "POST", "/2/tweets", at=at, json=body)
    return Sent(201, content=find_id(get_part(answer, "data"), "id"))


def find_target(part: ChannelMessage) -> str:
    """Return the post that a part replies to: its part before, or else the customer's newest."""
    if part.part and part.message_id:
        before = ChannelMessage.objects.filter(message_id=part.message_id, part=part.part - 1)
        if found := before.exclude(external_id="").values_list("external_id", flat=True).first():
            return found
    theirs = part.conversation.messages.filter(direction=Direction.IN).order_by("-written_at")
    if newest := theirs.first():
        return newest.external_id
    raise CallRefusedError(_("There is no post to reply to."))


def _find_reply(connection: Connection, target: str, text: str, *, at: datetime) -> str:
    path = f"/2/users/{connection.external_id}/tweets"
    query = {"max_results": LOOKED_AT, "tweet.fields": "referenced_tweets"}
    answer = ask_as_account(connection, "GET", path, at=at, params=query)
    posts = (post for post in list_parts(answer, "data") if _replies_to(post, target))
    return _find_same(connection, posts, text)


def _replies_to(post: Mapping[str, Any], target: str) -> bool:
    links = list_parts(post, "referenced_tweets")
    return any(link.get("type") == "replied_to" and link.get("id") == target for link in links)


def _write(part: ChannelMessage, call: OutgoingCall, person: str, *, at: datetime) -> Sent:
    connection, text = part.connection, call.body["text"]
    path = f"/2/dm_conversations/with/{person}"
    if call.attempts > 1 and (known := _find_message(connection, path, text, at=at)):
        return Sent(200, content=known)
    answer = ask_as_account(connection, "POST", f"{path}/messages", at=at, json={"text": text})
    return Sent(201, content=find_id(get_part(answer, "data"), "dm_event_id"))


def _find_message(connection: Connection, path: str, text: str, *, at: datetime) -> str:
    query = {"max_results": LOOKED_AT, "dm_event.fields": "id,text,sender_id"}
    answer = ask_as_account(connection, "GET", f"{path}/dm_events", at=at, params=query)
    rows = list_parts(answer, "data")
    ours = (row for row in rows if find_id(row, "sender_id") == connection.external_id)
    return _find_same(connection, ours, text)


def _find_same(connection: Connection, rows: Iterable[Mapping[str, Any]], text: str) -> str:
    """Return the ID of the row with this text that isn't known here yet, or ""."""
    wanted = _simplify(text)
    ids = [find_id(row, "id") for row in rows if _simplify(get_line(row, "text")) == wanted]
    known = ChannelMessage.objects.filter(connection=connection, external_id__in=ids)
    taken = set(known.values_list("external_id", flat=True))
    return next((each for each in ids if each and each not in taken), "")


def _simplify(text: str) -> str:
    """Return what X leaves of a text: it shortens links, and puts names before a reply."""
    for escaped, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(escaped, char)
    return " ".join(_LINK.sub("", _NAMES.sub("", text)).split())
