"""Mail backends that fail on demand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend as LocalMemory


class Scripted(LocalMemory):
    """Raise what ``script`` holds, one entry per email; None or an empty script sends it."""

    script: ClassVar[list[Exception | None]] = []
    seen: ClassVar[list[str]] = []

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            type(self).seen.append(message.extra_headers["Message-ID"])
            error = self.script.pop(0) if self.script else None
            if error is not None:
                raise error
        return super().send_messages(email_messages)


class Silent(LocalMemory):
    """Accept emails and send none of them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return 0
