"""Refusals of our own mail server: the email waits, and the recipient is not blamed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from accounts.tenancy import desk_scope
from channels_intake.models import MailState, OutgoingEmail
from channels_intake.outgoing.errors import MAIL_SETUP, TOO_LARGE
from tests.cast import NOON, Cast
from tickets.models import TicketEvent
from tickets.timeline import describe_event

RunMail = Callable[..., None]
END = b".\r\n"


class Server:
    """An SMTP server that answers each command with ``replies``, or with what is usual."""

    def __init__(self) -> None:
        self.replies: dict[str, str] = {}
        self.accepted = 0
        self.heard: list[str] = []  # the commands
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with suppress(OSError), connection, connection.makefile("rwb") as stream:
                self._talk(stream)

    def hear(self, word: str) -> None:
        """Note a command."""

    def end_data(self, text: bytes) -> str:
        """Return the reply to a whole email."""
        return "250 fine"

    def _talk(self, stream: Any) -> None:
        usual = {"connect": "220 hi", "DATA": "354 go on", "QUIT": "221 bye"}
        word = "connect"
        text = b""
        while True:
            reply = self.replies.get(word) or usual.get(word, "250 fine")
            if word == "text" and word not in self.replies:
                reply = self.end_data(text)
            stream.write(reply.encode() + b"\r\n")
            stream.flush()
            if word == "DATA" and reply.startswith("354"):
                text = b"".join(iter(lambda: stream.readline() or END, END))
                word = "text"
                continue
            self.accepted += word == "text" and reply.startswith("250")
            if word == "QUIT" or not (line := stream.readline()):
                return
            self.heard.append(line.decode("latin-1").strip())
            word = self.heard[-1][:4].strip().upper()
            self.hear(word)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    server = Server()
    settings.EMAIL_BACKEND = "channels_intake.outgoing.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.close()


def get_mail() -> OutgoingEmail:
    return OutgoingEmail.objects.get()


def test_an_email_waits_until_the_refusals_of_our_server_are_fixed(
    rocket: Cast, run_mail: RunMail, server: Server
) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket()
    refusals = [
        {"connect": "554 5.7.1 Your host is blocked"},
        {"EHLO": "504 5.5.2 Helo rejected", "HELO": "504 5.5.2 Helo rejected"},
        {"MAIL": "530 5.7.0 Must issue a STARTTLS command first"},
        {"MAIL": "553 5.7.1 Sender address rejected: not owned by user"},
        {"RCPT": "554 5.7.1 <customer@acme.example>: Relay access denied"},
        {"RCPT": "530 5.7.0 Authentication required"},
        {"RCPT": "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"},
        {"DATA": "530 5.5.1 Authentication Required"},
    ]
    for hour, replies in enumerate(refusals):
        server.replies = replies
        run_mail(rocket.desk, at=NOON + timedelta(hours=hour))
        with desk_scope(rocket.desk):
            mail = get_mail()
            assert (mail.state, mail.attempts) == (MailState.QUEUED, hour + 1), replies
            [reply] = {text.split(" ", 1)[1] for text in replies.values()}
            assert reply in mail.last_error  # for the admins of the installation

    server.replies = {}
    run_mail(rocket.desk, at=NOON + timedelta(hours=len(refusals)))
    with desk_scope(rocket.desk):
        assert get_mail().state == MailState.SENT
    assert server.accepted == 1


def test_after_three_days_its_agent_reads_a_sentence_and_not_the_servers_words(
    rocket: Cast, run_mail: RunMail, server: Server
) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket()
    server.replies = {"RCPT": "554 5.7.1 <customer@acme.example>: Relay access denied"}
    run_mail(rocket.desk)
    run_mail(rocket.desk, at=NOON + timedelta(days=3, minutes=1))

    with desk_scope(rocket.desk):
        mail = get_mail()
        assert (mail.state, mail.last_error) == (MailState.FAILED, MAIL_SETUP)
        event = TicketEvent.objects.get(kind="mail.failed")
        assert event.data["reason"] == {"code": MAIL_SETUP}
        assert "ask an admin" in describe_event(event, rocket.desk)


def test_refusals_of_the_recipient_and_of_the_size_fail_at_once(
    rocket: Cast, run_mail: RunMail, server: Server
) -> None:
    cases = {
        "550 5.1.1 User unknown": None,
        "550 5.1.1 <a@acme.example>: Recipient address rejected: User unknown in relay recipient "
        "table": None,
        "550 <customer@relay.acme.example>: no such user": None,
        "550 5.7.1 Blocked by the recipient": None,
        "552 5.2.2 Mailbox full": None,
        "552 5.3.4 Message size exceeds fixed limit": TOO_LARGE,
        "552 Message size exceeds limit": TOO_LARGE,
    }
    for reply, reason in cases.items():
        with desk_scope(rocket.desk):
            rocket.open_ticket()
        server.replies = {"RCPT": reply}
        run_mail(rocket.desk)
        with desk_scope(rocket.desk):
            mail = OutgoingEmail.objects.latest("pk")
            assert mail.state == MailState.FAILED, reply
            assert mail.last_error == reason if reason else reply[4:] in mail.last_error
