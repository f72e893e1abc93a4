"""The first-response clock of a ticket: start, reschedule, meet, stop (M34, M36, M43, M109).

Each function runs inside the change that caused it. The ticket is locked already; the clock is
locked next.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

import structlog
from django.db import connection
from django.db.models import F, Max, Q

from sla.calendar import NeverOpensError, WorkingHours, add_working_time
from sla.models import Calendar, Clock, ClockEntry, EntryKind, Target
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import State, Ticket, TicketEvent
from tickets.services.properties import set_deadline

logger = structlog.get_logger(__name__)

WARN_AT = 0.75  # of the promised working time

START = f"""
WITH started AS (
  INSERT INTO sla_clock (desk_id, ticket_id, target_id, calendar_id, calendar_version,
    target_minutes, started_at, warn_at, due_at)
  VALUES (%(desk_id)s, %(ticket_id)s, %(target_id)s, %(calendar_id)s, %(calendar_version)s,
    %(target_minutes)s, %(started_at)s, %(warn_at)s, %(due_at)s)
  ON CONFLICT (ticket_id) DO UPDATE SET target_id = excluded.target_id,
    calendar_id = excluded.calendar_id, calendar_version = excluded.calendar_version,
    target_minutes = excluded.target_minutes, started_at = excluded.started_at,
    warn_at = excluded.warn_at, due_at = excluded.due_at,
    warned_at = NULL, breached_at = NULL, stopped_at = NULL
  RETURNING id, desk_id, started_at
), entered AS (
  INSERT INTO sla_clockentry (desk_id, clock_id, kind, at, data)
  SELECT desk_id, id, '{EntryKind.STARTED.value}', %(entered_at)s, %(facts)s::jsonb FROM started
)
SELECT id FROM started
"""  # noqa: S608 (a constant of our own)


def find_target(ticket: Ticket) -> Target | None:
    """Return the target of the account's plan for this priority, or None if nothing is promised.

    A target for the account's status comes before a general one. Nothing is promised without an
    account and a plan, for what the plan doesn't cover, or to an unverified sender.
    """
    account = ticket.account
    if account is None or account.plan is None or ticket.is_unverified or ticket.uncovered:
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
    """Return the calendar as a pure value, cached by version."""
    return _get_working_hours(calendar.pk, calendar.version)


@lru_cache(maxsize=512)
def _get_working_hours(calendar_id: int, version: int) -> WorkingHours:
    calendar = Calendar.objects.prefetch_related("windows", "holidays").get(pk=calendar_id)
    return calendar.working_hours()


def increment_calendar_version(calendar: Calendar) -> None:
    """Increment a calendar's version after a change: new deadlines use the new hours."""
    Calendar.objects.filter(pk=calendar.pk).update(version=F("version") + 1)


def start_clock(change: Change, event: TicketEvent) -> None:
    """Start the clock of a ticket, for the first time or again, at the time of the event."""
    _start(change, find_target(change.ticket), started_at=event.at)


def replan_for_properties(change: Change, event: TicketEvent) -> None:
    """Apply another priority or product to a ticket that isn't closed.

    A running clock is rescheduled from its own start, or stopped if nothing is promised anymore. A
    clock that did not run starts as if the ticket had had these properties from the beginning.
    """
    ticket = change.ticket
    if ticket.status == State.CLOSED:
        return
    target = find_target(ticket)
    if target is None:
        end_promise(change, event)
    elif not replan_clock(change, event) and ticket.first_responded_at is None:
        clock = _lock(ticket)
        if clock is None or clock.stopped_at is not None:
            _start(change, target, started_at=_find_promised_from(ticket, clock))


def replan_clock(change: Change, event: TicketEvent) -> bool:
    """Reschedule a running clock from its own start. Return False if no clock is running."""
    clock = _lock_running(event)
    if clock is None:
        return False
    target, was_due = find_target(change.ticket), clock.due_at
    if target is None or not _plan(clock, target, started_at=clock.started_at):
        return True
    clock.warned_at = None
    clock.save()
    set_deadline(change, clock.due_at)
    facts = _collect_facts(clock, target) | {"was_due_at": was_due.isoformat()}
    _add_entry(clock, EntryKind.REPLANNED, at=event.at, data=facts)
    change.record(EventKind.SLA_REPLANNED, facts, by=SYSTEM)
    return True


def replan_for_new_terms(change: Change, event: TicketEvent) -> None:
    """Apply another plan or status of the account.

    A running clock is rescheduled, or stopped if nothing is promised anymore. A clock starts now if
    something is promised for the first time.
    """
    if find_target(change.ticket) is None:
        end_promise(change, event)
    else:
        replan_clock(change, event)
        restart_clock(change, event)


def end_promise(change: Change, event: TicketEvent) -> None:
    """Stop a running clock because nothing is promised anymore, and record that."""
    clock = stop_clock(change, event)
    if clock is not None:
        facts = {"was_due_at": clock.due_at.isoformat()}
        change.record(EventKind.SLA_STOPPED, facts, by=SYSTEM)


