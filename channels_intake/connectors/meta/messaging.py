"""Messages of Messenger and Instagram, as their webhooks report them. Pure.

Reactions, referrals, opt-ins and the like are no messages. Sources: "Webhook Events" of the
Messenger Platform, and "Webhooks" of Instagram Messaging.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels_intake.connections.contract import (
    Deleted,
    Echo,
    Edited,
    Incoming,
    Item,
    Person,
    Progress,
    UnreadableError,
)
from channels_intake.connections.reading import (
    find_id,
    get_id,
    get_line,
    get_part,
    get_text,
    read_unix_time,
)
from channels_intake.connectors.meta.attachments import read_attachments
from channels_intake.models import PartState

PER_SECOND = 1000


def read_messaging(place: str, event: Mapping[str, Any]) -> list[Item]:
    """Return what an event reports, [] for nothing. place: the ID of the page or account."""
    if "message" in event:
        return [_read_message(place, event, get_part(event, "message"))]
    if "message_edit" in event:
        edit = get_part(event, "message_edit")
        return [Edited(get_id(edit, "mid"), get_text(edit, "text"), _read_time(event))]
    if "postback" in event:
        return [_read_postback(place, event, get_part(event, "postback"))]
    if "delivery" in event:
        return _read_delivery(event, get_part(event, "delivery"))
    if "read" in event:
        return [_read_seen(event, get_part(event, "read"))]
    return []


def _read_message(place: str, event: Mapping[str, Any], message: Mapping[str, Any]) -> Item:
    mid, at = get_id(message, "mid"), _read_time(event)
    if message.get("is_deleted") is True:
        return Deleted(mid, at)
    shown = read_attachments(message)
    text = "\n".join(filter(None, (get_text(message, "text"), *shown.lines)))
    sender = _get_sender(event)
    if message.get("is_echo") is True or sender == place:
        customer = get_id(get_part(event, "recipient"), "id")
        return Echo(mid, customer, text or _name_files(shown.files), at)
    return Incoming(
        external_id=mid,
        conversation_id=sender,
        person=Person(sender, scope=place),
        text=text,
        at=at,
        files=shown.files,
    )


def _name_files(files: tuple[Any, ...]) -> str:
    return "\n".join(file.name for file in files)


def _read_postback(place: str, event: Mapping[str, Any], postback: Mapping[str, Any]) -> Incoming:
    """Return the button that was tapped as a message: it also lets the page answer."""
    sender = _get_sender(event)
    return Incoming(
        external_id=find_id(postback, "mid") or f"postback:{sender}:{get_id(event, 'timestamp')}",
        conversation_id=sender,
        person=Person(sender, scope=place),
        text=get_text(postback, "title") or get_text(postback, "payload"),
        at=_read_time(event),
    )


def _read_delivery(event: Mapping[str, Any], delivery: Mapping[str, Any]) -> list[Item]:
    """Return what was delivered: the messages that are named, or all before the watermark."""
    at, sender = _read_watermark(delivery), _get_sender(event)
    mids = delivery.get("mids")
    found = (find_id({"mid": mid}, "mid") for mid in (mids if isinstance(mids, list) else ()))
    named = [mid for mid in found if mid]
    return [Progress(mid, sender, PartState.DELIVERED, at) for mid in named or [""]]


def _read_seen(event: Mapping[str, Any], read: Mapping[str, Any]) -> Progress:
    """Return what was read: in Messenger all before a time, on Instagram up to a message."""
    sender = _get_sender(event)
    if mid := find_id(read, "mid"):
        return Progress(mid, sender, PartState.READ, _read_time(event))
    return Progress("", sender, PartState.READ, _read_watermark(read))


def _get_sender(event: Mapping[str, Any]) -> str:
    """Return the ID of the sender. Somebody with only a user_ref can't be answered."""
    return get_id(get_part(event, "sender"), "id")


def _read_time(event: Mapping[str, Any]) -> datetime:
    return read_unix_time(event.get("timestamp"), per_second=PER_SECOND)


def _read_watermark(part: Mapping[str, Any]) -> datetime:
    return read_unix_time(part.get("watermark"), per_second=PER_SECOND)


def read_change_time(value: object) -> datetime:
    """Return the time of an entry, which Meta gives in seconds or in milliseconds."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnreadableError("time")
    return read_unix_time(value, per_second=PER_SECOND if value > 10**11 else 1)


def get_author(value: Mapping[str, Any], name: str, place: str) -> Person:
    """Return who wrote a comment. name: the field that names people."""
    author = get_part(value, "from")
    return Person(get_id(author, "id"), get_line(author, name), scope=place)
