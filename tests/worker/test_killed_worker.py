"""kill -9 while email comes in, and an emptied Valkey: 50 emails, 50 tickets."""

from __future__ import annotations

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from accounts.tenancy import desk_scope, system_scope
from channels_intake.models import InboundMessage, InboundState
from channels_intake.tasks import sweep_unread
from tests.cast import Cast
from tests.mails import post_mail, postmark_payload
from tests.stack import Stack, eventually
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)

MAILS = 50


def post_numbered(stack: Stack, number: int) -> int:
    payload = postmark_payload(
        sender="customer@acme.example",
        to="support@rocket.example",
        subject=f"Mail {number}",
        message_id=f"mail-{number}@acme.example",
    )
    return post_mail(stack.url, payload)


def unread() -> int:
    with system_scope("look at all that came in"):
        return InboundMessage.objects.filter(state=InboundState.RECEIVED).count()


def make_due() -> None:
    """Let a minute pass: email that a killed worker held is due again."""
    with system_scope("let time pass"):
        InboundMessage.objects.filter(state=InboundState.RECEIVED).update(
            next_try_at=timezone.now()
        )


def test_fifty_mails_survive_killed_workers_and_an_emptied_queue(
    rocket: Cast, stack: Stack
) -> None:
    stack.start_web()
    stack.start_worker()
    for number in range(MAILS):
        assert post_numbered(stack, number) == 200
        if number % 10 == 5:
            stack.kill_a_pool_process()
        if number == 25:
            redis.Redis.from_url(settings.REDIS_URL).flushdb()
        if number == 47:
            stack.kill_worker()
    stack.start_worker()
    make_due()
    sweep_unread()
    eventually(lambda: unread() == 0, what="all email is read")
    with desk_scope(rocket.desk):
        subjects = sorted(Ticket.objects.values_list("subject", flat=True))
        numbers = sorted(Ticket.objects.values_list("number", flat=True))
    assert subjects == sorted(f"Mail {number}" for number in range(MAILS))
    assert numbers == list(range(1001, 1001 + MAILS))
