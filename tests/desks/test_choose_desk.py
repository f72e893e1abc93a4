"""The page without a desk, at an installation of several: the user's own desks, no others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import set_script_prefix
from pytest_django.fixtures import Settings

from accounts.models import Desk, User
from tests.cast import Cast

SignIn = Callable[[User], Client]
NAMES = {"rocket": "/rocket/", "matter": "/matter/"}


@pytest.fixture(autouse=True)
def _production(settings: Settings, rocket: Cast, matter: Cast) -> None:
    settings.MODE = "production"
    set_script_prefix("/")  # the last test's request left its desk's prefix


def list_shown(client: Client) -> list[str]:
    answer = client.get("/")
    assert answer.status_code == 200
    page = answer.content.decode()
    return [slug for slug, address in NAMES.items() if f'href="{address}"' in page]


def test_a_stranger_learns_of_no_desk(rocket: Cast, matter: Cast) -> None:
    page = Client().get("/").content.decode()
    assert list_shown(Client()) == []
    for cast in (rocket, matter):
        assert cast.desk.name not in page
        assert cast.desk.slug not in page
    assert "Open the address of the help desk you want to contact." in page
    assert 'href="/login/"' in page


def test_agents_and_customers_find_their_own_desk(
    rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    for person in (rocket.analyst, rocket.customer):
        assert list_shown(sign_in(person.user)) == ["rocket"]
    assert list_shown(sign_in(matter.admin.user)) == ["matter"]
    Desk.objects.filter(pk=rocket.desk.pk).update(is_suspended=True)
    assert list_shown(sign_in(rocket.analyst.user)) == []


def test_who_belongs_to_no_desk_sees_none(sign_in: SignIn) -> None:
    nobody = User.objects.create_user("nobody@elsewhere.example")
    assert list_shown(sign_in(nobody)) == []


def test_the_demo_lists_all(settings: Settings) -> None:
    settings.MODE = "demo"
    assert list_shown(Client()) == ["rocket", "matter"]
