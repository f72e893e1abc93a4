"""Defects whose owner can no longer work on them: deactivated, or made an observer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Agent, Role
from tickets.actors import SYSTEM
from tickets.defects.locking import save_defect
from tickets.defects.log import record_defect_event
from tickets.models import OPEN_STAGES, Defect, DefectEventKind

BATCH = 50


def list_stranded_defects() -> QuerySet[Defect]:
    """Return the open defects of agents who left. Ended ones keep their owner as a record."""
    gone = Agent.objects.filter(
        Q(is_active=False) | Q(role=Role.OBSERVER),
        pk=OuterRef("owner_id"),
        desk_id=OuterRef("desk_id"),
    )
    return Defect.objects.filter(Exists(gone), stage__in=OPEN_STAGES)


def take_stranded_defects(*, desk_id: int, at: datetime) -> int:
    """Take up to BATCH open defects from owners who left. Return how many.

    Leads, and followers who work on a defect, are told once that it needs an owner.
    """
    stranded = list_stranded_defects().filter(desk_id=desk_id).order_by("pk")
    with transaction.atomic():
        locked = stranded.select_for_update(of=("self",), skip_locked=True, no_key=True)
        defects = list(locked.select_related("desk", "owner")[:BATCH])
        for defect in defects:
            _take(defect, at=at)
    return len(defects)


def _take(defect: Defect, *, at: datetime) -> None:
    fields = {"owner": [str(defect.owner), ""]}
    defect.owner, defect.updated_at = None, at
    save_defect(defect, "owner", "updated_at")
    record_defect_event(defect, DefectEventKind.CHANGED, {"fields": fields}, by=SYSTEM, at=at)
