"""Deadlines that a lead sets by hand, as an entry of the clock from which replay computes them.

An overridden clock counts around the clock until the chosen time, without a target or a calendar.
It pauses like any other. It keeps its deadline when priority or plan change, until the override is
removed, the clock ends, or nothing is promised anymore.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role
from sla.models import TARGETED, Clock, ClockKind
from sla.services.book import find_ticket_targets
from sla.services.clocks import TicketClocks
from sla.services.pauses import settle_pauses
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, NotAllowedError
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.services.common import MAX_REASON, clean_line
from tickets.services.owed_replies import require_future

OVERRIDING_ROLES = frozenset({Role.LEAD, Role.ADMIN})


def override_deadline(
    *, ticket_id: int, kind: ClockKind | str, due_at: datetime, by: Actor, at: datetime, why: str
) -> Ticket:
    """Set the deadline of a running clock by hand.

    Raises NotAllowedError for anyone but a lead or an admin, InvalidValueError for a time that
    isn't within the next year or without a reason, and ConflictError for a clock that doesn't run.
    """
    _require_lead(by)
    reason = clean_line(why, field="why", limit=MAX_REASON, missing=_("Enter a reason."))
    require_future(due_at, at=at, field="due_at")
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        clocks = TicketClocks.of(change)
        clock = _get_running(clocks, kind)
        was_due_at = clock.due_at.isoformat()
        clocks.override(clock, due_at)
        change.touch()
        data = {"clock": str(clock.kind), "due_at": clock.due_at.isoformat(), "why": reason}
        change.record(EventKind.SLA_OVERRIDDEN, data | {"was_due_at": was_due_at})
        change.save()
    return change.ticket


def remove_override(*, ticket_id: int, kind: ClockKind | str, by: Actor, at: datetime) -> Ticket:
    """Let a clock count by its target again, from its own start.

    Raises NotAllowedError, and ConflictError for a clock that isn't overridden or doesn't run.
    """
    _require_lead(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        clocks = TicketClocks.of(change)
        clock = _get_running(clocks, kind)
        if not clock.is_overridden:
            raise ConflictError(_("This deadline isn't set by hand anymore. Reload the page."))
        found = find_ticket_targets(change.ticket).get(ClockKind(clock.kind))
        if found is None:
            clocks.end_promise(clock, "override_removed")
        else:
            clocks.replan(clock, found, cause="override_removed")
        settle_pauses(clocks)
        change.touch()
        change.record(EventKind.SLA_OVERRIDE_REMOVED, {"clock": str(clock.kind)})
        change.save()
    return change.ticket


def _require_lead(by: Actor) -> None:
    if by.role not in OVERRIDING_ROLES:
        raise NotAllowedError(_("Only leads and admins can change a deadline."))


def _get_running(clocks: TicketClocks, kind: ClockKind | str) -> Clock:
    """Return a clock whose deadline can change: neither paused, overdue nor ended."""
    clock = clocks.get_owed(ClockKind(kind)) if kind in TARGETED else None
    if clock is None:
        raise ConflictError(_("This clock isn't running, so it has no deadline to change."))
    if clock.paused_at is not None:
        raise ConflictError(_("This clock is paused. Change its deadline when it runs again."))
    if clock.breached_at is not None or clock.due_at <= clocks.change.at:
        raise ConflictError(_("This deadline has passed. It can't be changed anymore."))
    return clock
