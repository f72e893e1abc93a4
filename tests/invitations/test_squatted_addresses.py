"""An attacker signs up with an address before its owner is invited: the password gains nothing."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from accounts.invitations.accepting import SignInRequiredError, accept_invitation, needs_sign_in
from accounts.invitations.sending import invite
from accounts.models import Agent, InvitedAs, Role, User
from accounts.staff import save_agent
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast

SQUATTED, OWN = "the password of a squatter", "the password of the owner"


@pytest.fixture
def squatted(db: None) -> User:
    """The user left by a sign-up that was never verified."""
    user = User.objects.create_user("nova@rocket.example", SQUATTED)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user


def invite_nova(rocket: Cast) -> str:
    return invite(
        desk=rocket.desk,
        email="nova@rocket.example",
        kind=InvitedAs.AGENT,
        role=Role.ADMIN,
        at=NOON,
    )[1]


def test_an_invited_person_sets_a_new_password(rocket: Cast, squatted: User) -> None:
    with desk_scope(rocket.desk):
        token = invite_nova(rocket)
        agent = accept_invitation(desk=rocket.desk, token=token, at=NOON, password=OWN, name="Nova")
    squatted.refresh_from_db()
    assert isinstance(agent, Agent)
    assert agent.user == squatted
    assert squatted.check_password(OWN)
    assert not squatted.check_password(SQUATTED)


def test_an_agent_made_in_the_admin_site_keeps_no_strangers_password(
    rocket: Cast, squatted: User
) -> None:
    with desk_scope(rocket.desk):
        save_agent(
            agent=Agent(desk=rocket.desk, name="Nova", role=Role.ADMIN), email=squatted.email
        )
    squatted.refresh_from_db()
    assert squatted.is_staff
    assert not squatted.has_usable_password()


@pytest.mark.parametrize("proof", ["verified address", "has signed in", "installation's admin"])
def test_an_established_user_keeps_the_password(rocket: Cast, squatted: User, proof: str) -> None:
    EmailAddress.objects.filter(user=squatted).update(verified=proof == "verified address")
    is_first = {"last_login": NOON if proof == "has signed in" else None}
    User.objects.filter(pk=squatted.pk).update(
        **is_first, is_superuser=proof == "installation's admin"
    )
    with desk_scope(rocket.desk):
        token = invite_nova(rocket)
        with pytest.raises(SignInRequiredError):
            accept_invitation(desk=rocket.desk, token=token, at=NOON, password=OWN, name="Nova")
        save_agent(agent=Agent(desk=rocket.desk, name="Nova"), email=squatted.email)
    assert User.objects.get(pk=squatted.pk).check_password(SQUATTED)


def test_the_invitation_page_then_asks_for_a_password(rocket: Cast, squatted: User) -> None:
    with desk_scope(rocket.desk):
        invitation, _ = invite(
            desk=rocket.desk, email=squatted.email, kind=InvitedAs.AGENT, role=Role.ANALYST, at=NOON
        )
        assert not needs_sign_in(invitation)
