"""Messages by the Send API of Messenger and Instagram: a text or one file each.

RESPONSE is taken for 24 hours after the customer's last message. After that, a person may answer
with the tag HUMAN_AGENT for seven days; the other tags ended in April 2026. Answers here are always
written by a person. Sources: "Send API" and "Message Tags" of the Messenger Platform.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels_intake.calls.errors import CallLaterError, CallRefusedError, Sent
from channels_intake.connections.attachments import load_file, read_content
from channels_intake.connections.reading import (
    find_part,
    get_id,
    get_line,
    get_text,
    list_parts,
    read_time,
)
from channels_intake.connectors.meta.client import ask_graph
from channels_intake.models import ChannelMessage, Conversation
from tickets.models import Attachment

STANDARD_WINDOW = timedelta(hours=24)
HUMAN_WINDOW = timedelta(days=7)
MAX_TEXT = 2000  # in Messenger
LOOK_BACK = timedelta(minutes=2)  # clocks of two companies
NEWEST = 20


def send_message(
    part: ChannelMessage, recipient: Mapping[str, str], body: Mapping[str, Any], *, at: datetime
) -> Sent:
    """Send a part by the Send API, outside of any transaction.

    recipient: {"id"} of a person, or {"comment_id"} or {"post_id"} for the one private reply.
    """
    message: dict[str, Any] = {"text": body["text"]}
    kwargs: dict[str, Any] = {}
    if body["files"]:
        file = load_file(body["files"][0])
        message = {"attachment": {"type": get_file_type(file), "payload": {}}}
        kwargs["files"] = {"filedata": (file.name, read_content(file), file.content_type)}
    fields = {"recipient": recipient, "message": message, **get_purpose(part.conversation, at)}
    if "files" in kwargs:
        kwargs["data"] = {name: _encode(value) for name, value in fields.items()}
    else:
        kwargs["json"] = fields
    answer = _post(part, kwargs, is_tagged="tag" in fields, at=at)
    mid = get_id(answer, "message_id")
    if "id" in recipient:
        return Sent(200, content=mid)
    # A private reply is in Messenger, where the conversation goes on.
    return Sent(200, content={"id": mid, "conversation_id": get_line(answer, "recipient_id")})


def _post(
    part: ChannelMessage, kwargs: dict[str, Any], *, is_tagged: bool, at: datetime
) -> Mapping[str, Any]:
    """Send a message. An app without the permission for the tag has a window of 24 hours."""
    try:
        return ask_graph(part.connection, "POST", "me/messages", at=at, **kwargs)
    except CallLaterError as error:
        if is_tagged and error.status == 403:
            raise CallRefusedError(str(error), status=403) from error
        raise


def _encode(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def get_purpose(conversation: Conversation, at: datetime) -> dict[str, str]:
    """Return the messaging type, by how long ago the customer wrote."""
    last = conversation.window_from
    if conversation.is_public or last is None or at < last + STANDARD_WINDOW:
        return {"messaging_type": "RESPONSE"}
    return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}


def find_sent_message(
    part: ChannelMessage, person_id: str, body: Mapping[str, Any], platform: str, *, at: datetime
) -> str:
    """Return the ID of a message that an earlier attempt has sent without our knowing, or ""."""
    fields = f"messages.limit({NEWEST}){{id,created_time,from,message,attachments}}"
    params = {"user_id": person_id, "platform": platform, "fields": fields}
    found = ask_graph(part.connection, "GET", "me/conversations", params=params, at=at)
    for thread in list_parts(found, "data"):
        for message in list_parts(find_part(thread, "messages"), "data"):
            if _is_same(message, part, body) and not is_known(part, get_id(message, "id")):
                return get_id(message, "id")
    return ""


def _is_same(message: Mapping[str, Any], part: ChannelMessage, body: Mapping[str, Any]) -> bool:
    author = get_line(find_part(message, "from"), "id")
    is_recent = read_time(message.get("created_time")) >= part.written_at - LOOK_BACK
    # In a thread of two, what isn't the customer's is ours: the page has other IDs on Instagram.
    handle = part.conversation.handle
    is_ours = handle is None or author != handle.external_id
    if body["files"]:
        return is_ours and is_recent and bool(list_parts(find_part(message, "attachments"), "data"))
    return is_ours and is_recent and get_text(message, "message").strip() == body["text"].strip()


def is_known(part: ChannelMessage, external_id: str) -> bool:
    """Return True if a message is one of our other parts."""
    ours = ChannelMessage.objects.filter(connection=part.connection, external_id=external_id)
    return ours.filter(message__isnull=False).exclude(pk=part.pk).exists()


@dataclass(frozen=True, slots=True)
class CommentFields:
    """What the comments of a platform are called: the list of a thread, its text, and its time."""

    thread: str
    text: str
    time: str


def find_sent_comment(
    part: ChannelMessage,
    text: str,
    names: CommentFields,
    *,
    at: datetime,
    **params: str,
) -> str:
    """Return the ID of our comment with this text in the thread, or ""."""
    path = f"{part.conversation.external_id}/{names.thread}"
    query = {"fields": f"id,from,{names.text},{names.time}", **params}
    found = ask_graph(part.connection, "GET", path, params=query, at=at)
    for comment in list_parts(found, "data"):
        author = get_line(find_part(comment, "from"), "id")
        is_recent = read_time(comment.get(names.time)) >= part.written_at - LOOK_BACK
        is_same = get_text(comment, names.text).strip() == text.strip()
        comment_id = get_id(comment, "id")
        is_ours = author == part.connection.external_id and is_recent and is_same
        if is_ours and not is_known(part, comment_id):
            return comment_id
    return ""


def get_file_type(file: Attachment) -> str:
    """Return Meta's type for a file."""
    kind = file.content_type.partition("/")[0]
    return kind if kind in {"image", "video", "audio"} else "file"
