"""Signatures of webhooks. Pure.

GitHub: X-Hub-Signature-256, the hexadecimal HMAC of the body; it covers no time. GitLab: the
Standard Webhooks headers webhook-id, webhook-timestamp and webhook-signature, if the secret is a
signing token (whsec_…), otherwise the plain X-Gitlab-Token. Which one counts depends on the stored
secret only, so a request can't choose the weaker one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

MAX_AGE_SECONDS = 300
SIGNING_PREFIX = "whsec_"
MAX_SIGNATURES = 10
MIN_KEY_BYTES, MAX_KEY_BYTES = 24, 64


def is_genuine_github(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Return True if a request to a webhook comes from GitHub."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and _is_equal(headers.get("X-Hub-Signature-256", ""), expected)


def is_genuine_gitlab(
    headers: Mapping[str, str], body: bytes, secret: str, *, now: datetime
) -> bool:
    """Return True if a request to a webhook comes from GitLab, and is fresh if it is signed."""
    if not secret:
        return False
    if not secret.startswith(SIGNING_PREFIX):
        return _is_equal(headers.get("X-Gitlab-Token", ""), secret)
    key = read_signing_key(secret)
    try:
        age = now.timestamp() - int(headers.get("webhook-timestamp", ""))
    except (ValueError, OverflowError):
        return False
    if key is None:
        return False
    signed = f"{headers.get('webhook-id', '')}.{headers.get('webhook-timestamp', '')}."
    digest = hmac.new(key, signed.encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    given = headers.get("webhook-signature", "").split(" ")[:MAX_SIGNATURES]
    is_signed = any(_is_equal(each, expected) for each in given)
    return is_signed and abs(age) <= MAX_AGE_SECONDS


def read_signing_key(secret: str) -> bytes | None:
    """Return the key in a signing token (whsec_…), or None for one that can't be one.

    Standard Webhooks has keys of 24 to 64 bytes.
    """
    try:
        key = base64.b64decode(secret.removeprefix(SIGNING_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if MIN_KEY_BYTES <= len(key) <= MAX_KEY_BYTES else None


def is_broken_signing_token(secret: str) -> bool:
    """Return True for what starts like a signing token and can't be one."""
    return secret.startswith(SIGNING_PREFIX) and read_signing_key(secret) is None


def _is_equal(given: str, expected: str) -> bool:
    """Compare in constant time; compare_digest takes text of ASCII characters only."""
    return hmac.compare_digest(given.encode(), expected.encode())
