"""Forms of SLA policies: conditions and targets on one page, and the order of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.base import DeskForm
from accounts.models import Department, Plan, Product
from sla.durations import Amount, InvalidDurationError, format_target_input, parse_target
from sla.models import TARGETED, Calendar, ClockKind, ConditionKind, Policy, TargetUnit
from sla.policies.contents import (
    WORDS,
    Key,
    read_conditions,
    save_contents,
)
from sla.policies.review import has_contradiction
from tickets.models import Priority, Tag

ROWS: dict[ConditionKind, type[Model]] = {
    ConditionKind.PLAN: Plan,
    ConditionKind.PRODUCT: Product,
    ConditionKind.PRIORITY: Priority,
    ConditionKind.DEPARTMENT: Department,
    ConditionKind.TAG: Tag,
}
CONDITIONS = (
    ConditionKind.PLAN,
    ConditionKind.PRODUCT,
    ConditionKind.ACCOUNT_STATUS,
    ConditionKind.PRIORITY,
    ConditionKind.DEPARTMENT,
    ConditionKind.CHANNEL,
    ConditionKind.TAG,
)
TARGET_HELP = _(
    "Such as 8h, 30m, “2 business days” or “next business day by 18:00”. Leave it empty to let "
    "later policies and the SLA matrix decide, or write “none” to promise nothing."
)


class AmountField(forms.Field):
    """A target written as "8h" or "2 business days"; its value is an Amount.

    A number as the initial value is of minutes.
    """

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = Amount(TargetUnit.MINUTES, value)
        return format_target_input(*value) if isinstance(value, Amount) else value

    def to_python(self, value: Any) -> Amount | None:
        try:
            return parse_target(str(value)) if value not in self.empty_values else None
        except InvalidDurationError as error:
            raise ValidationError(str(error), code="invalid") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        if isinstance(initial, int):
            initial = Amount(TargetUnit.MINUTES, initial)
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


def _make_condition_field(kind: ConditionKind) -> forms.Field:
    widget = UnfoldAdminCheckboxSelectMultipleWidget
    if kind in WORDS:
        return forms.MultipleChoiceField(
            label=kind.label, choices=WORDS[kind].choices, required=False, widget=widget
        )
    return forms.ModelMultipleChoiceField(
        label=kind.label, queryset=ROWS[kind]._default_manager.none(), required=False, widget=widget
    )


def _make_target_fields(clock: ClockKind) -> dict[str, forms.Field]:
    return {
        clock.value: AmountField(label=clock.label, required=False),
        f"{clock}_calendar": forms.ModelChoiceField(
            label=_("Calendar"),
            queryset=Calendar.objects.none(),
            required=False,
            widget=UnfoldAdminSelectWidget,
        ),
    }


def _make_fields() -> dict[str, forms.Field]:
    fields = {kind.value: _make_condition_field(kind) for kind in CONDITIONS}
    for clock in TARGETED:
        fields |= _make_target_fields(clock)
    return fields


PolicyFields: Any = type("PolicyFields", (DeskForm,), _make_fields())


class PolicyForm(PolicyFields):
    """A policy with its conditions and targets on one page."""

    class Meta:
        model = Policy
        fields = ("name", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in CONDITIONS:
            field: Any = self.fields[kind.value]
            if kind in ROWS:
                field.queryset = ROWS[kind]._default_manager.filter(desk=self.desk)
        for clock in TARGETED:
            calendars: Any = self.fields[f"{clock}_calendar"]
            calendars.queryset = Calendar.objects.filter(desk=self.desk)
        if self.instance.pk:
            self._read_stored()

    def _read_stored(self) -> None:
        conditions = read_conditions(self.instance)
        self.initial |= {kind.value: conditions.get(kind, []) for kind in CONDITIONS}
        for target in self.instance.targets.all():
            amount = Amount(target.unit, target.amount, target.by_minute)
            self.initial |= {target.clock: amount, f"{target.clock}_calendar": target.calendar_id}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for clock in TARGETED:
            amount = found.get(clock)
            if amount and amount.unit != TargetUnit.NONE and not found.get(f"{clock}_calendar"):
                self.add_error(f"{clock}_calendar", gettext("Choose the calendar for this target."))
        if not self.errors and self.desk and has_contradiction(self.desk, self.get_conditions()):
            raise ValidationError(
                gettext(
                    "No ticket can meet all of these conditions: the chosen plans don't cover the "
                    "chosen products, channels and priorities. Remove one of them."
                )
            )
        return found

    def get_conditions(self) -> dict[ConditionKind, list[Key]]:
        """Return the chosen values by kind."""
        chosen = {kind: list(self.cleaned_data.get(kind) or []) for kind in CONDITIONS}
        return {
            kind: [value.pk if isinstance(value, Model) else value for value in values]
            for kind, values in chosen.items()
        }

    def save_contents(self) -> None:
        """Store conditions and targets. Call it after the policy itself is saved."""
        found = self.cleaned_data
        save_contents(
            policy=self.instance,
            conditions=self.get_conditions(),
            targets={
                clock: (found[clock], found[f"{clock}_calendar"]) if found[clock] else None
                for clock in TARGETED
            },
        )
