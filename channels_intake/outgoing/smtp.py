"""SMTP backend with a deadline for the whole of one send.

Django's timeout applies to each response, so a server that sends one byte at a time can hold a send
open indefinitely: longer than a worker keeps the email claimed, and a second worker would send it
again.
"""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp

from accounts.network.deadlines import Connections, watch_connection
from channels_intake.outgoing.errors import (
    SendTimeoutError,
    ServerSetupError,
    UnreachableError,
)

OK = 250
TOO_LARGE = (552, b"5.3.4 The server takes no emails of this size")


class WatchedSMTP(smtplib.SMTP):
    """Register the connection for the deadline before TLS and the greeting."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        watch_connection(connection)
        return connection

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        """Begin an email, unless it is larger than the server announced (RFC 1870).

        Some servers end the connection after megabytes in place of an answer.
        """
        limit = self.esmtp_features.get("size", "")
        sizes = [option[5:] for option in options if option.lower().startswith("size=")]
        if limit.isdigit() and sizes and 0 < int(limit) < int(sizes[0]):
            return TOO_LARGE
        return super().mail(sender, options)


class WatchedSMTPS(smtplib.SMTP_SSL, WatchedSMTP):
    """The same with TLS from the start; the socket below TLS is registered."""


class EmailBackend(smtp.EmailBackend):
    """Send within EMAIL_SEND_SECONDS, or raise SendTimeoutError.

    A connection can be kept for further emails; each email has its own deadline.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._watched = Connections()
        self._has_deadline = False

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return WatchedSMTPS if self.use_ssl else WatchedSMTP

    def open(self) -> bool | None:
        """Connect. Raises ServerSetupError if the server lacks STARTTLS or AUTH."""
        with self._deadline():
            try:
                return super().open()
            except smtplib.SMTPNotSupportedError as error:
                raise ServerSetupError(str(error)) from error

    def close(self) -> None:
        try:
            with self._deadline():
                super().close()
        finally:
            self._watched.close()

    def send_kept(self, message: EmailMessage) -> int:
        """Send an email over a connection that stays open, or a new one if the server closed it.

        The time includes connecting, and closing after an error.
        """
        with self._deadline():
            try:
                if self.connection and not _is_alive(self.connection):
                    self.close()
                self._connect()
                return self.send_messages([message])
            except Exception:
                with suppress(smtplib.SMTPException, OSError):
                    self.close()
                raise

    def _connect(self) -> None:
        """Connect and sign in. Raises UnreachableError in place of what the server or TLS says."""
        try:
            self.open()
        except (smtplib.SMTPException, OSError) as error:
            raise UnreachableError(str(error)) from error

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with self._deadline():
            sent: Any = super().send_messages(email_messages)
        return sent or 0

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        """Set a deadline for an exchange and those nested in it."""
        if self._has_deadline:
            yield
            return
        seconds, self._has_deadline = settings.EMAIL_SEND_SECONDS, True
        try:
            with self._watched.deadline(seconds) as is_late:
                try:
                    yield
                except (smtplib.SMTPException, OSError) as error:
                    if is_late.is_set():
                        raise SendTimeoutError(seconds) from error
                    raise
        finally:
            self._has_deadline = False


def _is_alive(connection: smtplib.SMTP) -> bool:
    """Check the connection: a server may accept only a limited number of emails over one."""
    try:
        return connection.noop()[0] == OK
    except smtplib.SMTPServerDisconnected:
        return False
