"""The context of the lead's board."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Desk, Region
from helpdesk.agent.board.people import list_people
from helpdesk.agent.board.sql import (
    HourCount,
    Lane,
    Unassigned,
    Unclaimed,
    select_hours,
    select_lanes,
    select_unassigned,
    select_unclaimed,
)
from helpdesk.agent.components.board import HourBar, LaneRow, WaitingTicket
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_age, format_time, to_iso
from routing.availability import list_work
from routing.candidates import list_staff
from sla.ladders.selectors import list_running
from sla.models import LadderRun
from tickets.conditions.values import SOON
from tickets.events import EventKind
from tickets.sentences.reasons import describe_reason

DAYS = 14  # of breaches and unassigned tickets
HOURS = 24
MAX_LISTED = 10  # unassigned tickets and unclaimed handovers, each
MAX_HEIGHT = 20  # of a bar; the style sheet has a height for each


def build_board(desk: Desk, *, at: datetime) -> dict[str, Any]:
    """Return the context of agent/board/_board.html."""
    zone = timezone.get_current_timezone()
    since = at - timedelta(days=DAYS)
    lanes = select_lanes(desk.pk, at=at, soon=at + SOON).fetch()
    hours = select_hours(desk.pk, since=since, until=at, zone=str(zone)).fetch()
    return {
        "lanes": tuple(_build_lane(lane, desk, at) for lane in lanes),
        "unassigned": _list_unassigned(desk, at),
        "unclaimed": _list_unclaimed(desk, at),
        "ladders": _list_ladders(desk, at),
        "people": list_people(desk, at),
        "hours": _build_hours(hours, find_handovers(desk, at), at=at),
        "days": DAYS,
        "refreshed": format_time(at),
    }


def _build_lane(lane: Lane, desk: Desk, at: datetime) -> LaneRow:
    view = {"view": str(lane.department_id)} if lane.department_id else None
    return LaneRow(
        department=lane.department or _("No department"),
        level=desk.word_for_level(lane.level),
        url=get_url("agent:queue", query=view),
        open_tickets=lane.open_tickets,
        unassigned=lane.unassigned,
        unanswered=lane.unanswered,
        oldest_iso=to_iso(lane.oldest),
        oldest_text=format_age(lane.oldest, now=at) if lane.oldest else "",
        soon=lane.soon,
        breached=lane.breached,
    )


def _list_unassigned(desk: Desk, at: datetime) -> tuple[WaitingTicket, ...]:
    return tuple(
        _build_ticket(one, desk, at, reason=describe_reason(json.loads(one.reason or '""'), desk))
        for one in select_unassigned(desk.pk, most=MAX_LISTED).fetch()
    )


def _list_unclaimed(desk: Desk, at: datetime) -> tuple[WaitingTicket, ...]:
    return tuple(
        _build_ticket(
            one,
            desk,
            at,
            reason=_("From %(sender)s to %(receiver)s")
            % {"sender": one.sender or _("a former agent"), "receiver": one.receiver or "?"},
        )
        for one in select_unclaimed(desk.pk, most=MAX_LISTED).fetch()
    )


def _list_ladders(desk: Desk, at: datetime) -> tuple[WaitingTicket, ...]:
    return tuple(
        WaitingTicket(
            url=get_url("agent:ticket", run.ticket.number),
            number=f"{desk.ticket_prefix}-{run.ticket.number}",
            subject=run.ticket.subject,
            priority=run.ticket.priority.localized_name,
            since_iso=to_iso(run.due_at),
            since_text=format_age(run.due_at, now=at),
            reason=_describe_ladder(run),
        )
        for run in list_running(desk.pk, limit=MAX_LISTED)
    )


def _describe_ladder(run: LadderRun) -> str:
    if run.acknowledged_at is not None:
        name = run.acknowledger or _("a former agent")
        return _("%(ladder)s: acknowledged by %(name)s") % {"ladder": run.ladder, "name": name}
    if run.next_at is None:
        return _("%(ladder)s: paused") % {"ladder": run.ladder}
    named = {
        "ladder": run.ladder,
        "step": run.next_step + 1,
        "time": format_time(run.next_at),
    }
    return _("%(ladder)s: nobody acknowledged, step %(step)s at %(time)s") % named


def _build_ticket(
    one: Unassigned | Unclaimed, desk: Desk, at: datetime, *, reason: str = ""
) -> WaitingTicket:
    return WaitingTicket(
        url=get_url("agent:ticket", one.number),
        number=f"{desk.ticket_prefix}-{one.number}",
        subject=one.subject,
        priority=one.priority,
        since_iso=to_iso(one.since),
        since_text=format_age(one.since, now=at),
        reason=reason,
    )


def find_handovers(desk: Desk, at: datetime) -> dict[int, str]:
    """Return the hours of the reader's day in which the shifts of a region end, with its name.

    They are those of the last seven days: an hour counts if the last person of the region leaves.
    """
    names = dict(Region.objects.filter(desk=desk).values_list("pk", "name"))
    found: dict[int, set[str]] = {}
    for region_id, name in names.items():
        staff = [one for one in list_staff(desk) if one.agent.region_id == region_id]
        work = [list_work(one.facts, at - timedelta(days=7), at) for one in staff]
        ends = {span.end for spans in work for span in spans if span.end < at}
        for end in ends:
            if not any(span.covers(end) for spans in work for span in spans):
                hour = timezone.localtime(end - timedelta(minutes=1)).hour
                found.setdefault(hour, set()).add(name)
    return {hour: ", ".join(sorted(regions)) for hour, regions in found.items()}


def _build_hours(
    counts: list[HourCount], handovers: dict[int, str], *, at: datetime
) -> tuple[HourBar, ...]:
    amounts = {(one.hour, one.kind): one.amount for one in counts}
    highest = max(amounts.values(), default=0) or 1
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)

    def build(hour: int) -> HourBar:
        breached = amounts.get((hour, EventKind.SLA_BREACHED), 0)
        unassigned = amounts.get((hour, EventKind.LEFT_UNASSIGNED), 0)
        name = format_time(midnight.replace(hour=hour))
        return HourBar(
            tick=str(hour),
            breached=breached,
            unassigned=unassigned,
            breached_height=-(-breached * MAX_HEIGHT // highest),
            unassigned_height=-(-unassigned * MAX_HEIGHT // highest),
            handover=handovers.get(hour, ""),
            label=_describe_hour(name, breached, unassigned),
        )

    return tuple(build(hour) for hour in range(HOURS))


def _describe_hour(hour: str, breached: int, unassigned: int) -> str:
    breaches = ngettext("%(count)s breach", "%(count)s breaches", breached) % {"count": breached}
    waiting = ngettext(
        "%(count)s unassigned ticket", "%(count)s unassigned tickets", unassigned
    ) % {"count": unassigned}
    return _("%(hour)s: %(breaches)s, %(waiting)s") % {
        "hour": hour,
        "breaches": breaches,
        "waiting": waiting,
    }
