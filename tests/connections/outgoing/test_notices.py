"""Automatic messages go into private conversations of channels that take them, else by email."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels_intake.calls.errors import CallRefusedError
from channels_intake.connections.outgoing.notices import MAX_PER_DAY
from channels_intake.models import Connection, OutgoingEmail, PartState
from tests.cast import NOON, Cast
from tests.connections.outgoing.helpers import (
    TinyConnector,
    converse,
    deliver,
    list_parts,
    send,
)
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import CloseReason, Notification, Ticket, TicketEvent
from tickets.services import close, escalate, reopen
from tickets.tasks import deliver_all_of_desk

EMAIL = "maria@new.example"
DAY = timedelta(days=1)


@pytest.fixture
def talkative(vendor: TinyConnector) -> TinyConnector:
    vendor.takes_notices = True
    vendor.allow(max_chars=2000)
    return vendor


def finish(cast: Cast, ticket: Ticket) -> None:
    reason = CloseReason.SOLVED
    close(ticket_id=ticket.pk, by=Actor.of(cast.analyst), reason=reason, at=NOON)


def get_texts(vendor: TinyConnector) -> list[str]:
    return [" ".join(text.split()) for text, _files, _way in vendor.sent]


def test_a_closing_is_told_in_the_conversation(
    in_rocket: Cast, bot: Connection, talkative: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot, email=EMAIL)
    deliver(in_rocket)
    OutgoingEmail.objects.all().delete()
    ticket.refresh_from_db()
    finish(in_rocket, ticket)
    deliver(in_rocket)
    send(in_rocket)
    assert get_texts(talkative)[-1] == (
        f"Your request {ticket.reference} is solved, so we closed it. "
        "Still need help? Just reply here."
    )
    assert not OutgoingEmail.objects.filter(kind="closed").exists()
    part = list_parts()[-1]
    assert (part.message, part.notice, part.state) == (None, "closed", PartState.SENT)
    event = TicketEvent.objects.filter(ticket=ticket, kind=EventKind.CHANNEL_SENT).latest("pk")
    assert event.data["notice"] == "closed"


def test_public_places_get_no_automatic_text(
    in_rocket: Cast, bot: Connection, talkative: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot, email=EMAIL, is_public=True)
    finish(in_rocket, ticket)
    deliver(in_rocket)
    send(in_rocket)
    assert talkative.sent == []
    assert OutgoingEmail.objects.filter(kind="closed").count() == 1


@pytest.mark.parametrize("address", [EMAIL, ""])
def test_a_channel_that_takes_none_leaves_them_to_email(
    in_rocket: Cast, bot: Connection, vendor: TinyConnector, address: str
) -> None:
    ticket, _conversation = converse(in_rocket, bot, email=address)
    finish(in_rocket, ticket)
    deliver(in_rocket)
    send(in_rocket)
    assert vendor.sent == []
    assert OutgoingEmail.objects.filter(kind="closed").count() == bool(address)


def test_after_the_window_they_are_emailed(
    in_rocket: Cast, bot: Connection, talkative: TinyConnector
) -> None:
    talkative.allow(window=DAY)
    ticket, _conversation = converse(in_rocket, bot, email=EMAIL, window_from=NOON - 2 * DAY)
    finish(in_rocket, ticket)
    deliver(in_rocket)
    assert list_parts() == []
    assert OutgoingEmail.objects.filter(kind="closed").count() == 1


def test_nobody_is_told_twice_or_without_end(
    in_rocket: Cast, bot: Connection, talkative: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    for _round in range(MAX_PER_DAY + 2):
        finish(in_rocket, ticket)
        reopen(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
        deliver(in_rocket)
        deliver_all_of_desk(desk_id=in_rocket.desk.pk)
    notices = [part for part in list_parts() if part.notice]
    assert len(notices) == MAX_PER_DAY


def test_a_failed_notice_notifies_as_a_failed_reply_does(
    in_rocket: Cast, bot: Connection, talkative: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    deliver(in_rocket)
    talkative.answers.append(CallRefusedError("Blocked"))
    send(in_rocket)
    deliver(in_rocket)
    event = TicketEvent.objects.get(ticket=ticket, kind=EventKind.CHANNEL_FAILED)
    assert (event.data["notice"], event.data["why"]) == ("receipt", "Blocked")
    assert Notification.objects.filter(event=event).exists()


def test_a_message_that_is_gone_is_not_sent(
    in_rocket: Cast, bot: Connection, talkative: TinyConnector
) -> None:
    converse(in_rocket, bot)
    deliver(in_rocket)
    list_parts()[-1].delete()
    send(in_rocket)
    assert talkative.sent == []


def test_an_escalation_is_told_in_the_desks_sentence(
    in_rocket: Cast, bot: Connection, talkative: TinyConnector
) -> None:
    ticket, _conversation = converse(in_rocket, bot)
    by = Actor.of(in_rocket.analyst)
    escalate(ticket_id=ticket.pk, by=by, why="I cannot reproduce it.", at=NOON)
    deliver(in_rocket)
    send(in_rocket)
    ticket.refresh_from_db()
    assert get_texts(talkative)[-1] == in_rocket.desk.sentence_for_level(ticket.level)
