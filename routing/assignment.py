"""Assignment to an agent on shift, present, skilled and below capacity: lightest load first.

Shifts, absences and skills are cached with the candidates and checked here. Presence, load and
order are read by the claim itself (claims.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Agent
from routing.availability import can_take_new, find_first_on_shift, is_on_call, is_on_shift
from routing.candidates import Candidate, Candidates, list_on_call
from routing.claims import (
    EMERGENCIES,
    HOME_REGION,
    LAST_AGENT,
    NAMED_ENGINEER,
    ON_CALL,
    Claimant,
    Standing,
    claim_agent,
)
from routing.models import Rotation
from tickets.models import Ticket
from tickets.sentences.reasons import ReasonCode, make_reason

PREFERENCES = {
    NAMED_ENGINEER: ReasonCode.NAMED_ENGINEER,
    LAST_AGENT: ReasonCode.LAST_AGENT,
    HOME_REGION: ReasonCode.HOME_REGION,
    ON_CALL: ReasonCode.ON_CALL,
}
OFF_SHIFT, UNSKILLED, AWAY, FULL = "off_shift", "unskilled", "away", "full"
INACTIVE = "inactive"  # on shift, but not there: no activity for the desk's limit
MAX_NAMED = 3  # of the inactive agents


@dataclass(frozen=True, slots=True)
class Pick:
    """The agent for a ticket, or None, and the reason, which counts who could not get it."""

    agent: Agent | None
    reason: dict[str, Any]


def pick_agent(
    candidates: Candidates, ticket: Ticket, *, at: datetime, without: Collection[int] = ()
) -> Pick:
    """Claim an agent for a ticket.

    For an emergency that no candidate can take, that is an agent on call for the ticket's level,
    whatever their own level, skills and load. without: IDs of agents who can't get it. Must run in
    a transaction: the claim holds until it ends.
    """
    pick = _pick_candidate(candidates, ticket, at=at, without=without)
    if pick.agent is None and ticket.emergency in EMERGENCIES:
        return _pick_on_call(ticket, at=at, without=without) or pick
    return pick


def _pick_on_call(ticket: Ticket, *, at: datetime, without: Collection[int]) -> Pick | None:
    """Claim an agent on call who may see the ticket. None if there is none, or all are away."""
    able = [one.agent for one in list_on_call(ticket, at) if one.agent.pk not in without]
    _join(able)
    claimants = [Claimant(agent.pk, None, agent.region_id, is_on_call=True) for agent in able]
    standings = claim_agent(ticket, claimants, at=at) if able else []
    claimed = next((one for one in standings if one.is_claimed), None)
    if claimed is None:
        return None
    agent = copy(next(agent for agent in able if agent.pk == claimed.agent_id))
    return Pick(agent, _explain_choice(agent, claimed, standings, Counter()))


def _pick_candidate(
    candidates: Candidates, ticket: Ticket, *, at: datetime, without: Collection[int]
) -> Pick:
    others = [one for one in candidates.agents if one.agent.pk not in without]
    ready = _list_ready(others, ticket, at)
    obstacles = {one.agent.pk: _find_obstacle(one, ticket, at, ready) for one in others}
    able = [one for one in others if not obstacles[one.agent.pk]]
    skipped = Counter(cause for cause in obstacles.values() if cause)
    if not able:
        return Pick(None, _explain_absence(others, skipped, ticket, at))
    _join([one.agent for one in able if not one.has_turn])
    claimants = [_make_claimant(one, ticket, ready) for one in able]
    standings = claim_agent(ticket, claimants, at=at)
    for one in standings:
        if not one.is_free:
            skipped[_find_cause(one)] += 1
    claimed = next((one for one in standings if one.is_claimed), None)
    if claimed is None:
        missing = [one.agent_id for one in standings if _find_cause(one) == INACTIVE]
        named = [str(one.agent) for one in able if one.agent.pk in missing]
        return Pick(None, _explain_absence(others, skipped, ticket, at, missing=named))
    # A copy: candidates are kept, and what is read later of an agent stays with the instance.
    agent = copy(next(one.agent for one in able if one.agent.pk == claimed.agent_id))
    return Pick(agent, _explain_choice(agent, claimed, standings, skipped))


def _list_ready(others: Iterable[Candidate], ticket: Ticket, at: datetime) -> set[int]:
    """Return the IDs of the agents who are on shift for long enough."""
    margin = timedelta(minutes=ticket.desk.quiet_minutes)
    return {one.agent.pk for one in others if can_take_new(one.facts, at, margin)}


def _find_obstacle(one: Candidate, ticket: Ticket, at: datetime, ready: Collection[int]) -> str:
    """Return why a candidate can't get a ticket, or "" if only presence and load may prevent it."""
    if not has_skills(one, ticket.required_skills):
        return UNSKILLED
    if one.agent.pk in ready or is_on_call(one.facts, at, ticket.level):
        return ""
    return OFF_SHIFT


