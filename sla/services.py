"""The first-response clock of a ticket: start, reschedule, meet, stop (M34, M36, M43, M109).

Each function runs inside the change that caused it. The ticket is locked already; the clock is
locked next.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.db.models import Max, Q

from accounts.rows import fetch_prepared
from accounts.versions import DeskCache
from sla.calendar import NeverOpensError, WorkingHours, add_working_time
from sla.hours import get_working_hours as get_hours_of_version
from sla.models import Calendar, Clock, ClockKind, EntryKind, Target, TargetUnit
from sla.sql import CLOCK, ENTER, LOCK, PLANNED, PLANNED_COLUMNS, START, STARTED
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import State, Ticket, TicketEvent
from tickets.services.properties import set_deadline
from tickets.writes import Write, update_row

logger = structlog.get_logger(__name__)

WARN_AT = 0.75  # of the promised working time


def find_target(ticket: Ticket) -> Target | None:
    """Return the target of the account's plan for this priority, or None if nothing is promised.

    A target for the account's status comes before a general one. Nothing is promised without an
    account and a plan, for what the plan doesn't cover, or to an unverified sender. The targets are
    those of the version that the ticket's desk was read with.
    """
    account = ticket.account
    if account is None or account.plan_id is None or ticket.is_unverified or ticket.uncovered:
        return None
    targets = _targets.get(ticket.desk_id, ticket.desk.config_version)
    for status in (account.status, ""):
        if found := targets.get((account.plan_id, ticket.priority_id, status)):
            return found
    return None


def _load_targets(desk_id: int) -> dict[tuple[int | None, int | None, str], Target]:
    """Return the desk's targets by plan, priority and account status."""
    targets = Target.objects.filter(
        desk_id=desk_id, policy=None, clock=ClockKind.FIRST_RESPONSE, unit=TargetUnit.MINUTES
    ).order_by()
    return {
        (target.plan_id, target.priority_id, target.account_status): target
        for target in targets.select_related("calendar", "plan", "priority")
    }


_targets = DeskCache(_load_targets)


def get_working_hours(calendar: Calendar) -> WorkingHours:
    """Return the hours of a calendar in the version that it was read with, cached."""
    return get_hours_of_version(calendar.pk, calendar.version)


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
        clock = _lock(change)
        if clock is None or clock.stopped_at is not None:
            _start(change, target, started_at=_find_promised_from(ticket, clock))


def replan_clock(change: Change, event: TicketEvent) -> bool:
    """Reschedule a running clock from its own start. Return False if no clock is running."""
    clock = _lock_running(change)
    if clock is None:
        return False
    ticket = change.ticket
    target, was_due = find_target(ticket), clock.due_at
    if target is None or not _plan(clock, target, started_at=clock.started_at):
        return True
    set_deadline(change, clock.due_at)
    facts = _collect_facts(ticket, clock, target) | {"was_due_at": was_due.isoformat()}
    _write(change, clock, PLANNED, EntryKind.REPLANNED, at=event.at, data=facts)
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
    clock = _lock(change)
    if clock is None or clock.met_at is not None:
        return
    clock.met_at = event.at
    facts = {"due_at": clock.due_at.isoformat(), "in_time": event.at <= clock.due_at}
    _write(change, clock, ["met_at"], EntryKind.MET, at=event.at, data=facts)
    change.record(EventKind.SLA_MET, facts, by=SYSTEM)


def stop_on_close(change: Change, event: TicketEvent) -> None:
    """Stop the clock of a ticket that was closed without a reply: it can't be breached anymore."""
    stop_clock(change, event)


def stop_clock(change: Change, event: TicketEvent) -> Clock | None:
    """Stop a running clock at the time of the event, and return it."""
    clock = _lock_running(change)
    if clock is None:
        return None
    clock.stopped_at = event.at
    set_deadline(change, None)
    facts = {"reason": event.data.get("reason", "")}
    _write(change, clock, ["stopped_at"], EntryKind.STOPPED, at=event.at, data=facts)
    return clock


def restart_clock(change: Change, event: TicketEvent) -> None:
    """Start the clock of a ticket without a reply now: it was reopened, or newly promised one.

    A clock that has already breached stays breached.
    """
    clock = _lock(change)
    if clock is not None and clock.met_at is None and clock.stopped_at is None:
        set_deadline(change, clock.due_at)
    elif change.ticket.first_responded_at is None:
        start_clock(change, event)


def _start(change: Change, target: Target | None, *, started_at: datetime) -> None:
    """Start the clock of a ticket, counted from a time. Does nothing without a target."""
    clock = Clock(desk_id=change.ticket.desk_id, ticket=change.ticket)
    if target is None or not _plan(clock, target, started_at=started_at):
        return
    facts = _collect_facts(change.ticket, clock, target)
    given = _bind_start(clock, facts, at=change.at)
    change.write(Write(START, given, STARTED, partial(_identify, clock)))
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


def _bind_start(clock: Clock, facts: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    names = ["desk_id", "ticket_id", *PLANNED_COLUMNS]
    given = {f"clock_{name}": getattr(clock, name) for name in names}
    return given | {"clock_entered_at": at, "clock_facts": json.dumps(facts)}


def _identify(clock: Clock, row: dict[str, Any]) -> None:
    clock.pk = row["clock_id"]


def _lock(change: Change) -> Clock | None:
    change.flush("clock")  # if this change has just started or changed it
    rows = fetch_prepared(LOCK, {"ticket": change.ticket.pk})
    return CLOCK.load(rows[0]) if rows else None


def _lock_running(change: Change) -> Clock | None:
    clock = _lock(change)
    if clock is None or clock.met_at or clock.breached_at or clock.stopped_at:
        return None
    return clock


def _plan(clock: Clock, target: Target, *, started_at: datetime) -> bool:
    """Set the deadlines. Return False if the calendar never opens: that must not block a ticket."""
    hours = get_working_hours(target.required_calendar)
    try:
        amount = timedelta(minutes=target.amount)
        clock.due_at = add_working_time(hours, started_at, amount)
        clock.warn_points = [round(100 * WARN_AT)]
        clock.warn_times = [add_working_time(hours, started_at, amount * WARN_AT)]
        clock.warned, clock.warn_at = 0, clock.warn_times[0]
    except NeverOpensError as error:
        logger.error("calendar_never_opens", calendar=target.calendar_id, error=str(error))
        return False
    clock.target = target
    clock.calendar = target.calendar
    clock.calendar_version = target.required_calendar.version
    clock.target_seconds = target.amount * 60
    clock.started_at = started_at
    return True


def _collect_facts(ticket: Ticket, clock: Clock, target: Target) -> dict[str, Any]:
    plan = ticket.account and ticket.account.plan
    return {
        "due_at": clock.due_at.isoformat(),
        "started_at": clock.started_at.isoformat(),
        "minutes": clock.target_seconds // 60,
        "plan": plan.name if plan else "",
        "priority": ticket.priority.name,
        "account_status": target.account_status,
        "calendar": target.required_calendar.name,
        "version": clock.calendar_version,
    }


def _write(
    change: Change,
    clock: Clock,
    names: Iterable[str],
    kind: EntryKind,
    *,
    at: datetime,
    data: dict[str, Any],
) -> None:
    """Add these fields of a locked clock to the change, with an entry that gives the reason."""
    entry = {
        "entry_desk": clock.desk_id,
        "entry_clock": clock.pk,
        "entry_kind": kind.value,
        "entry_at": at,
        "entry_data": json.dumps(data),
    }
    change.write(update_row(clock, "clock", names), Write(ENTER, entry))
