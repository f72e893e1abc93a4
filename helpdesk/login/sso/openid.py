"""A relying party of OpenID Connect Core 1.0: authorization code flow with PKCE (RFC 7636), nothing taken on trust.

The signature of an ID token is always checked, by the keys that the issuer publishes, as are issuer, audience,
times and nonce. The provider's addresses are asked through
accounts.network.client, which never enters our own network.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt

from accounts.models import IdentityProvider
from accounts.network.addresses import ForbiddenAddressError
from accounts.network.client import GuardedSession, UnreachableError
from helpdesk.login.sso.pending import LEEWAY_SECONDS, PendingSignIn, SsoError

ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "EdDSA",
]  # none with a shared key
REQUIRED_CLAIMS = ["iss", "sub", "aud", "exp", "iat", "nonce"]
TIMEOUT_SECONDS = 10.0  # seconds for one answer of an issuer; somebody waits for it


def begin(
    provider: IdentityProvider, *, redirect_uri: str, at: float, next: str = ""
) -> tuple[str, PendingSignIn]:
    """The address to send the person to, and what to keep until they come back. Raises SsoError."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    pending = PendingSignIn(provider.pk, state, nonce, verifier, at=at, next=next)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(pending.verifier.encode()).digest()).rstrip(
        b"="
    )
    question = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid email profile",
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    place = get_endpoint(discover(provider), "authorization_endpoint")
    return f"{place}{'&' if '?' in place else '?'}{urlencode(question)}", pending


def finish(
    provider: IdentityProvider, pending: PendingSignIn, *, code: str, redirect_uri: str
) -> dict[str, Any]:
    """The claims of the ID token that a code stands for. Raises SsoError."""
    config = discover(provider)
    token = _exchange(provider, config, pending, code=code, redirect_uri=redirect_uri)
    keys = _fetch_json("GET", get_endpoint(config, "jwks_uri"))
    return verify_id_token(token, keys, provider=provider, nonce=pending.nonce)


def discover(provider: IdentityProvider) -> dict[str, Any]:
    """The provider's description of itself (OpenID Connect Discovery 1.0, 4)."""
    config = _fetch_json("GET", f"{provider.server_url}/.well-known/openid-configuration")
    if str(config.get("issuer", "")).rstrip("/") != provider.server_url:
        raise SsoError(f"The issuer calls itself {config.get('issuer')!r}.")
    return config


def get_endpoint(config: dict[str, Any], name: str) -> str:
    """One of the addresses in the description."""
    place = config.get(name)
    if not isinstance(place, str) or urlsplit(place).scheme not in {"https", "http"}:
        raise SsoError(f"The issuer names no {name}.")
    return place


def verify_id_token(
    token: str, keys: dict[str, Any], *, provider: IdentityProvider, nonce: str
) -> dict[str, Any]:
    """The claims of an ID token that is the provider's, for us, of now and for this question (Core 1.0, 3.1.3.7)."""
    try:
        key = _find_key(token, keys)
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED_CLAIMS},
        )
    except jwt.PyJWTError as error:
        raise SsoError(f"The ID token is refused: {error}") from error
    if str(claims["iss"]).rstrip("/") != provider.server_url:
        raise SsoError(f"The ID token is of {claims['iss']!r}.")
    if not secrets.compare_digest(str(claims["nonce"]), nonce):
        raise SsoError("The ID token answers another question.")
    others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if others else provider.client_id) != provider.client_id:
        raise SsoError("The ID token was made for somebody else.")
    return claims


def _find_key(token: str, keys: dict[str, Any]) -> jwt.PyJWK:
    kid = jwt.get_unverified_header(token).get("kid")
    published = jwt.PyJWKSet.from_dict(keys).keys
    fitting = [key for key in published if kid is None or key.key_id == kid]
    if len(fitting) != 1:
        raise jwt.InvalidKeyError(f"{len(fitting)} published keys fit the token")
    return fitting[0]


def _exchange(
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
    ways = config.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    sign_in: dict[str, Any] = {}
    if "client_secret_basic" in ways:  # RFC 6749, 2.3.1: both parts are form-encoded first
        sign_in["auth"] = (
            quote(provider.client_id, safe=""),
            quote(provider.client_secret, safe=""),
        )
    else:
        data |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    answer = _fetch_json("POST", get_endpoint(config, "token_endpoint"), data=data, **sign_in)
    if not isinstance(answer.get("id_token"), str):
        raise SsoError("The issuer gave no ID token.")
    return str(answer["id_token"])


def _fetch_json(method: str, url: str, **kwargs: Any) -> dict[str, Any]:
    try:
        with GuardedSession({urlsplit(url).hostname or ""}, seconds=TIMEOUT_SECONDS) as outgoing:
            answer = outgoing.request(method, url, headers={"Accept": "application/json"}, **kwargs)
        found = json.loads(answer.body)
    except (ForbiddenAddressError, UnreachableError, ValueError) as error:
        raise SsoError(f"{url}: {error}") from error
    if answer.status != 200 or not isinstance(found, dict):
        raise SsoError(f"{url} answered {answer.status}.")
    return found
