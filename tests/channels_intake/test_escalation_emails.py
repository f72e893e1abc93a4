"""The customer is told of each escalation, in the desk's own words for that level (M98)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Contact
from channels_intake.models import MailKind, OutgoingEmail
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.models import EventDelivery, Ticket
from tickets.services import change_status, escalate, give_back

WORDS = {"l2": "Our second line has it.", "rnd": "The Sustained Engineering Team has it."}


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    in_rocket.desk.level_sentences = dict(WORDS)
    in_rocket.desk.translations = {"de": {"level_sentences": {"l2": "Die zweite Ebene hat es."}}}
    in_rocket.desk.save()
    return in_rocket.open_ticket()


def list_escalation_mails(cast: Cast) -> list[OutgoingEmail]:
    deliver_due(desk_id=cast.desk.pk, at=NOON + timedelta(days=1))
    return list(OutgoingEmail.objects.filter(kind=MailKind.ESCALATED).order_by("pk"))


def test_each_level_sends_one_email_in_the_desks_words(in_rocket: Cast, ticket: Ticket) -> None:
    by = Actor.of(in_rocket.level_two)
    escalate(ticket_id=ticket.pk, by=by, at=NOON, why="secret reason")
    escalate(ticket_id=ticket.pk, by=by, at=NOON, why="secret reason")
    first, second = list_escalation_mails(in_rocket)
    assert WORDS["l2"] in first.body_text
    assert WORDS["l2"] in first.body_html
    assert WORDS["rnd"] in second.body_text
    assert first.to_address == in_rocket.customer.email
    assert first.subject == "[RC-1001] Your request was escalated: The server does not start"
    assert "secret" not in first.body_text + first.body_html


def test_an_event_that_is_delivered_twice_sends_one_email(in_rocket: Cast, ticket: Ticket) -> None:
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert len(list_escalation_mails(in_rocket)) == 1
    EventDelivery.objects.update(state="due", next_try_at=NOON)
    assert len(list_escalation_mails(in_rocket)) == 1


def test_neither_the_same_level_nor_giving_back_is_announced(
    in_rocket: Cast, ticket: Ticket
) -> None:
    by = Actor.of(in_rocket.level_two)
    for _ in range(2):
        escalate(ticket_id=ticket.pk, by=by, at=NOON)
    change_status(ticket_id=ticket.pk, move="investigate", by=by, at=NOON)
    escalate(ticket_id=ticket.pk, by=by, at=NOON)  # stays at R&D
    give_back(ticket_id=ticket.pk, by=by, at=NOON, why="A setting")
    assert len(list_escalation_mails(in_rocket)) == 2


def test_the_email_is_in_the_readers_language(in_rocket: Cast, ticket: Ticket) -> None:
    Contact.objects.filter(pk=in_rocket.customer.pk).update(language="de")
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    [mail] = list_escalation_mails(in_rocket)
    assert "Die zweite Ebene hat es." in mail.body_text


def test_an_unverified_sender_is_told_nothing(in_rocket: Cast, ticket: Ticket) -> None:
    unknown = in_rocket.open_ticket(contact=in_rocket.stranger, is_unverified=True)
    escalate(ticket_id=unknown.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert list_escalation_mails(in_rocket) == []


def test_agents_who_pass_a_ticket_back_and_forth_do_not_flood_the_customer(
    in_rocket: Cast, ticket: Ticket
) -> None:
    by = Actor.of(in_rocket.level_two)
    for _ in range(8):
        escalate(ticket_id=ticket.pk, by=by, at=NOON)
        give_back(ticket_id=ticket.pk, by=by, at=NOON, why="No, yours")
    assert len(list_escalation_mails(in_rocket)) == 5
