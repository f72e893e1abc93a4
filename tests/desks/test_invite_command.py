"""`manage.py invite`: invite a person by email, or say how to try again (M83)."""

from __future__ import annotations

import shlex
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.models import Invitation
from accounts.tenancy import desk_scope
from tests.cast import Cast

EMAIL = "new@rocket.example"


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("invite", *arguments, stdout=output)
    return output.getvalue()


def get_invitation(cast: Cast) -> Invitation:
    with desk_scope(cast.desk):
        return Invitation.objects.latest("pk")


def test_an_agent_is_invited_by_email(rocket: Cast, matter: Cast) -> None:
    output = run("rocket", EMAIL, "--role", "lead", "--level", "l2", "--name", "Nia")
    invitation = get_invitation(rocket)
    assert (invitation.email, invitation.kind, invitation.role) == (EMAIL, "agent", "lead")
    assert invitation.level == "l2"
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert f"Invitation sent to {EMAIL}. It expires at" in output
    assert "http" not in output
    with desk_scope(matter.desk):
        assert not Invitation.objects.exists()


def test_the_link_is_shown_on_request(rocket: Cast) -> None:
    link = run("rocket", EMAIL, "--role", "analyst", "--show-link").splitlines()[0]
    assert "/rocket/invitation/" in link
    assert link in mail.outbox[0].body


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pluto", EMAIL, "--role", "analyst"], r"no desk “pluto”. Existing desks: matter, rocket"),
        (["rocket", EMAIL, "--role", "king"], "king|role"),
        (["rocket", "nobody", "--role", "analyst"], "email|e-mail"),
        (["rocket", EMAIL], "--role"),
        (["rocket", EMAIL, "--role", "analyst", "--level", "l9"], "l9"),
    ],
)
def test_bad_input_is_rejected_and_nothing_is_sent(
    rocket: Cast, matter: Cast, arguments: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        run(*arguments)
    assert mail.outbox == []
    with desk_scope(rocket.desk):
        assert not Invitation.objects.exists()


def test_after_a_mail_failure_the_command_says_how_to_invite_again(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError("the mail server is down")

    email = rocket.stranger.email
    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMessage, "send", fail)
        with pytest.raises(CommandError, match="could not be sent") as error:
            run("rocket", email, "--as", "contact", "--role", "contact")
    assert "the mail server is down" in str(error.value)
    first = get_invitation(rocket)
    _, command = str(error.value).split("manage.py invite ")
    run(*shlex.split(command))
    second = get_invitation(rocket)
    assert second.pk != first.pk
    assert (second.email, second.kind, second.role) == (email, "contact", "contact")
    assert [message.to for message in mail.outbox] == [[email]]
