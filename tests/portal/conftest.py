"""The portal's fixtures: clients of the people who come to it, and forms filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Contact, User
from tests.cast import Cast

SignIn = Callable[[User], Client]


@pytest.fixture
def as_customer(in_rocket: Cast, sign_in: SignIn) -> Client:
    """The customer of the first desk, signed in; the desk is entered, so that tests may look at rows."""
    return sign_in(user_of(in_rocket.customer))


def user_of(contact: Contact) -> User:
    assert contact.user is not None
    return contact.user


@pytest.fixture
def request_form(in_rocket: Cast) -> Callable[..., dict[str, Any]]:
    """What a browser sends for a request; keyword arguments replace fields."""

    def fill(**changes: Any) -> dict[str, Any]:
        return {
            "form_token": "token-of-a-rendered-form",
            "subject": "Calls drop",
            "description": "Every call drops after a minute.",
            "priority": in_rocket.priorities["High"].pk,
            "cc": "",
        } | changes

    return fill
