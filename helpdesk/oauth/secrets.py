"""Secrets of OAuth tokens, in the same form as other tokens of the API."""

from __future__ import annotations

from typing import Any

from accounts.tokens.secrets import SecretKind, make_secret


def make_access_token(request: Any, refresh_token: bool = False) -> str:
    """Return a new access token, as oauthlib asks for one."""
    return make_secret(SecretKind.OAUTH_ACCESS)


def make_refresh_token(request: Any) -> str:
    """Return a new refresh token."""
    return make_secret(SecretKind.OAUTH_REFRESH)
