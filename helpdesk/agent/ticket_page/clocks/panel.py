"""The SLA clocks in the panel of a ticket."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.agent.components.ticket import ClockPanel
from helpdesk.agent.lists.rows import describe_deadline
from helpdesk.agent.ticket_page.clocks.pages import get_clock_url
from helpdesk.shared.wording.times import format_datetime, format_timespan, format_title
from sla.durations import format_duration
from sla.models import Clock, ClockKind, TargetUnit
from tickets.models import State, Ticket

KIND_ORDER = {kind.value: place for place, kind in enumerate(ClockKind)}
PAUSED: dict[str, str | Promise] = {
    "waiting_for_customer": gettext_lazy("Paused while waiting for the customer"),
    "hold": gettext_lazy("Paused while the ticket is on hold"),
    "state": gettext_lazy("Paused in this status"),
}


def list_clocks(ticket: Ticket, now: datetime) -> tuple[ClockPanel, ...]:
    """Return the running clocks, and how the first response and the resolution aim ended."""
    return tuple(
        _describe_clock(clock, ticket, now)
        for clock in sorted(ticket.clocks.all(), key=lambda clock: KIND_ORDER[clock.kind])
        if clock.is_owed or _has_shown_end(clock, ticket)
    )


def find_next_clock(ticket: Ticket, now: datetime) -> ClockPanel | None:
    """Return the clock that is due next, a paused one only if none runs. None if nothing is owed.

    A closed ticket has none.
    """
    owed = [clock for clock in ticket.clocks.all() if clock.is_owed]
    if not owed or ticket.status == State.CLOSED:
        return None
    first = min(owed, key=lambda clock: (clock.paused_at is not None, clock.due_at))
    return _describe_clock(first, ticket, now)


def _has_shown_end(clock: Clock, ticket: Ticket) -> bool:
    """Return True unless new terms stopped the clock, or its end says nothing about now."""
    if clock.stopped_at is not None:
        return clock.kind == ClockKind.FIRST_RESPONSE and clock.stopped_at == ticket.closed_at
    return clock.kind in (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION)


def _describe_clock(clock: Clock, ticket: Ticket, now: datetime) -> ClockPanel:
    is_first = clock.kind == ClockKind.FIRST_RESPONSE
    met_at = clock.met_at or (ticket.first_responded_at if is_first else None)
    is_closed, is_paused = ticket.status == State.CLOSED, clock.paused_at is not None
    deadline = describe_deadline(clock.due_at, met_at, has_ended=is_closed, now=now)
    used_until = met_at or ticket.closed_at or clock.paused_at or now
    length = max(clock.due_at - clock.started_at, timedelta(seconds=1))
    return ClockPanel(
        name=clock.get_kind_display(),
        state="none" if is_paused else deadline.state,
        due_iso="" if is_paused else deadline.iso,
        due_text=_("Paused") if is_paused else deadline.text,
        due_live=deadline.is_live and not is_paused,
        due_title="" if is_paused else format_title(clock.due_at),
        percent=round(100 * min(1.0, max(0.0, (used_until - clock.started_at) / length))),
        target=_describe_target(clock),
        line=_describe_pause(clock) if is_paused else _describe_end(clock, met_at),
        url=get_clock_url(ticket, clock.kind),
    )


def _describe_pause(clock: Clock) -> str:
    return str(PAUSED.get(clock.pauses[-1][2], PAUSED["state"]))


def _describe_target(clock: Clock) -> str:
    """Return the terms of a clock. A clock that ended keeps the terms of its priority then."""
    target = clock.target
    if clock.kind == ClockKind.PROMISED_UPDATE:
        return _("Promised to the customer")
    duration = format_duration(clock.target_seconds // 60)
    if target is not None and target.unit == TargetUnit.BUSINESS_DAYS:
        duration = target.describe()
    facts: dict[str, Any] = {"duration": duration, "calendar": clock.calendar}
    if target is not None and target.policy is not None:
        facts["policy"] = target.policy.name
        return _("%(policy)s: %(duration)s (%(calendar)s)") % facts
    if target is None or target.plan is None or target.priority is None:
        return _("%(duration)s (%(calendar)s)") % facts
    named = {"plan": target.plan.name, "priority": target.priority.localized_name}
    return _("%(plan)s, %(priority)s: %(duration)s (%(calendar)s)") % (facts | named)


def _describe_end(clock: Clock, met_at: datetime | None) -> str:
    if met_at is None:
        return _("Due %(time)s") % {"time": format_datetime(clock.due_at)}
    left = clock.due_at - met_at
    is_early = left.total_seconds() >= 0
    facts = {"time": format_datetime(met_at), "span": format_timespan(left)}
    if clock.kind == ClockKind.RESOLUTION:
        if is_early:
            return _("Closed %(time)s, %(span)s before the deadline") % facts
        return _("Closed %(time)s, %(span)s after the deadline") % facts
    if is_early:
        return _("Responded %(time)s, %(span)s before the deadline") % facts
    return _("Responded %(time)s, %(span)s after the deadline") % facts
