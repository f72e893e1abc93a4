"""The SLA targets on the admin page of a plan, and the internal targets of levels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskForm, DeskModelAdmin, DeskTabularInline
from accounts.admin.registry import register_inline
from accounts.models import Plan
from sla.durations import (
    InvalidDurationError,
    format_duration,
    format_duration_input,
    parse_duration,
)
from sla.models import ClockKind, LevelTarget, Target, TargetUnit


class DurationField(forms.Field):
    """A duration written as "8h", stored as minutes."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        return format_duration_input(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        try:
            return parse_duration(str(value)) if value not in self.empty_values else None
        except InvalidDurationError as error:
            raise ValidationError(str(error), code="invalid") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class TargetForm(DeskForm):
    amount = DurationField(
        label=_("First response"),
        help_text=_("In the calendar's business hours, such as 8h."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("priority", "calendar"):  # only targets of policies have none
            self.fields[name].required = True


class TargetInline(DeskTabularInline):
    """The first-response targets of a plan. The SLA matrix shows all plans and clocks."""

    model = Target
    form = TargetForm
    fields = ["priority", "account_status", "amount", "calendar"]

    def get_queryset(self, request: AdminRequest) -> QuerySet[Target]:
        targets: QuerySet[Target] = super().get_queryset(request)
        return targets.filter(clock=ClockKind.FIRST_RESPONSE, unit=TargetUnit.MINUTES)


register_inline(Plan, TargetInline)


class LevelTargetForm(DeskForm):
    minutes = DurationField(
        label=_("Within"), help_text=_("In the calendar's business hours, such as 30m or 8h.")
    )


@admin.register(LevelTarget)
class LevelTargetAdmin(DeskModelAdmin):
    """Internal targets of levels. Tickets get a new one when they next reach the level."""

    form = LevelTargetForm
    list_display = ["level", "clock", "within", "calendar"]
    list_display_links = ["level", "clock"]
    list_select_related = ["calendar"]
    fields = ["level", "clock", "minutes", "calendar"]

    @admin.display(description=_("within"), ordering="minutes")
    def within(self, target: LevelTarget) -> str:
        return format_duration(target.minutes)
