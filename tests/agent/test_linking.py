"""The pages that link tickets and close them with a reason."""

from __future__ import annotations

from django.test import Client

from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tickets.models import ClosingReason, State, Ticket, TicketLink


def get_url(ticket: Ticket, part: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{part}"


def test_tickets_are_linked_and_unlinked(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        other = rocket.open_ticket(subject="The whole region is down")
    given = {"kind": "problem", "other": f"see RC-{other.number}"}
    page = client.post(get_url(ticket, "links/new/"), given, follow=True).content.decode()
    assert "Part of the problem" in page
    assert "The whole region is down" in page
    assert "Part of this problem" in client.get(get_url(other)).content.decode()
    with inside(rocket):
        link = TicketLink.objects.get()
    client.post(get_url(ticket, f"links/{link.pk}/removal/"))
    with inside(rocket):
        assert not TicketLink.objects.exists()


def test_what_was_typed_is_kept_when_no_ticket_is_named(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(matter):
        theirs = [matter.open_ticket() for _ in range(3)][-1]
    for text in ("nothing", f"RC-{theirs.number}", f"RC-{ticket.number}", "RC-1 and RC-2"):
        answer = client.post(get_url(ticket, "links/new/"), {"kind": "related", "other": text})
        assert answer.status_code == 422
        assert text in answer.content.decode()
    with inside(rocket):
        assert not TicketLink.objects.exists()


def test_a_ticket_is_closed_with_the_desks_own_reason(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        own = ClosingReason.objects.create(desk=rocket.desk, name="Sent to sales")
        ClosingReason.objects.create(desk=rocket.desk, name="No longer used", is_active=False)
    page = client.get(get_url(ticket, "closure/")).content.decode()
    assert "Sent to sales" in page
    assert "No longer used" not in page
    client.post(get_url(ticket, "closure/"), {"reason": f"own-{own.pk}"})
    assert "Sent to sales" in client.get(get_url(ticket)).content.decode()


def test_a_duplicate_needs_the_other_ticket(rocket: Cast, client: Client, ticket: Ticket) -> None:
    given = {"reason": "duplicate", "duplicate_of": f"RC-{ticket.number}"}
    answer = client.post(get_url(ticket, "closure/"), given)
    assert answer.status_code == 422
    with inside(rocket):
        ticket.refresh_from_db()
        assert ticket.status == State.OPEN


def test_an_observer_sees_links_but_cannot_change_them(
    rocket: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    observer = sign_in(rocket.observer.user)
    assert "Link a ticket" not in observer.get(get_url(ticket)).content.decode()
    assert observer.get(get_url(ticket, "links/new/")).status_code == 403
