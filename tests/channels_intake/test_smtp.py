"""A mail server that drips: a send ends before another worker may take the mail (reliability.md, 13 and 15)."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.core import mail
from django.core.mail import EmailMessage

from accounts.tenancy import desk_scope
from channels_intake.models import MailState, OutgoingEmail
from channels_intake.outgoing.sending import FIRST_RETRY_DELAY, MAX_RUN_TIME
from tests.cast import NOON, Cast

STAGES = ["greeting", "ehlo", "mail", "data", "text", "quit"]
ANSWERS = {"greeting": b"220 hello", "data": b"354 go on", "quit": b"221 bye"}


class Server:
    """One SMTP talk after another on a port of its own; from the stage ``drips`` on it answers a byte at a time."""

    def __init__(self) -> None:
        self.drips = ""
        self.stop = threading.Event()
        self.taken: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.stop.set()
        self._socket.close()

    def _serve(self) -> None:
        while not self.stop.is_set():
            try:
                line, _ = self._socket.accept()
                self._talk(line)
            except OSError:
                continue

    def _talk(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as heard:
            self._answer(line, "greeting")
            while command := heard.readline():
                word = command[:4].strip().lower().decode()
                self._answer(line, word)
                if word == "data":
                    self.taken.append(b"".join(iter(heard.readline, b".\r\n")))
                    self._answer(line, "text")

    def _answer(self, line: socket.socket, stage: str) -> None:
        answer = ANSWERS.get(stage, b"250 fine")
        if self.drips != stage:
            line.sendall(answer + b"\r\n")
            return
        line.sendall(
            answer[:3] + b"-"
        )  # a line that goes on and on, each byte well within EMAIL_TIMEOUT
        while not self.stop.wait(0.02):
            line.sendall(b".")


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    server = Server()
    settings.EMAIL_BACKEND = "channels_intake.outgoing.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.close()


@pytest.fixture
def short(settings: Any) -> None:
    """Time enough to get to the last stage, and not more."""
    settings.EMAIL_SEND_SECONDS = 0.6


def send() -> int:
    return EmailMessage("Subject", "Text", "a@desk.example", ["b@customer.example"]).send()


def test_a_server_in_health_takes_the_mail(server: Server) -> None:
    assert send() == 1
    assert b"Subject: Subject" in server.taken[0]


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "quit"])
def test_a_dripping_server_is_left_when_the_time_is_over(
    server: Server, short: None, stage: str
) -> None:
    server.drips = stage
    started = time.monotonic()
    with pytest.raises(TimeoutError, match="longer than"):
        send()
    assert time.monotonic() - started < 2


def test_a_mail_that_was_taken_counts_though_the_farewell_drips(
    server: Server, short: None
) -> None:
    server.drips = "quit"
    assert send() == 1


def test_a_mail_given_to_a_dripping_server_waits_and_goes_once_later(
    rocket: Cast, run_mail: Callable[..., None], server: Server, settings: Any
) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket()
    server.drips, settings.EMAIL_SEND_SECONDS = "data", 0.2
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        waiting = OutgoingEmail.objects.get()
    assert (waiting.state, waiting.attempts) == (MailState.QUEUED, 1)
    assert "longer than" in waiting.last_error

    server.drips, settings.EMAIL_SEND_SECONDS = "", 30
    run_mail(rocket.desk, at=NOON + FIRST_RETRY_DELAY)
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get().state == MailState.SENT
    assert len(server.taken) == 1


def test_a_send_ends_before_the_mail_is_free_again_and_before_its_task() -> None:
    whole = timedelta(seconds=project.EMAIL_SEND_SECONDS)
    assert whole < FIRST_RETRY_DELAY - timedelta(seconds=15)
    assert MAX_RUN_TIME + whole < timedelta(seconds=project.CELERY_TASK_SOFT_TIME_LIMIT)
    assert mail.outbox == []
