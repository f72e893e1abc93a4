"""Contacts and accounts in the order of their changes: of the row, and of what belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.customers.deletion import delete_account
from accounts.customers.handles import find_or_create_handle
from accounts.customers.notes import set_account_note
from accounts.database import settled
from accounts.models import (
    Account,
    AccountDomain,
    AccountProduct,
    Contact,
    ContactHandle,
    CrmConnection,
    CrmLink,
    Network,
    Product,
)
from tests.agent.conftest import SignIn
from tests.cast import Cast
from tickets.models import Ticket

API = "/rocket/api/v1/"


@pytest.fixture(autouse=True)
def no_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Return changes at once; tests/api/promises/test_settled_changes.py covers the delay."""
    monkeypatch.setattr(settled, "MARGIN", timedelta(0))


@pytest.fixture
def client(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.analyst.user)


def find(client: Client, path: str, since: str, **given: Any) -> list[dict[str, Any]]:
    answer = client.get(f"{API}{path}/", {"updated_since": since, **given})
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def check_each_counts(
    client: Client, path: str, wanted: int, changes: list[Callable[[], Any]]
) -> None:
    for place, change in enumerate(changes):
        since = timezone.now().isoformat()
        assert find(client, path, since) == [], place
        change()
        assert [row["id"] for row in find(client, path, since)] == [wanted], place


def test_what_belongs_to_an_account_counts(in_rocket: Cast, client: Client) -> None:
    account, desk = in_rocket.account, in_rocket.desk
    mine = AccountDomain.objects.filter(account=account)
    product = Product.objects.create(desk=desk, name="Chat")
    connection = CrmConnection.objects.create(desk=desk)
    row = {"desk": desk, "account": account}
    given = {"account": account, "expected": "", "by": in_rocket.analyst, "at": timezone.now()}
    check_each_counts(
        client,
        "accounts",
        account.pk,
        [
            lambda: Account.objects.filter(pk=account.pk).update(country="BR"),
            lambda: AccountDomain.objects.bulk_create([AccountDomain(domain="a.example", **row)]),
            lambda: mine.filter(domain="a.example").update(include_subdomains=True),
            lambda: mine.filter(domain="a.example").delete(),
            lambda: AccountProduct.objects.create(product=product, **row),
            lambda: set_account_note(text="Calls on Mondays", **given),
            lambda: CrmLink.objects.create(
                connection=connection, module="Accounts", record_id="1", **row
            ),
            lambda: CrmLink.objects.all().delete(),
        ],
    )
    since = timezone.now().isoformat()
    mine.update(include_subdomains=mine[0].include_subdomains)
    Account.objects.get(pk=account.pk).save()
    assert find(client, "accounts", since) == []  # nothing is different


def test_what_belongs_to_a_contact_counts(in_rocket: Cast, client: Client) -> None:
    contact, desk = in_rocket.customer, in_rocket.desk
    mine = ContactHandle.objects.filter(contact=contact)
    check_each_counts(
        client,
        "contacts",
        contact.pk,
        [
            lambda: Contact.objects.bulk_update(
                [Contact(pk=contact.pk, language="de")], ["language"]
            ),
            lambda: ContactHandle.objects.create(
                desk=desk, contact=contact, network=Network.PHONE, external_id="+491",
                created_at=timezone.now(),
            ),
            lambda: mine.update(name="Ana"),
            lambda: mine.delete(),
        ],
    )  # fmt: skip


def test_what_only_the_ticket_itself_has_counts(in_rocket: Cast, client: Client) -> None:
    """Such changes come without a new time when a name is erased, or a file imported again."""
    ticket = in_rocket.open_ticket()
    mine = Ticket.objects.filter(pk=ticket.pk)
    mine.update(fields={"seats": "1"})
    check_each_counts(
        client,
        "tickets",
        ticket.number,
        [
            lambda: mine.update(fields={"seats": "2"}),
            lambda: mine.update(uncovered={"code": "language"}),
            lambda: mine.update(uncovered={"code": "plan"}),
            lambda: mine.update(language="de"),
            lambda: mine.update(impact="minor"),
            lambda: mine.update(hold_until=timezone.now(), fields={}),
        ],
    )
    since = timezone.now().isoformat()
    mine.update(language="de", impact="minor", fields={})
    assert find(client, "tickets", since) == []  # nothing is different


def test_a_move_from_one_to_another_changes_both(in_rocket: Cast, client: Client) -> None:
    handle = find_or_create_handle(
        desk_id=in_rocket.desk.pk, network=Network.PHONE, scope="", external_id="+491",
        name="Ana", at=timezone.now(),
    )  # fmt: skip
    since = timezone.now().isoformat()
    ContactHandle.objects.filter(pk=handle.pk).update(contact=in_rocket.customer)
    found = {row["id"] for row in find(client, "contacts", since)}
    assert found == {handle.contact_id, in_rocket.customer.pk}


def test_contacts_of_a_deleted_account_have_changed(in_rocket: Cast, client: Client) -> None:
    account = Account.objects.create(desk=in_rocket.desk, name="Gone")
    contact = Contact.objects.create(desk=in_rocket.desk, email="a@x.example", account=account)
    since = timezone.now().isoformat()
    delete_account(account=account, by=in_rocket.admin)
    assert find(client, "accounts", since) == []
    [row] = find(client, "contacts", since)
    assert (row["id"], row["account"]) == (contact.pk, None)


def test_pages_continue_in_the_order_of_changes(
    in_rocket: Cast, matter: Cast, client: Client
) -> None:
    made = Contact.objects.bulk_create(
        Contact(desk=in_rocket.desk, email=f"{number}@x.example") for number in range(5)
    )
    for place in (3, 1, 4, 0, 2):
        Contact.objects.filter(pk=made[place].pk).update(name="New")
    seen: list[int] = []
    url = f"{API}contacts/?limit=2&updated_since=2026-01-01T00:00:00Z"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert seen[-5:] == [made[place].pk for place in (3, 1, 4, 0, 2)]
    assert set(seen) == set(
        Contact.objects.filter(desk=in_rocket.desk).values_list("pk", flat=True)
    )
    last = page["results"][-1]["changed_at"]
    assert [row["id"] for row in find(client, "contacts", last)] == [made[2].pk]
    assert find(client, "contacts", last, role="manager") == []


def test_an_invalid_time_is_refused(
    in_rocket: Cast, matter: Cast, client: Client, sign_in: SignIn
) -> None:
    for path in ("contacts", "accounts"):
        for text in ("", "yesterday", "2026-13-01T00:00:00Z"):
            answer = client.get(f"{API}{path}/", {"updated_since": text})
            assert answer.status_code == 400, (path, text)
            assert "updated_since" in answer.content.decode()
        outsider = sign_in(matter.analyst.user)
        answer = outsider.get(f"{API}{path}/", {"updated_since": "2026-01-01T00:00:00Z"})
        assert answer.status_code == 404
