"""What agents see beside a ticket, over the API: similar tickets, customer cards, read marks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import CardSubject, CustomerCard
from accounts.tenancy import desk_scope
from tests.cards.conftest import _empty_cache as _empty_cache
from tests.cards.conftest import make_card as make_card
from tests.cards.conftest import system as system
from tests.cards.system import OwnSystem
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.models import Notification, Ticket
from tickets.services import assign, change_department

pytestmark = pytest.mark.django_db(transaction=True)
MakeCard = Callable[..., CustomerCard]


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    with desk_scope(rocket.desk):
        return rocket.open_ticket(subject="Printer prints blank pages")


def get_url(ticket: Ticket, part: str) -> str:
    return f"/rocket/api/v1/tickets/{ticket.number}/{part}/"


def test_similar_tickets_are_those_that_the_agent_may_see(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: Any
) -> None:
    with desk_scope(rocket.desk):
        like = rocket.open_ticket(subject="Blank pages from the printer")
        hidden = rocket.open_ticket(subject="Printer with blank pages again")
        by = Actor.of(rocket.lead)
        change_department(
            ticket_id=hidden.pk, department=rocket.departments["community"], by=by, at=NOON
        )
        assign(ticket_id=hidden.pk, agent=rocket.lead, by=by, at=NOON)
    close_department(rocket, "community", members=(rocket.lead,))
    client: Client = sign_in(rocket.analyst.user)
    [found] = client.get(get_url(ticket, "similar")).json()["results"]
    assert found == {
        "ticket": {"kind": "ticket", "id": like.number, "name": like.reference},
        "subject": like.subject,
        "status": "open",
    }
    assert sign_in(matter.analyst.user).get(get_url(ticket, "similar")).status_code == 404


def test_a_card_is_listed_and_asked_for(
    rocket: Cast, matter: Cast, ticket: Ticket, system: OwnSystem, make_card: MakeCard,
    sign_in: Any,
) -> None:  # fmt: skip
    system.components = [{"type": "number", "label": "Seats", "value": 12500}]
    card, client = make_card(rocket), sign_in(rocket.analyst.user)
    old, theirs = make_card(rocket, name="Old", is_active=False), make_card(matter)
    [listed] = client.get(get_url(ticket, "cards")).json()["results"]
    assert listed == {
        "kind": "customer_card", "id": card.pk, "name": "Billing", "subject": "account",
    }  # fmt: skip
    assert system.asked == []
    shown = client.get(get_url(ticket, f"cards/{card.pk}")).json()
    [line] = shown["components"]
    assert (line["kind"], line["label"], line["text"]) == ("number", "Seats", "12500")
    assert (shown["problem"], len(system.asked)) == ("", 1)
    for other in (old, theirs):
        assert client.get(get_url(ticket, f"cards/{other.pk}")).status_code == 404
    outsider = sign_in(matter.analyst.user)
    assert outsider.get(get_url(ticket, f"cards/{card.pk}")).status_code == 404


def test_a_card_of_a_system_that_fails_says_why(
    rocket: Cast, ticket: Ticket, system: OwnSystem, make_card: MakeCard, sign_in: Any
) -> None:
    system.status = 500
    card = make_card(rocket, subject=CardSubject.CONTACT)
    shown = sign_in(rocket.analyst.user).get(get_url(ticket, f"cards/{card.pk}")).json()
    assert (shown["components"], bool(shown["problem"])) == ([], True)


def test_cards_are_asked_for_as_often_as_on_the_page(
    rocket: Cast, ticket: Ticket, system: OwnSystem, make_card: MakeCard, sign_in: Any,
    settings: Any,
) -> None:  # fmt: skip
    limits = settings.ACCOUNT_RATE_LIMITS | {"customer_card": "1/m/user"}
    settings.ACCOUNT_RATE_LIMITS = limits
    url = get_url(ticket, f"cards/{make_card(rocket, cache_minutes=0).pk}")
    client = sign_in(rocket.analyst.user)
    assert client.get(url).status_code == 200
    refused = client.get(url)
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert len(system.asked) == 1


def test_a_ticket_is_marked_as_read(rocket: Cast, ticket: Ticket, sign_in: Any) -> None:
    with desk_scope(rocket.desk):
        for agent in (rocket.analyst, rocket.colleague, rocket.analyst):
            assign(ticket_id=ticket.pk, agent=agent, by=Actor.of(rocket.lead), at=NOON)
        deliver_due(desk_id=rocket.desk.pk, at=NOON)
        assert Notification.objects.filter(read_at=None).count() == 3
    for _retry in range(2):
        assert sign_in(rocket.analyst.user).put(get_url(ticket, "read")).status_code == 204
    with desk_scope(rocket.desk):
        left = Notification.objects.filter(read_at=None)
        assert [one.agent_id for one in left] == [rocket.colleague.pk]
