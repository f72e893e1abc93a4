"""If the only desk is suspended, the installation's admin can still sign in and resume it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import set_script_prefix

from accounts.models import Desk, User
from tests.cast import PASSWORD, Cast


@pytest.fixture
def suspended(rocket: Cast) -> Desk:
    Desk.objects.filter(pk=rocket.desk.pk).update(is_suspended=True)
    return rocket.desk


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_superuser("root@host.example", PASSWORD)


def test_the_installation_admin_signs_in_and_resumes_the_desk(suspended: Desk, admin: User) -> None:
    client = Client()
    set_script_prefix("/")  # the last test's request left its desk's prefix
    form = client.get("/admin/")
    assert form.url == "/login/?next=/admin/"
    assert client.get(form.url).status_code == 200
    client.force_login(admin)
    assert b"/admin/accounts/desk/" in client.get("/admin/").content
    page = client.get(f"/admin/accounts/desk/{suspended.pk}/change/")
    assert b"Resume desk" in page.content
    address = f"/admin/accounts/desk/{suspended.pk}/suspension/"
    assert client.post(address, {"resume": ""}, follow=True).status_code == 200
    assert not Desk.objects.get(pk=suspended.pk).is_suspended


def test_all_other_pages_stay_closed(suspended: Desk, rocket: Cast, sign_in: Any) -> None:
    for path in [
        "/",
        "/agent/",
        "/portal/requests/",
        "/rocket/",
        "/rocket/admin/",
        "/rocket/login/",
        "/api/",
    ]:
        assert sign_in(rocket.admin.user).get(path).status_code == 503, path


def test_other_users_get_no_further_than_the_sign_in(
    suspended: Desk, rocket: Cast, sign_in: Any
) -> None:
    for person in (rocket.admin, rocket.analyst, rocket.customer):
        assert sign_in(person.user).get("/admin/").status_code == 404


def test_with_several_desks_all_pages_of_a_suspended_desk_stay_closed(
    suspended: Desk, matter: Cast, admin: User
) -> None:
    Desk.objects.filter(pk=suspended.pk).update(domain="testserver")
    client = Client()
    client.force_login(admin)
    assert client.get("/admin/").status_code == 503
    assert client.get("/login/").status_code == 503
