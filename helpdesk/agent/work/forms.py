"""Forms for a snooze and for time spent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.agent.work.presets import Preset
from helpdesk.shared.fields import FutureTimeField, LineField, SubmitOnceForm, new_form_token
from helpdesk.shared.wording.times import format_datetime
from sla.durations import InvalidDurationError, parse_duration
from tickets.work.time_spent import MAX_MINUTES, MAX_NOTE, Spent

REPLY, OTHER = "reply", "other"


class SnoozeForm(forms.Form):
    """Form for the end of a snooze. ``clean`` sets ``until`` in cleaned_data; None for a reply."""

    when = forms.ChoiceField(label=_("Until"), widget=forms.RadioSelect)
    until = FutureTimeField(label=_("Another time"), required=False)

    def __init__(self, *args: Any, presets: list[Preset], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.presets = {preset.key: preset for preset in presets}
        choices = [(one.key, f"{one.label} ({format_datetime(one.until)})") for one in presets]
        choices += [(REPLY, gettext("The customer replies")), (OTHER, gettext("Another time"))]
        when = self.fields["when"]
        when.choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        when.initial = choices[0][0]
        when.help_text = gettext(
            "The ticket leaves your lists until then, or until the customer writes. Its SLA clocks "
            "keep running, and your colleagues still see it."
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("when") == OTHER and not given.get("until") and "until" not in self.errors:
            self.add_error("until", gettext("Enter a date and time."))
        return given

    def get_until(self) -> datetime | None:
        """Return the chosen end, or None for the customer's reply."""
        when = self.cleaned_data["when"]
        if when == OTHER:
            until: datetime | None = self.cleaned_data["until"]
            return until
        return None if when == REPLY else self.presets[when].until


class TimeForm(SubmitOnceForm):
    """Form for time spent on a ticket. An entry that is changed needs no token."""

    form_token = forms.CharField(
        max_length=64, widget=forms.HiddenInput, initial=new_form_token, required=False
    )
    minutes = LineField(
        label=_("Time spent"),
        max_length=40,
        help_text=_("Such as 30m, 1h 15m or 45. A number without a unit means minutes."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    note = LineField(
        label=_("Note"),
        max_length=MAX_NOTE,
        required=False,
        help_text=_("For your colleagues; the customer doesn't see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    is_billable = forms.BooleanField(label=_("Billable"), required=False)

    def clean_minutes(self) -> int:
        text = self.cleaned_data["minutes"]
        try:
            minutes = int(text) if text.isdecimal() else parse_duration(text)
        except InvalidDurationError as error:
            raise forms.ValidationError(str(error)) from None
        if not 1 <= minutes <= MAX_MINUTES:
            raise forms.ValidationError(gettext("Enter at least one minute and at most a day."))
        return minutes

    def get_spent(self) -> Spent:
        """Return what was entered."""
        given = self.cleaned_data
        return Spent(given["minutes"], note=given["note"], is_billable=given["is_billable"])
