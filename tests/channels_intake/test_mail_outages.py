"""An outage of our own mail server: one try after each pause, admins told once, nothing lost."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tenancy import desk_scope, system_scope
from channels_intake.models import MailOutage, MailState, OutgoingEmail
from channels_intake.outgoing.errors import MAIL_SETUP, classify_send_error
from channels_intake.outgoing.outages import (
    MAX_PAUSE,
    list_untold_outages,
    note_outage,
    tell_of_outages,
)
from helpdesk.notify.sending import send_due_emails
from tests.cast import NOON, Cast
from tests.channels_intake.test_refusals import Server as Refusing
from tickets.models import Notification, NotificationEmail
from tickets.notifications import MAIL_OUTAGE, MAIL_RECOVERED, describe_notification
from tickets.services import reply

RunMail = Callable[..., None]
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
DENIED = {"AUTH": "535 5.7.8 Authentication failed"}
HELLO = {"EHLO": "250-fine\r\n250 AUTH PLAIN"}


class Server(Refusing):
    """A server that counts the sign-ins."""

    def __init__(self) -> None:
        super().__init__()
        self.sign_ins = 0

    def hear(self, word: str) -> None:
        self.sign_ins += word == "AUTH"


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    server = Server()
    settings.EMAIL_BACKEND = "channels_intake.outgoing.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "wrong"
    server.replies = HELLO | DENIED
    yield server
    server.close()


def open_tickets(cast: Cast, count: int) -> None:
    with desk_scope(cast.desk):
        for number in range(count):
            ticket = cast.open_ticket(subject=f"Number {number}")
            reply(ticket_id=ticket.pk, agent=cast.analyst, text="Hello.", at=NOON)


def tell(cast: Cast, at: datetime) -> None:
    with system_scope("find outages in a test"):
        is_due = list_untold_outages(at).filter(desk=cast.desk).exists()
    if is_due:
        with desk_scope(cast.desk):
            tell_of_outages(desk_id=cast.desk.pk, at=at)


def list_told(cast: Cast, kind: str) -> list[Notification]:
    with desk_scope(cast.desk):
        return list(Notification.objects.filter(kind=kind).order_by("pk"))


def get_states(cast: Cast) -> set[str]:
    with desk_scope(cast.desk):
        return set(OutgoingEmail.objects.values_list("state", flat=True))


def test_a_refused_sign_in_is_tried_once_after_each_growing_pause_and_nothing_is_lost(
    rocket: Cast, matter: Cast, run_mail: RunMail, server: Server
) -> None:
    open_tickets(rocket, 5)
    open_tickets(matter, 2)
    tried: list[int] = []
    for minute in range(20):  # as the sweeps do, every minute
        for cast in (rocket, matter):
            run_mail(cast.desk, at=NOON + minute * MINUTE)
        if server.sign_ins > len(tried):
            tried.append(minute)
        assert server.sign_ins == len(tried)  # never two of one minute
    assert tried == [0, 1, 3, 7, 12, 17]
    assert get_states(rocket) == get_states(matter) == {MailState.QUEUED}

    server.replies = HELLO | {"AUTH": "235 welcome"}
    at = NOON + 17 * MINUTE + MAX_PAUSE
    for _sweep in range(3):
        run_mail(rocket.desk, at=at)
        run_mail(matter.desk, at=at)
        at += 8 * MINUTE
    assert get_states(rocket) == get_states(matter) == {MailState.SENT}
    with desk_scope(rocket.desk):
        assert server.accepted == 14  # a receipt and a reply each, once
        assert OutgoingEmail.objects.filter(attempts=0).count() == 0


def test_emails_of_notifications_wait_for_its_end_and_sign_in_for_nothing(
    rocket: Cast, run_mail: RunMail, server: Server
) -> None:
    open_tickets(rocket, 1)
    run_mail(rocket.desk, at=NOON)  # also writes what is due by email
    with desk_scope(rocket.desk):
        for seconds in range(0, 60, 20):
            assert send_due_emails(desk_id=rocket.desk.pk, at=NOON + seconds * SECOND) == 0
        assert set(NotificationEmail.objects.values_list("attempts", flat=True)) == {0}
    assert server.sign_ins == 1


def test_admins_hear_of_it_once_and_once_of_its_end(
    rocket: Cast, run_mail: RunMail, server: Server
) -> None:
    open_tickets(rocket, 1)
    for minute in range(30):
        at = NOON + minute * MINUTE
        run_mail(rocket.desk, at=at)
        tell(rocket, at)
        assert bool(list_told(rocket, MAIL_OUTAGE)) == (minute >= 10)
    [told] = list_told(rocket, MAIL_OUTAGE)
    assert told.agent_id == rocket.admin.pk
    assert "waiting" in describe_notification(told)

    server.replies = HELLO | {"AUTH": "235 welcome"}
    for minute in range(30, 60):
        at = NOON + minute * MINUTE
        run_mail(rocket.desk, at=at)
        tell(rocket, at)
    [over] = list_told(rocket, MAIL_RECOVERED)
    assert "being sent again" in describe_notification(over)
    assert len(list_told(rocket, MAIL_OUTAGE)) == 1
    with desk_scope(rocket.desk):
        assert not MailOutage.objects.exists()


def test_a_short_outage_is_told_to_nobody_and_other_desks_hear_nothing(
    rocket: Cast, matter: Cast, run_mail: RunMail, server: Server
) -> None:
    open_tickets(rocket, 1)
    run_mail(rocket.desk, at=NOON)
    server.replies = HELLO | {"AUTH": "235 welcome"}
    for minute in range(1, 20):
        for cast in (rocket, matter):
            run_mail(cast.desk, at=NOON + minute * MINUTE)
            tell(cast, NOON + minute * MINUTE)
    for cast in (rocket, matter):
        assert list_told(cast, MAIL_OUTAGE) == list_told(cast, MAIL_RECOVERED) == []
        with desk_scope(cast.desk):
            assert not MailOutage.objects.exists()


def test_refusals_between_emails_that_go_out_are_no_lasting_outage(rocket: Cast) -> None:
    given: dict[str, Any] = {"desk_id": rocket.desk.pk, "reason": "550 5.7.60 Not your address"}
    with desk_scope(rocket.desk):
        for minute in range(20):
            note_outage(**given, at=NOON + minute * MINUTE)
            tell(rocket, NOON + minute * MINUTE)
            MailOutage.objects.update(ended_at=NOON + minute * MINUTE + SECOND)  # one was sent
        assert list_told(rocket, MAIL_OUTAGE) == []


def test_the_settings_page_says_so_and_the_servers_words_to_the_installations_admin(
    rocket: Cast,
    matter: Cast,
    run_mail: RunMail,
    server: Server,
    client: Client,
    settings: Any,
) -> None:
    settings.EMAIL_HOST_USER = ""
    server.replies = {"RCPT": "554 5.7.1 <customer@acme.example>: Relay access denied"}
    open_tickets(rocket, 1)
    for minute in (0, 11):
        run_mail(rocket.desk, at=NOON + minute * MINUTE)
        tell(rocket, NOON + minute * MINUTE)
    sentence, words = "No emails have been sent since", "Relay access denied"
    chief = User.objects.create_superuser("chief@plumbline.example", "a long password")
    seen = {}
    for name, cast, user in (
        ("admin", rocket, rocket.admin.user),
        ("other", matter, matter.admin.user),
        ("installation", rocket, chief),
    ):
        client.force_login(user)
        page = client.get(f"/{cast.desk.slug}/admin/").content.decode()
        seen[name] = (sentence in page, words in page)
        assert "customer@acme.example" not in page
    assert seen == {
        "admin": (True, False),
        "other": (False, False),
        "installation": (True, True),
    }


def test_one_refused_recipient_or_sender_pauses_nothing() -> None:
    relay = smtplib.SMTPRecipientsRefused({"a@x.example": (554, b"5.7.1 Relay access denied")})
    sender = smtplib.SMTPSenderRefused(553, b"5.7.1 Not owned by user", "a@desk.example")
    sign_in = smtplib.SMTPSenderRefused(530, b"5.7.0 Authentication required", "a@desk.example")
    failures = [classify_send_error(error) for error in (relay, sender, sign_in)]
    assert [one.in_the_end for one in failures] == [MAIL_SETUP] * 3
    assert [one.is_for_all for one in failures] == [False, False, True]


def test_a_server_with_too_many_connections_pauses_no_others(
    rocket: Cast, matter: Cast, run_mail: RunMail, server: Server, settings: Any
) -> None:
    settings.EMAIL_HOST_USER = ""
    open_tickets(rocket, 2)
    open_tickets(matter, 1)
    server.replies = {"connect": "421 4.7.0 Too many connections from your address"}
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        assert sorted(OutgoingEmail.objects.values_list("attempts", flat=True)) == [0, 0, 0, 1]
    server.replies = {}
    run_mail(matter.desk)  # by a connection that the server takes
    assert get_states(matter) == {MailState.SENT}
    run_mail(rocket.desk, at=NOON + 10 * MINUTE)
    assert get_states(rocket) == {MailState.SENT}


@pytest.mark.parametrize("fault", ["dns", "tls", "closed"])
def test_dns_and_tls_faults_are_ours(
    rocket: Cast, run_mail: RunMail, server: Server, settings: Any, fault: str
) -> None:
    if fault == "dns":
        settings.EMAIL_HOST = "no-such-host.invalid"
    elif fault == "tls":
        settings.EMAIL_USE_SSL = True
        server.replies = {"connect": "220 plain text where TLS should be"}
    else:
        server.close()
        settings.EMAIL_PORT = 1
    open_tickets(rocket, 2)
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        assert sorted(OutgoingEmail.objects.values_list("attempts", flat=True)) == [0, 0, 0, 1]
        assert MailOutage.objects.get().began_at == NOON
    run_mail(rocket.desk, at=NOON + timedelta(days=3, minutes=1))
    with desk_scope(rocket.desk):
        failed = OutgoingEmail.objects.filter(state=MailState.FAILED)
        assert {mail.last_error for mail in failed} == {MAIL_SETUP}
