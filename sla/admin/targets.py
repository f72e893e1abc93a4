"""The SLA targets on the admin page of a plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.base import DeskForm, DeskTabularInline
from accounts.admin.registry import register_inline
from accounts.models import Plan
from sla.durations import InvalidDurationError, format_duration_input, parse_duration
from sla.models import Target


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


class TargetInline(DeskTabularInline):
    """The SLA targets of a plan. The SLA matrix shows those of all plans on one page."""

    model = Target
    form = TargetForm
    fields = ["priority", "account_status", "amount", "calendar"]


register_inline(Plan, TargetInline)
