"""Becoming a contact of another desk with a login that one already has."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from helpdesk.login.adapter import claim_contact_at_desk, has_verified_email
from helpdesk.portal.layout import redirect_after_post
from helpdesk.portal.permissions import DeskRequest, require_desk


@require_POST
@require_desk
def join_desk(request: DeskRequest) -> HttpResponseBase:
    """Make the login's proven address a contact of this desk, with what mail from it has opened already."""
    user = request.user
    if not isinstance(user, User):
        return redirect_to_login(reverse("home"), resolve_url("account_login"))
    if _joined(request, user):
        messages.success(request, f"You can now send requests to {request.desk.name}.")
    else:
        messages.error(
            request, "This login cannot be used here. Write to us, and we will see to it."
        )
    return redirect_after_post("home")


def _joined(request: DeskRequest, user: User) -> bool:
    return (
        has_verified_email(user, user.email)
        and claim_contact_at_desk(request, user, user.email) is not None
    )
