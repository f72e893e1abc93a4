"""Pictures on the page of a calendar, drawn once although the page asks for each three times."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import prefetch_related_objects
from django.utils.safestring import SafeString

from sla.models import HOURS_PARTS, Calendar
from sla.working_hours import WorkingHours


def draw_once(calendar: Calendar, name: str, draw: Callable[[WorkingHours], SafeString]) -> str:
    """Return a picture of a calendar's hours as its rows are now. It is kept with this instance."""
    drawn: dict[str, SafeString] = calendar.__dict__.setdefault("_drawn", {})
    if name not in drawn:
        prefetch_related_objects([calendar], *HOURS_PARTS)
        drawn[name] = draw(calendar.working_hours())
    return drawn[name]
