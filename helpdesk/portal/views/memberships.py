"""Becoming a contact of another desk with an existing account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.models import User
from helpdesk.login.adapter import claim_contact_at_desk, has_verified_email
from helpdesk.login.signed_out.refusing import refuse_signed_out
from helpdesk.portal.layout import redirect_after_post
from helpdesk.portal.permissions import DeskRequest, require_desk
from helpdesk.shared.http.methods import post_only


@post_only
@require_desk
def join_desk(request: DeskRequest) -> HttpResponseBase:
    """Make the user's verified address a contact of this desk, and show its earlier requests."""
    user = request.user
    if not isinstance(user, User):
        return refuse_signed_out(request)
    if _join(request, user):
        messages.success(
            request, _("You can now send requests to %(desk)s.") % {"desk": request.desk.name}
        )
    else:
        messages.error(
            request, _("You can't use this account here. Contact us, and we'll help you.")
        )
    return redirect_after_post("home")


def _join(request: DeskRequest, user: User) -> bool:
    return (
        has_verified_email(user, user.email)
        and claim_contact_at_desk(request, user, user.email) is not None
    )
