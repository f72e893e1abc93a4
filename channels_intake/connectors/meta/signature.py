"""Signatures between Meta and us. Pure.

Webhooks are signed by X-Hub-Signature-256, the hexadecimal HMAC-SHA256 of the raw body with the
app's secret; it covers no time. Our requests carry appsecret_proof, the same HMAC of the access
token, so that a stolen token alone is of no use.
"""

from __future__ import annotations

import hashlib
import hmac

from django.utils.crypto import constant_time_compare

from channels_intake.connections.contract import Request

HEADER = "x-hub-signature-256"


def is_genuine(request: Request, app_secret: str) -> bool:
    """Return True if a webhook's body is signed with the app's secret."""
    expected = sign(request.body, app_secret)
    return bool(app_secret) and constant_time_compare(request.get_header(HEADER), expected)


def sign(body: bytes, app_secret: str) -> str:
    """Return the value of the header for a body."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def make_proof(access_token: str, app_secret: str) -> str:
    """Return the appsecret_proof of an access token."""
    return hmac.new(app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()
