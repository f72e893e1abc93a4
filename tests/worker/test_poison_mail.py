"""An email that kills or hangs the process that reads it eventually fails, and the others are
processed."""

from __future__ import annotations

import pytest
from celery import current_app
from django.db import transaction
from django.utils import timezone

from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.reading import MAX_ATTEMPTS
from channels_intake.models import InboundMessage, InboundState
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
    """Let the sweep queue an email again after each attempt, as if its pause were over."""
    pk, seen = find(subject).pk, 0

    def has_failed() -> bool:
        nonlocal seen
        with system_scope("let time pass"), transaction.atomic():
            free = InboundMessage.objects.select_for_update(skip_locked=True)
            found = free.filter(pk=pk).first()
            if found is None or (found.attempts == seen and found.state == InboundState.RECEIVED):
                return False  # being read, or about to be
            if found.state == InboundState.RECEIVED:
                seen = found.attempts
                InboundMessage.objects.filter(pk=pk).update(next_try_at=timezone.now())
        if found.state == InboundState.RECEIVED:
            # In the worker: a task that this process sends has this process's time limits.
            current_app.send_task("channels_intake.tasks.sweep_unread")
        return found.state == InboundState.FAILED

    eventually(has_failed, within=90, what=f"{subject} fails")
    return find(subject)


@pytest.mark.parametrize(
    ("poison", "explanation"),
    [
        ("HANG for ever", "It took longer than 2 seconds and was stopped."),
        ("KILL the worker", "stopped unexpectedly each time"),
    ],
)
def test_an_email_that_ends_or_hangs_its_worker_fails_and_the_others_are_read(
    rocket: Cast, stack: Stack, poison: str, explanation: str
) -> None:
    stack.start_web()
    stack.start_worker("-I tests.worker.poison")
    post(stack, poison)
    expected = {f"Mail {number}" for number in range(5)}
    for subject in sorted(expected):
        post(stack, subject)

    def subjects() -> set[str]:
        with desk_scope(rocket.desk):
            return set(Ticket.objects.values_list("subject", flat=True))

    eventually(lambda: subjects() == expected, within=60, what="all others are read")
    failed = try_until_failed(poison)
    assert failed.attempts == MAX_ATTEMPTS
    assert explanation in failed.explanation
    assert subjects() == expected
