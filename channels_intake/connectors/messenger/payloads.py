"""What a visitor wrote, as it is stored before it is processed, and as an item. Pure."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels_intake.connections.contract import (
    Incoming,
    Person,
    RawEvent,
    RemoteFile,
    UnreadableError,
)
from channels_intake.connectors.messenger.visitors import Visitor
from tickets.attachments.files import NewFile

_MESSAGE_ID = re.compile(r"[0-9a-f-]{8,36}")
_DATA_URL = "data:;base64,"


@dataclass(frozen=True, slots=True)
class Written:
    """A visitor's message. message_id: chosen by their browser, so that a repeat is known.

    claimed_email: as they typed it, not proven. page: where they wrote it, without its query.
    """

    visitor: Visitor
    message_id: str
    text: str
    language: str = ""
    claimed_email: str = ""
    page: str = ""
    files: Sequence[NewFile] = ()


def is_message_id(text: str) -> bool:
    """Return True for an ID that a browser may choose: a UUID."""
    return bool(_MESSAGE_ID.fullmatch(text))


def pack(written: Written, *, at: datetime) -> RawEvent:
    """Return a message as the event that is stored. Its files are in it."""
    visitor = written.visitor
    raw = {
        "id": f"{visitor.id}/{written.message_id}",
        "visitor": {"id": visitor.id, "name": visitor.name, "email": visitor.email},
        "text": written.text,
        "language": written.language,
        "claimed_email": written.claimed_email,
        "page": written.page,
        "at": at.isoformat(),
        "files": [
            {
                "name": file.name,
                "type": file.content_type,
                "content": base64.b64encode(file.content).decode(),
            }
            for file in written.files
        ],
    }
    return RawEvent(json.dumps(raw).encode(), event_id=str(raw["id"]))


def unpack(raw: bytes, *, scope: str) -> Incoming:
    """Return the message of a stored event. scope: whose IDs it has. Raises UnreadableError."""
    try:
        return _make_item(json.loads(raw), scope)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(str(error)) from error


def _make_item(stored: dict[str, Any], scope: str) -> Incoming:
    person, facts = stored["visitor"], ("claimed_email", "page")
    return Incoming(
        external_id=stored["id"],
        conversation_id=person["id"],
        person=Person(person["id"], name=person["name"], email=person["email"], scope=scope),
        text=stored["text"],
        at=datetime.fromisoformat(stored["at"]),
        files=tuple(_make_file(file) for file in stored["files"]),
        language=stored["language"],
        data={name: stored[name] for name in facts if stored.get(name)},
    )


def _make_file(stored: dict[str, str]) -> RemoteFile:
    content = stored["content"]
    size = len(content) * 3 // 4 - content[-2:].count("=")
    return RemoteFile(_DATA_URL + content, stored["name"], stored["type"], size)


def read_content(file: RemoteFile) -> bytes:
    """Return the content of a file that is in its event."""
    return base64.b64decode(file.url.removeprefix(_DATA_URL))
