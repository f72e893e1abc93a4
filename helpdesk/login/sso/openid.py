"""Relying party of OpenID Connect Core 1.0: authorization code flow with PKCE (RFC 7636).

An ID token is accepted only with a signature by a key that the issuer publishes, and with the right
issuer, audience, times and nonce. Requests to the provider go through accounts.network.client,
which never enters our own network.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
from django.utils.translation import gettext as _

from accounts.models import IdentityProvider
from accounts.network.client import GuardedSession, Response
from accounts.network.errors import ForbiddenAddressError, UnreachableError
from helpdesk.login.sso.pending import LEEWAY_SECONDS, PendingSignIn, ProviderDownError, SsoError

# Public-key algorithms only: with a shared key, anyone with the client secret could sign.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
REQUIRED_CLAIMS = ["iss", "sub", "aud", "exp", "iat", "nonce"]
TIMEOUT_SECONDS = 10.0  # for one response of the provider; a person waits for it


def start_sign_in(
    provider: IdentityProvider, *, redirect_uri: str, at: float, next: str = ""
) -> tuple[str, PendingSignIn]:
    """Return the authorization URL and what to keep until the person is back. Raises SsoError."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    pending = PendingSignIn(provider.pk, state, nonce, verifier, at=at, next=next)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid email profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    endpoint = get_endpoint(fetch_configuration(provider), "authorization_endpoint")
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}", pending


def fetch_claims(
    provider: IdentityProvider, pending: PendingSignIn, *, code: str, redirect_uri: str
) -> dict[str, Any]:
    """Exchange an authorization code for the claims of its ID token. Raises SsoError."""
    config = fetch_configuration(provider)
    token = _exchange_code(provider, config, pending, code=code, redirect_uri=redirect_uri)
    keys = fetch_keys(config)
    return verify_id_token(token, keys, provider=provider, nonce=pending.nonce)


def fetch_configuration(provider: IdentityProvider) -> dict[str, Any]:
    """Return the provider's configuration (OpenID Connect Discovery 1.0, 4). Raises SsoError."""
    config = _fetch_json("GET", f"{provider.server_url}/.well-known/openid-configuration")
    if str(config.get("issuer", "")).rstrip("/") != provider.server_url:
        issuer = config.get("issuer")
        explanation = _("The provider uses a different issuer: %(issuer)s. Enter that one instead.")
        raise SsoError(
            f"The configuration names another issuer, {issuer!r}.",
            explanation % {"issuer": str(issuer)[:200]},
        )
    return config


def fetch_keys(config: dict[str, Any]) -> dict[str, Any]:
    """Return the provider's published signing keys (RFC 7517, 5). Raises SsoError."""
    found = _fetch_json("GET", get_endpoint(config, "jwks_uri"))
    keys = found.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        explanation = _("The provider publishes no list of signing keys.")
        raise SsoError("The key set has no list of keys.", explanation)
    return found


def get_endpoint(config: dict[str, Any], name: str) -> str:
    """Return one of the addresses in a provider's configuration. Raises SsoError."""
    url = config.get(name)
    if not isinstance(url, str) or not _is_web_address(url):
        explanation = _("The provider's configuration has no %(name)s.") % {"name": name}
        raise SsoError(f"The configuration has no {name}.", explanation)
    return url


def _is_web_address(url: str) -> bool:
    try:
        return urlsplit(url).scheme in {"https", "http"}
    except ValueError:
        return False


def verify_id_token(
    token: str, keys: dict[str, Any], *, provider: IdentityProvider, nonce: str
) -> dict[str, Any]:
    """Return the claims of a valid ID token (OpenID Connect Core 1.0, 3.1.3.7). Raises SsoError.

    Valid: signed by the provider, made for our client, current, and for this sign-in's nonce.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _find_key(token, keys),
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED_CLAIMS},
        )
    except jwt.PyJWTError as error:
        raise SsoError(f"The ID token is not valid: {error}") from error
    if str(claims["iss"]).rstrip("/") != provider.server_url:
        raise SsoError(f"The ID token is from another issuer, {claims['iss']!r}.")
    if not secrets.compare_digest(str(claims["nonce"]), nonce):
        raise SsoError("The ID token has another nonce.")
    _check_authorized_party(claims, provider.client_id)
    return claims


def _check_authorized_party(claims: dict[str, Any], client_id: str) -> None:
    """Require ``azp`` to name our client; it may be missing when we are the only audience."""
    has_other_audiences = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if has_other_audiences else client_id) != client_id:
        raise SsoError("The ID token was made for another client.")


def _find_key(token: str, keys: dict[str, Any]) -> jwt.PyJWK:
    kid = jwt.get_unverified_header(token).get("kid")
    published = jwt.PyJWKSet.from_dict(keys).keys
    matching = [key for key in published if kid is None or key.key_id == kid]
    if len(matching) != 1:
        raise SsoError(f"{len(matching)} published keys match the ID token.")
    return matching[0]


def _exchange_code(
    provider: IdentityProvider,
    config: dict[str, Any],
    pending: PendingSignIn,
    *,
    code: str,
    redirect_uri: str,
) -> str:
    data = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": pending.verifier,
    }
    methods = config.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    client = {"client_id": provider.client_id, "client_secret": provider.client_secret}
    kwargs: dict[str, Any] = {}
    if "client_secret_basic" in methods:  # RFC 6749, 2.3.1: both parts are form-encoded first
        kwargs["auth"] = tuple(quote(part, safe="") for part in client.values())
    else:
        data |= client
    answer = _fetch_json("POST", get_endpoint(config, "token_endpoint"), data=data, **kwargs)
    if not isinstance(answer.get("id_token"), str):
        raise SsoError("The token endpoint returned no ID token.")
    return str(answer["id_token"])


def _fetch_json(method: str, url: str, **kwargs: Any) -> dict[str, Any]:
    answer = _request(method, url, **kwargs)
    named = {"url": url, "status": answer.status}
    explanation = _("%(url)s responded with status %(status)s.") % named
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ProviderDownError(f"{url} responded with status {answer.status}.", explanation)
    if answer.status != HTTPStatus.OK:
        raise SsoError(f"{url} responded with status {answer.status}.", explanation)
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        explanation = _("%(url)s didn't respond with a JSON object.") % named
        raise SsoError(f"{url} did not respond with a JSON object.", explanation)
    return found


def _request(method: str, url: str, **kwargs: Any) -> Response:
    try:
        with GuardedSession({urlsplit(url).hostname or ""}, seconds=TIMEOUT_SECONDS) as session:
            return session.request(method, url, headers={"Accept": "application/json"}, **kwargs)
    except UnreachableError as error:
        named = {"host": urlsplit(url).hostname}
        explanation = _("%(host)s isn't responding. Check the URL, and whether the provider is up.")
        raise ProviderDownError(f"{url}: {error}", explanation % named) from error
    except (ForbiddenAddressError, ValueError) as error:
        raise SsoError(f"{url}: {error}", str(error)) from error
