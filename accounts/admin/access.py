"""Requests to the admin site, and who may open its pages.

Desk admins get their rights by code (`is_desk_admin`), not by Django's permission rows, which have
no desk.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext

from accounts.models import Agent, Role, User


class AdminRequest(HttpRequest):
    """A request to the admin site: of a desk, or for installation admins if desk is None."""

    user: User
    desk: Any  # Desk | None; pages of a desk check has_permission before they use it
    agent: Agent | None
    unsent_fields: dict[str, list[str]] | None  # posted while signed out: accounts/admin/unsent.py


def is_desk_admin(request: AdminRequest) -> bool:
    """Return True if the user may change the settings of the request's desk.

    That is an admin of the desk, or of the installation.
    """
    user, agent = request.user, request.agent
    if request.desk is None or not user.is_active:
        return False
    return user.is_superuser or (agent is not None and agent.role == Role.ADMIN and user.is_staff)


def is_installation_admin(request: AdminRequest) -> bool:
    """Return True for an installation admin, on the pages of a desk or outside of all desks.

    An installation with a single desk has no pages outside of it.
    """
    return request.user.is_active and request.user.is_superuser


def require_desk_admin(request: AdminRequest) -> None:
    """Raise Http404 unless the user may change the settings of the request's desk."""
    if not is_desk_admin(request):
        raise Http404(gettext("This page is only available to desk admins."))


def require_installation_admin(request: AdminRequest) -> None:
    """Raise Http404 unless the user is an installation admin."""
    if not is_installation_admin(request):
        raise Http404(gettext("This page is only available to installation admins."))
