"""Recording of a defect's events, with the notifications of its followers.

Nothing else writes the events. DEFECT_FOLLOWERS in the settings lists the functions of higher
packages that react, in the transaction of the change. Open pages are told right after the commit; a
lost announcement costs only freshness.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from accounts.failures import capture_failure
from tickets.actors import Actor
from tickets.defects.followers.notices import notify_followers
from tickets.models import Defect, DefectEvent, DefectEventKind
from tickets.queueing import is_queueing_off


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
    for path in settings.DEFECT_FOLLOWERS.values():
        _load(path)(defect, event)
    announce_after_commit(defect.desk_id, defect.number)
    return event


@cache
def _load(path: str) -> Any:
    return import_string(path)


def announce_after_commit(desk_id: int, number: int) -> None:
    """Call the functions in settings.AFTER_DEFECT_COMMIT once the transaction is committed.

    number: of the defect that changed, or 0 if only the order of the queue did.
    """
    hook = _Announcement(desk_id, number)
    if all(known != hook for _, known, *_ in connection.run_on_commit):
        transaction.on_commit(hook)


@dataclass(frozen=True)
class _Announcement:
    """An on-commit hook, comparable with the others of the same transaction."""

    desk_id: int
    number: int

    def __call__(self) -> None:
        if is_queueing_off():
            return
        with capture_failure(_leave_to_log, event="announcing_failed"):
            for path in settings.AFTER_DEFECT_COMMIT:
                import_string(path)(self.desk_id, self.number)


def _leave_to_log(error: str) -> None:
    """Record nothing: the failure is only logged."""
