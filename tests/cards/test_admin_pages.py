"""Customer cards in the admin site: secrets, limits and a test request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import CustomerCard, User
from accounts.models.cards import MAX_CARDS
from accounts.tenancy import desk_scope
from tests.cards.system import SECRET, OwnSystem
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], Client]
MakeCard = Callable[..., CustomerCard]
PAGES = "/rocket/admin/accounts/customercard/"


def fields_of(url: str, **values: Any) -> dict[str, Any]:
    given = {"name": "Billing", "is_active": "on", "subject": "account", "url": url}
    return given | {"secret": SECRET, "cache_minutes": 5, "position": 0} | values


def get_cards(cast: Cast) -> list[CustomerCard]:
    with desk_scope(cast.desk):
        return list(CustomerCard.objects.all())


def test_an_admin_adds_a_card_whose_secret_is_never_shown(
    rocket: Cast, system: OwnSystem, sign_in: SignIn
) -> None:
    client = sign_in(rocket.admin.user)
    assert client.post(f"{PAGES}add/", fields_of(system.url)).status_code == 302
    [card] = get_cards(rocket)
    assert card.secret == SECRET
    page = client.get(f"{PAGES}{card.pk}/change/").content.decode()
    assert SECRET not in page
    assert card.sealed_secret not in page


def test_a_card_needs_a_secret_and_another_url_needs_it_again(
    rocket: Cast, system: OwnSystem, make_card: MakeCard, sign_in: SignIn
) -> None:
    client = sign_in(rocket.admin.user)
    page = client.post(f"{PAGES}add/", fields_of(system.url, secret=""))
    assert "Enter a secret." in page.content.decode()
    card = make_card(rocket)
    page = client.post(f"{PAGES}{card.pk}/change/", fields_of("https://b.example/", secret=""))
    assert "because the URL has changed" in page.content.decode()
    assert get_cards(rocket)[0].url == system.url


def test_a_desk_has_a_limit_of_cards(
    rocket: Cast, matter: Cast, system: OwnSystem, make_card: MakeCard, sign_in: SignIn
) -> None:
    for number in range(MAX_CARDS):
        make_card(rocket, name=f"Card {number}")
        make_card(matter, name=f"Card {number}")
    page = sign_in(rocket.admin.user).post(f"{PAGES}add/", fields_of(system.url))
    assert "can have 5 customer cards" in page.content.decode()
    assert len(get_cards(rocket)) == MAX_CARDS


def test_a_test_request_names_an_invented_customer_and_says_what_came(
    rocket: Cast, system: OwnSystem, make_card: MakeCard, sign_in: SignIn
) -> None:
    system.components = [{"type": "text", "text": "Fine"}]
    card, client = make_card(rocket, subject="contact"), sign_in(rocket.admin.user)
    page = client.post(f"{PAGES}{card.pk}/test/", follow=True).content.decode()
    assert "The test request worked. The card has 1 component." in page
    assert system.asked[0]["contact"]["email"] == "jane@example.com"
    system.status = 500
    page = client.post(f"{PAGES}{card.pk}/test/", follow=True).content.decode()
    assert "The test request failed. The system responded with status 500." in page


def test_another_desks_card_is_not_tested(
    rocket: Cast, matter: Cast, system: OwnSystem, make_card: MakeCard, sign_in: SignIn
) -> None:
    card = make_card(matter)
    assert sign_in(rocket.admin.user).post(f"{PAGES}{card.pk}/test/").status_code == 404
    assert system.asked == []
