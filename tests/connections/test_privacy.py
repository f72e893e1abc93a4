"""Old events go, and so do those of a person who is erased; nothing opens their ticket again."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Contact, Desk
from channels_intake.connections.retention import delete_old_channel_events
from channels_intake.models import ChannelEvent, Connection, Conversation
from channels_intake.tasks import sweep_old_channel_events
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.connections.helpers import accept, store
from tests.connections.tiny import report, write
from tickets.models import Attachment, Message, Ticket

OTHER = {"external_id": "u-12", "name": "Ada Kim"}


def test_events_are_deleted_after_ninety_days_or_as_the_desk_says(
    at_desk: Cast, connection: Connection
) -> None:
    accept(connection, write())
    desk_id = at_desk.desk.pk
    assert delete_old_channel_events(desk_id=desk_id, at=NOON + timedelta(days=90)) == 0
    Desk.objects.update(webhook_days=120)
    assert delete_old_channel_events(desk_id=desk_id, at=NOON + timedelta(days=119)) == 0
    Desk.objects.update(webhook_days=90)
    assert delete_old_channel_events(desk_id=desk_id, at=NOON + timedelta(days=91)) == 1
    assert Message.objects.count() == 1
    accept(connection, write())  # sent again
    assert Message.objects.count() == 1
    ChannelEvent.objects.update(received_at=NOON - timedelta(days=3650))
    assert sweep_old_channel_events() == 1


def test_a_person_is_erased_with_the_events_that_hold_their_ids(
    at_desk: Cast, connection: Connection
) -> None:
    ended = report("ended", conversation_id="c-1", transcript="Rosa Diaz: It does not start.")
    accept(connection, write(), write(2, "Büro"), ended)
    accept(connection, write(3, conversation_id="c-12", person=OTHER))
    waiting = write(4, person=OTHER, conversation_id="c-12")
    store(connection, waiting)
    rosa = Contact.objects.get(name="Rosa Diaz")
    erase_person(desk=at_desk.desk, contact=rosa, by=at_desk.admin, at=NOON)
    kept = [bytes(event.raw).decode() for event in ChannelEvent.objects.order_by("pk")]
    assert [text.count("u-12") for text in kept] == [1, 1]
    assert not Attachment.objects.exclude(file="").exists()
    assert (
        not Message.objects.filter(body_text__icontains="start")
        .exclude(contact=None)
        .filter(contact=rosa)
    )
    assert Conversation.objects.filter(ticket=None).count() == 1


def test_what_an_erased_person_wrote_does_not_come_back(
    at_desk: Cast, connection: Connection
) -> None:
    accept(connection, write())
    rosa = Contact.objects.get(name="Rosa Diaz")
    erase_person(desk=at_desk.desk, contact=rosa, by=at_desk.admin, at=NOON)
    accept(connection, write())
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)
    accept(connection, write(2, "I am new here."))  # somebody new for the desk
    ticket = Ticket.objects.latest("pk")
    assert (Ticket.objects.count(), ticket.follow_up_of) == (2, None)
    assert ticket.contact != rosa
