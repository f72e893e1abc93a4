"""Fixtures of the portal: signed-in clients and filled-in forms."""

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
    """The customer of the first desk, signed in. The desk is entered, so tests can read rows."""
    return sign_in(user_of(in_rocket.customer))


@pytest.fixture
def as_manager(in_rocket: Cast, sign_in: SignIn) -> Client:
    """The manager of the first desk's account, signed in. The desk is entered."""
    return sign_in(user_of(in_rocket.manager))


def user_of(contact: Contact) -> User:
    assert contact.user is not None
    return contact.user


@pytest.fixture
def request_form(in_rocket: Cast) -> Callable[..., dict[str, Any]]:
    """Return what a browser submits for a request; keyword arguments replace fields."""

    def fill(**changes: Any) -> dict[str, Any]:
        return {
            "form_token": "token-of-a-rendered-form",
            "subject": "Calls drop",
            "description": "Every call drops after a minute.",
            "priority": in_rocket.priorities["High"].pk,
            "cc": "",
        } | changes

    return fill
