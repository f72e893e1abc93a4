"""The way back in for who has lost the second factor and the recovery codes: an admin takes it off, and tells them.

The installation's admin does it by command or on the login's page, a desk's admin for agents who are nobody at any
other desk, since a login is global.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.admin.base import AdminRequest, is_desk_admin, is_installation_admin
from accounts.logins.changes import remove_two_factor
from accounts.models import Agent, User
from accounts.sweeps import list_desks_of_login
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS


@require_POST
def reset_for_user(request: AdminRequest, user_id: int) -> HttpResponse:
    """The installation's admin takes the second factor off a login."""
    if not is_installation_admin(request):
        raise Http404("For the installation's admin.")
    _reset(request, get_object_or_404(User, pk=user_id))
    return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[user_id]))


@require_POST
def reset_for_agent(request: AdminRequest, agent_id: int) -> HttpResponse:
    """A desk's admin takes it off one of their agents."""
    if not is_desk_admin(request):
        raise Http404("An agent belongs to a desk.")
    agent = get_object_or_404(Agent.objects.select_related("user"), pk=agent_id, desk=request.desk)
    if problem := _refuse(request, agent.user):
        messages.error(request, problem)
    else:
        _reset(request, agent.user)
    return HttpResponseRedirect(reverse("admin:accounts_agent_change", args=[agent_id]))


def _refuse(request: AdminRequest, user: User) -> str:
    """Why a person may not take the factor off an agent's login; "" when they may."""
    if is_installation_admin(request):
        return ""
    if user.is_superuser or {desk.pk for desk in list_desks_of_login(user)} != {request.desk.pk}:
        return f"{user.email} is somebody outside of {request.desk} too; the installation's admin takes it off."
    return ""


def _reset(request: AdminRequest, user: User) -> None:
    """Not one's own: whoever sits at a browser that was left open would be rid of it."""
    if user.pk == request.user.pk:
        messages.error(request, "Another admin takes off yours.")
        return
    if not remove_two_factor(user=user, by=request.user):
        messages.info(request, f"{user.email} has no second factor.")
        return
    try:
        send_reset_notice(user)
    except MAIL_SERVER_ERRORS as error:
        messages.warning(
            request, f"It is off, but the mail that says so was not taken ({error}). Tell them."
        )
    else:
        messages.success(request, f"The second factor is off, and {user.email} is told by mail.")


def send_reset_notice(user: User) -> None:
    """Mail the person what was done. Raises what the mail backend raises."""
    context = {"user": user, "site": settings.SITE_URL.rstrip("/")}
    EmailMessage(
        subject="Your second factor was taken off",
        body=render_to_string("emails/two_factor_removed.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()
