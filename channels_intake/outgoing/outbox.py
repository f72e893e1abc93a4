"""Mail backend without a mail server: each email becomes a file, for the demo."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from channels_intake.models import OutgoingEmail

_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]")


class EmailBackend(BaseEmailBackend):
    """Write OUTBOX_DIR/<message-id>.eml; sending an email again replaces its file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.OUTBOX_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            mail = message.message()
            path = get_outbox_path(str(mail["Message-ID"]))
            unfinished = path.with_suffix(f".{os.getpid()}.part")
            unfinished.write_bytes(mail.as_bytes())
            unfinished.replace(path)
        return len(email_messages)


def get_outbox_path(message_id: str) -> Path:
    """Return the file of a Message-ID, given with or without <>."""
    name = _UNSAFE.sub("_", message_id.strip("<> "))[:200].lstrip(".") or "mail"
    return Path(settings.OUTBOX_DIR) / f"{name}.eml"


def read_outbox(mail: OutgoingEmail) -> bytes | None:
    """Return the raw email as it was sent, or None if it is not in the outbox."""
    try:
        return get_outbox_path(mail.rfc_message_id).read_bytes()
    except FileNotFoundError:
        return None
