"""One desk's erasure never affects people of another desk, even with the same address."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.invitations.sending import invite
from accounts.models import Contact, User
from accounts.tenancy import desk_scope
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, PASSWORD, Cast


def erase_at(cast: Cast, email: str) -> None:
    """Make a contact of that address, as any admin of a desk may, and erase it."""
    with desk_scope(cast.desk):
        made = Contact.objects.create(desk=cast.desk, email=email)
        erase_person(desk=cast.desk, contact=made, by=cast.admin, at=NOON)


def test_whoever_is_logged_in_elsewhere_stays_so(
    rocket: Cast, matter: Cast, client: Client
) -> None:
    client.post("/matter/login/", {"login": matter.admin.user.email, "password": PASSWORD})
    assert client.get("/matter/agent/").status_code == 200
    erase_at(rocket, matter.admin.user.email)
    assert client.get("/matter/agent/").status_code == 200


@pytest.fixture
def unclaimed(db: None) -> User:
    return User.objects.create_user("solo@x.example", PASSWORD)


def test_a_login_that_another_desk_waits_for_stays(
    rocket: Cast, matter: Cast, unclaimed: User
) -> None:
    with desk_scope(matter.desk):
        Contact.objects.create(desk=matter.desk, email=unclaimed.email)
    erase_at(rocket, unclaimed.email)
    assert User.objects.filter(pk=unclaimed.pk).exists()


def test_so_does_one_that_another_desk_has_invited(
    rocket: Cast, matter: Cast, unclaimed: User
) -> None:
    with desk_scope(matter.desk):
        invite(desk=matter.desk, email=unclaimed.email, kind="agent", role="analyst", at=NOON)
    erase_at(rocket, unclaimed.email)
    assert User.objects.filter(pk=unclaimed.pk).exists()


def test_one_that_nobody_waits_for_goes(rocket: Cast, unclaimed: User) -> None:
    erase_at(rocket, unclaimed.email)
    assert not User.objects.filter(pk=unclaimed.pk).exists()
