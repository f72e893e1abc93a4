"""Return paths: the SMTP sender of each email names it, so that a delivery report names it, too.

Many servers report without the Message-ID, or to an address that the customer's mail was forwarded
to. The return path is the mailbox's address with a signed token (VERP).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from channels_intake.models import OutgoingEmail

MAX_LOCAL_CHARS = 64  # RFC 5321
_SIGNATURE_CHARS = 20
_REPLY_TOKEN = re.compile(r"\+[a-z2-7]{26}\Z")
_TOKEN = re.compile(r"bounce-([0-9]{1,18})-([0-9a-f]{20})")


def make_return_path(mail: OutgoingEmail) -> str:
    """Return the SMTP sender of an email; "" for its From address.

    That is for providers, which set their own, and for emails that nobody can answer.
    """
    if not settings.EMAIL_RETURN_PATHS or settings.EMAIL_PROVIDER or not mail.reply_to:
        return ""
    local, _, domain = mail.reply_to.rpartition("@")
    signature = _sign(mail.desk_id, mail.pk, settings.SECRET_KEY)
    path = f"{_REPLY_TOKEN.sub('', local)}+bounce-{mail.pk}-{signature}"
    return f"{path}@{domain}" if len(path) <= MAX_LOCAL_CHARS else ""


def read_return_path(desk_id: int, tokens: Iterable[str]) -> int | None:
    """Return the ID of the desk's email that the first valid token was made for, or None."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    for token in tokens:
        found = _TOKEN.fullmatch(token)
        if found and any(_is_signed(found, desk_id, key) for key in keys):
            return int(found[1])
    return None


def _is_signed(found: re.Match[str], desk_id: int, key: str) -> bool:
    return constant_time_compare(found[2], _sign(desk_id, int(found[1]), key))


def _sign(desk_id: int, mail_id: int, key: str) -> str:
    signed = salted_hmac(
        "channels_intake.return_path", f"{desk_id}:{mail_id}", secret=key, algorithm="sha256"
    )
    return signed.hexdigest()[:_SIGNATURE_CHARS]
