"""SMTP with an end to the whole of one send.

Django's timeout is for each answer, so a server that drips byte by byte may hold a send for as long as it likes:
longer than outbound holds the mail, and then a second worker would send the same.
"""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp

from accounts.network.deadlines import Connections, watch_connection


class WatchedSMTP(smtplib.SMTP):
    """Shows its line as soon as it is connected, before TLS or a greeting."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        watch_connection(line)
        return line


class WatchedSMTPS(smtplib.SMTP_SSL, WatchedSMTP):
    """The same with TLS from the start; the plain line below it is watched."""


class EmailBackend(smtp.EmailBackend):
    """Sends within EMAIL_SEND_SECONDS, or raises TimeoutError."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return WatchedSMTPS if self.use_ssl else WatchedSMTP

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        seconds = settings.EMAIL_SEND_SECONDS
        with closing(Connections()) as connections, connections.deadline(seconds) as is_late:
            try:
                sent: Any = super().send_messages(email_messages)
            except (smtplib.SMTPException, OSError) as error:
                if is_late.is_set():
                    raise TimeoutError(
                        f"The mail server took longer than {seconds:g} seconds."
                    ) from error
                raise
        return sent or 0
