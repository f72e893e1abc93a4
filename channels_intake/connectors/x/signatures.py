"""Signatures of X's webhooks and answers to its challenges (docs.x.com/x-api/webhooks). Pure.

X signs a body by the app's OAuth 2.0 client secret, or by the consumer secret of an older app. Its
challenge (CRC) wants the same HMAC of a token that it names: whoever may choose that token freely
would get signatures of bodies of their own. So only a token that can't be an event is answered.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from django.utils.crypto import constant_time_compare

from channels_intake.connections.contract import Request

HEADER = "x-twitter-webhooks-signature-oauth2"
OLD_HEADER = "x-twitter-webhooks-signature"
_TOKEN = re.compile(r"[A-Za-z0-9+/=_.-]{1,256}")  # no brace, which every event starts with


def sign(secret: str, body: bytes) -> str:
    """Return X's signature of a body."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()


def is_genuine(request: Request, *, client_secret: str, consumer_secret: str) -> bool:
    """Return True if a request comes from X. A secret of "" is none."""
    pairs = ((HEADER, client_secret), (OLD_HEADER, consumer_secret))
    return any(
        secret and constant_time_compare(request.get_header(name), sign(secret, request.body))
        for name, secret in pairs
    )


def answer_challenge(token: str, *, client_secret: str, consumer_secret: str) -> str:
    """Return the response to a challenge, or "" for one that isn't answered."""
    secret = client_secret or consumer_secret
    return sign(secret, token.encode()) if secret and _TOKEN.fullmatch(token) else ""
