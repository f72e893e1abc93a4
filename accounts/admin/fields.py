"""Form fields of the admin site for what the tables keep in a machine's form."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.matching import normalize_domain
from accounts.zones import group_time_zones

_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)")
MINUTES_IN_DAY = 1440
MOST_DOMAINS = 200


class MinuteOfDayField(forms.Field):
    """A time of the day, written HH:MM and kept as minutes after midnight.

    is_end: the end of a stretch, where midnight is 24:00 (1440); else 24:00 is refused.
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
            raise ValidationError(
                "Write a time of the day as HH:MM, such as 08:30.", code="invalid"
            )
        return minute

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"placeholder": "HH:MM", "autocomplete": "off", "size": 6, "maxlength": 5}


def format_clock(minute: int) -> str:
    """Minutes after midnight as HH:MM; the end of the day is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


class DomainsField(forms.Field):
    """Domain names, one a line; kept as a list of their normal forms, each once, in order."""

    widget = UnfoldAdminTextareaWidget(
        attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"}
    )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        named = {
            written: normalize_domain(written)
            for written in re.split(r"[\s,;]+", value or "")
            if written
        }
        if wrong := [written for written, domain in named.items() if not domain]:
            raise ValidationError(f"“{wrong[0][:100]}” is not a domain name.")
        if len(named) > MOST_DOMAINS:
            raise ValidationError(f"At most {MOST_DOMAINS} domains can be named.")
        return sorted(set(named.values()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True


class TimeZoneField(forms.ChoiceField):
    """A choice of the IANA time zones that this Python knows, grouped by region."""

    widget = UnfoldAdminSelectWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=group_time_zones, **kwargs)
