"""A server that sends byte by byte: a send ends before another worker may claim the email."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.core import mail
from django.core.mail import EmailMessage

from accounts.tenancy import desk_scope
from channels_intake.models import MailState, OutgoingEmail
from channels_intake.outgoing.claims import FIRST_RETRY_DELAY
from channels_intake.outgoing.connections import open_outlet
from channels_intake.outgoing.errors import TIMED_OUT, SendTimeoutError
from channels_intake.outgoing.sending import MAX_RUN_TIME
from tests.cast import NOON, Cast

STAGES = ["greeting", "ehlo", "mail", "data", "text", "quit"]
MAX_DRIPS = 100  # one each 0.02 s: more than three times the deadline of the fixture ``short``
END = b".\r\n"
ANSWERS = {"greeting": b"220 hello", "data": b"354 go on", "quit": b"221 bye"}


class Server:
    """An SMTP server on a port of its own, one session after another.

    From the stage ``drips`` on it answers one byte at a time, and counts them in ``dripped``. After
    ``most`` emails it ends a session. Before each answer it waits for ``pause`` seconds.
    """

    def __init__(self) -> None:
        self.drips = ""
        self.dripped = 0
        self.most = MAX_DRIPS
        self.pause = 0.0
        self.stop = threading.Event()
        self.received: list[bytes] = []
        self.sessions = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.stop.set()
        self._socket.close()

    def _serve(self) -> None:
        while not self.stop.is_set():
            try:
                connection, _ = self._socket.accept()
                self.sessions += 1
                self._talk(connection)
            except OSError:
                continue

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            left = self.most
            self._answer(connection, "greeting")
            while left and (command := lines.readline()):
                word = command[:4].strip().lower().decode()
                self._answer(connection, word)
                if word == "data":
                    text = iter(lambda: lines.readline() or END, END)
                    self.received.append(b"".join(text))
                    self._answer(connection, "text")
                    left -= 1

    def _answer(self, connection: socket.socket, stage: str) -> None:
        answer = ANSWERS.get(stage, b"250 fine")
        self.stop.wait(self.pause)
        if self.drips != stage:
            connection.sendall(answer + b"\r\n")
            return
        connection.sendall(answer[:3] + b"-")  # a line without end, each byte well in time
        while not self.stop.wait(0.02):
            connection.sendall(b".")
            self.dripped += 1


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    server = Server()
    settings.EMAIL_BACKEND = "channels_intake.outgoing.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.close()


@pytest.fixture
def short(settings: Any) -> None:
    """Just enough time to reach the last stage."""
    settings.EMAIL_SEND_SECONDS = 0.6


def send() -> int:
    return EmailMessage("Subject", "Text", "a@desk.example", ["b@customer.example"]).send()


def test_a_healthy_server_accepts_the_mail(server: Server) -> None:
    assert send() == 1
    assert b"Subject: Subject" in server.received[0]


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "quit"])
def test_a_dripping_server_is_abandoned_at_the_deadline(
    server: Server, short: None, stage: str
) -> None:
    server.drips = stage
    with pytest.raises(SendTimeoutError, match="longer than"):
        send()
    assert server.dripped <= MAX_DRIPS


def test_an_accepted_mail_counts_even_if_quit_drips(server: Server, short: None) -> None:
    server.drips = "quit"
    assert send() == 1


def test_a_mail_for_a_dripping_server_waits_and_is_sent_once_later(
    rocket: Cast, run_mail: Callable[..., None], server: Server, settings: Any
) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket()
    server.drips, settings.EMAIL_SEND_SECONDS = "data", 0.2
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        waiting = OutgoingEmail.objects.get()
    assert (waiting.state, waiting.attempts) == (MailState.QUEUED, 1)
    assert waiting.last_error == TIMED_OUT

    server.drips, settings.EMAIL_SEND_SECONDS = "", 30
    run_mail(rocket.desk, at=NOON + FIRST_RETRY_DELAY)
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get().state == MailState.SENT
    assert len(server.received) == 1


def test_one_session_sends_a_batch_and_a_late_email_ends_it(server: Server, settings: Any) -> None:
    settings.EMAIL_SEND_SECONDS = 1.5
    email = EmailMessage("Subject", "Text", "a@desk.example", ["b@customer.example"])
    with open_outlet() as outlet:
        assert [outlet.send(email) for _ in range(3)] == [1, 1, 1]
        assert server.sessions == 1
        server.drips, settings.EMAIL_SEND_SECONDS = "data", 0.3
        with pytest.raises(SendTimeoutError):
            outlet.send(email)
        server.drips, settings.EMAIL_SEND_SECONDS = "", 30
        assert outlet.send(email) == 1
    assert (server.sessions, len(server.received)) == (2, 4)


def test_a_server_that_ends_the_session_after_some_emails_gets_the_next_in_another(
    server: Server,
) -> None:
    server.most = 2
    email = EmailMessage("Subject", "Text", "a@desk.example", ["b@customer.example"])
    with open_outlet() as outlet:
        assert [outlet.send(email) for _ in range(5)] == [1] * 5
    assert (server.sessions, len(server.received)) == (3, 5)


def test_connecting_and_sending_share_the_time_of_an_email(server: Server, settings: Any) -> None:
    """Each with its own, an email is still on its way when another worker may send it again."""
    server.pause, settings.EMAIL_SEND_SECONDS = 0.3, 1.65  # connecting: 0.3, sending: 1.5
    email = EmailMessage("Subject", "Text", "a@desk.example", ["b@customer.example"])
    with open_outlet() as outlet, pytest.raises(SendTimeoutError):
        outlet.send(email)


def test_a_send_ends_before_the_mail_is_free_again_and_before_its_task() -> None:
    whole = timedelta(seconds=project.EMAIL_SEND_SECONDS)
    assert whole < FIRST_RETRY_DELAY - timedelta(seconds=15)
    assert MAX_RUN_TIME + whole < timedelta(seconds=project.CELERY_TASK_SOFT_TIME_LIMIT)
    assert mail.outbox == []
