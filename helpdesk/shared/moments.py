"""Form field for a moment in the past, to explain something as of then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from accounts.places.zones import get_zone_name
from sla.calendar import EARLIEST


class MomentField(forms.DateTimeField):
    """A moment in the past: a date and time in the reader's zone, or with an offset (ISO 8601)."""

    def clean(self, value: Any) -> datetime | None:
        at: datetime | None = super().clean(value)
        if at is not None and not EARLIEST <= at <= timezone.now():
            raise ValidationError(gettext("Enter a time in the past."), code="not_past")
        return at

    def prepare_value(self, value: Any) -> Any:
        """Return what the browser's control takes: local time without an offset."""
        try:
            at = self.to_python(value)
            return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M:%S") if at else ""
        except (ValidationError, OverflowError):
            return value


class MomentForm(forms.Form):
    """Form to choose the moment and the run that a clock is explained for."""

    at = MomentField(
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1, "class": "input"}),
    )
    run = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = get_zone_name(timezone.localtime())
        self.fields["at"].label = gettext("As of (your time zone, %(zone)s)") % {"zone": zone}
