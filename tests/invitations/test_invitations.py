"""Invitations work once, for seven days, and are stored as a hash only (M83, security goals)."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from accounts.invitations.accepting import (
    InvitationGoneError,
    SignInRequiredError,
    accept_invitation,
    find_invitation,
)
from accounts.invitations.sending import InvitationError, invite
from accounts.models import Agent, AuditEntry, Contact, Department, Invitation, User, Visibility
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast

NEW = "new.person@rocket.example"
SECRET = "a long enough pass phrase"


def invite_agent(cast: Cast, email: str = NEW, **changes: object) -> tuple[Invitation, str]:
    asked = {
        "kind": "agent",
        "role": "lead",
        "level": "l2",
        "at": NOON,
        "by": cast.admin.user,
    } | changes
    return invite(desk=cast.desk, email=email, **asked)


def test_the_row_keeps_the_hash_of_the_token_and_never_the_token(in_rocket: Cast) -> None:
    invitation, token = invite_agent(in_rocket)
    assert len(token) >= 43  # 256 bits in base64
    assert invitation.token_hash == hashlib.sha256(token.encode()).hexdigest()
    row = Invitation.objects.values().get(pk=invitation.pk)
    assert token not in str(row)


def test_accepting_creates_the_agent_with_role_level_departments_and_a_verified_address(
    in_rocket: Cast,
) -> None:
    _, token = invite_agent(in_rocket)
    agent = accept_invitation(
        desk=in_rocket.desk, token=token, at=NOON, password=SECRET, name="New Person"
    )
    assert isinstance(agent, Agent)
    assert (agent.role, agent.level, agent.name) == ("lead", "l2", "New Person")
    assert agent.departments.count() == 3
    assert agent.user.check_password(SECRET)
    assert EmailAddress.objects.get(user=agent.user).verified
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "invited",
        "invitation_accepted",
    ]


def test_an_invited_contact_gets_the_earlier_contact_of_that_address(in_rocket: Cast) -> None:
    earlier = Contact.objects.create(desk=in_rocket.desk, email="old@acme.example")
    _, token = invite_agent(
        in_rocket, earlier.email, kind="contact", role="manager", account=in_rocket.account
    )
    contact = accept_invitation(desk=in_rocket.desk, token=token, at=NOON, password=SECRET)
    assert contact == earlier
    assert (contact.role, contact.account) == ("manager", in_rocket.account)


@pytest.mark.parametrize("late", [timedelta(days=7), timedelta(days=8)])
def test_it_expires_after_seven_days(in_rocket: Cast, late: timedelta) -> None:
    _, token = invite_agent(in_rocket)
    assert find_invitation(desk=in_rocket.desk, token=token, at=NOON + late) is None
    with pytest.raises(InvitationGoneError):
        accept_invitation(desk=in_rocket.desk, token=token, at=NOON + late, password=SECRET)
    assert not User.objects.filter(email=NEW).exists()


def test_a_second_use_finds_nothing(in_rocket: Cast) -> None:
    _, token = invite_agent(in_rocket)
    accept_invitation(desk=in_rocket.desk, token=token, at=NOON, password=SECRET)
    with pytest.raises(InvitationGoneError):
        accept_invitation(desk=in_rocket.desk, token=token, at=NOON, password="another pass phrase")
    assert User.objects.get(email=NEW).check_password(SECRET)


def test_a_newer_invitation_ends_the_older_one(in_rocket: Cast) -> None:
    _, older = invite_agent(in_rocket)
    _, newer = invite_agent(in_rocket)
    assert find_invitation(desk=in_rocket.desk, token=older, at=NOON) is None
    assert find_invitation(desk=in_rocket.desk, token=newer, at=NOON) is not None


def test_another_desk_knows_nothing_of_it(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        _, token = invite_agent(rocket)
    with desk_scope(matter.desk), pytest.raises(InvitationGoneError):
        accept_invitation(desk=matter.desk, token=token, at=NOON, password=SECRET)


def test_a_user_with_a_password_accepts_only_signed_in_and_keeps_it(
    rocket: Cast, matter: Cast
) -> None:
    user = matter.analyst.user
    with desk_scope(rocket.desk):
        _, token = invite_agent(rocket, user.email)
        with pytest.raises(SignInRequiredError):
            accept_invitation(
                desk=rocket.desk, token=token, at=NOON, password="a thief's pass phrase"
            )
        with pytest.raises(InvitationGoneError):
            accept_invitation(desk=rocket.desk, token=token, at=NOON, user=rocket.colleague.user)
        agent = accept_invitation(desk=rocket.desk, token=token, at=NOON, user=user)
    assert agent.user == user
    assert not User.objects.get(pk=user.pk).check_password("a thief's pass phrase")


def test_a_deactivated_user_stays_out(in_rocket: Cast) -> None:
    user = User.objects.create_user(NEW, None, is_active=False)
    _, token = invite_agent(in_rocket)
    with pytest.raises(InvitationGoneError):
        accept_invitation(desk=in_rocket.desk, token=token, at=NOON, password=SECRET)
    assert not Agent.objects.filter(user=user).exists()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"email": "nobody"}, "not an email address"),
        ({"role": "manager"}, "There is no role"),
        ({"kind": "owner"}, "There is no role"),
        ({"level": "l9"}, "There is no level"),
        ({"email": "analyst@rocket.example"}, "already"),
    ],
)
def test_invalid_input_is_refused_with_a_reason(in_rocket: Cast, changes: dict, why: str) -> None:
    with pytest.raises(InvitationError, match=why):
        invite_agent(in_rocket, **changes)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_wins(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        _, token = invite_agent(rocket)
    start = Barrier(2)

    def click(password: str) -> str:
        try:
            with desk_scope(rocket.desk):
                start.wait(timeout=10)
                accept_invitation(desk=rocket.desk, token=token, at=NOON, password=password)
            return password
        except InvitationGoneError:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(click, ["the first pass phrase", "the second pass phrase"]))
    [winner] = filter(None, won)
    assert User.objects.get(email=NEW).check_password(winner)


def test_a_new_agent_does_not_join_members_only_departments(
    in_rocket: Cast,
) -> None:
    Department.objects.filter(kind="paid").update(visibility=Visibility.MEMBERS)
    _, token = invite_agent(in_rocket)
    agent = accept_invitation(desk=in_rocket.desk, token=token, at=NOON, password=SECRET)
    assert isinstance(agent, Agent)
    assert {department.kind for department in agent.departments.all()} == {"community", "trials"}
