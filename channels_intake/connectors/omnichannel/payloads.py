"""What Rocket.Chat's Omnichannel webhook sends. Pure.

Each request is about one room, and holds the messages that are new or all of them. Only messages
of current servers have an ID; an offline message never has. What has none gets a hash as its ID.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models.fields import clean_line
from channels_intake.connections.contract import (
    Echo,
    Edited,
    Ended,
    Incoming,
    Item,
    Person,
    Progress,
    RemoteFile,
    UnreadableError,
)
from channels_intake.connections.reading import (
    find_id,
    find_part,
    get_id,
    get_line,
    get_part,
    get_size,
    get_text,
    list_parts,
    read_object,
    read_time,
)
from channels_intake.models import PartState

OFFLINE, CLOSED = "LivechatOfflineMessage", "LivechatSession"
MESSAGE_KINDS = {
    "LivechatSessionStart",
    "LivechatSessionQueued",
    "LivechatSessionTaken",
    "LivechatSessionForwarded",
    "LivechatEdit",
    "Message",
    CLOSED,
}
# The room of the example that "Send Test" sends:
# https://developer.rocket.chat/apidocs/test-the-webhook-integration
SAMPLE_ROOM = "fasd6f5a4sd6f8a4sdf"
MAX_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Server:
    """Of whose server a webhook is. own_prefix: of the IDs of messages that Plumbline sends."""

    host: str
    own_prefix: str


def is_of_use(body: Mapping[str, Any]) -> bool:
    """Return False for requests that say nothing about a conversation, such as a test."""
    kind = get_text(body, "type")
    if kind in (OFFLINE, CLOSED):
        return body.get("_id") != SAMPLE_ROOM
    return kind in MESSAGE_KINDS and bool(body.get("messages"))


def read_event(raw: bytes, server: Server) -> list[Item]:
    """Return what a request reports. Raises UnreadableError."""
    body = read_object(raw)
    if get_text(body, "type") == OFFLINE:
        return [_read_offline_message(body, raw, server)]
    room, visitor = get_id(body, "_id"), get_part(body, "visitor")
    items: list[Item] = []
    for message in list_parts(body, "messages"):
        items += _read_message(message, room, visitor, body, server)
    if get_text(body, "type") == CLOSED:
        items.append(_read_end(body, room, visitor))
    return items


def _read_offline_message(body: Mapping[str, Any], raw: bytes, server: Server) -> Incoming:
    """Return the message of the form. Nobody has checked that the address is the visitor's."""
    visitor, key = get_part(body, "visitor"), f"offline:{hashlib.sha256(raw).hexdigest()}"
    email = _read_email(visitor)
    name = get_text(visitor, "name") or email
    return Incoming(
        external_id=key,
        conversation_id=key,
        # By the message: whoever types somebody's address doesn't become that person.
        person=Person(key, name, scope=server.host),
        text=_require_text(get_text(body, "message")),
        at=read_time(body.get("sentAt")),
        data={"is_offline": True, "email": email, "name": name},
    )


def _read_message(
    message: Mapping[str, Any],
    room: str,
    visitor: Mapping[str, Any],
    body: Mapping[str, Any],
    server: Server,
) -> list[Item]:
    if message.get("closingMessage") or message.get("navigation") or message.get("t"):
        return []
    at, key = read_time(message.get("ts")), _get_key(message, room)
    text = get_text(message, "msg") or _read_caption(message)
    if _is_by_agent(message, visitor):
        if key.startswith(server.own_prefix):
            return [Progress(key, room, PartState.DELIVERED, at)]
        return [Echo(key, room, text, at)] if text else []
    items: list[Item] = [
        Incoming(
            external_id=key,
            conversation_id=room,
            person=_read_visitor(visitor, room, server),
            text=text,
            at=at,
            files=_list_files(message),
            data=_read_facts(body, visitor),
        )
    ]
    if message.get("editedAt"):
        items.append(Edited(key, text, read_time(message["editedAt"]), _read_facts(body, visitor)))
    return items


def _get_key(message: Mapping[str, Any], room: str) -> str:
    if key := find_id(message, "_id"):
        return key
    told = "\0".join([room, *(str(message.get(name)) for name in ("username", "ts", "msg"))])
    return f"hash:{hashlib.sha256(told.encode(errors='surrogatepass')).hexdigest()}"


def _is_by_agent(message: Mapping[str, Any], visitor: Mapping[str, Any]) -> bool:
    return bool(message.get("agentId")) or get_text(message, "username") != get_text(
        visitor, "username"
    )


def _read_visitor(visitor: Mapping[str, Any], room: str, server: Server) -> Person:
    """Return the visitor. Old servers give no ID: then the room has its own."""
    external_id = find_id(visitor, "_id") or f"room:{room}"
    name = get_text(visitor, "name") or get_text(visitor, "username")
    return Person(external_id, name, scope=server.host)


def _read_facts(body: Mapping[str, Any], visitor: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a room says of its visitor: typed by them, so nothing of it is proven."""
    custom = {**_read_custom(body, "customFields"), **_read_custom(visitor, "customFields")}
    return {
        "email": _read_email(visitor),
        "department": get_text(visitor, "department"),
        **{f"field:{name}": answer for name, answer in sorted(custom.items())},
    }


def _read_custom(of: Mapping[str, Any], name: str) -> dict[str, str]:
    fields = find_part(of, name)
    found = {clean_line(str(key))[:50]: get_line(fields, key)[:200] for key in fields}
    return {key: answer for key, answer in found.items() if answer}


def _read_email(visitor: Mapping[str, Any]) -> str:
    """Return the address: a text, or on current servers a list of objects."""
    listed = (get_line(one, "address") for one in list_parts(visitor, "email"))
    return (get_line(visitor, "email") or next(listed, ""))[:MAX_EMAIL]


def _list_files(message: Mapping[str, Any]) -> tuple[RemoteFile, ...]:
    """Return the file of a message. Its URL has a token of its own."""
    file, upload = find_part(message, "file"), find_part(message, "fileUpload")
    if not (url := get_line(upload, "publicFilePath")):
        return ()
    kind = get_line(upload, "type") or get_line(file, "type")
    return (RemoteFile(url, get_line(file, "name") or "file", kind, get_size(upload, "size")),)


def _read_caption(message: Mapping[str, Any]) -> str:
    captions = (get_text(one, "description") for one in list_parts(message, "attachments"))
    return next((caption for caption in captions if caption), "")


def _read_end(body: Mapping[str, Any], room: str, visitor: Mapping[str, Any]) -> Ended:
    at = read_time(body.get("closedAt") or body.get("lastMessageAt") or body.get("createdAt"))
    return Ended(room, at, "\n".join(_list_lines(body, visitor)))


def _list_lines(body: Mapping[str, Any], visitor: Mapping[str, Any]) -> Iterable[str]:
    """Return the lines of the transcript, in UTC."""
    name = get_text(visitor, "name") or get_text(visitor, "username")
    for message in list_parts(body, "messages"):
        is_agent = _is_by_agent(message, visitor)
        who = get_text(message, "username") if is_agent else name
        file = "".join(f" [{one.name}]" for one in _list_files(message))
        text = get_text(message, "msg") or _read_caption(message)
        yield f"{read_time(message.get('ts')):%Y-%m-%d %H:%M:%S} UTC  {who}: {text}{file}"


def _require_text(text: str) -> str:
    if not text:
        raise UnreadableError("message")
    return text
