"""Users get an email when their password or 2FA changes; the change is kept if that fails."""

from __future__ import annotations

from smtplib import SMTPServerDisconnected

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD, Cast
from tests.login.conftest import code_for, code_of, give_app, link_in, sign_in_with_password

NEW = "another long passphrase"
APP, CODES = "/rocket/login/two-factor/app/", "/rocket/login/two-factor/recovery/new/"


@pytest.fixture
def user(in_rocket: Cast) -> User:
    return in_rocket.analyst.user


def subjects(user: User) -> list[str]:
    assert {tuple(sent.to) for sent in mail.outbox} <= {(user.email,)}
    return [sent.subject for sent in mail.outbox]


def change_password(client: Client) -> None:
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/rocket/login/password/change/", form).status_code == 302


def test_of_a_changed_password(user: User, client: Client) -> None:
    sign_in_with_password(client, user)
    change_password(client)
    assert subjects(user) == ["[Rocket] Password changed"]
    body = str(mail.outbox[0].body)
    assert "IP address: 127.0.0.1" in body
    assert "Wasn't this you?" in body


def test_of_a_password_set_by_the_emailed_link(user: User, client: Client) -> None:
    client.post("/rocket/login/password/reset/", {"email": user.email})
    form = client.get(link_in(mail.outbox[0]))
    client.post(form["Location"], {"password1": NEW, "password2": NEW})
    assert subjects(user) == ["[Rocket] Set your password", "[Rocket] New password set"]


@pytest.mark.django_db(transaction=True)
def test_of_an_app_and_of_new_recovery_codes(rocket: Cast) -> None:
    client, user = Client(), rocket.analyst.user
    sign_in_with_password(client, user)
    secret = client.get(APP).context["form"].secret
    told = []
    for path, form in [(APP, {"code": code_for(secret)}), (CODES, {}), (APP + "remove/", {})]:
        mail.outbox.clear()
        assert client.post(path, form).status_code == 302
        told.append(subjects(user))
    assert told == [
        ["[Rocket] Authenticator app set up"],
        ["[Rocket] New recovery codes"],
        ["[Rocket] Authenticator app removed"],
    ]


def test_signing_in_sends_none(user: User, client: Client) -> None:
    give_app(user)
    sign_in_with_password(client, user)
    client.post("/rocket/login/two-factor/code/", {"code": code_of(user)})
    assert mail.outbox == []


def test_the_change_stands_when_the_mail_server_refuses(
    user: User,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(*args: object) -> None:
        raise SMTPServerDisconnected("gone")

    sign_in_with_password(client, user)
    monkeypatch.setattr(DefaultAccountAdapter, "send_mail", refuse)
    change_password(client)
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert "account_notice_not_sent" in caplog.text
    assert not Authenticator.objects.filter(user=user).exists()
