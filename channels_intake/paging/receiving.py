"""Webhooks of paging services: only genuine ones are stored, each once, before any processing.

A person who acknowledges or resolves an alert at the service acknowledges the ticket's ladder.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from accounts.failures import capture_failure, get_pause
from accounts.logins.sealing import UnsealError
from accounts.models import Agent
from accounts.retention import get_limit
from channels_intake.models import (
    CallKind,
    EventState,
    OutgoingCall,
    PageEvent,
    PageReason,
    PagingKind,
    PagingService,
)
from channels_intake.paging.alerts import read_alert_key
from channels_intake.paging.pagerduty import (
    Incident,
    UnreadableEventError,
    is_genuine,
    read_incident,
)
from channels_intake.paging.vendors import Act
from tickets.actors import SYSTEM, Actor
from tickets.changes import Change
from tickets.events import EventKind
from tickets.queueing import Queue, TaskName, queue_once_after_commit

PROCESS = TaskName("channels_intake.tasks.process_page_events", queue=Queue.INTERACTIVE)
BATCH = 50
MAX_ATTEMPTS = 10
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")


def find_page_hook(*, desk_id: int, token: str) -> PagingService | None:
    """Return the desk's service with this webhook URL, or None for an unknown or inactive one."""
    if not _TOKEN.fullmatch(token):
        return None
    services = PagingService.objects.filter(desk_id=desk_id, kind=PagingKind.PAGERDUTY)
    service = services.filter(hook_token=token, is_active=True).first()
    return service if service and constant_time_compare(service.hook_token, token) else None


def receive_page_event(
    service: PagingService, *, headers: Mapping[str, str], body: bytes, at: datetime
) -> bool | None:
    """Store a genuine event and queue its processing. Return True if it is new.

    None for a wrong signature: nothing is stored of it. PagerDuty signs no time, so a body that is
    stored already is ignored.
    """
    try:
        if not is_genuine(headers, body, service.webhook_secret):
            return None
    except UnsealError:
        return None
    digest = hashlib.sha256(body).hexdigest()
    with transaction.atomic():
        _event, is_new = PageEvent.objects.get_or_create(
            desk_id=service.desk_id,
            service=service,
            sha256=digest,
            defaults={"raw": body, "received_at": at, "next_try_at": at},
        )
        if is_new:
            queue_once_after_commit(PROCESS, desk_id=service.desk_id)
    return is_new


def list_due_page_events(at: datetime) -> QuerySet[PageEvent]:
    """Return stored events whose time has come."""
    return PageEvent.objects.filter(state=EventState.RECEIVED, next_try_at__lte=at)


def process_due_page_events(*, desk_id: int, at: datetime) -> int:
    """Process up to BATCH due events of a desk in the order of their arrival. Return how many."""
    due = list_due_page_events(at).filter(desk_id=desk_id).order_by("pk")
    ids = list(due.values_list("pk", flat=True)[:BATCH])
    for event_id in ids:
        failures: list[str] = []
        with capture_failure(failures.append, event="page_event_failed", page_event=event_id):
            process_page_event(event_id, at=at)
        if failures:
            _put_off(event_id, at=at)
    return len(ids)


def process_page_event(event_id: int, *, at: datetime) -> None:
    """Process one event, unless it is processed already or another worker has it."""
    with transaction.atomic():
        free = PageEvent.objects.select_for_update(skip_locked=True, of=("self",))
        event = free.select_related("service").filter(pk=event_id).first()
        if event is None or event.state != EventState.RECEIVED:
            return
        event.reason = _apply(event, at=at)
        event.state = EventState.SET_ASIDE if event.reason else EventState.PROCESSED
        event.save(update_fields=["state", "reason"])


def _apply(event: PageEvent, *, at: datetime) -> str:
    """Acknowledge the ticket that an event is about. Return why it is set aside, or ""."""
    try:
        incident = read_incident(bytes(event.raw))
    except UnreadableEventError:
        return PageReason.UNREADABLE
    if incident is None:
        return ""
    desk_id, ticket_id = read_alert_key(incident.key)
    calls = OutgoingCall.objects.filter(
        desk_id=event.desk_id,
        kind=CallKind.PAGING,
        connection_id=event.service_id,
        ticket_id=ticket_id,
    )
    if desk_id != event.desk_id or not calls.exists():
        return PageReason.UNKNOWN_ALERT
    if calls.filter(body__act=Act.RESOLVE.value, created_at__gt=incident.at).exists():
        return PageReason.OVER
    _acknowledge(event.service, ticket_id, incident, at=at)
    return ""


def _acknowledge(
    service: PagingService, ticket_id: int, incident: Incident, *, at: datetime
) -> None:
    agent = _find_agent(service.desk_id, incident.person)
    act = Act.RESOLVE if incident.is_resolved else Act.ACKNOWLEDGE
    data = {"service": service.name, "act": act.value}
    if agent is None:
        data["name"] = incident.person or service.name
    change = Change.open(ticket_id, by=Actor.of(agent) if agent else SYSTEM, at=at)
    change.record(EventKind.PAGE_ANSWERED, data)
    change.touch()
    change.save()


def _find_agent(desk_id: int, name: str) -> Agent | None:
    """Return the one active agent with the name of a person at the service, if there is just one.

    The webhook names people, but not their email addresses.
    """
    named = Agent.objects.filter(desk_id=desk_id, is_active=True, name__iexact=name)
    writers = [agent for agent in named[:2] if agent.can_write]
    return writers[0] if len(writers) == 1 else None


def _put_off(event_id: int, *, at: datetime) -> None:
    """Try a failed event again later, and set it aside in the end."""
    event = PageEvent.objects.get(pk=event_id)
    event.attempts += 1
    event.next_try_at = at + get_pause(event.attempts)
    if event.attempts >= MAX_ATTEMPTS:
        event.state, event.reason = EventState.SET_ASIDE, PageReason.FAILED
    event.save(update_fields=["attempts", "next_try_at", "state", "reason"])


def list_old_page_events(at: datetime) -> QuerySet[PageEvent]:
    """Return events older than their desk keeps them. PagerDuty tries again for minutes only."""
    return PageEvent.objects.filter(received_at__lt=get_limit("webhook_days", at))


def delete_old_page_events(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old events of the current desk. Return how many."""
    old = list_old_page_events(at).filter(desk_id=desk_id).order_by("received_at")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    return PageEvent.objects.filter(pk__in=ids).delete()[0]
