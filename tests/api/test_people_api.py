"""Contacts and accounts: read by agents, changed by admins under the rules of the admin site."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import (
    Account,
    AccountDomain,
    AuditEntry,
    Contact,
    ContactHandle,
    Network,
    Plan,
    Product,
)
from accounts.tenancy import desk_scope
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tickets.models import NewTerms

API = "/rocket/api/v1/"


def send(client: Client, method: str, path: str, data: Any = None) -> Any:
    return getattr(client, method)(f"{API}{path}", data, content_type="application/json")


def list_fields(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.json()
    return [error["field"] for error in answer.json()["errors"]]


@pytest.fixture
def admin(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.admin.user)


def test_an_admin_adds_moves_and_deletes_a_contact(in_rocket: Cast, admin: Client) -> None:
    account, other = in_rocket.account, in_rocket.other_account
    given = {"email": "Ana@New.example", "name": "Ana", "account": account.name}
    added = send(admin, "post", "contacts/", given)
    assert added.status_code == 201, added.content
    row = added.json()
    assert row["email"] == "ana@new.example"
    assert row["account"] == {"id": account.pk, "kind": "account", "name": account.name}
    assert (row["role"], row["may_log_in"], row["has_sign_in"]) == ("contact", True, False)
    moved = send(
        admin,
        "patch",
        f"contacts/{row['id']}/",
        {"account": {"id": other.pk, "kind": "account"}, "may_log_in": False, "language": "de"},
    )
    assert moved.json()["changed_at"] > row["changed_at"]
    assert moved.json() == {
        **row,
        "changed_at": moved.json()["changed_at"],
        "account": {"id": other.pk, "kind": "account", "name": other.name},
        "may_log_in": False,
        "language": "de",
    }
    assert admin.get(f"{API}contacts/{row['id']}/").json() == moved.json()
    assert admin.delete(f"{API}contacts/{row['id']}/").status_code == 204
    assert admin.get(f"{API}contacts/{row['id']}/").status_code == 404
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == ["added", "changed", "deleted"]
    assert entries[1].detail["changes"]["account"] == [account.name, other.name]
    assert entries[1].detail["changes"]["may_log_in"] == [True, False]


def test_a_contact_who_leaves_an_account_hands_over_their_requests(
    in_rocket: Cast, admin: Client
) -> None:
    ticket = in_rocket.open_ticket()
    path = f"contacts/{in_rocket.customer.pk}/"
    assert send(admin, "patch", path, {"account": None, "role": "contact"}).status_code == 200
    ticket.refresh_from_db()
    assert ticket.contact == in_rocket.manager


def test_a_new_address_loses_the_sign_in(in_rocket: Cast, admin: Client) -> None:
    path = f"contacts/{in_rocket.customer.pk}/"
    assert admin.get(f"{API}{path}").json()["has_sign_in"]
    assert not send(admin, "patch", path, {"email": "new@rocket.example"}).json()["has_sign_in"]


def test_what_the_admin_site_refuses_the_api_refuses(in_rocket: Cast, admin: Client) -> None:
    taken, path = in_rocket.customer.email, f"contacts/{in_rocket.elsewhere.pk}/"
    for body, field in (
        ({"email": taken}, "email"),
        ({"email": "no address"}, "email"),
        ({"email": ""}, "email"),
        ({"account": "Nobody Ltd."}, "account"),
        ({"account": 10**30}, "account"),
        ({"account": {"id": in_rocket.account.pk, "kind": "plan"}}, "account"),
        ({"account": [1]}, "account"),
        ({"account": None, "role": "manager"}, "role"),
        ({"role": "king"}, "role"),
        ({"language": "xx"}, "language"),
        ({"name": "a\x00b"}, "name"),
        ({"mood": "good"}, "mood"),
    ):
        assert list_fields(send(admin, "patch", path, body)) == [field], body
    Plan.objects.filter(pk=in_rocket.plan.pk).update(points_of_contact=0)
    path = f"contacts/{in_rocket.manager.pk}/"
    assert list_fields(send(admin, "patch", path, {"role": "point_of_contact"})) == ["role"]
    assert AuditEntry.objects.count() == 0


def test_a_contact_with_tickets_stays_and_the_answer_names_them(
    in_rocket: Cast, admin: Client
) -> None:
    in_rocket.open_ticket()
    refused = admin.delete(f"{API}contacts/{in_rocket.customer.pk}/")
    assert refused.status_code == 409
    assert {"kind": "ticket", "count": 1} in refused.json()["used_by"]
    assert Contact.objects.filter(pk=in_rocket.customer.pk).exists()


def test_contacts_are_found_by_address_account_role_and_words(
    in_rocket: Cast, admin: Client
) -> None:
    def find(query: str) -> set[int]:
        answer = admin.get(f"{API}contacts/?{query}")
        assert answer.status_code == 200, answer.content
        return {row["id"] for row in answer.json()["results"]}

    customer, manager = in_rocket.customer, in_rocket.manager
    assert find(f"email={customer.email.upper()}") == {customer.pk}
    assert find("email=nobody") == set()
    assert find(f"account={in_rocket.other_account.pk}") == {in_rocket.elsewhere.pk}
    assert find("role=manager") == {manager.pk}
    assert find("may_log_in=false") == set()
    assert customer.pk in find(f"q={customer.email.split('@')[0]}")
    assert find("q=unheardof") == set()
    for wrong in ("account=x", "role=king", "may_log_in=perhaps", "q=%00"):
        assert admin.get(f"{API}contacts/?{wrong}").status_code == 400, wrong


def test_a_contact_shows_the_handles(in_rocket: Cast, sign_in: SignIn) -> None:
    ContactHandle.objects.create(
        desk=in_rocket.desk,
        contact=in_rocket.customer,
        network=Network.TELEGRAM,
        external_id="77",
        name="Ana T",
        created_at=NOON,
    )
    answer = sign_in(in_rocket.observer.user).get(f"{API}contacts/{in_rocket.customer.pk}/")
    [handle] = answer.json()["handles"]
    assert (handle["network"], handle["external_id"], handle["name"]) == ("telegram", "77", "Ana T")


def test_an_admin_adds_and_changes_an_account_with_its_domains(
    in_rocket: Cast, admin: Client
) -> None:
    product = Product.objects.create(desk=in_rocket.desk, name="Server")
    given = {
        "name": "Globex",
        "status": "trial",
        "plan": "Standard",
        "account_manager": in_rocket.lead.user.email,
        "country": "BR",
        "products": ["Server"],
        "domains": [{"domain": "https://Shop.Globex.example/contact", "include_subdomains": True}],
    }
    added = send(admin, "post", "accounts/", given)
    assert added.status_code == 201, added.content
    row = added.json()
    assert row["plan"] == {"id": in_rocket.plan.pk, "kind": "plan", "name": "Standard"}
    assert row["account_manager"]["email"] == in_rocket.lead.user.email
    assert row["products"] == [{"id": product.pk, "kind": "product", "name": "Server"}]
    [domain] = row["domains"]
    assert (domain["domain"], domain["include_subdomains"]) == ("shop.globex.example", True)
    path = f"accounts/{row['id']}/"
    more = send(admin, "post", f"{path}domains/", {"domain": "globex.example"})
    assert more.status_code == 201
    assert admin.delete(f"{API}{path}domains/{domain['id']}/").status_code == 204
    changed = send(admin, "patch", path, {"plan": None, "products": [], "status": "customer"})
    assert changed.json() == {
        **row,
        "changed_at": changed.json()["changed_at"],
        "plan": None,
        "products": [],
        "status": "customer",
        "domains": [more.json()],
    }
    assert [each["id"] for each in admin.get(f"{API}accounts/?q=glob").json()["results"]] == [
        row["id"]
    ]
    found = admin.get(f"{API}accounts/?domain=globex.example&status=customer").json()["results"]
    assert [each["id"] for each in found] == [row["id"]]
    assert admin.delete(f"{API}{path}").status_code == 204
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["added", "changed", "changed", "changed", "deleted"]


def test_a_new_plan_moves_the_open_tickets(in_rocket: Cast, admin: Client) -> None:
    in_rocket.open_ticket()
    path = f"accounts/{in_rocket.account.pk}/"
    assert send(admin, "patch", path, {"status": "trial"}).status_code == 200
    assert NewTerms.objects.filter(account=in_rocket.account).exists()


def test_an_account_is_refused_like_in_the_admin_site(in_rocket: Cast, admin: Client) -> None:
    Plan.objects.create(desk=in_rocket.desk, name="Legacy", is_retired=True)
    path = f"accounts/{in_rocket.other_account.pk}/"
    owned = AccountDomain.objects.get(account=in_rocket.account).domain
    for body, field in (
        ({"name": in_rocket.account.name}, "name"),
        ({"plan": "Legacy"}, "plan"),
        ({"success_manager": in_rocket.lead.user.email}, "success_manager"),
        ({"country": "QQ"}, "country"),
        ({"domains": [{"domain": "gmail.com"}]}, "domains"),
        ({"domains": [{"domain": owned}]}, "domains"),
        ({"domains": [{"domain": "co.uk"}]}, "domains"),
        ({"domains": [{}]}, "domains.0.domain"),
        ({"products": ["Unknown"]}, "products.0"),
    ):
        assert list_fields(send(admin, "patch", path, body)) == [field], body
    assert list_fields(send(admin, "post", f"{path}domains/", {"domain": "gmail.com"})) == [
        "domain"
    ]
    refused = admin.delete(f"{API}accounts/{in_rocket.account.pk}/")
    assert refused.status_code == 409
    assert "can't be deleted" in refused.json()["detail"]
    assert {"kind": "contact", "count": 3} in refused.json()["used_by"]
    assert AuditEntry.objects.count() == 0


def test_agents_write_the_note_and_see_that_a_colleague_was_faster(
    in_rocket: Cast, sign_in: SignIn
) -> None:
    client, path = sign_in(in_rocket.analyst.user), f"accounts/{in_rocket.account.pk}/note/"
    assert client.get(f"{API}{path}").json() == {"text": "", "edited_by": None, "edited_at": None}
    saved = send(client, "put", path, {"text": "Call Ana first.", "expected": ""}).json()
    assert saved["text"] == "Call Ana first."
    assert saved["edited_by"]["id"] == in_rocket.analyst.pk
    late = send(client, "put", path, {"text": "Call Bob.", "expected": ""})
    assert late.status_code == 409
    assert "Call Ana first." in late.json()["detail"]
    account = client.get(f"{API}accounts/{in_rocket.account.pk}/").json()
    assert account["note"] == "Call Ana first."
    observer = sign_in(in_rocket.observer.user)
    assert send(observer, "put", path, {"text": "Mine"}).status_code == 403


def test_only_admins_write_and_other_desks_find_nothing(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    paths = [f"contacts/{in_rocket.customer.pk}/", f"accounts/{in_rocket.account.pk}/"]
    for agent in (in_rocket.analyst, in_rocket.lead, in_rocket.observer):
        client = sign_in(agent.user)
        for path in paths:
            assert client.get(f"{API}{path}").status_code == 200
            assert send(client, "patch", path, {"name": "Taken over"}).status_code == 403
            assert client.delete(f"{API}{path}").status_code == 403
        for path in ("contacts/", "accounts/"):
            assert (
                send(client, "post", path, {"name": "X", "email": "x@y.example"}).status_code == 403
            )
    foreign = sign_in(matter.admin.user)
    theirs = "/matter/api/v1/"
    for path in paths:
        assert foreign.get(f"{theirs}{path}").status_code == 404
        answer = foreign.patch(f"{theirs}{path}", {"name": "X"}, content_type="application/json")
        assert answer.status_code == 404
    for body in ({"account": in_rocket.account.pk}, {"account": in_rocket.account.name}):
        path = f"{theirs}contacts/{matter.customer.pk}/"
        assert foreign.patch(path, body, content_type="application/json").status_code == 400
    customer = sign_in(in_rocket.customer.user)
    assert customer.get(f"{API}contacts/").status_code == 404
    with desk_scope(in_rocket.desk):
        assert not Account.objects.filter(name="Taken over").exists()
