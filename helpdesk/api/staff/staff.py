"""Agents of the desk: who is on shift and present, their week plans and skills."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Agent, Role
from accounts.places.local_times import MINUTES_IN_DAY
from helpdesk.api.base import DeskView
from helpdesk.api.rows import get_row
from helpdesk.api.serializers import StrictSerializer, read_input
from routing.availability import (
    PresenceFacts,
    find_next_on_shift,
    find_shift_end,
    get_idle_limit,
    get_state,
    is_on_call,
    is_on_shift,
)
from routing.candidates import Candidate, list_staff
from routing.models import (
    AgentLanguage,
    AgentSkill,
    Presence,
    PresenceState,
    Shift,
    Skill,
    SkillLevel,
)
from routing.presence import read_presence, set_presence
from routing.shifts import ShiftFacts
from routing.staff.week_plans import MAX_SHIFTS, require_planner, set_shifts, set_skills

MAX_SKILLS = 500


class StaffOutput(serializers.Serializer[Any]):
    """An agent who can be assigned tickets."""

    id = serializers.IntegerField(help_text=_("The agent's id."))
    name = serializers.CharField(help_text=_("The agent's name."))
    level = serializers.CharField(help_text=_("The level that the agent works at."))
    region_id = serializers.IntegerField(
        allow_null=True, help_text=_("The id of the agent's region, or null.")
    )
    capacity = serializers.IntegerField(
        allow_null=True,
        help_text=_("The agent's capacity, or null for the desk's default."),
    )
    presence = serializers.ChoiceField(
        PresenceState.choices,
        help_text=_("The presence of the agent. An inactive agent counts as away."),
    )
    last_active_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When the agent last opened a page, or null.")
    )
    on_shift = serializers.BooleanField(help_text=_("True if the agent is on shift now."))
    on_call = serializers.BooleanField(help_text=_("True if the agent is on call now."))
    shift_ends_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When the current shift ends, or null.")
    )
    next_shift_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When the agent is on shift next, or null.")
    )


def describe_agent(one: Candidate, presence: PresenceFacts, at: datetime) -> dict[str, Any]:
    """Return the facts of an agent as StaffOutput writes them."""
    on_shift = is_on_shift(one.facts, at)
    return {
        "id": one.agent.pk,
        "name": one.agent.name,
        "level": one.agent.level,
        "region_id": one.agent.region_id,
        "capacity": one.agent.capacity,
        "last_active_at": presence.last_active_at,
        "on_shift": on_shift,
        "on_call": is_on_call(one.facts, at),
        "shift_ends_at": find_shift_end(one.facts, at) if on_shift else None,
        "next_shift_at": None if on_shift else find_next_on_shift(one.facts, at),
    }


class StaffListView(DeskView):
    serializer_class = StaffOutput

    @extend_schema(
        operation_id="list_staff",
        summary=_("List agents"),
        description=_("Returns the agents who can be assigned tickets, and who is available."),
        responses=StaffOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """List agents with their shifts and presence."""
        now, desk = timezone.now(), self.agent.desk
        known, idle = read_presence(desk), get_idle_limit(desk)
        rows = []
        for one in list_staff(desk):
            presence = known.get(one.agent.pk, PresenceFacts())
            state = get_state(presence, now, idle=idle)
            rows.append({**describe_agent(one, presence, now), "presence": state})
        return Response(StaffOutput(rows, many=True).data)


class PresenceInput(StrictSerializer):
    """The presence of the signed-in agent."""

    state = serializers.ChoiceField(PresenceState.choices, help_text=_("What the agent takes."))
    reason = serializers.CharField(
        max_length=120, required=False, default="", help_text=_("The reason, for colleagues.")
    )
    until = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("When the agent is available again, or null."),
    )

    def validate_until(self, until: datetime | None) -> datetime | None:
        if until is not None and until <= timezone.now():
            raise serializers.ValidationError(_("Choose a time in the future."))
        return until


class PresenceView(DeskView):
    serializer_class = PresenceInput

    @extend_schema(
        operation_id="show_presence",
        summary=_("Show your presence"),
        description=_("Returns which tickets can be assigned to you now, and until when."),
        responses=PresenceInput,
    )
    def get(self, request: Request) -> Response:
        """Show the presence of the signed-in agent. One that has ended is shown as available."""
        stored = Presence.objects.filter(agent=self.agent).first()
        if stored is None or (stored.until is not None and stored.until <= timezone.now()):
            stored = Presence(agent=self.agent)
        return Response(PresenceInput(stored).data)

    @extend_schema(
        operation_id="set_presence",
        summary=_("Set your presence"),
        description=_("Sets which tickets can be assigned to you from now on."),
        request=PresenceInput,
        responses={200: PresenceInput},
    )
    def put(self, request: Request) -> Response:
        """Set the presence of the signed-in agent."""
        given = read_input(PresenceInput, request.data)
        presence = set_presence(
            agent=self.agent,
            state=PresenceState(given["state"]),
            reason=given["reason"],
            until=given["until"],
            at=timezone.now(),
        )
        return Response(PresenceInput(presence).data)


def get_colleague(by: Agent, agent_id: int) -> Agent:
    """Return an active agent of the desk who can be assigned tickets. Raises Http404."""
    agents = Agent.objects.filter(desk=by.desk_id, is_active=True).exclude(role=Role.OBSERVER)
    return get_row(agents, agent_id)


class ShiftItem(StrictSerializer):
    """A weekly shift. An end at or before the start is on the next day."""

    weekday = serializers.IntegerField(
        min_value=0, max_value=6, help_text=_("0 is Monday, 6 is Sunday.")
    )
    start_minute = serializers.IntegerField(
        min_value=0, max_value=MINUTES_IN_DAY - 1, help_text=_("Minutes after midnight.")
    )
    end_minute = serializers.IntegerField(
        min_value=1, max_value=MINUTES_IN_DAY, help_text=_("Minutes after midnight.")
    )
    time_zone = serializers.CharField(
        max_length=64, help_text=_("An IANA time zone, such as America/Sao_Paulo.")
    )
    works_on_holidays = serializers.BooleanField(
        default=False, help_text=_("True if it is worked on public holidays, too.")
    )


class WeekPlan(StrictSerializer):
    """An agent's own shifts. An agent without any follows the shifts of their teams."""

    shifts = ShiftItem(  # type: ignore[call-arg]  # of the list that many=True makes
        many=True, max_length=MAX_SHIFTS, help_text=_("Every shift of the week.")
    )


