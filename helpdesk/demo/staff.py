"""Teams, skills, leave and on-call rotas of the demo's agents."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Agent, Desk, Region
from helpdesk.demo.people import Cast, read_shifts
from routing.models import (
    Absence,
    AgentLanguage,
    AgentSkill,
    OnCallMember,
    OnCallRota,
    OnCallTurn,
    Presence,
    Shift,
    Skill,
    Team,
    TeamMember,
)
from routing.staff.on_call import offer_swap, plan_rota


def create_staff(cast: Cast, data: dict[str, Any], *, now: datetime) -> None:
    """Create a desk's staff data from its data file. Call this inside the desk's scope."""
    desk = cast.parts.desk
    agents = {agent.name: agent for agent in cast.agents}
    regions = {region.name: region for region in cast.regions}
    skills = {name: Skill.objects.create(desk=desk, name=name) for name in data["skills"]}
    for one in data["agent"]:
        _describe_agent(agents[one["name"]], one, regions, skills)
    for one in data["team"]:
        _create_team(desk, one, regions, agents)
    for one in data["absence"]:
        _create_absence(agents[one["agent"]], one, now=now)


def _describe_agent(
    agent: Agent, data: dict[str, Any], regions: dict[str, Region], skills: dict[str, Skill]
) -> None:
    agent.region = regions[data["region"]]
    agent.country, agent.subdivision = data["country"], data.get("subdivision", "")
    agent.capacity = data.get("capacity")
    agent.save(update_fields=["region", "country", "subdivision", "capacity"])
    Shift.objects.filter(agent=agent).update(works_on_holidays=data.get("works_on_holidays", False))
    AgentLanguage.objects.bulk_create(
        AgentLanguage(desk_id=agent.desk_id, agent=agent, code=code) for code in data["languages"]
    )
    AgentSkill.objects.bulk_create(
        AgentSkill(desk_id=agent.desk_id, agent=agent, skill=skills[name], level=level)
        for name, level in data.get("skills", {}).items()
    )


def _create_team(
    desk: Desk, data: dict[str, Any], regions: dict[str, Region], agents: dict[str, Agent]
) -> None:
    team = Team.objects.create(desk=desk, name=data["name"], region=regions[data["region"]])
    shifts = [shift for text in data["shifts"] for shift in read_shifts(team, text)]
    for shift in shifts:
        shift.works_on_holidays = data.get("works_on_holidays", False)
    Shift.objects.bulk_create(shifts)
    TeamMember.objects.bulk_create(
        TeamMember(desk=desk, team=team, agent=agents[name]) for name in data["members"]
    )


def _create_absence(agent: Agent, data: dict[str, Any], *, now: datetime) -> None:
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start += timedelta(days=data["in_days"])
    Absence.objects.create(
        desk_id=agent.desk_id,
        agent=agent,
        kind=data["kind"],
        start_at=start,
        end_at=start + timedelta(days=data["days"]),
        note=data.get("note", ""),
        created_by=agent,
    )


def create_rotas(cast: Cast, data: dict[str, Any], *, now: datetime) -> None:
    """Create the on-call rotas and plan their turns; in one, an agent asks for a swap."""
    desk = cast.parts.desk
    agents = {agent.name: agent for agent in cast.agents}
    for one in data["rota"]:
        rota = OnCallRota.objects.create(
            desk=desk, name=one["name"], level=one["level"], time_zone=one["time_zone"]
        )
        OnCallMember.objects.bulk_create(
            OnCallMember(desk=desk, rota=rota, agent=agents[name], position=place)
            for place, name in enumerate(one["members"])
        )
        plan_rota(rota_id=rota.pk, at=now)
        if "asks" in one:
            _ask_for_swap(rota, agents[one["asks"]], now=now)


def sign_in(cast: Cast, data: dict[str, Any], *, now: datetime) -> None:
    """Make agents active now, except those who don't show up, and let activity count from now on.

    Nobody but visitors opens pages in a demo, so agents stay present for long.
    """
    desk, missing = cast.parts.desk, data["does_not_show_up"]
    for agent in cast.agents:
        if agent.can_write and agent.name not in missing:
            Presence.objects.update_or_create(
                desk=desk, agent=agent, defaults={"last_active_at": now}
            )
    Desk.objects.filter(pk=desk.pk).update(idle_minutes=data["idle_minutes"])


def _ask_for_swap(rota: OnCallRota, asked: Agent, *, now: datetime) -> None:
    future = OnCallTurn.objects.filter(rota=rota, start_at__gt=now).select_related("agent")
    turn = future.exclude(agent=asked).first()
    theirs = future.filter(agent=asked).first()
    if turn is not None:
        offer_swap(turn=turn, to=asked, by=turn.agent, at=now, in_return=theirs)
