"""The page behind an invitation link.

Opening it doesn't use the invitation, because mail scanners open links too.
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.invitations.accepting import (
    ContactLimitError,
    InvitationGoneError,
    SignInRequiredError,
    accept_invitation,
    find_invitation,
    needs_sign_in,
)
from accounts.models import Agent, Contact, Invitation, User
from channels_intake.incoming.verification import BY_SIGN_UP, verify_tickets_of
from helpdesk.invitations.forms import AcceptForm
from helpdesk.login.views import sign_in_with_new_password
from helpdesk.portal.permissions import DeskRequest, require_desk
from helpdesk.shared.http.rate_limits import rate_limited


@require_http_methods(["GET", "HEAD", "POST"])
@require_desk
@rate_limited("invitation")
def show_invitation(request: DeskRequest, token: str) -> HttpResponse:
    """Accept an invitation, with a new password or as the user that the address already has.

    Return the same 404 for an unknown, a used and an expired token.
    """
    invitation = find_invitation(desk=request.desk, token=token, at=timezone.now())
    if invitation is None:
        return _render_gone(request)
    if isinstance(request.user, User):
        return _accept_as_user(request, request.user, invitation, token)
    if needs_sign_in(invitation):
        return _ask_to_sign_in(request, invitation)
    form = AcceptForm(request.POST or None, invitation=invitation)
    if form.is_valid():
        return _accept_form(request, invitation, token, form)
    return _render(request, invitation, form)


def _ask_to_sign_in(request: DeskRequest, invitation: Invitation) -> HttpResponse:
    """Lead a person with a password to sign in, and back: the link doesn't replace it."""
    text = _("%(email)s already has an account. Sign in to accept the invitation.")
    messages.info(request, text % {"email": invitation.email})
    return redirect_to_login(request.get_full_path())


def _accept_as_user(
    request: DeskRequest, user: User, invitation: Invitation, token: str
) -> HttpResponse:
    """Accept by one click as the invited user; ask any other user to sign out."""
    if user.email != invitation.email or request.method != "POST":
        return _render(request, invitation, None)
    try:
        _accept_and_verify(invitation, token, user=user)
    except InvitationGoneError:
        return _render_gone(request)
    except ContactLimitError:
        return _render_full(request)
    return redirect("home")


def _accept_form(
    request: DeskRequest, invitation: Invitation, token: str, form: AcceptForm
) -> HttpResponse:
    """Accept with a new password, and sign in with it: the link proves the address."""
    try:
        person = _accept_and_verify(
            invitation,
            token,
            password=form.cleaned_data["password"],
            name=form.cleaned_data["name"],
        )
    except SignInRequiredError:
        return _ask_to_sign_in(request, invitation)
    except InvitationGoneError:
        return _render_gone(request)
    except ContactLimitError:
        return _render_full(request)
    messages.success(request, _("Your account is ready."))
    return sign_in_with_new_password(request, cast(User, person.user))


def _accept_and_verify(invitation: Invitation, token: str, **given: Any) -> Agent | Contact:
    """Accept the invitation and verify the tickets sent from its address, as the link proves it.

    Returns the agent or contact that the person has become.
    """
    at = timezone.now()
    with transaction.atomic():
        person = accept_invitation(desk=invitation.desk, token=token, at=at, **given)
        if isinstance(person, Contact) and person.email == invitation.email:
            verify_tickets_of(person, how=BY_SIGN_UP, at=at)
    return person


def _render(request: DeskRequest, invitation: Invitation, form: AcceptForm | None) -> HttpResponse:
    context = {
        "invitation": invitation,
        "form": form,
        "is_invited_user": request.user.is_authenticated and request.user.email == invitation.email,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "invitations/invitation.html", context, status=status)


def _render_gone(request: DeskRequest) -> HttpResponse:
    return render(request, "invitations/gone.html", status=404)


def _render_full(request: DeskRequest) -> HttpResponse:
    """Explain that all points of contact are taken. The link keeps working until it expires."""
    return render(request, "invitations/full.html", status=409)
