"""The agent's inbox, and being away."""

from __future__ import annotations

from django.test import Client

from accounts.models import Agent
from routing.models import Presence
from tests.agent.conftest import SignIn, count_statements, inside
from tests.cast import NOON, Cast
from tickets.events import EventKind
from tickets.models import Notification, Ticket, TicketEvent

PAGE = "/rocket/agent/notifications/"


def notify(
    cast: Cast, agent: Agent, ticket: Ticket, kind: EventKind = EventKind.ASSIGNED
) -> Notification:
    with inside(cast):
        event = TicketEvent.objects.create(
            desk=cast.desk,
            ticket=ticket,
            kind=kind,
            at=NOON,
            actor_kind="contact",
            actor_name="Customer",
        )
        return Notification.objects.create(
            desk=cast.desk, agent=agent, event=event, ticket=ticket, created_at=NOON
        )


def test_unread_lines_are_counted_and_shown(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        Notification.objects.all().delete()
    notify(rocket, rocket.analyst, ticket)
    notify(rocket, rocket.analyst, ticket, EventKind.CUSTOMER_RESPONDED)
    notify(rocket, rocket.colleague, ticket, EventKind.SLA_BREACHED)
    text = client.get(PAGE).content.decode()
    assert f"{ticket.reference} was assigned to you." in text
    assert f"Customer replied on {ticket.reference}." in text
    assert "is overdue" not in text
    assert '<span class="nav-count">2</span>' in text
    row = client.get("/rocket/agent/", headers={"HX-Request": "true"}).content.decode()
    assert "data-unread" in row


def test_opening_a_line_reads_those_of_its_ticket(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        other = rocket.open_ticket()
    line = notify(rocket, rocket.analyst, ticket)
    notify(rocket, rocket.analyst, ticket)
    kept = notify(rocket, rocket.analyst, other)
    response = client.post(f"{PAGE}{line.pk}/")
    assert response["Location"] == f"/rocket/agent/tickets/{ticket.number}/"
    with inside(rocket):
        unread = Notification.objects.filter(agent=rocket.analyst, read_at__isnull=True)
        assert set(unread.filter(created_at=NOON).exclude(ticket=ticket)) >= {kept}
        assert not unread.filter(ticket=ticket).exists()


def test_all_at_once(rocket: Cast, client: Client, ticket: Ticket) -> None:
    notify(rocket, rocket.analyst, ticket)
    foreign = notify(rocket, rocket.colleague, ticket)
    assert client.post(f"{PAGE}read/").status_code == 303
    with inside(rocket):
        assert not Notification.objects.filter(agent=rocket.analyst, read_at__isnull=True).exists()
        foreign.refresh_from_db()
        assert foreign.read_at is None
    assert "all caught up" in client.get(PAGE).content.decode()


def test_anothers_line_is_not_there(rocket: Cast, client: Client, ticket: Ticket) -> None:
    line = notify(rocket, rocket.colleague, ticket)
    assert client.post(f"{PAGE}{line.pk}/").status_code == 404
    with inside(rocket):
        line.refresh_from_db()
        assert line.read_at is None


def test_many_lines_take_as_many_statements_as_one(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    notify(rocket, rocket.analyst, ticket)
    one = count_statements(client, PAGE)
    for _ in range(60):
        notify(rocket, rocket.analyst, ticket)
    assert count_statements(client, PAGE) == one


def test_an_agent_goes_away_and_comes_back(rocket: Cast, client: Client, sign_in: SignIn) -> None:
    assert client.post("/rocket/agent/presence/", {"state": "away"}).status_code == 303
    with inside(rocket):
        assert Presence.objects.get(agent=rocket.analyst).state == "away"
    assert "Set yourself as available" in client.get("/rocket/agent/").content.decode()
    client.post("/rocket/agent/presence/", {"state": "available"})
    with inside(rocket):
        assert Presence.objects.get(agent=rocket.analyst).state == "available"
    assert "Set yourself as away" in client.get("/rocket/agent/").content.decode()
