"""Links between defects and the tickets that they cause."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.defects.locking import lock_defect
from tickets.defects.log import record_defect_event
from tickets.defects.marks import mark_to_rank, mark_to_tell
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import Defect, DefectEventKind, DefectLink, Stage
from tickets.services.common import require_writer


def link_ticket(*, defect_id: int, ticket_id: int, agent: Agent, at: datetime) -> Defect:
    """Link a ticket to a defect. Its customer gets one update about the current stage.

    A ticket that is linked already is left as it is. Raises NotAllowedError, Ticket.DoesNotExist,
    Defect.DoesNotExist, and ConflictError for a duplicate of another defect.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        change = open_link_change(ticket_id, by=by, at=at)
        defect = lock_defect(defect_id)
        if defect.stage == Stage.DUPLICATE:
            raise ConflictError(
                _("%(defect)s was merged into another defect. Link the ticket to that one.")
                % {"defect": defect.key}
            )
        if link_in_change(change, defect, agent=agent):
            number = {"ticket": change.ticket.number}
            record_defect_event(defect, DefectEventKind.LINKED, number, by=by, at=at)
            change.save()
    return defect


def unlink_ticket(
    *, defect_id: int, ticket_id: int, agent: Agent, why: str, at: datetime
) -> Defect:
    """Remove the link of a ticket. What its customer was told stays in its history.

    Raises NotAllowedError, Ticket.DoesNotExist, and ConflictError if there is no link.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        change = open_link_change(ticket_id, by=by, at=at)
        defect = lock_defect(defect_id)
        if not unlink_in_change(change, defect, by=by, why=why):
            raise ConflictError(_("The ticket isn't linked to this defect."))
        change.save()
    return defect


def open_link_change(ticket_id: int, *, by: Actor, at: datetime) -> Change:
    """Lock the ticket of a link. It comes before the defect in the lock order."""
    return Change.open(ticket_id, by=by, at=at)


def link_in_change(change: Change, defect: Defect, *, agent: Agent | None) -> bool:
    """Link the ticket of a change to a locked defect. Return False if it is linked already."""
    ticket = change.ticket
    _link, is_new = DefectLink.objects.get_or_create(
        defect=defect,
        ticket_id=ticket.pk,
        defaults={"desk_id": ticket.desk_id, "linked_at": change.at, "linked_by": agent},
    )
    if not is_new:
        return False
    change.set(has_defects=True)
    change.touch()
    change.record(EventKind.DEFECT_LINKED, {"defect": defect.pk, "key": defect.key})
    mark_to_tell(defect)
    return True


def unlink_in_change(change: Change, defect: Defect, *, by: Actor, why: str = "") -> bool:
    """Remove the link of the ticket of a change to a locked defect. Return False without one."""
    links = DefectLink.objects.filter(ticket_id=change.ticket.pk)
    if not links.filter(defect=defect).delete()[0]:
        return False
    change.set(has_defects=links.exists())
    change.record(EventKind.DEFECT_UNLINKED, {"defect": defect.pk, "key": defect.key, "why": why})
    mark_to_rank(defect)
    data = {"ticket": change.ticket.number, "why": why}
    record_defect_event(defect, DefectEventKind.UNLINKED, data, by=by, at=change.at)
    return True
