"""Opening a ticket: numbers, subject, account, participants, and what the event holds (M22-M25)."""

from __future__ import annotations

import pytest
from django.db import transaction

from accounts.match_reasons import MatchCode, make_reason
from accounts.models import Account, Contact
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import Participant, Ticket, TicketCounter
from tickets.services import (
    NewMessage,
    NewTicket,
    Origin,
    add_customer_message,
    open_ticket,
    open_with_message,
)


def make_new(cast: Cast, **changes: object) -> NewTicket:
    given: dict = {
        "subject": "It broke",
        "message": NewMessage("Look", "web"),
        "origin": Origin(
            cast.customer, account_id=cast.account.pk, reasons=(make_reason(MatchCode.SIGNED_IN),)
        ),
        "priority": cast.default_priority,
    }
    return NewTicket(**given | changes)


def test_each_desk_counts_from_1001(in_rocket: Cast, matter: Cast) -> None:
    assert [in_rocket.open_ticket().number for _ in range(3)] == [1001, 1002, 1003]
    with desk_scope(matter.desk):
        assert matter.open_ticket().reference == "MM-1001"


def test_a_rolled_back_ticket_leaves_no_gap(in_rocket: Cast) -> None:
    in_rocket.open_ticket()
    with transaction.atomic():
        in_rocket.open_ticket()
        transaction.set_rollback(True)
    assert in_rocket.open_ticket().number == 1002
    assert TicketCounter.objects.get().last == 1002


@pytest.mark.parametrize(
    ("subject", "stored"),
    [
        ("  Two\r\n lines\t here ", "Two lines here"),
        ("x" * 300, "x" * 250),
        ("", "(no subject)"),
        (" \n ", "(no subject)"),
    ],
)
def test_a_subject_is_one_line_that_fits(in_rocket: Cast, subject: str, stored: str) -> None:
    new = make_new(in_rocket, subject=subject)
    by = Actor.of(in_rocket.customer)
    assert open_ticket(desk=in_rocket.desk, new=new, by=by, at=NOON).subject == stored


def test_the_event_names_opener_message_and_priority(in_rocket: Cast) -> None:
    origin = in_rocket.open_ticket()
    new = make_new(in_rocket, follow_up_of=origin, fields={"version": "6.5"})
    by = Actor.of(in_rocket.analyst)
    message = open_with_message(desk=in_rocket.desk, new=new, by=by, at=NOON)
    event = message.ticket.events.get(kind=EventKind.TICKET_OPENED)
    assert (event.actor_name, event.channel) == ("Analyst", "web")
    assert event.data == {
        "message": message.pk,
        "subject": "It broke",
        "priority": "Medium",
        "unverified": False,
        "follow_up_of": origin.number,
    }
    assert (message.contact, message.agent) == (in_rocket.customer, None)
    assert message.ticket.match_reasons == [{"code": "signed_in"}]
    assert message.ticket.fields == {"version": "6.5"}
    assert list(origin.follow_ups.all()) == [message.ticket]


def test_the_requester_is_no_participant(in_rocket: Cast) -> None:
    people = [in_rocket.customer, in_rocket.manager]
    ticket = in_rocket.open_ticket(participants=people)
    assert [p.contact for p in Participant.objects.filter(ticket=ticket)] == [in_rocket.manager]


def test_the_account_has_the_terms_of_now_and_not_those_that_the_caller_read(
    in_rocket: Cast,
) -> None:
    contact = Contact.objects.select_related("account__plan").get(pk=in_rocket.customer.pk)
    Account.objects.filter(pk=in_rocket.account.pk).update(status="trial")
    new = make_new(in_rocket, origin=Origin(contact, account_id=in_rocket.account.pk))
    ticket = open_ticket(desk=in_rocket.desk, new=new, by=Actor.of(contact), at=NOON)
    assert ticket.account is not None
    assert ticket.account.status == "trial"
    assert ticket.department == in_rocket.departments["trials"]


def test_an_account_that_was_deleted_by_now_is_none(in_rocket: Cast) -> None:
    new = make_new(in_rocket, origin=Origin(in_rocket.stranger, account_id=0))
    by = Actor.of(in_rocket.stranger)
    ticket = open_ticket(desk=in_rocket.desk, new=new, by=by, at=NOON)
    assert ticket.account is None
    assert ticket.department == in_rocket.departments["community"]


def test_a_person_who_was_erased_opens_nothing_and_takes_no_number(in_rocket: Cast) -> None:
    in_rocket.open_ticket()
    Contact.objects.filter(pk=in_rocket.stranger.pk).update(email="7@erased.invalid")
    with pytest.raises(ConflictError, match="erased"), transaction.atomic():
        in_rocket.open_ticket(contact=in_rocket.stranger)
    assert Ticket.objects.count() == 1


def test_a_person_who_was_deleted_meanwhile_opens_and_writes_nothing(in_rocket: Cast) -> None:
    gone = Contact.objects.create(desk=in_rocket.desk, email="gone@acme.example")
    Contact.objects.filter(pk=gone.pk).delete()
    ticket = in_rocket.open_ticket()
    new = NewMessage("Hello", "web")
    with pytest.raises(ConflictError):
        add_customer_message(ticket_id=ticket.pk, contact=gone, new=new, at=NOON)
    with pytest.raises(ConflictError):
        in_rocket.open_ticket(contact=gone)
