"""Names of the kinds of SLA clocks (sla.models.ClockKind), for sentences about their events.

Each name is what is due, as a noun, so that the same sentences fit every clock: "%(clock)s due",
"%(clock)s overdue", "%(clock)s on time" (tests/sla/test_clock_sentences.py lists all of them).
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FIRST_RESPONSE = "first_response"  # also of events from before there were other clocks
RESOLUTION = "resolution"
# Only these may ever be shown to customers. The resolution aim is for staff (M43).
PROMISED_CLOCKS = (FIRST_RESPONSE, "next_response", "update", "promised_update")

CLOCK_NAMES: dict[str, str | Promise] = {
    FIRST_RESPONSE: _("First response"),
    "next_response": _("Next response"),
    "update": _("Regular update"),
    RESOLUTION: _("Resolution aim"),
    "promised_update": _("Promised update"),
    "level_taken": pgettext_lazy("internal target", "Pickup"),
    "level_answered": pgettext_lazy("internal target", "First note or reply"),
    "level_returned": pgettext_lazy("internal target", "Result from this level"),
    "level_silence": pgettext_lazy("internal target", "Next note or reply"),
}


def get_clock_name(kind: str) -> str:
    """Return the name of a kind of clock; one that this version doesn't know is returned as is."""
    return str(CLOCK_NAMES.get(kind, kind))
