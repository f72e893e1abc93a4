"""Fixtures of the log-in tests: what mail went out, a desk entered, and people with an authenticator app."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client

from accounts.logins.sealing import unseal
from accounts.models import User
from tests.cast import PASSWORD


def link_in(message: EmailMessage) -> str:
    """The one address in a mail, without scheme and host."""
    found = re.findall(r"https?://testserver(/\S+)", str(message.body))
    assert len(found) == 1, message.body
    return str(found[0])


@pytest.fixture
def new_person() -> dict[str, str]:
    """What somebody new fills in to set up an account."""
    return {
        "name": "Nova Person",
        "email": "nova@acme.example",
        "password1": "a long enough passphrase",
    }


@pytest.fixture(autouse=True)
def empty_outbox() -> None:
    mail.outbox = []


def log_in(client: Client, user: User, *, at: str = "rocket") -> HttpResponse:
    """Log in with the password, as far as it goes."""
    return client.post(f"/{at}/login/", {"login": user.email, "password": PASSWORD})


def give_app(user: User) -> Authenticator:
    """An authenticator app and ten recovery codes for a login."""
    app = TOTP.activate(user, generate_totp_secret()).instance
    RecoveryCodes.activate(user)
    return app


def code_of(user: User) -> str:
    """What the app of a login shows now."""
    app = Authenticator.objects.get(user=user, type="totp")
    return code_for(unseal(app.data["secret"]))


def code_for(secret: str) -> str:
    """What an app with this secret shows now (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def recovery_codes_of(user: User) -> list[str]:
    return list(
        Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    )
