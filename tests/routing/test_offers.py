"""Offers: a ticket that isn't accepted in time goes to the next agent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Agent, Desk
from routing.handover.offers import accept_ticket
from routing.handover.sweeps import pass_on_offers
from routing.models import Offer
from tests.cast import NOON, Cast
from tests.routing.shifts import set_shift
from tickets.actors import Actor
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.sentences.reasons import describe_reason
from tickets.services import add_note, assign, close, reply

MINUTE = timedelta(minutes=1)
LATE = NOON + 10 * MINUTE


@pytest.fixture
def cast(in_rocket: Cast) -> Cast:
    """A desk whose agents have 10 minutes to accept."""
    Desk.objects.filter(pk=in_rocket.desk.pk).update(offer_minutes=10)
    in_rocket.desk.refresh_from_db()
    return in_rocket


def pass_on(cast: Cast, at: object = LATE) -> int:
    return pass_on_offers(desk_id=cast.desk.pk, at=at)


def get_holder(ticket: Ticket) -> Agent | None:
    return Ticket.objects.select_related("assignee").get(pk=ticket.pk).assignee


def test_without_offers_an_assigned_ticket_stays(in_rocket: Cast) -> None:
    in_rocket.open_ticket()
    assert not Offer.objects.exists()


def test_what_is_not_accepted_in_time_goes_to_the_next(cast: Cast) -> None:
    ticket = cast.open_ticket()
    first = ticket.assignee
    assert pass_on(cast, LATE - MINUTE) == 0
    assert pass_on(cast) == 1
    second = get_holder(ticket)
    assert second not in (None, first)
    event = ticket.events.filter(kind=EventKind.ASSIGNED).latest("pk")
    assert describe_reason(event.data["reason"]) == (
        f"Assigned to {second}, because {first} didn't accept it in time."
    )
    offer = Offer.objects.get(ticket=ticket)
    assert first is not None
    assert (offer.agent, offer.passed, offer.expires_at) == (second, [first.pk], LATE + 10 * MINUTE)


def test_with_nobody_left_it_stays_with_the_last_one(cast: Cast) -> None:
    ticket = cast.open_ticket()
    pass_on(cast)
    last = get_holder(ticket)
    assert pass_on(cast, LATE + 10 * MINUTE) == 1
    assert get_holder(ticket) == last
    assert not Offer.objects.exists()


def test_an_accepted_ticket_stays(cast: Cast) -> None:
    ticket = cast.open_ticket()
    holder = ticket.assignee
    assert holder is not None
    accept_ticket(ticket_id=ticket.pk, agent=holder, at=NOON)
    with pytest.raises(ConflictError):  # done already
        accept_ticket(ticket_id=ticket.pk, agent=holder, at=NOON)
    assert pass_on(cast) == 0
    assert get_holder(ticket) == holder
    assert ticket.events.filter(kind=EventKind.ACCEPTED).count() == 1


def test_only_its_agent_accepts_a_ticket(cast: Cast) -> None:
    ticket = cast.open_ticket()
    with pytest.raises(ConflictError):
        accept_ticket(ticket_id=ticket.pk, agent=cast.lead, at=NOON)
    assert Offer.objects.filter(ticket=ticket).exists()


@pytest.mark.parametrize("work", ["reply", "note", "close"])
def test_working_on_it_accepts_it(cast: Cast, work: str) -> None:
    ticket = cast.open_ticket()
    holder = ticket.assignee
    assert holder is not None
    if work == "reply":
        reply(ticket_id=ticket.pk, agent=holder, text="Hello", at=NOON)
    elif work == "note":
        add_note(ticket_id=ticket.pk, agent=holder, text="Odd", at=NOON)
    else:
        close(ticket_id=ticket.pk, by=Actor.of(holder), at=NOON)
    assert not Offer.objects.exists()
    assert pass_on(cast) == 0


def test_an_assignment_by_hand_ends_the_offer(cast: Cast) -> None:
    ticket = cast.open_ticket()
    assign(ticket_id=ticket.pk, agent=cast.level_two, by=Actor.of(cast.lead), at=NOON)
    assert pass_on(cast) == 1
    assert get_holder(ticket) == cast.level_two
    assert not Offer.objects.exists()


def test_it_never_goes_to_someone_off_shift(cast: Cast) -> None:
    set_shift(cast.colleague, 14, 15)
    ticket = cast.open_ticket()
    assert ticket.assignee == cast.analyst
    pass_on(cast)
    assert get_holder(ticket) == cast.analyst


def test_another_desk_has_its_own_offers(cast: Cast, matter: Cast) -> None:
    ticket = cast.open_ticket()
    assert pass_on_offers(desk_id=matter.desk.pk, at=LATE) == 0
    assert Offer.objects.filter(ticket=ticket).exists()
