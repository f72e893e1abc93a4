"""Desk admins invite agents and customers, who get an email with a link."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import (
    Account,
    Agent,
    AuditEntry,
    Contact,
    ContactRole,
    Invitation,
    Plan,
    Role,
)
from accounts.tenancy import desk_scope
from tests.cast import Cast

PAGE = "/rocket/admin/accounts/invitation/invite/"


def send(client: Client, **changes: Any) -> Any:
    fields = {
        "email": "new@rocket.example",
        "name": "New",
        "invited_as": "agent:analyst",
        "level": "l2",
    }
    return client.post(PAGE, fields | changes)


def accept(client: Client) -> Any:
    link = re.search(r"/rocket/invitation/\S+", mail.outbox[-1].body)
    assert link is not None
    return client.post(link[0], {"name": "New", "password": "a long and winding road"})


def test_an_invited_agent_joins_by_the_link(
    rocket: Cast, at_rocket: Client, client: Client
) -> None:
    assert send(at_rocket).status_code == 302
    assert mail.outbox[-1].to == ["new@rocket.example"]
    assert accept(client).status_code == 302
    with desk_scope(rocket.desk):
        agent = Agent.objects.get(user__email="new@rocket.example")
        first = AuditEntry.objects.get(action="invited")
    assert (agent.role, agent.level) == ("analyst", "l2")
    assert first.actor == "admin@rocket.example"


def test_an_invited_customer_joins_the_account(
    rocket: Cast, at_rocket: Client, client: Client
) -> None:
    name = rocket.account.name
    assert (
        send(
            at_rocket, email="a@new.example", invited_as="contact:manager", account=name
        ).status_code
        == 302
    )
    assert accept(client).status_code == 302
    with desk_scope(rocket.desk):
        contact = Contact.objects.get(email="a@new.example")
    assert (contact.account_id, contact.role) == (rocket.account.pk, "manager")


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"email": "nobody"}, "email", "valid email"),
        ({"email": "analyst@rocket.example"}, "email", "is already an agent of Rocket"),
        (
            {"account": "Nobody Inc.", "invited_as": "contact:contact"},
            "account",
            "There is no account with this name.",
        ),
        ({"account": "Elsewhere Ltd."}, "account", "An agent can't have an account"),
        ({"invited_as": "contact:manager"}, "invited_as", "Only a contact with an account"),
        (
            {"invited_as": "contact:point_of_contact", "account": "Elsewhere Ltd."},
            "invited_as",
            "includes 1 point",
        ),
        ({"invited_as": "agent:king"}, "invited_as", "valid choice"),
    ],
)
def test_an_invalid_invitation_is_an_error_of_its_field(
    changes: dict[str, str], field: str, reason: str, rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        Plan.objects.update(points_of_contact=1)
    answer = send(at_rocket, **changes)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert reason in " ".join(answer.context["form"].errors[field])
    assert mail.outbox == []


def test_an_account_of_another_desk_is_not_found(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    with desk_scope(matter.desk):
        Account.objects.filter(pk=matter.account.pk).update(name="Hidden")
    answer = send(at_rocket, invited_as="contact:contact", account="Hidden")
    assert answer.context["form"].errors == {"account": ["There is no account with this name."]}


def test_inviting_again_prefills_the_form_and_ends_the_old_link(
    rocket: Cast, at_rocket: Client
) -> None:
    send(at_rocket)
    with desk_scope(rocket.desk):
        old = Invitation.objects.get()
    page = at_rocket.get(PAGE, {"again": old.pk})
    assert page.context["form"]["email"].value() == "new@rocket.example"
    send(at_rocket)
    with desk_scope(rocket.desk):
        old.refresh_from_db()
    assert old.expires_at <= timezone.now()


@pytest.mark.parametrize("number", ["x", "99999999999999999999", "0", "²"])
def test_an_unknown_invitation_number_leaves_the_form_empty(
    number: str, rocket: Cast, at_rocket: Client
) -> None:
    assert at_rocket.get(PAGE, {"again": number}).context["form"].initial == {}


def test_a_failed_email_is_reported(
    rocket: Cast, at_rocket: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    answer = send(at_rocket)
    assert answer.status_code == 302
    assert b"the mail server rejected it" in at_rocket.get(answer["Location"]).content


def test_the_list_shows_no_hash(rocket: Cast, at_rocket: Client) -> None:
    send(at_rocket)
    with desk_scope(rocket.desk):
        invitation = Invitation.objects.get()
    page = at_rocket.get(
        f"/rocket/admin/accounts/invitation/{invitation.pk}/change/"
    ).content.decode()
    assert invitation.token_hash not in page
    assert "Pending" in page
    assert str(Role.ANALYST.label) in page


def test_the_list_shows_the_role_by_its_name(rocket: Cast, at_rocket: Client) -> None:
    send(at_rocket, invited_as="contact:point_of_contact", account=rocket.account.name)
    page = at_rocket.get("/rocket/admin/accounts/invitation/").content.decode()
    assert str(ContactRole.POINT_OF_CONTACT.label) in page
