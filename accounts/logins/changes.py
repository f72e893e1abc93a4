"""The writers of a login itself, which belongs to no desk: each desk that knows it finds the change in its audit."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.audit import record_audit
from accounts.models import AuditAction, Identity, User
from accounts.sweeps import list_desks_of_login
from accounts.tenancy import desk_scope


def change_login_email(*, user: User, email: str, by: User) -> None:
    """Give a login another address, normalized and nobody else's, and take it from whoever reads the old one's mail.

    The password goes, and with it all sessions and links that were mailed before. The new address counts as unproven
    until its owner sets a password by mail or logs in by a code; a second factor stays. A company's log-in knew the
    old address, so it is forgotten too.
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
        record_login_change(user, AuditAction.LOGIN_EMAIL_CHANGED, by=by)


def remove_two_factor(*, user: User, by: User | None) -> bool:
    """Take a login's second factor away, recovery codes and all; gives whether it had any. The caller tells them.

    Where one is required, the next log-in leads to setting up a new one. by: None for a command.
    """
    with transaction.atomic():
        gone, _ = Authenticator.objects.filter(user=user).delete()
        if gone:
            record_login_change(user, AuditAction.TWO_FACTOR_REMOVED, by=by)
    return bool(gone)


def record_login_change(user: User, action: AuditAction, *, by: User | None) -> None:
    """Write down a change of a login at each desk where it is somebody. by: None for a command."""
    for desk in list_desks_of_login(user):
        with desk_scope(desk):
            record_audit(desk=desk, by=by, action=action, about=user, target=user.email)


def set_preferences(*, user: User, language: str, time_zone: str) -> None:
    """Save the language and time zone a user reads pages in; "" leaves them to browser and desk (M80)."""
    user.language, user.time_zone = language, time_zone
    user.save(update_fields=["language", "time_zone"])
