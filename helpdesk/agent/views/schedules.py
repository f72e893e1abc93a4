"""The week plan of the desk, an agent's own schedule, and the week plans that leads change."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import Agent, Region
from helpdesk.agent.permissions import (
    AgentRequest,
    agent_page,
    agent_required,
    write_access_required,
)
from helpdesk.agent.redirects import see_other
from helpdesk.agent.schedules.components import MissingAgent, OwnAbsence, TeamLine
from helpdesk.agent.schedules.forms import ShiftFormSet, describe_shift, get_time_zone
from helpdesk.agent.schedules.rotas import list_swaps
from helpdesk.agent.schedules.week import DAY, Week, build_week_plan
from helpdesk.agent.shell import build_shell
from helpdesk.agent.views.extra_shifts import find_planned_agent, list_extra_shifts
from helpdesk.shared.components import Link
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.wording.times import format_ago, format_datetime, format_day
from routing.availability import find_next_on_shift, find_shift_end
from routing.candidates import Candidate, list_staff
from routing.models import Absence, Presence, Shift, Team
from routing.staff.absences import can_plan
from routing.staff.missing import list_missing
from routing.staff.week_plans import set_shifts
from tickets.errors import ServiceError

OFFERED_SHIFTS = 5  # rows of an empty week plan: Monday to Friday


def list_tabs(current: str) -> tuple[Link, ...]:
    """Return the tabs of the schedule pages."""
    pages = [
        ("agent:schedule", _("Week plan")),
        ("agent:my_schedule", _("My schedule")),
        ("agent:on_call", _("On call")),
    ]
    return tuple(Link(reverse(name), label, name == current) for name, label in pages)


@agent_page
def show_week_plan(request: AgentRequest) -> HttpResponse:
    """Show who works when in a week, with absences, holidays and gaps; for leads, who is missing.

    week: any day of it. region: the ID of one.
    """
    now = timezone.now()
    week = _read_week(request, now)
    region_id = parse_number(request.GET.get("region", ""))
    staff = [
        one
        for one in list_staff(request.desk)
        if region_id is None or one.agent.region_id == region_id
    ]
    missing = list_missing(request.desk, now) if can_plan(request.agent) else []
    context = {
        **build_shell(request, current="schedule"),
        "tabs": list_tabs("agent:schedule"),
        "regions": _list_regions(request, region_id),
        "plan": build_week_plan(request.desk, request.agent, staff, week, at=now),
        "links": _list_week_links(week, region_id),
        "missing": [
            MissingAgent(
                one.agent.name,
                since=format_datetime(one.since) if one.since else "",
                last_active=format_ago(one.last_active_at, now=now) if one.last_active_at else "",
            )
            for one in missing
        ],
        "is_planner": can_plan(request.agent),
        "teams": _list_teams(request),
    }
    return render(request, "agent/schedule/week.html", context)


def _read_week(request: AgentRequest, now: datetime) -> Week:
    given = request.GET.get("week", "")
    if not given:
        return Week.at(now)
    try:
        day = parse_date(given)
    except ValueError:
        day = None
    if day is None or not date(1980, 1, 1) <= day <= date(2090, 1, 1):
        raise Http404(_("This week doesn't exist."))
    return Week.of(day)


def _list_week_links(week: Week, region_id: int | None) -> dict[str, str]:
    region = {"region": str(region_id)} if region_id is not None else {}
    days = {"earlier": week.monday - 7 * DAY, "later": week.monday + 7 * DAY}
    links = {
        name: reverse("agent:schedule", query={"week": day.isoformat(), **region})
        for name, day in days.items()
    }
    return {**links, "today": reverse("agent:schedule", query=region)}


def _list_regions(request: AgentRequest, region_id: int | None) -> list[Link]:
    url = reverse("agent:schedule")
    regions = Region.objects.filter(desk=request.desk)
    links = [Link(f"{url}?region={one.pk}", one.name, one.pk == region_id) for one in regions]
    return [Link(url, _("All regions"), region_id is None), *links] if links else []


def _list_teams(request: AgentRequest) -> list[TeamLine]:
    teams = Team.objects.filter(desk=request.desk).prefetch_related("members", "shifts")
    lines = []
    for team in teams:
        names = ", ".join(agent.name for agent in team.members.all())
        count = len(team.shifts.all())
        shifts = ngettext("%(count)s shift", "%(count)s shifts", count) % {"count": count}
        url = reverse("agent:team_shifts", args=[team.pk]) if can_plan(request.agent) else ""
        lines.append(TeamLine(team.name, ": ".join(filter(None, (shifts, names))), url))
    return lines


@agent_page
def show_my_schedule(request: AgentRequest) -> HttpResponse:
    """Show the agent's week, presence, absences and open swaps."""
    now, agent = timezone.now(), request.agent
    mine = [one for one in list_staff(request.desk) if one.agent.pk == agent.pk]
    week = _read_week(request, now)
    absences = Absence.objects.filter(agent=agent, end_at__gt=now)
    context = {
        **build_shell(request, current="my_schedule"),
        "tabs": list_tabs("agent:my_schedule"),
        "plan": build_week_plan(request.desk, agent, mine, week, at=now),
        "next_shift": _describe_next(mine, now),
        "presence": Presence.objects.filter(agent=agent).first(),
        "absences": [_build_absence(absence) for absence in absences],
        "extra_shifts": list_extra_shifts(agent, now),
        "swaps": list_swaps(request.desk, agent),
        "can_write": agent.can_write,
    }
    return render(request, "agent/schedule/mine.html", context)


