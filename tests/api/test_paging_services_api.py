"""Paging services over the API: connected, limited to a department; secrets are never shown."""

from __future__ import annotations

from typing import Any

from accounts.models import AuditEntry, Department
from accounts.tenancy import desk_scope
from channels_intake.models import PagingService
from tests.agent.conftest import SignIn
from tests.api.setups import API, assert_closed, assert_hidden, list_fields, send
from tests.cast import Cast

SECRET = "hush-integration-key-1"
GIVEN = {"name": "On call", "kind": "pagerduty", "secret": SECRET}


def test_an_admin_connects_a_service_for_a_department(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    hook = {"webhook_secret": "hush-hook-2"}
    added = send(admin, "post", "paging-services/", GIVEN | hook)
    assert added.status_code == 201, added.json()
    row, service = added.json(), PagingService.objects.get()
    assert (service.secret, service.webhook_secret) == (SECRET, "hush-hook-2")
    assert (row["has_secret"], row["has_webhook_secret"], row["is_active"]) == (True, True, True)
    assert row["webhook_url"].endswith(f"/rocket/paging/{service.hook_token}/")
    path = f"paging-services/{service.pk}/"
    department = Department.objects.create(desk=in_rocket.desk, name="Night shift")
    link = {"kind": "department", "id": department.pk, "name": "Night shift"}
    changed = send(admin, "patch", path, {"department": "Night shift"}).json()
    assert changed == {**row, "department": link}
    assert send(admin, "patch", path, changed).json() == changed  # sent back whole
    assert send(admin, "patch", path, {"department": None, "is_active": False}).json() == {
        **row,
        "is_active": False,
    }
    listed = admin.get(f"{API}paging-services/").json()["results"]
    assert admin.delete(f"{API}{path}").status_code == 204
    assert not PagingService.objects.exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["added", "changed", "changed", "deleted"]
    assert_hidden("hush-", service.sealed_secret, shown=[row, changed, listed])


def test_a_stored_secret_is_not_sent_to_a_new_url(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    row = send(admin, "post", "paging-services/", GIVEN).json()
    path = f"paging-services/{row['id']}/"
    moved = {"kind": "webhook", "url": "https://pages.elsewhere.example/in"}
    assert list_fields(send(admin, "patch", path, moved)) == ["secret"]
    assert list_fields(send(admin, "patch", path, {"url": moved["url"]})) == ["secret"]
    again = send(admin, "patch", path, {**moved, "secret": f"{SECRET}2"}).json()
    assert (again["url"], again["webhook_url"]) == (moved["url"], None)
    assert PagingService.objects.get().secret == f"{SECRET}2"
    email = send(admin, "post", "paging-services/", {"name": "Mail", "kind": "email"})
    assert (email.status_code, email.json()["has_secret"]) == (201, False)
    mail_path = f"paging-services/{email.json()['id']}/"
    assert list_fields(send(admin, "patch", mail_path, {"kind": "jsm"})) == ["secret"]


def test_what_a_kind_does_not_use_is_refused(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    mail, url = {"name": "Mail", "kind": "email"}, "https://pages.acme.example/in"
    hook = {"name": "Hook", "kind": "webhook", "url": url, "secret": SECRET}
    for given, changes in (
        (mail, {"url": url}),
        (mail, {"secret": SECRET}),
        (mail, {"webhook_secret": SECRET}),
        (hook, {"webhook_secret": SECRET}),
        ({**GIVEN, "kind": "jsm"}, {"webhook_secret": SECRET}),
    ):
        refused = send(admin, "post", "paging-services/", given | changes)
        assert list_fields(refused) == list(changes), given
    assert not PagingService.objects.exists()
    made = send(admin, "post", "paging-services/", hook).json()
    path = f"paging-services/{made['id']}/"
    assert send(admin, "patch", path, {"kind": "email"}).status_code == 200  # the URL stays stored
    assert send(admin, "patch", path, {"name": "Mail", "url": url}).status_code == 200
    refused = send(admin, "patch", path, {"url": f"{url}/2"})
    assert list_fields(refused) == ["url"]


def test_a_service_is_refused_like_on_its_page(
    in_rocket: Cast, matter: Cast, sign_in: SignIn, settings: Any
) -> None:
    settings.MODE = "production"  # where only public addresses are allowed
    admin = sign_in(in_rocket.admin.user)
    with desk_scope(matter.desk.pk):
        theirs = Department.objects.create(desk=matter.desk, name="Theirs")
    for changes, field in (
        ({"secret": ""}, "secret"),
        ({"secret": "short"}, "secret"),
        ({"kind": "webhook"}, "url"),
        ({"url": "https://169.254.169.254/"}, "url"),
        ({"kind": "pigeon"}, "kind"),
        ({"name": "a\x00b"}, "name"),
        ({"department": theirs.pk}, "department"),
        ({"department": "Theirs"}, "department"),
        ({"hook_token": "mine"}, "hook_token"),
        ({"sealed_secret": "x"}, "sealed_secret"),
    ):
        refused = send(admin, "post", "paging-services/", GIVEN | changes)
        assert list_fields(refused) == [field], changes
    assert not PagingService.objects.exists()
    assert send(admin, "post", "paging-services/", GIVEN).status_code == 201
    assert list_fields(send(admin, "post", "paging-services/", GIVEN)) == ["name"]


def test_only_admins_of_the_desk_have_paging_services(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    service = PagingService.objects.create(desk=in_rocket.desk, name="On call", kind="email")
    assert_closed(
        "paging-services/",
        service.pk,
        lead=sign_in(in_rocket.lead.user),
        customer=sign_in(in_rocket.customer.user),
        foreign=sign_in(matter.admin.user),
    )
    service.refresh_from_db()
    assert service.name == "On call"
