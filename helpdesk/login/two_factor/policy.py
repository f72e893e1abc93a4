"""Policy for two-factor authentication (security goal 17).

Required of desk admins and the installation's admin (settings.ADMIN_TWO_FACTOR, always on in
production), and of every agent of a desk with Desk.require_two_factor. middleware.py enforces it.
"""

from __future__ import annotations

import time
from enum import StrEnum
from typing import cast

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.middleware import DeskRequest
from accounts.models import Agent, Desk, Role, User

# Recovery codes aren't a separate factor: they replace one of these.
TWO_FACTOR_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class PendingStep(StrEnum):
    """Steps that a user must complete before any page opens."""

    SET_UP = "set_up"
    VERIFY = "verify"


def get_pending_step(request: HttpRequest) -> PendingStep | None:
    """Return what the user of a request must do at its desk, or None.

    Runs one query where 2FA is required, and none elsewhere. A program does nothing here: its
    token was made after 2FA, or is refused (helpdesk/api/access/tokens.py).
    """
    if getattr(request, "grant", None) is not None:
        return None
    placed = cast(DeskRequest, request)
    if not is_two_factor_required(request.user, placed.desk, placed.agent):
        return None
    if has_passed_two_factor_by_sso(request):
        return None
    if not has_two_factor(cast(User, request.user)):
        return PendingStep.SET_UP
    return None if has_passed_two_factor(request) else PendingStep.VERIFY


def is_two_factor_required(
    user: User | AnonymousUser, desk: Desk | None, agent: Agent | None
) -> bool:
    """Return True if this user must complete 2FA. Pass desk=None for installation pages."""
    if not user.is_authenticated:
        return False
    if user.is_superuser or (agent is not None and agent.role == Role.ADMIN):
        return settings.ADMIN_TWO_FACTOR or (desk is not None and desk.require_two_factor)
    return agent is not None and desk is not None and desk.require_two_factor


def has_two_factor(user: User) -> bool:
    """Return True if the user has set up an authenticator app or a passkey."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=TWO_FACTOR_TYPES).exists()


def has_passed_two_factor(request: HttpRequest) -> bool:
    """Return True if this session passed 2FA, with a recovery code too."""
    return any(
        record["method"] == "mfa" for record in get_authentication_records(request, request.user)
    )


def has_passed_two_factor_by_sso(request: HttpRequest) -> bool:
    """Return True if the desk's identity provider reported 2FA when it signed the user in."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" and record.get("type") == "sso" for record in records)


def has_recently_signed_in(request: HttpRequest, user: User) -> bool:
    """Return True if the sign-in is minutes old and as strong as this user's sign-in can be.

    Changes to 2FA then need no second proof: of 2FA, or of the password for users without it.
    """
    strong = {"mfa"} if has_two_factor(user) else {"password", "mfa"}
    newest_allowed = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, user)
    return any(record["method"] in strong and record["at"] > newest_allowed for record in records)
