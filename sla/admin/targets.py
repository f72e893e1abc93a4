"""The SLA targets on the admin page of a plan, and the internal targets of levels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
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
from sla.level_targets import record_kept_clocks
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
    """Internal targets of levels. Tickets get them when they reach the level."""

    form = LevelTargetForm
    list_display = ["level", "clock", "within", "calendar"]
    list_display_links = ["level", "clock"]
    list_select_related = ["calendar"]
    fields = ["level", "clock", "minutes", "calendar"]

    def save_model(self, request: AdminRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            _keep_change(request, obj)

    def delete_model(self, request: AdminRequest, obj: LevelTarget) -> None:
        super().delete_model(request, obj)
        _keep_change(request, obj)

    def delete_queryset(self, request: AdminRequest, queryset: QuerySet[LevelTarget]) -> None:
        targets = list(queryset)
        super().delete_queryset(request, queryset)
        for target in targets:
            _keep_change(request, target)

    @admin.display(description=_("within"), ordering="minutes")
    def within(self, target: LevelTarget) -> str:
        return format_duration(target.minutes)


def _keep_change(request: AdminRequest, target: LevelTarget) -> None:
    record_kept_clocks(target=target, by=request.user.email, at=timezone.now())
