"""An invitation depends on its inviter's current rights, and an admin can withdraw it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.invitations.accepting import InvitationGoneError, accept_invitation, find_invitation
from accounts.invitations.sending import invite
from accounts.models import Agent, AuditEntry, Contact, Invitation, User
from accounts.privacy.logins import erase_login
from accounts.tenancy import desk_scope, system_scope
from tests.cast import PASSWORD, Cast

NEW = "new.person@acme.example"


def make(cast: Cast, by: User | None, **changes: Any) -> str:
    """Create an invitation as a contact of the customer's account. Return its token."""
    asked = {"email": NEW, "kind": "contact", "role": "contact", "account": cast.account} | changes
    return invite(desk=cast.desk, by=by, at=timezone.now(), **asked)[1]


def is_open(cast: Cast, token: str) -> bool:
    return find_invitation(desk=cast.desk, token=token, at=timezone.now()) is not None


def withdraw(client: Client, cast: Cast) -> bytes:
    with desk_scope(cast.desk):
        pk = Invitation.objects.latest("pk").pk
    page = f"/rocket/admin/accounts/invitation/{pk}/"
    assert b"Withdraw" in client.get(f"{page}change/").content
    content: bytes = client.post(f"{page}withdrawal/", follow=True).content
    return content


def test_a_withdrawn_invitation_stops_working_and_is_audited(rocket: Cast, sign_in: Any) -> None:
    admin = sign_in(rocket.admin.user)
    with desk_scope(rocket.desk):
        token = make(rocket, rocket.admin.user)
    assert b"was withdrawn" in withdraw(admin, rocket)
    assert Client().get(f"/rocket/invitation/{token}/").status_code == 404
    with desk_scope(rocket.desk):
        entry = AuditEntry.objects.get(action="invitation_withdrawn")
    assert (entry.actor, entry.target) == ("admin@rocket.example", NEW)
    assert b"was already used or has expired" in withdraw(admin, rocket)


def test_another_desks_admin_withdraws_nothing(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    with desk_scope(rocket.desk):
        token = make(rocket, rocket.admin.user)
        pk = Invitation.objects.get().pk
    for desk in ("rocket", "matter"):
        page = f"/{desk}/admin/accounts/invitation/{pk}/withdrawal/"
        assert sign_in(matter.admin.user).post(page).status_code == 404
    with desk_scope(rocket.desk):
        assert is_open(rocket, token)


def switch_agent_off(cast: Cast) -> None:
    Agent.objects.filter(pk=cast.admin.pk).update(is_active=False)


def take_role(cast: Cast) -> None:
    Agent.objects.filter(pk=cast.admin.pk).update(role="analyst")


def close_login(cast: Cast) -> None:
    User.objects.filter(pk=cast.admin.user_id).update(is_active=False)


@pytest.mark.parametrize("happens", [switch_agent_off, take_role, close_login])
def test_invitations_of_a_former_admin_stop_working(
    in_rocket: Cast, happens: Callable[[Cast], None]
) -> None:
    token = make(in_rocket, in_rocket.admin.user, kind="agent", role="admin", account=None)
    assert is_open(in_rocket, token)
    happens(in_rocket)
    assert not is_open(in_rocket, token)
    with pytest.raises(InvitationGoneError):
        accept_invitation(desk=in_rocket.desk, token=token, at=timezone.now(), password=PASSWORD)
    assert not User.objects.filter(email=NEW).exists()
    assert Invitation.objects.get().used_at is None


@pytest.mark.parametrize(
    "change",
    [{"role": "point_of_contact"}, {"may_log_in": False}, {"account": None}, {"account": "other"}],
)
def test_invitations_of_a_former_account_manager_stop_working(
    in_rocket: Cast, change: dict[str, Any]
) -> None:
    token = make(in_rocket, in_rocket.manager.user)
    assert is_open(in_rocket, token)
    if change.get("account") == "other":
        change = {"account": in_rocket.other_account}
    Contact.objects.filter(pk=in_rocket.manager.pk).update(**change)
    assert not is_open(in_rocket, token)


def test_a_manager_invites_no_agents_and_nobody_of_another_account(in_rocket: Cast) -> None:
    boss = in_rocket.manager.user
    assert not is_open(in_rocket, make(in_rocket, boss, kind="agent", role="analyst", account=None))
    assert not is_open(in_rocket, make(in_rocket, boss, account=in_rocket.other_account))
    assert not is_open(in_rocket, make(in_rocket, boss, account=None))


def test_invitations_of_the_command_and_the_installations_admin_keep_working(
    in_rocket: Cast,
) -> None:
    chief = User.objects.create_superuser("root@host.example", "x")
    assert is_open(in_rocket, make(in_rocket, None))
    token = make(in_rocket, chief)
    assert is_open(in_rocket, token)
    User.objects.filter(pk=chief.pk).update(is_active=False)
    assert not is_open(in_rocket, token)


def test_erasing_the_inviter_erases_their_open_invitations(in_rocket: Cast) -> None:
    gone = User.objects.create_user("gone@rocket.example", PASSWORD)
    token = make(in_rocket, gone)
    with system_scope("erase in a test"):
        assert erase_login(gone)
    assert not is_open(in_rocket, token)


def test_the_list_says_which_are_void(rocket: Cast, sign_in: Any) -> None:
    with desk_scope(rocket.desk):
        make(rocket, rocket.lead.user)
    page = sign_in(rocket.admin.user).get("/rocket/admin/accounts/invitation/").content
    assert b"Invalid: the inviter can no longer invite people" in page
