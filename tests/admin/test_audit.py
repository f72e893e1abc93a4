"""Every change writes an audit entry that the application can never alter."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import ProgrammingError, transaction
from django.test import Client

from accounts.models import AuditEntry, Product, User
from accounts.tenancy import desk_scope
from tests.admin.posting import SETTINGS
from tests.cast import Cast

PRODUCTS = "/rocket/admin/accounts/product"


def entries(cast: Cast) -> list[tuple[str, str, Any]]:
    with desk_scope(cast.desk):
        return [
            (e.summary, e.target, e.detail.get("changes"))
            for e in AuditEntry.objects.order_by("id")
        ]


def test_added_changed_and_deleted_rows_are_audited(rocket: Cast, at_rocket: Client) -> None:
    at_rocket.post(f"{PRODUCTS}/add/", {"name": "Server"})
    with desk_scope(rocket.desk):
        product = Product.objects.get()
    at_rocket.post(f"{PRODUCTS}/{product.pk}/change/", {"name": "Cluster"})
    at_rocket.post(f"{PRODUCTS}/{product.pk}/delete/", {"post": "yes"})
    assert entries(rocket) == [
        ("Product added", "Server", {"name": [None, "Server"]}),
        ("Product changed", "Cluster", {"name": ["Server", "Cluster"]}),
        ("Product deleted", "Cluster", None),
    ]
    with desk_scope(rocket.desk):
        assert {entry.user for entry in AuditEntry.objects.all()} == {rocket.admin.user}
    assert not LogEntry.objects.exists()


def test_saving_without_a_change_is_not_audited(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        product = Product.objects.create(desk=rocket.desk, name="Server")
    at_rocket.post(f"{PRODUCTS}/{product.pk}/change/", {"name": "Server"})
    assert entries(rocket) == []


def test_related_rows_are_audited_by_name(rocket: Cast, at_rocket: Client) -> None:
    kept = {"email": rocket.stranger.email, "name": "Stranger", "may_log_in": "on"}
    at_rocket.post(
        f"/rocket/admin/accounts/contact/{rocket.stranger.pk}/change/",
        kept | {"role": "contact", "account": rocket.account.pk},
    )
    [(_, _, changes)] = entries(rocket)
    assert changes == {
        "name": [rocket.stranger.name, "Stranger"],
        "account": [None, "acme.example Inc."],
        "role": ["point_of_contact", "contact"],
    } or changes == {
        "account": [None, "acme.example Inc."],
        "role": ["point_of_contact", "contact"],
    }


def test_an_entry_can_be_neither_changed_nor_deleted(rocket: Cast, at_rocket: Client) -> None:
    at_rocket.post(f"{PRODUCTS}/add/", {"name": "Server"})
    with desk_scope(rocket.desk):
        entry = AuditEntry.objects.get()
        for alter in [lambda: AuditEntry.objects.update(actor="nobody"), entry.delete]:
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                alter()
    page = f"/rocket/admin/accounts/auditentry/{entry.pk}"
    assert at_rocket.post(f"{page}/change/", {"actor": "nobody"}).status_code == 403
    assert at_rocket.post(f"{page}/delete/", {"post": "yes"}).status_code == 403


def test_the_history_of_a_row_is_its_audit_entries(rocket: Cast, at_rocket: Client) -> None:
    for name in ["Server", "Client"]:
        at_rocket.post(f"{PRODUCTS}/add/", {"name": name})
    with desk_scope(rocket.desk):
        product = Product.objects.get(name="Server")
    page = at_rocket.get(f"{PRODUCTS}/{product.pk}/history/", follow=True)
    assert page.status_code == 200
    assert [entry.target for entry in page.context["cl"].result_list] == ["Server"]


def test_changes_by_an_installation_admin_are_audited_at_the_desk(
    rocket: Cast, matter: Cast, client: Client
) -> None:
    client.force_login(User.objects.create_superuser("root@host.example", "x"))
    fields = SETTINGS | {"slug": "rocket", "accent": "indigo", "ticket_prefix": "RKT"}
    answer = client.post(f"/admin/accounts/desk/{rocket.desk.pk}/change/", fields)
    assert answer.status_code == 302
    assert entries(rocket) == [("Desk changed", "Rocket", {"ticket_prefix": ["RC", "RKT"]})]
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.get().actor == "root@host.example"


def test_users_belong_to_no_desk_and_are_in_djangos_log(
    rocket: Cast, matter: Cast, client: Client
) -> None:
    client.force_login(User.objects.create_superuser("root@host.example", "x"))
    answer = client.post(
        "/admin/accounts/user/add/", {"email": "New@Host.example", "name": "New", "is_active": "on"}
    )
    assert answer.status_code == 302
    new = User.objects.get(email="new@host.example")
    assert not new.has_usable_password()
    assert LogEntry.objects.get().object_repr == f"#{new.pk}"


def test_with_a_single_desk_its_pages_serve_the_installation_admin_too(
    rocket: Cast, client: Client, at_rocket: Client
) -> None:
    client.force_login(User.objects.create_superuser("root@host.example", "x"))
    for page in ["accounts/user/", "accounts/desk/add/"]:
        assert client.get(f"/admin/{page}").status_code == 200
        assert at_rocket.get(f"/admin/{page}").status_code in {403, 404}
