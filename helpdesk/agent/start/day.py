"""An agent's day: the shift, and absences that are near."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agent
from helpdesk.agent.start.components import MyDay
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_datetime, format_full_date
from routing.availability import find_next_on_shift, find_shift_end, is_on_call
from routing.candidates import list_staff
from routing.models import Absence

AHEAD = timedelta(days=14)
MAX_ABSENCES = 3


def describe_day(agent: Agent, at: datetime) -> MyDay:
    """Return the agent's day."""
    return MyDay(
        day=format_full_date(timezone.localtime(at)),
        shift=_describe_shift(agent, at),
        lines=tuple(_list_absences(agent, at)),
        url=get_url("agent:my_schedule"),
    )


def _describe_shift(agent: Agent, at: datetime) -> str:
    facts = next((one.facts for one in list_staff(agent.desk) if one.agent.pk == agent.pk), None)
    if facts is None:
        return ""
    start = find_next_on_shift(facts, at)
    on_call = _("You're on call.") if is_on_call(facts, at) else ""
    if start is None:
        return on_call or _("You have no upcoming shifts.")
    if start > at:
        time = format_datetime(start)
        return on_call or _("Your next shift begins %(time)s.") % {"time": time}
    end = find_shift_end(facts, at)
    if end is None:
        return _("You're on shift.")
    return _("You're on shift until %(time)s.") % {"time": format_datetime(end)}


def _list_absences(agent: Agent, at: datetime) -> list[str]:
    near = Absence.objects.filter(agent=agent, end_at__gt=at, start_at__lt=at + AHEAD)
    return [
        _("%(kind)s from %(start)s until %(end)s")
        % {
            "kind": absence.get_kind_display(),
            "start": format_datetime(absence.start_at),
            "end": format_datetime(absence.end_at),
        }
        for absence in near.order_by("start_at")[:MAX_ABSENCES]
    ]
