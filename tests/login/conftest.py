"""Fixtures and helpers of the sign-in tests: emails sent, authenticator apps, recovery codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
from accounts.models import IdentityProvider, User
from tests.cast import PASSWORD, Cast
from tests.login.openid_desk import PERSON, make_provider
from tests.login.openid_fake import OpenIdFake, serve_openid

AGENT_SIGN_IN = "/rocket/login/?next=/rocket/agent/"


def link_in(message: EmailMessage) -> str:
    """Return the only URL in an email, without scheme and host."""
    found = re.findall(r"https?://testserver(/\S+)", str(message.body))
    assert len(found) == 1, message.body
    return str(found[0])


@pytest.fixture
def new_person() -> dict[str, str]:
    """The sign-up form of a new person."""
    return {
        "name": "Nova Person",
        "email": "nova@acme.example",
        "password1": "a long enough passphrase",
    }


@pytest.fixture(autouse=True)
def empty_outbox() -> None:
    mail.outbox = []


@pytest.fixture
def idp() -> Iterator[OpenIdFake]:
    """A running OpenID provider, where the person is PERSON."""
    with serve_openid() as fake:
        fake.person = dict(PERSON)
        yield fake


@pytest.fixture
def provider(in_rocket: Cast, idp: OpenIdFake) -> IdentityProvider:
    """The first desk's provider, with roles for groups. The desk is entered."""
    return make_provider(in_rocket, idp)


def sign_in_with_password(client: Client, user: User, *, at: str = "rocket") -> HttpResponse:
    """Submit the sign-in form with the right password."""
    return client.post(f"/{at}/login/", {"login": user.email, "password": PASSWORD})


def give_app(user: User) -> Authenticator:
    """Set up an authenticator app and ten recovery codes for a user."""
    app = TOTP.activate(user, generate_totp_secret()).instance
    RecoveryCodes.activate(user)
    return app


def code_of(user: User) -> str:
    """Return the code that the user's app shows now."""
    app = Authenticator.objects.get(user=user, type="totp")
    return code_for(unseal(app.data["secret"]))


def code_for(secret: str) -> str:
    """Return the code that an app with this secret shows now (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def recovery_codes_of(user: User) -> list[str]:
    return list(
        Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    )
