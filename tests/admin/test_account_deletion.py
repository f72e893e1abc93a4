"""An account in use cannot be deleted; its page says why and what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.customers.deletion import AccountInUseError, delete_account
from accounts.models import Account, AccountDomain, AuditEntry, Contact
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tickets.models import Ticket


def delete(client: Client, account: Account) -> Any:
    page = f"/rocket/admin/accounts/account/{account.pk}/delete/"
    assert client.get(page).status_code in (200, 302)
    return client.post(page, {"post": "yes"}, follow=True)


def test_an_account_with_tickets_or_contacts_with_rights_stays(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        tickets = [rocket.open_ticket() for _ in range(2)]
    told = delete(at_rocket, rocket.account).content.decode()
    assert "be deleted. It has 2 tickets, which would be left without a customer" in told
    assert "3 of its contacts are points of contact or managers. Make them regular contacts" in told
    with desk_scope(rocket.desk):
        assert set(Ticket.objects.values_list("pk", "account")) == {
            (t.pk, rocket.account.pk) for t in tickets
        }
        assert Contact.objects.filter(account=rocket.account).count() == 3
        assert not AuditEntry.objects.filter(
            action="deleted", detail__model="accounts.account"
        ).exists()


def test_an_unused_account_is_deleted_with_one_audit_entry(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        Contact.objects.filter(account=rocket.account).update(role="contact")
    assert "acme.example Inc." in delete(at_rocket, rocket.account).content.decode()
    with desk_scope(rocket.desk):
        assert not Account.objects.filter(pk=rocket.account.pk).exists()
        assert not AccountDomain.objects.filter(domain="acme.example").exists()
        assert Contact.objects.get(pk=rocket.customer.pk).account is None
        entry = AuditEntry.objects.get(action="deleted", detail__model="accounts.account")
    assert (entry.actor, entry.target) == (rocket.admin.user.email, "acme.example Inc.")
    assert entry.detail | {"pk": ""} == {
        "model": "accounts.account",
        "pk": "",
        "status": "customer",
        "plan": "Standard",
        "domains": ["acme.example"],
        "contacts": 3,
    }


def test_the_service_rejects_every_caller(in_rocket: Cast) -> None:
    in_rocket.open_ticket(contact=in_rocket.elsewhere)
    with pytest.raises(
        AccountInUseError, match=r"It has 1 ticket, which .* 1 of its contacts is a point"
    ):
        delete_account(account=in_rocket.other_account, by=in_rocket.admin.user)
    assert Account.objects.filter(pk=in_rocket.other_account.pk).exists()


def test_an_account_of_another_desk_is_not_found(
    matter: Cast, rocket: Cast, at_rocket: Client
) -> None:
    answer = at_rocket.post(
        f"/rocket/admin/accounts/account/{matter.account.pk}/delete/", {"post": "yes"}
    )
    assert answer.status_code == 404
    with desk_scope(matter.desk):
        assert Account.objects.filter(pk=matter.account.pk).exists()
