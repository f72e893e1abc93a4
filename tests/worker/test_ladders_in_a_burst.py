"""5,000 emails wait: the step of a ladder is taken and paged before the first of them is read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.store import store_inbound
from channels_intake.models import (
    CallState,
    InboundMessage,
    InboundState,
    OutgoingCall,
    PagingKind,
    PagingService,
)
from helpdesk.worker.timetable import JOBS
from sla.models import Action, LadderRun
from tests.cast import Cast
from tests.channels_intake.conftest import make_mail
from tests.ladders.helpers import AFTER, add_ladder, list_steps_taken
from tests.stack import Stack, eventually
from tests.worker.tasks import SEEN, get_valkey
from tickets.models import Ticket
from tickets.queueing import Queue, queue_once

pytestmark = pytest.mark.django_db(transaction=True)

MAILS, QUEUED = 5_000, 40
PROCESSES_OF_A_CLASS = 2  # of three, when the worker serves two classes


def store_burst() -> None:
    """Store many emails: some with their tasks, and copies that only count."""
    for number in range(QUEUED):
        mail = make_mail(message_id=f"mail-{number}@acme.example")
        at = timezone.now()
        store_inbound(provider="raw", raw=mail, content_type="message/rfc822", at=at)
    with system_scope("fill the table"):
        first = InboundMessage.objects.order_by("pk")[0]
        fields = {
            field.attname: getattr(first, field.attname)
            for field in InboundMessage._meta.concrete_fields
            if not field.primary_key
        }
        InboundMessage.objects.bulk_create(
            [
                InboundMessage(**fields | {"sha256": f"{number:064x}"})
                for number in range(MAILS - QUEUED)
            ],
            batch_size=500,
        )


def count_unread() -> int:
    with system_scope("look at all that came in"):
        return InboundMessage.objects.filter(state=InboundState.RECEIVED).count()


def open_overdue(cast: Cast) -> Ticket:
    """Open a ticket whose ladder has a step that is due now."""
    add_ladder(cast, [(0, AFTER, Action.PAGE), (5, AFTER, Action.LEAD)])
    PagingService.objects.create(desk=cast.desk, name="Email", kind=PagingKind.EMAIL)
    ticket = cast.open_ticket(at=timezone.now())
    LadderRun.objects.update(due_at=timezone.now(), next_at=timezone.now() - timedelta(seconds=1))
    return ticket


def test_a_step_is_taken_and_paged_while_five_thousand_emails_wait(
    rocket: Cast, stack: Stack
) -> None:
    with desk_scope(rocket.desk):
        ticket = open_overdue(rocket)
    current_app.control.purge()
    store_burst()
    assert JOBS["take steps of escalation ladders"].queue == Queue.CLOCKS
    stack.start_workers("-I tests.worker.gated")
    eventually(
        lambda: get_valkey().llen(SEEN) == PROCESSES_OF_A_CLASS, what="email holds its processes"
    )
    with desk_scope(rocket.desk):
        queue_once(JOBS["take steps of escalation ladders"])
        eventually(lambda: list_steps_taken(ticket), what="the step is taken")
        sent = OutgoingCall.objects.filter(state=CallState.SENT)
        eventually(sent.exists, what="the page is sent")
        assert [action for _at, action in list_steps_taken(ticket)] == ["page"]
    assert count_unread() == MAILS  # all of that happened before the first email was read
