"""Serializers of SLA policies and targets, and look-ups by name."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.models import AccountStatus, Department, Desk, Plan, Product
from helpdesk.api.serializers import NameField, StrictSerializer
from sla.durations import Amount, InvalidDurationError, format_target_input, parse_target
from sla.models import (
    TARGETED,
    Calendar,
    ClockKind,
    ConditionKind,
    Policy,
    ReplanScope,
    Target,
    TargetUnit,
)
from sla.policies.contents import WORDS, Key
from tickets.models import Priority, Tag

TARGET_CLOCKS = [(kind.value, kind.label) for kind in TARGETED]
ROWS: dict[ConditionKind, type[Model]] = {
    ConditionKind.PLAN: Plan,
    ConditionKind.PRODUCT: Product,
    ConditionKind.PRIORITY: Priority,
    ConditionKind.DEPARTMENT: Department,
    ConditionKind.TAG: Tag,
}
TARGET_HELP = _(
    "Such as “8h”, “30m”, “2 business days”, “next business day by 18:00” or “none”. Empty for no "
    "target of its own."
)

STATUS_HELP = _("Only for accounts with this status. Empty for all accounts.")
APPLIES_TO = [*ReplanScope.values, "preview"]
APPLIES_HELP = _("Whether a change applies to new tickets only, or to open tickets as well.")


class PreviewOutput(serializers.Serializer[Any]):
    """The effect of a change on open tickets, in numbers of tickets."""

    moved = serializers.IntegerField(help_text=_("They get another deadline."))
    breached_now = serializers.IntegerField(help_text=_("They would be breached now."))
    later = serializers.IntegerField(help_text=_("Their customers were promised an earlier time."))
    started = serializers.IntegerField(help_text=_("They get a target that they don't have."))
    stopped = serializers.IntegerField(help_text=_("They lose their target."))
    unchanged = serializers.IntegerField(help_text=_("They stay as they are."))
    checked = serializers.IntegerField(help_text=_("The open tickets that were compared."))
    is_capped = serializers.BooleanField(help_text=_("There are more open tickets."))


class ChangeOutput(serializers.Serializer[Any]):
    """A change of SLA settings, and how open tickets follow it."""

    is_saved = serializers.BooleanField(help_text=_("False for a preview."))
    preview = PreviewOutput(help_text=_("The effect on open tickets, in numbers of tickets."))


class TargetInput(StrictSerializer):
    """A target as text, and the name of its calendar."""

    target = serializers.CharField(max_length=60, allow_blank=True, help_text=TARGET_HELP)
    calendar = serializers.CharField(
        max_length=60, allow_blank=True, default="", help_text=_("The name of its calendar.")
    )

    def validate_target(self, text: str) -> str:
        """Raise ValidationError for a text that isn't a target."""
        try:
            if text:
                parse_target(text)
        except InvalidDurationError as error:
            raise serializers.ValidationError(str(error)) from error
        return text


class CellInput(TargetInput):
    """A cell of the matrix."""

    plan = NameField(slug_field="name", queryset=Plan.objects.all(), help_text=_("Its name."))
    priority = NameField(
        slug_field="name", queryset=Priority.objects.all(), help_text=_("Its name.")
    )
    clock = serializers.ChoiceField(
        TARGET_CLOCKS,
        default=ClockKind.FIRST_RESPONSE,
        help_text=_("The kind of clock."),
    )
    account_status = serializers.ChoiceField(
        AccountStatus.choices,
        required=False,
        default="",
        allow_blank=True,
        help_text=STATUS_HELP,
    )
    applies_to = serializers.ChoiceField(APPLIES_TO, default="new", help_text=APPLIES_HELP)


class PolicyInput(StrictSerializer):
    """An SLA policy."""

    name = serializers.CharField(max_length=80, help_text=_("Its name."))
    is_active = serializers.BooleanField(default=True, help_text=_("False to switch it off."))
    position = serializers.IntegerField(
        min_value=1, max_value=1000, required=False, help_text=_("1 for the first.")
    )
    conditions = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=200)),
        default=dict,
        help_text=_("Accepted values by kind, such as {“priority”: [“High”]}."),
    )
    targets = serializers.DictField(
        child=TargetInput(), default=dict, help_text=_("Targets by clock.")
    )
    applies_to = serializers.ChoiceField(APPLIES_TO, default="new", help_text=APPLIES_HELP)