def has_skills(one: Candidate, required: Mapping[str, int]) -> bool:
    """Return True if an agent's skills have the required levels, by the IDs of the skills.

    A skill that the desk has deleted since asks for nothing.
    """
    return all(
        one.skills.get(int(skill), 0) >= level
        for skill, level in required.items()
        if int(skill) in one.known_skills
    )


def _find_cause(one: Standing) -> str:
    if one.preference == ON_CALL:  # not on shift, and the ticket isn't urgent
        return OFF_SHIFT
    if one.is_away:
        return AWAY
    return INACTIVE if one.is_inactive else FULL


def _make_claimant(one: Candidate, ticket: Ticket, ready: Collection[int]) -> Claimant:
    agent = one.agent
    capacity = agent.capacity or ticket.desk.agent_capacity
    return Claimant(agent.pk, capacity, agent.region_id, agent.pk not in ready)


def _explain_absence(
    others: Sequence[Candidate],
    skipped: Counter[str],
    ticket: Ticket,
    at: datetime,
    *,
    missing: Sequence[str] = (),
) -> dict[str, Any]:
    """Return why nobody gets a ticket, and when the next agent comes on shift.

    missing: the names of agents who are on shift, but not there.
    """
    if not others:
        return make_reason(ReasonCode.NO_AGENT_IN_DEPARTMENT, level=ticket.level)
    skilled = [one for one in others if has_skills(one, ticket.required_skills)]
    if not skilled:
        return make_reason(ReasonCode.NO_AGENT_WITH_SKILLS, level=ticket.level)
    code = ReasonCode.NO_AGENT_ON_SHIFT
    facts: dict[str, Any] = {"level": ticket.level}
    if missing and not skipped[AWAY] and not skipped[FULL]:
        code, facts["agents"] = ReasonCode.NO_AGENT_ACTIVE, ", ".join(missing[:MAX_NAMED])
        facts["skipped"] = {cause: skipped[cause] for cause in skipped if cause != INACTIVE}
    elif skipped[AWAY] or skipped[FULL] or any(is_on_shift(one.facts, at) for one in skilled):
        code, facts["skipped"] = ReasonCode.NO_AGENT_FREE, dict(skipped)
    absent = [one.facts for one in skilled if not is_on_shift(one.facts, at)]
    if start := find_first_on_shift(absent, at):
        facts["next_at"] = start.isoformat()
    return make_reason(code, **facts)


def _explain_choice(
    agent: Agent, claimed: Standing, standings: Iterable[Standing], skipped: Counter[str]
) -> dict[str, Any]:
    facts: dict[str, Any] = {"agent": str(agent), "level": agent.level}
    if skipped:
        facts["skipped"] = dict(skipped)
    code = PREFERENCES.get(claimed.preference, ReasonCode.NEXT_IN_ROTATION)
    is_lightest = any(one.is_free and one.load > claimed.load for one in standings)
    if code == ReasonCode.NEXT_IN_ROTATION and is_lightest:
        code, facts["load"] = ReasonCode.LIGHTEST_LOAD, claimed.load
    return make_reason(code, **facts)


def _join(newcomers: list[Agent]) -> None:
    """Add agents to the rotation; newcomers come first."""
    if newcomers:
        rows = [Rotation(desk_id=agent.desk_id, agent=agent) for agent in newcomers]
        Rotation.objects.bulk_create(rows, ignore_conflicts=True)
