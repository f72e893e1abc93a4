"""A manager's invitation never replaces one that the desk sent."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.invitations.accepting import find_invitation
from accounts.invitations.sending import InvitationError, invite
from accounts.models import User
from tests.cast import Cast

NEW = "new@acme.example"


def make(cast: Cast, by: User | None, role: str = "contact") -> str:
    asked = {"kind": "contact", "role": role, "account": cast.account, "at": timezone.now()}
    return invite(desk=cast.desk, email=NEW, by=by, **asked)[1]


def is_open(cast: Cast, token: str) -> bool:
    return find_invitation(desk=cast.desk, token=token, at=timezone.now()) is not None


@pytest.mark.parametrize("is_admin", [True, False])
def test_a_manager_replaces_no_invitation_of_the_desk(in_rocket: Cast, is_admin: bool) -> None:
    token = make(in_rocket, in_rocket.admin.user if is_admin else None, role="manager")
    with pytest.raises(InvitationError, match="is already invited"):
        make(in_rocket, in_rocket.manager.user)
    assert is_open(in_rocket, token)


@pytest.mark.parametrize("who", ["manager", "admin"])
def test_a_managers_own_is_replaced_by_managers_and_the_desk(in_rocket: Cast, who: str) -> None:
    older = make(in_rocket, in_rocket.manager.user)
    newer = make(in_rocket, getattr(in_rocket, who).user)
    assert (is_open(in_rocket, older), is_open(in_rocket, newer)) == (False, True)


def test_another_accounts_manager_ends_nothing(in_rocket: Cast) -> None:
    token = make(in_rocket, in_rocket.manager.user)
    in_rocket.elsewhere.role = "manager"
    in_rocket.elsewhere.save(update_fields=["role"])
    asked = {"kind": "contact", "role": "contact", "account": in_rocket.other_account}
    with pytest.raises(InvitationError, match="is already invited"):
        invite(
            desk=in_rocket.desk, email=NEW, by=in_rocket.elsewhere.user, at=timezone.now(), **asked
        )
    assert is_open(in_rocket, token)
