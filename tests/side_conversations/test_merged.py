"""Side conversations of a merged ticket go on with the ticket that continues it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.side_conversations.conftest import SECRET, Side
from tickets.models import SideConversation, SideMessage, Ticket, TicketEvent
from tickets.relations.merging import merge_ticket, undo_merge
from tickets.search.documents import refresh_all
from tickets.search.find import search_tickets
from tickets.side_conversations import access
from tickets.side_conversations.access import MovedError, get_side_for_agent
from tickets.side_conversations.writing import start_side, write_side

LATER = NOON + timedelta(minutes=5)


def merge(cast: Cast, ticket: Ticket, into: Ticket) -> None:
    merge_ticket(ticket_id=ticket.pk, into_id=into.pk, agent=cast.analyst, at=NOON)


def test_it_moves_with_the_merge_and_comes_back_with_its_undoing(side: Side, rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        middle, end = rocket.open_ticket(), rocket.open_ticket()
        given: dict[str, Any] = {"agent": rocket.analyst, "subject": "Own", "text": "Hello"}
        own = start_side(ticket_id=middle.pk, emails=["x@vendor.example"], at=NOON, **given)
        merge(rocket, side.ticket, middle)
        merge(rocket, middle, end)
        for one, origin in ((side.side, side.ticket), (own, middle)):
            one.refresh_from_db()
            assert (one.ticket_id, one.merged_from_id) == (end.pk, origin.pk)
        undo_merge(ticket_id=middle.pk, agent=rocket.analyst, at=LATER)
        side.side.refresh_from_db()
        own.refresh_from_db()
        assert (side.side.ticket_id, side.side.merged_from_id) == (middle.pk, side.ticket.pk)
        assert (own.ticket_id, own.merged_from_id) == (middle.pk, None)
        undo_merge(ticket_id=side.ticket.pk, agent=rocket.analyst, at=LATER)
        side.side.refresh_from_db()
        assert (side.side.ticket_id, side.side.merged_from_id) == (side.ticket.pk, None)
        own.refresh_from_db()
        assert own.ticket_id == middle.pk


def test_an_answer_lands_at_the_ticket_that_continues(
    side: Side, take_in: Callable[..., Any], rocket: Cast
) -> None:
    with desk_scope(rocket.desk):
        end = rocket.open_ticket()
        merge(rocket, side.ticket, end)
        refresh_all(rocket.desk.pk)
    take_in(side.answer(), at=LATER)
    with desk_scope(rocket.desk):
        event = TicketEvent.objects.get(kind="side.answered")
        assert event.ticket_id == end.pk
        assert InboundMessage.objects.get().ticket_id == end.pk
        message = SideMessage.objects.get(agent=None)
        assert message.side_id == side.side.pk
        assert search_tickets(desk=rocket.desk, words="CANARY router") == [end.pk]
        write_side(side_id=side.side.pk, agent=rocket.analyst, text="Thanks", at=LATER)
        assert TicketEvent.objects.get(kind="side.sent").ticket_id == end.pk


def test_the_merged_ticket_leads_to_it_for_those_who_see_the_other_one(
    side: Side, rocket: Cast, matter: Cast
) -> None:
    with desk_scope(rocket.desk):
        end = rocket.open_ticket()
        merge(rocket, side.ticket, end)
        for number in (side.ticket.number, end.number):
            found = get_side_for_agent(rocket.analyst, number, side.side.pk)
            assert found.ticket_id == end.pk
        other = rocket.open_ticket()
        with pytest.raises(SideConversation.DoesNotExist):
            get_side_for_agent(rocket.analyst, other.number, side.side.pk)
    with desk_scope(matter.desk), pytest.raises(SideConversation.DoesNotExist):
        get_side_for_agent(matter.analyst, end.number, side.side.pk)


def test_a_merge_that_crosses_a_message_moves_it_first(
    side: Side, rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The conversation leaves between the look at its ticket and the lock."""
    lock, crossed = access._lock, []

    def cross(side_id: int, **given: Any) -> Any:
        if not crossed:
            crossed.append(side_id)
            raise MovedError
        return lock(side_id, **given)

    monkeypatch.setattr(access, "_lock", cross)
    with desk_scope(rocket.desk):
        message = write_side(side_id=side.side.pk, agent=rocket.analyst, text="Hi", at=LATER)
        assert crossed
        assert message.side.messages.count() == 2


def test_erasing_a_customer_reaches_what_left_their_ticket(side: Side, rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        customer: Contact = rocket.customer
        end = rocket.open_ticket()
        Ticket.objects.filter(pk=end.pk).update(contact=rocket.customer_colleague)
        text = f"Our customer {customer.name} says {SECRET}"
        write_side(side_id=side.side.pk, agent=rocket.analyst, text=text, at=NOON)
        merge(rocket, side.ticket, end)
        name = customer.name
    erase_person(desk=rocket.desk, contact=customer, by=rocket.admin, at=LATER)
    with desk_scope(rocket.desk):
        assert name not in str(list(SideMessage.objects.values_list("body_text", flat=True)))
