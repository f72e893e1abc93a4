"""Escalation ladders: who is alerted, and when, before and after a deadline."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from helpdesk.api.configuration.declared import (
    RowSerializer,
    Texts,
    build_paths,
    describe_fields,
)
from helpdesk.api.configuration.setting_rows import SettingView
from helpdesk.api.linked_rows import AGENTS, PLANS, make_link
from helpdesk.api.serializers import StrictSerializer
from sla.ladders.changing import end_runs, follow_change
from sla.ladders.terms import load_ladders
from sla.models import Action, Ladder, LadderStep, Policy, Trigger
from sla.models.ladders import WEEK
from tickets.actors import Actor
from tickets.models import Priority
from tickets.sentences.ladders import LadderEnding
from tickets.services.settings_rows import Changes

MAX_STEPS = 50
FIELDS = ("name", "position", "is_active", "clock", "resume_minutes", "repeat_minutes")


class LadderStepItem(StrictSerializer):
    """A step of a ladder."""

    minutes = serializers.IntegerField(
        min_value=0, max_value=WEEK, default=0, help_text=_("Minutes, counted by “trigger”.")
    )
    trigger = serializers.ChoiceField(
        Trigger.choices, default=Trigger.AFTER, help_text=_("What the minutes count from.")
    )
    action = serializers.ChoiceField(
        Action.choices, help_text=_("What the step does, and who is alerted.")
    )
    agent = make_link(
        AGENTS, _("The executive, or the agent for accounts without a manager."), default=None
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["action"] == Action.EXECUTIVE and given["agent"] is None:
            text = gettext("Choose the executive to notify.")
            raise serializers.ValidationError({"agent": [text]})
        return given


class LadderSerializer(RowSerializer):
    """An escalation ladder. A ticket follows the first active one whose conditions it meets."""

    priority = make_link(
        Priority.objects.all(), _("Tickets of this priority or a more urgent one, or null for all.")
    )
    plan = make_link(PLANS, _("Only for this plan, or null for all."))
    policy = make_link(Policy.objects.all(), _("Only for deadlines of this policy, or null."))
    steps = LadderStepItem(  # type: ignore[call-arg]  # of the list that many=True makes
        many=True, required=False, max_length=MAX_STEPS, help_text=_("The steps, in their order.")
    )

    class Meta:
        model = Ladder
        fields = ("id", *FIELDS, "priority", "plan", "policy", "steps")
        extra_kwargs = describe_fields(Ladder, FIELDS)


class LaddersView(SettingView):
    """Ladders. Open tickets follow each change in the same transaction."""

    model = Ladder
    serializer_class = LadderSerializer
    related = ("priority", "plan", "policy")
    prefetched = ("steps__agent__user",)
    parts = ("steps",)

    def write(self, row: Ladder, values: dict[str, Any]) -> None:
        if row.pk is None and "position" not in values:
            row.position = Ladder.objects.filter(desk=self.agent.desk_id).count() + 1
        with transaction.atomic():
            before = load_ladders(self.agent.desk_id)
            super().write(row, values)
            self._follow(before)

    def remove(self, row: Ladder) -> None:
        by, now = Actor.of(self.agent), timezone.now()
        with transaction.atomic():
            before = load_ladders(self.agent.desk_id)
            end_runs([row.pk], LadderEnding.DELETED, by, now)
            super().remove(row)
            self._follow(before)

    def _follow(self, before: Any) -> None:
        by, now = Actor.of(self.agent), timezone.now()
        follow_change(before, desk_id=self.agent.desk_id, by=by, at=now)

    def save_parts(self, row: Ladder, parts: dict[str, Any]) -> Changes:
        if "steps" not in parts:
            return {}
        steps: QuerySet[LadderStep] = LadderStep.objects.filter(ladder=row)
        before = [_name_step(step) for step in steps]
        wanted = [
            LadderStep(desk=row.desk, ladder=row, position=place, **step)
            for place, step in enumerate(parts["steps"], start=1)
        ]
        after = [_name_step(step) for step in wanted]
        if before == after:
            return {}
        for step in wanted:
            step.clean_fields()
        steps.delete()
        LadderStep.objects.bulk_create(wanted)
        return {"steps": [before, after]}


def _name_step(step: LadderStep) -> str:
    """Return a step as the audit log has it. Agents are numbers, which outlive no name."""
    who = f" #{step.agent_id}" if step.agent_id else ""
    return f"{step.minutes} {step.trigger} {step.action}{who}"


LADDERS = build_paths(
    LaddersView,
    place="ladders",
    one="ladder",
    many="ladders",
    route="ladder_setting",
    texts=Texts(
        list=_("List escalation ladders"),
        add=_("Add an escalation ladder"),
        show=_("Show an escalation ladder"),
        change=_("Change an escalation ladder"),
        delete=_("Delete an escalation ladder"),
        about=_("The escalation ladders of the desk with their steps, in their order."),
        adding=_("Open tickets that meet its conditions follow it at once. For desk admins."),
        changing=_(
            "Changes the given fields; “steps” replaces all steps. Open tickets follow at once. "
            "For desk admins."
        ),
        deleting=_(
            "Its tickets follow the next ladder whose conditions they meet. For desk admins."
        ),
    ),
)
