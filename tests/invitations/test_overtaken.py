"""Accepting an invitation doesn't remove rights that were granted after it was sent."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.invitations.accepting import InvitationGoneError, accept_invitation
from accounts.invitations.sending import invite
from accounts.models import Agent, Contact, User
from accounts.staff import save_agent
from tests.cast import PASSWORD, Cast

NEW = "new@acme.example"


def make(cast: Cast, by: User | None, **changes: object) -> str:
    asked = {
        "email": NEW,
        "kind": "contact",
        "role": "contact",
        "account": cast.account,
        "at": timezone.now(),
    }
    return invite(desk=cast.desk, by=by, **(asked | changes))[1]


def accept(cast: Cast, token: str) -> Agent | Contact:
    return accept_invitation(desk=cast.desk, token=token, at=timezone.now(), password=PASSWORD)


@pytest.mark.parametrize("who", ["manager", "admin"])
def test_a_role_given_since_stays(in_rocket: Cast, who: str) -> None:
    token = make(in_rocket, getattr(in_rocket, who).user)
    Contact.objects.create(
        desk=in_rocket.desk, email=NEW, account=in_rocket.account, role="manager"
    )
    assert accept(in_rocket, token).role == "manager"


def test_a_managers_invitation_takes_nobody_from_another_account(in_rocket: Cast) -> None:
    token = make(in_rocket, in_rocket.manager.user)
    Contact.objects.create(
        desk=in_rocket.desk, email=NEW, account=in_rocket.other_account, role="manager"
    )
    with pytest.raises(InvitationGoneError):
        accept(in_rocket, token)
    kept = Contact.objects.get(email=NEW)
    assert (kept.role, kept.account, kept.user) == ("manager", in_rocket.other_account, None)


def test_a_contact_who_joined_another_account_since_stays_there(in_rocket: Cast) -> None:
    token = make(in_rocket, in_rocket.admin.user, role="manager")
    Contact.objects.create(desk=in_rocket.desk, email=NEW, account=in_rocket.other_account)
    contact = accept(in_rocket, token)
    assert isinstance(contact, Contact)
    assert (contact.role, contact.account) == ("contact", in_rocket.other_account)


def test_an_agents_role_given_since_stays(in_rocket: Cast) -> None:
    token = make(in_rocket, in_rocket.admin.user, kind="agent", role="analyst", account=None)
    user = User.objects.create_user(NEW, None)
    Agent.objects.create(desk=in_rocket.desk, user=user, name="New", role="admin", level="l2")
    agent = accept(in_rocket, token)
    assert isinstance(agent, Agent)
    assert (agent.role, agent.level) == ("admin", "l2")


def test_an_agent_who_was_switched_off_since_stays_out(in_rocket: Cast) -> None:
    agent = in_rocket.analyst
    token = ""
    for is_active in (False, True, False):
        agent.is_active = is_active
        save_agent(agent=agent)
        token = token or make(
            in_rocket,
            in_rocket.admin.user,
            email=agent.user.email,
            kind="agent",
            role="analyst",
            account=None,
        )
    with pytest.raises(InvitationGoneError):
        accept(in_rocket, token)
    agent.refresh_from_db()
    assert not agent.is_active
