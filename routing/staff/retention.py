"""Retention of absences, extra shifts and on-call turns."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from routing.models import Absence, ExtraShift, OnCallTurn

KEPT = timedelta(days=400)  # after the end: the past year, for planning and reports
BATCH = 1000

TimeRow = type[Absence] | type[ExtraShift] | type[OnCallTurn]


def list_old(model: TimeRow, at: datetime) -> QuerySet:
    """Return the absences, extra shifts or turns that ended too long ago to be kept."""
    return model._default_manager.filter(end_at__lt=at - KEPT)


def delete_old(model: TimeRow, *, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old rows of a model at the desk; swaps go with their turns."""
    ids = list(list_old(model, at).filter(desk_id=desk_id).values_list("pk", flat=True)[:BATCH])
    model._default_manager.filter(pk__in=ids).delete()
    return len(ids)
