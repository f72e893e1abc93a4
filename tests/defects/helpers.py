"""Shared steps of the tests of defects."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from channels_intake.models import MailKind, OutgoingEmail
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.defects.creating import create_defect
from tickets.defects.moving import Release, add_release, move_stage
from tickets.defects.updates.sending import tell_customers
from tickets.deliveries import deliver_due
from tickets.models import Defect, DefectUpdate, Ticket

LATER = NOON + timedelta(hours=1)


def report(cast: Cast, ticket: Ticket | None = None, **fields: Any) -> Defect:
    """Create a defect, from a ticket if there is one."""
    given = {"title": "Crash on upload", "workaround": ""} | fields
    return create_defect(
        desk=cast.desk,
        agent=cast.level_two,
        fields=given,
        at=NOON,
        ticket_id=ticket.pk if ticket else None,
    )


def move(cast: Cast, defect: Defect, stage: str, **more: Any) -> Defect:
    """Move a defect as the second level. Action plan gets a date if there is no plan yet."""
    if stage == "planned":
        unplanned = {"plan_text": "", "planned_version": "", "planned_on": None}
        Defect.objects.filter(pk=defect.pk, **unplanned).update(planned_on=NOON.date())
    given = {"by": Actor.of(cast.level_two), "at": NOON} | more
    return move_stage(defect_id=defect.pk, stage=stage, **given)


def release(cast: Cast, defect: Defect, version: str = "9.1", **more: Any) -> Defect:
    """Release the fix of a defect."""
    by = Actor.of(cast.level_two)
    return add_release(defect_id=defect.pk, release=Release(version, **more), by=by, at=NOON)


def tell(cast: Cast) -> int:
    """Tell all customers who are due an update. Return how many links were handled."""
    total = 0
    while done := tell_customers(desk_id=cast.desk.pk, at=LATER):
        total += done
    return total


def list_told(ticket: Ticket) -> list[str]:
    """Return the stages that a ticket's customer was told of, in order."""
    told = DefectUpdate.objects.filter(ticket=ticket).exclude(text="")
    return list(told.order_by("pk").values_list("stage", flat=True))


def deliver(cast: Cast) -> list[OutgoingEmail]:
    """Deliver all events. Return the emails about defects, in order."""
    while deliver_due(desk_id=cast.desk.pk, at=LATER + timedelta(hours=1)):
        pass
    return list(OutgoingEmail.objects.filter(kind=MailKind.DEFECT).order_by("pk"))
