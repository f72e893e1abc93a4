"""Slash commands as the chats send them: authenticity and contents. Pure.

Mattermost and Rocket.Chat send a token, a different one for each command. Slack signs the body
with the app's signing secret (scheme v0) and states the time. Rocket.Chat posts JSON from an
outgoing webhook with trigger words, the others a form.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from channels_intake.models import ChatKind

MAX_BODY_BYTES = 64 * 1024
MAX_AGE_SECONDS = 300  # of a signature, as Slack recommends
MAX_TEXT = 200
MAX_FIELDS = 50


@dataclass(frozen=True, slots=True)
class Command:
    """A command that a chat user wrote. name: in lower case, without the slash."""

    name: str
    text: str
    user_id: str
    user_name: str


def read_fields(body: bytes, content_type: str) -> dict[str, str]:
    """Return the fields of a form or of a JSON object; none if it is malformed."""
    if "json" in content_type:
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            return {}
        found = content if isinstance(content, dict) else {}
        return {str(name): value for name, value in found.items() if isinstance(value, str)}
    try:
        form = parse_qs(body.decode(), max_num_fields=MAX_FIELDS)
    except ValueError:  # UnicodeDecodeError is one
        return {}
    return {name: values[0] for name, values in form.items()}


def is_authentic(
    kind: str,
    secret: str,
    *,
    body: bytes,
    fields: Mapping[str, str],
    headers: Mapping[str, str],
    at: datetime,
) -> bool:
    """Return True if a request comes from the chat that knows the secret.

    secret: Slack's signing secret, or the tokens of the commands, separated by whitespace.
    """
    if kind == ChatKind.SLACK:
        return _is_signed(secret, body=body, headers=headers, at=at)
    given = fields.get("token") or headers.get("Authorization", "").removeprefix("Token ")
    tokens = secret.split()
    # All are compared, so the time doesn't tell which one was close.
    return bool(given) and sum(_is_same(given, token) for token in tokens) > 0


def _is_signed(secret: str, *, body: bytes, headers: Mapping[str, str], at: datetime) -> bool:
    stamp = headers.get("X-Slack-Request-Timestamp", "")
    if not secret or not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 15):
        return False
    if abs(at.timestamp() - int(stamp)) > MAX_AGE_SECONDS:
        return False
    return _is_same(headers.get("X-Slack-Signature", ""), sign_body(secret, stamp, body))


def sign_body(secret: str, stamp: str, body: bytes) -> str:
    """Return Slack's signature of a request body (version v0). stamp: seconds since 1970."""
    signed = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.strip().encode(), signed, hashlib.sha256).hexdigest()


def _is_same(given: str, expected: str) -> bool:
    # JSON can hold lone surrogates, which plain UTF-8 refuses.
    return hmac.compare_digest(given.encode(errors="surrogatepass"), expected.encode())


def read_command(fields: Mapping[str, str]) -> Command | None:
    """Return the command in a request that is authentic, or None if it has none.

    An outgoing webhook of Rocket.Chat sends the whole message, its trigger word included.
    """
    user_id, text = fields.get("user_id", ""), fields.get("text", "").strip()
    name = fields.get("command", "")
    if not name and text:
        name, _, text = text.partition(" ")
    name = name.strip().lstrip("/!").rstrip(":").lower()
    if not name or not user_id:
        return None
    return Command(name, text.strip()[:MAX_TEXT], user_id[:64], fields.get("user_name", "")[:80])
