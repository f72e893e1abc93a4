"""Acknowledgement of a ladder: its alerts stop, and resume if nobody works on the ticket."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sla.ladders.running import lock_run
from sla.models import LadderRun
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import TicketEvent
from tickets.services.common import require_writer


def acknowledge(*, ticket_id: int, by: Actor, at: datetime) -> bool:
    """Acknowledge a ticket's ladder as an agent. Return False if someone already did.

    Raises NotAllowedError for observers and customers, and ConflictError if no ladder runs.
    """
    require_writer(by)
    with transaction.atomic():
        change = Change.open(ticket_id, by=by, at=at)
        run = lock_run(change)
        if run is None:
            raise ConflictError(_("This ticket no longer has a running escalation."))
        if run.acknowledged_at is not None:
            return False
        _acknowledge(change, run)
        change.touch()
        change.save()
    return True


def follow_page(change: Change, event: TicketEvent) -> None:
    """Acknowledge with the person who did so at a paging service, agent or not."""
    run = lock_run(change)
    if run is not None and run.acknowledged_at is None:
        _acknowledge(change, run, name=event.data.get("name", ""))


def _acknowledge(change: Change, run: LadderRun, *, name: str = "") -> None:
    """Mark a locked run. name: of a person who isn't known as an agent."""
    resumes_at = change.at + timedelta(minutes=run.ladder.resume_minutes)
    run.acknowledged_at, run.acknowledged_name = change.at, name
    run.acknowledged_by_id = None if name else change.by.id
    if run.next_at is not None:
        run.next_at = resumes_at
    run.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledged_name", "next_at"])
    facts: dict[str, Any] = {"ladder": run.ladder.name, "step": run.next_step + 1}
    facts["resumes_at"] = resumes_at.isoformat()
    change.record(EventKind.LADDER_ACKNOWLEDGED, facts | ({"name": name} if name else {}))
