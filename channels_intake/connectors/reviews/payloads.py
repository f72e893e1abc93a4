"""What AppFollow's reviews mean. Pure.

Fields: https://support.appfollow.io/hc/en-us/articles/360020832317-API-Parameters. Times have no
time zone there; they are taken as UTC.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
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
from channels_intake.models import PartState

APP_STORE, GOOGLE_PLAY = "as", "gp"
STORE_TAGS = {APP_STORE: "app-store", GOOGLE_PLAY: "google-play"}
MAX_RATING = 5
# What of a review makes it another event: counts of likes don't.
TOLD = ("rating", "title", "content", "answer_text", "has_answer", "is_answer", "is_deleted")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the reviews of a connection are read.

    silent_until: what is older is history. beta_marks: lowercase words that mark a beta in the
    version of the app or in a tag of AppFollow.
    """

    app: str = ""
    silent_until: datetime | None = None
    beta_marks: frozenset[str] = frozenset({"beta"})


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


def read_event(raw: bytes, reading: Reading) -> list[Item]:
    """Return what a stored page of reviews, or a single one, reports. Raises UnreadableError."""
    try:
        reviews = json.loads(raw)["reviews"]
        return [item for review in reviews for item in read_review(review, reading)]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableError(str(error)) from error


def read_review(review: Mapping[str, Any], reading: Reading) -> list[Item]:
    """Return the items of one review: its text, a change of it, its answer, its removal."""
    review_id = str(review["review_id"])
    if not review_id:
        raise ValueError("review_id")
    written, updated = _read_times(review)
    original = _make_message(review, reading, at=written)
    items: list[Item] = [original]
    if _is_set(review, "was_changed"):
        items.append(_make_change(original, reading, at=max(written, updated)))
    items += _read_answer(review, review_id, at=updated)
    if _is_set(review, "is_deleted"):
        items.append(Deleted(review_id, max(written, updated)))
    return items


def _make_change(original: Incoming, reading: Reading, *, at: datetime) -> Item:
    """Return the change of a review.

    If the review is history, which has no ticket, the change is a message of its own.
    """
    silent = reading.silent_until
    if silent is not None and original.at < silent <= at:
        return Incoming(
            external_id=f"{original.external_id}@{at.isoformat()}",
            conversation_id=original.conversation_id,
            person=original.person,
            text=original.text,
            at=at,
            subject=original.subject,
            is_public=True,
            language=original.language,
            data=original.data,
        )
    return Edited(original.external_id, original.text, at, original.data)


def _make_message(review: Mapping[str, Any], reading: Reading, *, at: datetime) -> Incoming:
    review_id, rating = str(review["review_id"]), _read_rating(review)
    title, content = (str(review.get(name) or "").strip() for name in ("title", "content"))
    stars = "★" * rating + "☆" * (MAX_RATING - rating)
    is_beta = _is_beta(review, reading)
    store = str(review.get("store") or "")
    tags = [*(["beta"] if is_beta else []), f"{rating}-star"]
    tags += [STORE_TAGS[store]] if store in STORE_TAGS else []
    return Incoming(
        external_id=review_id,
        conversation_id=review_id,
        person=_read_author(review, store, review_id),
        text="\n\n".join(part for part in (title, content) if part) or stars,
        at=at,
        subject=f"{stars} {_shorten(title or content)}".strip(),
        is_public=True,
        language=str(review.get("lang_detect") or review.get("lang") or ""),
        data={
            "rating": rating,
            "version": str(review.get("app_version") or ""),
            "device": str(review.get("device") or ""),
            "country": str(review.get("country") or "").upper(),
            "language": str(review.get("lang_detect") or review.get("lang") or ""),
            "store": store,
            "tags": tags,
        },
    )


def _read_author(review: Mapping[str, Any], store: str, review_id: str) -> Person:
    """Return the author. Without an ID of the store's, each review has its own."""
    user_id = str(review.get("user_id") or "")
    name = str(review.get("author") or "")
    app = str(review.get("ext_id") or "")[:90]
    return Person(user_id or f"review:{review_id}", name, scope=f"{store}:{app}")


def _read_answer(review: Mapping[str, Any], review_id: str, *, at: datetime) -> list[Item]:
    """Return the published answer: ours, or one written in AppFollow or at the store (M57)."""
    text = str(review.get("answer_text") or "").strip()
    if not text or not (_is_set(review, "has_answer") or _is_set(review, "is_answer")):
        return []
    when = _read_time(review.get("answer_date"), review.get("answer_time")) or at
    answer_id = make_answer_id(review_id, text)
    return [
        Echo(answer_id, review_id, text, when),
        Progress(answer_id, review_id, PartState.DELIVERED, when),
    ]


def _is_beta(review: Mapping[str, Any], reading: Reading) -> bool:
    version = set(re.findall(r"[a-z]+", str(review.get("app_version") or "").lower()))
    tags = review.get("tags") or review.get("tag") or []
    named = {str(tag.get("tag_name") if isinstance(tag, dict) else tag).lower() for tag in tags}
    return bool(reading.beta_marks & (version | named))


def _read_rating(review: Mapping[str, Any]) -> int:
    rating = int(review["rating"])
    if not 1 <= rating <= MAX_RATING:
        raise ValueError(f"rating {rating}")
    return rating


def _read_times(review: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Return when a review was written, and when it was last changed."""
    written = _read_time(review.get("date"), review.get("time"))
    if written is None:
        raise ValueError("date")
    return written, _read_time(review.get("updated"), None) or written


def _read_time(day: Any, time: Any) -> datetime | None:
    text = f"{day or ''} {time or ''}".strip()
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_set(review: Mapping[str, Any], name: str) -> bool:
    return str(review.get(name) or "0") not in {"0", "False", "false"}


def _shorten(text: str, most: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]}…"
