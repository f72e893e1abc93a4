"""Times that an agent can snooze a ticket until. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LATER = timedelta(hours=3)
MORNING = time(9)
MONDAY = 0


class Preset(NamedTuple):
    """A choice: its key, its label, and the time that it stands for."""

    key: str
    label: str | Promise
    until: datetime


def list_presets(now: datetime, starts: Mapping[int, time]) -> list[Preset]:
    """Return the times to choose from. now: in the agent's zone.

    starts: when the agent's shifts begin, by weekday from 0; other days begin at 9:00. "Later
    today" is left out when it would be tomorrow.
    """
    found = []
    later = (now + LATER).replace(second=0, microsecond=0)
    if later.date() == now.date():
        found.append(Preset("today", _("Later today"), later))
    tomorrow = now + timedelta(days=1)
    found.append(Preset("tomorrow", _("Tomorrow"), _begin(tomorrow, starts)))
    monday = now + timedelta(days=(MONDAY - now.weekday()) % 7 or 7)
    if monday.date() != tomorrow.date():
        found.append(Preset("week", _("Next week"), _begin(monday, starts)))
    return found


def _begin(day: datetime, starts: Mapping[int, time]) -> datetime:
    return datetime.combine(day.date(), starts.get(day.weekday(), MORNING), tzinfo=day.tzinfo)