def meet_clock(change: Change, event: TicketEvent) -> None:
    """Meet the target, in time or late, by the first public reply of an agent."""
    if not event.data.get("is_first"):
        return
    clock = Clock.objects.select_for_update(no_key=True).filter(ticket_id=event.ticket_id).first()
    if clock is None or clock.met_at is not None:
        return
    clock.met_at = event.at
    clock.save(update_fields=["met_at"])
    facts = {"due_at": clock.due_at.isoformat(), "in_time": event.at <= clock.due_at}
    _add_entry(clock, EntryKind.MET, at=event.at, data=facts)
    change.record(EventKind.SLA_MET, facts, by=SYSTEM)


def stop_on_close(change: Change, event: TicketEvent) -> None:
    """Stop the clock of a ticket that was closed without a reply: it can't be breached anymore."""
    stop_clock(change, event)


def stop_clock(change: Change, event: TicketEvent) -> Clock | None:
    """Stop a running clock at the time of the event, and return it."""
    clock = _lock_running(event)
    if clock is None:
        return None
    clock.stopped_at = event.at
    clock.save(update_fields=["stopped_at"])
    set_deadline(change, None)
    reason = event.data.get("reason", "")
    _add_entry(clock, EntryKind.STOPPED, at=event.at, data={"reason": reason})
    return clock


def restart_clock(change: Change, event: TicketEvent) -> None:
    """Start the clock of a ticket without a reply now: it was reopened, or newly promised one.

    A clock that has already breached stays breached.
    """
    clock = _lock(change.ticket)
    if clock is not None and clock.met_at is None and clock.stopped_at is None:
        set_deadline(change, clock.due_at)
    elif change.ticket.first_responded_at is None:
        start_clock(change, event)


def _start(change: Change, target: Target | None, *, started_at: datetime) -> None:
    """Start the clock of a ticket, counted from a time. Does nothing without a target."""
    clock = Clock(desk_id=change.ticket.desk_id, ticket=change.ticket)
    if target is None or not _plan(clock, target, started_at=started_at):
        return
    facts = _collect_facts(clock, target)
    _write_started(clock, facts, at=change.at)
    set_deadline(change, clock.due_at)
    change.record(EventKind.SLA_STARTED, facts, by=SYSTEM)


def _find_promised_from(ticket: Ticket, clock: Clock | None) -> datetime:
    """Return when a promise for the ticket can first have begun: its opening, unless later.

    A reopened ticket counts from its reopening, and that of a sender who was unverified or of an
    account that had other terms from the change. A stopped clock keeps its own start over new
    terms: they did not restart it.
    """
    restarts = Q(kind__in=[EventKind.TICKET_REOPENED, EventKind.SENDER_VERIFIED]) | Q(
        kind=EventKind.CUSTOMER_RESPONDED, data__status__0=State.CLOSED
    )
    if clock is None:
        restarts |= Q(kind=EventKind.TERMS_CHANGED)
    latest = ticket.events.filter(restarts).aggregate(at=Max("at"))["at"]
    earliest = clock.started_at if clock else ticket.created_at
    return max(earliest, latest or earliest)


def _write_started(clock: Clock, facts: dict[str, Any], *, at: datetime) -> None:
    """Write a clock that starts, or starts again, with its entry."""
    given = {
        "desk_id": clock.desk_id,
        "ticket_id": clock.ticket_id,
        "target_id": clock.target_id,
        "calendar_id": clock.calendar_id,
        "calendar_version": clock.calendar_version,
        "target_minutes": clock.target_minutes,
        "started_at": clock.started_at,
        "warn_at": clock.warn_at,
        "due_at": clock.due_at,
        "entered_at": at,
        "facts": json.dumps(facts),
    }
    with connection.cursor() as cursor:
        cursor.execute(START, given)
        (clock.pk,) = cursor.fetchone()


def _lock(ticket: Ticket) -> Clock | None:
    return Clock.objects.select_for_update(no_key=True).filter(ticket=ticket).first()


def _lock_running(event: TicketEvent) -> Clock | None:
    running = Clock.objects.select_for_update(no_key=True).filter(
        ticket_id=event.ticket_id,
        met_at__isnull=True,
        breached_at__isnull=True,
        stopped_at__isnull=True,
    )
    return running.first()


def _plan(clock: Clock, target: Target, *, started_at: datetime) -> bool:
    """Set the deadlines. Return False if the calendar never opens: that must not block a ticket."""
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


def _collect_facts(clock: Clock, target: Target) -> dict[str, Any]:
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


def _add_entry(clock: Clock, kind: EntryKind, *, at: datetime, data: dict[str, Any]) -> None:
    ClockEntry.objects.create(desk_id=clock.desk_id, clock=clock, kind=kind, at=at, data=data)
