"""Links between tickets: related ones, problems and their incidents, duplicates."""

from __future__ import annotations

import pytest

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.errors import (
    ConflictError,
    InvalidTransitionError,
    InvalidValueError,
    NotAllowedError,
)
from tickets.models import CloseReason, ClosingReason, LinkKind, State, Ticket, TicketEvent
from tickets.models import TicketLink as Link
from tickets.relations.closing import close_as_duplicate
from tickets.relations.linking import link_tickets, unlink_tickets
from tickets.services import close


def link(cast: Cast, source: Ticket, target: Ticket, kind: LinkKind = LinkKind.RELATED) -> bool:
    return link_tickets(
        source_id=source.pk, target_id=target.pk, kind=kind, agent=cast.analyst, at=NOON
    )


def close_duplicate(cast: Cast, ticket: Ticket, original: Ticket) -> dict[str, object]:
    """Close a ticket as a duplicate. Return the data of the event."""
    close_as_duplicate(ticket_id=ticket.pk, of_id=original.pk, agent=cast.analyst, at=NOON)
    return dict(TicketEvent.objects.get(ticket=ticket, kind="ticket.closed").data)


@pytest.fixture
def tickets(in_rocket: Cast) -> list[Ticket]:
    return [in_rocket.open_ticket() for _ in range(3)]


def test_a_link_is_recorded_on_both_tickets_once(in_rocket: Cast, tickets: list[Ticket]) -> None:
    first, second, _third = tickets
    assert link(in_rocket, first, second)
    assert not link(in_rocket, second, first)  # related has no direction
    events = TicketEvent.objects.filter(kind="tickets.linked").order_by("ticket_id")
    assert [event.data["other"] for event in events] == [second.number, first.number]
    assert Link.objects.count() == 1


def test_a_link_is_removed_from_either_side(in_rocket: Cast, tickets: list[Ticket]) -> None:
    first, second, third = tickets
    link(in_rocket, first, second)
    found = Link.objects.get()
    remove = {"link_id": found.pk, "agent": in_rocket.analyst, "at": NOON}
    with pytest.raises(ConflictError):
        unlink_tickets(ticket_id=third.pk, **remove)
    unlink_tickets(ticket_id=second.pk, **remove)
    assert not Link.objects.exists()
    with pytest.raises(ConflictError):
        unlink_tickets(ticket_id=second.pk, **remove)


def test_a_ticket_is_part_of_one_problem_and_problems_do_not_nest(
    in_rocket: Cast, tickets: list[Ticket]
) -> None:
    first, second, third = tickets
    link(in_rocket, first, second, LinkKind.PARENT)
    for source, target in ((first, third), (second, third), (third, first)):
        with pytest.raises(ConflictError):
            link(in_rocket, source, target, LinkKind.PARENT)
    assert link(in_rocket, third, second, LinkKind.PARENT)


def test_a_duplicate_is_closed_linked_and_named_to_a_customer_who_sees_the_other(
    in_rocket: Cast, tickets: list[Ticket]
) -> None:
    ticket, original, _third = tickets
    facts = close_duplicate(in_rocket, ticket, original)
    assert (facts["duplicate_of"], facts["named"]) == (original.number, True)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.close_reason) == (State.CLOSED, CloseReason.DUPLICATE)
    assert Link.objects.get().kind == LinkKind.DUPLICATE


def test_a_ticket_of_someone_else_is_not_named_to_the_customer(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(contact=in_rocket.elsewhere)
    assert not close_duplicate(in_rocket, ticket, in_rocket.open_ticket())["named"]


def test_the_desks_own_reason_says_if_the_problem_is_solved(
    in_rocket: Cast, tickets: list[Ticket]
) -> None:
    by = Actor.of(in_rocket.analyst)
    for ticket, is_solution in zip(tickets, (True, False), strict=False):
        own = ClosingReason.objects.create(
            desk=in_rocket.desk, name=f"Own {is_solution}", is_solution=is_solution
        )
        close(ticket_id=ticket.pk, by=by, at=NOON, own=own)
        ticket.refresh_from_db()
        expected = CloseReason.SOLVED if is_solution else CloseReason.OTHER
        assert (ticket.close_reason, ticket.own_close_reason) == (expected, own)


def test_what_makes_no_sense_is_refused(in_rocket: Cast, tickets: list[Ticket]) -> None:
    first, second, _third = tickets
    with pytest.raises(InvalidValueError):
        link(in_rocket, first, first)
    with pytest.raises(InvalidValueError):
        close_duplicate(in_rocket, first, first)
    close(ticket_id=first.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    with pytest.raises(InvalidTransitionError):
        close_duplicate(in_rocket, first, second)
    with pytest.raises(NotAllowedError):
        link_tickets(
            source_id=first.pk,
            target_id=second.pk,
            kind=LinkKind.RELATED,
            agent=in_rocket.observer,
            at=NOON,
        )
    assert not Link.objects.exists()


def test_a_ticket_of_another_desk_is_not_there(rocket: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        theirs = matter.open_ticket()
    with desk_scope(rocket.desk):
        ours = rocket.open_ticket()
        with pytest.raises(Ticket.DoesNotExist):
            link(rocket, ours, theirs)
