"""Warnings about requests for help whose target is nearly over, or over. Run by a sweep."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.events import EventKind
from tickets.models import HelpRequest, SweepKind
from tickets.sweeping import Sweep

BATCH = 100


def warn_of_requests(*, desk_id: int, at: datetime) -> int:
    """Warn about up to BATCH requests of a desk. Return how many."""
    due = HelpRequest.objects.filter(desk_id=desk_id, warn_at__lte=at).order_by("warn_at", "pk")
    sweep = Sweep(SweepKind.HELP_REQUESTS, due, desk_id=desk_id, at=at)
    return sweep.run_each(lambda help_id: _warn(help_id, at=at), batch=BATCH)


def _warn(help_id: int, *, at: datetime) -> int:
    """Warn once before the target is over, and once when it is; a late sweep only when it is."""
    with transaction.atomic():
        known = HelpRequest.objects.filter(pk=help_id).only("ticket_id").first()
        if known is None:
            return 0
        change = Change.open(known.ticket_id, by=SYSTEM, at=at)
        due = HelpRequest.objects.filter(pk=help_id, warn_at__lte=at).select_related("group")
        asked = due.select_for_update(of=("self",), no_key=True).first()
        if asked is None:  # answered, or warned about by another worker
            return 0
        is_overdue = asked.due_at <= at
        asked.warn_at = None if is_overdue else asked.due_at
        asked.save(update_fields=["warn_at"])
        kind = EventKind.HELP_OVERDUE if is_overdue else EventKind.HELP_WARNED
        due_at = asked.due_at.isoformat()
        change.record(kind, {"help_request": asked.pk, "group": asked.group.name, "due_at": due_at})
        change.save()
    return 1
