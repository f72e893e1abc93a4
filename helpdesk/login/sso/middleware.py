"""Limits on sessions opened by single sign-on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from helpdesk.login.adapter import get_desk
from helpdesk.login.sso.sessions import find_sso_record, is_sso_session_invalid

ACCOUNT_PAGES = {"account_change_password", "account_set_password", "account_reauthenticate"}

Handler = Callable[[HttpRequest], HttpResponseBase]


class SsoSessionMiddleware:
    """Treat an SSO session as signed out where it is not valid. Must come before PersonMiddleware.

    A user is global, an identity provider one desk's: such a session never opens the user's own
    settings (password, 2FA).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_sso_session_invalid(request, get_desk(request)):
            request.user = AnonymousUser()
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Raise PermissionDenied on the pages of the account itself."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not _is_account_page(name) or not request.user.is_authenticated:
            return
        if find_sso_record(request) is not None:
            raise PermissionDenied(
                _(
                    "You signed in with single sign-on (SSO), which doesn't open your account "
                    "settings. Sign in with a password or an emailed code to change them."
                )
            )


def _is_account_page(name: str) -> bool:
    is_two_factor = name.startswith("mfa_") and not name.endswith("authenticate")
    return is_two_factor or name in ACCOUNT_PAGES
