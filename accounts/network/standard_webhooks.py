"""Signatures of our own requests, as Standard Webhooks describes them. Pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

SECRET_PREFIX = "whsec_"  # noqa: S105 (of an encoded secret)


def sign(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature: HMAC-SHA256 of id, time and body, in base64."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(_get_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def sign_headers(secret: str, message_id: str, body: bytes, *, at: datetime) -> dict[str, str]:
    """Return the three headers of a signed request."""
    timestamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": sign(secret, message_id, timestamp, body),
    }


def _get_key(secret: str) -> bytes:
    if secret.startswith(SECRET_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        except binascii.Error:
            pass  # a secret that only looks encoded
    return secret.encode()
