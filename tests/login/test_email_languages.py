"""Emails of sign-in and invitations are in their recipient's language, not the requester's."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from django.test import Client
from django.utils import timezone, translation

from accounts.invitations.sending import invite
from accounts.models import Contact, User
from helpdesk.invitations import emails
from helpdesk.invitations.emails import send_invitation
from tests.cast import PASSWORD, Cast

PORTUGUESE = {"Accept-Language": "pt-BR"}


@pytest.fixture
def composed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Language and time zone that are active when an email is composed."""
    found: list[tuple[str, str]] = []
    render_mail, build = DefaultAccountAdapter.render_mail, emails.build_automatic_email

    def note(original: Any) -> Any:
        def noted(*args: Any, **kwargs: Any) -> Any:
            found.append((translation.get_language(), timezone.get_current_timezone_name()))
            return original(*args, **kwargs)

        return noted

    monkeypatch.setattr(DefaultAccountAdapter, "render_mail", note(render_mail))
    monkeypatch.setattr(emails, "build_automatic_email", note(build))
    return found


def request_email(path: str, email: str) -> None:
    Client().post(f"/rocket/login/{path}", {"email": email}, headers=PORTUGUESE)


@pytest.mark.parametrize("path", ["password/reset/", "code/"])
def test_a_users_own_setting_counts(
    in_rocket: Cast, composed: list[tuple[str, str]], path: str
) -> None:
    user = in_rocket.analyst.user
    user.language, user.time_zone = "de", "Asia/Kolkata"
    user.save()
    request_email(path, user.email)
    assert composed == [("de", "Asia/Kolkata")]


@pytest.mark.parametrize("path", ["password/reset/", "code/"])
def test_a_contact_without_an_account_has_a_language_too(
    in_rocket: Cast, composed: list[tuple[str, str]], path: str
) -> None:
    Contact.objects.create(desk=in_rocket.desk, email="mailer@gmail.com", language="de")
    request_email(path, "mailer@gmail.com")
    assert [language for language, _ in composed] == ["de"]


def test_an_unknown_address_gets_the_desks_language(
    in_rocket: Cast, composed: list[tuple[str, str]]
) -> None:
    request_email("password/reset/", "nobody@nowhere.example")
    assert [language for language, _ in composed] == ["en"]


def test_so_does_an_invitation(in_rocket: Cast, composed: list[tuple[str, str]]) -> None:
    user = User.objects.create_user("known@acme.example", PASSWORD, language="de")
    for email in (user.email, "new@rocket.example"):
        invitation, token = invite(
            desk=in_rocket.desk,
            email=email,
            kind="contact",
            role="contact",
            account=in_rocket.account,
            at=timezone.now(),
        )
        with translation.override("pt-br"):
            send_invitation(invitation, token)
    assert [language for language, _ in composed] == ["de", "en"]
