"""Agents missing from their shift (M55): a list for leads, and one notification per shift."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Agent, Desk, Role
from routing.availability import (
    PresenceFacts,
    find_shift_end,
    find_shift_start,
    get_choice,
    get_idle_limit,
    is_inactive,
    is_on_shift,
)
from routing.candidates import Candidate, list_staff
from routing.models import PresenceState
from routing.presence import read_presence
from tickets.notifications import STAFF_MISSING, notify_staff

USUAL_LIMIT = timedelta(minutes=15)
REPORTED_FOR = timedelta(hours=2)  # late after an outage; later than this, it helps nobody


@dataclass(frozen=True, slots=True)
class Missing:
    """An agent who is on shift and not present. since: when the time on shift began, if known.

    is_away: True if the agent has set themselves as away.
    """

    agent: Agent
    since: datetime | None
    until: datetime | None
    is_away: bool
    last_active_at: datetime | None


def list_missing(desk: Desk, at: datetime) -> list[Missing]:
    """Return the agents who should be on shift now and are away or inactive, by name.

    Without a limit of the desk, the time after which it reports them decides.
    """
    limit = get_idle_limit(desk) or timedelta(minutes=desk.missing_minutes) or USUAL_LIMIT
    presence = read_presence(desk)
    found = (
        missing
        for one in list_staff(desk)
        if (missing := _find_missing(one, presence.get(one.agent.pk), at, limit=limit))
    )
    return sorted(found, key=lambda missing: missing.agent.name)


def _find_missing(
    one: Candidate, presence: PresenceFacts | None, at: datetime, *, limit: timedelta
) -> Missing | None:
    known = presence or PresenceFacts()
    if not is_on_shift(one.facts, at):
        return None
    is_away = get_choice(known, at) == PresenceState.AWAY
    if not is_away and not is_inactive(known, at, idle=limit):
        return None
    return Missing(
        one.agent,
        since=find_shift_start(one.facts, at),
        until=find_shift_end(one.facts, at),
        is_away=is_away,
        last_active_at=known.last_active_at,
    )


def list_watched_agents() -> QuerySet[Agent]:
    """Return the active agents of desks that report missing ones."""
    return Agent.objects.filter(desk__missing_minutes__gt=0, is_active=True)


def report_missing(*, desk_id: int, at: datetime) -> int:
    """Notify leads of agents who haven't been active since their shift began. Return how many.

    Each lead is notified once per agent and shift, however often this runs. Desks without leads
    notify their admins.
    """
    desk = Desk.objects.get(pk=desk_id)
    late = list(_list_late(desk, at))
    leads = list_leads(desk_id) if late else []
    for missing in late:
        start = (missing.since or at).isoformat()
        notify_staff(
            desk_id=desk_id,
            agents=[lead for lead in leads if lead != missing.agent.pk],
            kind=STAFF_MISSING,
            data={"agent": missing.agent.name, "start_at": start},
            key=f"{STAFF_MISSING}:{missing.agent.pk}:{start}",
            at=at,
        )
    return len(late)


def _list_late(desk: Desk, at: datetime) -> Iterator[Missing]:
    limit = timedelta(minutes=desk.missing_minutes)
    for missing in list_missing(desk, at):
        if missing.since is None or not limit <= at - missing.since < REPORTED_FOR:
            continue
        active = missing.last_active_at
        if missing.is_away or active is None or active < missing.since - limit:
            yield missing


def list_leads(desk_id: int) -> list[int]:
    """Return the IDs of a desk's leads; of its admins if it has none."""
    working = Agent.objects.filter(desk_id=desk_id, is_active=True)
    for role in (Role.LEAD, Role.ADMIN):
        if found := list(working.filter(role=role).values_list("pk", flat=True)):
            return found
    return []
