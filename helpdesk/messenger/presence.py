"""Whether somebody is there to answer a visitor right away."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Desk
from routing.availability import is_on_shift
from routing.candidates import list_staff


def is_online(desk: Desk, *, at: datetime) -> bool:
    """Return True while an agent is on shift. Without a query, but for a changed configuration."""
    return any(is_on_shift(candidate.facts, at) for candidate in list_staff(desk))
