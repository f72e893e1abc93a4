"""One mail server connection for all emails of a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from channels_intake.outgoing.outages import Turn, end_pause, note_refusal, take_turn
from channels_intake.outgoing.smtp import EmailBackend


class Outlet:
    """Send emails one by one over one connection, opened for the first email.

    After an error, the next email gets a new connection.
    """

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None
        self._was_paused = False
        self.is_refused = False

    def may_try(self, at: datetime) -> bool:
        """Return True unless the mail server has refused us just now (outages.py)."""
        pause = take_turn(at)
        self._was_paused = pause is not Turn.FREE
        return pause is not Turn.PAUSED

    def refuse(self, at: datetime) -> None:
        """Note that the server refuses every email now. The next try is after a pause."""
        self.stop()
        self._was_paused = True
        note_refusal(at)

    def stop(self) -> None:
        """Try no more emails in this run, as the server is busy."""
        self.is_refused = True

    def accept(self) -> None:
        """Note that the server takes emails."""
        if self._was_paused:
            self._was_paused = False
            end_pause()

    def send(self, message: EmailMessage) -> int:
        """Return how many emails the backend accepted. Raises what the backend raises."""
        if self._backend is None:
            self._backend = get_connection()
        try:
            if isinstance(self._backend, EmailBackend):
                return self._backend.send_kept(message)
            self._backend.open()  # does nothing if it is open
            return self._backend.send_messages([message]) or 0
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection. Accepted emails stay accepted if that fails."""
        backend, self._backend = self._backend, None
        if backend is not None:
            with suppress(*MAIL_SERVER_ERRORS):
                backend.close()


@contextmanager
def open_outlet() -> Iterator[Outlet]:
    """Send emails over one connection, and close it at the end."""
    outlet = Outlet()
    try:
        yield outlet
    finally:
        outlet.close()
