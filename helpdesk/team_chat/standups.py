"""Standup messages of teams: the figures, read when a message is due (M82)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from accounts.models import AgentDepartment, Department, Visibility
from accounts.places.local_times import MINUTES_IN_DAY, find_instant
from channels_intake.models import ChatStandup
from channels_intake.team_chat.standups import (
    MAX_NAMED,
    StandupFacts,
    find_current_day,
    find_next,
    list_due_standups,
    post_standup,
)
from routing.availability import is_on_shift
from routing.candidates import Candidate, list_staff
from tickets.models import QueueRow, State

BATCH = 20


def post_due_standups(*, desk_id: int, at: datetime) -> int:
    """Post the standups of the current desk that are due. Return how many rows were handled."""
    ids = list_due_standups(at).filter(desk_id=desk_id).order_by("next_at").values_list("pk")
    return sum(_post_one(standup_id, at=at) for (standup_id,) in list(ids[:BATCH]))


def _post_one(standup_id: int, *, at: datetime) -> int:
    """Post one standup and set its next time, together. Skip it if another worker has it."""
    with transaction.atomic():
        free = list_due_standups(at).select_for_update(skip_locked=True, of=("self",))
        standup = free.select_related("desk", "connection").filter(pk=standup_id).first()
        if standup is None:
            return 0
        if day := find_current_day(standup, at):
            post_standup(standup, collect_facts(standup, at), day=day, at=at)
        standup.next_at = find_next(standup, at)
        standup.save(update_fields=["next_at"])
    return 1


def collect_facts(standup: ChatStandup, at: datetime) -> StandupFacts:
    """Return a team's figures. A team without a department sees what every agent can see."""
    tickets = _list_tickets(standup)
    today = at.astimezone(ZoneInfo(standup.time_zone)).date()
    midnight = find_instant(today, MINUTES_IN_DAY, standup.time_zone)
    counts = tickets.aggregate(
        open_tickets=Count("pk"),
        due_today=Count("pk", filter=Q(due_at__gte=at, due_at__lt=midnight)),
        breached=Count("pk", filter=Q(due_at__lt=at)),
        escalated=Count("pk", filter=Q(status=State.ESCALATED)),
    )
    overdue = tickets.filter(due_at__lt=at).order_by("due_at").values_list("number", flat=True)
    return StandupFacts(
        **counts, overdue=tuple(overdue[:MAX_NAMED]), on_shift=_list_on_shift(standup, at)
    )


def _list_tickets(standup: ChatStandup) -> QuerySet[QueueRow]:
    tickets = QueueRow.objects.filter(desk_id=standup.desk_id, is_open=True)
    if standup.level:
        tickets = tickets.filter(level=standup.level)
    if standup.department_id:
        return tickets.filter(department_id=standup.department_id)
    closed = Department.objects.filter(desk_id=standup.desk_id, visibility=Visibility.MEMBERS)
    hidden = list(closed.values_list("pk", flat=True))
    # NOT IN would drop the tickets without a department.
    return tickets.exclude(department_id__isnull=False, department_id__in=hidden)


def _list_on_shift(standup: ChatStandup, at: datetime) -> tuple[int, ...]:
    members: set[int] | None = None
    if standup.department_id:
        of_department = AgentDepartment.objects.filter(department_id=standup.department_id)
        members = set(of_department.values_list("agent_id", flat=True))

    def is_in_team(one: Candidate) -> bool:
        agent = one.agent
        return (
            (members is None or agent.pk in members)
            and standup.level in ("", agent.level)
            and standup.region_id in (None, agent.region_id)
        )

    there = [one for one in list_staff(standup.desk) if is_in_team(one)]
    return tuple(one.agent.pk for one in there if is_on_shift(one.facts, at))
