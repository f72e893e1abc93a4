"""REST framework's view of bearer tokens, and of sessions in their absence."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from helpdesk.api.access.grants import InvalidTokenError, get_grant, is_program

CHALLENGE = 'Bearer realm="api"'


class TokenAuthentication(BaseAuthentication):
    """Bearer tokens, which middleware.py has read already.

    Comes first: a request with an Authorization header never falls back to the session, so it needs
    no CSRF token either.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if not is_program(request):
            return None
        grant = get_grant(request)
        if grant is None:
            refusal: InvalidTokenError = request.token_refusal  # type: ignore[attr-defined]  # by middleware.py
            raise AuthenticationFailed(str(refusal))
        return grant.agent.user, grant

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401: without an error if no token was sent (RFC 6750, 3)."""
        if not is_program(request):
            return CHALLENGE
        return f'{CHALLENGE}, error="invalid_token"'
