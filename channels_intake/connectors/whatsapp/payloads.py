"""Messages and statuses, as the webhook field "messages" reports them. Pure.

People are known by their business-scoped user ID (BSUID); their phone number is missing once they
use a username. Reactions and system messages are nothing to answer. Sources: "messages webhook
reference" and "Business-scoped user IDs" of the WhatsApp Business Platform.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from typing import Any

from channels_intake.connections.contract import (
    Deleted,
    Echo,
    Edited,
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
    get_text,
    list_parts,
    read_unix_time,
)
from channels_intake.models import PartState

MEDIA = ("image", "video", "audio", "voice", "document", "sticker")
ENDINGS = {"audio/ogg": ".ogg"}  # voice messages; Python says .oga
UNANSWERED = {"reaction", "system", "request_welcome"}
STATES = {
    "sent": PartState.SENT,
    "delivered": PartState.DELIVERED,
    "read": PartState.READ,
    "played": PartState.READ,
    "failed": PartState.FAILED,
}


def read_event(event: Mapping[str, Any]) -> list[Item]:
    """Return what a stored event reports, [] for nothing."""
    if "message" in event:
        return _read_message(event, get_part(event, "message"))
    if "status" in event:
        return _read_status(get_part(event, "status"))
    if "echo" in event:
        return _read_echo(get_part(event, "echo"))
    return []


def _read_message(event: Mapping[str, Any], message: Mapping[str, Any]) -> list[Item]:
    kind, at = get_line(message, "type"), read_unix_time(message.get("timestamp"))
    if kind in UNANSWERED:
        return []
    if kind == "edit":
        edit = get_part(message, "edit")
        text = _get_text(get_part(edit, "message"))
        return [Edited(get_id(edit, "original_message_id"), text, at)]
    if kind == "revoke":
        return [Deleted(get_id(get_part(message, "revoke"), "original_message_id"), at)]
    contact = _find_contact(event, message)
    phone = find_id(contact, "wa_id") or find_id(message, "from")
    person_id = _get_person_id(contact, message, phone)
    return [
        Incoming(
            external_id=get_id(message, "id"),
            conversation_id=person_id,
            person=Person(person_id, _get_name(contact)),
            text=_get_text(message),
            at=at,
            files=tuple(_list_files(message)),
            data={"phone": phone} if phone else {},
        )
    ]


def _find_contact(event: Mapping[str, Any], message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the sender's entry among the contacts of the request."""
    ids = {find_id(message, "from_user_id"), find_id(message, "from")} - {""}
    contacts = list_parts(event, "contacts")
    known = [one for one in contacts if {find_id(one, "user_id"), find_id(one, "wa_id")} & ids]
    return known[0] if known else (contacts[0] if len(contacts) == 1 and not ids else {})


def _get_person_id(contact: Mapping[str, Any], message: Mapping[str, Any], phone: str) -> str:
    found = find_id(message, "from_user_id") or find_id(contact, "user_id") or phone
    if not found:
        raise UnreadableError("from_user_id")
    return found


def _get_name(contact: Mapping[str, Any]) -> str:
    profile = find_part(contact, "profile")
    return get_line(profile, "name") or get_line(profile, "username")


def _get_text(message: Mapping[str, Any]) -> str:
    """Return what a person said: a text, a caption, a button, a place or business cards."""
    interactive = find_part(message, "interactive")
    lines = [
        get_text(find_part(message, "text"), "body"),
        *(get_text(find_part(message, kind), "caption") for kind in MEDIA),
        get_text(find_part(message, "button"), "text"),
        get_text(find_part(interactive, "button_reply"), "title"),
        get_text(find_part(interactive, "list_reply"), "title"),
        _describe_place(find_part(message, "location")),
        *(_describe_card(card) for card in list_parts(message, "contacts")),
    ]
    return "\n".join(filter(None, lines))


def _describe_place(place: Mapping[str, Any]) -> str:
    numbers = (place.get("latitude"), place.get("longitude"))
    is_place = all(isinstance(number, int | float) for number in numbers)
    parts = (get_line(place, "name"), get_line(place, "address"))
    return ", ".join(filter(None, (*parts, f"{numbers[0]}, {numbers[1]}" if is_place else "")))


def _describe_card(card: Mapping[str, Any]) -> str:
    phones = [get_line(phone, "phone") for phone in list_parts(card, "phones")]
    name = get_line(find_part(card, "name"), "formatted_name")
    return " ".join(filter(None, (name, *phones)))


def _list_files(message: Mapping[str, Any]) -> list[RemoteFile]:
    """Return the files of a message. Their URL is Meta's ID, which says where they are."""
    found = ((kind, find_part(message, kind)) for kind in MEDIA)
    return [_make_file(kind, part) for kind, part in found if find_id(part, "id")]


def _make_file(kind: str, part: Mapping[str, Any]) -> RemoteFile:
    content_type = get_line(part, "mime_type").partition(";")[0].strip()
    ending = ENDINGS.get(content_type) or mimetypes.guess_extension(content_type) or ""
    name = get_line(part, "filename") or kind + ending
    return RemoteFile(find_id(part, "id"), name, content_type)


def _read_status(status: Mapping[str, Any]) -> list[Item]:
    state = STATES.get(get_line(status, "status"))
    if state is None:
        return []
    person = find_id(status, "recipient_user_id") or find_id(status, "recipient_id")
    at = read_unix_time(status.get("timestamp"))
    problem = "; ".join(_describe_error(error) for error in list_parts(status, "errors"))
    return [Progress(get_id(status, "id"), person, state, at, problem)]


def _describe_error(error: Mapping[str, Any]) -> str:
    said = get_line(find_part(error, "error_data"), "details") or get_line(error, "title")
    return f"{said} ({find_id(error, 'code')})"


def _read_echo(echo: Mapping[str, Any]) -> list[Item]:
    """Return what the company wrote in the WhatsApp Business app on the same number."""
    person = find_id(echo, "to_user_id") or find_id(echo, "to")
    if not person or not (text := _get_text(echo)):
        return []
    return [Echo(get_id(echo, "id"), person, text, read_unix_time(echo.get("timestamp")))]
