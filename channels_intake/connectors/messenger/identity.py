"""Who a website's visitor is, as the website's own server vouches for it: a signed token. Pure.

It is a JSON Web Token (RFC 7519) signed with HS256 and the connection's secret, with the claims
"sub" (the user's ID there), "exp" and, if the website has them, "email" and "name".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from accounts.matching import normalize_email

MIN_SECRET_BYTES = 32  # RFC 7518, 3.2
MAX_LIFETIME = timedelta(days=1)
LEEWAY = timedelta(minutes=1)  # clocks differ
MAX_USER_ID = 120
MAX_NAME = 120


class IdentityError(Exception):
    """The token isn't the website's, is too old, or lacks a claim. str(): why, for developers."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A user of the website. email: normalized; "" if there is none."""

    user_id: str
    email: str = ""
    name: str = ""


def read_identity(token: str, *, secret: str, at: datetime) -> Identity:
    """Return who a token is about. Raises IdentityError."""
    if len(secret.encode()) < MIN_SECRET_BYTES:
        raise IdentityError("This messenger takes no identities: it has no secret.")
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            options={"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False},
        )
    except (jwt.PyJWTError, RecursionError) as error:
        raise IdentityError(f"The token is invalid: {error}.") from error
    _check_time(claims, at)
    user_id = str(claims["sub"]).strip()
    if not 0 < len(user_id) <= MAX_USER_ID or not user_id.isprintable():
        raise IdentityError(f"The claim sub is empty or longer than {MAX_USER_ID} characters.")
    name = " ".join(str(claims.get("name") or "").split())[:MAX_NAME]
    return Identity(user_id, normalize_email(str(claims.get("email") or "")), name)


def _check_time(claims: dict[str, Any], at: datetime) -> None:
    try:
        expires_at = datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise IdentityError("The claim exp isn't a time in seconds.") from error
    if expires_at + LEEWAY <= at:
        raise IdentityError("The token has expired.")
    if expires_at > at + MAX_LIFETIME + LEEWAY:
        raise IdentityError("The claim exp is more than a day ahead.")
