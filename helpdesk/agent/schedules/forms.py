"""Forms of the schedule pages: presence, absences, week plans and swaps."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Role
from accounts.places.local_times import MINUTES_IN_DAY, find_instant
from accounts.places.zones import TimeZoneField
from helpdesk.shared.fields import FutureTimeField, LineField
from routing.models import AbsenceKind, OnCallTurn, PresenceState
from routing.shifts import DAY, ShiftFacts
from routing.staff.absences import can_plan
from routing.staff.week_plans import MAX_SHIFTS

EARLIEST, LATEST = date(1970, 1, 1), date(2099, 12, 31)


class PresenceForm(forms.Form):
    """A presence with its reason, and when it ends by itself."""

    state = forms.ChoiceField(label=_("Presence"), choices=PresenceState.choices)
    reason = LineField(
        label=_("Reason"),
        max_length=120,
        required=False,
        help_text=_("Your colleagues can read it."),
    )
    until = FutureTimeField(
        label=_("Until"),
        required=False,
        help_text=_("You are available again from then on. Leave empty to change it yourself."),
    )


def _date_field(label: Any) -> forms.DateField:
    """Return a field for a date that has an instant in every zone."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
    )


def _time_field(label: Any, help_text: Any) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time"}, "%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget, help_text=help_text)


class AbsenceForm(forms.Form):
    """An absence of whole days, or between times, in the time zone of the agent who is absent."""

    agent = forms.ModelChoiceField(label=_("Agent"), queryset=Agent.objects.none())
    kind = forms.ChoiceField(label=_("Kind"), choices=AbsenceKind.choices)
    first_day = _date_field(_("First day"))
    from_time = _time_field(_("From"), _("Leave empty for the whole day."))
    last_day = _date_field(_("Last day"))
    to_time = _time_field(_("To"), _("Leave empty for the whole day."))
    note = LineField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Only leads, admins and the agent can read it."),
    )

    def __init__(self, *args: Any, by: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = Agent.objects.filter(desk=by.desk_id, is_active=True).exclude(role=Role.OBSERVER)
        agents: Any = self.fields["agent"]
        agents.queryset = staff if can_plan(by) else staff.filter(pk=by.pk)
        agents.empty_label = None
        agents.initial = by.pk

    def get_times(self) -> tuple[datetime, datetime]:
        """Return start and end of a valid form. A last day without a time ends at midnight."""
        found = self.cleaned_data
        zone = get_time_zone(found["agent"])
        last, end = found["last_day"], found["to_time"]
        return (
            _find_instant(found["first_day"], found["from_time"] or time(), zone),
            _find_instant(last, end, zone) if end else find_instant(last + DAY, 0, zone),
        )


class ExtraShiftForm(forms.Form):
    """A shift of one day. An end at or before the start is on the next day.

    zone: the agent's time zone.
    """

    day = _date_field(_("Day"))
    start = forms.TimeField(label=_("From"), widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    end = forms.TimeField(
        label=_("To"),
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        help_text=_("A time at or before the start means the next day."),
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def get_times(self) -> tuple[datetime, datetime]:
        """Return start and end of a valid form."""
        found = self.cleaned_data
        last = found["day"] if found["end"] > found["start"] else found["day"] + DAY
        return (
            _find_instant(found["day"], found["start"], self.zone),
            _find_instant(last, found["end"], self.zone),
        )


def _find_instant(day: date, at: time, zone: str) -> datetime:
    return find_instant(day, at.hour * 60 + at.minute, zone)


def get_time_zone(agent: Agent) -> str:
    """Return the time zone that an agent works in: their own, else their region's or desk's."""
    own = agent.user.time_zone
    return own or (agent.region.time_zone if agent.region else "") or agent.desk.time_zone


class ShiftRowForm(forms.Form):
    """A shift of a week plan. An empty row is ignored."""

    weekday = forms.TypedChoiceField(label=_("Weekday"), choices=list(WEEKDAYS.items()), coerce=int)
    start = _time_field(_("From"), "")
    end = _time_field(_("To"), "")
    time_zone = TimeZoneField(label=_("Time zone"))
    works_on_holidays = forms.BooleanField(label=_("On holidays"), required=False)

    def __init__(self, *args: Any, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].initial = zone

    def has_changed(self) -> bool:
        """A row counts once it has a time."""
        return any(self[name].data for name in ("start", "end"))

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for name in ("start", "end"):
            if found.get(name) is None and name not in self.errors:
                self.add_error(name, gettext("Enter a time."))
        return found

    def get_shift(self) -> ShiftFacts:
        """Return the shift of a valid row. An end at midnight is the end of the day."""
        found = self.cleaned_data
        start, end = (found[name].hour * 60 + found[name].minute for name in ("start", "end"))
        return ShiftFacts(
            found["weekday"],
            start,
            end or MINUTES_IN_DAY,
            found["time_zone"],
            found["works_on_holidays"],
        )


ShiftFormSet = forms.formset_factory(
    ShiftRowForm, extra=3, max_num=MAX_SHIFTS, absolute_max=MAX_SHIFTS
)


def describe_shift(shift: Any) -> dict[str, Any]:
    """Return a stored shift as the initial values of a row."""
    return {
        "weekday": shift.weekday,
        "start": to_time(shift.start_minute),
        "end": to_time(shift.end_minute % MINUTES_IN_DAY),
        "time_zone": shift.time_zone,
        "works_on_holidays": shift.works_on_holidays,
    }


def to_time(minute: int) -> time:
    """Return minutes after midnight as a time of day."""
    return time(minute // 60, minute % 60)


class SwapForm(forms.Form):
    """Form to offer a turn: the agent to ask, and the turn in return."""

    offered_to = forms.ModelChoiceField(label=_("Ask"), queryset=Agent.objects.none())
    in_return = forms.ModelChoiceField(
        label=_("In return for"),
        queryset=OnCallTurn.objects.none(),
        required=False,
        empty_label=_("Nothing in return"),
        help_text=_("One of that agent's turns."),
    )

    def __init__(self, *args: Any, turn: OnCallTurn, by: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = Agent.objects.filter(desk=by.desk_id, is_active=True).exclude(pk=by.pk)
        agents: Any = self.fields["offered_to"]
        agents.queryset = staff.exclude(role=Role.OBSERVER)
        turns: Any = self.fields["in_return"]
        future = OnCallTurn.objects.filter(desk=by.desk_id, start_at__gt=timezone.now())
        turns.queryset = future.exclude(agent=by).select_related("agent")
