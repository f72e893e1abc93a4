"""Emails that kill or hang the process that reads them: they fail at last, and the others go on."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.reading import MAX_ATTEMPTS
from channels_intake.models import InboundMessage, InboundState
from channels_intake.tasks import sweep_unread
from tests.cast import Cast
from tests.mails import post_mail, postmark_payload
from tests.stack import Stack, eventually
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def post(stack: Stack, subject: str) -> None:
    payload = postmark_payload(
        sender="customer@acme.example",
        to="support@rocket.example",
        subject=subject,
        message_id=f"{subject.replace(' ', '-')}@acme.example",
    )
    assert post_mail(stack.url, payload) == 200


def find(subject: str) -> InboundMessage:
    with system_scope("look at what came in"):
        return next(m for m in InboundMessage.objects.all() if subject.encode() in bytes(m.raw))


def try_until_failed(subject: str) -> InboundMessage:
    """Let the sweep queue an email again and again, as if its pauses were over."""

    def has_failed() -> bool:
        found = find(subject)
        if found.state == InboundState.FAILED:
            return True
        with system_scope("let time pass"):
            waiting = InboundMessage.objects.filter(pk=found.pk, state=InboundState.RECEIVED)
            if waiting.filter(next_try_at__gt=timezone.now()).update(next_try_at=timezone.now()):
                sweep_unread()
        return False

    eventually(has_failed, within=90, what=f"{subject} fails")
    return find(subject)


def test_emails_that_kill_or_hang_their_worker_fail_and_the_others_are_read(
    rocket: Cast, stack: Stack
) -> None:
    stack.start_web()
    stack.start_worker("-I tests.worker.poison")
    post(stack, "KILL the worker")
    post(stack, "HANG for ever")
    for number in range(10):
        post(stack, f"Mail {number}")

    def subjects() -> set[str]:
        with desk_scope(rocket.desk):
            return set(Ticket.objects.values_list("subject", flat=True))

    expected = {f"Mail {number}" for number in range(10)}
    eventually(lambda: subjects() == expected, within=60, what="all others are read")

    hung = try_until_failed("HANG for ever")
    assert hung.attempts == MAX_ATTEMPTS
    assert hung.explanation == ("Processing failed: It took longer than 2 seconds and was stopped.")
    killed = try_until_failed("KILL the worker")
    assert killed.attempts == MAX_ATTEMPTS
    assert "stopped unexpectedly each time" in killed.explanation
    assert subjects() == expected
