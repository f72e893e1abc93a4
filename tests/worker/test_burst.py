"""A burst of email on the real workers: replies leave and breaches are noticed meanwhile (P9b)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage, InboundState, MailKind, MailState, OutgoingEmail
from helpdesk.worker.timetable import JOBS
from helpdesk.worker.workload import measure_workload
from sla.models import Clock
from tests.cast import Cast
from tests.channels_intake.conftest import make_mail
from tests.stack import Stack, eventually
from tests.worker.tasks import GATE, SEEN, get_valkey
from tickets.models import Notification, SearchRefresh, Ticket
from tickets.queueing import Queue, queue_once
from tickets.services import reply

pytestmark = pytest.mark.django_db(transaction=True)

MAILS = 60
PROCESSES_OF_A_CLASS = 2  # of three, when the worker serves two classes


def store_burst() -> None:
    for number in range(MAILS):
        mail = make_mail(subject=f"Mail {number}", message_id=f"mail-{number}@acme.example")
        store_inbound(provider="raw", raw=mail, content_type="message/rfc822", at=timezone.now())


def count_unread() -> int:
    with system_scope("look at all that came in"):
        return InboundMessage.objects.filter(state=InboundState.RECEIVED).count()


def is_reply_sent() -> bool:
    sent = OutgoingEmail.objects.filter(kind=MailKind.REPLY, state=MailState.SENT)
    return sent.exists()


def test_a_reply_is_sent_and_a_breach_is_noticed_while_sixty_emails_wait(
    rocket: Cast, stack: Stack
) -> None:
    with desk_scope(rocket.desk):
        answered, late = rocket.open_ticket(), rocket.open_ticket()
        Ticket.objects.filter(pk=late.pk).update(assignee=rocket.analyst)
        Clock.objects.filter(ticket=late).update(due_at=timezone.now() - timedelta(minutes=1))
    current_app.control.purge()
    store_burst()
    stack.start_workers("-I tests.worker.gated")
    eventually(
        lambda: get_valkey().llen(SEEN) == PROCESSES_OF_A_CLASS, what="email holds its processes"
    )

    with desk_scope(rocket.desk):
        reply(ticket_id=answered.pk, agent=rocket.analyst, text="Try this.", at=timezone.now())
        queue_once(JOBS["mark breached SLA clocks"])
        eventually(is_reply_sent, what="the reply leaves")
        eventually(
            lambda: Notification.objects.filter(ticket=late).exists(), what="the breach is told"
        )
        assert Clock.objects.get(ticket=late).breached_at
    assert count_unread() == MAILS  # all of that happened before the first email was read
    load = measure_workload(timezone.now())[Queue.INBOUND]
    assert load.count == MAILS - PROCESSES_OF_A_CLASS

    with desk_scope(rocket.desk):  # the other class of the worker that reads email
        SearchRefresh.objects.create(desk=rocket.desk, ticket=late)
        queue_once(JOBS["refresh search documents"])
        eventually(lambda: not SearchRefresh.objects.exists(), what="search is refreshed")
    assert count_unread() == MAILS

    get_valkey().set(GATE, 1)
    eventually(lambda: count_unread() == 0, within=90, what="all email is read")
    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == MAILS + 2
