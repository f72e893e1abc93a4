"""Services of week plans, skills and languages: what leads and desk admins plan for others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.models import Agent, AuditAction
from accounts.places.local_times import MINUTES_IN_DAY
from accounts.places.spoken_languages import list_languages
from accounts.places.zones import list_time_zones
from routing.models import AgentLanguage, AgentSkill, Shift, SkillLevel, Team
from routing.shifts import ShiftFacts
from routing.staff.absences import can_plan
from tickets.errors import InvalidValueError, NotAllowedError

MAX_SHIFTS = 28  # of one agent or team: four a day
MINUTES_IN_WEEK = 7 * MINUTES_IN_DAY


def set_shifts(*, owner: Agent | Team, shifts: Sequence[ShiftFacts], by: Agent) -> None:
    """Replace the week plan of an agent or a team.

    An agent without shifts of their own follows those of their teams. Raises NotAllowedError, and
    InvalidValueError for a shift that can't be or that overlaps another one of the same zone.
    """
    require_planner(owner, by)
    _check_shifts(shifts)
    mine = {"agent": owner} if isinstance(owner, Agent) else {"team": owner}
    rows = [
        Shift(
            desk_id=owner.desk_id,
            weekday=shift.weekday,
            start_minute=shift.start_minute,
            end_minute=shift.end_minute,
            time_zone=shift.time_zone,
            works_on_holidays=shift.works_on_holidays,
            **mine,
        )
        for shift in shifts
    ]
    with transaction.atomic():
        type(owner)._default_manager.select_for_update(no_key=True).get(pk=owner.pk)
        Shift.objects.filter(**mine).delete()
        Shift.objects.bulk_create(rows)
        record_audit(
            desk=owner.desk_id,
            by=by,
            action=AuditAction.CHANGED,
            about=owner,
            detail={"shifts": [_describe(shift) for shift in shifts]},
        )


def require_planner(owner: Agent | Team, by: Agent) -> None:
    """Raise NotAllowedError unless the agent may plan the work of an agent or a team."""
    if by.desk_id != owner.desk_id or not can_plan(by):
        raise NotAllowedError(_("Only leads and desk admins can plan the work of others."))


def _check_shifts(shifts: Sequence[ShiftFacts]) -> None:
    if len(shifts) > MAX_SHIFTS:
        raise InvalidValueError("shifts", _("A week plan can have at most 28 shifts."))
    for shift in shifts:
        _check_shift(shift)
    for one, other in combinations(shifts, 2):
        if one.time_zone == other.time_zone and _overlap(one, other):
            raise InvalidValueError(
                "shifts", _("Two shifts overlap. Change or remove one of them.")
            )


def _check_shift(shift: ShiftFacts) -> None:
    if not 0 <= shift.weekday <= 6:
        raise InvalidValueError("weekday", _("Choose a weekday."))
    if not (0 <= shift.start_minute < MINUTES_IN_DAY and 0 < shift.end_minute <= MINUTES_IN_DAY):
        raise InvalidValueError("start", _("Enter a time as HH:MM, such as 08:30."))
    if shift.time_zone not in list_time_zones():
        raise InvalidValueError("time_zone", _("Choose a time zone."))


def _overlap(one: ShiftFacts, other: ShiftFacts) -> bool:
    """Return True if two weekly shifts of one zone share a minute of the week."""
    first, second = _place(one), _place(other)
    return any(
        first[0] < second[1] + shift and second[0] + shift < first[1]
        for shift in (-MINUTES_IN_WEEK, 0, MINUTES_IN_WEEK)
    )


def _place(shift: ShiftFacts) -> tuple[int, int]:
    length = (shift.end_minute - shift.start_minute) % MINUTES_IN_DAY or MINUTES_IN_DAY
    start = shift.weekday * MINUTES_IN_DAY + shift.start_minute
    return start, start + length


def _describe(shift: ShiftFacts) -> list[object]:
    return [shift.weekday, shift.start_minute, shift.end_minute, shift.time_zone]


def set_skills(
    *, agent: Agent, skills: Mapping[int, int], languages: Collection[str], by: Agent
) -> None:
    """Replace the skills (level by the skill's ID) and languages of an agent.

    Raises NotAllowedError, and InvalidValueError for an unknown level or language.
    """
    require_planner(agent, by)
    if unknown := set(skills.values()) - set(SkillLevel.values):
        text = _("Level %(level)s doesn't exist. Levels are 1 to 3.")
        raise InvalidValueError("skills", text % {"level": min(unknown)})
    known = {code for code, _name in list_languages()}
    if strange := sorted(set(languages) - known):
        text = _("“%(code)s” is not a language code, such as “pt”.")
        raise InvalidValueError("languages", text % {"code": strange[0]})
    with transaction.atomic():
        _replace(agent, skills, sorted(set(languages)))
        record_audit(
            desk=agent.desk_id,
            by=by,
            action=AuditAction.CHANGED,
            about=agent,
            detail={"skills": {str(k): v for k, v in skills.items()}, "languages": [*languages]},
        )


def _replace(agent: Agent, skills: Mapping[int, int], languages: Iterable[str]) -> None:
    Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)
    AgentSkill.objects.filter(agent=agent).delete()
    AgentLanguage.objects.filter(agent=agent).delete()
    AgentSkill.objects.bulk_create(
        AgentSkill(desk_id=agent.desk_id, agent=agent, skill_id=skill, level=level)
        for skill, level in skills.items()
    )
    AgentLanguage.objects.bulk_create(
        AgentLanguage(desk_id=agent.desk_id, agent=agent, code=code) for code in languages
    )
