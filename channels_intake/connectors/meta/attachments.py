"""Attachments of messages in Messenger and Instagram: files, and what can only be said. Pure."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from channels_intake.connections.contract import RemoteFile
from channels_intake.connections.reading import find_id, find_part, get_line, list_parts

MEDIA_HOSTS = (".fbcdn.net", ".fbsbx.com", ".cdninstagram.com")
FILE_TYPES = {
    "image": ".jpg", "video": ".mp4", "audio": ".m4a", "file": "", "sticker": ".png",
}  # fmt: skip
# The thumb of Messenger in its three sizes is a sticker.
LIKES = {"369239263222822", "369239343222814", "369239383222810"}
LIKE = "👍"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a message shows beside its text."""

    files: tuple[RemoteFile, ...]
    lines: tuple[str, ...]


def read_attachments(message: Mapping[str, Any]) -> Shown:
    """Return the files of a message, and lines about what is no file, such as a shared page."""
    files: dict[str, RemoteFile] = {}
    lines: list[str] = []
    for attachment in list_parts(message, "attachments"):
        payload = find_part(attachment, "payload")
        if _find_sticker(message, payload) in LIKES:
            lines.append(LIKE)
        elif file := _read_file(attachment, payload, len(files) + 1):
            # Until August 30, 2026, a sticker was sent twice: as one, and as an image.
            files.setdefault(file.url, file)
        elif line := _describe(attachment, payload):
            lines.append(line)
    return Shown(tuple(files.values()), tuple(dict.fromkeys(lines)))


def _find_sticker(message: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    return find_id(payload, "sticker_id") or find_id(message, "sticker_id")


def _read_file(
    attachment: Mapping[str, Any], payload: Mapping[str, Any], number: int
) -> RemoteFile | None:
    kind, url = get_line(attachment, "type"), get_line(payload, "url")
    if not url or not (kind in FILE_TYPES or is_media_url(url)):
        return None
    return make_file(url, kind, number)


def is_media_url(url: str) -> bool:
    """Return True if a URL leads to a file on Meta's servers, and not to a page."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host.endswith(MEDIA_HOSTS)


def make_file(url: str, kind: str, number: int = 1) -> RemoteFile:
    """Return a file by its URL, named by its path if that has a name."""
    try:
        name = PurePosixPath(urlsplit(url).path).name
    except ValueError:  # no URL: its fetching says so
        name = ""
    if not PurePosixPath(name).suffix:
        name = f"{kind}-{number}{FILE_TYPES.get(kind, '')}"
    return RemoteFile(url, name, mimetypes.guess_type(name)[0] or "")


def _describe(attachment: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    """Return a line about a shared page, product or place; "" if nothing is said of it."""
    place = find_part(payload, "coordinates")
    numbers = [place.get("lat"), place.get("long")]
    if all(isinstance(number, int | float) for number in numbers):
        return f"{numbers[0]}, {numbers[1]}"
    title = get_line(attachment, "title") or get_line(payload, "title")
    url = get_line(payload, "url") or get_line(attachment, "url")
    return " ".join(filter(None, (title, url)))
