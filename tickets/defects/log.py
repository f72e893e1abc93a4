"""Recording of a defect's events, with the notifications of its followers.

Nothing else writes the events.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tickets.actors import Actor
from tickets.defects.followers.notices import notify_followers
from tickets.models import Defect, DefectEvent, DefectEventKind


def record_defect_event(
    defect: Defect, kind: DefectEventKind, data: dict[str, Any], *, by: Actor, at: datetime
) -> DefectEvent:
    """Record one event of a defect, in the transaction of the change, and notify its followers."""
    event = DefectEvent.objects.create(
        desk_id=defect.desk_id,
        defect=defect,
        kind=kind,
        at=at,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        data=data,
    )
    notify_followers(defect, event)
    return event
