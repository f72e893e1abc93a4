"""The first-response clock of a ticket: started, planned again, met, stopped (M34, M36, M43, M109).

Each verb runs inside the transaction of the event that caused it; the ticket is locked already, the clock is
locked next.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

import structlog
from django.db import connection
from django.db.models import F

from sla.calendar import NeverOpensError, WorkingHours, add_working_time
from sla.models import Calendar, Clock, ClockEntry, Target
from tickets import events
from tickets.actors import SYSTEM
from tickets.models import Ticket, TicketEvent
from tickets.services.properties import set_deadline

logger = structlog.get_logger(__name__)

WARN_AT = 0.75  # of the promised working time

START = """
WITH started AS (
  INSERT INTO sla_clock (desk_id, ticket_id, target_id, calendar_id, calendar_version, target_minutes, started_at,
    warn_at, due_at)
  VALUES (%(desk_id)s, %(ticket_id)s, %(target_id)s, %(calendar_id)s, %(calendar_version)s, %(target_minutes)s,
    %(started_at)s, %(warn_at)s, %(due_at)s)
  ON CONFLICT (ticket_id) DO UPDATE SET target_id = excluded.target_id, calendar_id = excluded.calendar_id,
    calendar_version = excluded.calendar_version, target_minutes = excluded.target_minutes,
    started_at = excluded.started_at, warn_at = excluded.warn_at, due_at = excluded.due_at,
    warned_at = NULL, breached_at = NULL, stopped_at = NULL
  RETURNING id, desk_id, started_at
), entered AS (
  INSERT INTO sla_clockentry (desk_id, clock_id, kind, at, data)
  SELECT desk_id, id, 'started', started_at, %(facts)s::jsonb FROM started
)
SELECT id FROM started
"""


def find_target(ticket: Ticket) -> Target | None:
    """The target of the account's plan for this priority; one for the account's status goes before a general one.

    None when nothing is promised: no account, no plan, or an unproven sender.
    """
    account = ticket.account
    if account is None or account.plan is None or ticket.is_unverified:
        return None
    fitting = Target.objects.filter(
        plan=account.plan, priority_id=ticket.priority_id, account_status__in=["", account.status]
    )
    best = max(
        fitting.select_related("calendar").order_by(),
        key=lambda target: target.account_status,
        default=None,
    )
    if best is not None:
        best.plan, best.priority = account.plan, ticket.priority
    return best


def get_working_hours(calendar: Calendar) -> WorkingHours:
    """The calendar as a pure value, kept per version."""
    return _working_hours(calendar.pk, calendar.version)


@lru_cache(maxsize=512)
def _working_hours(calendar_id: int, version: int) -> WorkingHours:
    calendar = Calendar.objects.prefetch_related("windows", "holidays").get(pk=calendar_id)
    return calendar.working_hours()


def increment_calendar_version(calendar: Calendar) -> None:
    """Count the calendar's version up: its windows or holidays were changed, deadlines from now on differ."""
    Calendar.objects.filter(pk=calendar.pk).update(version=F("version") + 1)


def start_clock(event: TicketEvent) -> None:
    """Start the clock of a ticket, for the first time or anew, at the time of the event."""
    ticket, target = event.ticket, find_target(event.ticket)
    if target is not None:
        _start(Clock(desk_id=ticket.desk_id, ticket=ticket), target, event)


def replan_clock(event: TicketEvent) -> None:
    """Plan a running clock again from its own start: the priority changed."""
    clock = _lock_running(event)
    target = find_target(event.ticket)
    if clock is None or target is None:
        return
    was_due = clock.due_at
    if not _plan(clock, target, started_at=clock.started_at):
        return
    clock.warned_at = None
    clock.save()
    set_deadline(event.ticket, clock.due_at)
    facts = _facts(clock, target) | {"was_due_at": was_due.isoformat()}
    _enter(clock, "replanned", at=event.at, data=facts)
    events.record(
        ticket=event.ticket, kind=events.EventKind.SLA_REPLANNED, by=SYSTEM, at=event.at, data=facts
    )


def replan_for_new_terms(event: TicketEvent) -> None:
    """The account has another plan or status: a running clock is planned again, stopped when nothing is promised
    any more, and started now when something is promised for the first time."""
    if find_target(event.ticket) is None:
        stop_clock(event)
    else:
        replan_clock(event)
        restart_clock(event)