class PolicyOutput(serializers.ModelSerializer[Policy]):
    """An SLA policy."""

    conditions = serializers.SerializerMethodField(
        help_text=_("Accepted values by kind, such as {“priority”: [“High”]}.")
    )
    targets = serializers.SerializerMethodField(help_text=_("Targets by clock."))

    class Meta:
        model = Policy
        fields = ("id", "name", "position", "is_active", "version", "conditions", "targets")
        extra_kwargs: ClassVar[dict[str, dict[str, Any]]] = {
            "name": {"help_text": _("Its name.")},
            "position": {"help_text": _("1 for the first.")},
            "is_active": {"help_text": _("False to switch it off.")},
            "version": {"help_text": _("The policy's version.")},
        }

    @extend_schema_field(
        serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    )
    def get_conditions(self, policy: Policy) -> dict[str, list[str]]:
        """Return the accepted values by kind: names of rows, and words."""
        found: dict[str, list[str]] = {}
        for row in policy.conditions.all():
            found.setdefault(row.kind, []).append(row.shown_value)
        return found

    @extend_schema_field(serializers.DictField(child=TargetInput()))
    def get_targets(self, policy: Policy) -> dict[str, dict[str, str]]:
        """Return the targets by clock."""
        return {target.clock: show_target(target) for target in policy.targets.all()}


class TargetOutput(serializers.ModelSerializer[Target]):
    """A target of the matrix."""

    plan = serializers.CharField(source="plan.name", help_text=_("Its name."))
    priority = serializers.CharField(source="priority.name", help_text=_("Its name."))
    target = serializers.SerializerMethodField(help_text=TARGET_HELP)
    calendar = serializers.CharField(
        source="calendar.name", default="", help_text=_("The name of its calendar.")
    )

    class Meta:
        model = Target
        fields = ("plan", "priority", "account_status", "clock", "target", "calendar")
        extra_kwargs: ClassVar[dict[str, dict[str, Any]]] = {
            "account_status": {"help_text": STATUS_HELP},
            "clock": {"help_text": _("The kind of clock.")},
        }

    def get_target(self, target: Target) -> str:
        """Return the target as text."""
        return show_target(target)["target"]


def show_target(target: Target) -> dict[str, str]:
    """Return a target as TargetInput reads it."""
    text = format_target_input(target.unit, target.amount, target.by_minute)
    return {"target": text, "calendar": target.calendar.name if target.calendar else ""}


def find_conditions(desk: Desk, given: dict[str, list[str]]) -> dict[ConditionKind, list[Key]]:
    """Return the conditions of these names. Raises ValidationError by field."""
    return {_read_kind(kind): _find_values(desk, kind, names) for kind, names in given.items()}


def _read_kind(kind: str) -> ConditionKind:
    if kind not in ConditionKind.values:
        raise ValidationError({f"conditions.{kind}": [gettext("Unknown condition.")]})
    return ConditionKind(kind)


def _find_values(desk: Desk, kind: str, names: list[str]) -> list[Key]:
    known = _list_values(desk, ConditionKind(kind)) if kind in ConditionKind.values else {}
    for name in names:
        if name not in known:
            text = gettext("“%(name)s” doesn't exist.") % {"name": name}
            raise ValidationError({f"conditions.{kind}": [text]})
    return [known[name] for name in dict.fromkeys(names)]


def _list_values(desk: Desk, kind: ConditionKind) -> dict[str, Key]:
    if kind in WORDS:
        return {value: value for value in WORDS[kind].values}
    rows = ROWS[kind]._default_manager.filter(desk=desk)
    return dict(rows.values_list("name", "pk"))


def find_targets(
    desk: Desk, given: dict[str, dict[str, str]]
) -> dict[ClockKind, tuple[Amount, Calendar | None] | None]:
    """Return the targets by clock; None for a clock that isn't given. Raises ValidationError."""
    for name in given:
        if name not in TARGETED:
            raise ValidationError({f"targets.{name}": [gettext("Unknown clock.")]})
    return {clock: _find_target(desk, clock, given.get(clock)) for clock in TARGETED}


def _find_target(
    desk: Desk, clock: ClockKind, given: dict[str, str] | None
) -> tuple[Amount, Calendar | None] | None:
    if not given or not given["target"]:
        return None
    amount = parse_target(given["target"])
    if amount.unit == TargetUnit.NONE:
        return amount, None
    calendar = Calendar.objects.filter(desk=desk, name=given["calendar"]).first()
    if calendar is None:
        text = gettext("Choose the calendar for this target.")
        raise ValidationError({f"targets.{clock}.calendar": [text]})
    return amount, calendar


def find_calendar(desk: Desk, name: str) -> Calendar | None:
    """Return the desk's calendar of a name; None for ""."""
    found = Calendar.objects.filter(desk=desk, name=name).first()
    if name and found is None:
        raise ValidationError({"calendar": [gettext("This calendar doesn't exist.")]})
    return found
