"""An admin resets 2FA for a user who lost their device; the user is notified by email."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Agent, AuditEntry, Contact, User
from accounts.tenancy import desk_scope
from helpdesk.login.two_factor.policy import has_two_factor
from tests.cast import Cast
from tests.login.conftest import give_app, sign_in_with_password


@pytest.fixture
def person(rocket: Cast, matter: Cast) -> User:
    """An analyst of the first desk with an authenticator app."""
    give_app(rocket.analyst.user)
    return rocket.analyst.user


@pytest.fixture
def root(rocket: Cast, sign_in: Any) -> Client:
    return sign_in(User.objects.create_superuser("root@host.example", "x"))


def ask(client: Client, agent: Agent) -> str:
    """Press the button on the agent's page and return the next page."""
    page = f"/rocket/admin/accounts/agent/{agent.pk}/"
    assert f'action="{page}two-factor/"' in client.get(f"{page}change/").content.decode()
    return client.post(f"{page}two-factor/", follow=True).content.decode()


def test_a_desk_admin_resets_an_agent(rocket: Cast, person: User, at_rocket: Client) -> None:
    assert "was notified by email" in ask(at_rocket, rocket.analyst)
    assert not person.authenticator_set.exists()
    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([person.email], "Two-factor authentication was turned off for your account")
    ]
    browser = Client()
    assert sign_in_with_password(browser, person)["Location"] == "/rocket/"
    with desk_scope(rocket.desk):
        entry = AuditEntry.objects.get(action="two_factor_removed")
    assert (entry.actor, entry.target) == ("admin@rocket.example", person.email)
    assert "has not set up two-factor authentication" in ask(at_rocket, rocket.analyst)


@pytest.mark.parametrize("model", [Agent, Contact])
def test_a_desk_admin_cannot_reset_users_of_another_desk(
    rocket: Cast, matter: Cast, person: User, at_rocket: Client, root: Client, model: Any
) -> None:
    more = {"name": "Analyst"} if model is Agent else {"email": person.email}
    with desk_scope(matter.desk):
        model.objects.create(desk=matter.desk, user=person, **more)
    assert "also has access outside of this desk" in ask(at_rocket, rocket.analyst)
    assert has_two_factor(person)
    assert mail.outbox == []
    assert "was notified by email" in ask(root, rocket.analyst)
    assert not has_two_factor(person)
    with desk_scope(matter.desk):
        assert AuditEntry.objects.filter(action="two_factor_removed").count() == 1


def test_admins_cannot_reset_their_own(rocket: Cast, at_rocket: Client) -> None:
    give_app(rocket.admin.user)
    assert "reset your own two-factor authentication" in ask(at_rocket, rocket.admin)
    assert has_two_factor(rocket.admin.user)


def test_an_installation_admin_resets_it_on_the_users_page(person: User, root: Client) -> None:
    page = f"/admin/accounts/user/{person.pk}/"
    assert b"Reset two-factor authentication" in root.get(f"{page}change/").content
    assert root.get(f"{page}two-factor/").status_code == 405
    assert root.post(f"{page}two-factor/").status_code == 302
    assert not has_two_factor(person)


def test_a_desk_admin_resets_neither_users_nor_agents_of_other_desks(
    rocket: Cast, person: User, at_rocket: Client, sign_in: Any, matter: Cast
) -> None:
    assert at_rocket.post(f"/rocket/admin/accounts/user/{person.pk}/two-factor/").status_code == 404
    stranger = sign_in(matter.admin.user)
    for desk in ("rocket", "matter"):
        page = f"/{desk}/admin/accounts/agent/{rocket.analyst.pk}/two-factor/"
        assert stranger.post(page).status_code == 404
    assert has_two_factor(person)


def test_the_command_resets_it_and_reports_errors(rocket: Cast, person: User, capsys: Any) -> None:
    call_command("reset_two_factor", person.email.upper())
    assert "Turned off two-factor authentication for" in capsys.readouterr().out
    assert not has_two_factor(person)
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.get(action="two_factor_removed").actor == "manage.py"
    with pytest.raises(CommandError, match="does not use two-factor"):
        call_command("reset_two_factor", person.email)
    with pytest.raises(CommandError, match="There is no user with the email address"):
        call_command("reset_two_factor", "nobody@rocket.example")


def test_a_failed_email_is_reported(
    rocket: Cast, person: User, at_rocket: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    assert "the mail server rejected the email about it" in ask(at_rocket, rocket.analyst)
    assert not has_two_factor(person)
