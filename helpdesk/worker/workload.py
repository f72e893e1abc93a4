"""How much work is due in each class, and how long the oldest item has been waiting.

The figures come from rows in PostgreSQL, not from the queues: work is due even if its task was
lost or is still queued. Each kind of work costs one statement, which reads an index up to a limit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.models import ConnectionState, CrmConnection
from accounts.tenancy import system_scope
from channels_intake.calls.sending import list_due_calls
from channels_intake.code_hosts.processing import list_due_events
from channels_intake.code_hosts.releases import list_due_releases
from channels_intake.connections.incoming.processing import (
    list_due_events as list_due_channel_events,
)
from channels_intake.models import AWAITED, InboundMessage, InboundState, UnsentMail
from channels_intake.paging.receiving import list_due_page_events
from channels_intake.team_chat.standups import list_due_standups
from routing.handover.sweeps import list_expired_offers, list_unclaimed_handovers
from sla.ladders.stepping import list_due_ladders
from sla.models import Replan
from sla.sweeps import list_clocks_to_warn, list_due_clocks
from tickets.attachments.packets import list_due_packets
from tickets.attachments.previews import list_due_previews
from tickets.models import (
    DeliveryState,
    EventDelivery,
    NewTerms,
    QueueRow,
    SearchRefresh,
    State,
)
from tickets.queueing import Queue
from tickets.webhooks.claiming import list_due_deliveries

STALLED_SECONDS = 600  # sweeps look for due work every minute, so this long means no worker
BULK_STALLED_SECONDS = 3600  # nobody waits for it, and each sweep works on a slice only
# In slices that can last for hours on a large installation, as after an update.
MAY_LAST = {
    "search documents to update",
    "SLA changes to apply",
    "new terms to apply",
    "webhooks to send",  # at the speed of their receivers
}
MAX_COUNT = 1000  # anything above is reported as MAX_COUNT + 1


class Kind(NamedTuple):
    """A kind of work.

    due: returns the rows that are due at a given time. since: the field that holds when a row
    became due. order: the indexed field to sort by to find the oldest, if it isn't ``since``.
    """

    queue: Queue
    name: str
    due: Callable[[datetime], QuerySet]
    since: str
    order: str = ""


def _list_unsent(at: datetime) -> QuerySet[UnsentMail]:
    return UnsentMail.objects.filter(next_try_at__lte=at)


def _list_silent(at: datetime) -> QuerySet[QueueRow]:
    return QueueRow.objects.filter(status=State.WAITING, close_at__lte=at)


KINDS = [
    Kind(Queue.CLOCKS, "breaches to mark", list_due_clocks, "due_at"),
    Kind(Queue.CLOCKS, "SLA warnings to send", list_clocks_to_warn, "warn_at"),
    Kind(Queue.CLOCKS, "steps of ladders", list_due_ladders, "next_at"),
    Kind(
        Queue.CLOCKS,
        "reminders to send",
        lambda at: QueueRow.objects.filter(remind_at__lte=at),
        "remind_at",
    ),
    Kind(
        Queue.CLOCKS,
        "holds to end",
        lambda at: QueueRow.objects.filter(hold_until__lte=at),
        "hold_until",
    ),
    Kind(Queue.CLOCKS, "inactive tickets to close", _list_silent, "close_at"),
    Kind(Queue.CLOCKS, "offers to pass on", list_expired_offers, "expires_at"),
    Kind(Queue.CLOCKS, "unclaimed handovers", list_unclaimed_handovers, "alarm_at"),
    Kind(
        Queue.INTERACTIVE,
        "replies to send",
        lambda at: _list_unsent(at).filter(urgency=AWAITED),
        "next_try_at",
    ),
    Kind(
        Queue.INTERACTIVE,
        "events to deliver",
        lambda at: EventDelivery.objects.filter(state=DeliveryState.DUE, next_try_at__lte=at),
        "next_try_at",
    ),
    Kind(
        Queue.INTERACTIVE,
        "urgent calls to send",
        lambda at: list_due_calls(at, is_urgent=True),
        "next_try_at",
    ),
    Kind(
        Queue.INTERACTIVE,
        "events of pagers",
        list_due_page_events,
        "received_at",
        order="next_try_at",
    ),
    Kind(Queue.INTERACTIVE, "standups to post", list_due_standups, "next_at"),
    Kind(
        Queue.INBOUND,
        "emails to process",
        lambda at: InboundMessage.objects.filter(state=InboundState.RECEIVED, next_try_at__lte=at),
        "received_at",
    ),
    Kind(
        Queue.INBOUND, "events of code hosts", list_due_events, "received_at", order="next_try_at"
    ),
    Kind(
        Queue.INBOUND,
        "channel events",
        list_due_channel_events,
        "received_at",
        order="next_try_at",
    ),
    Kind(Queue.BULK, "releases to compare", list_due_releases, "next_try_at"),
    Kind(
        Queue.BULK,
        "automatic emails to send",
        lambda at: _list_unsent(at).filter(urgency__gt=AWAITED),
        "next_try_at",
    ),
    Kind(
        Queue.BULK,
        "calls to send",
        lambda at: list_due_calls(at, is_urgent=False),
        "next_try_at",
    ),
    Kind(Queue.BULK, "new terms to apply", lambda at: NewTerms.objects.filter(at__lte=at), "at"),
    Kind(
        Queue.BULK,
        "SLA changes to apply",
        lambda at: Replan.objects.filter(done_at__isnull=True),
        "at",
    ),
    Kind(
        Queue.BULK,
        "previews to create",
        lambda at: list_due_previews().filter(preview_due_at__lte=at),
        "preview_due_at",
    ),
    Kind(
        Queue.BULK,
        "support packets to read",
        lambda at: list_due_packets().filter(packet_due_at__lte=at),
        "packet_due_at",
    ),
    Kind(
        Queue.BULK,
        "search documents to update",
        lambda at: SearchRefresh.objects.all(),
        "marked_at",
        order="pk",
    ),
    Kind(
        Queue.BULK,
        "CRM connections to sync",
        lambda at: CrmConnection.objects.filter(state=ConnectionState.ACTIVE, next_try_at__lte=at),
        "next_try_at",
    ),
    Kind(Queue.WEBHOOKS, "webhooks to send", list_due_deliveries, "next_try_at"),
]


@dataclass(frozen=True)
class Load:
    """Work that is due. seconds: the age of the oldest item, or None if nothing is due."""

    queue: Queue
    name: str
    count: int
    seconds: int | None

    @property
    def is_capped(self) -> bool:
        return self.count > MAX_COUNT


def measure_kinds(at: datetime) -> list[Load]:
    """Return how much work of each kind is due. Suspended desks don't count."""
    with system_scope("measure the work due at all desks"):
        return [_measure(kind, at) for kind in KINDS]


