"""Skills, teams, absences and on-call turns of a test desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Agent, Region
from routing.models import (
    Absence,
    AbsenceKind,
    AgentLanguage,
    AgentSkill,
    ExtraShift,
    OnCallMember,
    OnCallRota,
    OnCallSwap,
    OnCallTurn,
    Presence,
    Shift,
    Skill,
    Team,
    TeamMember,
)
from tests.cast import NOON, Cast

WEEK = timedelta(days=7)


def fill_staff(cast: Cast) -> None:
    """Create a row in every table about the desk's people. The times are long past."""
    desk, at = cast.desk, NOON - timedelta(days=300)
    region = Region.objects.create(desk=desk, name="Americas", time_zone="America/Sao_Paulo")
    Agent.objects.filter(pk=cast.analyst.pk).update(region=region)
    Skill.objects.create(desk=desk, name="Unused")
    skill = Skill.objects.create(desk=desk, name="LDAP")
    AgentSkill.objects.create(desk=desk, agent=cast.analyst, skill=skill)
    AgentLanguage.objects.create(desk=desk, agent=cast.analyst, code="pt")
    team = Team.objects.create(desk=desk, name="Days", region=region)
    TeamMember.objects.create(desk=desk, team=team, agent=cast.observer)
    give_shift(team)
    # Of the lead: the access table compares what the analyst and the colleague get.
    add_absence(cast.lead, at, created_by=cast.lead)
    add_extra_shift(cast.lead, at, created_by=cast.lead)
    rota = make_rota(cast, cast.lead, cast.level_two, region=region)
    mine, theirs = (
        add_turn(rota, agent, at + WEEK * place)
        for place, agent in enumerate((cast.lead, cast.level_two))
    )
    OnCallSwap.objects.create(
        desk=desk,
        turn=mine,
        in_return=theirs,
        offered_by=cast.lead,
        offered_to=cast.level_two,
        offered_at=at,
    )
    Presence.objects.get_or_create(desk=desk, agent=cast.level_two)


def give_shift(
    who: Agent | Team, *, weekday: int = 0, start: int = 540, end: int = 1020, zone: str = "UTC"
) -> Shift:
    """Create a weekly shift of an agent or a team. start, end: in minutes after midnight."""
    owner = {"agent": who} if isinstance(who, Agent) else {"team": who}
    return Shift.objects.create(
        desk=who.desk,
        weekday=weekday,
        start_minute=start,
        end_minute=end,
        time_zone=zone,
        **owner,
    )


def add_absence(
    agent: Agent,
    start: datetime,
    *,
    days: int = 1,
    kind: str = AbsenceKind.LEAVE,
    created_by: Agent | None = None,
) -> Absence:
    """Create an absence."""
    return Absence.objects.create(
        desk=agent.desk,
        agent=agent,
        kind=kind,
        start_at=start,
        end_at=start + timedelta(days=days),
        created_by=created_by,
    )


def add_extra_shift(
    agent: Agent, start: datetime, *, hours: int = 8, created_by: Agent | None = None
) -> ExtraShift:
    """Create an extra shift."""
    return ExtraShift.objects.create(
        desk=agent.desk,
        agent=agent,
        start_at=start,
        end_at=start + timedelta(hours=hours),
        created_by=created_by,
    )


def make_rota(
    cast: Cast, *agents: Agent, region: Region | None = None, level: str = ""
) -> OnCallRota:
    """Create a rota with members in this order."""
    rota = OnCallRota.objects.create(
        desk=cast.desk, name=f"Nights {level}".strip(), region=region, level=level
    )
    OnCallMember.objects.bulk_create(
        OnCallMember(desk=cast.desk, rota=rota, agent=agent, position=place)
        for place, agent in enumerate(agents)
    )
    return rota


def add_turn(rota: OnCallRota, agent: Agent, start: datetime, *, days: int = 7) -> OnCallTurn:
    """Create a turn on call."""
    return OnCallTurn.objects.create(
        desk=rota.desk,
        rota=rota,
        agent=agent,
        planned_agent=agent,
        start_at=start,
        end_at=start + timedelta(days=days),
    )
