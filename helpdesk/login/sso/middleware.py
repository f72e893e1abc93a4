"""What a session opened by single sign-on may not do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from helpdesk.login.adapter import get_desk
from helpdesk.login.sso.sessions import find_sso_record, is_sso_session_invalid

OWN_PAGES = ("account_change_password", "account_set_password", "account_reauthenticate")

Handler = Callable[[HttpRequest], HttpResponseBase]


class SsoSessionMiddleware:
    """Makes a session that a desk's provider opened worth nothing elsewhere, and nothing when the desk's trust in the
    provider is over. Stands before PersonMiddleware."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_sso_session_invalid(request, get_desk(request)):
            request.user = AnonymousUser()
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Refuses the pages of the login itself."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        is_own = name in OWN_PAGES or (
            name.startswith("mfa_") and not name.endswith("authenticate")
        )
        if is_own and request.user.is_authenticated and find_sso_record(request) is not None:
            raise PermissionDenied(
                "Your company's log-in opens this desk, not the settings of your account."
            )
