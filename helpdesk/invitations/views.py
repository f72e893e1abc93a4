"""The page behind the link of an invitation. Looking uses nothing up: mail scanners open links too."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.invitations.sending import (
    ContactLimitError,
    InvitationGoneError,
    SignInRequiredError,
    accept_invitation,
    find_invitation,
    needs_sign_in,
)
from accounts.models import Contact, Invitation, User
from channels_intake.incoming.verification import BY_SIGN_UP, verify_tickets_of
from helpdesk.invitations.forms import AcceptForm
from helpdesk.portal.permissions import DeskRequest, require_desk
from helpdesk.shared.rate_limits import rate_limited


@require_http_methods(["GET", "HEAD", "POST"])
@require_desk
@rate_limited("invitation")
def show_invitation(request: DeskRequest, token: str) -> HttpResponse:
    """Accept an invitation: with a new password, or as the login that its address has already.

    An unknown, a used and an old token get the same answer, 404.
    """
    invitation = find_invitation(desk=request.desk, token=token, at=timezone.now())
    if invitation is None:
        return _say_gone(request)
    if isinstance(request.user, User):
        return _for_user(request, request.user, invitation, token)
    if needs_sign_in(invitation):
        return redirect_to_login(request.get_full_path())
    form = AcceptForm(request.POST or None, invitation=invitation)
    if form.is_valid():
        return _accept(request, invitation, token, form)
    return _show(request, invitation, form)


def _for_user(request: DeskRequest, user: User, invitation: Invitation, token: str) -> HttpResponse:
    """Somebody is signed in: one click for the invited address, else a hint to log out."""
    if user.email != invitation.email or request.method != "POST":
        return _show(request, invitation, None)
    try:
        _use(invitation, token, user=user)
    except InvitationGoneError:
        return _say_gone(request)
    except ContactLimitError:
        return _say_full(request)
    return redirect("home")


def _accept(
    request: DeskRequest, invitation: Invitation, token: str, form: AcceptForm
) -> HttpResponse:
    try:
        _use(
            invitation,
            token,
            password=form.cleaned_data["password"],
            name=form.cleaned_data["name"],
        )
    except SignInRequiredError:
        return redirect_to_login(request.get_full_path())
    except InvitationGoneError:
        return _say_gone(request)
    except ContactLimitError:
        return _say_full(request)
    messages.success(request, "Your account is set up. Log in with your new password.")
    return redirect("account_login")


def _use(invitation: Invitation, token: str, **given: Any) -> None:
    """Accept, and let the invited have what was sent unverified from the address, which the link has proven."""
    at = timezone.now()
    with transaction.atomic():
        person = accept_invitation(desk=invitation.desk, token=token, at=at, **given)
        if isinstance(person, Contact) and person.email == invitation.email:
            verify_tickets_of(person, how=BY_SIGN_UP, at=at)


def _show(request: DeskRequest, invitation: Invitation, form: AcceptForm | None) -> HttpResponse:
    context = {
        "invitation": invitation,
        "form": form,
        "is_mine": request.user.is_authenticated and request.user.email == invitation.email,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "invitations/invitation.html", context, status=status)


def _say_gone(request: DeskRequest) -> HttpResponse:
    return render(request, "invitations/gone.html", status=404)


def _say_full(request: DeskRequest) -> HttpResponse:
    """The link stays good for its seven days: somebody else may give up the place."""
    return render(request, "invitations/full.html", status=409)
