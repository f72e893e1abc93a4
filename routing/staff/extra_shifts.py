"""Services of extra shifts: an agent works once at a time that their weekly shifts don't cover.

Leads and desk admins enter them. An absence at the same time comes first, so an extra shift can't
be entered during one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction
from routing.models import Absence, ExtraShift
from routing.staff.absences import PLANNED_AHEAD
from routing.staff.week_plans import require_planner
from tickets.errors import InvalidValueError
from tickets.timeline.parts import describe_time

LONGEST = timedelta(hours=24)
LATEST_ENTRY = timedelta(hours=24)  # after it began, such as one that was agreed on the phone


def add_extra_shift(
    *, agent: Agent, start_at: datetime, end_at: datetime, by: Agent, at: datetime
) -> ExtraShift:
    """Enter an extra shift of an agent.

    Raises NotAllowedError unless ``by`` plans the work of others, and InvalidValueError if it ends
    before it starts, is over, began more than LATEST_ENTRY ago, begins after PLANNED_AHEAD, is
    longer than LONGEST, or overlaps another one or an absence.
    """
    require_planner(agent, by)
    _check_times(start_at, end_at, at)
    with transaction.atomic():
        # Two entries at the same moment wait for each other here, and so do absences.
        Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)
        _refuse_overlap(agent, start_at, end_at)
        shift = ExtraShift.objects.create(
            desk_id=agent.desk_id, agent=agent, start_at=start_at, end_at=end_at, created_by=by
        )
        _record(shift, AuditAction.ADDED, by)
    return shift


def cancel_extra_shift(*, shift: ExtraShift, by: Agent, at: datetime) -> None:
    """Cancel an extra shift; one that has begun ends now.

    Raises NotAllowedError, and InvalidValueError if it is over: what has passed stays.
    """
    require_planner(shift.agent, by)
    with transaction.atomic():
        current = ExtraShift.objects.select_for_update(no_key=True).filter(pk=shift.pk).first()
        if current is None:  # canceled at the same moment
            return
        if current.end_at <= at:
            text = _("This extra shift is over. It can't be canceled anymore.")
            raise InvalidValueError("end_at", text)
        if current.start_at < at:
            ExtraShift.objects.filter(pk=shift.pk).update(end_at=at)
            _record(shift, AuditAction.CHANGED, by)
        else:
            _record(shift, AuditAction.DELETED, by)
            current.delete()


def _check_times(start_at: datetime, end_at: datetime, at: datetime) -> None:
    if end_at <= start_at:
        raise InvalidValueError("end_at", _("The extra shift must end after it starts."))
    if end_at <= at:
        raise InvalidValueError("end_at", _("This extra shift is already over. Enter a later end."))
    if start_at < at - LATEST_ENTRY:
        raise InvalidValueError(
            "start_at", _("An extra shift can't be entered more than a day after it began.")
        )
    if start_at > at + PLANNED_AHEAD:
        raise InvalidValueError(
            "start_at", _("An extra shift can't start more than three years from now.")
        )
    if end_at - start_at > LONGEST:
        raise InvalidValueError("end_at", _("An extra shift can't be longer than 24 hours."))


def _refuse_overlap(agent: Agent, start_at: datetime, end_at: datetime) -> None:
    texts = (
        (ExtraShift, _("This overlaps the extra shift from %(start)s to %(end)s.")),
        (Absence, _("The agent is absent from %(start)s to %(end)s. Cancel the absence first.")),
    )
    for model, text in texts:
        rows = model._default_manager.filter(agent=agent, start_at__lt=end_at, end_at__gt=start_at)
        if other := rows.first():
            times = {"start": other.start_at, "end": other.end_at}
            shown = {name: describe_time(time.isoformat()) for name, time in times.items()}
            raise InvalidValueError("start_at", text % shown)


def _record(shift: ExtraShift, action: AuditAction, by: Agent) -> None:
    record_audit(
        desk=shift.desk_id,
        by=by,
        action=action,
        about=shift,
        target=shift.agent.name,
        detail={"start_at": shift.start_at.isoformat(), "end_at": shift.end_at.isoformat()},
    )