def list_stalled(at: datetime) -> list[Load]:
    """Return the kinds of work, in the current scope, that nothing has worked off."""
    loads = (_measure(kind, at) for kind in KINDS if kind.name not in MAY_LAST)
    return [load for load in loads if (load.seconds or 0) > _get_patience(load.queue)]


def _get_patience(queue: Queue) -> int:
    return BULK_STALLED_SECONDS if queue == Queue.BULK else STALLED_SECONDS


def measure_workload(at: datetime) -> dict[Queue, Load]:
    """Return how much work is due in each class, and the age of its oldest item."""
    kinds = measure_kinds(at)
    return {
        queue: _sum_up(queue, [load for load in kinds if load.queue == queue]) for queue in Queue
    }


def _measure(kind: Kind, at: datetime) -> Load:
    due = kind.due(at).exclude(desk__is_suspended=True).order_by(kind.order or kind.since)
    times = list(due.values_list(kind.since, flat=True)[: MAX_COUNT + 1])
    return Load(kind.queue, kind.name, len(times), _get_age(times[0], at) if times else None)


def _get_age(since: datetime, at: datetime) -> int:
    return max(0, int((at - since).total_seconds()))


def _sum_up(queue: Queue, loads: list[Load]) -> Load:
    ages = [load.seconds for load in loads if load.seconds is not None]
    return Load(queue, queue.value, sum(load.count for load in loads), max(ages, default=None))
