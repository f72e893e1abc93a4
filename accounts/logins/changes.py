"""Services for users, which belong to no desk; each desk that knows one gets an audit entry."""

from __future__ import annotations

from collections.abc import Mapping

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction, Identity, User
from accounts.staff import separate_address
from accounts.sweeps import list_desks_of_login
from accounts.tenancy import desk_scope
from accounts.tokens.services import revoke_tokens_of_user


def change_login_email(*, user: User, email: str, by: User) -> None:
    """Change a user's email address, so that the owner of the old address can't sign in anymore.

    The password is removed, which ends all sessions and links that were emailed before. The new
    address, normalized and unused, is unverified until its owner sets a password by email or signs
    in with a code. Two-factor authentication stays. Links to single sign-on, which knew the old
    address, are deleted, and API tokens end.
    """
    with transaction.atomic():
        user.email = email
        user.set_unusable_password()
        user.save(update_fields=["email", "password"])
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=email, primary=True)
        for desk in list_desks_of_login(user):
            with desk_scope(desk):
                Identity.objects.filter(agent__user=user).delete()
                for agent in Agent.objects.filter(user=user, is_active=True):
                    separate_address(agent)
        revoke_tokens_of_user(user=user, by=by, at=timezone.now())
        record_login_change(user, AuditAction.LOGIN_EMAIL_CHANGED, by=by)


def remove_two_factor(*, user: User, by: User | None) -> bool:
    """Remove a user's two-factor authentication and recovery codes. Return False if there was none.

    The caller notifies the user. Where 2FA is required, the next sign-in asks to set it up again.
    by: None for a command.
    """
    with transaction.atomic():
        deleted, _ = Authenticator.objects.filter(user=user).delete()
        if deleted:
            record_login_change(user, AuditAction.TWO_FACTOR_REMOVED, by=by)
    return bool(deleted)


def record_login_change(user: User, action: AuditAction, *, by: User | None) -> None:
    """Record a change of a user at each desk where they are an agent or a contact."""
    for desk in list_desks_of_login(user):
        with desk_scope(desk):
            record_audit(desk=desk, by=by, action=action, about=user, target=user.email)


def set_shortcuts(*, user: User, keys: Mapping[str, str]) -> None:
    """Save the keys of shortcuts that a user has changed, or turned off with ""."""
    user.shortcuts = dict(keys)
    user.save(update_fields=["shortcuts"])


def set_preferences(*, user: User, language: str, time_zone: str) -> None:
    """Save a user's language and time zone; "" leaves them to the browser and the desk (M80)."""
    user.language, user.time_zone = language, time_zone
    user.save(update_fields=["language", "time_zone"])
