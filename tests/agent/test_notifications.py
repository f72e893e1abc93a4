"""The agent's inbox, and being away."""

from __future__ import annotations

from django.test import Client

from accounts.models import Agent
from routing.models import Rotation
from tests.agent.conftest import SignIn, count_statements, inside
from tests.cast import NOON, Cast
from tickets.models import Notification, Ticket, TicketEvent

PAGE = "/rocket/agent/notifications/"


def tell(cast: Cast, agent: Agent, ticket: Ticket, text: str) -> Notification:
    with inside(cast):
        event = TicketEvent.objects.create(
            desk=cast.desk, ticket=ticket, kind="note.added", at=NOON, actor_kind="agent"
        )
        return Notification.objects.create(
            desk=cast.desk, agent=agent, event=event, ticket=ticket, text=text, created_at=NOON
        )


def test_unread_lines_are_counted_and_shown(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        Notification.objects.all().delete()
    tell(rocket, rocket.analyst, ticket, "It is yours.")
    tell(rocket, rocket.analyst, ticket, "They answered.")
    tell(rocket, rocket.colleague, ticket, "Not for you.")
    text = client.get(PAGE).content.decode()
    assert "It is yours." in text
    assert "Not for you." not in text
    assert '<span class="nav-count">2</span>' in text
    row = client.get("/rocket/agent/", headers={"HX-Request": "true"}).content.decode()
    assert "data-unread" in row


def test_opening_a_line_reads_those_of_its_ticket(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        other = rocket.open_ticket()
    line = tell(rocket, rocket.analyst, ticket, "One.")
    tell(rocket, rocket.analyst, ticket, "Two.")
    kept = tell(rocket, rocket.analyst, other, "Three.")
    response = client.post(f"{PAGE}{line.pk}/")
    assert response["Location"] == f"/rocket/agent/tickets/{ticket.number}/"
    with inside(rocket):
        unread = Notification.objects.filter(agent=rocket.analyst, read_at__isnull=True)
        assert set(unread.filter(text__in=["One.", "Two.", "Three."])) == {kept}


def test_all_at_once(rocket: Cast, client: Client, ticket: Ticket) -> None:
    tell(rocket, rocket.analyst, ticket, "One.")
    foreign = tell(rocket, rocket.colleague, ticket, "Two.")
    assert client.post(f"{PAGE}read/").status_code == 303
    with inside(rocket):
        assert not Notification.objects.filter(agent=rocket.analyst, read_at__isnull=True).exists()
        foreign.refresh_from_db()
        assert foreign.read_at is None
    assert "Nothing new" in client.get(PAGE).content.decode()


def test_anothers_line_is_not_there(rocket: Cast, client: Client, ticket: Ticket) -> None:
    line = tell(rocket, rocket.colleague, ticket, "Two.")
    assert client.post(f"{PAGE}{line.pk}/").status_code == 404
    with inside(rocket):
        line.refresh_from_db()
        assert line.read_at is None


def test_many_lines_take_as_many_statements_as_one(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    tell(rocket, rocket.analyst, ticket, "One.")
    one = count_statements(client, PAGE)
    for i in range(60):
        tell(rocket, rocket.analyst, ticket, f"Line {i}.")
    assert count_statements(client, PAGE) == one


def test_an_agent_goes_away_and_comes_back(rocket: Cast, client: Client, sign_in: SignIn) -> None:
    assert client.post("/rocket/agent/presence/", {"away": "1"}).status_code == 303
    with inside(rocket):
        assert Rotation.objects.get(agent=rocket.analyst).is_away
    assert "I am back" in client.get("/rocket/agent/").content.decode()
    client.post("/rocket/agent/presence/", {"away": "0"})
    with inside(rocket):
        assert not Rotation.objects.get(agent=rocket.analyst).is_away
    assert "I am away" in client.get("/rocket/agent/").content.decode()
