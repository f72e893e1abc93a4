"""How a time zone is named after a time of day."""

from __future__ import annotations

from datetime import datetime


def get_zone_name(local: datetime) -> str:
    """The zone of an aware time, such as "EST"; "UTC-03" where the zone has no letters, as in São Paulo."""
    name = local.tzname() or ""
    return name if name[:1].isalpha() else f"UTC{name}"
