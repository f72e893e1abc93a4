"""Answers to reviews: within the store's limit, by AppFollow, and published later (M57)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels_intake.models import ChannelMessage, Connection, Direction
from helpdesk.demo.vendors.appfollow import AppFollow
from tests.cast import NOON, Cast
from tests.connections.outgoing.helpers import deliver, send
from tests.connectors.reviews.app import APP, connect, run, write
from tickets.errors import InvalidValueError
from tickets.models import Message, Ticket
from tickets.services import reply

LATER = NOON + timedelta(hours=1)
TEXT = "Sorry, Ines! Please update to 4.52.1. ❤️"


def answer(cast: Cast, text: str = TEXT) -> Message:
    return reply(ticket_id=Ticket.objects.get().pk, agent=cast.analyst, text=text, at=NOON)


def get_part() -> ChannelMessage:
    return ChannelMessage.objects.get(direction=Direction.OUT)


def post(cast: Cast) -> None:
    deliver(cast)
    send(cast)


def test_an_answer_is_sent_and_then_published(
    in_rocket: Cast, connection: Connection, fake: AppFollow
) -> None:
    review_id = write(fake)
    run(connection)
    message = answer(in_rocket)
    post(in_rocket)
    assert fake.waiting == {(APP, review_id): TEXT}
    assert (get_part().message, get_part().state) == (message, "sent")
    run(connection, at=NOON + timedelta(minutes=20))
    assert get_part().state == "sent"  # the store still checks it
    fake.play("publish", {"at": LATER.isoformat()})
    run(connection, at=LATER)
    assert get_part().state == "delivered"
    assert Message.objects.count() == 2


def test_a_response_that_is_lost_makes_no_second_answer(
    in_rocket: Cast, connection: Connection, fake: AppFollow
) -> None:
    write(fake)
    run(connection)
    answer(in_rocket)
    fake.loses_answers = True
    post(in_rocket)
    fake.loses_answers = False
    fake.play("publish", {"at": NOON.isoformat()})
    run(connection, at=LATER)
    send(in_rocket, at=LATER)
    assert (get_part().state, get_part().message is None) == ("delivered", False)
    assert Message.objects.count() == 2


def test_what_appfollow_refuses_is_shown(
    in_rocket: Cast, connection: Connection, fake: AppFollow
) -> None:
    write(fake)
    run(connection)
    answer(in_rocket)
    fake.fail_next(200, {"error": "No integration with the store"})
    post(in_rocket)
    assert (get_part().state, get_part().problem) == ("failed", "No integration with the store")


def test_an_outage_delays_the_answer(
    in_rocket: Cast, connection: Connection, fake: AppFollow
) -> None:
    write(fake)
    run(connection)
    answer(in_rocket)
    fake.is_down = True
    post(in_rocket)
    assert get_part().state == "queued"
    fake.is_down = False
    send(in_rocket, at=LATER)
    assert get_part().state == "sent"


@pytest.mark.parametrize(("store", "most"), [("gp", 350), ("as", 5_970)])
def test_a_text_beyond_the_stores_limit_is_refused_before(
    in_rocket: Cast, fake: AppFollow, store: str, most: int
) -> None:
    connection = connect(in_rocket, fake, store=store, app=f"app.{store}")
    write(fake)
    run(connection)
    with pytest.raises(InvalidValueError, match=str(most)[:1]):
        answer(in_rocket, "x" * (most + 1))
    answer(in_rocket, "x" * most)
    post(in_rocket)
    assert get_part().state == "sent"


def test_the_same_answer_again_is_no_conflict(
    in_rocket: Cast, connection: Connection, fake: AppFollow
) -> None:
    write(fake)
    run(connection)
    for _twice in range(2):
        answer(in_rocket)
        post(in_rocket)
    parts = ChannelMessage.objects.filter(direction=Direction.OUT).order_by("pk")
    assert [part.state for part in parts] == ["sent", "sent"]
    assert parts[0].external_id
    assert parts[1].external_id == ""
