"""Comments and visitors' posts on a page, as the webhook field "feed" reports them. Pure.

Source: "Webhooks for Pages" and the reference of the field "feed". Reactions and hidden comments
are nothing to answer, and what the page writes itself is an echo.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels_intake.connections.contract import (
    Deleted,
    Echo,
    Edited,
    Incoming,
    Item,
    RemoteFile,
)
from channels_intake.connections.reading import (
    find_id,
    find_part,
    get_id,
    get_line,
    get_text,
    read_unix_time,
)
from channels_intake.connectors.meta.attachments import is_media_url, make_file
from channels_intake.connectors.meta.messaging import get_author, read_change_time

POSTS = {"status", "post", "photo", "video"}
REMOVED = {"remove", "delete"}


def read_feed(place: str, time: object, change: Mapping[str, Any]) -> list[Item]:
    """Return what a change of a page's feed reports, [] for nothing. time: of the entry."""
    value = find_part(change, "value")
    item, verb = get_line(value, "item"), get_line(value, "verb")
    if change.get("field") != "feed" or not (item == "comment" or item in POSTS):
        return []
    target = get_id(value, "comment_id" if item == "comment" else "post_id")
    if verb in REMOVED:
        return [Deleted(target, read_change_time(time))]
    if verb == "edited":
        return [Edited(target, get_text(value, "message"), read_change_time(time))]
    return [_read_new(place, value, target)] if verb == "add" else []


def _read_new(place: str, value: Mapping[str, Any], target: str) -> Item:
    thread = _get_thread(value, target)
    person = get_author(value, "name", place)
    text, at = get_text(value, "message"), read_unix_time(value.get("created_time"))
    if person.external_id == place:
        return Echo(target, thread, text, at)
    kind = "comment_id" if value.get("item") == "comment" else "post_id"
    return Incoming(
        external_id=target,
        conversation_id=thread,
        person=person,
        text=text,
        at=at,
        files=tuple(_list_files(value)),
        is_public=True,
        data={"reply_to": {kind: target}, "link": _get_link(value, target)},
    )


def _get_thread(value: Mapping[str, Any], target: str) -> str:
    """Return the ID of the first comment of a thread. A post is the parent of first comments."""
    parent = find_id(value, "parent_id")
    return target if not parent or parent == find_id(value, "post_id") else parent


def _get_link(value: Mapping[str, Any], target: str) -> str:
    link = get_line(find_part(value, "post"), "permalink_url")
    is_facebook = link.startswith("https://www.facebook.com/")
    return link if is_facebook else f"https://www.facebook.com/{target}"


def _list_files(value: Mapping[str, Any]) -> list[RemoteFile]:
    named = {"image": get_line(value, "photo"), "video": get_line(value, "video")}
    return [make_file(url, kind) for kind, url in named.items() if is_media_url(url)]