def meet_clock(event: TicketEvent) -> None:
    """The first public reply by a person of the desk: the promise is met, in time or late."""
    if not event.data.get("is_first"):
        return
    clock = Clock.objects.select_for_update(no_key=True).filter(ticket_id=event.ticket_id).first()
    if clock is None or clock.met_at is not None:
        return
    clock.met_at = event.at
    clock.save(update_fields=["met_at"])
    facts = {"due_at": clock.due_at.isoformat(), "in_time": event.at <= clock.due_at}
    _enter(clock, "met", at=event.at, data=facts)
    events.record(
        ticket=event.ticket, kind=events.EventKind.SLA_MET, by=SYSTEM, at=event.at, data=facts
    )


def stop_clock(event: TicketEvent) -> None:
    """The ticket was closed without an answer: the clock stands still and can no longer be breached."""
    clock = _lock_running(event)
    if clock is None:
        return
    clock.stopped_at = event.at
    clock.save(update_fields=["stopped_at"])
    set_deadline(event.ticket, None)
    _enter(clock, "stopped", at=event.at, data={"reason": event.data.get("reason", "")})


def restart_clock(event: TicketEvent) -> None:
    """An unanswered ticket that was closed, or of which nothing was promised, gets its promise from this moment on.

    One that was broken before is as broken as it was.
    """
    ticket = event.ticket
    unmet = Clock.objects.select_for_update(no_key=True).filter(ticket=ticket, met_at__isnull=True)
    clock = unmet.first()
    if clock is not None and clock.stopped_at is None:
        set_deadline(ticket, clock.due_at)
    elif ticket.first_responded_at is None:
        start_clock(event)


def _start(clock: Clock, target: Target, event: TicketEvent) -> None:
    if not _plan(clock, target, started_at=event.at):
        return
    facts = _facts(clock, target)
    _write_started(clock, facts)
    set_deadline(event.ticket, clock.due_at)
    events.record(
        ticket=event.ticket, kind=events.EventKind.SLA_STARTED, by=SYSTEM, at=event.at, data=facts
    )


def _write_started(clock: Clock, facts: dict[str, Any]) -> None:
    """Write a clock that starts, or starts anew, and the entry of it."""
    names = (
        "desk_id",
        "ticket_id",
        "target_id",
        "calendar_id",
        "calendar_version",
        "target_minutes",
    )
    given = {name: getattr(clock, name) for name in (*names, "started_at", "warn_at", "due_at")}
    with connection.cursor() as cursor:
        cursor.execute(START, given | {"facts": json.dumps(facts)})
        (clock.pk,) = cursor.fetchone()
    clock.warned_at = clock.breached_at = clock.stopped_at = None


def _lock_running(event: TicketEvent) -> Clock | None:
    running = Clock.objects.select_for_update(no_key=True).filter(
        ticket_id=event.ticket_id,
        met_at__isnull=True,
        breached_at__isnull=True,
        stopped_at__isnull=True,
    )
    return running.first()


def _plan(clock: Clock, target: Target, *, started_at: datetime) -> bool:
    """Set the deadlines; False when the calendar never opens, which must not keep a ticket from being opened."""
    hours = get_working_hours(target.calendar)
    try:
        clock.due_at = add_working_time(hours, started_at, target.amount)
        clock.warn_at = add_working_time(hours, started_at, target.amount * WARN_AT)
    except NeverOpensError as error:
        logger.error("calendar_never_opens", calendar=target.calendar_id, error=str(error))
        return False
    clock.target = target
    clock.calendar = target.calendar
    clock.calendar_version = target.calendar.version
    clock.target_minutes = target.minutes
    clock.started_at = started_at
    return True


def _facts(clock: Clock, target: Target) -> dict[str, Any]:
    return {
        "due_at": clock.due_at.isoformat(),
        "started_at": clock.started_at.isoformat(),
        "minutes": clock.target_minutes,
        "plan": target.plan.name,
        "priority": target.priority.name,
        "account_status": target.account_status,
        "calendar": target.calendar.name,
        "version": clock.calendar_version,
    }


def _enter(clock: Clock, kind: str, *, at: datetime, data: dict[str, Any]) -> None:
    ClockEntry.objects.create(desk_id=clock.desk_id, clock=clock, kind=kind, at=at, data=data)
