"""Slow mail servers: no worker sends an email that is on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend as LocalMemory

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.models import MailState, OutgoingEmail
from channels_intake.outgoing import sending
from channels_intake.outgoing.errors import WORKER_DIED
from channels_intake.outgoing.sending import MAX_FAULTS, MAX_RUN_TIME, send_due, send_mails
from tests.cast import NOON, Cast
from tickets.deliveries import deliver_due
from tickets.services import reply

SECONDS = 20.0  # for each email


class Slow(LocalMemory):
    """Take SECONDS of the test's clock per email; after a minute, run another worker's sweep."""

    now = 0.0
    meanwhile: Callable[[], object] | None = None

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        Slow.now += SECONDS
        if Slow.meanwhile is not None and Slow.now >= 60:
            sweep, Slow.meanwhile = Slow.meanwhile, None
            sweep()
        return super().send_messages(email_messages)


@pytest.fixture
def slow(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Slow]]:
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    monkeypatch.setattr("channels_intake.outgoing.sending.time.monotonic", lambda: Slow.now)
    Slow.now, Slow.meanwhile = 0.0, None
    yield Slow
    Slow.meanwhile = None


def compose_replies(rocket: Cast, readers: int) -> list[int]:
    """Compose one reply to this many people, and send nothing yet."""
    people = [
        Contact.objects.create(desk=rocket.desk, email=f"reader{n}@acme.example")
        for n in range(readers - 1)
    ]
    ticket = rocket.open_ticket(participants=people)
    deliver_due(desk_id=rocket.desk.pk, at=NOON)
    OutgoingEmail.objects.all().delete()
    reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Try again.", at=NOON)
    deliver_due(desk_id=rocket.desk.pk, at=NOON)
    return list(OutgoingEmail.objects.order_by("pk").values_list("pk", flat=True))


def test_no_mail_is_sent_twice_while_another_worker_sweeps(rocket: Cast, slow: type[Slow]) -> None:
    with desk_scope(rocket.desk):
        ids = compose_replies(rocket, readers=6)
        slow.meanwhile = lambda: send_due(
            desk_id=rocket.desk.pk, at=NOON + timedelta(seconds=slow.now)
        )
        send_mails(ids, at=NOON)
        assert slow.meanwhile is None  # it has swept
        for round_ in range(10):
            send_due(
                desk_id=rocket.desk.pk, at=NOON + timedelta(seconds=slow.now, minutes=10 * round_)
            )

    sent = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert len(sent) == len(set(sent)) == 6


def test_an_email_withdrawn_while_others_of_its_batch_are_sent_does_not_leave(
    rocket: Cast, slow: type[Slow], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are claimed and read at once. A follower who was removed must not get the reply."""
    monkeypatch.setattr(f"{__name__}.SECONDS", 3.0)
    with desk_scope(rocket.desk):
        ids = compose_replies(rocket, readers=4)
        slow.now = 59
        withdrawn = OutgoingEmail.objects.get(pk=ids[-1])
        slow.meanwhile = lambda: OutgoingEmail.objects.filter(pk=withdrawn.pk).delete()
        assert send_mails(ids, at=NOON) == 3

    assert withdrawn.to_address not in {address for sent in mail.outbox for address in sent.to}


def test_a_long_run_ends_within_its_tasks_time_limit_and_the_sweep_continues(
    rocket: Cast, slow: type[Slow]
) -> None:
    with desk_scope(rocket.desk):
        ids = compose_replies(rocket, readers=6)
        done = send_mails(ids, at=NOON)

        assert slow.now < MAX_RUN_TIME.total_seconds() + SECONDS
        assert done == len(mail.outbox) < 6
        while send_due(desk_id=rocket.desk.pk, at=NOON + timedelta(seconds=slow.now)):
            pass
    assert len(mail.outbox) == 6


def test_an_email_that_ends_its_worker_each_time_fails_at_last_and_the_others_leave(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would end a worker every eight minutes for ever, in a batch with others at first."""
    true_build = sending.build_message

    def build(message: OutgoingEmail) -> EmailMessage:
        if message.pk == ids[1]:
            raise SystemExit
        return true_build(message)

    monkeypatch.setattr(sending, "build_message", build)
    with desk_scope(rocket.desk):
        ids = compose_replies(rocket, readers=3)
        ended = 0
        for minutes in range(0, 100, 10):
            try:
                send_due(desk_id=rocket.desk.pk, at=NOON + timedelta(minutes=minutes))
            except SystemExit:
                ended += 1
        bad = OutgoingEmail.objects.get(pk=ids[1])

    assert (bad.state, bad.last_error, ended) == (MailState.FAILED, WORKER_DIED, MAX_FAULTS)
    assert len(mail.outbox) == 2
