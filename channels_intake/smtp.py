"""SMTP with an end to the whole of one send.

Django's timeout is for each answer, so a server that drips byte by byte may hold a send for as long as it likes:
longer than outbound holds the mail, and then a second worker would send the same. Here a timer shuts the line down,
whatever stage it is at: connecting, TLS, the talk, the last QUIT.
"""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp


class Deadline:
    """Shuts the lines that it is shown when the time is over, and every line that it is shown later."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds
        self._lines: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._ends

    def start(self) -> None:
        self._timer.start()

    def watch(self, line: socket.socket) -> None:
        """Watch a connected line. A copy of its descriptor is kept: TLS takes the original over."""
        self._lines.append(line.dup())
        if self.is_over:
            self._shut()

    def end(self) -> None:
        """Let go of the lines, which are closed by who opened them."""
        self._timer.cancel()
        self._timer.join()
        for line in self._lines:
            line.close()

    def _shut(self) -> None:
        for line in self._lines:
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the server was faster


_deadline: ContextVar[Deadline | None] = ContextVar("smtp_deadline", default=None)


class WatchedSMTP(smtplib.SMTP):
    """Shows its line to the running deadline as soon as it is connected, before TLS or a greeting."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        if deadline := _deadline.get():
            deadline.watch(line)
        return line


class WatchedSMTPS(smtplib.SMTP_SSL, WatchedSMTP):
    """The same with TLS from the start; the plain line below it is watched."""


class EmailBackend(smtp.EmailBackend):
    """Sends within EMAIL_SEND_SECONDS, or raises TimeoutError."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return WatchedSMTPS if self.use_ssl else WatchedSMTP

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with _within(settings.EMAIL_SEND_SECONDS):
            sent: Any = super().send_messages(email_messages)
        return sent or 0


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    deadline = Deadline(seconds)
    token = _deadline.set(deadline)
    deadline.start()
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        if deadline.is_over:
            raise TimeoutError(f"The mail server took longer than {seconds:g} seconds.") from error
        raise
    finally:
        _deadline.reset(token)
        deadline.end()
