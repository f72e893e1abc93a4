"""Customer cards over the API: added, moved, limited; their secret is never shown."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEntry, CustomerCard
from accounts.models.cards import MAX_CARDS
from helpdesk.api.configuration.customer_cards import CustomerCardsView
from tests.agent.conftest import SignIn
from tests.api.setups import API, assert_closed, assert_hidden, list_fields, send
from tests.cast import Cast

SECRET = "hush-very-secret-1"
GIVEN = {"name": "Billing", "url": "https://cards.acme.example/", "secret": SECRET}


def test_an_admin_adds_changes_and_deletes_a_card(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    added = send(admin, "post", "customer-cards/", GIVEN)
    assert added.status_code == 201, added.json()
    row = added.json()
    assert (row["subject"], row["cache_minutes"], row["is_active"]) == ("account", 5, True)
    assert row["has_secret"] is True
    card, path = CustomerCard.objects.get(), f"customer-cards/{row['id']}/"
    assert card.secret == SECRET
    changed = send(admin, "patch", path, {"subject": "contact", "cache_minutes": 0}).json()
    assert changed == {**row, "subject": "contact", "cache_minutes": 0}
    assert send(admin, "patch", path, changed).json() == changed  # sent back whole
    assert AuditEntry.objects.count() == 2
    moved = {"url": "https://elsewhere.example/"}
    assert list_fields(send(admin, "patch", path, moved)) == ["secret"]
    assert send(admin, "patch", path, {**moved, "secret": f"{SECRET}2"}).status_code == 200
    card.refresh_from_db()
    assert (card.url, card.secret) == (moved["url"], f"{SECRET}2")
    listed = admin.get(f"{API}customer-cards/").json()["results"]
    assert_hidden(SECRET, card.sealed_secret, shown=[row, changed, listed])
    assert admin.delete(f"{API}{path}").status_code == 204
    assert not CustomerCard.objects.exists()


def test_a_card_that_is_deleted_meanwhile_is_a_conflict(
    in_rocket: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, read = sign_in(in_rocket.admin.user), CustomerCardsView.read
    path = f"customer-cards/{send(admin, 'post', 'customer-cards/', GIVEN).json()['id']}/"

    def delete_and_read(view: Any, request: Any, **given: Any) -> Any:
        CustomerCard.objects.all().delete()
        return read(view, request, **given)

    monkeypatch.setattr(CustomerCardsView, "read", delete_and_read)
    assert send(admin, "patch", path, {"name": "Invoices"}).status_code == 409


def test_a_card_is_refused_like_on_its_page(
    in_rocket: Cast, sign_in: SignIn, settings: Any
) -> None:
    settings.MODE = "production"  # where only public addresses are allowed
    admin = sign_in(in_rocket.admin.user)
    for changes, field in (
        ({"secret": ""}, "secret"),
        ({"secret": "short"}, "secret"),
        ({"url": "https://169.254.169.254/"}, "url"),
        ({"url": "cards"}, "url"),
        ({"cache_minutes": 61}, "cache_minutes"),
        ({"subject": "weather"}, "subject"),
        ({"name": "a\x00b"}, "name"),
        ({"name": ["a"]}, "name"),
        ({"sealed_secret": "x"}, "sealed_secret"),
    ):
        assert list_fields(send(admin, "post", "customer-cards/", GIVEN | changes)) == [field]
    for number in range(MAX_CARDS):
        made = send(admin, "post", "customer-cards/", {**GIVEN, "name": f"Card {number}"})
        assert made.status_code == 201
    assert list_fields(send(admin, "post", "customer-cards/", GIVEN)) == ["name"]
    assert CustomerCard.objects.count() == MAX_CARDS


def test_a_card_without_a_secret_waits_until_it_has_one(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    waiting = {**GIVEN, "secret": "", "is_active": False}
    row = send(admin, "post", "customer-cards/", waiting).json()
    assert (row["has_secret"], row["is_active"]) == (False, False)
    path = f"customer-cards/{row['id']}/"
    assert list_fields(send(admin, "patch", path, {"is_active": True})) == ["secret"]
    both = send(admin, "patch", path, {"is_active": True, "secret": SECRET}).json()
    assert (both["has_secret"], both["is_active"]) == (True, True)
    page = f"/rocket/admin/accounts/customercard/{row['id']}/test/"
    CustomerCard.objects.update(sealed_secret="")
    assert "Enter a secret." in admin.post(page, follow=True).content.decode()


def test_only_admins_of_the_desk_have_cards(in_rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    card = CustomerCard.objects.create(desk=in_rocket.desk, name="Billing", url="https://a.example")
    assert_closed(
        "customer-cards/",
        card.pk,
        lead=sign_in(in_rocket.lead.user),
        customer=sign_in(in_rocket.customer.user),
        foreign=sign_in(matter.admin.user),
    )
    card.refresh_from_db()
    assert card.name == "Billing"
