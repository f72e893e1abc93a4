"""Acknowledging a ladder: the alerts stop until its time without any work is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from sla.models import LadderRun
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.services.common import require_writer


def acknowledge(*, ticket_id: int, by: Actor, at: datetime) -> bool:
    """Acknowledge a ticket's ladder as an agent. Return False if someone has done so already.

    Raises NotAllowedError for observers and customers, and ConflictError if no ladder runs.
    """
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        run = _lock_run(ticket_id)
        if run is None:
            raise ConflictError(_("This ticket no longer has a running escalation."))
        if run.acknowledged_at is not None:
            return False
        resumes_at = at + timedelta(minutes=run.ladder.resume_minutes)
        run.acknowledged_at, run.acknowledged_by_id = at, by.id
        if run.next_at is not None:
            run.next_at = resumes_at
        run.save(update_fields=["acknowledged_at", "acknowledged_by", "next_at"])
        facts = {"ladder": run.ladder.name, "step": run.next_step + 1}
        change.record(EventKind.LADDER_ACKNOWLEDGED, facts | {"resumes_at": resumes_at.isoformat()})
        change.touch()
        change.save()
    return True


def _lock_run(ticket_id: int) -> LadderRun | None:
    rows = LadderRun.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("ladder").filter(ticket_id=ticket_id).first()
