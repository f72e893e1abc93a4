"""Routing rules as the API reads and writes them: rows by name, kinds and codes as text."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as InvalidValueError
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Department, Desk, Level, Plan, Product
from helpdesk.api.serializers import StrictSerializer, describe_missing
from routing.models import (
    ActionKind,
    ConditionKind,
    Rule,
    RuleAction,
    RuleCondition,
    Skill,
    SkillLevel,
    WordScope,
)
from routing.models.rules import clean_value
from tickets.models import FormField, Priority, Tag

MAX_PARTS = 200  # conditions of a rule, and actions

CONDITION_ROWS: dict[str, type[Model]] = {
    ConditionKind.PLAN: Plan,
    ConditionKind.PRODUCT: Product,
}
ACTION_ROWS: dict[str, type[Model]] = {
    ActionKind.DEPARTMENT: Department,
    ActionKind.TAG: Tag,
    ActionKind.PRIORITY: Priority,
    ActionKind.SKILL: Skill,
}


class ConditionField(StrictSerializer):
    """A condition of a rule."""

    kind = serializers.ChoiceField(ConditionKind.choices, help_text=_("What it looks at."))
    is_negated = serializers.BooleanField(
        default=False, help_text=_("True if the value must not be found.")
    )
    value = serializers.CharField(
        max_length=300,
        help_text=_(
            "The name of a plan, product or tag; the code of a status, channel, language or "
            "country; an address, words, or an answer; “verified” or “unverified”."
        ),
    )
    scope = serializers.ChoiceField(
        WordScope.choices, default="", help_text=_("Of words: where they are looked for.")
    )
    field = serializers.CharField(
        max_length=30, default="", allow_blank=True, help_text=_("The key of a form field.")
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """Find the row that is named, or check the value."""
        desk, kind = self.context["desk"], data["kind"]
        row = RuleCondition(kind=kind, is_negated=data["is_negated"], scope=data["scope"])
        if kind in CONDITION_ROWS:
            setattr(row, kind, find_row(CONDITION_ROWS[kind], desk, data["value"]))
        else:
            row.value = _clean(kind, data["value"])
        if kind == ConditionKind.FIELD:
            row.form_field = FormField.objects.filter(desk=desk, key=data["field"]).first()
            if row.form_field is None:
                raise serializers.ValidationError({"field": [gettext("Unknown form field.")]})
        if kind != ConditionKind.WORDS:
            row.scope = ""
        return {"row": row}

    def to_representation(self, row: Any) -> dict[str, Any]:
        named = row.plan or row.product
        return {
            "kind": row.kind,
            "is_negated": row.is_negated,
            "value": named.name if named else row.value,
            "scope": row.scope,
            "field": row.form_field.key if row.form_field else "",
        }


class ActionField(StrictSerializer):
    """An action of a rule."""

    kind = serializers.ChoiceField(ActionKind.choices, help_text=_("What it sets."))
    value = serializers.CharField(
        max_length=80,
        help_text=_("The name of a department, tag, priority or skill; the code of a level."),
    )
    skill_level = serializers.ChoiceField(
        SkillLevel.choices, default=1, help_text=_("Of a skill: the minimum level, 1 to 3.")
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """Find the row that is named, or check the level."""
        desk, kind = self.context["desk"], data["kind"]
        row = RuleAction(kind=kind)
        if kind in ACTION_ROWS:
            setattr(row, kind, find_row(ACTION_ROWS[kind], desk, data["value"]))
        elif data["value"] not in Level.values:
            raise serializers.ValidationError({"value": [gettext("This is not a level.")]})
        row.value = {
            ActionKind.LEVEL: data["value"],
            ActionKind.SKILL: str(data["skill_level"]),
        }.get(kind, "")
        try:
            row.clean()
        except InvalidValueError as error:
            raise serializers.ValidationError({"value": error.messages}) from error
        return {"row": row}

    def to_representation(self, row: Any) -> dict[str, Any]:
        named = row.department or row.tag or row.priority or row.skill
        return {
            "kind": row.kind,
            "value": named.name if named else row.value,
            "skill_level": int(row.value) if row.kind == ActionKind.SKILL else 1,
        }


class RuleSerializer(StrictSerializer):
    """A routing rule."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80, help_text=_("Unique within the desk."))
    position = serializers.IntegerField(
        min_value=1,
        max_value=32767,
        required=False,
        help_text=_("Starts at 1. If omitted, the rule keeps its position, or is added last."),
    )
    is_active = serializers.BooleanField(default=True, help_text=_("False to switch it off."))
    stops = serializers.BooleanField(
        default=True, help_text=_("True if later rules aren't tried after it applies.")
    )
    conditions = ConditionField(
        many=True,
        max_length=MAX_PARTS,  # type: ignore[call-arg]  # of the list
        help_text=_("Of each kind, at least one must be met."),
    )
    actions = ActionField(
        many=True,
        max_length=MAX_PARTS,  # type: ignore[call-arg]  # of the list
        help_text=_("What the rule sets."),
    )

    def validate_name(self, name: str) -> str:
        others = Rule.objects.filter(desk=self.context["desk"], name=name)
        if self.instance is not None:
            others = others.exclude(pk=self.instance.pk)
        if others.exists():
            raise serializers.ValidationError(
                gettext("The desk already has a rule with this name.")
            )
        return name

    def validate_actions(self, actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        single = [
            each["row"].kind
            for each in actions
            if each["row"].kind not in (ActionKind.TAG, ActionKind.SKILL)
        ]
        if len(single) != len(set(single)):
            raise serializers.ValidationError(
                gettext("A rule sets department, level and priority at most once.")
            )
        return actions


def find_row(model: type[Model], desk: Desk, name: str) -> Any:
    """Return the desk's row of that name. Raises ValidationError for the field "value"."""
    found = model._default_manager.filter(desk=desk, name=name).first()
    if found is None:
        raise serializers.ValidationError({"value": [describe_missing(model, name)]})
    return found


def _clean(kind: str, value: str) -> str:
    try:
        return clean_value(kind, value)
    except InvalidValueError as error:
        raise serializers.ValidationError({"value": error.messages}) from error
