"""Reset of two-factor authentication (2FA) for a user who lost it, with an email to the user.

Installation admins do it by command or on the user's page. Desk admins do it for agents who
belong to no other desk, because a user is global.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.admin.access import (
    AdminRequest,
    is_installation_admin,
    require_desk_admin,
    require_installation_admin,
)
from accounts.logins.changes import remove_two_factor
from accounts.models import Agent, Desk, User
from accounts.places.languages import use_recipient_locale
from accounts.sweeps import list_desks_of_login
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from channels_intake.outgoing.rendering import build_automatic_email
from helpdesk.shared.http.methods import post_only


@post_only
def reset_for_user(request: AdminRequest, user_id: int) -> HttpResponse:
    """Reset the 2FA of a user, as an installation admin."""
    require_installation_admin(request)
    _reset(request, get_object_or_404(User, pk=user_id))
    return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[user_id]))


@post_only
def reset_for_agent(request: AdminRequest, agent_id: int) -> HttpResponse:
    """Reset the 2FA of an agent, as an admin of the desk."""
    require_desk_admin(request)
    agent = get_object_or_404(Agent.objects.select_related("user"), pk=agent_id, desk=request.desk)
    if problem := _get_problem(request, agent.user):
        messages.error(request, problem)
    else:
        _reset(request, agent.user)
    return HttpResponseRedirect(reverse("admin:accounts_agent_change", args=[agent_id]))


def _get_problem(request: AdminRequest, user: User) -> str:
    """Return why the user may not reset this agent's 2FA, or ""."""
    if is_installation_admin(request):
        return ""
    if user.is_superuser or {desk.pk for desk in list_desks_of_login(user)} != {request.desk.pk}:
        text = _(
            "%(email)s also has access outside of this desk. "
            "Ask an installation admin to reset two-factor authentication."
        )
        return text % {"email": user.email}
    return ""


def _reset(request: AdminRequest, user: User) -> None:
    """Reset and report. Users can't reset their own 2FA: an unattended browser must not suffice."""
    if user.pk == request.user.pk:
        messages.error(
            request, _("You can't reset your own two-factor authentication. Ask another admin.")
        )
        return
    if not remove_two_factor(user=user, by=request.user):
        text = _("%(email)s has not set up two-factor authentication.")
        messages.info(request, text % {"email": user.email})
        return
    try:
        send_reset_notice(user, desk=request.desk)
    except MAIL_SERVER_ERRORS as error:
        text = _(
            "Two-factor authentication was reset, but the mail server rejected the email about it "
            "(%(error)s). Tell the person yourself."
        )
        messages.warning(request, text % {"error": error})
    else:
        text = _("Two-factor authentication was reset, and %(email)s was notified by email.")
        messages.success(request, text % {"email": user.email})


def send_reset_notice(user: User, *, desk: Desk | None) -> None:
    """Email the user about the reset, in their language or else the desk's.

    Raises what the mail backend raises.
    """
    context = {"user": user, "site": settings.SITE_URL}
    with use_recipient_locale(desk=desk, user=user):
        message = build_automatic_email(
            "emails/two_factor_removed",
            context,
            desk=desk,
            subject=_("Two-factor authentication was turned off for your account"),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=user.email,
        )
    message.send()
