"""A message to a browser through its push service (RFC 8030, encrypted as in RFC 8291).

The service can't read it: only the browser has the keys. The guarded client reaches the URL that
the browser named, and nothing on our own network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from urllib.parse import urlsplit

import http_ece
import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from accounts.network.addresses import find_url_problem
from accounts.network.client import GuardedSession, Response
from accounts.network.errors import ForbiddenAddressError, UnreachableError
from channels_intake.team_chat.vendors.protocol import find_wait
from helpdesk.notify.keys import ServerKey, decode, find_server_key
from tickets.models import PushSubscription

logger = structlog.get_logger(__name__)

SECONDS = 5.0  # for one response: other desks' notifications wait meanwhile
MAX_RESPONSE = 64 * 1024  # bytes
KEPT_FOR = timedelta(hours=12)  # by the push service, while the device is off
SIGNED_FOR = timedelta(hours=12)  # RFC 8292 allows 24
POINT_BYTES, AUTH_BYTES = 65, 16
GONE = {404, 410}
BUSY = {408, 429, 500, 502, 503, 504}


class Result(Enum):
    """The outcome of a message. GONE: the subscription has ended."""

    SENT = auto()
    GONE = auto()
    LATER = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """seconds: how long the service asks to wait, or None."""

    result: Result
    seconds: int | None = None


def is_valid_subscription(endpoint: str, public_key: str, auth_secret: str) -> bool:
    """Return True if a browser can have given these values, and the URL may be requested."""
    try:
        point, secret = decode(public_key), decode(auth_secret)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        host = urlsplit(endpoint).hostname or ""
    except ValueError:
        return False
    if len(point) != POINT_BYTES or len(secret) != AUTH_BYTES:
        return False
    return find_url_problem(endpoint, frozenset({host})) is None


def get_host(subscription: PushSubscription) -> str:
    """Return the host of a device's push service."""
    return urlsplit(subscription.endpoint).hostname or ""


def send_push(
    subscription: PushSubscription, payload: bytes, *, is_urgent: bool, at: datetime
) -> Outcome:
    """Send a message to a device. payload: at most some 3,900 bytes."""
    key = find_server_key(subscription.server_key)
    if key is None:
        return Outcome(Result.GONE)
    headers = {
        "Authorization": _sign(subscription.endpoint, key, at),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(KEPT_FOR.total_seconds())),
        "Urgency": "high" if is_urgent else "normal",
    }
    try:
        with GuardedSession([get_host(subscription)], seconds=SECONDS, public_only=True) as session:
            response = session.request(
                "POST",
                subscription.endpoint,
                max_bytes=MAX_RESPONSE,
                headers=headers,
                data=_encrypt(subscription, payload),
            )
    except UnreachableError as error:
        logger.warning("push_failed", subscription=subscription.pk, error=str(error))
        return Outcome(Result.LATER)
    except ForbiddenAddressError as error:
        logger.warning("push_refused", subscription=subscription.pk, error=str(error))
        return Outcome(Result.GONE)
    return _read(response, subscription, at)


def _read(response: Response, subscription: PushSubscription, at: datetime) -> Outcome:
    if 200 <= response.status < 300:
        return Outcome(Result.SENT)
    if response.status in GONE:
        return Outcome(Result.GONE)
    logger.warning("push_refused", subscription=subscription.pk, status=response.status)
    if response.status in BUSY:
        return Outcome(Result.LATER, find_wait(response.headers, at))
    return Outcome(Result.REFUSED)


def _encrypt(subscription: PushSubscription, payload: bytes) -> bytes:
    encrypted: bytes = http_ece.encrypt(
        payload,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=decode(subscription.public_key),
        auth_secret=decode(subscription.auth_secret),
        version="aes128gcm",
    )
    return encrypted


def _sign(endpoint: str, key: ServerKey, at: datetime) -> str:
    """Return the header that tells the service who sends: its origin, an end, and a contact."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((at + SIGNED_FOR).timestamp()),
        "sub": get_contact(),
    }
    token = jwt.encode(claims, key.private, algorithm="ES256")
    return f"vapid t={token}, k={key.public}"


def get_contact() -> str:
    """Return how a push service reaches the operator: this site, or the sender of its email."""
    site = str(settings.SITE_URL)
    return site if site.startswith("https://") else f"mailto:{settings.DEFAULT_FROM_EMAIL}"
