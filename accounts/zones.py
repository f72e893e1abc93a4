"""Names of time zones: beside a time of day, and as choices of a form."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones


def get_zone_name(local: datetime) -> str:
    """Return the zone of an aware time: "EST", or "UTC-03" if it has no letters (São Paulo)."""
    name = local.tzname() or ""
    return name if name[:1].isalpha() else f"UTC{name}"


def group_time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return choices for a select: UTC, then each region with its cities, without old aliases."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(available_timezones()):
        region, _, city = zone.partition("/")
        if city and region not in {"Etc", "SystemV", "US", "posix", "right"}:
            regions.setdefault(region, []).append((zone, city.replace("_", " ")))
    return [("", [("UTC", "UTC")]), *regions.items()]
