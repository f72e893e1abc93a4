"""Customer cards beside a ticket: asked for, kept, refused and never shown to others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import CardSubject, CustomerCard, User
from accounts.tenancy import desk_scope
from helpdesk.agent.cards import loading
from tests.cards.system import OwnSystem
from tests.cast import Cast
from tests.departments import close_department
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Client]
MakeCard = Callable[..., CustomerCard]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    with desk_scope(rocket.desk):
        return rocket.open_ticket()


def url_of(card: CustomerCard, ticket: Ticket) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/cards/{card.pk}/"


def read(client: Client, url: str, **more: Any) -> str:
    response = client.get(url, headers=HTMX, **more)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_card_is_asked_for_with_a_signature_and_shown(
    rocket: Cast, ticket: Ticket, system: OwnSystem, make_card: MakeCard, sign_in: SignIn
) -> None:
    system.components = [
        {"type": "text", "label": "Contract", "text": "<b>Renews</b> in March"},
        {"type": "number", "label": "Seats", "value": 12500},
        {"type": "table", "columns": ["Server"], "rows": [["chat-1"]]},
    ]
    card = make_card(rocket)
    page = read(sign_in(rocket.analyst.user), url_of(card, ticket))
    assert "&lt;b&gt;Renews&lt;/b&gt; in March" in page
    assert "12,500" in page
    assert "chat-1" in page
    assert system.asked == [
        {
            "card": "Billing",
            "desk": "rocket",
            "account": {
                "id": rocket.account.pk,
                "name": rocket.account.name,
                "status": rocket.account.status,
            },
        }
    ]


def test_the_ticket_names_its_cards_and_waits_for_none(
    rocket: Cast, ticket: Ticket, system: OwnSystem, make_card: MakeCard, sign_in: SignIn
) -> None:
    card = make_card(rocket)
    make_card(rocket, name="Old", is_active=False)
    page = sign_in(rocket.analyst.user).get(f"/rocket/agent/tickets/{ticket.number}/")
    assert url_of(card, ticket) in page.content.decode()
    assert "Old" not in page.content.decode()
    assert system.asked == []


def test_only_a_card_about_contacts_names_the_contact(
    rocket: Cast, ticket: Ticket, system: OwnSystem, make_card: MakeCard, sign_in: SignIn
) -> None:
    card = make_card(rocket, subject=CardSubject.CONTACT)
    read(sign_in(rocket.analyst.user), url_of(card, ticket))
    assert system.asked[0]["contact"]["email"] == rocket.customer.email


def test_a_response_is_kept_for_its_minutes_and_per_customer(
    rocket: Cast, ticket: Ticket, system: OwnSystem, make_card: MakeCard, sign_in: SignIn
) -> None:
    client = sign_in(rocket.analyst.user)
    card, fresh = make_card(rocket), make_card(rocket, name="Fresh", cache_minutes=0)
    for _ in range(2):
        read(client, url_of(card, ticket))
        read(client, url_of(fresh, ticket))
    assert [asked["card"] for asked in system.asked] == ["Billing", "Fresh", "Fresh"]
    with desk_scope(rocket.desk):
        other = rocket.open_ticket(contact=rocket.elsewhere)
    read(client, url_of(card, other))
    assert [asked["account"]["id"] for asked in system.asked][-1] == rocket.other_account.pk


def test_a_card_that_was_changed_is_asked_for_again(
    rocket: Cast, ticket: Ticket, system: OwnSystem, make_card: MakeCard, sign_in: SignIn
) -> None:
    client, card = sign_in(rocket.analyst.user), make_card(rocket)
    read(client, url_of(card, ticket))
    card.url = f"{system.url}?new"
    with desk_scope(rocket.desk):
        card.save()
    read(client, url_of(card, ticket))
    assert len(system.asked) == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"status": 503}, "The system responded with status 503."),
        ({"body": b"oops"}, "The response isn&#x27;t JSON."),
        ({"body": b"x" * 70_000}, "The response is too large."),
        ({"status": 302}, "The system responded with status 302."),
    ],
)
def test_a_failure_is_a_sentence_and_the_system_is_left_alone_for_a_while(
    rocket: Cast,
    ticket: Ticket,
    system: OwnSystem,
    make_card: MakeCard,
    sign_in: SignIn,
    change: dict[str, Any],
    sentence: str,
) -> None:
    for name, value in change.items():
        setattr(system, name, value)
    client, card = sign_in(rocket.analyst.user), make_card(rocket)
    assert sentence in read(client, url_of(card, ticket))
    assert sentence in read(client, url_of(card, ticket))
    assert len(system.asked) == 1


def test_another_secret_is_refused_by_the_system(
    rocket: Cast, ticket: Ticket, system: OwnSystem, make_card: MakeCard, sign_in: SignIn
) -> None:
    card = make_card(rocket)
    card.enter_secret("another secret than the system has")
    with desk_scope(rocket.desk):
        card.save()
    page = read(sign_in(rocket.analyst.user), url_of(card, ticket))
    assert "The system responded with status 401." in page


def test_without_a_free_turn_the_card_asks_to_wait_and_nothing_is_kept(
    rocket: Cast,
    ticket: Ticket,
    system: OwnSystem,
    make_card: MakeCard,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, card = sign_in(rocket.analyst.user), make_card(rocket)
    taken = threading.BoundedSemaphore(1)
    taken.acquire()
    with monkeypatch.context() as patch:
        patch.setattr(loading, "_turns", taken)
        assert "Too many cards are loading." in read(client, url_of(card, ticket))
    assert "No information about this customer" in read(client, url_of(card, ticket))


def test_an_agent_asks_only_so_often(
    rocket: Cast,
    ticket: Ticket,
    system: OwnSystem,
    make_card: MakeCard,
    sign_in: SignIn,
    settings: Any,
) -> None:
    limits = settings.ACCOUNT_RATE_LIMITS | {"customer_card": "1/m/user"}
    settings.ACCOUNT_RATE_LIMITS = limits
    client, card = sign_in(rocket.analyst.user), make_card(rocket, cache_minutes=0)
    read(client, url_of(card, ticket))
    assert client.get(url_of(card, ticket), headers=HTMX).status_code == 429
    assert len(system.asked) == 1


def test_without_script_the_card_is_a_page(
    rocket: Cast, ticket: Ticket, system: OwnSystem, make_card: MakeCard, sign_in: SignIn
) -> None:
    system.components = [{"type": "badge", "label": "Health", "text": "At risk", "tone": "red"}]
    page = sign_in(rocket.analyst.user).get(url_of(make_card(rocket), ticket))
    assert "<html" in page.content.decode()
    assert "At risk" in page.content.decode()


def test_a_ticket_without_an_account_has_no_card_about_accounts(
    rocket: Cast, system: OwnSystem, make_card: MakeCard, sign_in: SignIn
) -> None:
    card = make_card(rocket)
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(contact=rocket.stranger)
    client = sign_in(rocket.analyst.user)
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert url_of(card, ticket) not in page
    assert client.get(url_of(card, ticket)).status_code == 404
    assert system.asked == []


def test_others_see_no_card_and_nothing_is_asked(
    rocket: Cast,
    matter: Cast,
    ticket: Ticket,
    system: OwnSystem,
    make_card: MakeCard,
    sign_in: SignIn,
) -> None:
    card, foreign = make_card(rocket), make_card(matter)
    close_department(rocket, "paid", members=(rocket.analyst,))
    url = url_of(card, ticket)
    for user in (rocket.colleague.user, matter.analyst.user, rocket.customer.user):
        assert sign_in(user).get(url).status_code == 404
    assert sign_in(rocket.analyst.user).get(url_of(foreign, ticket)).status_code == 404
    assert Client().get(url).status_code == 302
    assert system.asked == []
