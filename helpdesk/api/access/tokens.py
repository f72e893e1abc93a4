"""From the Authorization header of a request to its grant."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from allauth.account.adapter import get_adapter
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.middleware import DeskRequest
from accounts.models import Agent, Desk
from accounts.tokens.applications import find_access_token, find_agent
from accounts.tokens.lookup import find_token, note_use, note_use_of_application
from accounts.tokens.scopes import allows
from accounts.tokens.secrets import SecretKind
from helpdesk.api.access.grants import SCHEME, Grant, InvalidTokenError
from helpdesk.login.two_factor.policy import is_two_factor_required

MAX_HEADER_CHARS = 500
OAUTH_PREFIX = f"plumb_{SecretKind.OAUTH_ACCESS}_"


def read_grant(request: Any) -> Grant:
    """Return the grant of a request's bearer token, and note its use. Raises InvalidTokenError.

    The token is read from the Authorization header only (RFC 6750, 2.1): addresses end up in logs.
    """
    placed, at = cast(DeskRequest, request), timezone.now()
    scheme, _separator, secret = request.headers["Authorization"].partition(" ")
    if scheme.lower() != SCHEME or len(secret) > MAX_HEADER_CHARS:
        raise InvalidTokenError(_("The API accepts only “Authorization: Bearer” with a token."))
    if placed.desk is None:
        raise InvalidTokenError(_("Tokens work only below the address of their own help desk."))
    if secret.startswith(OAUTH_PREFIX):
        return _read_oauth_grant(request, placed.desk, secret.strip(), at)
    token = find_token(desk=placed.desk, secret=secret.strip(), at=at)
    if token is None:
        raise InvalidTokenError(_("The token is unknown, revoked or expired."))
    _require_two_factor(token.agent, token.passed_two_factor)
    note_use(token, ip=get_adapter().get_client_ip(request), at=at)
    return Grant(token.agent, token.scopes, f"token:{token.pk}", token.requests_per_minute)


def _read_oauth_grant(request: Any, desk: Desk, secret: str, at: datetime) -> Grant:
    """Return the grant of an access token that an application got, within its scopes of today."""
    token = find_access_token(desk=desk, secret=secret, at=at)
    agent = find_agent(desk, token) if token else None
    if token is None or agent is None:
        raise InvalidTokenError(_("The token is unknown, revoked or expired."))
    if not token.allows_audience(request.build_absolute_uri(request.path)):  # RFC 8707
        raise InvalidTokenError(_("The token was issued for another resource."))
    _require_two_factor(agent, token.passed_two_factor)
    application = token.application
    note_use(token, ip=get_adapter().get_client_ip(request), at=at)
    note_use_of_application(application, at=at)
    scopes = [scope for scope in token.scope.split() if allows(application.scopes, scope)]
    key = f"application:{application.pk}:{agent.pk}"
    return Grant(agent, scopes, key, application.requests_per_minute)


def _require_two_factor(agent: Agent, passed_two_factor: bool) -> None:
    """Refuse a person's token from before the desk required two-factor authentication."""
    if agent.is_service or passed_two_factor:
        return
    if is_two_factor_required(agent.user, agent.desk, agent):
        raise InvalidTokenError(
            _(
                "This token was created without two-factor authentication (2FA), which this help "
                "desk now requires. Create a new one."
            )
        )
