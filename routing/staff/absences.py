"""Services of absences: leave, sick days and one-off absences.

Agents enter their own; leads and desk admins enter those of others, too. An agent has one absence
at a time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction, Role
from routing.models import Absence, AbsenceKind
from tickets.errors import InvalidValueError, NotAllowedError
from tickets.timeline.parts import describe_time

PLANNERS = frozenset({Role.LEAD, Role.ADMIN})
LONGEST = timedelta(days=366)
LATEST_ENTRY = timedelta(days=31)  # after it began, such as sick days entered on return
PLANNED_AHEAD = timedelta(days=3 * 366)


def can_plan(agent: Agent) -> bool:
    """Return True if an agent plans the time of others: leads and desk admins."""
    return agent.is_active and agent.role in PLANNERS


def add_absence(
    *,
    agent: Agent,
    kind: AbsenceKind,
    start_at: datetime,
    end_at: datetime,
    by: Agent,
    at: datetime,
    note: str = "",
) -> Absence:
    """Enter an absence of an agent.

    Raises NotAllowedError for someone else's, and InvalidValueError if it ends before it starts,
    is over, began more than LATEST_ENTRY ago, begins after PLANNED_AHEAD, is longer than LONGEST,
    or overlaps another one.
    """
    _require_right(agent, by)
    _check_times(start_at, end_at, at)
    with transaction.atomic():
        # Two entries at the same moment wait for each other here.
        Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)
        _refuse_overlap(agent, start_at, end_at)
        absence = Absence.objects.create(
            desk_id=agent.desk_id,
            agent=agent,
            kind=kind,
            start_at=start_at,
            end_at=end_at,
            note=note,
            created_by=by,
        )
        _record(absence, AuditAction.ADDED, by)
    return absence


def cancel_absence(*, absence: Absence, by: Agent, at: datetime) -> None:
    """Cancel an absence; one that has begun ends now. Raises NotAllowedError, InvalidValueError.

    What has passed stays: it explains why the agent got no tickets then.
    """
    _require_right(absence.agent, by)
    if absence.end_at <= at:
        raise InvalidValueError("end_at", _("This absence is over. It can't be canceled anymore."))
    with transaction.atomic():
        if absence.start_at < at:
            Absence.objects.filter(pk=absence.pk).update(end_at=at)
            _record(absence, AuditAction.CHANGED, by)
        else:
            _record(absence, AuditAction.DELETED, by)
            absence.delete()


def _require_right(agent: Agent, by: Agent) -> None:
    is_colleague = by.desk_id == agent.desk_id and by.is_active
    if not is_colleague or not (can_plan(by) or (by.pk == agent.pk and by.can_write)):
        raise NotAllowedError(
            _("You can enter only your own absences. Ask a lead to enter this one.")
        )


def _check_times(start_at: datetime, end_at: datetime, at: datetime) -> None:
    if end_at <= start_at:
        raise InvalidValueError("end_at", _("The absence must end after it starts."))
    if end_at <= at:
        raise InvalidValueError("end_at", _("This absence is already over. Enter a later end."))
    if start_at < at - LATEST_ENTRY:
        raise InvalidValueError(
            "start_at", _("An absence can't be entered more than 31 days after it began.")
        )
    if start_at > at + PLANNED_AHEAD:
        raise InvalidValueError(
            "start_at", _("An absence can't start more than three years from now.")
        )
    if end_at - start_at > LONGEST:
        raise InvalidValueError("end_at", _("An absence can't be longer than a year."))


def _refuse_overlap(agent: Agent, start_at: datetime, end_at: datetime) -> None:
    others = Absence.objects.filter(agent=agent, start_at__lt=end_at, end_at__gt=start_at)
    if other := others.first():
        text = _("This overlaps the absence from %(start)s to %(end)s. Cancel that one first.")
        start, end = other.start_at.isoformat(), other.end_at.isoformat()
        raise InvalidValueError(
            "start_at", text % {"start": describe_time(start), "end": describe_time(end)}
        )


def _record(absence: Absence, action: AuditAction, by: Agent) -> None:
    detail = {"start_at": absence.start_at.isoformat(), "end_at": absence.end_at.isoformat()}
    record_audit(
        desk=absence.desk_id,
        by=by,
        action=action,
        about=absence,
        target=absence.agent.name,
        detail=detail,
    )
