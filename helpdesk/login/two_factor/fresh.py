"""Pages that open only shortly after a sign-in as strong as the user's can be."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from helpdesk.login.signed_out.refusing import find_form_page, keep_refused_form
from helpdesk.login.sso.sessions import find_sso_record
from helpdesk.login.two_factor.policy import has_recently_signed_in, has_two_factor

# For people who can only prove themselves by signing in again: by SSO or an emailed code.
SIGN_IN_SECONDS = 15 * 60

View = TypeVar("View", bound=Callable[..., Any])


def fresh_sign_in_required(view: View) -> View:
    """Ask for the password or the second factor again if the last proof is too old.

    Apply it below the decorators that check access. A posted form that has drafts is kept as one.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if is_sign_in_fresh(request):
            return view(request, *args, **kwargs)
        return ask_again(request)

    return cast(View, guarded)


def is_sign_in_fresh(request: HttpRequest) -> bool:
    """Return True if the person of a session has just proved who they are."""
    user = cast(User, request.user)
    if has_recently_signed_in(request, user):
        return True
    if can_reauthenticate(request):
        return False
    newest = max((one["at"] for one in get_authentication_records(request, user)), default=0)
    return bool(newest > time.time() - SIGN_IN_SECONDS)


def can_reauthenticate(request: HttpRequest) -> bool:
    """Return True if the user has a password or a second factor that this session may ask for."""
    return find_sso_record(request) is None and bool(get_reauthentication_flows(request.user))


def ask_again(request: HttpRequest) -> HttpResponse:
    """Redirect to the proof and back, or explain how to sign in again."""
    user = cast(User, request.user)
    if request.method == "POST":
        keep_refused_form(request, user)
    if not can_reauthenticate(request):
        return render(request, "account/sign_in_again.html", status=403)
    name = "mfa_reauthenticate" if has_two_factor(user) else "account_reauthenticate"
    return HttpResponseRedirect(
        f"{reverse(name)}?{urlencode({'next': find_form_page(request)})}", status=303
    )
