"""Admin form fields for values that the database keeps in a technical form."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.matching import read_domain
from accounts.places.local_times import MINUTES_IN_DAY, format_clock
from accounts.places.zones import ManyOptions, TimeZoneField

_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)")
MAX_DOMAINS = 200
MAX_WARN_POINTS = 5
MAX_PASTED_CHARS = 2000


class MinuteOfDayField(forms.Field):
    """A time of day, written HH:MM and stored as minutes after midnight.

    is_end: the end of an interval, where midnight is 24:00 (1440); otherwise 24:00 is invalid.
    """

    widget = UnfoldAdminTextInputWidget

    def __init__(self, *, is_end: bool = False, **kwargs: Any) -> None:
        self.is_end = is_end
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return format_clock(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        found = _CLOCK.fullmatch(str(value).strip())
        minute = int(found[1]) * 60 + int(found[2]) if found else -1
        if self.is_end and minute == 0:
            minute = MINUTES_IN_DAY
        if not 0 <= minute <= (MINUTES_IN_DAY if self.is_end else MINUTES_IN_DAY - 1):
            raise ValidationError(gettext("Enter a time as HH:MM, such as 08:30."), code="invalid")
        return minute

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"placeholder": "HH:MM", "autocomplete": "off", "size": 6, "maxlength": 5}


class PercentsField(forms.Field):
    """Whole percents below 100, such as "50, 75, 90"; stored as a sorted list."""

    widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"})

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[int]:
        written = [part for part in re.split(r"[\s,;%]+", value or "") if part]
        if wrong := [part for part in written if not re.fullmatch(r"[1-9][0-9]?", part)]:
            text = gettext("“%(text)s” is not a percentage from 1 to 99.")
            raise ValidationError(text % {"text": wrong[0][:100]})
        percents = sorted({int(part) for part in written})
        if len(percents) > MAX_WARN_POINTS:
            text = gettext("Enter at most %(count)s percentages.")
            raise ValidationError(text % {"count": MAX_WARN_POINTS})
        return percents

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True


class DomainsField(forms.Field):
    """Domain names, one per line; stored as a sorted list of normalized, distinct names."""

    widget = UnfoldAdminTextareaWidget(
        attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"}
    )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        named = {
            written: read_domain(written)
            for written in re.split(r"[\s,;]+", value or "")
            if written
        }
        if wrong := [written for written, domain in named.items() if not domain]:
            text = gettext("“%(text)s” is not a domain name.")
            raise ValidationError(text % {"text": wrong[0][:100]})
        if len(named) > MAX_DOMAINS:
            text = ngettext(
                "Enter at most %(count)s domain.", "Enter at most %(count)s domains.", MAX_DOMAINS
            )
            raise ValidationError(text % {"count": MAX_DOMAINS})
        return sorted(set(named.values()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True


class AccountDomainField(forms.CharField):
    """A domain, also taken from a pasted URL or email address, which may be longer than one."""

    widget = UnfoldAdminTextInputWidget(
        attrs={"spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_PASTED_CHARS, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return read_domain(text) or text


class AdminTimeZoneSelect(ManyOptions, UnfoldAdminSelectWidget):
    """A select of a page of the admin site."""


class AdminTimeZoneField(TimeZoneField):
    """A time zone on an admin page."""

    widget = AdminTimeZoneSelect
