"""Who must prove themselves a second time, and the door that lets nobody else past (security goal 17).

Required of every desk admin and of the installation's admin (settings.ADMIN_TWO_FACTOR: always in production),
and of all agents of a desk that says so (Desk.require_two_factor). Whoever has none is led to set one up;
whoever has one must have used it in this session. Until then there is no page, API, stream, admin site or file.
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
from django.http import (
    HttpRequest,
)

from accounts.middleware import DeskRequest
from accounts.models import Agent, Desk, Role, User

TWO_FACTOR_TYPES = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
)  # recovery codes only stand in for one


class PendingStep(StrEnum):
    """What a session still lacks."""

    SET_UP = "set_up"
    VERIFY = "verify"


def get_pending_step(request: HttpRequest) -> PendingStep | None:
    """What the person of a request owes at its desk; None for nothing. One query where a factor is required."""
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
    """Whether a person needs a second factor at a desk (None: outside of every desk)."""
    if not user.is_authenticated:
        return False
    if user.is_superuser or (agent is not None and agent.role == Role.ADMIN):
        return settings.ADMIN_TWO_FACTOR or (desk is not None and desk.require_two_factor)
    return agent is not None and desk is not None and desk.require_two_factor


def has_two_factor(user: User) -> bool:
    """Whether a login has an authenticator app or a passkey."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=TWO_FACTOR_TYPES).exists()


def has_passed_two_factor(request: HttpRequest) -> bool:
    """Whether the second factor, or a recovery code in its place, was given in this session."""
    return any(
        record["method"] == "mfa" for record in get_authentication_records(request, request.user)
    )


def has_passed_two_factor_by_sso(request: HttpRequest) -> bool:
    """Whether the desk's own identity provider says that it asked for a second factor (helpdesk/login/sso/views.py)."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" and record.get("type") == "sso" for record in records)


def has_recently_signed_in(request: HttpRequest, user: User) -> bool:
    """Whether the session's log-in is minutes old and as strong as the login can be.

    Then a change of the second factor asks for nothing again; else for the factor, or the password without one.
    """
    strong = {"mfa"} if has_two_factor(user) else {"password", "mfa"}
    newest_allowed = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, user)
    return any(record["method"] in strong and record["at"] > newest_allowed for record in records)
