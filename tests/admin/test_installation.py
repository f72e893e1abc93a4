"""Installation admins create, suspend and resume desks."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Department, Desk, User
from accounts.tenancy import desk_scope
from tests.cast import Cast

NEW = {
    "name": "Third",
    "slug": "third",
    "domain": "",
    "ticket_prefix": "TH",
    "preset": "three",
    "language": "en",
    "time_zone": "UTC",
    "accent": "teal",
    "mailbox_addresses": "support@third.example",
    "admin_email": "boss@third.example",
}


@pytest.fixture
def root(rocket: Cast, matter: Cast, sign_in: Any) -> Client:
    return sign_in(User.objects.create_superuser("root@host.example", "x"))


def test_a_desk_is_created_with_its_preset_and_first_admin(
    root: Client, mailoutbox: Any, django_capture_on_commit_callbacks: Any
) -> None:
    page = root.get("/admin/accounts/desk/add/")
    preset = page.context["form"].fields["preset"].choices[0][0]
    with django_capture_on_commit_callbacks(execute=True):
        answer = root.post("/admin/accounts/desk/add/", NEW | {"preset": preset})
    assert answer.status_code == 302, answer.context["form"].errors
    desk = Desk.objects.get(slug="third")
    with desk_scope(desk):
        assert Department.objects.count() == 3
        assert AuditEntry.objects.exists()
    assert [mail.to for mail in mailoutbox] == [["boss@third.example"]]


def test_an_error_is_shown_at_its_field_and_input_is_kept(root: Client) -> None:
    answer = root.post("/admin/accounts/desk/add/", NEW | {"preset": "none", "slug": "rocket"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["preset"]
    assert b'value="boss@third.example"' in answer.content
    assert not Desk.objects.filter(slug="third").exists()


def test_a_desk_is_suspended_and_resumed(root: Client, rocket: Cast, at_rocket: Client) -> None:
    assert b"Suspend desk" in root.get(f"/admin/accounts/desk/{rocket.desk.pk}/change/").content
    address = f"/admin/accounts/desk/{rocket.desk.pk}/suspension/"
    assert root.post(address, {"suspend": ""}).status_code == 302
    assert Desk.objects.get(pk=rocket.desk.pk).is_suspended
    assert at_rocket.get("/rocket/admin/").status_code != 200
    assert root.post(address, {"resume": ""}).status_code == 302
    assert at_rocket.get("/rocket/admin/").status_code == 200
    assert root.get(address).status_code == 405


def test_desk_admins_cannot_create_or_suspend_desks(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    assert at_rocket.post("/rocket/admin/accounts/desk/add/", NEW).status_code == 404
    for desk in (rocket.desk, matter.desk):
        address = f"/rocket/admin/accounts/desk/{desk.pk}/suspension/"
        assert at_rocket.post(address, {"suspend": ""}).status_code == 404
    assert (
        b"Suspend desk"
        not in at_rocket.get(f"/rocket/admin/accounts/desk/{rocket.desk.pk}/change/").content
    )
    assert not Desk.objects.filter(is_suspended=True).exists()
