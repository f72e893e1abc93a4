"""Comments on an account's posts, as Instagram's webhook field "comments" reports them. Pure.

Source: "Webhooks" of the Instagram Platform and its examples. A comment has no time of its own
there; the entry's is used. Comments on live videos can't be answered publicly and are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels_intake.connections.contract import Echo, Incoming, Item
from channels_intake.connections.reading import find_id, find_part, get_id, get_text
from channels_intake.connectors.meta.messaging import get_author, read_change_time


def read_comment(place: str, time: object, change: Mapping[str, Any]) -> list[Item]:
    """Return what a change reports, [] for nothing. time: of the entry."""
    if change.get("field") != "comments":
        return []
    value = find_part(change, "value")
    comment_id, at = get_id(value, "id"), read_change_time(time)
    person, text = get_author(value, "username", place), get_text(value, "text")
    # Only first comments can be answered; replies to a reply are added to the first comment.
    thread = find_id(value, "parent_id") or comment_id
    if person.external_id == place:
        return [Echo(comment_id, thread, text, at)]
    return [
        Incoming(
            external_id=comment_id,
            conversation_id=thread,
            person=person,
            text=text,
            at=at,
            is_public=True,
            data={
                "reply_to": {"comment_id": comment_id},
                "media": find_id(find_part(value, "media"), "id"),
            },
        )
    ]