class WeekPlanView(DeskView):
    serializer_class = WeekPlan

    @extend_schema(
        operation_id="show_week_plan",
        summary=_("Show an agent's week plan"),
        description=_("Returns the agent's own shifts, without those of their teams."),
    )
    def get(self, request: Request, agent_id: int) -> Response:
        """Show an agent's own shifts."""
        return self._show(get_colleague(self.agent, agent_id))

    @extend_schema(
        operation_id="set_week_plan",
        summary=_("Replace an agent's week plan"),
        description=_("Replaces all own shifts of an agent. Only for leads and desk admins."),
    )
    def put(self, request: Request, agent_id: int) -> Response:
        """Replace an agent's own shifts."""
        agent = get_colleague(self.agent, agent_id)
        require_planner(agent, self.agent)
        given = read_input(WeekPlan, request.data)
        shifts = [ShiftFacts(**dict(shift)) for shift in given["shifts"]]
        set_shifts(owner=agent, shifts=shifts, by=self.agent)
        return self._show(agent)

    def _show(self, agent: Agent) -> Response:
        shifts = Shift.objects.filter(agent=agent).order_by("weekday", "start_minute")
        return Response({"shifts": ShiftItem(shifts, many=True).data})


class SkillItem(StrictSerializer):
    """A skill of an agent."""

    name = serializers.CharField(max_length=60, help_text=_("The name of one of the skills."))
    level = serializers.ChoiceField(SkillLevel.choices, help_text=_("1 is basic, 3 is expert."))


class Skills(StrictSerializer):
    """Skills and languages of an agent."""

    skills = SkillItem(  # type: ignore[call-arg]  # of the list that many=True makes
        many=True, max_length=MAX_SKILLS, help_text=_("Every skill of the agent.")
    )
    languages = serializers.ListField(
        child=serializers.CharField(max_length=3),
        max_length=20,
        help_text=_("Codes of the languages of the agent, such as “pt”."),
    )


class SkillsView(DeskView):
    serializer_class = Skills

    @extend_schema(
        operation_id="show_skills",
        summary=_("Show an agent's skills"),
        description=_("Returns the skills and languages that routing can require."),
    )
    def get(self, request: Request, agent_id: int) -> Response:
        """Show an agent's skills and languages."""
        return self._show(get_colleague(self.agent, agent_id))

    @extend_schema(
        operation_id="set_skills",
        summary=_("Replace an agent's skills"),
        description=_(
            "Replaces all skills and languages of an agent. Only for leads and desk admins."
        ),
    )
    def put(self, request: Request, agent_id: int) -> Response:
        """Replace an agent's skills and languages."""
        agent = get_colleague(self.agent, agent_id)
        require_planner(agent, self.agent)
        given = read_input(Skills, request.data)
        set_skills(
            agent=agent,
            skills=self._find_skills(given["skills"]),
            languages=given["languages"],
            by=self.agent,
        )
        return self._show(agent)

    def _find_skills(self, items: list[dict[str, Any]]) -> dict[int, int]:
        levels = {item["name"]: item["level"] for item in items}
        found = dict(
            Skill.objects.filter(desk=self.agent.desk_id, name__in=levels).values_list("name", "pk")
        )
        if unknown := sorted(set(levels) - set(found)):
            text = _("There is no skill “%(name)s”.") % {"name": unknown[0]}
            raise serializers.ValidationError({"skills": [text]})
        return {found[name]: level for name, level in levels.items()}

    def _show(self, agent: Agent) -> Response:
        skills = AgentSkill.objects.filter(agent=agent).select_related("skill")
        codes = AgentLanguage.objects.filter(agent=agent).values_list("code", flat=True)
        rows = [{"name": one.skill.name, "level": one.level} for one in skills]
        return Response({"skills": rows, "languages": list(codes)})