def _describe_next(mine: list[Candidate], now: datetime) -> str:
    if not mine:
        return ""
    facts = mine[0].facts
    start = find_next_on_shift(facts, now)
    if start is None:
        return _("You have no shifts. Ask a lead to plan them.")
    if start > now:
        return _("Your next shift begins %(time)s.") % {"time": format_datetime(start)}
    end = find_shift_end(facts, now)
    if end is None:
        return _("You're on shift.")
    return _("You're on shift until %(time)s.") % {"time": format_datetime(end)}


def _build_absence(absence: Absence) -> OwnAbsence:
    return OwnAbsence(
        kind=str(absence.get_kind_display()),
        times=_describe_times(absence),
        note=absence.note,
        cancel_url=reverse("agent:absence_cancellation", args=[absence.pk]),
    )


def _describe_times(absence: Absence) -> str:
    """Return when an absence is: "Tue, Dec 1 to Thu, Dec 3" for whole days, else with times."""
    start, end = timezone.localtime(absence.start_at), timezone.localtime(absence.end_at)
    if start.time() == end.time() == time.min:
        first, last = format_day(start), format_day(end - DAY)
        return first if first == last else _("%(start)s to %(end)s") % {"start": first, "end": last}
    return _("%(start)s to %(end)s") % {
        "start": format_datetime(start),
        "end": format_datetime(end),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def plan_agent(request: AgentRequest, agent_id: int) -> HttpResponse:
    """Let a lead change an agent's week plan."""
    _require_planner(request)
    agent = find_planned_agent(request, agent_id)
    intro = _("Agents without their own shifts work their teams' shifts.")
    return _plan(request, agent, zone=get_time_zone(agent), intro=intro)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
@write_access_required
def plan_team(request: AgentRequest, team_id: int) -> HttpResponse:
    """Let a lead change a team's week plan."""
    _require_planner(request)
    team = Team.objects.select_related("region").filter(desk=request.desk, pk=team_id).first()
    if team is None:
        raise Http404
    zone = team.region.time_zone if team.region else request.desk.time_zone
    return _plan(request, team, zone=zone, intro=_("Members without their own shifts work these."))


def _require_planner(request: AgentRequest) -> None:
    if not can_plan(request.agent):
        raise PermissionDenied(_("Only leads and desk admins can change week plans."))


def _plan(request: AgentRequest, owner: Agent | Team, *, zone: str, intro: str) -> HttpResponse:
    is_post = request.method == "POST"
    given = {"data": request.POST} if is_post else {"initial": _offer(owner, zone)}
    rows = ShiftFormSet(**given, form_kwargs={"zone": zone})
    error = ""
    if is_post and rows.is_valid():
        kept = [row for row in rows if row.has_changed()]
        try:
            shifts = [row.get_shift() for row in kept]
            set_shifts(owner=owner, shifts=shifts, by=request.agent)
        except ServiceError as refused:
            error = str(refused)
        else:
            messages.success(request, _("The week plan of %(name)s was saved.") % {"name": owner})
            return see_other(reverse("agent:schedule"))
    context: dict[str, Any] = {
        **build_shell(request, current="schedule"),
        **_list_extra(owner),
        "owner": str(owner),
        "intro": intro,
        "rows": rows,
        "error": error or _read_error(rows),
    }
    return render(request, "agent/schedule/shifts.html", context, status=422 if is_post else 200)


def _list_extra(owner: Agent | Team) -> dict[str, Any]:
    """Return an agent's extra shifts and where one is added. Teams have none."""
    if isinstance(owner, Team):
        return {"extra_url": "", "extra_shifts": []}
    return {
        "extra_url": reverse("agent:extra_shift", args=[owner.pk]),
        "extra_shifts": list_extra_shifts(owner, timezone.now(), can_cancel=True),
    }


def _offer(owner: Agent | Team, zone: str) -> list[dict[str, Any]]:
    """Return the stored shifts, or rows for the working days of an empty plan."""
    mine = {"agent": owner} if isinstance(owner, Agent) else {"team": owner}
    shifts = Shift.objects.filter(**mine).order_by("weekday", "start_minute")
    found = [describe_shift(shift) for shift in shifts]
    return found or [{"weekday": day, "time_zone": zone} for day in range(OFFERED_SHIFTS)]


def _read_error(rows: forms.BaseFormSet) -> str:
    return " ".join(str(text) for text in rows.non_form_errors()) if rows.is_bound else ""
