"""A mail server refuses an email, for now or permanently."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from anymail.exceptions import AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core import mail
from requests import Response

from accounts.tenancy import desk_scope
from channels_intake.models import MailState, OutgoingEmail
from channels_intake.outgoing.errors import (
    ERASED,
    NOTHING_SENT,
    TIMED_OUT,
    classify_send_error,
    describe_failure,
)
from channels_intake.outgoing.sending import MAX_FAULTS
from tests.cast import NOON, Cast
from tests.channels_intake.backends import Scripted
from tickets.models import Notification, TicketEvent
from tickets.services import reply

RunMail = Callable[..., None]


def api_error(status: int | None) -> AnymailRequestsAPIError:
    if status is None:
        return AnymailRequestsAPIError("connection refused")
    response = Response()
    response.status_code, response.reason = status, "no"
    return AnymailRequestsAPIError(response=response)


@pytest.mark.parametrize(
    ("error", "is_permanent"),
    [
        (smtplib.SMTPServerDisconnected("gone"), False),
        (smtplib.SMTPConnectError(421, b"busy"), False),
        (smtplib.SMTPDataError(451, b"later"), False),
        (smtplib.SMTPSenderRefused(452, b"full", "a@b.example"), False),
        (smtplib.SMTPAuthenticationError(535, b"who?"), False),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (450, b"grey")}), False),
        (TimeoutError("slow"), False),
        (ConnectionRefusedError("no"), False),
        (api_error(429), False),
        (api_error(503), False),
        (api_error(401), False),
        (api_error(None), False),
        (smtplib.SMTPDataError(554, b"spam"), True),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"unknown")}), True),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"5.7.1 Blocked")}), True),
        (AnymailRecipientsRefused(), True),
        (api_error(422), True),
        (ValueError("no address"), True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_a_send_error_is_temporary_or_permanent(error: Exception, is_permanent: bool) -> None:
    assert classify_send_error(error).is_permanent is is_permanent


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (TIMED_OUT, "The mail server took too long to respond."),
        (NOTHING_SENT, "The email was not sent, and the mail server gave no reason."),
        (ERASED, "The email was erased before it was sent."),
        (
            "550 5.1.1 User unknown",
            "The recipient's mail server says that the address doesn't exist. It said:"
            " “550 5.1.1 User unknown”",
        ),
        (
            "452 4.2.2 Over quota",
            "The recipient's mailbox is full. It said: “452 4.2.2 Over quota”",
        ),
        (
            "554 5.7.1 Rejected <b>by policy</b>",
            "The recipient's mail server blocked the email. It said: “554 5.7.1 Rejected <b>by"
            " policy</b>”",
        ),
        (
            "421 Try again later",
            "The recipient's mail server kept putting the email off. It said: “421 Try again"
            " later”",
        ),
        (
            "555 Syntax error",
            "The recipient's mail server refused the email. It said: “555 Syntax error”",
        ),
        ("KeyError: 'a fault of ours'", "KeyError: 'a fault of ours'"),
    ],
)
def test_a_stored_reason_is_shown_as_a_sentence(reason: str, text: str) -> None:
    assert describe_failure(reason) == text


def test_a_backend_that_sends_nothing_is_tried_again_and_fails_with_a_code(
    rocket: Cast, run_mail: RunMail, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "tests.channels_intake.backends.Silent"
    with desk_scope(rocket.desk):
        rocket.open_ticket()
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        row = OutgoingEmail.objects.get()
        assert (row.state, row.last_error) == (MailState.QUEUED, NOTHING_SENT)
    run_mail(rocket.desk, at=NOON + timedelta(days=3, minutes=1))
    with desk_scope(rocket.desk):
        event = TicketEvent.objects.get(kind="mail.failed")
        assert event.data["reason"] == {"code": NOTHING_SENT}
        assert "why" not in event.data


def test_a_temporary_failure_is_retried_under_the_same_message_id(
    rocket: Cast, run_mail: RunMail, scripted: type[Scripted]
) -> None:
    scripted.script[:] = [
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPDataError(451, b"later"),
    ]
    with desk_scope(rocket.desk):
        rocket.open_ticket()
    run_mail(rocket.desk)
    run_mail(rocket.desk, at=NOON + timedelta(seconds=59))  # not due yet
    run_mail(rocket.desk, at=NOON + timedelta(seconds=61))
    run_mail(rocket.desk, at=NOON + timedelta(seconds=200))

    assert len(scripted.seen) == 3
    assert len(set(scripted.seen)) == 1
    assert len(mail.outbox) == 1
    with desk_scope(rocket.desk):
        row = OutgoingEmail.objects.get()
        assert row.state == MailState.SENT
        assert row.attempts == 3
        assert row.last_error == ""


def test_the_delays_grow_and_stay_below_ten_minutes(
    rocket: Cast, run_mail: RunMail, scripted: type[Scripted]
) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket()
    at, pauses = NOON, []
    for _ in range(7):
        scripted.script[:] = [TimeoutError("slow")]
        run_mail(rocket.desk, at=at)
        with desk_scope(rocket.desk):
            row = OutgoingEmail.objects.get()
        pauses.append((row.next_try_at - at).total_seconds())
        at = row.next_try_at

    assert pauses == [60, 120, 240, 480, 480, 480, 480]


def test_mails_of_a_ticket_leave_in_their_order(
    rocket: Cast, run_mail: RunMail, scripted: type[Scripted]
) -> None:
    scripted.script[:] = [TimeoutError("slow")]
    with desk_scope(rocket.desk):
        ticket, other = rocket.open_ticket(subject="one"), rocket.open_ticket(subject="two")
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="An answer.", at=NOON)
    run_mail(rocket.desk)

    assert [sent.subject for sent in mail.outbox] == [
        f"[{other.reference}] We received your request: two"
    ]  # other tickets are not held up
    run_mail(rocket.desk, at=NOON + timedelta(seconds=61))
    with desk_scope(rocket.desk):
        kinds = list(
            OutgoingEmail.objects.filter(ticket=ticket)
            .order_by("pk")
            .values_list("kind", flat=True)
        )
    assert kinds == ["receipt", "reply"]
    assert ["An answer." in sent.body for sent in mail.outbox[1:]] == [False, True]


def test_a_permanent_failure_is_recorded_and_the_agent_notified_once(
    rocket: Cast, run_mail: RunMail, scripted: type[Scripted]
) -> None:
    scripted.script[:] = [
        smtplib.SMTPRecipientsRefused({"customer@acme.example": (550, b"unknown user")})
    ]
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    run_mail(rocket.desk)
    run_mail(rocket.desk, at=NOON + timedelta(hours=1))

    assert len(scripted.seen) == 1
    with desk_scope(rocket.desk):
        row = OutgoingEmail.objects.get()
        assert row.state == MailState.FAILED
        assert "unknown user" in row.last_error
        event = TicketEvent.objects.get(ticket=ticket, kind="mail.failed")
        assert event.data["to"] == "customer@acme.example"
        assert Notification.objects.filter(event=event).count() == 1


def test_a_mail_fails_after_three_days_of_temporary_failures(
    rocket: Cast, run_mail: RunMail, scripted: type[Scripted]
) -> None:
    scripted.script[:] = [TimeoutError("slow"), TimeoutError("slow")]
    with desk_scope(rocket.desk):
        rocket.open_ticket()
    run_mail(rocket.desk)
    run_mail(rocket.desk, at=NOON + timedelta(days=3, minutes=1))

    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get().state == MailState.FAILED


def test_a_bug_with_one_mail_stops_no_other_and_fails_it_in_the_end(
    rocket: Cast, run_mail: RunMail, scripted: type[Scripted]
) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket()
        rocket.open_ticket()
    scripted.script[:] = [KeyError("a fault of ours"), None]
    run_mail(rocket.desk)

    with desk_scope(rocket.desk):
        bad, good = OutgoingEmail.objects.order_by("pk")
        assert (bad.state, bad.attempts, bad.last_error) == (
            MailState.QUEUED,
            1,
            "KeyError: 'a fault of ours'",
        )
        assert good.state == MailState.SENT
    for round_ in range(1, MAX_FAULTS + 2):
        scripted.script[:] = [KeyError("a fault of ours")]
        run_mail(rocket.desk, at=NOON + round_ * timedelta(minutes=10))
    with desk_scope(rocket.desk):
        bad.refresh_from_db()
        assert (bad.state, bad.attempts) == (MailState.FAILED, MAX_FAULTS)
        assert TicketEvent.objects.filter(kind="mail.failed").count() == 1
