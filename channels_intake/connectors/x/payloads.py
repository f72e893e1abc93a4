"""What events of the X Activity API report. Pure.

Source: docs.x.com/x-api/activity/event-payloads. A thread of posts is one conversation with each
person who mentions the account in it. What the account itself writes is an echo. A chat that is
encrypted end to end can't be read here: its ticket says so, and it is answered in X.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from channels_intake.connections.contract import (
    Deleted,
    Echo,
    Edited,
    ForeignError,
    Incoming,
    Item,
    Person,
    RemoteFile,
)
from channels_intake.connections.reading import (
    find_id,
    find_part,
    get_id,
    get_line,
    get_part,
    get_text,
    list_parts,
    read_time,
    read_unix_time,
)

POST, DIRECT, CHAT = "post", "dm", "chat"  # the first word of a conversation's ID
CHAT_URL = "https://x.com/messages"
MAX_BIT_RATE = 2_500_000  # of the version of a video that is fetched
_LANGUAGE = re.compile(r"[a-z]{2}")  # X also has codes such as "und" and "qme"


def get_event(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the event in a body, which has one."""
    return get_part(body, "data")


def get_account(event: Mapping[str, Any]) -> str:
    """Return the ID of the account that an event is for, "" for one of the app as a whole."""
    return find_id(find_part(event, "filter"), "user_id")


def read_event(event: Mapping[str, Any], account: str) -> list[Item]:
    """Return what an event reports, or [] for one of a kind that isn't used."""
    kind = get_line(event, "event_type")
    readers = {
        "post.mention.create": _read_mention,
        "post.create": _read_own_post,
        "post.delete": _read_deletion,
        "dm.received": _read_messages,
        "dm.sent": _read_messages,
        "chat.received": _read_chat,
    }
    if kind not in readers:
        return []
    if get_account(event) != account:
        raise ForeignError(kind)
    return readers[kind](event, account)


def _read_mention(event: Mapping[str, Any], account: str) -> list[Item]:
    post = get_part(event, "payload")
    author = get_id(post, "author_id")
    if author == account:
        return []  # post.create reports it
    person = _find_person(event, author)
    # An edited post is a new one, which names the IDs of all versions, the oldest first.
    versions = post.get("edit_history_tweet_ids")
    oldest = versions[0] if isinstance(versions, list) and versions else None
    first = find_id({"id": oldest}, "id") or get_id(post, "id")
    at = read_time(post.get("created_at"))
    text = _get_post_text(post)
    username = get_line(person, "username") or "i"
    read = Incoming(
        external_id=first[:190],
        conversation_id=f"{POST}:{get_id(post, 'conversation_id')}:{author}",
        person=Person(author, get_name(person)),
        text=text,
        at=at,
        files=tuple(_list_post_files(event, post)),
        is_public=True,
        language=_get_language(post),
        data={"url": f"https://x.com/{username}/status/{get_id(post, 'id')}"},
    )
    is_edited = isinstance(versions, list) and len(versions) > 1
    return [read, Edited(read.external_id, text, at)] if is_edited else [read]


def _read_own_post(event: Mapping[str, Any], account: str) -> list[Item]:
    """Return a reply that the account has posted. Its other posts are no part of a ticket."""
    post = get_part(event, "payload")
    person = find_id(post, "in_reply_to_user_id")
    if not person or person == account:
        return []
    conversation = f"{POST}:{get_id(post, 'conversation_id')}:{person}"
    at = read_time(post.get("created_at"))
    return [Echo(get_id(post, "id"), conversation, _get_post_text(post), at)]


def _read_deletion(event: Mapping[str, Any], account: str) -> list[Item]:
    return [Deleted(get_id(get_part(event, "payload"), "id"))]


def _read_messages(event: Mapping[str, Any], account: str) -> list[Item]:
    payload = get_part(event, "payload")
    rows = list_parts(payload, "direct_message_events")
    messages = [row for row in rows if row.get("type") == "message_create"]
    return [_read_message(message, payload, account) for message in messages]


def _read_message(message: Mapping[str, Any], payload: Mapping[str, Any], account: str) -> Item:
    created = get_part(message, "message_create")
    sender = get_id(created, "sender_id")
    data = get_part(created, "message_data")
    at = read_unix_time(message.get("created_timestamp"), per_second=1000)
    text = _expand_links(get_text(data, "text"), data)
    if sender == account:
        person = get_id(get_part(created, "target"), "recipient_id")
        return Echo(get_id(message, "id"), f"{DIRECT}:{person}", text, at)
    known = find_part(find_part(payload, "users"), sender)
    return Incoming(
        external_id=get_id(message, "id"),
        conversation_id=f"{DIRECT}:{sender}",
        person=Person(sender, get_name(find_part(known, "data") or known)),
        text=text,
        at=at,
        files=tuple(_list_message_files(data)),
    )


