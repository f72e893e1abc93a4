"""Warnings of hours in which a ladder would page nobody, days ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Desk
from sla.ladders.duty import Gap, list_gaps, list_leads
from sla.models import Action, LadderStep
from tickets.notifications import ON_CALL_GAP, ON_CALL_GAP_OF_LEVEL, notify_staff

AHEAD = timedelta(days=7)


def list_paging_steps() -> QuerySet[LadderStep]:
    """Return the steps of active ladders that page who is on call."""
    return LadderStep.objects.filter(action=Action.PAGE, ladder__is_active=True)


def find_gaps(desk: Desk, at: datetime) -> list[Gap]:
    """Return the hours of the next days without anyone on call; none if no ladder pages."""
    if not list_paging_steps().filter(desk=desk).exists():
        return []
    return list_gaps(desk, at, at + AHEAD)


def warn_of_gaps(*, desk_id: int, at: datetime) -> int:
    """Notify a desk's leads of each gap, once. Returns 0: there is never a second batch."""
    desk = Desk.objects.get(pk=desk_id)
    gaps = find_gaps(desk, at)
    leads = list_leads(desk_id) if gaps else []
    levels = dict(desk.list_levels())
    for gap in gaps:
        data = {"start_at": gap.start.isoformat(), "end_at": gap.end.isoformat()}
        if gap.level:
            data["level"] = levels[gap.level]
        notify_staff(
            desk_id=desk_id,
            agents=leads,
            kind=ON_CALL_GAP_OF_LEVEL if gap.level else ON_CALL_GAP,
            data=data,
            key=f"{ON_CALL_GAP}:{gap.level}:{_get_key(gap, at)}",
            at=at,
        )
    return 0


def _get_key(gap: Gap, at: datetime) -> str:
    """Return what stays the same of a gap. One that is longer than we look ahead counts daily."""
    if gap.end < at + AHEAD:
        return gap.end.isoformat()
    return gap.start.isoformat() if gap.start > at else at.date().isoformat()
