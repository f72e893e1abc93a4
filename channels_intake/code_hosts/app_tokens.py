"""Sign-in as a GitHub App: a signed JSON Web Token gets a token of the app's installation.

GitHub verifies the signature (RS256) with the app's public key, takes the client ID or app ID as
issuer, and accepts an end at most ten minutes ahead. The installation's token ends after an hour
and is limited to the one repository; it is stored encrypted until shortly before its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.utils.translation import gettext as _

from accounts.logins.sealing import seal
from accounts.network.client import Response
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.calls.responses import check_response, read_json
from channels_intake.code_hosts.changes import UnreadableEventError, get_text, read_time
from channels_intake.models import CodeHost

SKEW = timedelta(seconds=60)  # as GitHub recommends, between its clock and ours
LIFE = timedelta(minutes=9)  # GitHub's limit is ten
SPARE = timedelta(minutes=5)  # a token that ends sooner is replaced
MIN_BITS = 2048
RETRY_SECONDS = 900


class AppToken(NamedTuple):
    """A token of an installation. permissions: such as {"issues": "write"}."""

    token: str
    until: datetime
    permissions: Mapping[str, str]


class Send(Protocol):
    """Sends a request with a token or a JWT. Raises CallLaterError and CallRefusedError."""

    def __call__(self, method: str, url: str, token: str, *, json: Any) -> Response: ...


def is_private_key(text: str) -> bool:
    """Return True for an RSA key in PEM format that can sign. Pure."""
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it needs a password
        return False
    return isinstance(key, RSAPrivateKey) and key.key_size >= MIN_BITS


def sign_jwt(app_id: str, private_key: str, *, at: datetime) -> str:
    """Return the JSON Web Token that proves to GitHub which app this is. Pure."""
    claims = {
        "iat": int((at - SKEW).timestamp()),
        "exp": int((at + LIFE).timestamp()),
        "iss": app_id,
    }
    return jwt.encode(claims, private_key, algorithm="RS256")


def get_stored_token(host: CodeHost, *, at: datetime) -> str:
    """Return the stored token of the installation, or "" if it ends soon. Raises UnsealError."""
    until = host.app_token_until
    return host.app_token if until and until > at + SPARE else ""


def request_token(host: CodeHost, send: Send, *, at: datetime) -> AppToken:
    """Get a new token of the installation and store it.

    Raises UnsealError, and CallLaterError also if GitHub refuses: calls wait until an admin has
    corrected the app's settings.
    """
    signed = sign_jwt(host.app_id, host.private_key, at=at)
    url = f"{host.base_url}/app/installations/{host.installation_id}/access_tokens"
    names = [host.repository.rsplit("/", 1)[-1]]
    response = send("POST", url, signed, json={"repositories": names})
    try:
        check_response(response, at)
    except (CallLaterError, CallRefusedError) as error:
        if error.status == 401 or isinstance(error, CallRefusedError):
            raise _refuse(error) from error
        raise
    got = _read_token(read_json(response))
    _store(host, got)
    return got


def _refuse(error: CallLaterError | CallRefusedError) -> CallLaterError:
    why = _("The GitHub App can't sign in: %(error)s") % {"error": error}
    return CallLaterError(why, seconds=RETRY_SECONDS, is_for_all=True, status=error.status)


def _read_token(content: Any) -> AppToken:
    known = content if isinstance(content, Mapping) else {}
    permissions = known.get("permissions")
    try:
        until = read_time(known.get("expires_at"))
    except UnreadableEventError as error:
        raise CallLaterError(_("The response isn't a token."), is_for_all=True) from error
    granted = permissions if isinstance(permissions, Mapping) else {}
    return AppToken(get_text(known, "token"), until, granted)


def _store(host: CodeHost, got: AppToken) -> None:
    """Store a token, unless an admin has changed the app in between."""
    names = ("api_url", "repository", "app_id", "installation_id", "sealed_private_key")
    same = {name: getattr(host, name) for name in names}
    host.sealed_app_token, host.app_token_until = seal(got.token), got.until
    CodeHost.objects.filter(pk=host.pk, **same).update(
        sealed_app_token=host.sealed_app_token, app_token_until=got.until
    )
