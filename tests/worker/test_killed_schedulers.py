"""Breaches and warnings with killed workers, three schedulers and email that waits: told once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.store import store_inbound
from channels_intake.models import InboundMessage, InboundState
from helpdesk.worker.timetable import JOBS
from sla.models import Clock, ClockEntry, EntryKind
from tests.cast import Cast
from tests.channels_intake.conftest import make_mail
from tests.stack import Stack, eventually
from tests.worker.tasks import GATE, SEEN, get_valkey
from tickets.events import EventKind
from tickets.models import EventDelivery, Notification, Ticket, TicketEvent
from tickets.queueing import queue_once

pytestmark = pytest.mark.django_db(transaction=True)

MAILS, ROUNDS, DUE = 40, 4, 15  # clocks that are due in each round
GATED = "-I tests.worker.gated"
EAGER = "-S tests.worker.eager_beat.EagerScheduler"
SCHEDULERS = ("beat-1", "beat-2", "beat-3")


def store_burst() -> None:
    for number in range(MAILS):
        mail = make_mail(subject=f"Mail {number}", message_id=f"mail-{number}@acme.example")
        store_inbound(provider="raw", raw=mail, content_type="message/rfc822", at=timezone.now())


def count_unread() -> int:
    with system_scope("look at all that came in"):
        return InboundMessage.objects.filter(state=InboundState.RECEIVED).count()


def open_tickets(cast: Cast) -> list[int]:
    """Open assigned tickets. Return the IDs of their clocks, none of which is due."""
    tickets = [cast.open_ticket(at=timezone.now()) for _ in range(ROUNDS * DUE)]
    Ticket.objects.filter(pk__in=[t.pk for t in tickets]).update(assignee=cast.analyst)
    EventDelivery.objects.all().delete()
    return list(Clock.objects.order_by("pk").values_list("pk", flat=True))


def make_due(clocks: list[int]) -> None:
    """Let the warning and the deadline of these clocks pass."""
    now = timezone.now()
    at = {"due_at": now - timedelta(seconds=1), "warn_at": now - timedelta(seconds=2)}
    Clock.objects.filter(pk__in=clocks).update(warn_times=[at["warn_at"]], **at)


def test_each_breach_is_told_once_while_workers_and_schedulers_are_killed(
    rocket: Cast, stack: Stack
) -> None:
    with desk_scope(rocket.desk):
        clocks = open_tickets(rocket)
    current_app.control.purge()
    store_burst()
    stack.start_workers(GATED)
    eventually(lambda: get_valkey().llen(SEEN) == 2, what="email holds its processes")
    for name in SCHEDULERS:
        stack.start_scheduler(name, EAGER)

    with desk_scope(rocket.desk):
        for number in range(ROUNDS):
            make_due(clocks[number::ROUNDS])
            marked = Clock.objects.filter(breached_at__isnull=False)
            eventually(lambda marked=marked, n=number: marked.count() > n * DUE, what="some")
            stack.kill("urgent")
            stack.start_worker_of_demo("urgent", GATED)
            if number < len(SCHEDULERS) - 1:
                stack.kill(SCHEDULERS[number])  # the others go on
            if number == ROUNDS // 2:
                stack.kill("background")  # with the email that it holds
                stack.start_worker_of_demo("background", GATED)
        eventually(
            lambda: Clock.objects.filter(breached_at__isnull=True).count() == 0,
            within=60, what="all breaches are marked",
        )  # fmt: skip
        assert count_unread() == MAILS  # the burst still waits
        assert_recorded_once(clocks)
        release_deliveries()
        eventually(lambda: not is_untold(), within=60, what="all breaches are told")
        assert_told_once(rocket)

    get_valkey().set(GATE, 1)
    with system_scope("let time pass"):
        waiting = InboundMessage.objects.filter(state=InboundState.RECEIVED)
        waiting.update(next_try_at=timezone.now())
    eventually(lambda: count_unread() == 0, within=90, what="all email is read")
    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == MAILS + ROUNDS * DUE


def assert_recorded_once(clocks: list[int]) -> None:
    breached = ClockEntry.objects.filter(kind=EntryKind.BREACHED)
    assert Counter(breached.values_list("clock_id", flat=True)) == dict.fromkeys(clocks, 1)
    warned = ClockEntry.objects.filter(kind=EntryKind.WARNED)
    assert max(Counter(warned.values_list("clock_id", flat=True)).values(), default=1) == 1
    events = TicketEvent.objects.filter(kind=EventKind.SLA_BREACHED)
    assert set(Counter(events.values_list("ticket_id", flat=True)).values()) == {1}
    assert events.count() == len(clocks)


def release_deliveries() -> None:
    """Let time pass: deliveries that a killed worker had claimed are due again."""
    EventDelivery.objects.update(claimed_until=None, next_try_at=timezone.now())
    queue_once(JOBS["deliver events to followers"])


def is_untold() -> bool:
    return EventDelivery.objects.filter(event__kind=EventKind.SLA_BREACHED).exists()


def assert_told_once(cast: Cast) -> None:
    told = Notification.objects.filter(event__kind=EventKind.SLA_BREACHED, agent=cast.analyst)
    counts = Counter(told.values_list("ticket_id", flat=True))
    assert set(counts.values()) == {1}
    assert len(counts) == ROUNDS * DUE
