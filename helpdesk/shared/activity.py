"""Activity of agents: when each last opened a page or sent a form (M55)."""

from __future__ import annotations

import time
from collections import OrderedDict

from django.utils import timezone

from accounts.models import Agent
from routing.presence import ACTIVE_AGAIN, record_activity

MAX_AGENTS = 10_000  # remembered per process

_recorded: OrderedDict[int, float] = OrderedDict()


def note_activity(agent: Agent) -> None:
    """Record that an agent is active, at most once a minute per process. Skip observers."""
    now = time.monotonic()
    if not agent.can_write or now - _recorded.get(agent.pk, -1e9) < ACTIVE_AGAIN.total_seconds():
        return
    record_activity(agent=agent, at=timezone.now())
    _recorded[agent.pk] = now
    _recorded.move_to_end(agent.pk)
    while len(_recorded) > MAX_AGENTS:
        _recorded.popitem(last=False)
