"""Polls of AppFollow and answers through it, against a fake that refuses what AppFollow refuses."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.contract import Incoming, Polled
from channels_intake.connectors.reviews import client
from channels_intake.connectors.reviews.connector import PAGES, ReviewsConnector
from channels_intake.models import Connection
from helpdesk.demo.vendors.appfollow import AppFollow
from tests.cast import NOON, Cast
from tests.connectors.reviews.app import APP, connect, write

CONNECTOR = ReviewsConnector()


def poll(connection: Connection, at: Any = NOON) -> Polled:
    """Poll as the worker does, and keep the cursor."""
    polled = CONNECTOR.poll(connection, at=at)
    assert polled is not None
    connection.cursor = dict(polled.cursor)
    return polled


def test_the_first_poll_brings_history_in_pages_and_can_be_resumed(
    connection: Connection, fake: AppFollow
) -> None:
    count = 100 * PAGES + 150  # as AppFollow has 100 on a page
    fake.play("fill", {"count": count, "rating": 4, "at": (NOON - timedelta(days=1)).isoformat()})
    first = poll(connection)
    assert first.next_at == NOON  # there is more: go on at once
    assert first.cursor == {"began": NOON.isoformat(), "page": PAGES + 1}
    rest = poll(connection, at=NOON + timedelta(minutes=1))
    assert rest.cursor == {"since": NOON.isoformat()}
    assert rest.next_at == NOON + timedelta(minutes=16)
    pages = [json.loads(event.raw)["reviews"] for event in (*first.events, *rest.events)]
    assert [len(page) for page in pages] == [100] * (PAGES + 1) + [50]
    assert len({review["review_id"] for page in pages for review in page}) == count
    assert fake.requests == PAGES + 2


def test_later_polls_bring_what_is_new_or_changed(connection: Connection, fake: AppFollow) -> None:
    old = write(fake, at=NOON - timedelta(days=40))
    poll(connection)
    later = NOON + timedelta(hours=5)
    new = write(fake, at=later)
    fake.play("edit", {"review_id": old, "content": "Works", "rating": 5, "at": later.isoformat()})
    found = poll(connection, at=later + timedelta(minutes=15))
    assert {event.event_id.split(":")[1] for event in found.events} == {
        new.split(":")[1],
        old.split(":")[1],
    }
    again = poll(connection, at=later + timedelta(minutes=30))
    assert [e.event_id for e in again.events] == [e.event_id for e in found.events]  # known ones
    poll(connection, at=later + timedelta(hours=5))
    assert poll(connection, at=later + timedelta(hours=6)).events == ()


def test_an_answer_is_published_later(connection: Connection, fake: AppFollow) -> None:
    review_id = write(fake)
    client.post_reply(connection, review_id=review_id, text="Thank you!", at=NOON)
    assert fake.waiting == {(APP, review_id): "Thank you!"}
    fake.play("publish", {"at": NOON.isoformat()})
    page = client.get_reviews(
        connection,
        since=NOON.date(),
        until=NOON.date(),
        page=1,
        changed_since=None,
        at=NOON,
    )
    assert page.reviews[0]["answer_text"] == "Thank you!"
    assert not page.has_more


@pytest.mark.parametrize(("store", "most"), [("gp", 350), ("as", 5_970)])
def test_the_limit_is_that_of_the_store(
    in_rocket: Cast, fake: AppFollow, store: str, most: int
) -> None:
    connection = connect(in_rocket, fake, store=store)
    review_id = write(fake)
    client.post_reply(connection, review_id=review_id, text="x" * most, at=NOON)
    with pytest.raises(CallRefusedError, match="422"):
        client.post_reply(connection, review_id=review_id, text="x" * (most + 1), at=NOON)


def test_errors_are_final_or_not(connection: Connection, fake: AppFollow) -> None:
    ask = {"since": NOON.date(), "until": NOON.date(), "page": 1, "changed_since": None, "at": NOON}
    fake.fail_next(429, {"detail": "Too Many Requests"})
    with pytest.raises(CallLaterError) as limited:
        client.get_reviews(connection, **ask)
    assert limited.value.is_for_all
    fake.fail_next(200, {"error": {"code": 13, "msg": "internal"}})
    with pytest.raises(CallLaterError, match="isn't a list"):
        client.get_reviews(connection, **ask)
    fake.credits = 5
    with pytest.raises(CallLaterError, match="credits") as broke:
        client.get_reviews(connection, **ask)
    assert broke.value.seconds == 3_600
    fake.is_down = True
    with pytest.raises(CallLaterError):
        client.get_reviews(connection, **ask)


def test_a_refused_answer_says_why(connection: Connection, fake: AppFollow) -> None:
    with pytest.raises(CallRefusedError, match="404"):
        client.post_reply(connection, review_id="gp:unknown", text="Hi", at=NOON)
    fake.fail_next(200, {"error": "No integration with the store"})
    with pytest.raises(CallRefusedError, match="No integration"):
        client.post_reply(connection, review_id=write(fake), text="Hi", at=NOON)


def test_the_check_says_what_is_wrong(connection: Connection, fake: AppFollow) -> None:
    assert CONNECTOR.check(connection, at=NOON) == ""
    connection.enter_secrets(token="expired")
    assert (
        CONNECTOR.check(connection, at=NOON)
        == "AppFollow doesn't accept the API token. Enter a new one."
    )


def test_the_apps_of_another_token_are_closed(in_rocket: Cast, fake: AppFollow) -> None:
    connect(in_rocket, fake)
    other = connect(in_rocket, fake, app="com.other")
    other.external_id = APP
    with pytest.raises(CallRefusedError, match="403"):
        poll(other)


def test_half_an_emoji_stops_no_poll(connection: Connection, fake: AppFollow) -> None:
    write(fake, at=NOON - timedelta(days=1))
    fake.reviews[APP][0]["content"] = "Good \ud83d"
    [event] = poll(connection).events
    [review] = CONNECTOR.translate(connection, event.raw)
    assert isinstance(review, Incoming)
    assert review.text.endswith("Good")
