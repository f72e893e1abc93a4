"""What AppFollow's reviews mean. Pure.

Fields: https://support.appfollow.io/hc/en-us/articles/360020832317-API-Parameters. Times have no
time zone there; they are taken as UTC.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
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
    get_text,
    list_parts,
    read_object,
)
from channels_intake.models import PartState

APP_STORE, GOOGLE_PLAY = "as", "gp"
STORE_TAGS = {APP_STORE: "app-store", GOOGLE_PLAY: "google-play"}
MAX_RATING = 5
# What of a review makes it another event: counts of likes don't.
TOLD = ("rating", "title", "content", "answer_text", "has_answer", "is_answer", "is_deleted")


def make_event_id(review: Mapping[str, Any]) -> str:
    """Return an ID that stays the same until the review or its answer changes."""
    told = json.dumps([review.get(name) for name in TOLD], sort_keys=True)
    digest = hashlib.sha256(told.encode()).hexdigest()[:32]
    return f"{str(review.get('review_id') or '')[:120]}:{digest}"


def make_answer_id(review_id: str, text: str) -> str:
    """Return the ID of an answer: the stores have none, as a review has only one answer.

    White space doesn't count: Google Play removes some of it.
    """
    digest = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:32]
    return f"{review_id[:120]}/answer:{digest}"


def read_event(raw: bytes, beta_marks: Collection[str]) -> list[Item]:
    """Return what a stored page of reviews, or a single one, reports. Raises UnreadableError.

    beta_marks: lowercase words that mark a beta in the version of the app or in a tag of AppFollow.
    """
    reviews = list_parts(read_object(raw), "reviews")
    return [item for review in reviews for item in read_review(review, beta_marks)]


def is_readable(review: Mapping[str, Any]) -> bool:
    """Return True for a review as AppFollow documents it."""
    try:
        read_review(review, ())
    except UnreadableError:
        return False
    return True


def read_review(review: Mapping[str, Any], beta_marks: Collection[str]) -> list[Item]:
    """Return the items of one review: its text, a change of it, its answer, its removal."""
    review_id = get_id(review, "review_id")
    written, updated = _read_times(review)
    original = _make_message(review, review_id, beta_marks, at=written)
    items: list[Item] = [original]
    if _is_set(review, "was_changed"):
        items.append(_make_change(original, at=max(written, updated)))
    items += _read_answer(review, review_id, at=updated)
    if _is_set(review, "is_deleted"):
        items.append(Deleted(review_id, max(written, updated)))
    return items


def _make_change(original: Incoming, *, at: datetime) -> Edited:
    """Return the change of a review: a new statement, which opens its ticket again (M57)."""
    return Edited(
        original.external_id,
        original.text,
        at,
        original.data,
        reopens=True,
        conversation_id=original.conversation_id,
        person=original.person,
    )


def _make_message(
    review: Mapping[str, Any], review_id: str, beta_marks: Collection[str], *, at: datetime
) -> Incoming:
    rating, store = _read_rating(review), get_line(review, "store")
    title, content = get_line(review, "title"), get_text(review, "content").strip()
    stars = "★" * rating + "☆" * (MAX_RATING - rating)
    language = get_line(review, "lang_detect") or get_line(review, "lang")
    return Incoming(
        external_id=review_id,
        conversation_id=review_id,
        person=_read_author(review, store, review_id),
        text="\n\n".join(part for part in (f"{stars} {title}".strip(), content) if part),
        at=at,
        subject=f"{stars} {_shorten(title or content)}".strip(),
        is_public=True,
        language=language,
        data={
            "rating": rating,
            "version": get_line(review, "app_version"),
            "device": get_line(review, "device"),
            "country": get_line(review, "country").upper(),
            "language": language,
            "store": store,
            "tags": _list_tags(review, beta_marks, rating, store),
        },
    )


def _list_tags(
    review: Mapping[str, Any], beta_marks: Collection[str], rating: int, store: str
) -> list[str]:
    """Return the tags of the ticket, which routing rules can use (M58)."""
    beta = ["beta"] if _is_beta(review, beta_marks) else []
    return [*beta, f"{rating}-star", *([STORE_TAGS[store]] if store in STORE_TAGS else [])]


def _read_author(review: Mapping[str, Any], store: str, review_id: str) -> Person:
    """Return the author. Without an ID of the store's, each review has its own."""
    user_id = find_id(review, "user_id") or f"review:{review_id}"[:190]
    return Person(
        user_id, get_line(review, "author"), scope=f"{store}:{find_id(review, 'ext_id')}"[:100]
    )


def _read_answer(review: Mapping[str, Any], review_id: str, *, at: datetime) -> list[Item]:
    """Return the published answer: ours, or one written in AppFollow or at the store (M57)."""
    text = get_text(review, "answer_text").strip()
    if not text or not (_is_set(review, "has_answer") or _is_set(review, "is_answer")):
        return []
    when = _read_time(get_line(review, "answer_date"), get_line(review, "answer_time")) or at
    answer_id = make_answer_id(review_id, text)
    return [
        Echo(answer_id, review_id, text, when),
        Progress(answer_id, review_id, PartState.DELIVERED, when),
    ]


def _is_beta(review: Mapping[str, Any], beta_marks: Collection[str]) -> bool:
    version = set(re.findall(r"[a-z]+", get_line(review, "app_version").lower()))
    named = {get_line(tag, "tag_name").lower() for tag in list_parts(review, "tags")}
    return bool((version | named).intersection(beta_marks))


def _read_rating(review: Mapping[str, Any]) -> int:
    found = find_id(review, "rating")
    if not (found.isdecimal() and 1 <= int(found) <= MAX_RATING):
        raise UnreadableError("rating")
    return int(found)


def _read_times(review: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Return when a review was written, and when it was last changed."""
    written = _read_time(get_line(review, "date"), get_line(review, "time"))
    if written is None:
        raise UnreadableError("date")
    return written, _read_time(get_line(review, "updated")) or written


def _read_time(day: str, time: str = "") -> datetime | None:
    if not day:
        return None
    try:
        moment = datetime.fromisoformat(f"{day} {time}".strip())
    except ValueError as error:
        raise UnreadableError("date") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_set(review: Mapping[str, Any], name: str) -> bool:
    return str(review.get(name) or "0") not in {"0", "False", "false"}


def _shorten(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]}…"
