"""Fields of the first desk, and its analyst."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
from django.test import Client

from accounts.models import Desk
from accounts.tenancy import desk_scope
from tests.agent.conftest import SignIn
from tests.cast import Cast
from tickets.models import FormField, Ticket


class AddField(Protocol):
    def __call__(self, key: str, kind: str = "text", **more: Any) -> FormField: ...


@pytest.fixture
def add_field(rocket: Cast) -> AddField:
    """Add a field of the first desk that only agents fill in."""

    def add(key: str, kind: str = "text", **more: Any) -> FormField:
        given = {"label": key.capitalize(), "is_asked": False} | more
        with desk_scope(rocket.desk):
            count = FormField.objects.filter(desk=rocket.desk).count()
            row = FormField.objects.create(
                desk=rocket.desk, key=key, kind=kind, position=count, **given
            )
            rocket.desk.config_version = Desk.objects.get(pk=rocket.desk.pk).config_version
        return row

    return add


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    with desk_scope(rocket.desk):
        return rocket.open_ticket()


@pytest.fixture
def client(rocket: Cast, sign_in: SignIn) -> Client:
    """The first desk's analyst, signed in."""
    return sign_in(rocket.analyst.user)
