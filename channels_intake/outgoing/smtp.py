"""SMTP backend with a deadline for the whole of one send.

Django's timeout applies to each response, so a server that sends one byte at a time can hold a send
open indefinitely: longer than a worker keeps the email claimed, and a second worker would send it
again.
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
from channels_intake.outgoing.errors import SendTimeoutError


class WatchedSMTP(smtplib.SMTP):
    """Register the connection for the deadline before TLS and the greeting."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        watch_connection(connection)
        return connection


class WatchedSMTPS(smtplib.SMTP_SSL, WatchedSMTP):
    """The same with TLS from the start; the socket below TLS is registered."""


class EmailBackend(smtp.EmailBackend):
    """Send within EMAIL_SEND_SECONDS, or raise SendTimeoutError."""

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
                    raise SendTimeoutError(seconds) from error
                raise
        return sent or 0
