"""Names of SLA clocks for agents."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

LABELS = {
    "first_response": _("First response"),
    "next_response": _("Next response"),
    "update": _("Regular update"),
    "resolution": _("Resolution aim"),
    "promised_update": _("Promised update"),
}


def describe_clock(kind: str) -> str:
    """Return the name of a kind of clock; one that this version doesn't know is returned as is."""
    return str(LABELS.get(kind, kind))
