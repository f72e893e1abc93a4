"""Fixtures that every test may use: the standing cast of two desks, and signed-in clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from accounts.models import User
from accounts.tenancy import desk_scope
from tests.cast import Cast, make_cast


@pytest.fixture
def rocket(db: None) -> Cast:
    """The desk of the first company: three priorities."""
    return make_cast(
        "rocket",
        prefix="RC",
        domain="acme.example",
        priorities=["High", "Medium", "Low"],
        mail_default="Medium",
    )


@pytest.fixture
def matter(db: None) -> Cast:
    """The desk of the second company: four priorities; the same kinds of people, and strangers to the first."""
    return make_cast(
        "matter",
        prefix="MM",
        domain="globex.example",
        priorities=["Urgent", "High", "Normal", "Low"],
        mail_default="Normal",
    )


@pytest.fixture
def in_rocket(rocket: Cast) -> Iterator[Cast]:
    """The first desk, entered: for tests that call services and look at rows."""
    with desk_scope(rocket.desk):
        yield rocket


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A client signed in as a user; pages are under the desk's path, such as /rocket/agent/."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
