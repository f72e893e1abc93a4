"""From a review in a store to its ticket: once, with its facts, and open again when it changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels_intake.connections.incoming.polling import poll_connection
from channels_intake.connections.incoming.processing import process_event
from channels_intake.models import ChannelEvent, ChannelMessage, Connection, Conversation
from helpdesk.demo.vendors.appfollow import AppFollow
from sla.models import Clock
from tests.cast import NOON, Cast
from tests.connectors.reviews.app import APP, connect, run, write
from tickets.actors import Actor
from tickets.models import EventDelivery, Message, Tag, Ticket, TicketEvent
from tickets.services import close

LATER = NOON + timedelta(hours=2)


def test_a_review_becomes_a_ticket(
    in_rocket: Cast, connection: Connection, fake: AppFollow
) -> None:
    review_id = write(
        fake, title="Push", content="It stopped 😞", version="4.53.0-beta2", device="Pixel 8"
    )
    run(connection)
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.subject) == ("review", "★★☆☆☆ Push")
    assert (ticket.account, ticket.department) == (None, in_rocket.departments["community"])
    assert ticket.priority == in_rocket.priorities["Medium"]
    assert Clock.objects.filter(ticket=ticket).count() == 0  # nothing is promised to the public
    assert Message.objects.get().body_text == "★★☆☆☆ Push\n\nIt stopped 😞"
    conversation = Conversation.objects.get()
    assert (conversation.external_id, conversation.ticket) == (review_id, ticket)
    assert conversation.is_public
    facts = [conversation.data[name] for name in ("rating", "version", "device", "store")]
    assert facts == [2, "4.53.0-beta2", "Pixel 8", "gp"]
    tags = Tag.objects.filter(ticket_tags__ticket=ticket)
    assert set(tags.values_list("name", flat=True)) == {"beta", "2-star", "google-play"}
    assert str(conversation.handle) == "Google Play: Ines"


def test_polls_that_overlap_make_one_ticket(connection: Connection, fake: AppFollow) -> None:
    write(fake)
    for minutes in (1, 16, 31):
        run(connection, at=NOON + timedelta(minutes=minutes))
    ChannelEvent.objects.update(state="received", next_try_at=NOON)
    for event_id in ChannelEvent.objects.order_by("-pk").values_list("pk", flat=True):
        process_event(event_id, at=LATER)
    assert Ticket.objects.count() == Message.objects.count() == 1


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_changed_review_is_a_message_and_opens_the_ticket_again(
    in_rocket: Cast, connection: Connection, fake: AppFollow, is_closed: bool
) -> None:
    review_id = write(fake)
    run(connection)
    ticket = Ticket.objects.get()
    if is_closed:
        close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON + timedelta(hours=1))
    changed = {"review_id": review_id, "content": "Worse now", "rating": 1}
    fake.play("edit", {**changed, "at": LATER.isoformat()})
    for _twice in range(2):
        run(connection, at=LATER + timedelta(minutes=1))
    first, second = Message.objects.order_by("pk")
    assert (first.body_text, second.body_text) == (
        "★★☆☆☆\n\nNo push notifications",
        "★☆☆☆☆\n\nWorse now",
    )
    assert second.ticket == ticket
    assert Conversation.objects.get().data["rating"] == 1
    ticket.refresh_from_db()
    assert ticket.status != "closed"


def test_ten_thousand_reviews_are_history(connection: Connection, fake: AppFollow) -> None:
    day_before = (NOON - timedelta(days=1)).isoformat()
    fake.play("fill", {"count": 10_000, "rating": 4, "at": day_before})
    fresh = write(fake, at=NOON + timedelta(minutes=5))
    with_answer = write(fake, at=NOON - timedelta(days=2))
    fake.play("answer", {"review_id": with_answer, "text": "Hi", "at": day_before})
    run(connection, at=NOON + timedelta(minutes=10))
    assert Conversation.objects.filter(ticket=None).count() == 10_001
    assert ChannelMessage.objects.filter(message=None).count() == 10_002  # with the answer
    assert Conversation.objects.exclude(ticket=None).get().external_id == fresh
    assert Ticket.objects.count() == 1
    assert not ChannelEvent.objects.exclude(state="processed").exists()
    assert set(TicketEvent.objects.values_list("ticket", flat=True)) == {Ticket.objects.get().pk}
    assert EventDelivery.objects.exclude(event__ticket__channel="review").count() == 0
    assert fake.requests == 101


def test_an_odd_review_of_history_keeps_no_other_back(
    connection: Connection, fake: AppFollow
) -> None:
    day_before = (NOON - timedelta(days=1)).isoformat()
    fake.play("fill", {"count": 3, "rating": 4, "at": day_before})
    fake.reviews[APP][1]["review_id"] = None
    run(connection)
    assert Conversation.objects.count() == 2
    states = ChannelEvent.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == ["processed", "set_aside"]


def test_a_changed_review_of_the_time_before_opens_a_ticket(
    connection: Connection, fake: AppFollow
) -> None:
    review_id = write(fake, at=NOON - timedelta(days=100))
    run(connection)
    assert not Ticket.objects.exists()
    fake.play("edit", {"review_id": review_id, "content": "Broken now", "at": LATER.isoformat()})
    run(connection, at=LATER + timedelta(minutes=1))
    assert Message.objects.get().body_text == "★★☆☆☆\n\nBroken now"
    assert Conversation.objects.get().ticket == Ticket.objects.get()


def test_an_answer_given_in_appfollow_is_shown(connection: Connection, fake: AppFollow) -> None:
    review_id = write(fake)
    run(connection)
    fake.play("answer", {"review_id": review_id, "text": "We are on it.", "at": LATER.isoformat()})
    run(connection, at=LATER)
    answer = Message.objects.get(body_text="We are on it.")
    assert (answer.agent, answer.contact) == (None, None)


def test_a_removed_review_is_noted(connection: Connection, fake: AppFollow) -> None:
    review_id = write(fake)
    run(connection)
    fake.play("delete", {"review_id": review_id, "at": LATER.isoformat()})
    run(connection, at=LATER)
    assert ChannelMessage.objects.get().state == "deleted"
    assert Message.objects.count() == 1


def test_an_outage_of_an_hour_loses_nothing(connection: Connection, fake: AppFollow) -> None:
    run(connection)
    write(fake, at=NOON + timedelta(minutes=10))
    fake.is_down = True
    for minutes in range(15, 75, 15):
        run(connection, at=NOON + timedelta(minutes=minutes))
    connection.refresh_from_db()
    assert connection.problem
    assert not Ticket.objects.exists()
    fake.is_down = False
    run(connection, at=NOON + timedelta(minutes=80))
    connection.refresh_from_db()
    assert connection.problem == ""
    assert Ticket.objects.count() == 1


def test_a_revoked_token_and_spent_credits_are_problems(
    connection: Connection, fake: AppFollow
) -> None:
    token = fake.tokens.popitem()
    run(connection)
    connection.refresh_from_db()
    assert connection.problem.startswith("401")
    fake.tokens.update([token])
    fake.credits = 0
    at = NOON + timedelta(hours=1)
    Connection.objects.update(next_poll_at=at)
    assert poll_connection(connection.pk, at=at) is False
    connection.refresh_from_db()
    assert connection.problem == "Your AppFollow plan has no API credits left."
    assert connection.next_poll_at == at + timedelta(hours=1)


def test_each_store_names_its_own_people(in_rocket: Cast, fake: AppFollow) -> None:
    for store, app in (("gp", APP), ("as", "1234")):
        connection = connect(in_rocket, fake, store=store, app=app)
        write(fake, app=app, user_id="same")
        run(connection)
    networks = Conversation.objects.values_list("handle__network", flat=True)
    assert sorted(networks) == ["app_store", "google_play"]
    assert Ticket.objects.values("contact").distinct().count() == 2