def _read_chat(event: Mapping[str, Any], account: str) -> list[Item]:
    payload = get_part(event, "payload")
    sender = get_id(payload, "sender_id")
    if sender == account:
        return []
    return [
        Incoming(
            external_id=get_id(payload, "id"),
            conversation_id=f"{CHAT}:{get_id(payload, 'conversation_id')}",
            person=Person(sender),
            text=_("Encrypted message. Only X can show it, so read it and reply there."),
            at=read_unix_time(payload.get("created_at_msec"), per_second=1000),
            subject=_("Encrypted chat in X"),
            data={"url": CHAT_URL},
        )
    ]


def _find_person(event: Mapping[str, Any], user_id: str) -> Mapping[str, Any]:
    users = list_parts(find_part(event, "includes"), "users")
    known = (find_part(user, "data") or user for user in users)
    return next((user for user in known if find_id(user, "id") == user_id), {})


def get_name(person: Mapping[str, Any]) -> str:
    """Return the name and the username of a person, as X shows them."""
    name, username = get_line(person, "name"), get_line(person, "username")
    return f"{name} (@{username})" if name and username else name or username


def _get_language(post: Mapping[str, Any]) -> str:
    language = get_line(post, "lang")
    return language if _LANGUAGE.fullmatch(language) else ""


def _get_post_text(post: Mapping[str, Any]) -> str:
    """Return a post's whole text, without the names that X puts before a reply."""
    long = find_part(post, "note_tweet")
    if text := get_text(long, "text"):
        return _expand_links(text, long)
    text = get_text(post, "text")
    shown = post.get("display_text_range")
    start = shown[0] if isinstance(shown, list) and shown and isinstance(shown[0], int) else 0
    is_names = all(word.startswith("@") for word in text[:start].split())
    return _expand_links(text[start:] if 0 < start < len(text) and is_names else text, post)


def _expand_links(text: str, part: Mapping[str, Any]) -> str:
    """Return a text with the links that a person wrote, and without those to their own files."""
    for link in list_parts(find_part(part, "entities"), "urls"):
        short, whole = get_line(link, "url"), get_line(link, "expanded_url")
        is_file = "media_key" in link or whole.startswith("https://twitter.com/messages/media/")
        if short.startswith("https://t.co/") and (is_file or whole.startswith("http")):
            text = text.replace(short, "" if is_file else whole)
    for escaped, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(escaped, char)  # X escapes these three, and nothing else
    return text.strip()


def _list_post_files(event: Mapping[str, Any], post: Mapping[str, Any]) -> list[RemoteFile]:
    keys = find_part(post, "attachments").get("media_keys")
    wanted = [str(key) for key in keys] if isinstance(keys, list) else []
    media = list_parts(find_part(event, "includes"), "media")
    known = {find_id(one, "media_key"): one for one in media}
    files = [_make_file(known[key], get_line(known[key], "url")) for key in wanted if key in known]
    return [file for file in files if file.url]


def _list_message_files(data: Mapping[str, Any]) -> list[RemoteFile]:
    media = find_part(find_part(data, "attachment"), "media")
    url = get_line(media, "media_url_https") or get_line(media, "media_url")
    file = _make_file({**media, **find_part(media, "video_info")}, url)
    return [file] if file.url else []


def _make_file(media: Mapping[str, Any], url: str) -> RemoteFile:
    """Return a photo, or of a video the best version that isn't huge."""
    videos = [
        one for one in list_parts(media, "variants") if one.get("content_type") == "video/mp4"
    ]
    if not videos:
        return RemoteFile(url, url.rpartition("/")[2].partition("?")[0] or "photo")
    best = sorted(videos, key=_get_bit_rate)
    fitting = [one for one in best if _get_bit_rate(one) <= MAX_BIT_RATE] or best[:1]
    return RemoteFile(get_line(fitting[-1], "url"), "video.mp4", "video/mp4")


def _get_bit_rate(video: Mapping[str, Any]) -> int:
    rate = video.get("bit_rate", video.get("bitrate"))
    return rate if isinstance(rate, int) else 0
