"""Changing assignee, status, priority and department from the ticket's panel."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client

from accounts.models import Product
from helpdesk.shared.undo import Undo, get_undo
from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.actors import Actor
from tickets.models import State, Ticket, TicketEvent
from tickets.services import assign


def change(client: Client, ticket: Ticket, part: str, **fields: object) -> HttpResponse:
    response = client.post(f"/rocket/agent/tickets/{ticket.number}/{part}/", fields)
    assert response.status_code == 303
    assert response["Location"] == f"/rocket/agent/tickets/{ticket.number}/"
    return response


def told(response: HttpResponse) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_an_analyst_takes_a_ticket(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        assign(ticket_id=ticket.pk, agent=None, by=Actor.of(rocket.lead), at=NOON)
        change(client, ticket, "assignee", assignee=rocket.analyst.pk)
        ticket.refresh_from_db()
        assert ticket.assignee == rocket.analyst


def test_a_ticket_that_went_elsewhere_meanwhile_is_not_taken_away(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        assign(ticket_id=ticket.pk, agent=None, by=Actor.of(rocket.lead), at=NOON)
        assign(ticket_id=ticket.pk, agent=rocket.colleague, by=Actor.of(rocket.lead), at=NOON)
        response = change(client, ticket, "assignee", assignee=rocket.analyst.pk, expected="")
        ticket.refresh_from_db()
        assert ticket.assignee == rocket.colleague
    assert "This ticket was assigned to Colleague in the meantime" in told(response)


def test_nobody_and_strangers(rocket: Cast, matter: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        change(client, ticket, "assignee", assignee="")
        ticket.refresh_from_db()
        assert ticket.assignee is None
        for stranger in [matter.analyst.pk, rocket.observer.pk, "nobody", 10**17]:
            change(client, ticket, "assignee", assignee=stranger)
            ticket.refresh_from_db()
            assert ticket.assignee is None


def test_priority_and_department_change(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        change(client, ticket, "priority", priority=rocket.priorities["High"].pk)
        change(client, ticket, "department", department=rocket.departments["trials"].pk)
        ticket.refresh_from_db()
        assert ticket.priority.name == "High"
        assert ticket.department == rocket.departments["trials"]


def test_what_belongs_to_another_desk_cannot_be_chosen(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        before = TicketEvent.objects.filter(ticket=ticket).count()
        change(client, ticket, "priority", priority=matter.priorities["Urgent"].pk)
        change(client, ticket, "department", department=matter.departments["trials"].pk)
        change(client, ticket, "priority", priority="")
        assert TicketEvent.objects.filter(ticket=ticket).count() == before


def test_status_moves_that_need_no_words(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        change(client, ticket, "status", move="investigate")
        ticket.refresh_from_db()
        assert ticket.status == State.INVESTIGATING
        response = change(client, ticket, "status", move="investigate")
        assert "do that while the ticket is At Investigation" in told(response)
        change(client, ticket, "status", move="customer_responds")
        ticket.refresh_from_db()
        assert ticket.status == State.INVESTIGATING


def test_reopening(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        change(client, ticket, "closure", reason="solved")
        change(client, ticket, "reopening")
        ticket.refresh_from_db()
        assert ticket.status == State.OPEN


HTMX = {"HX-Request": "true"}


def test_htmx_gets_the_panel_header_and_actions_with_the_message(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/"
    with inside(rocket):
        high = rocket.priorities["High"]
        response = client.post(f"{url}priority/", {"priority": high.pk}, headers=HTMX)
        assert response.status_code == 303
        assert response["Location"] == f"{url}panel/?after=change"
        live = client.get(f"{url}panel/", headers=HTMX).content.decode()
        mine = client.get(response["Location"], headers=HTMX).content.decode()
    assert "Priority changed to High." not in live
    assert "Priority changed to High." in mine
    for part in ("#toasts", 'id="ticket-head"', 'id="ticket-actions"'):
        assert part in mine
    assert "<textarea" not in mine


def list_undos(response: HttpResponse) -> list[Undo]:
    return [undo for m in get_messages(response.wsgi_request) if (undo := get_undo(m))]


@pytest.mark.parametrize("part", ["assignee", "priority", "department"])
def test_a_change_is_undone_by_the_form_of_its_message(
    rocket: Cast, client: Client, ticket: Ticket, part: str
) -> None:
    with inside(rocket):
        chosen = {
            "assignee": rocket.colleague,
            "priority": rocket.priorities["High"],
            "department": rocket.departments["trials"],
        }[part]
        before = getattr(ticket, part)
        assert chosen != before
        [undo] = list_undos(change(client, ticket, part, **{part: chosen.pk}))
        assert undo.action == f"/rocket/agent/tickets/{ticket.number}/{part}/"
        events = TicketEvent.objects.filter(ticket=ticket)
        amount = events.filter(kind__endswith=KINDS[part]).count()
        client.post(undo.action, {undo.name: undo.value, "expected": undo.expected})
        ticket.refresh_from_db()
        assert getattr(ticket, part) == before
        assert events.filter(kind__endswith=KINDS[part]).count() == amount + 1


KINDS = {
    "assignee": "ticket.assigned",
    "priority": "priority.changed",
    "department": "department.changed",
}


@pytest.mark.parametrize("part", ["assignee", "priority", "department"])
def test_undo_keeps_a_newer_change_by_another_agent(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn, part: str
) -> None:
    with inside(rocket):
        mine, theirs = {
            "assignee": (rocket.colleague, rocket.lead),
            "priority": (rocket.priorities["High"], rocket.priorities["Low"]),
            "department": (rocket.departments["trials"], rocket.departments["community"]),
        }[part]
        [undo] = list_undos(change(client, ticket, part, **{part: mine.pk}))
        change(sign_in(rocket.lead.user), ticket, part, **{part: theirs.pk})
        response = client.post(undo.action, {undo.name: undo.value, "expected": undo.expected})
        ticket.refresh_from_db()
        assert getattr(ticket, part) == theirs
    assert "in the meantime" in told(response)


def test_nothing_is_undone_that_did_not_change(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        response = change(client, ticket, "priority", priority=ticket.priority_id)
        assert list_undos(response) == []


def test_assign_to_me_takes_nothing_from_a_colleague(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        assign(ticket_id=ticket.pk, agent=None, by=Actor.of(rocket.lead), at=NOON)
        page = client.get(f"/rocket/agent/tickets/{ticket.number}/")
        [take] = [action for action in page.context["actions"] if action.name == "assignee"]
        assign(ticket_id=ticket.pk, agent=rocket.colleague, by=Actor.of(rocket.lead), at=NOON)
        change(client, ticket, "assignee", assignee=take.value, expected=take.expected)
        ticket.refresh_from_db()
        assert ticket.assignee == rocket.colleague


def test_who_loses_sight_of_the_ticket_is_sent_to_the_queue(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    hidden = close_department(rocket, "trials", members=())
    url = f"/rocket/agent/tickets/{ticket.number}/department/"
    with inside(rocket):
        assign(ticket_id=ticket.pk, agent=None, by=Actor.of(rocket.lead), at=NOON)
        response = client.post(url, {"department": hidden.pk}, headers=HTMX)
    assert response["HX-Redirect"] == "/rocket/agent/"
    assert list_undos(response) == []


def test_a_follower_who_cannot_be_added_is_a_message_to_htmx(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/participants/"
    with inside(rocket):
        response = client.post(url, {"email": "no address"}, headers=HTMX)
    assert response.status_code == 303
    assert "Enter a valid email address" in told(response)


def test_a_product_change_is_undone_unless_another_agent_changed_it_since(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        mine, theirs = (
            Product.objects.create(desk=rocket.desk, name=name) for name in ("Server", "App")
        )
        [undo] = list_undos(change(client, ticket, "product", product=mine.pk, expected=""))
        client.post(undo.action, {undo.name: undo.value, "expected": undo.expected})
        ticket.refresh_from_db()
        assert ticket.product is None
        undo = list_undos(change(client, ticket, "product", product=mine.pk))[-1]
        change(client, ticket, "product", product=theirs.pk)
        response = client.post(undo.action, {undo.name: undo.value, "expected": undo.expected})
        ticket.refresh_from_db()
        assert ticket.product == theirs
    assert "The product was changed to App in the meantime" in told(response)
