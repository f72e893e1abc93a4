"""What Telegram's updates report. Pure.

Only private chats: in a group, a bot would make tickets of what people tell one another. An edited
message is given as the message and its edit, so that an edit that comes first isn't lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels_intake.connections.contract import Edited, Incoming, Item, Person, RemoteFile
from channels_intake.connections.reading import (
    find_id,
    find_part,
    get_id,
    get_line,
    get_part,
    get_size,
    get_text,
    list_parts,
    read_unix_time,
)

PRIVATE = "private"
START = "/start"  # Telegram sends it when somebody opens the bot; nobody has written it
FILES = {  # the content types if Telegram doesn't say them
    "animation": "video/mp4",
    "document": "",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "voice": "audio/ogg",
}


def read_update(update: Mapping[str, Any]) -> list[Item]:
    """Return what an update reports, or [] for one that no ticket is made of."""
    edited = find_part(update, "edited_message")
    message = edited or find_part(update, "message")
    if find_part(message, "chat").get("type") != PRIVATE:
        return []
    read = _read_message(message)
    if not (read.text or read.files) or read.text.split(" ")[0] == START:
        return []
    if not edited:
        return [read]
    at = read_unix_time(message.get("edit_date"))
    return [read, Edited(read.external_id, read.text, at)]


def make_id(chat_id: str, message_id: str) -> str:
    """Return the ID of a message: Telegram's own is unique within its chat only."""
    return f"{chat_id}:{message_id}"


def _read_message(message: Mapping[str, Any]) -> Incoming:
    chat_id = get_id(get_part(message, "chat"), "id")
    message_id = get_id(message, "message_id")
    author = get_part(message, "from")
    return Incoming(
        external_id=make_id(chat_id, message_id),
        conversation_id=chat_id,
        person=Person(get_id(author, "id"), _get_name(author)),
        text=_get_text(message),
        at=read_unix_time(message.get("date")),
        files=tuple(_list_files(message, message_id)),
        language=get_line(author, "language_code"),
    )


def _get_name(author: Mapping[str, Any]) -> str:
    names = (get_line(author, "first_name"), get_line(author, "last_name"))
    return " ".join(filter(None, names)) or get_line(author, "username")


def _get_text(message: Mapping[str, Any]) -> str:
    """Return what a person said, also by a sticker, a place or a business card."""
    said = get_text(message, "text") or get_text(message, "caption")
    shown = get_line(find_part(message, "sticker"), "emoji")
    shown = shown or get_line(find_part(message, "dice"), "emoji")
    lines = (said or shown, _describe_place(message), _describe_card(message))
    return "\n".join(filter(None, lines))


def _describe_place(message: Mapping[str, Any]) -> str:
    venue, place = find_part(message, "venue"), find_part(message, "location")
    names = (get_line(venue, "title"), get_line(venue, "address"))
    numbers = (place.get("latitude"), place.get("longitude"))
    is_place = all(isinstance(number, int | float) for number in numbers)
    return ", ".join(filter(None, (*names, f"{numbers[0]}, {numbers[1]}" if is_place else "")))


def _describe_card(message: Mapping[str, Any]) -> str:
    card = find_part(message, "contact")
    names = ("first_name", "last_name", "phone_number")
    return " ".join(filter(None, (get_line(card, name) for name in names)))


def _list_files(message: Mapping[str, Any], message_id: str) -> list[RemoteFile]:
    """Return the files of a message. Their URL is Telegram's ID of the file."""
    files = []
    sizes = list_parts(message, "photo")  # the same photo in several sizes
    if sizes and (largest := max(sizes, key=lambda size: get_size(size, "width"))):
        files.append(_make_file(largest, f"photo-{message_id}.jpg", "image/jpeg"))
    for kind, content_type in FILES.items():
        # An animation is given a second time as a document, for old programs.
        if (part := find_part(message, kind)) and not (kind == "document" and files):
            files.append(_make_file(part, f"{kind}-{message_id}", content_type))
    return [file for file in files if file.url]


def _make_file(part: Mapping[str, Any], name: str, content_type: str) -> RemoteFile:
    return RemoteFile(
        url=find_id(part, "file_id"),
        name=get_line(part, "file_name") or name,
        content_type=get_line(part, "mime_type") or content_type,
        size=get_size(part, "file_size"),
    )
